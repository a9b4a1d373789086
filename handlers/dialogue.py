"""The dialogue: one pure function from a state and an event to a state, replies and effects.

It only decides which handler gets an event. No I/O, no clock, no randomness: a step may be
repeated.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from handlers import menu, passing_on, questions, replying
from handlers.commands import command_typed
from handlers.effects import RecordQuestion
from handlers.events import (
    AttachmentReceived,
    ButtonPressed,
    CommandGiven,
    CompaniesFound,
    Event,
    MessageReceived,
)
from handlers.phrases import language_asked_for, without_courtesies
from handlers.privacy import talking as privacy
from handlers.privacy.buttons import is_ours as on_personal_data
from handlers.privacy.model import DataGathered
from handlers.requests import form, listing
from handlers.requests.additions import LONGEST, adds
from handlers.requests.answers import takes_up
from handlers.requests.attachments import cannot_join, not_accepted, received
from handlers.requests.buttons import is_ours as requests_own
from handlers.requests.company import companies_found
from handlers.requests.doing import to_what_is_being_done
from handlers.requests.flow import ask_again, beside
from handlers.requests.pressing import pressed
from handlers.requests.steps import COMPANY, CONTACT, DESCRIPTION, RECAP
from handlers.requests.talk import Talk
from handlers.requests.team_words import between_company_and_team
from handlers.requests.words import asks, control
from handlers.state import ConversationState
from handlers.step import Step
from handlers.team.handling import TEAM_EVENTS, handle
from handlers.values import Reply
from handlers.wording import MENU, NO, NONE_OF_THESE, TEAM, YES, Wording
from knowledge.model import LANGUAGES, Language

if TYPE_CHECKING:
    from knowledge.matching import Matcher

_SENTENCE_WORDS = 4
_TELLING = 300
"""Characters of a letter that are read to tell its language."""

_NAMING = frozenset({COMPANY, CONTACT})
"""Questions answered by names, which tell no language."""

_RESUMING = frozenset({"resume", "back", "skip", "correct", "agree"})
"""What is said to a form only: a paused one shows its question again, and nothing more happens."""

_LANGUAGE: TypeAdapter[Language] = TypeAdapter(Language)


def step(  # noqa: PLR0913, PLR0917 - the contract of a step
    matcher: Matcher,
    state: ConversationState,
    event: Event,
    now: dt.datetime,
    reference: str,
    channel: str = "terminal",
) -> Step:
    """What ``event`` leads to at ``now`` (aware) in a conversation of ``state``.

    ``reference`` is that of the request that the event files if it files one, so that a repeated
    step gives the same; ``channel`` is where the conversation takes place.
    """
    if isinstance(event, TEAM_EVENTS):
        return handle(matcher, state, event, now)
    wording = Wording(matcher.base, _language(matcher, state))
    talk = Talk(matcher, state, wording, now, reference, channel)
    if state.erasing:
        return privacy.while_erasing(talk, event)
    if isinstance(event, MessageReceived) and not event.edited:
        # Pages have no commands of their own: a person types them.
        event = command_typed(event.text) or event
    return _answered(talk, event)


def _answered(talk: Talk, event: Event) -> Step:
    with_the_team = between_company_and_team(talk, event)
    if with_the_team:
        return with_the_team
    match event:
        case MessageReceived():
            return _giving_way(_message(talk, event.text, is_edit=event.edited))
        case ButtonPressed():
            return _button(talk, event.value)
        case CommandGiven():
            return _command(talk, event)
        case AttachmentReceived():
            return _attachment(talk, event)
        case CompaniesFound():
            return companies_found(talk, event)
        case DataGathered():
            return privacy.gathered(talk, event)
        case _:
            return Step(state=talk.state)


def _giving_way(step: Step) -> Step:
    """``step`` whose answers are left to a member of the team who takes a request meanwhile.

    Only if nothing else came of the message: it is then put to the member instead.
    """
    form, effects = step.state.form, step.effects
    in_hand = not step.state.requests or (form is not None and not form.paused)
    if in_hand or any(not isinstance(effect, RecordQuestion) for effect in effects):
        return step
    replies = (reply.model_copy(update={"automatic": True}) for reply in step.replies)
    return step.model_copy(update={"replies": tuple(replies)})


def fallback(matcher: Matcher, state: ConversationState) -> Reply:
    """What is said when an event could not be handled: it is kept, and the team can be reached."""
    wording = Wording(matcher.base, _language(matcher, state))
    return wording.reply(wording.text(matcher.base.messages.failed))


def _language(matcher: Matcher, state: ConversationState) -> Language:
    return state.chosen_language or state.language or matcher.base.languages[0]


def _in(talk: Talk, language: Language) -> Talk:
    """``talk`` in ``language`` from now on."""
    wording = Wording(talk.base, language)
    return replace(talk, wording=wording).having(language=language)


# -- Messages -------------------------------------------------------------------------------------


def _message(talk: Talk, text: str, *, is_edit: bool = False) -> Step:
    state = talk.state
    code = language_asked_for(text)
    if code in LANGUAGES and code in talk.base.languages:
        return _switch(talk, _LANGUAGE.validate_python(code))
    if state.doing:
        done = to_what_is_being_done(talk, text, is_edit=is_edit)
        if done:
            return beside(talk, done)
        talk = talk.having(doing=None)
    if state.form and not state.form.paused:
        if state.form.step not in _NAMING and len(text) <= LONGEST:
            talk = _in(talk, _spoken(talk, text))
        return form.message(talk, state.form, text, is_edit=is_edit)
    if len(text) > questions.LONGEST:
        return beside(talk, _too_long(talk, text))
    asked = _about_requests(talk, text, is_edit=is_edit)
    if asked:
        return asked
    foreign = code or talk.matcher.detect(text).foreign
    if foreign and foreign not in LANGUAGES:
        return beside(talk, _other_language(talk, text, foreign))
    return _question(_in(talk, _spoken(talk, text)), text)


def _about_requests(talk: Talk, text: str, *, is_edit: bool) -> Step | None:
    """The words that resume a request, list those that are open, or agree once more."""
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
        return form.agreed(talk, None, talk.state.requests[-1].seal)
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


def _spoken(talk: Talk, text: str) -> Language:
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
    return detected.language or _language(matcher, state)


def _too_long(talk: Talk, text: str) -> Step:
    """A letter is not answered, but the team may have it."""
    told = talk.matcher.detect(text[:_TELLING]).language
    wording = Wording(talk.base, told or talk.language)
    messages = talk.messages
    offered = len(text) <= LONGEST
    buttons = [wording.button(messages.button_team, TEAM)] if offered else []
    reply = wording.reply(wording.text(messages.too_long), *buttons)
    if offered:
        pending = {**replying.NOTHING_PENDING, "asked": text, "pending_handoff": text}
        talk = talk.having(**pending)
    return talk.step(reply, outcome="unknown")


def _other_language(talk: Talk, text: str, code: str) -> Step:
    """Told in French and English, and in the person's own language where that is known."""
    messages = talk.messages
    own = messages.other_languages.get(code, "")
    team = talk.button(messages.button_team, TEAM)
    reply = talk.reply(own, talk.words(messages.other_language), buttons=[team])
    pending = {**replying.NOTHING_PENDING, "asked": text, "pending_handoff": text}
    return talk.having(**pending).step(reply, outcome="unknown")


