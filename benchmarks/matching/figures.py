"""What is told of a system in the tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.matching.measures import Heard, Kept, Quality, percentile_ms
from benchmarks.matching.resources import Memory


@dataclass(frozen=True)
class Cost:
    """Milliseconds a message, and what it took to be ready for the first."""

    median_ms: float
    p99_ms: float
    build_seconds: float
    peak_mib: float | None


@dataclass(frozen=True)
class Found:
    """What was found when nothing is refused, and with the balanced threshold."""

    quality: Quality
    kept: Kept


@dataclass(frozen=True)
class Trial:
    """Every figure of a system on a set."""

    clean: Found
    misspelt: Found
    cost: Cost


def cost(heard: Sequence[Heard], build_seconds: float, memory: Memory) -> Cost:
    """The cost of a system that has now heard all its messages."""
    return Cost(
        median_ms=percentile_ms(heard, 50),
        p99_ms=percentile_ms(heard, 99),
        build_seconds=build_seconds,
        peak_mib=memory.peak_mib(),
    )
