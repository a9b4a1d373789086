"""Keeping to the rate that a directory grants."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Pace:
    """Gives each request the time at which it may start: never more than the rate in any window."""

    def __init__(self, per_second: float, clock: Callable[[], float] = time.monotonic) -> None:
        """``per_second`` requests on average, so many at once (one, if it is less than that)."""
        self._count = max(1, int(per_second))
        self._window_seconds = self._count / per_second
        self._clock = clock
        self._starts: deque[float] = deque(maxlen=self._count)
        self._silent_until = float("-inf")

    def be_silent(self, seconds: float) -> None:
        """Let no further request start for so long."""
        self._silent_until = max(self._silent_until, self._clock() + seconds)

    def take(self, most_seconds: float) -> float | None:
        """Seconds to wait before a request may start, which is then counted as started.

        None, and nothing is counted, if that is more than ``most_seconds``.
        """
        now = self._clock()
        start = max(now, self._silent_until)
        if len(self._starts) == self._count:
            start = max(start, self._starts[0] + self._window_seconds)
        if start - now > most_seconds:
            return None
        self._starts.append(start)
        return start - now
