"""Numbers, sizes and times as the two languages write them."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

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
    """``500 m²``, or ``500 – 1 200 m²``."""
    least = number(wanted.least_m2, language)
    if wanted.most_m2 in {None, wanted.least_m2}:
        return f"{least} m²"
    return f"{least} – {number(wanted.most_m2 or 0, language)} m²"


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
