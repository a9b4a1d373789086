"""A company's own words to what is known of its request: only what they say, nothing supposed.

Each reader takes what it understands out of the :class:`Passage` and hands on the rest, so that no
number is read twice: a SIRET is no telephone number, a surface no postal code, a year no headcount.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from handlers.requests.details import merge
from handlers.requests.model import Company, Details
from handlers.requests.understanding.companies import find_number
from handlers.requests.understanding.contacts import find_email, find_phone
from handlers.requests.understanding.dates import find_deadline
from handlers.requests.understanding.headcounts import find_headcount
from handlers.requests.understanding.names import find_company_name, find_person
from handlers.requests.understanding.needs import find_need
from handlers.requests.understanding.passage import Passage
from handlers.requests.understanding.places import find_communes
from handlers.requests.understanding.surfaces import find_surface

if TYPE_CHECKING:
    from knowledge.matching import Matcher
    from knowledge.model import Language


def understand(matcher: Matcher, text: str, language: Language, today: dt.date) -> Details:
    """What ``text`` says of a request; what it does not say for certain is left empty.

    ``description`` is left to the form: it is the message itself. Past dates are no deadline.
    """
    passage = Passage.of(text)
    details, asked = read_identity(passage)
    slots, rest = read_slots(matcher, asked, today)
    need = find_need(matcher, (asked, rest), language, surface=slots.surface is not None)
    return merge(merge(details, slots), Details(need=need))


def read_identity(passage: Passage) -> tuple[Details, Passage]:
    """Who writes: company, person, e-mail address and telephone number, and the rest."""
    email, rest = find_email(passage)
    company, rest = find_number(rest)
    phone, rest = find_phone(rest)
    name, rest = find_company_name(rest)
    person, rest = find_person(rest)
    if name:
        company = (company or Company()).model_copy(update={"name": name})
    return Details(company=company, person=person, email=email, phone=phone), rest


def read_slots(matcher: Matcher, passage: Passage, today: dt.date) -> tuple[Details, Passage]:
    """What is asked: surface, deadline, headcount and communes, and the rest."""
    surface, rest = find_surface(passage)
    deadline, rest = find_deadline(rest, today)
    headcount, rest = find_headcount(rest)
    communes, rest = find_communes(matcher, rest)
    details = Details(surface=surface, communes=communes, headcount=headcount, deadline=deadline)
    return details, rest
