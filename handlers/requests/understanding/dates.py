"""When the need is to be met: "avant fin mars", "d'ici 6 mois", "by the end of the year"."""

from __future__ import annotations

import datetime as dt
import re
from typing import NamedTuple

from rapidfuzz.distance import OSA

from handlers.requests.model import Deadline
from handlers.requests.understanding.passage import Passage, Span
from handlers.requests.understanding.stretches import EXPRESSIONS, LASTING, MONTHS, Expression
from knowledge.frequencies import frequencies
from knowledge.model import LANGUAGES

LONGEST_TEXT = 80
"""Characters of a deadline's words."""

MOST_YEARS = 20
"""Nobody plans further ahead."""

_CUES = {
    "before": r"avant(?: le| la| les| l'| cet| cette)?|before(?: the)?|until(?: the)?"
    r"|jusqu'(?:au|a la|a l'|a|en)",
    "start": r"pour(?: le| la| l'| cet| cette)?|des(?: le| la| l')?"
    r"|a partir (?:de l'|de la|de|du|d')|from|by(?: the)?|for(?: the)?"
    r"|d'ici(?: a la| a l'| a| au| le| la| l'| cet)?"
    r"|starting(?: from| in)?|as of",
    "within": r"au plus tard(?: le| en| a la)?|no later than|en|au|a la|a l'|a|dans l'|dans|courant"
    r"|au cours de|sur|in(?: the)?|during(?: the)?|on(?: the)?|le|la|cet|cette|this|at(?: the)?",
}  # fmt: skip
_LABELS = (
    r"(?:delai|echeance|date|deadline|emmenagement|demarrage|livraison|timing|move[ -]in)"
    r"(?: (?:souhaitee?|limite|prevue?|ideale?|vise|date))? ?:? ?"
)
_CUE = re.compile(
    rf"(?<!\w)(?P<label>{_LABELS})?"
    rf"(?:(?<!\w)(?:{'|'.join(f'(?P<{name}>{words})' for name, words in _CUES.items())})"
    r"(?: |(?<=')))?$"
)
_FROM_NOW = re.compile(
    r"(?<!\w)(?:d'ici(?: a)?|dans(?: les)?|sous|avant|within(?: the next)?|in(?: the next)?"
    r"|under) $"
)
_LONGEST_CUE = 40
_NO_DAY = re.compile(
    r"(?<!\w)(?:(?:des|aussi(?:tot| vite)) que pos{1,2}\w{0,2}bl\w{0,2}|au plus vite|au plus tot"
    r"|le plus (?:tot|vite) possible|asap|a\.s\.a\.p\.?|as soon as possible|urgent(?:e|ly)?"
    r"|en urgence|immediatement"
    r"|immediately|dans les (?:prochaine?s )?(?:jours|semaines|mois)(?: (?:qui viennent|a venir"
    r"|prochains))?|in the (?:coming|next few) (?:days|weeks|months))(?!\w)"
)
_OF_A_CALL = re.compile(
    r"(?:rappel|\bappel|joindre|contact|repond|telephon|\brdv\b|rendez|reunion|\bcall|\bring\b"
    r"|\breach|\breply|meeting|reponse|answer)"
)
_NEARBY = 35
_OF_THE_PAST = re.compile(
    r"(?:depuis|since|\bcree|\bfonde|founded|created|established|\bdernier|\blast|il y a"
    r"|\b(?:ai|as|a|avons|avez|ont|est|suis|sommes|etes|sont) (?:\w+ment )?(?:demenage|ouvert|lance"
    r"|signe|commence|demarre|embauche|recrute|achete|installe|quitte|repris|rachete)"
    r"|\bmoved\b|\bopened\b|\blaunched\b|\bsigned\b|\bstarted\b|\bbegan\b|\bhired\b|\bbought\b)"
)
_PAST_AFTER = re.compile(r" (?:dernier|derniere|passee?|ago)(?!\w)")


class Time(NamedTuple):
    """A time as it is written, and the day that it comes to; ``telling`` without its cue."""

    span: Span
    day: dt.date
    telling: bool


def find_deadline(passage: Passage, today: dt.date) -> tuple[Deadline | None, Passage]:
    """The deadline, and the rest without any expression of time."""
    times = find_times(passage, today)
    rest = passage.without(*(time.span for time in times))
    wanted = [time for time in times if time.telling and _is_one(passage, time.span)]
    ahead = [time for time in wanted if is_ahead(time.day, today)]
    if ahead:
        return dated(passage, ahead[0]), rest
    undated = [match.span() for match in rest.find(_NO_DAY) if _is_one(rest, match.span())]
    if undated:
        return Deadline(text=passage.quote(undated[0], LONGEST_TEXT)), rest.without(*undated)
    return None, rest


