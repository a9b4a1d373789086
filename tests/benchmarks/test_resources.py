"""A system that fails, or takes too much, is reported and not waited for."""

from __future__ import annotations

import os
import time

from benchmarks.matching.resources import MIB, Failure, Limits, Memory, isolated


def test_what_a_process_gives_comes_back() -> None:
    """From a process of its own."""
    assert isolated(abs, -3, Limits(seconds=60)) == 3


def test_an_error_is_a_reason() -> None:
    """As it says itself."""
    assert isolated(os.stat, "/no/such/file", Limits(seconds=60)) == Failure(
        "[Errno 2] No such file or directory: '/no/such/file'"
    )


def test_a_killed_process_is_a_reason() -> None:
    """It cannot say anything itself."""
    assert isolated(os._exit, 1, Limits(seconds=60)) == Failure("its process was killed")


def test_the_time_limit_holds() -> None:
    """It is ended."""
    start = time.monotonic()
    assert isolated(time.sleep, 600, Limits(seconds=0.2)) == Failure("not done within 0.2 s")
    assert time.monotonic() - start < 60


def test_the_memory_limit_holds() -> None:
    """Before the machine runs out of it."""
    assert isolated(bytearray, 2048 * MIB, Limits(60, memory_mib=1024)) == Failure("MemoryError")


def _peak_after_holding(mebibytes: int) -> float | None:
    before = b"x" * (64 * MIB)
    memory = Memory(os.getpid())
    held = b"x" * (mebibytes * MIB)
    del held
    peak = memory.peak_mib()
    assert before
    return peak


def test_memory_counts_from_where_it_began() -> None:
    """What a process held before is not told; what it let go again is.

    In a fresh process: a long-lived one has free memory at hand, and would take no more.
    """
    peak = isolated(_peak_after_holding, 32, Limits(seconds=60))
    assert peak is None or (isinstance(peak, float) and 30 < peak < 48)
