"""One run: updates pushed, the assistant killed and started again, then the verdict."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from tests.chaos.messages.plan import plan, write_knowledge
from tests.chaos.messages.verdict import Verdict, is_settled, judge_chats, judge_database
from tests.chaos.process import UNLIMITED, AssistantProcess
from tests.servers.telegram import BotApiServer
from tests.servers.telegram_faults import Seeded

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from tests.chaos.messages.plan import Asked

BACKLOG = 600
"""Updates that people are ahead of the answers: taking in, handling and sending overlap."""
STALLED_SECONDS = 120.0
"""Without a single new message for so long, a run is given up and judged as it is."""
SETTLE_SECONDS = 60.0
LOOK_SECONDS = 1.0
DATABASE = "assistant.db"
LATEST_MOMENT_SECONDS = 0.2
"""A kill comes within so long after its point is reached: anywhere between two commits."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How much of everything."""

    updates: int = 10_000
    conversations: int = 250
    kills: int = 12
    failing: float = 0.05
    seed: int = 1


async def run(settings: Settings, folder: Path) -> Verdict:
    """Do it in ``folder``, which is left as it ended.

    Raises:
        AssistantDied: the assistant ended without being killed.
    """
    asked = plan(settings.updates, settings.conversations, settings.seed)
    write_knowledge(folder / "knowledge")
    faults = Seeded(settings.seed, settings.failing)
    started = time.monotonic()
    async with BotApiServer(faults=faults).running() as server:
        assistant = AssistantProcess(folder / "assistant.log", _environment(folder, server))
        drill = _Drill(settings, asked, server, assistant, folder / DATABASE)
        try:
            exit_code = await drill.run()
        finally:
            await assistant.abandon()
    verdict = Verdict(
        exit_code=exit_code,
        updates=settings.updates,
        conversations=settings.conversations,
        kills=assistant.kills,
        calls=faults.calls,
        faults=Counter(faults.injected),
        seconds=time.monotonic() - started,
    )
    judge_chats(verdict, asked, server)
    judge_database(verdict, drill.update_ids, folder / DATABASE)
    return verdict


def _environment(folder: Path, server: BotApiServer) -> dict[str, str]:
    return {
        "PORT": "0",
        "KNOWLEDGE_DIR": str(folder / "knowledge"),
        "CACHE_DIR": str(folder / "cache"),
        "DATABASE_URL": f"sqlite+aiosqlite:///{folder / DATABASE}",
        "COMPANY_DIRECTORY_URL": "off",
        "TELEGRAM_API_URL": server.url,
        "TELEGRAM_BOT_TOKEN": server.token,
        "TELEGRAM_MESSAGES_PER_SECOND": UNLIMITED,
        "TELEGRAM_CHAT_MESSAGES_PER_SECOND": UNLIMITED,
    }


class _Drill:
    """The course of a run."""

    def __init__(
        self,
        settings: Settings,
        asked: Sequence[Asked],
        server: BotApiServer,
        assistant: AssistantProcess,
        database: Path,
    ) -> None:
        self._settings = settings
        self._asked = asked
        self._server = server
        self._assistant = assistant
        self._database = database
        self.update_ids: list[int] = []

    async def run(self) -> int:
        """The exit code of the stop at the end."""
        await self._assistant.start()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._push())
            tasks.create_task(self._kill_now_and_then())
        await self._until(self._all_read)
        await self._settle()
        return await self._assistant.stop()

    async def _push(self) -> None:
        for start in range(0, len(self._asked), BACKLOG // 2):
            updates = [one.update for one in self._asked[start : start + BACKLOG // 2]]
            self.update_ids += await self._server.push(*updates)
            answered = len(self.update_ids) - BACKLOG
            await self._until(partial(self._has_sent, answered))

    async def _kill_now_and_then(self) -> None:
        draw = random.Random(self._settings.seed)  # noqa: S311 - repeatable on purpose
        points = sorted(draw.randrange(self._settings.updates) for _ in range(self._settings.kills))
        for point in points:
            await self._until(partial(self._has_sent, point))
            await asyncio.sleep(draw.uniform(0, LATEST_MOMENT_SECONDS))
            await self._assistant.kill()
            await self._assistant.start()

    async def _settle(self) -> None:
        """The last replies are read before they are marked as sent."""
        deadline = time.monotonic() + SETTLE_SECONDS
        while not is_settled(self._database) and time.monotonic() < deadline:
            self._assistant.check()
            await asyncio.sleep(LOOK_SECONDS)

    async def _until(self, condition: Callable[[], bool]) -> None:
        """Return when ``condition`` holds, or when nothing has moved for too long."""
        moved_at, seen = time.monotonic(), len(self._server.sent)
        while time.monotonic() - moved_at < STALLED_SECONDS:
            try:
                await self._server.wait_for(condition, LOOK_SECONDS)
            except TimeoutError:
                self._assistant.check()
            else:
                return
            if len(self._server.sent) != seen:
                moved_at, seen = time.monotonic(), len(self._server.sent)

    def _has_sent(self, count: int) -> bool:
        return len(self._server.sent) >= count

    def _all_read(self) -> bool:
        wanted = len(self._asked)
        # Counting the distinct ones is slow, and no use while there are too few in all.
        return self._has_sent(wanted) and (
            len({(sent.chat_id, sent.text) for sent in self._server.sent}) >= wanted
        )
