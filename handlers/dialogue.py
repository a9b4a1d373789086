"""The dialogue: one pure function from a state and an event to a state, replies and effects.

It only decides which handler gets an event. No I/O, no clock, no randomness: a step may be
repeated.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from handlers import menu, passing_on, questions, replying
from handlers.events import (
    AttachmentReceived,
    ButtonPressed,
    CommandGiven,
    CompaniesFound,
    ConversationState,
    Event,
    MessageReceived,
    Reply,
    Step,
)
from handlers.phrases import language_asked_for, without_courtesies
from handlers.wording import MENU, NO, NONE_OF_THESE, TEAM, YES, Wording
from knowledge.model import LANGUAGES, Language

if TYPE_CHECKING:
    from knowledge.matching import Matcher

LONGEST_PASSED_ON = 4096
"""Characters of a message that the team is to have: as many as one of Telegram's holds."""

_SENTENCE_WORDS = 4
_TELLING = 300
"""Characters of a letter that are read to tell its language."""

_LANGUAGE: TypeAdapter[Language] = TypeAdapter(Language)


def step(matcher: Matcher, state: ConversationState, event: Event, now: dt.datetime) -> Step:
    """What ``event`` leads to at ``now`` in a conversation of ``state``."""
    del now  # opening hours and reminders will read it; the contract of a step has it
    match event:
        case MessageReceived():
            return _message(matcher, state, event.text)
        case ButtonPressed():
            return _button(matcher, state, event.value)
        case CommandGiven():
            return _command(matcher, state, event)
        case AttachmentReceived():
            return _attachment(matcher, state, event)
        case CompaniesFound():
            return Step(state=state)


def fallback(matcher: Matcher, state: ConversationState) -> Reply:
    """What is said when an event could not be handled: it is kept, and the team can be reached."""
    wording = Wording(matcher.base, _language(matcher, state))
    return wording.reply(wording.text(matcher.base.messages.failed))


def _language(matcher: Matcher, state: ConversationState) -> Language:
    return state.chosen_language or state.language or matcher.base.languages[0]


def _message(matcher: Matcher, state: ConversationState, text: str) -> Step:
    if len(text) > (LONGEST_PASSED_ON if state.composing else questions.LONGEST):
        return _too_long(matcher, state, text)
    if not state.composing:
        code = language_asked_for(text)
        if code in LANGUAGES and code in matcher.base.languages:
            return _switch(matcher, state, _LANGUAGE.validate_python(code))
        foreign = code or _foreign(matcher, text)
        if foreign and foreign not in LANGUAGES:
            return _other_language(matcher, state, text, foreign)
    language = _spoken(matcher, state, text)
    state = state.model_copy(update={"language": language})
    return questions.answer_message(matcher, state, text, language)


def _foreign(matcher: Matcher, text: str) -> str | None:
    return matcher.detect(text).foreign


def _spoken(matcher: Matcher, state: ConversationState, text: str) -> Language:
    """The message's language: its question tells, else its greeting, else the conversation.

    What is told but weakly yields to the conversation's; a chosen language yields only to a
    whole sentence in another.
    """
    core = without_courtesies(text)
    detected = matcher.detect(core)
    if detected.language is None and core != text:
        detected = matcher.detect(text)
    known = state.chosen_language or state.language
    if known and not detected.sure:
        return known
    if state.chosen_language and len(text.split()) < _SENTENCE_WORDS:
        return state.chosen_language
    return detected.language or _language(matcher, state)


def _too_long(matcher: Matcher, state: ConversationState, text: str) -> Step:
    told = matcher.detect(text[:_TELLING]).language
    wording = Wording(matcher.base, told or _language(matcher, state))
    reply = wording.reply(wording.text(matcher.base.messages.too_long))
    return Step(state=state, replies=(reply,), outcome="unknown")


def _other_language(matcher: Matcher, state: ConversationState, text: str, code: str) -> Step:
    """Told in French and English, and in the person's own language where that is known."""
    wording = Wording(matcher.base, _language(matcher, state))
    messages = matcher.base.messages
    own = messages.other_languages.get(code, "")
    reply = wording.reply(
        "\n\n".join(filter(None, [own, wording.text(messages.other_language)])),
        wording.button(messages.button_team, TEAM),
    )
    state = state.model_copy(
        update={**replying.NOTHING_PENDING, "asked": text, "pending_handoff": text}
    )
    return Step(state=state, replies=(reply,), outcome="unknown")


def _switch(matcher: Matcher, state: ConversationState, language: Language) -> Step:
    """The person asked for a language: it is kept, and what was last said is said again in it."""
    wording = Wording(matcher.base, language)
    state = state.model_copy(update={"chosen_language": language, "language": language})
    again = questions.offer_again(matcher, state, wording) or replying.say_again(
        matcher, state, language
    )
    if again:
        return again
    reply = wording.reply(
        wording.text(matcher.base.messages.language_switched),
        wording.button(matcher.base.messages.button_menu, MENU),
    )
    return Step(state=state, replies=(reply,), outcome="answer")


def _button(matcher: Matcher, state: ConversationState, value: str) -> Step:
    language = _language(matcher, state)
    kind, _, argument = value.partition(":")
    match kind:
        case "entry":
            entry = matcher.base.entry(argument)
            if entry:
                return replying.answer_entry(matcher, state, entry, language)
            return menu.topics(matcher, state, language)
        case "topic":
            return menu.topic(matcher, state, argument, language)
        case "language" if argument in LANGUAGES:
            return _switch(matcher, state, _LANGUAGE.validate_python(argument))
        case value if value == NONE_OF_THESE:
            return passing_on.none_of_these(matcher, state, language)
        case value if value in {TEAM, YES}:
            return passing_on.pass_on(matcher, state, language)
        case value if value == NO:
            return passing_on.keep_to_oneself(matcher, state, language)
        case _:
            return menu.topics(matcher, state, language)


def _command(matcher: Matcher, state: ConversationState, event: CommandGiven) -> Step:
    language = state.chosen_language or event.language or _language(matcher, state)
    state = state.model_copy(update={"language": language})
    match event.name:
        case "start":
            return menu.start(matcher, state, event.argument, language)
        case "help":
            return menu.help_(matcher, state, language)
        case "menu":
            return menu.topics(matcher, state, language)
        case "language" if event.argument in LANGUAGES:
            return _switch(matcher, state, _LANGUAGE.validate_python(event.argument))
        case "language":
            return menu.languages(matcher, state, language)
        case "contact" | "request" | "requests":
            return menu.contact(matcher, state, language)


def _attachment(matcher: Matcher, state: ConversationState, event: AttachmentReceived) -> Step:
    """What cannot be read is said so, once for an album; what was written with it is answered."""
    told = bool(event.album) and event.album == state.album
    state = state.model_copy(update={"album": event.album})
    wording = Wording(matcher.base, _language(matcher, state))
    if event.caption.strip():
        step = _message(matcher, state, event.caption)
        wording = Wording(matcher.base, _language(matcher, step.state))
    else:
        step = Step(state=state, outcome="unknown")
    if told:
        return step
    notice = wording.reply(wording.text(matcher.base.messages.not_text))
    return step.model_copy(update={"replies": (*step.replies, notice)})
