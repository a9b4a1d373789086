"""Communes named in a message: the territory's own, its neighbours', and the rest of France's.

The national list is data of the State (``data/communes.csv``: INSEE's official geographic code
and La Poste's postal codes, Licence Ouverte 2.0): every commune of Île-de-France, and elsewhere
those of 2,000 inhabitants or more.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from rapidfuzz import process
from rapidfuzz.distance import OSA

from knowledge.frequencies import frequencies
from knowledge.model import LANGUAGES
from knowledge.text import fold, words

if TYPE_CHECKING:
    from knowledge.model import Commune, Territory

_ARTICLES = frozenset({"le", "la", "les", "l"})
_SAINTS = {"saint": "st", "sainte": "ste"}
_LOCATIVES = frozenset(
    "a au aux sur de d dans en vers chez et est ville commune in at near of is are from "
    "and about to habite base basee bases installe installee".split()
)
_LONGEST = 7
_LONGEST_MISSPELT = 4
_SLIPS_FROM = (9, 15)
"""Letters from which a name may have two slips, and three."""

_FUZZY_FROM = 6
_SHORT_NAMES = (5, 6)
_SHORT_BUT_TELLING = 5
_PLACED = frozenset({"a", "in", "sur", "vers", "near"})
"""After these, or alone, a slip is believed in fewer letters of a short name of the territory."""
_POSTAL_CODE = re.compile(r"\d{5}")


@dataclass(frozen=True, slots=True)
class Place:
    """A commune as it was found in a message.

    ``inside`` says whether the territory covers it; ``start`` and ``length`` are in words.
    """

    name: str
    code: str
    inside: bool
    start: int
    length: int


class PlaceFinder:
    """Finds communes in a folded message's words.

    ``ordinary_words`` are those that may be said without meaning the commune of that name.
    """

    @classmethod
    def of(cls, territory: Territory, texts: Iterable[tuple[str, Sequence[str]]]) -> PlaceFinder:
        """The finder of a folder that has these ``texts``, each with its words.

        They are ordinary words, but for names that they always write with a capital: a question
        about Lille makes no ordinary word of it.
        """
        return cls(territory, _ordinary(texts) if territory.communes else ())

    def __init__(self, territory: Territory, ordinary_words: Iterable[str]) -> None:
        self._ordinary = frozenset(ordinary_words)
        self._masks = {tuple(words(name)) for name in territory.names}
        self._own: dict[tuple[str, ...], tuple[Commune, bool]] = {}
        for communes, inside in ((territory.communes, True), (territory.outside, False)):
            for commune in communes:
                for form in _forms([commune.name, *commune.aliases, *commune.postal_codes]):
                    self._own.setdefault(form, (commune, inside))
        self._fuzzy = {
            " ".join(form): form for form in self._own if sum(map(len, form)) >= _FUZZY_FROM
        }
        self._fuzzy_by_initial: dict[str, list[str]] = {}
        for name in self._fuzzy:
            self._fuzzy_by_initial.setdefault(name[0], []).append(name)
        self._short_names = {
            name: commune
            for (name, *more), (commune, inside) in self._own.items()
            if inside and not more and len(name) in _SHORT_NAMES and name.isalpha()
        }
        self._enabled = bool(territory.communes)
        self._first_words = (
            {form[0] for form in (*self._own, *_france())} if self._enabled else set()
        )

    def find(self, text: str) -> tuple[Place, ...]:
        """The communes that ``text`` names, in its order, each once."""
        tokens = words(text)
        if not self._enabled:
            return ()
        return tuple({place.code: place for place in self._scan(tokens, text)}.values())

    def locate(self, tokens: Sequence[str], text: str) -> list[Place]:
        """Every mention, with its position among ``tokens`` (as :func:`words` gives them)."""
        return list(self._scan(tokens, text)) if self._enabled else []

    def _scan(self, tokens: Sequence[str], text: str) -> Iterator[Place]:
        capitalised = _capitalised(text)
        shortened = _short(tokens)
        position = 0
        while position < len(tokens):
            masked = self._masked(tokens, position)
            place = None if masked else self._at(shortened, position, capitalised)
            if place:
                yield place
            position += masked or (place.length if place else 1)

    def _masked(self, tokens: Sequence[str], start: int) -> int:
        spans = (
            n for n in range(_LONGEST, 0, -1) if tuple(tokens[start : start + n]) in self._masks
        )
        return next(spans, 0)

    def _at(self, tokens: Sequence[str], start: int, capitalised: set[str]) -> Place | None:
        longest = min(_LONGEST, len(tokens) - start)
        spans = [tuple(tokens[start : start + n]) for n in range(longest, 0, -1)]
        named = tokens[start] in self._first_words
        for span in spans if named else ():
            found = self._own.get(span)
            if found:
                place = Place(found[0].name, found[0].code, found[1], start, len(span))
                return self._in_full(spans, place)
        for span in spans[-_LONGEST_MISSPELT:]:
            misspelt = self._misspelt(span, start)
            if misspelt:
                return misspelt
        typed = tokens[start]
        placed = tokens[start - 1] in _PLACED if start else len(tokens) == 1
        if (placed or len(typed) >= _SHORT_BUT_TELLING) and typed not in self._ordinary:
            short = self._short_misspelt(typed, start)
            if short:
                return short
        return self._national(tokens, start, capitalised) if named else None

    def _in_full(self, spans: Sequence[tuple[str, ...]], place: Place) -> Place:
        """``place`` with the rest of its name, if that follows, misspelt: "ivry sur siene"."""
        for span in spans:
            form = self._meant(span) if len(span) > place.length else None
            if form and len(form) == len(span) and self._own[form][0].code == place.code:
                return replace(place, length=len(span))
        return place

    def _short_misspelt(self, typed: str, start: int) -> Place | None:
        """A single slip; a word that is known is taken at its word."""
        if any(typed in frequencies(one) for one in LANGUAGES):
            return None
        for name, commune in self._short_names.items():
            if name[0] == typed[0] and OSA.distance(name, typed) == 1:
                return Place(commune.name, commune.code, inside=True, start=start, length=1)
        return None

    def _misspelt(self, span: tuple[str, ...], start: int) -> Place | None:
        form = self._meant(span)
        if form is None:
            return None
        commune, inside = self._own[form]
        return Place(commune.name, commune.code, inside, start, len(span))

    def _meant(self, span: tuple[str, ...]) -> tuple[str, ...] | None:
        """The name that ``span`` is a few slips away from."""
        typed = " ".join(span)
        if len(typed) < _FUZZY_FROM or typed in self._ordinary or typed.isdigit():
            return None
        slips = 1 + sum(len(typed) >= letters for letters in _SLIPS_FROM)
        names = self._fuzzy_by_initial.get(typed[0], ())
        near = process.extractOne(typed, names, scorer=OSA.distance, score_cutoff=slips)
        return self._fuzzy[near[0]] if near else None

    def _national(self, tokens: Sequence[str], start: int, capitalised: set[str]) -> Place | None:
        names = _france()
        for length in range(min(_LONGEST, len(tokens) - start), 0, -1):
            span = tuple(tokens[start : start + length])
            found = names.get(span)
            if found and self._meant_as_place(tokens, start, span, capitalised):
                return Place(found[0], found[1], inside=False, start=start, length=length)
        return None

    def _meant_as_place(
        self, tokens: Sequence[str], start: int, span: tuple[str, ...], capitalised: set[str]
    ) -> bool:
        if len(span) > 1:
            return True
        word = span[0]
        if _POSTAL_CODE.fullmatch(word):
            # A figure that the folder is asked about is no code of a commune far away.
            return word not in self._ordinary
        if word in self._ordinary or len(word) < 4:  # noqa: PLR2004 - "is", "ham", "bu" are words
            return False
        before = tokens[start - 1] if start else ""
        return word in capitalised or before in _LOCATIVES or len(tokens) == 1


def _ordinary(texts: Iterable[tuple[str, Sequence[str]]]) -> set[str]:
    names = {name for name, *more in _france() if not more and name.isalpha()}
    used: set[str] = set()
    always_names = set(names)
    for text, typed in texts:
        used.update(typed)
        if not names.isdisjoint(typed):
            capitalised = _capitalised(text)
            always_names.difference_update(
                word for n, word in enumerate(typed) if n == 0 or word not in capitalised
            )
    return used - always_names


def _capitalised(text: str) -> set[str]:
    return {fold(word) for word in re.findall(r"\b[A-ZÀ-Ý]\w*", text)}


def _short(span: Sequence[str]) -> tuple[str, ...]:
    return tuple(_SAINTS.get(word, word) for word in span)


def _forms(names: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Each name as people write it: saint or st, with or without its article."""
    for name in names:
        form = _short(tuple(words(name)))
        yield form
        if form and form[0] in _ARTICLES and len(form) > 1:
            yield form[1:]


@cache
def _france() -> dict[tuple[str, ...], tuple[str, str]]:
    """Names and postal codes of the country's communes; the most peopled wins a shared one."""
    table = resources.files("knowledge") / "data" / "communes.csv"
    with table.open(encoding="utf-8") as lines:
        rows = sorted(csv.DictReader(lines), key=lambda row: int(row["population"]))
    names: dict[tuple[str, ...], tuple[str, str]] = {}
    for row in rows:
        for form in _forms([row["name"], *row["postal_codes"].split()]):
            names[form] = (row["name"], row["code"])
    return names


@cache
def _names_by_code() -> dict[str, str]:
    table = resources.files("knowledge") / "data" / "communes.csv"
    with table.open(encoding="utf-8") as lines:
        return {row["code"]: row["name"] for row in csv.DictReader(lines)}


def commune_name(code: str) -> str:
    """The name of the commune of that INSEE code, or nothing (the list is not complete)."""
    return _names_by_code().get(code, "")
