"""Expressions of time, in French and English, as the days that they cover."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Callable
from typing import NamedTuple

from handlers.requests.understanding.numbers import NUMBER, value


class Stretch(NamedTuple):
    """Some days; a ``point`` is one day, as "fin mars" or "le 15" is."""

    first: dt.date
    last: dt.date
    point: bool = False


class Expression(NamedTuple):
    """A way to say a time. ``read`` takes a match, a year where it names none, and today.

    ``telling`` needs no word before it: "fin mars" alone is a time, "2027" is not.
    """

    pattern: str
    read: Callable[[re.Match[str], int, dt.date], Stretch]
    telling: bool = True


MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "janvier janv jan january", "fevrier fevr fev february feb", "mars march",
            "avril avr april apr", "mai may", "juin june jun", "juillet juil july jul",
            "aout august aug", "septembre sept september sep", "octobre oct october",
            "novembre nov november", "decembre dec december",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_ORDINALS = {
    "1er": 1, "1ere": 1, "premier": 1, "first": 1, "1st": 1, "2e": 2, "2eme": 2, "2nd": 2,
    "deuxieme": 2, "second": 2, "3e": 3, "3eme": 3, "troisieme": 3, "third": 3, "3rd": 3,
    "4e": 4, "4eme": 4, "quatrieme": 4, "fourth": 4, "4th": 4, "dernier": 4, "last": 4,
}  # fmt: skip
_SEASONS = {
    "printemps": (3, 20, 6, 20), "spring": (3, 20, 6, 20), "ete": (6, 21, 9, 22),
    "summer": (6, 21, 9, 22), "automne": (9, 23, 12, 20), "autumn": (9, 23, 12, 20),
    "fall": (9, 23, 12, 20), "hiver": (12, 21, 3, 19), "winter": (12, 21, 3, 19),
}  # fmt: skip
_WEEKDAYS = {
    name: number
    for number, names in enumerate(
        ("lundi monday", "mardi tuesday", "mercredi wednesday", "jeudi thursday",
         "vendredi friday", "samedi saturday", "dimanche sunday")
    )
    for name in names.split()
}  # fmt: skip
_DAYS = {"j": 1, "d": 1, "s": 7, "w": 7}
_PARTS = {"fin": "end", "end": "end", "late": "end", "mi": "middle", "mid": "middle",
    "milieu": "middle", "middle": "middle", "debut": "start", "early": "start",
    "beginning": "start", "start": "start"}  # fmt: skip
_EARLY_MONTH = 10
_MIDDLE = 15


def _any(names: dict[str, int] | dict[str, tuple[int, int, int, int]]) -> str:
    return "|".join(sorted(names, key=len, reverse=True))


_MONTH = rf"(?P<month>{_any(MONTHS)})(?!\w)\.?"
_YEAR = r"(?: (?:de )?(?P<year>\d{4})(?!\d))"
_PART = (
    r"(?:(?:la |the )?(?P<part>fin|end|late|mi|mid|milieu|middle|debut|early|beginning|start)(?!\w)"
    r"[ -]?(?:du mois |of the month )?(?:de la |de l'|de |du |d'|of the |of |the )?)"
)
_NEXT = r"(?P<next> prochaine?)"
_DAY_NAMES = rf"(?:(?:{_any(_WEEKDAYS)}),? (?:the )?)?"
_QUARTER_ORDINAL = rf"(?P<ordinal>{_any(_ORDINALS)})"


def _year(match: re.Match[str], year: int) -> int:
    typed = match.groupdict().get("year")
    return (int(typed) if len(typed) > 2 else 2000 + int(typed)) if typed else year  # noqa: PLR2004


def _months(year: int, first: int, last: int) -> Stretch:
    days = calendar.monthrange(year, last)[1]
    return Stretch(dt.date(year, first, 1), dt.date(year, last, days))


def _part(match: re.Match[str], whole: Stretch) -> Stretch:
    """The end, middle or start of ``whole``; the start is a month's 10th, else a quarter of it."""
    typed = match.groupdict().get("part")
    if not typed:
        return whole
    days = (whole.last - whole.first).days
    if days > 360:  # noqa: PLR2004 - a year: the end of its first quarter or half
        month = {"start": 3, "middle": 6, "end": 12}[_PARTS[typed]]
        return _point(_months(whole.first.year, month, month).last)
    a_month = days < 31  # noqa: PLR2004 - the longest has 31
    after = {
        "start": _EARLY_MONTH - 1 if a_month else days // 4,
        "middle": _MIDDLE - 1 if a_month else days // 2,
        "end": days,
    }[_PARTS[typed]]
    return _point(whole.first + dt.timedelta(days=after))


def _day(year: int, month: int, day: int) -> Stretch:
    date = dt.date(year, month, day)
    return Stretch(date, date, point=True)


