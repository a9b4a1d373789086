"""A person's message to replies: answer, clarify, hand over, or say that one does not know."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from handlers.eligibility import membership, says_membership
from handlers.events import (
    Button,
    ConversationState,
    Effect,
    RecordQuestion,
    Reply,
    Step,
    Turn,
)
from handlers.wording import MENU, NO, NONE_OF_THESE, TEAM, YES, Wording, entry_button
from knowledge.decision import Decision, decide
from knowledge.markup import escape
from knowledge.matching import Context, Match
from knowledge.segments import understand
from knowledge.text import fold

if TYPE_CHECKING:
    from knowledge.matching import Matcher
    from knowledge.model import Entry, Language

LONGEST = 1500
"""Characters of a message beyond which it is a letter, not a question."""

_NOTHING_PENDING: dict[str, object] = {"offered": (), "pending_handoff": None, "composing": False}
_YES = re.compile(
    r"(oui|ouais|ok|okay|d'accord|daccord|volontiers|avec plaisir|bien sur|yes|yep|yeah|sure|"
    r"please do|go ahead|of course)( (oui|merci|svp|s'il vous plait|please|thanks))?[ .!]*"
)
_NO = re.compile(
    r"(non|nan|pas la peine|non merci|no|nope|no thanks|no thank you|annuler|cancel)[ .!]*"
)
_CHOICE = re.compile(
    r"(?:le |la |l'|the |option |numero |number |n° ?)*"
    r"(?:([123])|(premiere?|1ere?|1er|first)|(deuxieme|seconde?|2e|2eme|2nd|second)"
    r"|(troisieme|derniere?|3e|3eme|3rd|third|last))(?: one)?[ .!]*"
)


def answer_message(
    matcher: Matcher, state: ConversationState, text: str, language: Language
) -> Step:
    """What ``text`` leads to, read in ``language`` and in the light of what came before."""
    wording = Wording(matcher.base, language)
    if len(text) > LONGEST:
        return _step(state, wording.reply(wording.text(matcher.base.messages.too_long)))
    shortcut = _shortcut(matcher, state, text, wording)
    if shortcut:
        return shortcut
    state = state.model_copy(update={"asked": text, **_NOTHING_PENDING})
    context = Context(state.last.text, state.last.entries) if state.last else None
    parts = understand(text, lambda part: _decide(matcher, part, language, context))
    return _say(matcher, state, text, parts, wording)


def _decide(matcher: Matcher, text: str, language: Language, context: Context | None) -> Decision:
    return decide(matcher.match(text, language, context))


def _shortcut(
    matcher: Matcher, state: ConversationState, text: str, wording: Wording
) -> Step | None:
    """Replies to what the assistant has just asked."""
    typed = fold(text).strip()
    if state.composing and not _NO.fullmatch(typed):
        composed = state.model_copy(update={"pending_handoff": text})
        return pass_on(matcher, composed, wording.language)
    if state.pending_handoff is not None and _YES.fullmatch(typed):
        return pass_on(matcher, state, wording.language)
    if (state.composing or state.pending_handoff is not None) and _NO.fullmatch(typed):
        return keep_to_oneself(matcher, state, wording.language)
    chosen = _CHOICE.fullmatch(typed) if state.offered else None
    if chosen:
        position = (
            int(chosen[1]) - 1 if chosen[1] else chosen.lastindex - 2 if chosen.lastindex else 0
        )
        entry = matcher.base.entry(state.offered[min(position, len(state.offered) - 1)])
        return answer_entry(matcher, state, entry, wording.language) if entry else None
    return None


def _say(
    matcher: Matcher,
    state: ConversationState,
    text: str,
    parts: Sequence[tuple[str, Decision]],
    wording: Wording,
) -> Step:
    replies: list[Reply] = []
    effects: list[Effect] = []
    said: list[str] = []
    for part, decision in parts:
        reply, state = _reply(matcher, state, part, decision, wording)
        replies.append(reply)
        said += [match.entry.id for match in decision.chosen if len(decision.chosen) == 1]
        if not decision.chosen:
            effects.append(RecordQuestion(kind="unanswered", text=part, language=wording.language))
    last = Turn(text=text, entries=tuple(said)) if said else state.last
    strongest = _strongest(parts)
    return Step(
        state=state.model_copy(update={"last": last}),
        replies=tuple(replies),
        effects=tuple(effects),
        outcome=strongest.outcome,
        entries=_scores(parts, strongest),
    )


_STRENGTH = ("handoff", "answer", "clarify", "unknown")


def _strongest(parts: Sequence[tuple[str, Decision]]) -> Decision:
    """The part that stands for the whole message in figures: a request above an answer."""
    return min((decision for _, decision in parts), key=lambda d: _STRENGTH.index(d.outcome))


def _scores(
    parts: Sequence[tuple[str, Decision]], strongest: Decision
) -> tuple[tuple[str, float], ...]:
    best = [decision.matches[0] for _, decision in parts if decision.matches]
    listed: list[Match] = best if len(parts) > 1 else []
    scores = {match.entry.id: match.score for match in [*listed, *strongest.matches]}
    return tuple(list(scores.items())[:5])


def _reply(
    matcher: Matcher, state: ConversationState, text: str, decision: Decision, wording: Wording
) -> tuple[Reply, ConversationState]:
    match decision.outcome:
        case "clarify":
            return _clarify(state, decision, wording)
        case "unknown" if not decision.chosen:
            return _unknown(state, text, wording)
        case _:
            return _answer(matcher, state, text, decision.chosen[0].entry, wording)


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
        return reply.model_copy(update={"buttons": (*reply.buttons, team)}), state
    offered = reply.model_copy(
        update={
            "text": f"{reply.text}\n\n{wording.text(wording.base.messages.handoff)}",
            "buttons": _yes_or_no(wording),
        }
    )
    return offered, state


def _yes_or_no(wording: Wording) -> tuple[Button, ...]:
    messages = wording.base.messages
    return (wording.button(messages.button_yes, YES), wording.button(messages.button_no, NO))


def _clarify(
    state: ConversationState, decision: Decision, wording: Wording
) -> tuple[Reply, ConversationState]:
    messages = wording.base.messages
    options = [entry_button(match.entry, wording.language) for match in decision.chosen]
    lines = [f"{number}. {option.label}" for number, option in enumerate(options, start=1)]
    text = wording.text(messages.clarify) + "\n\n" + "\n".join(lines)
    none = wording.button(messages.button_none, NONE_OF_THESE)
    offered = tuple(match.entry.id for match in decision.chosen)
    return wording.reply(text, *options, none), state.model_copy(update={"offered": offered})


def _unknown(
    state: ConversationState, text: str, wording: Wording
) -> tuple[Reply, ConversationState]:
    messages = wording.base.messages
    reply = wording.reply(
        wording.text(messages.unknown),
        wording.button(messages.button_team, TEAM),
        wording.button(messages.button_menu, MENU),
    )
    return reply, state.model_copy(update={"pending_handoff": text})


def answer_entry(
    matcher: Matcher, state: ConversationState, entry: Entry, language: Language
) -> Step:
    """The answer of an entry that was chosen by a button, a number or a link."""
    wording = Wording(matcher.base, language)
    label = entry.label_in(language)
    asked = state.asked if entry.id in state.offered else label
    state = state.model_copy(update=_NOTHING_PENDING)
    reply, state = _answer(matcher, state, asked, entry, wording)
    last = Turn(text=label, entries=(entry.id,))
    return Step(
        state=state.model_copy(update={"last": last}),
        replies=(reply,),
        outcome=entry.outcome,
        entries=((entry.id, 1.0),),
    )


def none_of_these(matcher: Matcher, state: ConversationState, language: Language) -> Step:
    """The person says that no option offered is meant: the team is offered instead."""
    wording = Wording(matcher.base, language)
    messages = matcher.base.messages
    reply = wording.reply(
        wording.text(messages.clarify_none),
        wording.button(messages.button_team, TEAM),
        wording.button(messages.button_menu, MENU),
    )
    pending = {**_NOTHING_PENDING, "pending_handoff": state.asked or None}
    return Step(state=state.model_copy(update=pending), replies=(reply,), outcome="unknown")


def pass_on(matcher: Matcher, state: ConversationState, language: Language) -> Step:
    """The message last asked about is recorded for the team; without one, it is asked for."""
    wording = Wording(matcher.base, language)
    messages = matcher.base.messages
    if state.pending_handoff is None:
        composing = state.model_copy(update={**_NOTHING_PENDING, "composing": True})
        reply = wording.reply(
            wording.text(messages.handoff_compose), wording.button(messages.button_no, NO)
        )
        return Step(state=composing, replies=(reply,), outcome="handoff")
    shown = escape(state.pending_handoff[:300])
    effect = RecordQuestion(kind="handoff", text=state.pending_handoff, language=language)
    reply = wording.reply(
        wording.text(messages.handoff_recorded, message=shown),
        wording.button(messages.button_menu, MENU),
    )
    state = state.model_copy(update=_NOTHING_PENDING)
    return Step(state=state, replies=(reply,), effects=(effect,), outcome="handoff")


def keep_to_oneself(matcher: Matcher, state: ConversationState, language: Language) -> Step:
    """The person does not want the message passed on."""
    wording = Wording(matcher.base, language)
    messages = matcher.base.messages
    reply = wording.reply(
        wording.text(messages.handoff_cancelled), wording.button(messages.button_menu, MENU)
    )
    state = state.model_copy(update=_NOTHING_PENDING)
    return Step(state=state, replies=(reply,), outcome="answer")


def _step(state: ConversationState, reply: Reply) -> Step:
    return Step(state=state, replies=(reply,), outcome="unknown")
