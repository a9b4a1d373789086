"""A person's message to replies: what it asks, by itself and after what came before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.following import in_context, respond
from handlers.passing_on import keep_to_oneself, none_of_these
from handlers.phrases import Phrase, choice, phrase, without_courtesies
from handlers.replying import NOTHING_PENDING, answer_entry, offer, say
from handlers.state import ConversationState
from handlers.step import Step
from handlers.wording import Wording
from knowledge.decision import Decision, decide
from knowledge.inseparable import inseparable
from knowledge.matching import Matcher
from knowledge.reading import Context
from knowledge.segments import Part, understand

if TYPE_CHECKING:
    from knowledge.model import Language

LONGEST = 1500
"""Characters of a message beyond which it is a letter, not a question."""


def answer_message(
    matcher: Matcher, state: ConversationState, text: str, language: Language
) -> Step:
    """What ``text`` leads to, read in ``language`` and in the light of what came before."""
    wording = Wording(matcher.base, language)
    core = without_courtesies(text)
    spoken = phrase(text) or phrase(core)
    replied = _to_what_was_asked(matcher, state, text, spoken, wording)
    if not replied and spoken:
        replied = respond(matcher, state, spoken, core, wording)
    if replied:
        return replied
    state = state.model_copy(update={"asked": text, **NOTHING_PENDING})
    parts = _understood(matcher, state, text, core, wording)
    return say(matcher, state, parts, wording, text)


def accepts_the_team(state: ConversationState, text: str) -> bool:
    """Whether ``text`` is a "yes" to the offer that the team have the last message."""
    if state.pending_handoff is None or state.offered:
        return False
    return "yes" in {phrase(text), phrase(without_courtesies(text))}


def _to_what_was_asked(
    matcher: Matcher, state: ConversationState, text: str, spoken: Phrase | None, wording: Wording
) -> Step | None:
    """Replies to what the assistant has just asked."""
    if state.offered:
        return _to_an_offer(matcher, state, text, spoken, wording)
    if state.pending_handoff is not None and spoken == "no":
        return keep_to_oneself(matcher, state, wording.language)
    return None


def _to_an_offer(
    matcher: Matcher, state: ConversationState, text: str, spoken: Phrase | None, wording: Wording
) -> Step | None:
    chosen = choice(text, len(state.offered))
    if chosen is not None:
        entry = matcher.base.entry(state.offered[chosen])
        return answer_entry(matcher, state, entry, wording.language) if entry else None
    if spoken == "no":
        return none_of_these(matcher, state, wording.language)
    return offer_again(matcher, state, wording) if spoken == "yes" else None


def offer_again(matcher: Matcher, state: ConversationState, wording: Wording) -> Step | None:
    """The options last offered, once more: which one is meant was not said."""
    entries = [entry for entry in map(matcher.base.entry, state.offered) if entry]
    if not entries:
        return None
    reply, state = offer(state, entries, wording, wording.base.messages.choose)
    return Step(state=state, replies=(reply,), outcome="clarify")


def _understood(
    matcher: Matcher, state: ConversationState, text: str, core: str, wording: Wording
) -> list[Part]:
    def judge(piece: str, before: Part | None) -> Decision:
        context = Context(before.text, (before.entry,)) if before and before.entry else None
        return decide(matcher.match(piece, wording.language, context), matcher.costs)

    parts = understand(core, judge, inseparable(matcher))
    if len(parts) > 1:
        return parts
    part = _by_keyword(matcher, state, parts[0], wording)
    if core != text.strip() and not part.is_sure():
        whole = Part(text, judge(text, None))
        part = whole if whole.is_sure() and not whole.courtesy else part
    # The team reads the message as it was written.
    return [Part(text, part.decision)]


def _by_keyword(matcher: Matcher, state: ConversationState, part: Part, wording: Wording) -> Part:
    """``part``, in the light of what came before, or else led by the keyword that it is.

    A word such as "conditions" asks of what was spoken of, if that answers it, and not in general.
    """
    within = in_context(matcher, state, part, wording)
    called = matcher.called(part.text, wording.language)
    spoken_of = state.last and within.is_sure() and within.decision.outcome != "unknown"
    if called is None or spoken_of:
        return within
    return Part(part.text, Decision(called.entry.outcome, (called,), (called,)))
