"""When a delivery that failed is tried again."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery import Blocked, PermanentError, TransientError
from bot.delivery.retry import FEWEST_ATTEMPTS, FIRST_SECONDS, LONGEST_SECONDS, next_attempt

NOW = dt.datetime(2026, 11, 24, 22, 0, tzinfo=dt.UTC)
TRANSIENT = TransientError("502")


def asked(seconds: float) -> TransientError:
    """The other side said how long to wait."""
    return TransientError("429", retry_after_seconds=seconds)


@pytest.mark.parametrize(
    ("attempts", "error", "jitter", "age_hours", "seconds"),
    [
        (1, TRANSIENT, 0.0, 0, 0.5),
        (1, TRANSIENT, 0.5, 0, 0.75),
        (2, TRANSIENT, 0.0, 0, 1.0),
        (5, TRANSIENT, 0.0, 0, 8.0),
        (11, TRANSIENT, 0.0, 0, 300.0),
        (10_000, TRANSIENT, 0.0, 0, 300.0),
        (1, KeyError("not ours"), 0.0, 0, 0.5),
        (1, asked(30), 0.0, 0, 30.0),
        (1, asked(30), 0.5, 0, 30.5),
        (5, asked(3), 0.0, 0, 8.0),
        (7, TRANSIENT, 0.0, 48, 32.0),
        (8, TRANSIENT, 0.0, 48, None),
        (200, TRANSIENT, 0.0, 23, 300.0),
        (200, TRANSIENT, 0.0, 23.99, None),
        (8, asked(90_000), 0.0, 0, None),
        (1, PermanentError("400"), 0.0, 0, None),
        (1, Blocked("403"), 0.0, 0, None),
    ],
)
def test_the_pause_follows_the_failure(
    attempts: int, error: Exception, jitter: float, age_hours: float, seconds: float | None
) -> None:
    """Doubling and capped, at least what was asked for, and an end after about a day."""
    created_at = NOW - dt.timedelta(hours=age_hours)

    due_at = next_attempt(attempts, error, NOW, jitter, since=created_at)

    assert due_at == (None if seconds is None else NOW + dt.timedelta(seconds=seconds))


@given(
    attempts=st.integers(1, 10**6),
    retry_after=st.none() | st.floats(0, 10**6),
    jitter=st.floats(0, 1, exclude_max=True),
    age_seconds=st.floats(0, 10**7),
)
def test_the_pause_keeps_its_bounds(
    attempts: int, retry_after: float | None, jitter: float, age_seconds: float
) -> None:
    """Never at once, never sooner than asked, never longer than needed, never for ever."""
    error = TransientError("503", retry_after_seconds=retry_after)
    created_at = NOW - dt.timedelta(seconds=age_seconds)

    due_at = next_attempt(attempts, error, NOW, jitter, since=created_at)

    if due_at is None:
        assert attempts >= FEWEST_ATTEMPTS
        return
    seconds = (due_at - NOW).total_seconds()
    assert seconds >= FIRST_SECONDS / 2
    assert seconds >= (retry_after or 0) - 1e-5
    assert seconds <= max(LONGEST_SECONDS, (retry_after or 0) + FIRST_SECONDS) + 1e-5
    assert attempts < FEWEST_ATTEMPTS or due_at <= created_at + dt.timedelta(hours=24)


@given(attempts=st.integers(1, 100), jitter=st.floats(0, 1, exclude_max=True))
def test_pauses_never_shrink(attempts: int, jitter: float) -> None:
    """The longer it fails, the less it is tried."""
    due = [
        next_attempt(number, TRANSIENT, NOW, jitter, since=NOW)
        for number in (attempts, attempts + 1)
    ]

    assert due[0] is not None
    assert due[1] is not None
    assert due[0] <= due[1]