def _numeric(match: re.Match[str], year: int, _: dt.date) -> Stretch:
    day, month = int(match["day"]), int(match["month"])
    if month > 12:  # noqa: PLR2004 - as Americans write it
        day, month = month, day
    return _day(_year(match, year), month, day)


def _iso(match: re.Match[str], _: int, __: dt.date) -> Stretch:
    return _day(int(match["year"]), int(match["month"]), int(match["day"]))


def _day_of_month(match: re.Match[str], year: int, _: dt.date) -> Stretch:
    typed = match["day"]
    day = 1 if typed == "premier" else int(re.sub(r"\D", "", typed))
    return _day(_year(match, year), MONTHS[match["month"]], day)


def _month(match: re.Match[str], year: int, _: dt.date) -> Stretch:
    month = MONTHS[match["month"]]
    return _part(match, _months(_year(match, year), month, month))


def _quarter(match: re.Match[str], year: int, _: dt.date) -> Stretch:
    named = match.groupdict()
    number = int(named["number"]) if named.get("number") else _ORDINALS[named["ordinal"]]
    months = 6 if named["kind"][0] in "sh" else 3
    if number * months > 12:  # noqa: PLR2004 - a third half of a year
        raise ValueError(number)
    first = (number - 1) * months + 1
    return _part(match, _months(_year(match, year), first, first + months - 1))


def _season(match: re.Match[str], year: int, _: dt.date) -> Stretch:
    year = _year(match, year)
    month, day, last_month, last_day = _SEASONS[match["season"]]
    first = dt.date(year, month, day)
    last = dt.date(year + (last_month < month), last_month, last_day)
    return _part(match, Stretch(first, last))


def _whole_year(match: re.Match[str], year: int, _: dt.date) -> Stretch:
    return _part(match, _months(_year(match, year), 1, 12))


def _next_year(match: re.Match[str], _: int, today: dt.date) -> Stretch:
    return _part(match, _months(today.year + 1, 1, 12))


def _this_year(match: re.Match[str], _: int, today: dt.date) -> Stretch:
    return _part(match, _months(today.year, 1, 12))


def _this_month(match: re.Match[str], _: int, today: dt.date) -> Stretch:
    return _part(match, _months(today.year, today.month, today.month))


def _next_month(match: re.Match[str], _: int, today: dt.date) -> Stretch:
    year, month = divmod(today.month, 12)
    return _part(match, _months(today.year + year, month + 1, month + 1))


def _this_week(_: re.Match[str], __: int, today: dt.date) -> Stretch:
    return _week(today)


def _next_week(_: re.Match[str], __: int, today: dt.date) -> Stretch:
    return _week(today + dt.timedelta(days=7))


def _week(day: dt.date) -> Stretch:
    monday = day - dt.timedelta(days=day.weekday())
    return Stretch(monday, monday + dt.timedelta(days=6))


def _duration(match: re.Match[str], _: int, today: dt.date) -> Stretch:
    unit, number = match["unit"], value(match["number"])
    if unit.startswith(("mo", "an", "y")):
        months = round(number * (1 if unit.startswith("mo") else 12))
        return _point(_months_later(today, months))
    if unit.startswith("h"):
        return _point(today + dt.timedelta(hours=number))
    return _point(today + dt.timedelta(days=round(number * _DAYS[unit[0]])))


def _point(day: dt.date) -> Stretch:
    return Stretch(day, day, point=True)


def _months_later(day: dt.date, months: int) -> dt.date:
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _today(_: re.Match[str], __: int, today: dt.date) -> Stretch:
    return _point(today)


def _tomorrow(_: re.Match[str], __: int, today: dt.date) -> Stretch:
    return _point(today + dt.timedelta(days=1))


def _weekday(match: re.Match[str], _: int, today: dt.date) -> Stretch:
    """The next day of that name after today."""
    ahead = (_WEEKDAYS[match["weekday"]] - today.weekday() - 1) % 7 + 1
    return _point(today + dt.timedelta(days=ahead))


def _year_end(_: re.Match[str], __: int, today: dt.date) -> Stretch:
    return _day(today.year, 12, 31)


def _rentree(match: re.Match[str], year: int, _: dt.date) -> Stretch:
    return _day(_year(match, year), 9, 1)


def _christmas(match: re.Match[str], year: int, _: dt.date) -> Stretch:
    return _day(_year(match, year), 12, 25)


_A_SEASON = "|".join(
    r"(?:(?<=l')|(?<=d')|(?<=cet )|(?<=en )|^)ete" if name == "ete" else name for name in _SEASONS
)
"""Folded, the summer ("été") is also the participle: "a été" is no season."""

_OF_NEXT = r"(?:l'annee prochaine|l'an prochain|annee prochaine|an prochain|next year)"
_OF_THIS = r"(?:l'annee|cette annee|annee|the year|this year|year)"

