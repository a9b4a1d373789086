"""The French nomenclature of activities (NAF rév. 2): sections, and the codes that lie in them.

The directory of companies and INSEE's Sirene name an activity by a code such as ``25.62B``:
division, group, class and sub-class. Divisions lie in 21 sections, A to U (INSEE, décret
n° 2007-1888 of 26 December 2007).
"""

from __future__ import annotations

import re

_FIRST_DIVISIONS = (
    ("A", 1), ("B", 5), ("C", 10), ("D", 35), ("E", 36), ("F", 41), ("G", 45), ("H", 49),
    ("I", 55), ("J", 58), ("K", 64), ("L", 68), ("M", 69), ("N", 77), ("O", 84), ("P", 85),
    ("Q", 86), ("R", 90), ("S", 94), ("T", 97), ("U", 99),
)  # fmt: skip
_UNUSED = frozenset({4, 34, 40, 44, 48, 54, 57, 67, 76, 83, 89})
_SECTIONS = frozenset(section for section, _ in _FIRST_DIVISIONS)
_BEGINNING = re.compile(r"\d{2}(\.?\d(\d[A-Z]?)?)?")


def plain(code: str) -> str:
    """``code`` as it is compared: ``25.62b`` → ``2562B``."""
    return "".join(code.split()).replace(".", "").upper()


def section_of(code: str) -> str:
    """The section of a code or of its beginning, two digits at least; empty for none."""
    digits = plain(code)[:2]
    if len(digits) < 2 or not digits.isdecimal() or int(digits) in _UNUSED:  # noqa: PLR2004
        return ""
    return next((s for s, first in reversed(_FIRST_DIVISIONS) if int(digits) >= first), "")


def is_activity(text: str) -> bool:
    """Whether ``text`` is a section (``C``) or the beginning of a code (``25.6``)."""
    return text in _SECTIONS or bool(_BEGINNING.fullmatch(text) and section_of(text))


def covers(activity: str, code: str, section: str = "") -> bool:
    """Whether ``activity``, as :func:`is_activity` has it, holds for a company.

    ``code`` is the company's; ``section`` the letter that its directory gives, which counts only
    where the code tells none.
    """
    if activity in _SECTIONS:
        return activity == (section_of(code) or section)
    return plain(code).startswith(plain(activity))
