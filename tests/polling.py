"""Waiting for what happens in its own time, with a deadline instead of a guess."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine

DEADLINE_SECONDS = 120.0
"""So long that only what hangs takes it, on a machine however busy."""


async def until(condition: Callable[[], bool | Awaitable[bool]]) -> None:
    """Return once ``condition`` holds; TimeoutError if it never does."""
    async with asyncio.timeout(DEADLINE_SECONDS):
        while True:
            holds = condition()
            if holds if isinstance(holds, bool) else await holds:
                return
            await asyncio.sleep(0.005)


@contextlib.asynccontextmanager
async def running(*work: Coroutine[None, None, None]) -> AsyncIterator[None]:
    """Loops that run for as long as the context lasts; an error in one is raised at the end."""
    tasks = [asyncio.create_task(one) for one in work]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for result in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(result, Exception):
                raise result
