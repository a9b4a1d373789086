"""What was decided to replies: answer, clarify, or say that one does not know."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from handlers.effects import Effect, RecordQuestion
from handlers.eligibility import membership, says_membership
from handlers.state import ConversationState, Turn
from handlers.step import Step
from handlers.values import Button, Reply
from handlers.wording import MENU, NO, NONE_OF_THESE, TEAM, YES, Wording, entry_button
from knowledge.decision import Decision
from knowledge.matching import Match
from knowledge.segments import Part

if TYPE_CHECKING:
    from knowledge.matching import Matcher
    from knowledge.model import Entry, Language, Texts

NOTHING_PENDING: dict[str, object] = {"offered": (), "pending_handoff": None}
"""The fields of a state that wait for the person's next word, when nothing is waited for."""

_OFFERS = frozenset({YES, NO, TEAM, NONE_OF_THESE})
_STRENGTH = ("handoff", "answer", "clarify", "unknown")


def say(
    matcher: Matcher,
    state: ConversationState,
    parts: Sequence[Part],
    wording: Wording,
    about: str,
) -> Step:
    """The replies to each of a message's parts; ``about`` is what a follow-up will refer to."""
    replies: list[Reply] = []
    needs: list[Reply] = []
    effects: list[Effect] = []
    said: list[str] = []
    for part in parts:
        given, state = _replies(matcher, state, part, wording)
        if part.decision.outcome == "handoff":
            needs += given
        replies += given
        if part.entry and not part.courtesy:
            said += [match.entry.id for match in part.decision.chosen]
        if not part.decision.chosen:
            effects.append(
                RecordQuestion(kind="unanswered", text=part.text, language=wording.language)
            )
    if len(parts) > 1 and state.pending_handoff is not None:
        # The team reads the message as it was written.
        state = state.model_copy(update={"pending_handoff": about})
    if said:
        last = Turn(text=about, entries=tuple(said))
        state = state.model_copy(update={"last": last, "asked": about})
    strongest = min((p.decision for p in parts), key=lambda d: _STRENGTH.index(d.outcome))
    return Step(
        state=state,
        replies=tuple(_with_one_offer(replies, needs, wording)),
        effects=tuple(effects),
        outcome=strongest.outcome,
        entries=_scores(parts, strongest),
    )


def _scores(parts: Sequence[Part], strongest: Decision) -> tuple[tuple[str, float], ...]:
    best = [part.decision.matches[0] for part in parts if part.decision.matches]
    listed: list[Match] = best if len(parts) > 1 else []
    scores = {match.entry.id: match.score for match in [*listed, *strongest.matches]}
    return tuple(list(scores.items())[:5])


def _replies(
    matcher: Matcher, state: ConversationState, part: Part, wording: Wording
) -> tuple[list[Reply], ConversationState]:
    messages, decision = wording.base.messages, part.decision
    entries = [match.entry for match in decision.chosen]
    match decision.outcome:
        case "clarify":
            reply, state = offer(state, entries, wording, messages.clarify)
        case "unknown" if not entries:
            reply, state = _unknown(state, part.text, wording)
        case _ if len(entries) > 1:
            return _either(matcher, state, part.text, entries, wording), state
        case _:
            reply, state = _answer(matcher, state, part.text, entries[0], wording)
    return [reply], state


def _either(
    matcher: Matcher,
    state: ConversationState,
    text: str,
    entries: Sequence[Entry],
    wording: Wording,
) -> list[Reply]:
    """The answers of several entries, one of which is meant; each fact of a commune once."""
    telling = [entry for entry in entries if says_membership(wording, entry)]
    if len(telling) > 1 and matcher.places.find(text):
        of_communes = wording.base.territory.membership_entry
        entries = [entry for entry in entries if entry.id != of_communes] or entries[:1]
    first, *rest = [_answer(matcher, state, text, entry, wording)[0] for entry in entries]
    if not rest:
        return [first]
    head = wording.text(wording.base.messages.either)
    return [first.model_copy(update={"text": f"{head}\n\n{first.text}"}), *rest]


