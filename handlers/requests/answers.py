"""A message in mid-form: an answer, a question of the person's own, or a slip.

What can be read as the answer is one, unless it is surely a question: "Vitry en fait partie ?" is
no answer to "which commune?". A question is answered and the form goes on below the answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from handlers import questions
from handlers.phrases import phrase, without_courtesies
from handlers.replying import NOTHING_PENDING, answers_alone
from handlers.requests import buttons, steps
from handlers.requests.company import judged
from handlers.requests.details import merge
from handlers.requests.flow import ask_again, go_on, skipped, taken, with_details
from handlers.requests.model import Details
from handlers.requests.needs import need_said
from handlers.requests.persons import person_beside
from handlers.requests.reading import Misread, read_answer
from handlers.requests.showing import label, shown_line, shown_value
from handlers.requests.understanding import read_identity, understand
from handlers.requests.understanding.passage import Passage
from handlers.requests.words import asks, asks_about_company_number, asks_why
from knowledge.decision import decide
from knowledge.text import words

if TYPE_CHECKING:
    from handlers.events import Form, Step
    from handlers.requests.talk import Talk
    from knowledge.model import Slot, Texts

LONGEST_QUESTION = questions.LONGEST

_SURE = 0.75
"""The least probability of an entry that is taken to be meant by what is no question in form."""

_UNREADABLE = frozenset({"unreadable", "unknown", "empty"})
"""How problems end of texts that may be something else than a mistyped answer."""

_TELLING = (steps.CONTACT, steps.SURFACE)
"""Slots whose values nobody writes by chance into a question."""

_AROUND_A_LINE = frozenset("le la l les ma mon mes the my corriger modifier changer change".split())

_COUNTED = frozenset({steps.SURFACE, steps.HEADCOUNT, steps.DEADLINE})
"""Slots answered by numbers."""

_NO_PLACES = frozenset({steps.COMPANY, steps.CONTACT})
"""Answers that name places which are part of a name or an address."""


def answered(talk: Talk, form: Form, text: str) -> Step:
    """What ``text`` leads to at a question of the form (not at the recap)."""
    core = without_courtesies(text)
    if form.step == steps.COMPANY_CHECK:
        return judged(talk, form, core) or _beside_the_check(talk, form, text)
    explained = explanation(talk, form, core)
    if explained:
        return ask_again(talk, form, explained)
    if form.step == steps.OPEN_ALREADY:
        return aside(talk, form, text) if asks(core) else ask_again(talk, form)
    return _to_a_slot(talk, form, text, core)


def _to_a_slot(talk: Talk, form: Form, text: str, core: str) -> Step:
    said = phrase(text) or phrase(core)
    if said == "no" and not steps.is_required(talk.base.request_form, form.details, form.step):
        return go_on(talk, skipped(form, form.step))
    if said in {"yes", "okay", "thanks"}:
        return ask_again(talk, form)
    if said == "greeting":
        return ask_again(talk, form, talk.words(talk.messages.request_resumed))
    read = _read(talk, form, text)
    asked = asks(core)
    if asked and not _is_telling(form, read) and _is_answerable(talk, core):
        return aside(talk, form, text)
    if isinstance(read, Details) and not (asked and form.step == steps.COMPANY):
        return _take(talk, form, read)
    if asked:
        return aside(talk, form, text)
    return _not_an_answer(talk, form, text, read)


def _read(talk: Talk, form: Form, text: str) -> Details | Misread | None:
    """The answer, with what it says of slots that are still empty; None for no need."""
    if form.step == steps.NEED:
        need = need_said(talk.matcher, text, talk.language, talk.today)
        said = _understood(talk, text).model_copy(update={"need": need})
        return _only_new(form, said) if need else None
    slot = cast("Slot", form.step)
    read = _read_slot(talk, slot, text)
    if isinstance(read, Misread):
        return read
    if slot == steps.CONTACT:
        if not (read.email or read.phone):
            return Misread(problem="contact_unreadable")
        read = read.model_copy(update={"person": read.person or person_beside(text)})
    if slot == steps.DESCRIPTION:
        read = merge(_understood(talk, text), read)
    return _only_new(form, read)


def _read_slot(talk: Talk, slot: Slot, text: str) -> Details | Misread:
    """The answer; a telephone number in it is no surface, and a SIRET no headcount."""
    if slot not in _COUNTED:
        return read_answer(slot, text, talk.matcher, talk.language, talk.today)
    identity, rest = read_identity(Passage.of(text))
    read = read_answer(slot, rest.rest(), talk.matcher, talk.language, talk.today)
    return read if isinstance(read, Misread) else merge(identity, read)


def _understood(talk: Talk, text: str) -> Details:
    return understand(talk.matcher, text, talk.language, talk.today)


def _only_new(form: Form, said: Details) -> Details:
    """``said`` without what it says of slots that are known and are not being asked for."""
    asked = _fields(form.step)
    known = {
        name for name, value in form.details if value not in (None, "", ()) and name not in asked
    }
    if form.step in _NO_PLACES:
        known.add("communes")
    empty = Details()
    return said.model_copy(update={name: getattr(empty, name) for name in known})


def _fields(slot: str) -> tuple[str, ...]:
    """The fields of the details that an answer to ``slot`` may fill."""
    return ("person", "email", "phone") if slot == steps.CONTACT else (slot,)


def _is_telling(form: Form, read: Details | Misread | None) -> bool:
    """Whether the text holds the answer, however it is put: nobody asks by an e-mail address."""
    if not isinstance(read, Details):
        return False
    if form.step == steps.COMPANY:
        return read.company is not None and bool(read.company.siren)
    return form.step in _TELLING and any(getattr(read, field) for field in _fields(form.step))


def _take(talk: Talk, form: Form, read: Details) -> Step:
    slot, before = form.step, form.details
    form, effects = taken(form, slot, read)
    noted = _noted(talk, before, form.details, beside=slot)
    return go_on(talk, form.model_copy(update={"answered": slot}), noted, effects=effects)


def _not_an_answer(talk: Talk, form: Form, text: str, read: Details | Misread | None) -> Step:
    """Other slots that the text holds are taken; else it is said why it is no answer."""
    further = _further(talk, form, text)
    if further != form.details:
        noted = _noted(talk, form.details, further)
        form, effects = with_details(form, further)
        return ask_again(talk, form, noted, effects=effects)
    problem = read.problem if isinstance(read, Misread) else "need_unknown"
    may_be_else = problem.rpartition("_")[2] in _UNREADABLE
    if may_be_else and _is_answerable(talk, without_courtesies(text), least=_SURE):
        return aside(talk, form, text)
    texts: Texts = getattr(talk.messages, f"request_misread_{problem}")
    return ask_again(talk, form, talk.words(texts))


def _noted(talk: Talk, before: Details, now: Details, beside: str = "") -> str:
    """The lines that have changed ``beside`` the one asked for, so that none is taken unseen."""
    changed = [
        shown_line(talk, now, line)
        for line in steps.LINES
        if line != beside and shown_value(talk, now, line) != shown_value(talk, before, line)
    ]
    return talk.words(talk.messages.request_noted, lines=", ".join(changed)) if changed else ""


def _further(talk: Talk, form: Form, text: str) -> Details:
    """The details with what the text says of slots that are still empty."""
    said = _understood(talk, text).model_copy(update={"need": None})
    others = _only_new(form, said)
    asked = {
        name: getattr(Details(), name)
        for name in _fields(form.step)
        if name in Details.model_fields
    }
    return merge(form.details, others.model_copy(update=asked))


# -- Questions of the person's own ----------------------------------------------------------------


def explanation(talk: Talk, form: Form, core: str) -> str:
    """Why the form asks what it asks, where that is the question."""
    if asks_about_company_number(core):
        return talk.words(talk.messages.request_why_company)
    texts: Texts | None = getattr(talk.messages, f"request_why_{form.step}", None)
    if texts and (asks_why(core) or phrase(core) in {"puzzled", "more"}):
        return talk.words(texts)
    return ""


def _is_answerable(talk: Talk, core: str, least: float = 0.0) -> bool:
    """Whether an entry answers ``core``: surely enough to be said, and no need of the team."""
    if len(core) > LONGEST_QUESTION:
        return False
    decision = decide(talk.matcher.match(core, talk.language))
    if decision.outcome != "answer" or decision.score < least:
        return False
    return not decision.chosen[0].entry.courtesy


def aside(talk: Talk, form: Form, text: str) -> Step:
    """The question ``text`` is answered, and the form's own stands below the answer."""
    if len(text) > LONGEST_QUESTION:
        return ask_again(talk, form, talk.words(talk.messages.request_too_long))
    step = questions.answer_message(talk.matcher, talk.state, text, talk.language)
    state = step.state.model_copy(update={**NOTHING_PENDING, "form": form})
    replies = answers_alone(step.replies, talk.wording)
    not_known = step.outcome == "unknown" and step.effects
    if not replies or not_known:
        replies = (talk.reply(talk.words(talk.messages.request_question_unknown)),)
    if step.outcome != "clarify":
        replies = tuple(reply.model_copy(update={"buttons": ()}) for reply in replies)
    asked = ask_again(talk.having(**dict(state)), form)
    if form.step == steps.DESCRIPTION:
        asked = _or_is_it_the_request(talk, asked)
    return asked.model_copy(
        update={
            "replies": (*replies, *asked.replies),
            "effects": (*step.effects, *asked.effects),
            "outcome": step.outcome,
            "entries": step.entries,
        }
    )