def dated(passage: Passage, time: Time) -> Deadline:
    """The deadline in its own words."""
    return Deadline(text=passage.quote(time.span, LONGEST_TEXT), day=time.day)


def find_undated(passage: Passage, *more: re.Pattern[str]) -> Deadline | None:
    """A deadline of which no day can be told: "dès que possible", or what ``more`` finds."""
    found = (match.span() for pattern in (_NO_DAY, *more) for match in passage.find(pattern))
    span = next(found, None)
    return Deadline(text=passage.quote(span, LONGEST_TEXT)) if span else None


def is_ahead(day: dt.date, today: dt.date) -> bool:
    """Whether a need can still be met by ``day``, and is planned for it."""
    return today <= day and day.year <= today.year + MOST_YEARS


def find_times(passage: Passage, today: dt.date) -> list[Time]:
    """All expressions of time, in their order; where they overlap, the first of the list.

    A duration without a word before it ("6 mois") counts from today, but is not ``telling``.
    """
    found: list[Time] = []
    passage = _with_months_mended(passage)
    for pattern, expression in _COMPILED:
        for match in passage.find(pattern):
            before = passage.folded[max(0, match.start() - _LONGEST_CUE) : match.start()]
            time = _lasting(match, before, today) if expression is LASTING else None
            if expression is not LASTING:
                time = _time(match, _CUE.search(before), expression, today)
            if time:
                found.append(time)
                passage = passage.without(time.span)
    return sorted(found)


_MISSPELT = re.compile(
    r"(?<!\w)(?P<before>fin|debut|mi|courant|avant|mois (?:de |d')?|d'ici|end of|start of|before|by"
    r"|until)(?P<gap>[ -](?:de |du |d'|of )?)(?P<word>[a-z]{4,9})(?!\w)"
)


def _with_months_mended(passage: Passage) -> Passage:
    """``passage`` to be read with "fin mras" as "fin mars", letter for letter in its place.

    Only after a word that times follow, where one letter is wrong or two have changed places, one
    month alone is so near, and neither language has the word.
    """
    folded = passage.folded
    for match in _MISSPELT.finditer(folded):
        word, (start, end) = match["word"], match.span("word")
        near = [m for m in MONTHS if len(m) == len(word) and OSA.distance(m, word) == 1]
        if len(near) == 1 and not any(frequencies(language)[word] for language in LANGUAGES):
            folded = folded[:start] + near[0] + folded[end:]
    return Passage(passage.written, folded)


_COMPILED = tuple(
    (re.compile(expression.pattern), expression) for expression in (LASTING, *EXPRESSIONS)
)


def _lasting(match: re.Match[str], before: str, today: dt.date) -> Time | None:
    cue = _FROM_NOW.search(before)
    day = _day(match, None, LASTING, today)
    if day is None:
        return None
    return Time((match.start() - len(cue[0] if cue else ""), match.end()), day, cue is not None)


def _time(
    match: re.Match[str], cue: re.Match[str] | None, expression: Expression, today: dt.date
) -> Time | None:
    side = next((name for name in _CUES if cue and cue[name]), None)
    day = _day(match, side, expression, today)
    if day is None:
        return None
    said = cue[0] if cue else ""
    return Time((match.start() - len(said), match.end()), day, bool(said) or expression.telling)


def _day(
    match: re.Match[str], side: str | None, expression: Expression, today: dt.date
) -> dt.date | None:
    """The next day that it comes to; a winter may have begun last year."""
    for year in (today.year - 1, today.year, today.year + 1):
        try:
            first, last, point = expression.read(match, year, today)
            if not point and side == "before":
                last = first - dt.timedelta(days=1)
            elif not point and side == "start":
                last = first
        except (ValueError, OverflowError):
            continue
        if last >= today or match.groupdict().get("year"):
            return last
    return None


def _is_one(passage: Passage, span: Span) -> bool:
    """Whether it says when the need is to be met, not when to call back or what was once."""
    before = passage.clause_before(span[0])[-_NEARBY:]
    return not (
        _OF_A_CALL.search(before)
        or _OF_THE_PAST.search(before)
        or _PAST_AFTER.match(passage.folded, span[1])
    )
