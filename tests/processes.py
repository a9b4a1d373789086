"""Processes of their own that may be killed, without an interpreter's start for each.

Each is forked from a process that has imported what they all do, and has done nothing else: they
begin in milliseconds, and are as real to the system as any other.
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
from typing import TYPE_CHECKING

from tests.polling import DEADLINE_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.bot.crash_worker", "tests.bot.privacy.killed_eraser"])


async def run(
    target: Callable[..., None], *arguments: object, kill_after: int | None = None
) -> int | None:
    """Call ``target`` in a process with a way to tell of its steps first; its exit code.

    It is killed at the step of the number ``kill_after``, unless it ended before.
    """
    told, telling = _FORKS.Pipe(duplex=False)
    process = _FORKS.Process(target=target, args=(telling, *arguments))
    process.start()
    telling.close()

    def follow() -> None:
        steps = 0
        with contextlib.suppress(EOFError):
            while _next(told):
                steps += 1
                if steps == kill_after:
                    process.kill()
        process.join(DEADLINE_SECONDS)

    with told:
        try:
            await asyncio.to_thread(follow)
        finally:
            process.kill()
            process.join()
    return process.exitcode


def _next(told: Connection) -> bool:
    if not told.poll(DEADLINE_SECONDS):
        raise TimeoutError
    told.recv_bytes()
    return True