def _or_is_it_the_request(talk: Talk, asked: Step) -> Step:
    """A need may be put as a question: then a press says that it is the request itself."""
    *before, last = asked.replies
    take = talk.button(talk.messages.button_request_take, buttons.TAKE)
    last = last.model_copy(update={"buttons": (take, *last.buttons)})
    return asked.model_copy(update={"replies": (*before, last)})


def _beside_the_check(talk: Talk, form: Form, text: str) -> Step:
    """Neither yes nor no: a question, another number, or the answer to the next question."""
    core = without_courtesies(text)
    if asks_about_company_number(core):
        return ask_again(talk, form, talk.words(talk.messages.request_why_company))
    if asks(core):
        return aside(talk, form, text)
    number = _understood(talk, text).company
    if number and number.siren:
        changed, effects = taken(form, steps.COMPANY, Details(company=number))
        return go_on(talk, changed, effects=effects)
    further = _further(talk, form, text)
    noted = _noted(talk, form.details, further)
    form, effects = with_details(form, further)
    unclear = talk.words(talk.messages.request_company_unclear)
    return ask_again(talk, form, noted or unclear, effects=effects)


def takes_up(talk: Talk, form: Form, text: str) -> bool:
    """Whether ``text``, while the form is paused, is the answer that it had asked for.

    Only where nothing else is meant: it holds what nobody writes by chance, or no entry is like it.
    """
    core = without_courtesies(text)
    asked = talk.base.request_form
    if form.step not in steps.LINES or asks(core) or phrase(core):
        return False
    read = _read(talk, form, text)
    if not isinstance(read, Details) or not steps.is_known(asked, read, form.step):
        return False
    if _is_telling(form, read):
        return True
    if form.step in {steps.DESCRIPTION, steps.COMPANY} or len(core) > LONGEST_QUESTION:
        return False
    return not decide(talk.matcher.match(core, talk.language)).chosen


