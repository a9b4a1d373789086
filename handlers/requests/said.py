"""What a message says to the present question of the form, and to others that are still open."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from handlers.requests import steps
from handlers.requests.details import merge
from handlers.requests.model import Details
from handlers.requests.needs import need_named
from handlers.requests.persons import person_beside
from handlers.requests.reading import Misread, read_answer
from handlers.requests.understanding import read_identity
from handlers.requests.understanding.passage import Passage

if TYPE_CHECKING:
    from handlers.state import Form
    from handlers.talk import Talk
    from knowledge.model import Slot

_TELLING = (steps.CONTACT, steps.SURFACE)
"""Slots whose values nobody writes by chance into a question."""

_COUNTED = frozenset({steps.SURFACE, steps.HEADCOUNT, steps.DEADLINE})
"""Slots answered by numbers."""

_NO_PLACES = frozenset({steps.COMPANY, steps.CONTACT})
"""Answers that name places which are part of a name or an address."""


def read_said(talk: Talk, form: Form, text: str) -> Details | Misread | None:
    """The answer, with what it says of slots that are still empty; None for no need."""
    if form.step == steps.NEED:
        said = talk.understood(text)
        need = need_named(talk.base.request_form.needs, text) or said.need
        return only_new(form, said.model_copy(update={"need": need})) if need else None
    slot = cast("Slot", form.step)
    read = _read_slot(talk, slot, text)
    if isinstance(read, Misread):
        return read
    if slot == steps.CONTACT:
        if not (read.email or read.phone):
            return Misread(problem="contact_unreadable")
        read = read.model_copy(update={"person": read.person or person_beside(text)})
    if slot == steps.DESCRIPTION:
        read = merge(talk.understood(text), read)
    return only_new(form, read)


def _read_slot(talk: Talk, slot: Slot, text: str) -> Details | Misread:
    """The answer; a telephone number in it is no surface, and a SIRET no headcount."""
    if slot not in _COUNTED:
        return read_answer(slot, text, talk.matcher, talk.language, talk.today)
    identity, rest = read_identity(Passage.of(text))
    read = read_answer(slot, rest.rest(), talk.matcher, talk.language, talk.today)
    return read if isinstance(read, Misread) else merge(identity, read)


def only_new(form: Form, said: Details) -> Details:
    """``said`` without what it says of slots that are known and are not being asked for."""
    asked = fields_of(form.step)
    known = {
        name for name, value in form.details if value not in (None, "", ()) and name not in asked
    }
    if form.step in _NO_PLACES:
        known.add("communes")
    empty = Details()
    return said.model_copy(update={name: getattr(empty, name) for name in known})


def fields_of(slot: str) -> tuple[str, ...]:
    """The fields of the details that an answer to ``slot`` may fill."""
    return ("person", "email", "phone") if slot == steps.CONTACT else (slot,)


def is_telling(form: Form, read: Details | Misread | None) -> bool:
    """Whether the text holds the answer, however it is put: nobody asks by an e-mail address."""
    if not isinstance(read, Details):
        return False
    if form.step == steps.COMPANY:
        return read.company is not None and bool(read.company.siren)
    return form.step in _TELLING and any(getattr(read, field) for field in fields_of(form.step))


def read_edited(talk: Talk, form: Form, text: str) -> Details | Misread | None:
    """An edited answer; of an edited request, all that it now says counts."""
    if form.step != steps.DESCRIPTION:
        return read_said(talk, form, text)
    return description_said(talk, text)


def description_said(talk: Talk, text: str) -> Details:
    """All that ``text`` says as a request; it is its description."""
    return talk.understood(text).model_copy(update={"description": text.strip()})
