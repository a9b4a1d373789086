"""The request form: begun, gone through, left and resumed.

Its parts:

steps          which question comes next
asking         the questions and their buttons
answers        a message in mid-form: an answer, a slip, an edit
said           what a message says to the present question
additions      what it says beside
asides         questions of the person's own
moving         back, on without an answer, into an open request
flow           from one question to the next
company        what the directory found, and whether the company is concerned
recap, consent what would be filed, and the agreement to it
agreeing       a message at the recap: agreement, a question, a correction
filing         the request on its way
open_requests  what was filed: shown, added to, taken back
listing        all of these, and one with its history
progress       how far one has come
team_words     what the team does with it, and what is said while a person answers
doing          a message while something is done with one of these
attachments    documents and photographs
pressing       the buttons of all of these
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.phrases import phrase, without_courtesies
from handlers.replying import NOTHING_PENDING, answers_alone
from handlers.requests import buttons, listing, steps
from handlers.requests.additions import LONGEST
from handlers.requests.agreeing import at_the_recap
from handlers.requests.answers import answered, appended, edited
from handlers.requests.flow import ask_again, beside, go_on, with_details
from handlers.requests.model import Details
from handlers.requests.moving import added_here, back, skip
from handlers.requests.showing import known_lines, shortened
from handlers.requests.understanding import read_slots
from handlers.requests.understanding.passage import Passage
from handlers.requests.words import Control, asks, control
from handlers.state import Form
from handlers.wording import MENU, TEAM
from knowledge.text import words

if TYPE_CHECKING:
    from handlers.step import Step
    from handlers.talk import Talk
    from handlers.values import Reply

_SAYS_NOTHING = 6
"""Words of a message to speak to somebody, up to which it does not say of what."""


# -- Beginning and resuming -----------------------------------------------------------------------


def begun(talk: Talk, text: str = "", *, need: str | None = None) -> Step:
    """A new form; ``text`` is the request, as far as it is told. ``need`` is that of an entry."""
    said = talk.understood(text) if text else Details()
    details = said.model_copy(
        update={
            "need": said.need or need,
            "description": text.strip(),
            "files": talk.state.files,
        }
    )
    form, effects = with_details(Form(details=Details(), step=""), details)
    form = form.model_copy(update={"answered": steps.DESCRIPTION if text else ""})
    lines = known_lines(talk, details)
    messages = talk.messages
    intro = (
        talk.words(messages.request_understood, lines=lines)
        if lines
        else talk.words(messages.request_begun)
    )
    talk = talk.having(**NOTHING_PENDING, files=(), doing=None)
    return go_on(talk, form, intro, effects=effects)


def accepted(talk: Talk) -> Step:
    """The person would have the team take over: the message that led there is the request."""
    text = talk.state.pending_handoff or ""
    if talk.state.form is None:
        return begun(talk, _telling(talk, text), need=need_of_last(talk, text))
    return _under_way(talk) if text else resumed(talk)


def _telling(talk: Talk, text: str) -> str:
    """``text``, unless it only asks for somebody to speak to: then what about is still to be told.

    Such entries belong to no need, in a folder that says which entries belong to its needs.
    """
    last = talk.state.last
    entries = [talk.base.entry(one) for one in last.entries] if last and last.text == text else []
    for_somebody = any(entry and entry.outcome == "handoff" for entry in entries)
    few = len(words(without_courtesies(text))) <= _SAYS_NOTHING
    needs = talk.base.request_form.needs
    told = any(need.entries or need.topics for need in needs)
    needless = told and need_of_last(talk, text) is None
    return "" if for_somebody and few and needless else text


def need_of_last(talk: Talk, text: str) -> str | None:
    """The one need that the entry of the message belongs to."""
    last = talk.state.last
    if last is None or last.text != text:
        return None
    entries = [entry for entry in map(talk.base.entry, last.entries) if entry]
    needs = {
        need.id
        for need in talk.base.request_form.needs
        for entry in entries
        if entry.id in need.entries or entry.topic in need.topics
    }
    return needs.pop() if len(needs) == 1 else None


def need_pending(talk: Talk) -> str:
    """The need that was just told and offered to be passed on, in the person's words."""
    pending, last = talk.state.pending_handoff, talk.state.last
    if not pending or last is None or last.text != pending:
        return ""
    entries = map(talk.base.entry, last.entries)
    return pending if any(one and one.outcome == "handoff" for one in entries) else ""


def tells_of_request(talk: Talk, text: str) -> bool:
    """Whether ``text`` says what only a request does: a surface, who one is, how to be reached."""
    said, _ = read_slots(talk.matcher, Passage.of(text), talk.today)
    told = (said.surface, said.headcount, said.company, said.email, said.phone)
    return any(value not in (None, "") for value in told) and not asks(text)


