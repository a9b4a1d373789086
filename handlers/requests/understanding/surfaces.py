"""The floor or land that a message wants: "500 à 800 m²", "0,5 ha", "5,000 sq ft"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from handlers.requests.model import Surface
from handlers.requests.understanding.numbers import NUMBER, value
from handlers.requests.understanding.passage import Passage, Span

MOST_M2 = 10_000_000
"""A thousand hectares; no company asks for more."""

_UNITS = {
    "m2": r"m ?2(?!\d)|m\^2|m\.? ?carr?e?e?s?(?!\w)|mett?res?[ -]?(?:carr?ee?s?|2)(?!\w)"
    r"|sq\.? ?m(?:et(?:er|re)s?)?(?!\w)|square met(?:er|re)s?(?!\w)",
    "ft2": r"sq\.? ?(?:ft|feet|foot)(?!\w)|square (?:feet|foot)(?!\w)|ft ?2(?!\d)"
    r"|pieds? carres?(?!\w)",
    "ha": r"ha(?!\w)|h?ectares?(?!\w)",
    "acre": r"acres?(?!\w)",
}
_IN_M2 = {"m2": 1.0, "ft2": 0.09290304, "ha": 10_000.0, "acre": 4046.8564224}
"""The international foot and acre are exact: 0.3048 m, and 43,560 square feet."""

ANY_UNIT = f"(?:{'|'.join(_UNITS.values())})"
_NAMED_UNIT = f"(?:{'|'.join(f'(?P<{name}>{unit})' for name, unit in _UNITS.items())})"
_A_RATE = (
    r" ?(?:/|par|per) ?(?:an|mois|jour|pers|personne|salarie|poste|year|month|person|employee)"
)
_HALF = r"(?<!\w)(?:(?:un|une|a) )?(?:demie?|half(?: an?)?|1⁄2)[ -]"
_TO = r" ?(?:-|–|/|~) ?| (?:a|ou|to|or|jusqu'a) "
_AND = r" (?:et|and) "
_SURFACE = re.compile(
    rf"(?:(?P<half>{_HALF})|(?P<between>(?<!\w)(?:entre|between) (?:environ )?)?(?P<least>{NUMBER})"
    rf"(?:(?:{_TO}|{_AND}| ?{ANY_UNIT}(?:{_TO}|(?(between){_AND}|(?!))))(?P<most>{NUMBER}))? ?)"
    rf"{_NAMED_UNIT}(?P<and_half> et demie?| and a half)?(?!{_A_RATE})"
)
_AT_MOST = re.compile(
    r"(?:jusqu'a|(?<!\w)max(?:i|imum)?\.?(?: de)?|moins de|pas plus de|up to|under|less than"
    r"|at most|no more than) ?:? ?$"
)
_AT_MOST_AFTER = re.compile(r" ?(?:max(?:i|imum)?|au plus|at most)(?!\w)")
_CUE = re.compile(
    r"(?P<wanted>cherch|besoin|voul|voudr|souhait|\bveu[tx]|\bfau[td]|projet|project|\bneed|\blook"
    r"|\bwant|seek|agrandi|passer a|demenag)"
    r"|(?P<owned>\bavons\b|j'ai\b|\bon a\b|occup|dispos|possed|\bhave\b|\bown\b|current|actuel"
    r"|quitt|\bnotre\b|\bnos\b|\bour\b|sommes dans|\ba louer\b|\ba vendre\b|\bto let\b)"
)
_OWNED_AFTER = re.compile(
    r" ?,? ?(?:actuellement|aujourd'hui|currently|today|a louer|to let)(?!\w)"
)
_ADDED = re.compile(r"(?: ?[a-z'-]+){0,4} ?(?:\+|(?<!\w)(?:et|plus|and)) ?")


class Mention(NamedTuple):
    """A surface as it is written, in square metres. ``wanted`` unless it is what they have."""

    surface: Surface
    span: Span
    wanted: bool


def find_surface(passage: Passage) -> tuple[Surface | None, Passage]:
    """The surface wanted, and the rest of the passage."""
    mentions = list(_mentions(passage))
    rest = passage.without(*(mention.span for mention in mentions))
    wanted = [mention for mention in mentions if mention.wanted]
    if not wanted or not all(is_sound(mention.surface) for mention in wanted):
        return None, rest
    return _together(passage, wanted), rest


def any_surface(passage: Passage) -> tuple[Surface | None, Passage]:
    """The surface wanted, or else the one named, sound or not; and the rest."""
    wanted, rest = find_surface(passage)
    named = next((mention.surface for mention in _mentions(passage)), None)
    return wanted or named, rest


def is_sound(surface: Surface) -> bool:
    """Whether any company could mean it."""
    most = surface.least_m2 if surface.most_m2 is None else surface.most_m2
    return 0 <= surface.least_m2 <= most <= MOST_M2 and most > 0


def _together(passage: Passage, wanted: list[Mention]) -> Surface:
    """The first, and what is added to it: "500 m² d'atelier et 100 m² de bureaux"."""
    first = wanted[0]
    total, end = first.surface, first.span[1]
    for mention in wanted[1:]:
        gap = passage.folded[end : mention.span[0]]
        if total.most_m2 or mention.surface.most_m2 or not _ADDED.fullmatch(gap):
            break
        total = Surface(least_m2=total.least_m2 + mention.surface.least_m2)
        end = mention.span[1]
    return total if is_sound(total) else first.surface


def _mentions(passage: Passage) -> Iterator[Mention]:
    end = 0
    for match in passage.find(_SURFACE):
        before = passage.clause_before(match.start(), since=end)
        after = passage.folded[match.end() : match.end() + 20]
        cues = [found.lastgroup for found in _CUE.finditer(before)]
        owned = cues[-1:] == ["owned"] or (not cues and bool(_OWNED_AFTER.match(after)))
        yield Mention(_read(match, before, after), match.span(), not owned)
        end = match.end()


def _read(match: re.Match[str], before: str, after: str) -> Surface:
    unit = next(name for name in _UNITS if match[name])
    if match["half"]:
        return Surface(least_m2=round(_IN_M2[unit] / 2))
    extra = 0.5 if match["and_half"] else 0.0
    least, most = (
        round((value(typed, decimal_mark=unit in {"ha", "acre"}) + extra) * _IN_M2[unit])
        for typed in (match["least"], match["most"] or match["least"])
    )
    if match["most"] and least < most:
        return Surface(least_m2=least, most_m2=most)
    if _AT_MOST.search(before) or _AT_MOST_AFTER.match(after):
        return Surface(least_m2=0, most_m2=most)
    return Surface(least_m2=least)
