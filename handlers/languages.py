"""Which language is spoken: the one that was chosen, the message's own, the conversation's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from handlers import questions, replying
from handlers.phrases import without_courtesies
from handlers.requests.flow import ask_again, beside
from handlers.wording import MENU
from knowledge.model import LANGUAGES, Language

if TYPE_CHECKING:
    from handlers.state import ConversationState
    from handlers.step import Step
    from handlers.talk import Talk
    from knowledge.matching import Matcher

_SENTENCE_WORDS = 4

_LANGUAGE: TypeAdapter[Language] = TypeAdapter(Language)


def language_named(code: str | None) -> Language | None:
    """The language of ``code``, if it is one that a folder can be written in."""
    return _LANGUAGE.validate_python(code) if code in LANGUAGES else None


def language_of(matcher: Matcher, state: ConversationState) -> Language:
    """The conversation's language, before anything more is said."""
    return state.chosen_language or state.language or matcher.base.languages[0]


def spoken(talk: Talk, text: str) -> Language:
    """The message's language: its question tells, else its greeting, else the conversation.

    What is told but weakly yields to the conversation's; a chosen language yields only to a
    whole sentence in another.
    """
    matcher, state = talk.matcher, talk.state
    core = without_courtesies(text)
    detected = matcher.detect(core)
    if detected.language is None and core != text:
        detected = matcher.detect(text)
    known = state.chosen_language or state.language
    if known and not detected.sure:
        return known
    if state.chosen_language and len(text.split()) < _SENTENCE_WORDS:
        return state.chosen_language
    return detected.language or language_of(matcher, state)


def switched(talk: Talk, language: Language) -> Step:
    """The person asked for a language: it is kept, and what was last said is said again in it."""
    talk = talk.speaking(language).having(chosen_language=language)
    under_way = talk.state.form
    if under_way and not under_way.paused:
        return ask_again(talk, under_way)
    wording = talk.wording
    again = questions.offer_again(talk.matcher, talk.state, wording) or replying.say_again(
        talk.matcher, talk.state, language
    )
    if again:
        return beside(talk, again)
    menu_button = talk.button(talk.messages.button_menu, MENU)
    reply = talk.reply(talk.words(talk.messages.language_switched), buttons=[menu_button])
    return beside(talk, talk.step(reply, outcome="answer"))
