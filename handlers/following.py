"""Messages that are about the answer before them: "tell me more", "why?", "I don't understand"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.effects import RecordQuestion
from handlers.menu import welcome
from handlers.phrases import FOLLOW_UP_WORDS, Phrase, leans_on_what_came_before
from handlers.replying import certain, offer, say, team_and_menu
from handlers.state import ConversationState, Turn
from handlers.step import Step
from handlers.wording import MENU, Wording, entry_button
from knowledge.decision import Decision, decide
from knowledge.matching import VERBATIM_SCORE, Match
from knowledge.reading import Context
from knowledge.segments import Part
from knowledge.text import words

if TYPE_CHECKING:
    from knowledge.matching import Matcher
    from knowledge.model import Entry, Texts

_OFFERED = 4
_ANSWERABLE = frozenset({"greeting", "thanks"})
_FOUND_SCORE = 0.4
"""Of a follow-up that finds an entry akin to the one before: less is needed than of a question."""


def respond(
    matcher: Matcher, state: ConversationState, spoken: Phrase, text: str, wording: Wording
) -> Step | None:
    """The reply to one of the fixed phrases, or None where the matcher has to find it."""
    match spoken:
        case "yes" | "okay" | "no" | "thanks" | "greeting":
            return _courtesy(matcher, state, spoken, text, wording)
        case "more" if state.last:
            return _more(matcher, state, text, wording)
        case "puzzled" if state.last:
            return _unclear(matcher, state, text, wording, wording.base.messages.puzzled)
        case "bare" if state.last and state.last.entries:
            return _bare(matcher, state, text, wording)
        case _:
            return None


def in_context(matcher: Matcher, state: ConversationState, part: Part, wording: Wording) -> Part:
    """``part``, understood by what came before if it does not stand by itself."""
    if state.last is None or len(words(part.text)) > FOLLOW_UP_WORDS:
        return part
    leaning = leans_on_what_came_before(part.text)
    if part.is_sure() and not leaning:
        return part
    context = _context(matcher, state.last, wording)
    matches = matcher.match(part.text, wording.language, context)
    completed = Part(part.text, decide(matches, matcher.costs))
    spoken_for = {match.entry.id for match in part.decision.matches}
    if not leaning and completed.entry not in spoken_for - {*state.last.entries}:
        # What came before would answer anything: the message itself must speak for the entry.
        return part
    known = {part.entry, *state.last.entries}
    if part.is_sure() and (not completed.is_sure() or completed.entry in known):
        return part
    return completed


def _context(matcher: Matcher, last: Turn, wording: Wording) -> Context:
    """What was asked and what it was answered with, in words: "it" stands for either."""
    entries = filter(None, map(matcher.base.entry, last.entries))
    labels = [entry.label_in(wording.language) for entry in entries]
    return Context(" ".join([last.text, *labels]), last.entries)


def _courtesy(
    matcher: Matcher, state: ConversationState, spoken: Phrase, text: str, wording: Wording
) -> Step:
    """The folder's own words where it has some.

    An entry that is no courtesy may answer a greeting or thanks too, if it has that for a question;
    a "yes" or "no" that was not asked for is never worth a whole answer.
    """
    own = Part(text, decide(matcher.match(text, wording.language), matcher.costs))
    meant = spoken in _ANSWERABLE and own.decision.score >= VERBATIM_SCORE
    if own.is_sure() and (own.courtesy or meant):
        return say(matcher, state, [own], wording, text)
    considered = tuple((match.entry.id, match.score) for match in own.decision.matches)
    if spoken == "greeting":
        return welcome(matcher, state, wording).model_copy(update={"entries": considered})
    messages = matcher.base.messages
    reply = wording.reply(
        wording.text(messages.thanked if spoken == "thanks" else messages.acknowledged),
        *(entry_button(entry, wording.language) for entry in _next(matcher, state)),
        wording.button(messages.button_menu, MENU),
    )
    return Step(state=state, replies=(reply,), outcome="answer", entries=considered)


def _last_entries(matcher: Matcher, state: ConversationState) -> list[Entry]:
    ids = state.last.entries if state.last else ()
    return [entry for entry in map(matcher.base.entry, ids) if entry]


def _next(matcher: Matcher, state: ConversationState) -> list[Entry]:
    """What is offered after the last answer: what its entries name, else others of its topic."""
    last = _last_entries(matcher, state)
    said = {entry.id for entry in last}
    named = {follow_up: None for entry in last for follow_up in entry.follow_ups}
    following = [entry for entry in map(matcher.base.entry, named) if entry]
    topics = {entry.topic for entry in last}
    akin = [entry for entry in matcher.base.entries if entry.topic in topics]
    return [entry for entry in following or akin if entry.id not in said and not entry.courtesy][
        :_OFFERED
    ]


def _more(matcher: Matcher, state: ConversationState, text: str, wording: Wording) -> Step:
    entries = _next(matcher, state)
    if not entries:
        return _unclear(matcher, state, text, wording, wording.base.messages.no_more)
    reply, state = offer(state, entries, wording, wording.base.messages.more)
    return Step(state=state, replies=(reply,), outcome="clarify")


def _unclear(
    matcher: Matcher, state: ConversationState, text: str, wording: Wording, texts: Texts
) -> Step:
    """The last answer was not enough: what follows it and the team are offered, and it is noted."""
    about = state.last.text if state.last else ""
    question = f"{about} → {text}" if about else text
    reply = wording.reply(
        wording.text(texts),
        *(entry_button(entry, wording.language) for entry in _next(matcher, state)),
        *team_and_menu(wording),
    )
    effect = RecordQuestion(kind="unanswered", text=question, language=wording.language)
    state = state.model_copy(update={"pending_handoff": question})
    return Step(state=state, replies=(reply,), effects=(effect,), outcome="unknown")


def _bare(matcher: Matcher, state: ConversationState, text: str, wording: Wording) -> Step:
    """A "why?" is about the last answer: it said so already, or an entry akin to it does."""
    told = [entry for entry in _last_entries(matcher, state) if _tells(entry, text, wording)]
    if told:
        parts = [Part(text, certain(entry)) for entry in told]
        return say(matcher, state, parts, wording, state.last.text if state.last else text)
    found = _akin(matcher, state, text, wording)
    if found:
        part = Part(text, Decision(found.entry.outcome, (found,), (found,)))
        return say(matcher, state, [part], wording, found.entry.label_in(wording.language))
    return _unclear(matcher, state, text, wording, wording.base.messages.no_detail)


_ASKED = tuple(
    frozenset(words.split())
    for words in (
        "qui ki who whom",
        "quand when",
        "ou where",
        "combien much many",
        "pourquoi why",
    )
)
"""Words that ask for the same: who, when, where, how much, why."""

_TELLING_SHARE = 0.25


def _tells(entry: Entry, text: str, wording: Wording) -> bool:
    """Whether what ``text`` asks ("who?") is what a good part of the entry's questions ask."""
    said = set(words(text))
    asked = next((group for group in _ASKED if group & said), frozenset())
    questions = entry.questions.get(wording.language, ())
    alike = sum(not asked.isdisjoint(words(question)) for question in questions)
    return bool(questions) and alike >= _TELLING_SHARE * len(questions)


def _akin(matcher: Matcher, state: ConversationState, text: str, wording: Wording) -> Match | None:
    """The likeliest entry among those that the last answer's entries are near to."""
    last = _last_entries(matcher, state)
    if state.last is None or not last:
        return None
    language = wording.language
    topics = {entry.topic for entry in last}
    named = {follow_up for entry in last for follow_up in entry.follow_ups}
    context = _context(matcher, state.last, wording)
    matches = [
        *matcher.match(text, language, context),
        *matcher.match(f"{text} {last[-1].label_in(language)}", language),
    ]
    akin = [
        match
        for match in matches
        if match.score >= _FOUND_SCORE
        and (match.entry.id in named or match.entry.topic in topics)
        and match.entry not in last
    ]
    return max(akin, key=lambda match: match.score, default=None)
