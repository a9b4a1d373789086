"""What each command leads to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from handlers import menu, messages
from handlers.languages import language_named, switched
from handlers.privacy import talking as privacy
from handlers.requests import form, listing
from handlers.requests.flow import beside
from handlers.requests.steps import DESCRIPTION
from handlers.requests.words import control

if TYPE_CHECKING:
    from handlers.events import CommandGiven
    from handlers.step import Step
    from handlers.talk import Talk


def given(talk: Talk, event: CommandGiven) -> Step:
    """What the command leads to, in the language that its channel knows to be the person's."""
    language = talk.state.chosen_language or event.language or talk.language
    talk = talk.speaking(language).having(doing=None)
    if event.name == "request":
        return _request(talk, event.argument.strip())
    asked_for = language_named(event.argument) if event.name == "language" else None
    if asked_for:
        return switched(talk, asked_for)
    return beside(talk, _beside_a_form(talk, event))


def _request(talk: Talk, text: str) -> Step:
    """A form, and what is written behind the command: what it asks for, or another request."""
    under_way = talk.state.form
    if text and under_way and under_way.step != DESCRIPTION and not control(text):
        return form.wished(talk, under_way, text)
    asked = form.begun_or_resumed(talk)
    return messages.written(replace(talk, state=asked.state), text) if text else asked


def _beside_a_form(talk: Talk, event: CommandGiven) -> Step:
    matcher, state, language = talk.matcher, talk.state, talk.language
    match event.name:
        case "start":
            return menu.start(matcher, state, event.argument, language)
        case "help":
            return menu.help_(matcher, state, language)
        case "language":
            return menu.languages(matcher, state, language)
        case "contact":
            return menu.contact(matcher, state, language)
        case "requests":
            return listing.listed(talk)
        case "mydata":
            return privacy.gather(talk, "show")
        case "erase":
            return privacy.gather(talk, "erase")
        case _:
            return menu.topics(matcher, state, language)