def begun_beside(talk: Talk, text: str, answer: Step) -> Step | None:
    """A new form of ``text``, which tells of a request, below what ``answer`` said to it.

    None where ``text`` was answered otherwise than as a need, or is no need at all.
    """
    if answer.outcome == "answer":
        return None
    step = begun(talk, text, need=need_of_last(talk, text))
    if answer.outcome == "handoff":
        said = answers_alone(filter(_answers, answer.replies), talk.wording)
    elif step.state.form and step.state.form.details.need:
        said = ()
    else:
        return None
    shown = tuple(reply.model_copy(update={"buttons": ()}) for reply in said)
    return step.model_copy(update={"replies": (*shown, *step.replies), "entries": answer.entries})


def _answers(reply: Reply) -> bool:
    """Whether a reply tells something: one that refuses to, offers the team instead."""
    return all(button.value != TEAM for button in reply.buttons)


def begun_or_resumed(talk: Talk) -> Step:
    """The command and the button: the form under way, or a new one."""
    return resumed(talk) if talk.state.form else begun(talk)


def resumed(talk: Talk) -> Step:
    """The question that the form has come to."""
    form = talk.state.form
    messages = talk.messages
    if form is None:
        new = talk.button(messages.button_request_new, buttons.NEW)
        return talk.step(talk.reply(talk.words(messages.request_none_under_way), buttons=[new]))
    talk = talk.having(**NOTHING_PENDING, doing=None)
    lead = ask_again if form.correcting or not form.found else go_on
    return lead(talk, form, talk.words(messages.request_resumed))


def restarted(talk: Talk) -> Step:
    """The form under way is given up for a new one, with the message that led there if one did."""
    text = talk.state.pending_handoff or ""
    return begun(talk.having(form=None), text, need=need_of_last(talk, text))


def wished(talk: Talk, form: Form, text: str) -> Step:
    """A request is written out while ``form`` is under way: it joins that, or is another."""
    if len(text) > LONGEST:
        return ask_again(talk, form, talk.words(talk.messages.request_too_long))
    return _under_way(talk.having(asked=text, pending_handoff=text))


def joined(talk: Talk) -> Step:
    """What was written for another request is part of the one under way."""
    form, text = talk.state.form, talk.state.pending_handoff
    if form is None or not text:
        return resumed(talk)
    return appended(talk.having(**NOTHING_PENDING, doing=None), form, text)


def _under_way(talk: Talk) -> Step:
    """Another request is wished for while one is under way: it is asked which."""
    form, messages = talk.state.form, talk.messages
    shown = shortened(form.details.description) if form else ""
    choices = [
        talk.button(messages.button_request_append, buttons.APPEND),
        talk.button(messages.button_request_resume, buttons.RESUME),
        talk.button(messages.button_request_restart, buttons.RESTART),
    ]
    text = talk.words(messages.request_under_way, request=shown or "…")
    return talk.step(talk.reply(text, buttons=choices))


def cancelled(talk: Talk) -> Step:
    """The form is forgotten."""
    if talk.state.form is None:
        return resumed(talk)
    messages = talk.messages
    choices = [
        talk.button(messages.button_request_new, buttons.NEW),
        talk.button(messages.button_menu, MENU),
    ]
    reply = talk.reply(talk.words(messages.request_cancelled), buttons=choices)
    return talk.having(form=None, **NOTHING_PENDING).step(reply)


# -- Messages -------------------------------------------------------------------------------------


def message(talk: Talk, form: Form, text: str, *, is_edit: bool) -> Step:
    """A message while the form is under way and not paused."""
    if len(text) > LONGEST:
        return ask_again(talk, form, talk.words(talk.messages.request_too_long))
    if is_edit:
        return edited(talk, form, text)
    word = control(text)
    if word:
        step = _controlled(talk, form, word)
        if step:
            return step
    if form.step == steps.RECAP:
        return at_the_recap(talk, form, text)
    if form.step == steps.OPEN_ALREADY and phrase(text) == "yes":
        return added_here(talk, form)
    return answered(talk, form, text)


def _controlled(talk: Talk, form: Form, word: Control) -> Step | None:
    match word:
        case "cancel":
            return cancelled(talk)
        case "restart":
            return begun(talk.having(form=None))
        case "resume":
            return resumed(talk)
        case "back":
            return back(talk, form)
        case "skip" | "unsure":
            return skip(talk, form)
        case "list":
            return beside(talk, listing.listed(talk))
        case _:
            return None
