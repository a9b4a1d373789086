"""Activities as the State codes them: from a code of the NAF to its section and its name.

``data/activities.csv`` has the divisions, whose number begins a code, and the sections they
belong to in each of the two nomenclatures; ``data/activity_sections.csv`` names the sections.

- NAF rév. 2, in force since 2008: annex of décret n° 2007-1888; its divisions and sections are
  those of NACE Rev. 2, Regulation (EC) No 1893/2006, which also has their English names.
- NAF 2025, which replaces it on 1 January 2027: its divisions and sections are those of NACE
  Rev. 2.1, Delegated Regulation (EU) 2023/137. It has no division 45 and one section more, so
  that the letters shift: computing is in J, then in K.

Names are shortened where they say "activities" or list what they exclude. A division keeps its
number and its subject from one to the other: what is known by division or by the sections A to I
needs no change. Codes below the division differ: machining is class 25.62, then 25.53.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from knowledge.model import Language

Nomenclature = Literal["rev-2", "2025"]

_CODE = re.compile(r"(\d{2})\.?(\d{2})\s*([A-Z])", re.IGNORECASE)
_BEGINNING = re.compile(r"[0-9]{2}(\.?[0-9]([0-9][A-Z]?)?)?")
_LETTERS_OF_REV_2 = frozenset("ABCDEFZ")
"""NAF rév. 2 ends a code on Z, or on A to F where a class is divided; NAF 2025 on Y, or from G."""


@dataclass(frozen=True, slots=True)
class Activity:
    """What a code stands for.

    ``section`` is the letter that NAF rév. 2 gives to its division, whichever nomenclature the
    code is of: what is written by section, a rule or a list, holds before and after the change.
    ``own_section`` is the letter in the code's own nomenclature.
    """

    code: str
    nomenclature: Nomenclature
    division: str
    section: str
    own_section: str
    names: Mapping[Language, str]
    section_names: Mapping[Language, str]


def read(code: str) -> Activity | None:
    """The activity of ``code``, as ``25.62B`` or ``2562b``; None if it is no code of the NAF."""
    parts = _CODE.fullmatch(code.strip())
    if parts is None:
        return None
    number, rest, letter = parts[1], parts[2], parts[3].upper()
    nomenclature: Nomenclature = "rev-2" if letter in _LETTERS_OF_REV_2 else "2025"
    division = _divisions().get(number)
    if division is None or not division.sections[nomenclature]:
        return None
    own = division.sections[nomenclature]
    return Activity(
        code=f"{number}.{rest}{letter}",
        nomenclature=nomenclature,
        division=number,
        section=division.sections["rev-2"],
        own_section=own,
        names=division.names[nomenclature],
        section_names=_section_names()[nomenclature, own],
    )


def section(code: str) -> str:
    """The letter of ``code``'s section (see :attr:`Activity.section`), or nothing."""
    activity = read(code)
    return activity.section if activity else ""


def name(code: str, label: str, language: Language) -> str:
    """What an activity is called in ``language``: ``label``, the directory's French, else that."""
    activity = read(code)
    return activity.names[language] if activity and (language != "fr" or not label) else label


def section_name(section: str, language: Language) -> str:
    """The name of a section of NAF rév. 2, or nothing for another letter."""
    names = _section_names().get(("rev-2", section))
    return names[language] if names else ""


def is_activity(text: str) -> bool:
    """Whether ``text`` is a section (``C``) or the beginning of a code (``25.6``)."""
    return bool(section_name(text, "fr") or (_BEGINNING.fullmatch(text) and _section_of(text)))


def covers(activity: str, code: str, section: str = "") -> bool:
    """Whether ``activity``, as :func:`is_activity` has it, holds for a company.

    ``code`` is the company's, or its beginning; ``section`` the letter that its directory gives,
    which counts only where the code tells none.
    """
    if activity.isalpha():
        return activity == (_section_of(code) or section)
    return _plain(code).startswith(_plain(activity))


def is_among(code: str, section: str, listed: Iterable[str]) -> bool:
    """Whether an activity is one of ``listed``: sections, or beginnings of a code (``25.6``)."""
    return any(covers(one, code, section) for one in listed)


def _section_of(code: str) -> str:
    division = _divisions().get(_plain(code)[:2])
    return division.sections["rev-2"] if division else ""


def _plain(code: str) -> str:
    return "".join(code.split()).replace(".", "").upper()


@dataclass(frozen=True, slots=True)
class _Division:
    sections: Mapping[Nomenclature, str]
    names: Mapping[Nomenclature, Mapping[Language, str]]


@cache
def _divisions() -> dict[str, _Division]:
    return {
        row["division"]: _Division(
            {"rev-2": row["section"], "2025": row["section_2025"]},
            {
                "rev-2": {"fr": row["fr"], "en": row["en"]},
                "2025": {"fr": row["fr_2025"] or row["fr"], "en": row["en_2025"] or row["en"]},
            },
        )
        for row in _rows("activities.csv")
    }


@cache
def _section_names() -> dict[tuple[str, str], dict[Language, str]]:
    return {
        (row["nomenclature"], row["section"]): {"fr": row["fr"], "en": row["en"]}
        for row in _rows("activity_sections.csv")
    }


def _rows(name: str) -> list[dict[str, str]]:
    with (resources.files("knowledge") / "data" / name).open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))
