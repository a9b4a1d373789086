"""Answers to who writes: the company by number or name, and how to reach them."""

from __future__ import annotations

import re

from handlers.requests.model import Company, Details
from handlers.requests.reading.misread import Misread
from handlers.requests.understanding.companies import find_number, identified
from handlers.requests.understanding.contacts import find_email, find_phone, phone
from handlers.requests.understanding.names import (
    LONGEST_NAME,
    addressed,
    find_company_name,
    find_person,
)
from handlers.requests.understanding.passage import Passage
from knowledge.text import fold

_SIREN_DIGITS = 9
_SIRET_DIGITS = 14
_NUMBER_LIKE = re.compile(r"\d(?:[\s.\-_/]?\d){6,}")
_NO_COMPANY = re.compile(
    r"^\W*(?:(?:pas|not|aucune?|no|none|sans|je n'(?:ai|en ai) pas|i don't have)(?!\w)"
    r"(?:.*(?:societe|entreprise|company|business|creee?|founded|encore|yet))?"
    r"|(?:en|in) (?:cours de )?creation|je suis (?:un )?particulier|particulier|non|nope)\W*$"
)
_NO_ANSWER = re.compile(
    r"^\W*(?:oui|yes|ok|(?:je (?:ne )?)?sais pas|chais pas|(?:i )?don't know|idk|aucune idee"
    r"|no idea|merci|thanks|bonjour|hello)\W*$"
)
_AROUND_A_NAME = re.compile(
    r"^(?i:(?:c'est|je suis|nous sommes|on est|i am|i'm|we are|we're|it's|it is|this is|my company"
    r"|our company|my company is|notre société|ma société|mon entreprise|notre entreprise"
    r"|la société|l'entreprise|société|entreprise|company|est|is|s'appelle|is called|called|la|le)"
    r"(?: ?:)? )+"
)
_MOST_NAME_WORDS = 10


def read_company(passage: Passage) -> Details | Misread:
    """A SIREN, a SIRET or a name, or none for who has no company yet."""
    company, numbered = find_number(passage)
    email, rest = find_email(numbered)
    telephone, rest = find_phone(rest)
    number = _NUMBER_LIKE.search(passage.folded)
    if company is None and number and not telephone:
        digits = re.sub(r"\D", "", number[0])
        # Where it is what was asked for, it may also begin with zeros, as the oldest ones do.
        company = identified(digits)
        if company is None:
            return _wrong_number(digits)
    name, _ = find_company_name(rest)
    name = name or _whole_name(rest)
    if name:
        company = (company or Company()).model_copy(update={"name": name})
    if company is None and _NO_COMPANY.match(passage.folded):
        return Details()
    if company is None:
        return Misread(problem="company_unreadable")
    return Details(company=company, email=email, phone=telephone)


def _is_none(answer: str) -> bool:
    return bool(_NO_COMPANY.match(answer) or _NO_ANSWER.match(answer))


def _wrong_number(digits: str) -> Misread:
    if len(digits) == _SIRET_DIGITS:
        return Misread(problem="siret_checksum")
    return Misread(problem="siren_checksum" if len(digits) == _SIREN_DIGITS else "siret_length")


def _whole_name(passage: Passage) -> str:
    """The name that an answer is when it is nothing else."""
    text = _AROUND_A_NAME.sub("", " ".join(passage.rest().split()))
    name = text.strip(" ,;:.!?()\"«»-'")
    few = len(name.split()) <= _MOST_NAME_WORDS and len(name) <= LONGEST_NAME
    a_name = re.search(r"[^\W\d_]", name) and not _is_none(fold(name))
    return name if few and a_name and "?" not in text else ""


_AROUND_AT = re.compile(r" *@ *")
_DIALLED = re.compile(r"\+?[\d(][\d\s().\-/]{4,}\d")


def read_contact(passage: Passage) -> Details | Misread:
    """An e-mail address, a telephone number, or both."""
    passage = Passage.of(_AROUND_AT.sub("@", passage.written))
    email, rest = find_email(passage)
    telephone, rest = find_phone(rest)
    dialled = _DIALLED.search(rest.folded)
    telephone = telephone or (phone(dialled[0]) if dialled else "")
    if email or telephone:
        person, _ = find_person(rest)
        return Details(email=email, phone=telephone, person=person or addressed(rest))
    if "@" in passage.written:
        return Misread(problem="email_malformed")
    if re.search(r"\d(?:\D?\d){3,}", passage.folded):
        return Misread(problem="phone_malformed")
    return Misread(problem="contact_unreadable")
