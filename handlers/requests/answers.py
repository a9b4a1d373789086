"""A message in mid-form: an answer, a question of the person's own, or a slip.

What can be read as the answer is one, unless it is surely a question: "Vitry en fait partie ?" is
no answer to "which commune?". A question is answered and the form goes on below the answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.phrases import phrase, without_courtesies
from handlers.requests import steps
from handlers.requests.additions import STATEMENT, adds, telling_beside, with_text
from handlers.requests.asides import (
    LONGEST_QUESTION,
    SURE,
    aside,
    explanation,
    is_answerable,
)
from handlers.requests.company import judged
from handlers.requests.details import merge
from handlers.requests.flow import ask_again, go_on, skipped, taken, with_details
from handlers.requests.model import Details
from handlers.requests.persons import person_beside
from handlers.requests.reading import Misread
from handlers.requests.said import (
    fields_of,
    is_telling,
    only_new,
    read_edited,
    read_said,
)
from handlers.requests.showing import shown_line, shown_value
from handlers.requests.words import asks, asks_about_company_number
from knowledge.decision import decide

if TYPE_CHECKING:
    from handlers.state import Form
    from handlers.step import Step
    from handlers.talk import Talk
    from knowledge.model import Texts

_UNREADABLE = frozenset({"unreadable", "unknown", "empty"})
"""How problems end of texts that may be something else than a mistyped answer."""

_READ_GENEROUSLY = frozenset({steps.SURFACE, steps.COMPANY, steps.HEADCOUNT})
"""Questions that nearly any text, or any number, is an answer to."""


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
    read = read_said(talk, form, text)
    asked = asks(core)
    if not asked and _is_beside(talk, form, core, read):
        return _not_an_answer(talk, form, text, None)
    if asked and not is_telling(form, read) and is_answerable(talk, core):
        return aside(talk, form, text)
    if isinstance(read, Details) and not (asked and form.step == steps.COMPANY):
        return _take(talk, form, read, text)
    if asked:
        return aside(talk, form, text)
    return _not_an_answer(talk, form, text, read)


def _is_beside(talk: Talk, form: Form, core: str, read: Details | Misread | None) -> bool:
    """Whether a text that could be read as the answer is put as something else.

    "We also need a crane" is no company and no headcount of one, and "by June" is no company.
    """
    slot = form.step
    if slot not in _READ_GENEROUSLY or not isinstance(read, Details):
        return False
    said = talk.understood(core)
    if getattr(said, slot) is not None:
        return False
    if slot != steps.COMPANY:
        return adds(core) and not any(character.isdigit() for character in core)
    dated = said.deadline or said.surface or said.headcount
    return adds(core) or (dated is not None and telling_beside(talk, said, core) == 0)


def _take(talk: Talk, form: Form, read: Details, text: str) -> Step:
    slot, before = form.step, form.details
    form, effects = taken(form, slot, read)
    noted = _noted(talk, before, form.details, beside=slot)
    added = ""
    if slot != steps.DESCRIPTION:
        details, added, _ = with_text(talk, form.details, text)
        form = form.model_copy(update={"details": details})
    form = form.model_copy(update={"answered": slot})
    return go_on(talk, form, _one_paragraph(noted, added), effects=effects)


def _one_paragraph(*said: str) -> str:
    return "\n".join(filter(None, said))


def _not_an_answer(talk: Talk, form: Form, text: str, read: Details | Misread | None) -> Step:
    """What the text says besides is taken; else it is said why it is no answer."""
    problem = read.problem if isinstance(read, Misread) else "need_unknown"
    may_be_else = read is None or problem.rpartition("_")[2] in _UNREADABLE
    further = _further(talk, form, text)
    noted = _noted(talk, form.details, further)
    if not noted and may_be_else and is_answerable(talk, without_courtesies(text), least=SURE):
        return aside(talk, form, text)
    if noted or may_be_else:
        least = {"least": STATEMENT} if not noted else {}
        details, added, too_long = with_text(talk, further, text, **least)
        if details != form.details or too_long:
            form, effects = with_details(form, details)
            form = form.model_copy(update={"answered": ""})
            return ask_again(talk, form, _one_paragraph(noted, added), effects=effects)
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


def appended(talk: Talk, form: Form, text: str) -> Step:
    """``text``, which was written for the request, joins it, with all that it says."""
    further = _further(talk, form, text)
    noted = _noted(talk, form.details, further)
    details, added, _ = with_text(talk, further, text, least=0)
    form, effects = with_details(form, details)
    form = form.model_copy(update={"answered": ""})
    return ask_again(talk, form, _one_paragraph(noted, added), effects=effects)


def _further(talk: Talk, form: Form, text: str) -> Details:
    """The details with what the text says of slots that are still empty."""
    said = talk.understood(text)
    reachable = bool(said.email or said.phone)
    person = said.person or (person_beside(text) if reachable else "")
    said = said.model_copy(update={"need": None, "person": person})
    others = only_new(form, said)
    asked = {
        name: getattr(Details(), name)
        for name in fields_of(form.step)
        if name in Details.model_fields
    }
    return merge(form.details, others.model_copy(update=asked))


def _beside_the_check(talk: Talk, form: Form, text: str) -> Step:
    """Neither yes nor no: a question, another number, or the answer to the next question."""
    core = without_courtesies(text)
    if asks_about_company_number(core):
        return ask_again(talk, form, talk.words(talk.messages.request_why_company))
    if asks(core):
        return aside(talk, form, text)
    number = talk.understood(text).company
    if number and number.siren:
        changed, effects = taken(form, steps.COMPANY, Details(company=number))
        return go_on(talk, changed, effects=effects)
    further = _further(talk, form, text)
    noted = _noted(talk, form.details, further)
    details, added, _ = with_text(talk, further, text, least=STATEMENT)
    form, effects = with_details(form, details)
    noted = _one_paragraph(noted, added)
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
    read = read_said(talk, form, text)
    if not isinstance(read, Details) or not steps.is_known(asked, read, form.step):
        return False
    if is_telling(form, read):
        return True
    if form.step in {steps.DESCRIPTION, steps.COMPANY} or len(core) > LONGEST_QUESTION:
        return False
    matches = talk.matcher.match(core, talk.language)
    return not decide(matches, talk.matcher.costs).chosen


# -- Edits ----------------------------------------------------------------------------------------


def edited(talk: Talk, form: Form, text: str) -> Step:
    """A message was edited: it corrects the answer that it was, and never agrees to anything."""
    slot = form.answered
    asked = talk.base.request_form
    if slot in steps.plan(asked, form.details):
        read = read_edited(talk, form.model_copy(update={"step": slot}), text)
        if isinstance(read, Details) and steps.is_known(asked, read, slot):
            changed, effects = taken(form, slot, read)
            line = shown_line(talk, changed.details, slot)
            said = talk.words(talk.messages.request_edited, line=line)
            return ask_again(talk, changed, said, effects=effects)
    return ask_again(talk, form, talk.words(talk.messages.request_edit_unclear))
