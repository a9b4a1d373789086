"""The real assistant in a process of its own, to be killed."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import Mapping, Sequence
    from pathlib import Path

STOP_SECONDS = 120.0
SERVE = (sys.executable, "-m", "bot", "serve")
UNLIMITED = "100000"
"""A rate that no run comes near."""


class AssistantDied(Exception):  # noqa: N818 - it names what happened
    """It ended by itself; the end of its log says why."""


@dataclass
class AssistantProcess:
    """``python -m bot serve`` in a process of its own; ``settings`` are environment variables."""

    log: Path
    """What all its lives write."""
    settings: Mapping[str, str]
    command: Sequence[str] = SERVE
    kills: int = 0
    _process: Process | None = field(default=None, init=False)

    async def start(self) -> None:
        """Begin a life."""
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self.command, stdout=log, stderr=log, env={**os.environ, **self.settings}
            )

    async def kill(self) -> None:
        """SIGKILL: no warning, no last word."""
        await self._end(signal.SIGKILL)
        self.kills += 1

    async def stop(self) -> int:
        """SIGTERM; returns the exit code."""
        return await self._end(signal.SIGTERM)

    async def abandon(self) -> None:
        """End what a run that failed has left."""
        if self._process is not None and self._process.returncode is None:
            await self._end(signal.SIGKILL)

    def check(self) -> None:
        """Nothing while it lives.

        Raises:
            AssistantDied: it does not.
        """
        if self._process is not None and self._process.returncode is not None:
            end = self.log.read_text(encoding="utf-8", errors="replace")[-3000:]
            raise AssistantDied(f"the assistant ended by itself:\n{end}")

    async def _end(self, number: signal.Signals) -> int:
        self.check()
        process, self._process = self._process, None
        assert process is not None
        process.send_signal(number)
        async with asyncio.timeout(STOP_SECONDS):
            return await process.wait()
