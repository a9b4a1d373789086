"""Numbers, sizes and times as the two languages write them."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers

from bot.delivery.cards.cleaning import clean_line
from handlers.wording import spelt_date

if TYPE_CHECKING:
    from handlers.requests.model import Deadline, Surface
    from knowledge.model import Language

KILO, MEGA = 1_000, 1_000_000

_SIZE_UNITS: dict[Language, tuple[str, str, str]] = {
    "fr": ("o", "Ko", "Mo"),
    "en": ("B", "kB", "MB"),
}


def number(value: int, language: Language) -> str:
    """``1 200`` in French, ``1,200`` in English."""
    return f"{value:,}".replace(",", "," if language == "en" else " ")


def size(size_bytes: int, language: Language) -> str:
    """``340 Ko``, ``1,2 Mo``: as programs show the size of a file."""
    small, medium, large = _SIZE_UNITS[language]
    if size_bytes < KILO:
        return f"{size_bytes} {small}"
    if size_bytes < MEGA:
        return f"{size_bytes / KILO:.0f} {medium}"
    shown = f"{size_bytes / MEGA:.1f}"
    return f"{shown if language == 'en' else shown.replace('.', ',')} {large}"


def surface(wanted: Surface, language: Language) -> str:
    """``500 m²``, ``500 – 1 200 m²``, or ``≤ 800 m²`` where only the most is known."""
    least, most = wanted.least_m2, wanted.most_m2
    if most is None or most == least:
        return f"{number(least, language)} m²"
    if least == 0:
        return f"≤ {number(most, language)} m²"
    return f"{number(least, language)} – {number(most, language)} m²"


def phone(written: str) -> str:
    """A number in international form in the groups of its country: ``+33 6 12 34 56 78``."""
    written = clean_line(written)
    try:
        parsed = phonenumbers.parse(written)
    except phonenumbers.NumberParseException:
        return written
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def deadline(wanted: Deadline, language: Language) -> str:
    """The company's words, and the day that they come to."""
    words = clean_line(wanted.text)
    if wanted.day is None:
        return words
    day = spelt_date(wanted.day.isoformat(), language)
    return day if words in {"", day} else f"{words} ({day})"


def moment(at: dt.datetime, timezone: str, language: Language) -> str:
    """``25 novembre 2026, 10:42`` in ``timezone``, or in UTC where there is no such zone."""
    try:
        local = at.astimezone(ZoneInfo(timezone))
    except (ZoneInfoNotFoundError, ValueError):
        local = at.astimezone(dt.UTC)
    return f"{spelt_date(local.date().isoformat(), language)}, {local:%H:%M}"


def company_number(digits: str) -> str:
    """A SIREN or SIRET as it is usually written: ``123 456 782 00010``."""
    digits = clean_line(digits)
    if not re.fullmatch(r"\d{9}(\d{5})?", digits, re.ASCII):
        return digits
    return " ".join(filter(None, [digits[:3], digits[3:6], digits[6:9], digits[9:]]))
