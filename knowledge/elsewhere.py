"""Questions about elsewhere: the projects of another region, the figures of a single commune.

Departments and regions are those of INSEE's official geographic code (``data/areas.csv``,
Licence Ouverte 2.0); a region of before 2016 counts as the one that it is part of.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, NamedTuple

from knowledge.text import words

if TYPE_CHECKING:
    from knowledge.model import Entry, KnowledgeBase, Territory
    from knowledge.places import Place

_PERSONAL = frozenset(
    "je j nous on mon ma mes moi notre nos vous votre vos vs tu te t ton ta tes toi chez ici "
    "i we my our us me you your u here peut peuvent pourrait can could may".split()
)
"""Who says one of these tells where they are, or asks what is open to somebody from there."""
_WHOM = re.compile(
    r"\b(?:(?:should|do|can|could|must) (?:i|we)"
    r" (?:contact|call|ask|see|(?:talk|speak|turn|write) to)"
    r"|(?:dois|puis|peux) je (?:contacter|appeler|joindre|m adresser)|(?:doit|peut) on (?:contacter"
    r"|appeler|joindre|s adresser)|je (?:contacte|appelle|joins|m adresse))\b"
)
"""Asks whom to turn to, and tells nothing of who asks."""
_WAYS = frozenset("depuis vers jusqu entre from to towards between".split())
_AROUND = frozenset("autour alentours environs pres proche around near outside".split())
"""What lies around a place of the region may be the territory; what lies around another is not."""
_LINKS = frozenset({"d", "de", "du", "des", "of"})
_CALLED = frozenset({"departement", "dept", "region"})
_CALLED_WITHIN = 3
"""So few words before a name that is an ordinary word too, one of these says what it names."""


class Elsewhere:
    """Knows which messages ask of another place what holds of the territory, or of it as a whole.

    What holds of the territory is not told of a place outside, nor what holds of it as a whole of
    one of its communes.
    """

    def __init__(self, base: KnowledgeBase) -> None:
        territory = base.territory
        self._entry_outside = base.entry(territory.elsewhere_entry or "")
        self._entry_inside = base.entry(territory.commune_entry or "")
        self._topics_outside = frozenset(territory.elsewhere_topics)
        self._topics_inside = frozenset(territory.commune_topics)
        self._own = _own_areas(territory)
        # The longest first: one may be part of another.
        self._names = sorted(map(_spaced, territory.names), key=len, reverse=True)

    def instead(self, text: str, places: Sequence[Place], entry: Entry) -> Entry | None:
        """What answers ``text`` instead of ``entry``, whose questions it is like, if it must not.

        ``places`` are the communes that it names. A place that the entry speaks of itself does
        not count, nor does any where the person speaks of themselves or of the team.
        """
        is_inside = any(place.inside for place in places)
        other = self._entry_inside if is_inside else self._entry_outside
        topics = self._topics_inside if is_inside else self._topics_outside
        typed = words(text)
        told = _WHOM.sub(" ", " ".join(typed)).split()
        if entry.topic not in topics or _PERSONAL.intersection(told):
            return None
        said = self._said_in(entry)
        asked = any(
            f" {' '.join(named.words)} " not in said and not _is_way(typed, named)
            for named in self._named(typed, places)
        )
        return other if asked else None

    def _said_in(self, entry: Entry) -> str:
        """The words of an entry's questions and answers, but for the territory's names."""
        told = (*entry.answer.values(), *(q for asked in entry.questions.values() for q in asked))
        said = "".join(map(_spaced, told))
        for name in self._names:
            said = said.replace(name, " ")
        return said

    def _named(self, typed: Sequence[str], places: Sequence[Place]) -> Iterator[_Named]:
        for place in places:
            said = tuple(typed[place.start : place.start + place.length])
            yield _Named(place.start, said, is_near=not self._own.isdisjoint(_areas_of(place.code)))
        for start, area in _areas_in(typed):
            if area.key not in self._own:
                yield _Named(start, area.name, is_near=False)


class _Named(NamedTuple):
    """Where a message names a place, in which words, and whether that is in the own region."""

    start: int
    words: tuple[str, ...]
    is_near: bool


class _Area(NamedTuple):
    """A department or a region by one of its names; ``key`` is its kind and code."""

    name: tuple[str, ...]
    key: tuple[str, str]
    is_ordinary: bool


def _areas_in(typed: Sequence[str]) -> Iterator[tuple[int, _Area]]:
    """Those that are named, the longest where one name begins as another does."""
    start = 0
    while start < len(typed):
        known = _areas().get(typed[start], ())
        found = next(
            (one for one in known if tuple(typed[start : start + len(one.name)]) == one.name), None
        )
        if found and (not found.is_ordinary or _is_called(typed, start)):
            yield start, found
        start += len(found.name) if found else 1


def _is_called(typed: Sequence[str], start: int) -> bool:
    return bool(_CALLED.intersection(typed[max(0, start - _CALLED_WITHIN) : start]))


def _is_way(typed: Sequence[str], named: _Named) -> bool:
    """Whether somebody comes from there or goes there, or means what lies around it, near here."""
    before = next((word for word in reversed(typed[: named.start]) if word not in _LINKS), None)
    return before in _WAYS or (before in _AROUND and named.is_near)


def _spaced(text: str) -> str:
    """The words of ``text``, with a space before and after each."""
    return f" {' '.join(words(text))} "


def _own_areas(territory: Territory) -> frozenset[tuple[str, str]]:
    """The departments and regions in which the territory has a commune."""
    return frozenset().union(*(_areas_of(commune.code) for commune in territory.communes))


def _areas_of(code: str) -> frozenset[tuple[str, str]]:
    """The department and the region of the commune of this INSEE code."""
    department = code[:3] if code.startswith("97") else code[:2]  # overseas it takes three digits
    region = _regions().get(department, "")
    return frozenset({("department", department), ("region", region)} if region else ())


@cache
def _areas() -> dict[str, list[_Area]]:
    """By their first words, longest names first."""
    areas: dict[str, list[_Area]] = {}
    for row in _rows():
        for name in filter(None, (row["name"], row["aliases"])):
            area = _Area(tuple(words(name)), (row["kind"], row["code"]), bool(row["ordinary"]))
            areas.setdefault(area.name[0], []).append(area)
    for named in areas.values():
        named.sort(key=lambda area: -len(area.name))
    return areas


@cache
def _regions() -> dict[str, str]:
    """Each department's region."""
    return {row["code"]: row["region"] for row in _rows() if row["kind"] == "department"}


@cache
def _rows() -> list[dict[str, str]]:
    table = resources.files("knowledge") / "data" / "areas.csv"
    with table.open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))
