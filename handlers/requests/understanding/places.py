"""The communes that a message names, by name, with typos, or by postal code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from handlers.requests.model import Locality
from handlers.requests.understanding.passage import TAKEN, Passage, Span

if TYPE_CHECKING:
    from knowledge.matching import Matcher
    from knowledge.places import Place

MOST_COMMUNES = 30
"""At most so many are kept of one message."""

_NEARBY = 30
_TOKEN = re.compile(r"n°|[^\W_]+")
_POSTAL_CODE = re.compile(r"\d{5}")
_CODE_BEFORE = re.compile(
    r"(?:(?<!\w)(?:a|sur|in|at|near|vers|ou|et|or|and|cp|code postal|postal code|postcode|zip"
    r"|secteur|le|du)[ :]*|[(,;.?!\n-] ?|^ ?)$"
)
_CODE_AFTER = re.compile(
    r" ?(?:$|[),.;:!?/\n-]|(?:ou|et|or|and|a|à|pour|avec|for|with|by)(?!\w))| [A-ZÀ-Ý]"
)
_ORIGIN = re.compile(
    r"(?<!\w)(?:install\w+|bas\w+|based|situ\w+|implant\w+|located|sommes|suis|actuel\w*"
    r"|current\w*|quitt\w+|leav\w+|siege\w*|nos locaux|notre \w+|vien[st]|venons|depuis)"
    r"(?: (?:actuellement|aujourd'hui|deja|currently|tous|\w+ment))?"
    r" ?(?:a|au|en|de|d'|dans|sur|in|at|from|to)?(?: la| le)? ?$"
)


def find_communes(matcher: Matcher, passage: Passage) -> tuple[tuple[Locality, ...], Passage]:
    """The communes named, each once, and the rest.

    Where a company says where it is and where it wants to be, only the latter counts.
    """
    found = _located(matcher, passage)
    wanted = [place for place, span in found if not _ORIGIN.search(passage.folded[: span[0]])]
    named = wanted or [place for place, _ in found]
    communes = {place.code: locality(place) for place in named}
    rest = passage.without(*(span for _, span in found))
    return tuple(communes.values())[:MOST_COMMUNES], rest


def locality(place: Place) -> Locality:
    """A place of the knowledge folder as a request keeps it."""
    return Locality(name=place.name, code=place.code, inside=place.inside)


def _located(matcher: Matcher, passage: Passage) -> list[tuple[Place, Span]]:
    tokens = list(_TOKEN.finditer(passage.folded))
    places = matcher.places.locate([token[0] for token in tokens], passage.written)
    spans = [
        (tokens[place.start].start(), tokens[place.start + place.length - 1].end())
        for place in places
    ]
    return [
        (place, span)
        for place, span in zip(places, spans, strict=True)
        if _is_meant(passage, place, span)
    ]


def _is_meant(passage: Passage, place: Place, span: Span) -> bool:
    """Whether five digits are a postal code and no quantity: "94400 Vitry", "à 75013"."""
    start, end = span
    if not _POSTAL_CODE.fullmatch(passage.folded[start:end]):
        return True
    before = passage.folded[:start].replace(TAKEN, ",")[-_NEARBY:]
    after = passage.written[end : end + _NEARBY].replace(TAKEN, ",")
    return bool(_CODE_AFTER.match(after) and (place.inside or _CODE_BEFORE.search(before)))
