"""E-mail addresses and telephone numbers, read by email-validator and phonenumbers."""

from __future__ import annotations

import re

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from phonenumbers import PhoneNumberFormat, PhoneNumberMatcher

from handlers.requests.understanding.passage import Passage

REGION = "FR"
"""Numbers without a country's code are French."""

LONGEST_EMAIL = 254
"""RFC 5321, 4.5.3.1.3, without the angle brackets."""

_EMAIL = re.compile(
    r"(?:mailto:)?([^\s@<>()\[\],;:\"\ufffc]{1,64}@[^\s@<>()\[\],;:\"\ufffc/?]{1,255})"
)
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s\ufffc]+")
_NATIONAL = re.compile(r"^(?:\+|00|\(?0)")


def find_email(passage: Passage) -> tuple[str, Passage]:
    """The first e-mail address, and the rest: without any address, of mail or of a site."""
    found = list(_EMAIL.finditer(passage.written))
    valid = (email(match[1].rstrip(".!?'")) for match in found)
    sites = [match.span() for match in _ADDRESS.finditer(passage.written)]
    rest = passage.without(*(match.span() for match in found), *sites)
    return next(filter(None, valid), ""), rest


def email(typed: str) -> str:
    """The address in ASCII, or nothing where it is none; the domain is not asked.

    An accent before the @ is a slip: hardly a mail server takes it.
    """
    try:
        checked = validate_email(typed, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        return ""
    address = checked.ascii_email or ""
    return address if len(address) <= LONGEST_EMAIL else ""


def find_phone(passage: Passage) -> tuple[str, Passage]:
    """The first telephone number in international form (E.164), and the rest without any."""
    found = [
        match
        for match in PhoneNumberMatcher(passage.folded, REGION)
        if _NATIONAL.match(match.raw_string)
    ]
    numbers = [phonenumbers.format_number(match.number, PhoneNumberFormat.E164) for match in found]
    rest = passage.without(*((match.start, match.end) for match in found))
    return next(iter(numbers), ""), rest


def phone(typed: str) -> str:
    """The one number that ``typed`` is, in international form, or nothing."""
    try:
        number = phonenumbers.parse(typed, REGION)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)
