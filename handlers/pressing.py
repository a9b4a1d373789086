"""A button that a person pressed: those of requests, of personal data and of the menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers import menu, passing_on, replying
from handlers.languages import language_named, switched
from handlers.privacy import talking as privacy
from handlers.privacy.buttons import is_ours as on_personal_data
from handlers.requests import form
from handlers.requests import pressing as requests
from handlers.requests.buttons import is_ours as requests_own
from handlers.requests.flow import beside
from handlers.wording import NO, NONE_OF_THESE, TEAM, YES

if TYPE_CHECKING:
    from handlers.step import Step
    from handlers.talk import Talk


def pressed(talk: Talk, value: str) -> Step:
    """What the button of that value leads to."""
    if requests_own(value):
        return requests.pressed(talk, value)
    talk = talk.having(doing=None)
    if on_personal_data(value):
        return privacy.pressed(talk, value)
    kind, _, argument = value.partition(":")
    language = language_named(argument) if kind == "language" else None
    if language:
        return switched(talk, language)
    if value in {TEAM, YES}:
        return form.accepted(talk)
    return beside(talk, _of_the_menu(talk, value))


def _of_the_menu(talk: Talk, value: str) -> Step:
    matcher, state, language = talk.matcher, talk.state, talk.language
    kind, _, argument = value.partition(":")
    entry = matcher.base.entry(argument) if kind == "entry" else None
    if entry:
        return replying.answer_entry(matcher, state, entry, language)
    if kind == "topic":
        return menu.topic(matcher, state, argument, language)
    if value == NONE_OF_THESE:
        return passing_on.none_of_these(matcher, state, language)
    if value == NO:
        return passing_on.keep_to_oneself(matcher, state, language)
    return menu.topics(matcher, state, language)
