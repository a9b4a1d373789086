"""A company's own words to what is known of its request: only what they say, nothing supposed.

Each reader takes what it understands out of the :class:`Passage` and hands on the rest, so that no
number is read twice: a SIRET is no telephone number, a surface no postal code, a year no headcount.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

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
    details, rest = read_slots(matcher, Passage.of(text), today)
    return details.model_copy(update={"need": find_need(matcher, rest, language)})


def read_slots(matcher: Matcher, passage: Passage, today: dt.date) -> tuple[Details, str]:
    """What ``passage`` says but for the need, and the text in which the need is to be found."""
    email, rest = find_email(passage)
    company, rest = find_number(rest)
    phone, rest = find_phone(rest)
    name, rest = find_company_name(rest)
    person, rest = find_person(rest)
    asked = rest.rest()
    surface, rest = find_surface(rest)
    deadline, rest = find_deadline(rest, today)
    headcount, rest = find_headcount(rest)
    communes, rest = find_communes(matcher, rest)
    if name:
        company = (company or Company()).model_copy(update={"name": name})
    details = Details(
        surface=surface,
        communes=communes,
        headcount=headcount,
        deadline=deadline,
        company=company,
        person=person,
        email=email,
        phone=phone,
    )
    return details, asked