def _answer(
    matcher: Matcher, state: ConversationState, text: str, entry: Entry, wording: Wording
) -> tuple[Reply, ConversationState]:
    places = matcher.places.find(text) if says_membership(wording, entry) else ()
    facts = membership(wording, places) if places else ""
    if facts and entry.id == wording.base.territory.membership_entry:
        reply = wording.reply(
            "\n\n".join(filter(None, [facts, wording.sources(entry.sources)])),
            *wording.follow_ups(entry),
        )
        return reply, state
    reply = wording.answer(entry, before=facts)
    if entry.outcome == "answer":
        return reply, state
    state = state.model_copy(update={"pending_handoff": text})
    if entry.outcome == "unknown":
        team = wording.button(wording.base.messages.button_team, TEAM)
        reply = reply.model_copy(update={"buttons": (*reply.buttons, team)})
    return reply, state


def _with_one_offer(
    replies: Sequence[Reply], needs: Sequence[Reply], wording: Wording
) -> list[Reply]:
    """``replies``, and below them whether the team is to have the message, if any tells ``needs``.

    The last of these goes last, since an answer to it is awaited.
    """
    if not needs:
        return list(replies)
    messages = wording.base.messages
    yes, no = wording.button(messages.button_yes, YES), wording.button(messages.button_no, NO)
    text = f"{needs[-1].text}\n\n{wording.text(messages.handoff)}"
    offer_of_team = needs[-1].model_copy(update={"text": text, "buttons": (yes, no)})
    return [*(reply for reply in replies if reply is not needs[-1]), offer_of_team]


def offer(
    state: ConversationState, entries: Iterable[Entry], wording: Wording, heading: Texts
) -> tuple[Reply, ConversationState]:
    """``entries`` as a numbered list and as buttons, under a heading."""
    messages = wording.base.messages
    offered = {entry.id: entry_button(entry, wording.language) for entry in entries}
    lines = [f"{number}. {option.label}" for number, option in enumerate(offered.values(), start=1)]
    text = wording.text(heading) + "\n\n" + "\n".join(lines)
    none = wording.button(messages.button_none, NONE_OF_THESE)
    reply = wording.reply(text, *offered.values(), none)
    return reply, state.model_copy(update={"offered": tuple(offered)})


def _unknown(
    state: ConversationState, text: str, wording: Wording
) -> tuple[Reply, ConversationState]:
    reply = wording.reply(wording.text(wording.base.messages.unknown), *team_and_menu(wording))
    return reply, state.model_copy(update={"pending_handoff": text})


def team_and_menu(wording: Wording) -> tuple[Button, Button]:
    """The buttons under a reply that could not help."""
    messages = wording.base.messages
    return wording.button(messages.button_team, TEAM), wording.button(messages.button_menu, MENU)


def answers_alone(replies: Iterable[Reply], wording: Wording) -> tuple[Reply, ...]:
    """``replies`` without what is offered below them, and without those that know no answer."""
    messages = wording.base.messages
    offer_of_team = "\n\n" + wording.text(messages.handoff)
    said = (reply for reply in replies if reply.text != wording.text(messages.unknown))
    return tuple(
        reply.model_copy(
            update={
                "text": reply.text.removesuffix(offer_of_team),
                "buttons": tuple(one for one in reply.buttons if one.value not in _OFFERS),
            }
        )
        for reply in said
    )


def answer_entry(
    matcher: Matcher, state: ConversationState, entry: Entry, language: Language
) -> Step:
    """The answer of an entry that was chosen by a button, a number or a link."""
    label = entry.label_in(language)
    asked = state.asked if entry.id in state.offered else label
    state = state.model_copy(update=NOTHING_PENDING)
    return say(
        matcher, state, [Part(asked, certain(entry))], Wording(matcher.base, language), label
    )


def say_again(matcher: Matcher, state: ConversationState, language: Language) -> Step | None:
    """The last answers in ``language``, unless something else was asked since."""
    if state.last is None or state.last.text != state.asked:
        return None
    entries = filter(None, map(matcher.base.entry, state.last.entries))
    parts = [Part(state.last.text, certain(entry)) for entry in entries]
    wording = Wording(matcher.base, language)
    return say(matcher, state, parts, wording, state.last.text) if parts else None


def certain(entry: Entry) -> Decision:
    """The decision for an entry that is known to be meant."""
    match = (Match(entry, 1.0, 1.0),)
    return Decision(entry.outcome, match, match)
