"""A message that a person wrote: which of all that it may be about gets it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from handlers import passing_on, questions
from handlers.languages import language_named, spoken, switched
from handlers.phrases import language_asked_for
from handlers.requests import form, listing
from handlers.requests.additions import LONGEST, adds
from handlers.requests.agreeing import agreed
from handlers.requests.answers import takes_up
from handlers.requests.doing import to_what_is_being_done
from handlers.requests.flow import beside
from handlers.requests.steps import COMPANY, CONTACT
from handlers.requests.words import asks, control
from knowledge.model import LANGUAGES

if TYPE_CHECKING:
    from handlers.step import Step
    from handlers.talk import Talk

_NAMING = frozenset({COMPANY, CONTACT})
"""Questions answered by names, which tell no language."""

_RESUMING = frozenset({"resume", "back", "skip", "correct", "agree"})
"""What is said to a form only: a paused one shows its question again, and nothing more happens."""


def written(talk: Talk, text: str, *, is_edit: bool = False) -> Step:
    """A wish for a language, a word to what is being done, an answer to a form, or a question."""
    state = talk.state
    code = language_asked_for(text)
    language = language_named(code)
    if language in talk.base.languages:
        return switched(talk, language)
    if state.doing:
        done = to_what_is_being_done(talk, text, is_edit=is_edit)
        if done:
            return beside(talk, done)
        talk = talk.having(doing=None)
    if state.form and not state.form.paused:
        if state.form.step not in _NAMING and len(text) <= LONGEST:
            talk = talk.speaking(spoken(talk, text))
        return form.message(talk, state.form, text, is_edit=is_edit)
    if len(text) > questions.LONGEST:
        return beside(talk, passing_on.too_long(talk, text))
    asked = _about_requests(talk, text, is_edit=is_edit)
    if asked:
        return asked
    foreign = code or talk.matcher.detect(text).foreign
    if foreign and foreign not in LANGUAGES:
        return beside(talk, passing_on.other_language(talk, text, foreign))
    return _question(talk.speaking(spoken(talk, text)), text)


def _about_requests(talk: Talk, text: str, *, is_edit: bool) -> Step | None:
    """What is said of requests: a control word, or the answer that a paused form waits for."""
    paused, word = talk.state.form, control(text)
    if word == "list":
        return beside(talk, listing.listed(talk))
    if word == "new":
        return form.begun_or_resumed(talk)
    if paused and word == "cancel":
        return form.cancelled(talk)
    if paused and word in _RESUMING:
        return form.resumed(talk)
    if word == "agree" and talk.state.requests:
        return agreed(talk, None, talk.state.requests[-1].seal)
    if paused and not is_edit and takes_up(talk, paused, text):
        return form.message(talk, paused, text, is_edit=False)
    return None


def _question(talk: Talk, text: str) -> Step:
    """A message beside any form: answered, or the beginning of a request."""
    if questions.accepts_the_team(talk.state, text):
        return form.accepted(talk)
    before = form.need_pending(talk)
    told = form.tells_of_request(talk, text)
    if before and (told or adds(text)) and not asks(text) and not talk.state.form:
        return form.begun(talk, f"{before}\n{text}", need=form.need_of_last(talk, before))
    result = questions.answer_message(talk.matcher, talk.state, text, talk.language)
    if told and not talk.state.form:
        begun = form.begun_beside(replace(talk, state=result.state), text, result)
        if begun:
            return begun
    return beside(talk, result)
