"""When a team answers: its hours, several intervals a day, on its own clock.

Hours are those of the wall clock. Where it is put back, an hour that comes twice is open or closed
both times; where it is put forward, what falls into the gap does not come at all.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Iterator

    from knowledge.model import Hours

_LOOK_AHEAD_DAYS = 366
_MINUTE = dt.timedelta(minutes=1)
_PACE = dt.timedelta(minutes=5)
_DAY = dt.timedelta(days=1)


def is_open(hours: Hours, now: dt.datetime) -> bool:
    """Whether somebody answers at ``now`` (aware); the last minute of an interval is its end's."""
    local = now.astimezone(ZoneInfo(hours.timezone))
    if _is_holiday(hours, local.date()):
        return False
    minute = local.hour * 60 + local.minute
    return any(begin <= minute < end for begin, end in hours.intervals(local.weekday()))


def next_opening(hours: Hours, now: dt.datetime) -> dt.datetime | None:
    """From when somebody answers: ``now`` if it is open, else the next opening within a year.

    It is in the team's time zone; None where there is no such moment, as without any interval.
    """
    zone = ZoneInfo(hours.timezone)
    if is_open(hours, now):
        return now.astimezone(zone)
    today = now.astimezone(zone).date()
    for ahead in range(_LOOK_AHEAD_DAYS + 1):
        day = today + dt.timedelta(days=ahead)
        if not hours.intervals(day.weekday()) or _is_holiday(hours, day):
            continue
        for moment in _moments(hours, day, zone):
            if moment > now and is_open(hours, moment):
                return moment.astimezone(zone)
    return None


def after_open_time(
    hours: Hours | None, start: dt.datetime, duration: dt.timedelta
) -> dt.datetime | None:
    """When ``duration`` of open time has gone by since ``start``, to five minutes.

    Without hours every minute counts; None for a team that never opens.
    """
    if hours is None:
        return start + duration
    moment, left = start, duration
    while left > dt.timedelta():
        opening = next_opening(hours, moment)
        if opening is None:
            return None
        moment, left = opening + _PACE, left - _PACE
    return moment


def _moments(hours: Hours, day: dt.date, zone: ZoneInfo) -> Iterator[dt.datetime]:
    """The moments (UTC) of ``day`` in order at which it may open."""
    midnight = dt.datetime.combine(day, dt.time(), zone)
    start = midnight.astimezone(dt.UTC)
    end = dt.datetime.combine(day + _DAY, dt.time(), zone).astimezone(dt.UTC)
    if end - start == _DAY:
        for begin, _ in hours.intervals(day.weekday()):
            yield start + begin * _MINUTE
        return
    while start < end:  # the clock is changed on this day: try each minute
        yield start
        start += _MINUTE


def _is_holiday(hours: Hours, day: dt.date) -> bool:
    return hours.holidays is not None and day in _holidays(hours.holidays, day.year)


@lru_cache(maxsize=256)
def _holidays(country: str, year: int) -> frozenset[dt.date]:
    # Only where a team has them: the calendars of all countries take 5 MB.
    from holidays import country_holidays  # noqa: PLC0415

    return frozenset(country_holidays(country, years=year))