DURATION = (
    rf"(?P<number>{NUMBER}) ?(?:prochaine?s? )?"
    r"(?P<unit>jours?|j|semaines?|mois|ans?|annees?|heures?|h|days?|weeks?|months?|years?|hours?)"
    r"(?!\w)"
)

EXPRESSIONS = (
    Expression(r"(?<!\d)(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})(?!\d)", _iso,
        telling=False),
    Expression(rf"(?<!\d){_DAY_NAMES}(?P<day>\d{{1,2}})(?P<mark>[/.-])(?P<month>\d{{1,2}})(?P=mark)"
        r"(?P<year>\d{4}|\d{2})(?!\d)", _numeric, telling=False),
    Expression(rf"(?<![\d/]){_DAY_NAMES}(?P<day>\d{{1,2}})/(?P<month>\d{{1,2}})(?![\d/])", _numeric,
        telling=False),
    Expression(rf"(?<!\d){_DAY_NAMES}(?P<day>\d{{1,2}}(?:er|st|nd|rd|th)?|premier)(?: of)? {_MONTH}"
        rf"(?:,?{_YEAR})?", _day_of_month, telling=False),
    Expression(rf"(?<!\w){_MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?!\w)(?:,?{_YEAR})?",
        _day_of_month, telling=False),
    Expression(rf"(?<!\w){_PART}{_MONTH}{_YEAR}?", _month),
    Expression(rf"(?<!\w){_MONTH}{_YEAR}", _month),
    Expression(rf"(?<!\w){_MONTH}{_NEXT}?", _month, telling=False),
    Expression(rf"(?<!\w)(?P<kind>[qtsh])(?P<number>[1-4])(?!\w){_YEAR}", _quarter),
    Expression(r"(?<!\w)(?P<kind>[qt])(?P<number>[1-4])(?!\w)", _quarter, telling=False),
    Expression(rf"(?<!\w){_PART}?{_QUARTER_ORDINAL} (?P<kind>trimestre|quarter|semestre|half)"
        rf"(?: of)?{_YEAR}", _quarter),
    Expression(rf"(?<!\w){_PART}?{_QUARTER_ORDINAL} (?P<kind>trimestre|quarter|semestre|half)"
        r"(?: (?:of|de) (?:the year|l'annee))?", _quarter, telling=False),
    Expression(rf"(?<!\w){_PART}?(?P<season>{_any(_SEASONS)})(?!\w)(?:{_YEAR}|{_NEXT})", _season),
    Expression(rf"(?<!\w){_PART}?(?P<season>{_A_SEASON})(?!\w)", _season, telling=False),
    Expression(rf"(?<!\w){_PART}(?P<year>(?:18|19|20|21)\d\d)(?!\d)", _whole_year),
    Expression(r"(?<![\d/.-])(?<!the )(?<!l[ea] )(?<!les )(?P<year>(?:18|19|20|21)\d\d)"
        r"(?![\d/-]|\.\d)", _whole_year,
        telling=False),
    Expression(rf"(?<!\w){_PART}?{_OF_NEXT}(?!\w)", _next_year),
    Expression(rf"(?<!\w){_PART}{_OF_THIS}(?!\w)", _this_year),
    Expression(r"(?<!\w)(?:cette annee|this year)(?!\w)", _this_year),
    Expression(r"(?<!\w)year[ -]end(?!\w)", _year_end),
    Expression(rf"(?<!\w){_PART}?(?:le |du )?(?:mois prochain|next month)(?!\w)", _next_month),
    Expression(rf"(?<!\w){_PART}(?:mois|month)(?!\w)", _this_month),
    Expression(r"(?<!\w)(?:ce mois(?:-ci)?|this month)(?!\w)", _this_month),
    Expression(r"(?<!\w)(?:la )?(?:semaine prochaine|next week)(?!\w)", _next_week),
    Expression(r"(?<!\w)(?:cette semaine|this week)(?!\w)", _this_week),
    Expression(rf"(?<!\w)(?:la )?rentree(?: de septembre)?(?:{_YEAR}|{_NEXT})?(?!\w)", _rentree,
        telling=False),
    Expression(rf"(?<!\w)(?:noel|christmas){_YEAR}?(?!\w)", _christmas, telling=False),
    Expression(r"(?<!\w)(?:aujourd'hui|today)(?!\w)", _today, telling=False),
    Expression(r"(?<!\w)(?:demain|tomorrow)(?!\w)", _tomorrow, telling=False),
    Expression(rf"(?<!\w)(?P<weekday>{_any(_WEEKDAYS)})(?!\w)(?: prochain)?", _weekday,
        telling=False),
)  # fmt: skip

LASTING = Expression(DURATION, _duration, telling=False)
"""A duration counts only from now: "d'ici 6 mois", not "pour 2 ans"."""
