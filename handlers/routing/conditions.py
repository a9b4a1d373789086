"""Whether a request is what a rule is for, condition by condition."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from handlers.values import Value
from knowledge import activities, headcounts
from knowledge.text import fold, words

if TYPE_CHECKING:
    from collections.abc import Callable

    from handlers.requests.model import Details, Locality, Request
    from knowledge.model import Conditions, Territory

INSIDE, OUTSIDE = "inside", "outside"

_PLURAL = re.compile(r"(?<=\w{3})[sx]$")


class Judgement(Value):
    """One condition of a rule: what the rule wants, what the request has, whether that will do.

    ``key`` is the key in the file, ``wanted`` and ``found`` are as people write them.
    """

    key: str
    wanted: tuple[str, ...]
    found: tuple[str, ...]
    held: bool


@dataclass(frozen=True, slots=True)
class Range:
    """Whole numbers from ``least`` to ``most``, both included; without ``most``, no end."""

    least: int
    most: int | None

    def __str__(self) -> str:
        if self.most is None:
            return f"{self.least}+"
        return f"{self.least}" if self.most == self.least else f"{self.least}-{self.most}"


_Found = tuple[tuple[str, ...], bool]
"""What a request has, as people write it, and whether that will do."""


def judge(conditions: Conditions, request: Request, territory: Territory) -> tuple[Judgement, ...]:
    """Every condition that is written, judged, in the order in which the model has them."""
    judged = []
    for key in type(conditions).model_fields:
        wanted = getattr(conditions, key)
        if wanted in ((), None):
            continue
        found, held = _JUDGES[key](wanted, request, territory)
        written = tuple(map(str, wanted if isinstance(wanted, tuple) else (wanted,)))
        judged.append(Judgement(key=key, wanted=written, found=found, held=held))
    return tuple(judged)


def applies(judgements: Sequence[Judgement]) -> bool:
    """Whether all of ``judgements`` hold; a rule without conditions is for every request."""
    return all(judgement.held for judgement in judgements)


def _needs(wanted: tuple[str, ...], request: Request, _: Territory) -> _Found:
    return _one_of(wanted, request.details.need)


def _languages(wanted: tuple[str, ...], request: Request, _: Territory) -> _Found:
    return _one_of(wanted, request.language)


def _channels(wanted: tuple[str, ...], request: Request, _: Territory) -> _Found:
    return _one_of(wanted, request.channel)


def _one_of(wanted: tuple[str, ...], found: str | None) -> _Found:
    return (found,) if found else (), found in wanted


def _communes(wanted: tuple[str, ...], request: Request, territory: Territory) -> _Found:
    named = localities(request.details)
    held = any(commune_covers(one, place, territory) for one in wanted for place in named)
    return tuple(place.name or place.code for place in named), held


def localities(details: Details) -> tuple[Locality, ...]:
    """The communes that a request names, else its company's."""
    if details.communes or details.company is None or details.company.locality is None:
        return details.communes
    return (details.company.locality,)


def commune_covers(wanted: str, place: Locality, territory: Territory) -> bool:
    """Whether ``wanted``, a name, ``inside`` or ``outside``, is or holds ``place``."""
    code = _code(place, territory)
    inside = any(commune.code == code for commune in territory.communes)
    if wanted in (INSIDE, OUTSIDE):
        return inside == (wanted == INSIDE)
    named = commune_code(wanted, territory)
    return named == code if named and code else fold(wanted) == fold(place.name)


def _code(place: Locality, territory: Territory) -> str:
    return place.code or commune_code(place.name, territory)


def commune_code(name: str, territory: Territory) -> str:
    """The code of the commune of that name in ``territory``, or nothing."""
    known = (*territory.communes, *territory.outside)
    return next((commune.code for commune in known if fold(commune.name) == fold(name)), "")


def _activities(wanted: tuple[str, ...], request: Request, _: Territory) -> _Found:
    company = request.details.company
    code, section = (company.activity, company.section) if company else ("", "")
    held = any(activities.covers(one, code, section) for one in wanted)
    return tuple(filter(None, (code, section))), held


def _headcount_at_least(least: int, request: Request, _: Territory) -> _Found:
    found = headcount(request.details)
    return _shown(found), found is not None and found.least >= least


def _headcount_at_most(most: int, request: Request, _: Territory) -> _Found:
    found = headcount(request.details)
    return _shown(found), found is not None and found.most is not None and found.most <= most


def _surface_at_least(least: int, request: Request, _: Territory) -> _Found:
    surface = request.details.surface
    if surface is None:
        return (), False
    most = surface.most_m2 or surface.least_m2
    return _shown(Range(surface.least_m2, most)), most >= least


def _shown(found: Range | None) -> tuple[str, ...]:
    return (str(found),) if found else ()


def headcount(details: Details) -> Range | None:
    """How many people a company has: what it says, else what its directory knows."""
    if details.headcount is not None:
        return Range(details.headcount, details.headcount)
    return _band(details.company.headcount_band) if details.company else None


def _band(text: str) -> Range | None:
    """A directory's range in its own words: ``10 à 19 salariés``, ``10 000 salariés et plus``."""
    found = headcounts.bounds(text)
    return Range(*found) if found else None


def _words(wanted: tuple[str, ...], request: Request, _: Territory) -> _Found:
    written = phrase(request.details.description)
    found = tuple(one for one in wanted if within(phrase(one), written))
    return found, bool(found)


def phrase(text: str) -> tuple[str, ...]:
    """The words of ``text`` as they are compared: without case, accents and plural."""
    return tuple(_PLURAL.sub("", word) for word in words(text))


def within(part: Sequence[str], whole: Sequence[str]) -> bool:
    """Whether the words of ``part`` stand in a row in ``whole``."""
    size = len(part)
    return any(tuple(whole[i : i + size]) == tuple(part) for i in range(len(whole) - size + 1))


_JUDGES: dict[str, Callable[[Any, Request, Territory], _Found]] = {
    "needs": _needs,
    "communes": _communes,
    "activities": _activities,
    "headcount_at_least": _headcount_at_least,
    "headcount_at_most": _headcount_at_most,
    "surface_at_least": _surface_at_least,
    "languages": _languages,
    "channels": _channels,
    "words": _words,
}
