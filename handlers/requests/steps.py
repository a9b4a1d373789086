"""Which questions a form asks, in which order, and which comes next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, get_args

from handlers.requests.model import Details
from knowledge.model import Slot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.requests.model import Company, Request
    from handlers.state import FiledRequest, Form
    from knowledge.model import RequestForm

NEED: Final = "need"
DESCRIPTION: Final = "description"
SURFACE: Final = "surface"
COMMUNES: Final = "communes"
HEADCOUNT: Final = "headcount"
DEADLINE: Final = "deadline"
COMPANY: Final = "company"
CONTACT: Final = "contact"
LINES: tuple[str, ...] = (NEED, *get_args(Slot))
"""The lines of a request, as recaps show them."""

COMPANY_CHECK: Final = "company_check"
OPEN_ALREADY: Final = "open_already"
RECAP: Final = "recap"

BANDS = {
    "1 à 9 salariés": (1, 9),
    "10 à 49 salariés": (10, 49),
    "50 à 249 salariés": (50, 249),
    "250 salariés et plus": (250, None),
}
"""Headcounts offered as buttons: the size classes of the European Union (recommendation
2003/361/EC), in the words of the directory of companies, which routing reads."""


def plan(asked: RequestForm, details: Details) -> tuple[str, ...]:
    """The questions of a request such as ``details``, in their order.

    The folder's own order, between the description and need at the start and the contact at the
    end. What a confirmed company has told is not asked.
    """
    need = asked.need(details.need)
    between = [slot for slot in (need.asks if need else {}) if slot not in {DESCRIPTION, CONTACT}]
    told = _told_by_company(details, wanted_place=SURFACE in between)
    first = (DESCRIPTION, NEED) if asked.needs else (DESCRIPTION,)
    return (*first, *(slot for slot in between if slot not in told), CONTACT)


def _told_by_company(details: Details, *, wanted_place: bool) -> set[str]:
    """``wanted_place`` when the communes asked for are where premises are wanted."""
    company = details.company
    if company is None or not company.verified:
        return set()
    told = set()
    if company.headcount_band and details.headcount is None:
        told.add(HEADCOUNT)
    if company.locality and not wanted_place and not details.communes:
        told.add(COMMUNES)
    return told


def is_required(asked: RequestForm, details: Details, slot: str) -> bool:
    """Whether a request such as ``details`` cannot do without ``slot``."""
    if slot in {DESCRIPTION, NEED, CONTACT}:
        return True
    need = asked.need(details.need)
    return need is not None and any(
        name == slot and how == "required" for name, how in need.asks.items()
    )


def is_known(asked: RequestForm, details: Details, slot: str) -> bool:
    """Whether ``details`` say something of ``slot``."""
    match slot:
        case "need":
            return asked.need(details.need) is not None
        case "headcount":
            return details.headcount is not None or has_band(details)
        case "company":
            return is_named(details.company)
        case "contact":
            return bool(details.email or details.phone)
        case _:
            return getattr(details, slot) not in (None, "", ())


def has_band(details: Details) -> bool:
    """Whether a range is known of the headcount, by a button or by the directory."""
    return details.company is not None and bool(details.company.headcount_band)


def is_named(company: Company | None) -> bool:
    """Whether it is said which company it is."""
    return company is not None and bool(company.name or company.siren)


def open_for(requests: Sequence[FiledRequest], need: str | None) -> Request | None:
    """The open request of that need, if there is one: a person has one a need."""
    return next((one.request for one in requests if one.request.details.need == need), None)


def next_step(asked: RequestForm, form: Form, requests: Sequence[FiledRequest]) -> str:
    """What the person is to be asked now; ``requests`` are those that are open."""
    details = form.details
    decided = is_known(asked, details, NEED) or (not asked.needs and bool(details.description))
    if decided and open_for(requests, details.need):
        return OPEN_ALREADY
    if form.found:
        return COMPANY_CHECK
    for slot in plan(asked, details):
        if slot not in form.skipped and not is_known(asked, details, slot):
            return slot
    return RECAP


def previous_step(asked: RequestForm, form: Form) -> str | None:
    """What is asked before the present step; None at the first."""
    steps = plan(asked, form.details)
    if form.step == COMPANY_CHECK:
        return COMPANY
    if form.step == OPEN_ALREADY:
        return steps[1] if asked.needs else steps[0]
    if form.step not in steps:
        return steps[-1]
    place = steps.index(form.step)
    return steps[place - 1] if place else None


def progress(asked: RequestForm, form: Form) -> tuple[int, int]:
    """The number of the present question, and how many there are; (0, 0) beside the questions."""
    steps = plan(asked, form.details)
    return (steps.index(form.step) + 1, len(steps)) if form.step in steps else (0, 0)
