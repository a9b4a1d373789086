"""What a system costs: its time and memory, measured in a process of its own, within limits."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import resource
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import TypeVar

MIB = 2**20
_RESET_PEAK = "5"

Asked = TypeVar("Asked")
Given = TypeVar("Given")


class Memory:
    """How much more memory a process came to hold at most than it held when this was made.

    Linux tells it of any process; elsewhere it stays unknown.
    """

    def __init__(self, pid: int) -> None:
        self._process = Path(f"/proc/{pid}")
        with contextlib.suppress(OSError):
            (self._process / "clear_refs").write_text(_RESET_PEAK)
        self._before = self._read("VmRSS")

    def peak_mib(self) -> float | None:
        """The greatest resident memory since then, less what there was."""
        peak = self._read("VmHWM")
        return None if peak is None or self._before is None else (peak - self._before) / MIB

    def _read(self, field: str) -> int | None:
        with contextlib.suppress(OSError):
            for line in (self._process / "status").read_text().splitlines():
                if line.startswith(f"{field}:"):
                    return int(line.split()[1]) * 1024
        return None


def use_one_core() -> None:
    """Let the libraries of the processes to come compute on one core, unless told otherwise.

    Their threads wait actively for each other: where cores are shared that multiplies the times.
    """
    for library in ("OMP", "OPENBLAS", "MKL"):
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")


def timed(work: Callable[[], Given]) -> tuple[Given, float]:
    """What ``work`` gives, and the seconds that it took."""
    start = time.perf_counter()
    given = work()
    return given, time.perf_counter() - start


@dataclass(frozen=True)
class Limits:
    """What a process may take before it is given up."""

    seconds: float
    memory_mib: int | None = None


@dataclass(frozen=True)
class Failure:
    """Why there is no figure."""

    reason: str


def isolated(work: Callable[[Asked], Given], asked: Asked, limits: Limits) -> Given | Failure:
    """``work(asked)`` in a fresh process, or why it came to nothing."""
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_answer, args=(sender, work, asked, limits.memory_mib))
    process.start()
    sender.close()
    try:
        if not receiver.poll(limits.seconds):
            return Failure(f"not done within {limits.seconds:g} s")
        given: Given | Failure = receiver.recv()
    except EOFError:
        return Failure("its process was killed")
    else:
        return given
    finally:
        _end(process)


def _answer(
    sender: Connection,
    work: Callable[[Asked], Given],
    asked: Asked,
    memory_mib: int | None,
) -> None:
    os.setsid()  # so that what it starts ends with it
    if memory_mib is not None:
        resource.setrlimit(resource.RLIMIT_DATA, (memory_mib * MIB, memory_mib * MIB))
    answer: Given | Failure
    try:
        answer = work(asked)
    except Exception as error:  # noqa: BLE001 - a peer that fails is a line of the table
        answer = Failure(str(error) or type(error).__name__)
    sender.send(answer)


def _end(process: SpawnProcess) -> None:
    """End what is left of ``process``, and of what it started."""
    if process.is_alive() and process.pid is not None:
        with contextlib.suppress(ProcessLookupError):  # it leads no group yet, or has just ended
            os.killpg(process.pid, signal.SIGKILL)
        process.kill()
    process.join()
