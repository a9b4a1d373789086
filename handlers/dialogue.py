"""The dialogue: one pure function from a state and an event to a state, replies and effects.

It only decides which handler gets an event. No I/O, no clock, no randomness: a step may be
repeated.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from handlers import menu, questions
from handlers.events import (
    AttachmentReceived,
    ButtonPressed,
    CommandGiven,
    ConversationState,
    Event,
    MessageReceived,
    Reply,
    Step,
)
from handlers.wording import MENU, NO, NONE_OF_THESE, TEAM, YES, Wording
from knowledge.model import LANGUAGES, Language
from knowledge.text import fold

if TYPE_CHECKING:
    from knowledge.matching import Matcher

_SENTENCE_WORDS = 4
_LANGUAGE: TypeAdapter[Language] = TypeAdapter(Language)
_ASKING = (
    r"(?:et |and |can you |could you |peux tu |pouvez-vous |please |answer |reponde[zs] |speak )*"
)
_PLEASE = r"(?: (?:please|plz|pls|svp|stp|s'il vous plait))?[ ?!.]*"
_IN_ENGLISH = re.compile(rf"{_ASKING}(?:in english|en anglais|english|anglais){_PLEASE}")
_IN_FRENCH = re.compile(rf"{_ASKING}(?:in french|en francais|french|francais){_PLEASE}")


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


def fallback(matcher: Matcher, state: ConversationState) -> Reply:
    """What is said when an event could not be handled: it is kept, and the team can be reached."""
    wording = Wording(matcher.base, _language(matcher, state))
    return wording.reply(wording.text(matcher.base.messages.failed))


def _language(matcher: Matcher, state: ConversationState) -> Language:
    return state.chosen_language or state.language or matcher.base.languages[0]


def _message(matcher: Matcher, state: ConversationState, text: str) -> Step:
    asked_language = _asked_language(text)
    if asked_language in matcher.base.languages:
        return _switch(matcher, state, asked_language)
    detected = matcher.detect(text)
    if detected.foreign:
        return _foreign(matcher, state, text)
    language = _spoken(matcher, state, text, detected.language)
    state = state.model_copy(update={"language": language})
    return questions.answer_message(matcher, state, text, language)


def _spoken(
    matcher: Matcher, state: ConversationState, text: str, detected: Language | None
) -> Language:
    """The message's language; a chosen one yields only to a whole sentence in another."""
    if state.chosen_language and len(text.split()) < _SENTENCE_WORDS:
        return state.chosen_language
    return detected or _language(matcher, state)


def _asked_language(text: str) -> Language | None:
    typed = fold(text).strip()
    if _IN_ENGLISH.fullmatch(typed):
        return "en"
    return "fr" if _IN_FRENCH.fullmatch(typed) else None


def _foreign(matcher: Matcher, state: ConversationState, text: str) -> Step:
    wording = Wording(matcher.base, _language(matcher, state))
    reply = wording.reply(
        wording.text(matcher.base.messages.other_language),
        wording.button(matcher.base.messages.button_team, TEAM),
    )
    state = state.model_copy(update={"asked": text, "pending_handoff": text})
    return Step(state=state, replies=(reply,), outcome="unknown")


def _switch(matcher: Matcher, state: ConversationState, language: Language) -> Step:
    """The person asked for a language: it is kept, and the last answer said again in it."""
    wording = Wording(matcher.base, language)
    state = state.model_copy(update={"chosen_language": language, "language": language})
    if state.last and state.last.entries:
        entry = matcher.base.entry(state.last.entries[-1])
        if entry:
            return questions.answer_entry(matcher, state, entry, language)
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
                return questions.answer_entry(matcher, state, entry, language)
            return menu.topics(matcher, state, language)
        case "topic":
            return menu.topic(matcher, state, argument, language)
        case "language" if argument in LANGUAGES:
            return _switch(matcher, state, _LANGUAGE.validate_python(argument))
        case value if value == NONE_OF_THESE:
            return questions.none_of_these(matcher, state, language)
        case value if value in {TEAM, YES}:
            return questions.pass_on(matcher, state, language)
        case value if value == NO:
            return questions.keep_to_oneself(matcher, state, language)
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
        case "contact":
            return menu.contact(matcher, state, language)


def _attachment(matcher: Matcher, state: ConversationState, event: AttachmentReceived) -> Step:
    """What cannot be read is said so; what was written with it is answered."""
    wording = Wording(matcher.base, _language(matcher, state))
    if event.caption.strip():
        step = _message(matcher, state, event.caption)
        wording = Wording(matcher.base, _language(matcher, step.state))
    else:
        step = Step(state=state, outcome="unknown")
    notice = wording.reply(wording.text(matcher.base.messages.not_text))
    return step.model_copy(update={"replies": (*step.replies, notice)})