def _switch(talk: Talk, language: Language) -> Step:
    """The person asked for a language: it is kept, and what was last said is said again in it."""
    talk = _in(talk, language).having(chosen_language=language)
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


# -- Buttons, commands, attachments ---------------------------------------------------------------


def _button(talk: Talk, value: str) -> Step:
    if requests_own(value):
        return pressed(talk, value)
    talk = talk.having(doing=None)
    if on_personal_data(value):
        return privacy.pressed(talk, value)
    kind, _, argument = value.partition(":")
    if kind == "language" and argument in LANGUAGES:
        return _switch(talk, _LANGUAGE.validate_python(argument))
    if value in {TEAM, YES}:
        return form.accepted(talk)
    return beside(talk, _menu_button(talk, value))


def _menu_button(talk: Talk, value: str) -> Step:
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


def _command(talk: Talk, event: CommandGiven) -> Step:
    language = talk.state.chosen_language or event.language or talk.language
    talk = _in(talk, language).having(doing=None)
    if event.name == "request":
        return _request_command(talk, event.argument.strip())
    if event.name == "language" and event.argument in LANGUAGES:
        return _switch(talk, _LANGUAGE.validate_python(event.argument))
    return beside(talk, _menu_command(talk, event))


def _request_command(talk: Talk, text: str) -> Step:
    """A form, and what is written behind the command: what it asks for, or another request."""
    under_way = talk.state.form
    if text and under_way and under_way.step != DESCRIPTION and not control(text):
        return form.wished(talk, under_way, text)
    asked = form.begun_or_resumed(talk)
    return _message(replace(talk, state=asked.state), text) if text else asked


def _menu_command(talk: Talk, event: CommandGiven) -> Step:
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


def _attachment(talk: Talk, event: AttachmentReceived) -> Step:
    """A document joins a request; what cannot be read is said so; a caption is a message."""
    adding = talk.state.doing is not None and talk.state.doing.what == "add"
    if event.file is None:
        return _with_caption(talk, _without_file(talk, event), event.caption)
    first = received(talk, event, event.file)
    return first if adding else _with_caption(talk, first, event.caption)


def _without_file(talk: Talk, event: AttachmentReceived) -> Step:
    """A voice message, a place, a programme …: it is not read, and joins nothing."""
    if event.refused:
        return not_accepted(talk, event.refused)
    under_way = talk.state.form
    if under_way and not under_way.paused:
        return cannot_join(talk, under_way)
    reply = talk.reply(talk.words(talk.messages.not_text))
    return beside(talk, talk.step(reply, outcome="unknown"))


def _with_caption(talk: Talk, first: Step, caption: str) -> Step:
    """``first``, and the answer to what was written with it; the latter's buttons are those.

    What was sent changes the recap, so that its caption is no agreement to it.
    """
    at_recap = first.state.form is not None and first.state.form.step == RECAP
    if not caption.strip() or (at_recap and form.agrees(caption)):
        return first
    second = _message(replace(talk, state=first.state), caption)
    said = tuple(reply.model_copy(update={"buttons": ()}) for reply in first.replies)
    return second.model_copy(
        update={
            "replies": (*said, *second.replies),
            "effects": (*first.effects, *second.effects),
        }
    )
