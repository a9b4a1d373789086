"""What goes wrong between a bot and Telegram: planned by hand, or drawn from a seed."""

from __future__ import annotations

import random
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Literal, Protocol

Kind = Literal[
    "rate_limited",  # 429 with retry_after
    "server_error",  # 502 with a page that is no JSON
    "time_out",  # the answer never comes; the call had no effect
    "closed",  # the connection is closed before the call had an effect
    "cut",  # the call takes effect, then the connection is closed
    "late",  # the call takes effect, its answer never comes
]
KINDS: tuple[Kind, ...] = (
    "rate_limited",
    "server_error",
    "time_out",
    "closed",
    "cut",
    "late",
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong. Seconds are those of ``retry_after``."""

    kind: Kind
    retry_after_seconds: int = 1


class FaultPlan(Protocol):
    """Decides, call by call."""

    def next_fault(self, method: str) -> Fault | None:
        """What goes wrong with this call of ``method``, if anything does."""


class NoFaults:
    """Nothing goes wrong."""

    def next_fault(self, method: str) -> None:
        """Nothing, whatever is called."""
        del method


@dataclass
class Planned:
    """Each fault in turn, to calls of one method; then nothing any more."""

    method: str
    faults: deque[Fault | None]

    def next_fault(self, method: str) -> Fault | None:
        """The next of the plan if it is this method's turn."""
        if method != self.method or not self.faults:
            return None
        return self.faults.popleft()


@dataclass
class Seeded:
    """A share of all calls fails, each kind as often as its weight; a seed's draws are the same.

    A poll is never left hanging: it would stand still for as long as a poll may take.
    """

    seed: int
    share: float
    weights: dict[Kind, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 1))
    injected: Counter[Kind] = field(default_factory=Counter)
    calls: int = 0

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)  # noqa: S311 - repeatable on purpose

    def next_fault(self, method: str) -> Fault | None:
        """Drawn from the seed."""
        self.calls += 1
        if self._random.random() >= self.share:
            return None
        hanging = {"time_out", "late"} if method == "getUpdates" else set()
        kinds = [kind for kind in self.weights if kind not in hanging]
        kind = self._random.choices(kinds, [self.weights[name] for name in kinds])[0]
        self.injected[kind] += 1
        return Fault(kind)
