"""When a team answers: intervals, holidays, and clocks that are changed."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.hours import is_open, next_opening
from knowledge.model import WEEKDAYS, Hours

PARIS = ZoneInfo("Europe/Paris")
OFFICE = Hours(
    monday=("13:30-17:00", "09:00-12:30"),
    tuesday=("09:00-12:30", "13:30-17:00"),
    wednesday=("09:00-12:30",),
    thursday=("09:00-12:30", "13:30-17:00"),
    friday=("09:00-12:30", "13:30-16:00"),
)
MINUTE = dt.timedelta(minutes=1)


def _at(text: str, zone: ZoneInfo = PARIS, fold: int = 0) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold)


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-11-24T09:00", "2026-11-24T09:00"),
        ("2026-11-24T08:59:59", "2026-11-24T09:00"),
        ("2026-11-24T12:30", "2026-11-24T13:30"),
        ("2026-11-23T12:29:59", "2026-11-23T12:29:59"),
        ("2026-11-25T14:00", "2026-11-26T09:00"),
        ("2026-11-27T16:00", "2026-11-30T09:00"),
        ("2026-12-25T10:00", "2026-12-28T09:00"),
        ("2026-04-03T16:30", "2026-04-07T09:00"),
    ],
)
def test_next_opening(now: str, opens: str) -> None:
    """Lunch, evenings, week-ends, Christmas and Easter Monday are waited for."""
    assert next_opening(OFFICE, _at(now)) == _at(opens)
    assert is_open(OFFICE, _at(now)) is (now == opens)


def test_a_moment_is_read_on_the_teams_clock() -> None:
    """Ten in the morning in Paris is open whatever clock names the moment."""
    assert is_open(OFFICE, _at("2026-11-24T09:00+00:00", ZoneInfo("UTC")))
    assert not is_open(OFFICE, _at("2026-11-24T12:00", ZoneInfo("America/New_York")))


def test_holidays_may_be_none_or_anothers() -> None:
    """Christmas is a day like another without holidays; the Fourth of July is American."""
    daily = Hours.model_validate({day: ["09:00-17:00"] for day in WEEKDAYS})
    without = daily.model_copy(update={"holidays": None})
    american = daily.model_copy(update={"holidays": "US"})
    assert is_open(without, _at("2026-12-25T10:00"))
    assert not is_open(daily, _at("2026-12-25T10:00"))
    assert is_open(daily, _at("2027-07-04T10:00"))
    assert not is_open(american, _at("2027-07-04T10:00"))


def test_never_open() -> None:
    """Without an interval there is no next opening."""
    assert next_opening(Hours(), _at("2026-11-24T09:00")) is None


def test_all_day_and_night() -> None:
    """Up to 24:00 and on from 00:00 there is no gap."""
    hours = Hours(monday=("20:00-24:00",), tuesday=("00:00-02:00",), holidays=None)
    assert is_open(hours, _at("2026-11-23T23:59:59"))
    assert is_open(hours, _at("2026-11-24T00:00"))
    assert not is_open(hours, _at("2026-11-24T02:00"))


def test_the_hour_that_does_not_come() -> None:
    """On 28 March 2027 the clock jumps from 2 to 3: what began at 2:30 opens at 3."""
    night = Hours(sunday=("02:30-05:00",), holidays=None)
    assert next_opening(night, _at("2027-03-28T01:00")) == _at("2027-03-28T03:00")
    lost = Hours(sunday=("02:15-02:45",), holidays=None)
    assert next_opening(lost, _at("2027-03-28T01:00")) == _at("2027-04-04T02:15")


def test_the_hour_that_comes_twice() -> None:
    """On 25 October 2026 the hour from 2 to 3 comes twice, and is open twice."""
    night = Hours(sunday=("02:15-02:45",), holidays=None)
    between = _at("2026-10-25T02:50")
    again = next_opening(night, between)
    assert again is not None
    assert (again.hour, again.minute, again.fold) == (2, 15, 1)
    assert again.timestamp() - between.timestamp() == 25 * 60


TIMES = st.integers(0, 24 * 60).map(lambda m: f"{m // 60:02}:{m % 60:02}")
INTERVALS = (
    st.lists(TIMES, min_size=0, max_size=4, unique=True)
    .map(sorted)
    .map(lambda times: tuple(f"{a}-{b}" for a, b in zip(times[::2], times[1::2], strict=False)))
)
HOURS = st.builds(
    Hours,
    timezone=st.sampled_from(["Europe/Paris", "America/New_York", "Asia/Kathmandu", "UTC",
                              "Australia/Lord_Howe", "Africa/Cairo", "America/Santiago"]),
    holidays=st.sampled_from([None, "FR", "US"]),
    **dict.fromkeys(WEEKDAYS, INTERVALS),
)  # fmt: skip


def _moments(first: str, days: int) -> st.SearchStrategy[dt.datetime]:
    start = dt.datetime.fromisoformat(f"{first}T00:00+00:00")
    return st.floats(0, days * 86_400).map(lambda s: start + dt.timedelta(seconds=s))


NOWS = _moments("2026-01-01", 3 * 365)
CHANGES = _moments("2026-10-24", 2) | _moments("2027-03-27", 2)
"""About the nights on which Paris changes its clocks."""


@settings(max_examples=300)
@given(hours=HOURS, now=NOWS)
def test_it_is_open_at_the_next_opening_and_not_before(hours: Hours, now: dt.datetime) -> None:
    """The next opening is open, not in the past, and the minute before it is not (unless now)."""
    opening = next_opening(hours, now)
    if opening is None:
        assert not is_open(hours, now)
        return
    assert opening >= now
    assert is_open(hours, opening)
    if opening != now:
        assert not is_open(hours, now)
        assert not is_open(hours, opening - MINUTE)


@settings(max_examples=60)
@given(hours=HOURS, now=NOWS | CHANGES)
def test_nothing_opens_in_between(hours: Hours, now: dt.datetime) -> None:
    """Minute by minute, no moment of the two days from now is open before the one that is told."""
    now = now.replace(second=0, microsecond=0)
    opening = next_opening(hours, now)
    minute = now
    while minute < now + dt.timedelta(days=2):
        if is_open(hours, minute):
            # In UTC: what the clock shows twice equals nothing in another zone (PEP 495).
            assert opening is not None
            assert opening.astimezone(dt.UTC) == minute.astimezone(dt.UTC)
            return
        minute += MINUTE
    assert opening is None or opening >= minute
