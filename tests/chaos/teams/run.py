"""One run: companies and teams talk, assistants are killed, calls fail; then the verdict."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.chaos import work
from tests.chaos.findings import Findings
from tests.chaos.fleet import Fleet
from tests.chaos.kept import Database
from tests.chaos.outside import Outside
from tests.chaos.process import SERVE
from tests.chaos.teams.company import FIRST_CHAT, OnTelegram, OnTheWeb
from tests.chaos.teams.conversation import Conversation, Course
from tests.chaos.teams.group import Board, Group, NothingHappens
from tests.chaos.teams.script import scripts
from tests.chaos.teams.verdict import judge_companies, judge_requests, judge_teams
from tests.chaos.telegram import Updates
from tests.chaos.web import WebConversation
from tests.content import LEARNT, matcher
from tests.servers.served import GROUPS, knowledge_folder
from tests.servers.team_group import TeamGroup
from tests.servers.telegram_faults import KINDS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.chaos.kept import Kept
    from tests.chaos.teams.company import Company
    from tests.chaos.teams.script import Script
    from tests.servers.telegram_faults import Kind

SETTLE_SECONDS = 600.0
LOOK_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Settings:
    """How much of everything. A ``failing`` share of all calls fails, in any of ``kinds``."""

    conversations: int = 300
    failing: float = 0.1
    kills: int = 15
    seed: int = 1
    at_once: int = 30
    processes: int = 1
    """More than one share a PostgreSQL, and have Telegram's updates by webhook."""
    kinds: tuple[Kind, ...] = KINDS
    command: tuple[str, ...] = SERVE
    latest_moment_seconds: float = 3.0
    """A kill comes within so long after its point is reached."""


@dataclass
class Evidence:
    """All that a verdict is made of, as a run has left it."""

    outside: Outside
    courses: list[Course]
    kept: Kept
    exit_codes: list[int]
    figures: dict[str, object] = field(default_factory=dict)


async def run(settings: Settings, folder: Path, database_url: str) -> Evidence:
    """Do it in ``folder``, which is left as it ended.

    Raises:
        AssistantDied: an assistant ended without being killed.
    """
    # Once, instead of in each process at the same time.
    await asyncio.to_thread(matcher)
    started = time.monotonic()
    async with (
        Outside.running(settings.seed, settings.failing, [], settings.kinds) as outside,
        Database.open(database_url) as database,
    ):
        environment = {**outside.settings, **_environment(settings, folder, database_url)}
        async with Fleet.running(
            settings.processes, folder, environment, settings.command
        ) as fleet:
            drill = _Drill(settings, outside, fleet, database)
            await drill.run()
            exit_codes = await fleet.stop()
        evidence = Evidence(outside, drill.courses, await database.read(), exit_codes)
    faults = outside.faults["Telegram"]
    evidence.figures |= {
        "conversations": settings.conversations,
        "processes": settings.processes,
        "kills (SIGKILL)": fleet.kills,
        "calls of Telegram": faults.calls,
        "  made to fail": sum(faults.injected.values()),
        "updates delivered twice on purpose": drill.updates.twice,
        "seconds": f"{time.monotonic() - started:.0f}",
    }
    return evidence


def judge(evidence: Evidence) -> Findings:
    """The verdict on a run."""
    findings = Findings()
    telegram = evidence.outside.telegram
    judge_companies(findings, evidence.courses)
    board = Board(telegram)
    shown = {chat: [sent.text for sent in board.of(chat)] for chat in GROUPS.values()}
    judge_teams(findings, evidence.courses, shown)
    judge_requests(findings, evidence.courses, evidence.kept)
    work.judge(findings, evidence.kept, ())
    findings.figures["answers withheld"] = evidence.kept.deliveries.get("withheld", 0)
    findings.check("exit codes of the last stop", filter(None, evidence.exit_codes))
    findings.figures |= evidence.figures
    return findings


def _environment(settings: Settings, folder: Path, database_url: str) -> dict[str, str]:
    environment = {
        "KNOWLEDGE_DIR": str(knowledge_folder(folder)),
        "CACHE_DIR": str(LEARNT),
        "DATABASE_URL": database_url,
        "COMPANY_DIRECTORY_URL": "off",
    }
    if settings.processes > 1:
        environment |= {"TELEGRAM_MODE": "webhook", "PUBLIC_URL": "https://assistant.example.org"}
    return environment


class _Drill:
    """The course of a run."""

    def __init__(
        self, settings: Settings, outside: Outside, fleet: Fleet, database: Database
    ) -> None:
        self._settings = settings
        self._telegram = outside.telegram
        self._fleet = fleet
        self._database = database
        self._draw = random.Random(settings.seed)  # noqa: S311 - repeatable on purpose
        by_webhook = fleet.addresses if settings.processes > 1 else ()
        self.updates = Updates(self._telegram, self._draw, by_webhook)
        self._board = Board(self._telegram)
        self._groups = {
            name: Group(TeamGroup(self._telegram, chat), self.updates, self._board, name)
            for name, chat in GROUPS.items()
        }
        self.courses: list[Course] = []
        self._places = asyncio.Semaphore(settings.at_once)
        self._through = 0

    async def run(self) -> None:
        """People talk while assistants die; then all that waits is done."""
        killing = asyncio.create_task(self._kill_now_and_then())
        try:
            async with contextlib.AsyncExitStack() as stack:
                async with asyncio.TaskGroup() as tasks:
                    for script in scripts(self._settings.conversations, self._settings.seed):
                        company = await stack.enter_async_context(self._company(script))
                        tasks.create_task(self._live(script, company))
                await self.updates.all_taken()
                await killing
                await self._settle()
        finally:
            killing.cancel()
            await asyncio.wait([killing])

    async def _live(self, script: Script, company: Company) -> None:
        async with self._places:
            course = Course(script, company)
            self.courses.append(course)
            draw = random.Random(f"{self._settings.seed}-{script.number}")  # noqa: S311 - as above
            conversation = Conversation(
                course,
                self._groups["immobilier"],
                self._groups["accueil"],
                self._telegram.files,
                draw,
            )
            # The verdict says what did not come to its end.
            with contextlib.suppress(NothingHappens):
                await conversation.run()
        self._through += 1

    @contextlib.asynccontextmanager
    async def _company(self, script: Script) -> AsyncIterator[Company]:
        if script.channel == "telegram":
            yield OnTelegram(FIRST_CHAT + script.number, self.updates, self._board)
            return
        draw = random.Random(f"web-{self._settings.seed}-{script.number}")  # noqa: S311 - as above
        conversation = WebConversation(self._fleet.addresses, draw)
        await conversation.open()
        following = asyncio.create_task(conversation.follow())
        try:
            yield OnTheWeb(conversation)
        finally:
            following.cancel()
            await asyncio.wait([following])
            await conversation.close()

    async def _kill_now_and_then(self) -> None:
        """Most of the kills while people talk, the last when there is only left to deliver."""
        count = self._settings.conversations
        points = [self._draw.randrange(count) for _ in range(self._settings.kills - 1)]
        for point in [*sorted(points), count]:
            while self._through < point:
                self._fleet.check()
                await asyncio.sleep(LOOK_SECONDS)
            await asyncio.sleep(self._draw.uniform(0, self._settings.latest_moment_seconds))
            await self._fleet.kill(self._draw)

    async def _settle(self) -> None:
        """Until nothing waits, or for too long."""
        await self._fleet.until_ready()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SETTLE_SECONDS):
                while await self._database.waiting():
                    self._fleet.check()
                    await asyncio.sleep(LOOK_SECONDS)
