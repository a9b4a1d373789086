"""The assistants of a run: one or several, killed one by one or all at once."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aiohttp import ClientError, ClientSession

from tests.chaos.process import SERVE, AssistantProcess

if TYPE_CHECKING:
    import random
    from collections.abc import AsyncIterator, Mapping, Sequence
    from pathlib import Path

    from tests.chaos.kept import Database

ALL_AT_ONCE_SHARE = 0.2
"""Of the kills: as when the machine itself fails."""
START_SECONDS = 300.0
SETTLE_SECONDS = 600.0
LOOK_SECONDS = 0.5


@dataclass
class Progress:
    """How many of the people of a run are through with what they wanted."""

    goal: int
    made: int = 0


@dataclass
class Fleet:
    """Assistants on one database; each keeps its address from life to life."""

    processes: list[AssistantProcess]
    addresses: list[str]
    _changing: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    @classmethod
    @contextlib.asynccontextmanager
    async def running(
        cls,
        count: int,
        folder: Path,
        settings: Mapping[str, str],
        command: Sequence[str] = SERVE,
    ) -> AsyncIterator[Fleet]:
        """``count`` of them, ready to serve; what is left of them at the end is killed.

        Raises:
            AssistantDied: one of them ended by itself.
        """
        ports = _free_ports(count)
        fleet = cls(
            [
                AssistantProcess(
                    folder / f"assistant-{number}.log", {**settings, "PORT": str(port)}, command
                )
                for number, port in enumerate(ports, start=1)
            ],
            [f"http://127.0.0.1:{port}" for port in ports],
        )
        try:
            for process in fleet.processes:
                await process.start()
            await fleet.until_ready()
            yield fleet
        finally:
            for process in fleet.processes:
                await process.abandon()

    @property
    def kills(self) -> int:
        """How often one was killed."""
        return sum(process.kills for process in self.processes)

    def check(self) -> None:
        """Raises AssistantDied unless all of them live."""
        if not self._changing.locked():
            for process in self.processes:
                process.check()

    async def kill(self, draw: random.Random) -> None:
        """Kill one of them, now and then all, and start what was killed again."""
        all_at_once = draw.random() < ALL_AT_ONCE_SHARE
        chosen = self.processes if all_at_once else [draw.choice(self.processes)]
        async with self._changing:
            for process in chosen:
                await process.kill()
            for process in chosen:
                await process.start()

    async def kill_now_and_then(
        self, draw: random.Random, kills: int, progress: Progress, latest_moment_seconds: float
    ) -> None:
        """At random points of ``progress``, the last when there is only left to deliver.

        Each comes within ``latest_moment_seconds`` after its point: anywhere between two commits.
        """
        points = sorted(draw.randrange(progress.goal) for _ in range(kills - 1))
        for point in [*points, progress.goal]:
            while progress.made < point:
                self.check()
                await asyncio.sleep(LOOK_SECONDS)
            await asyncio.sleep(draw.uniform(0, latest_moment_seconds))
            await self.kill(draw)

    async def settle(self, database: Database) -> None:
        """Until nothing waits in ``database``, or for too long."""
        await self.until_ready()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SETTLE_SECONDS):
                while await database.waiting():
                    self.check()
                    await asyncio.sleep(LOOK_SECONDS)

    async def stop(self) -> list[int]:
        """The exit codes of an orderly end."""
        async with self._changing:
            return [await process.stop() for process in self.processes]

    async def until_ready(self) -> None:
        """Return once each of them serves."""
        async with asyncio.timeout(START_SECONDS), ClientSession() as session:
            for address in self.addresses:
                while not await _lives(session, address):
                    self.check()
                    await asyncio.sleep(LOOK_SECONDS)


async def _lives(session: ClientSession, address: str) -> bool:
    try:
        async with session.get(f"{address}/health/live") as response:
            return response.status == 200
    except (ClientError, OSError):
        return False


def _free_ports(count: int) -> list[int]:
    """Ports that nobody listens on."""
    with contextlib.ExitStack() as stack:
        held = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in held:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in held]
