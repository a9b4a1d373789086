"""When a delivery that failed is tried again."""

from __future__ import annotations

import datetime as dt

from bot.delivery import PermanentError, TransientError

FIRST_SECONDS = 1.0
LONGEST_SECONDS = 600.0
"""The pause doubles from the first to the longest."""
GIVE_UP_AFTER = dt.timedelta(hours=24)
FEWEST_ATTEMPTS = 8
"""So many at least, however old a delivery is: the assistant itself may have been down."""


def next_attempt(
    attempts: int, error: Exception, now: dt.datetime, jitter: float, *, since: dt.datetime
) -> dt.datetime | None:
    """When to try again after attempt number ``attempts`` failed with ``error``; None: never.

    ``jitter``, in [0, 1), spreads what failed together over half of the pause. What the other
    side asked for (``retry_after_seconds``) is the least, and is spread on top. ``since`` is when
    the delivery was made, or when staff had it tried anew.
    """
    if isinstance(error, PermanentError):
        return None
    pause = min(FIRST_SECONDS * 2.0 ** min(attempts - 1, 32), LONGEST_SECONDS)
    seconds = pause / 2 * (1 + jitter)
    if isinstance(error, TransientError) and error.retry_after_seconds is not None:
        seconds = max(seconds, error.retry_after_seconds + jitter * FIRST_SECONDS)
    due_at = now + dt.timedelta(seconds=seconds)
    if attempts >= FEWEST_ATTEMPTS and due_at > since + GIVE_UP_AFTER:
        return None
    return due_at