# -- Edits ----------------------------------------------------------------------------------------


def edited(talk: Talk, form: Form, text: str) -> Step:
    """A message was edited: it corrects the answer that it was, and never agrees to anything."""
    slot = form.answered
    asked = talk.base.request_form
    if slot in steps.plan(asked, form.details):
        read = _read_again(talk, form.model_copy(update={"step": slot}), text)
        if isinstance(read, Details) and steps.is_known(asked, read, slot):
            changed, effects = taken(form, slot, read)
            line = shown_line(talk, changed.details, slot)
            said = talk.words(talk.messages.request_edited, line=line)
            return ask_again(talk, changed, said, effects=effects)
    return ask_again(talk, form, talk.words(talk.messages.request_edit_unclear))


def _read_again(talk: Talk, form: Form, text: str) -> Details | Misread | None:
    """An edited answer; of an edited request, all that it now says counts."""
    if form.step != steps.DESCRIPTION:
        return _read(talk, form, text)
    return description_said(talk, text)


def description_said(talk: Talk, text: str) -> Details:
    """All that ``text`` says as a request; it is its description."""
    return _understood(talk, text).model_copy(update={"description": text.strip()})


# -- At the recap ---------------------------------------------------------------------------------


def at_the_recap(talk: Talk, form: Form, text: str) -> Step:
    """A text that neither agrees nor cancels: a question, or a correction in so many words."""
    core = without_courtesies(text)
    explained = explanation(talk, form, core)
    if explained:
        return ask_again(talk, form, explained)
    if asks(core):
        return aside(talk, form, text)
    line = _line_named(talk, form, core)
    if line:
        return correct(talk, form, line)
    said = _understood(talk, text)
    details = merge(form.details, said.model_copy(update={"need": None}))
    if details == form.details:
        return ask_again(talk, form, talk.words(talk.messages.request_recap_unclear))
    form, effects = with_details(form, details)
    return go_on(talk, form, effects=effects)


def _line_named(talk: Talk, form: Form, core: str) -> str | None:
    said = set(words(core)) - _AROUND_A_LINE
    lines = steps.plan(talk.base.request_form, form.details)
    return next((line for line in lines if said == set(words(label(talk, line)))), None)


def correct(talk: Talk, form: Form, line: str) -> Step:
    """The question for ``line`` again; files are taken out, to be sent anew."""
    if line == "files":
        details = form.details.model_copy(update={"files": ()})
        form, _ = with_details(form, details)
        return go_on(talk, form, talk.words(talk.messages.request_files_removed))
    if line not in steps.plan(talk.base.request_form, form.details):
        return ask_again(talk, form)
    return ask_again(talk, form.model_copy(update={"step": line, "correcting": True}))
