"""One run: companies make requests, assistants are killed, calls fail; then the verdict."""

from __future__ import annotations

import asyncio
import contextlib
import random
import statistics
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from knowledge.loading import load
from tests.chaos import replies, work
from tests.chaos.destinations import arrivals, topics, webhook_doubles
from tests.chaos.findings import Findings
from tests.chaos.fleet import Fleet, Progress
from tests.chaos.kept import Database
from tests.chaos.outside import Outside
from tests.chaos.process import SERVE
from tests.chaos.requests.content import TEAMS, write_knowledge
from tests.chaos.requests.people import World
from tests.chaos.requests.reading import Reader
from tests.chaos.requests.verdict import judge_deliveries, judge_filing
from tests.chaos.requests.wishes import plan
from tests.chaos.telegram import Chats, Updates
from tests.servers.telegram_faults import KINDS
from tests.servers.telegram_forum import Forum

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.chaos.kept import Kept
    from tests.chaos.requests.wishes import Plan
    from tests.servers.telegram_faults import Kind


@dataclass(frozen=True, slots=True)
class Settings:
    """How much of everything. A ``failing`` share of all calls fails, in any of ``kinds``."""

    requests: int = 500
    failing: float = 0.1
    kills: int = 20
    seed: int = 1
    people_at_once: int = 40
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
    world: World
    kept: Kept
    exit_codes: list[int]
    figures: dict[str, object] = field(default_factory=dict)


async def run(settings: Settings, folder: Path, database_url: str) -> Evidence:
    """Do it in ``folder``, which is left as it ended.

    Raises:
        AssistantDied: an assistant ended without being killed.
    """
    started = time.monotonic()
    plans = plan(settings.requests, settings.seed)
    teams = [team.id for team in TEAMS]
    async with (
        Outside.running(settings.seed, settings.failing, teams, settings.kinds) as outside,
        Database.open(database_url) as database,
    ):
        outside.telegram.forums.by_chat |= {
            team.group: Forum() for team in TEAMS if team.group and team.topics
        }
        write_knowledge(
            folder / "knowledge", {team: one.url for team, one in outside.webhooks.items()}
        )
        environment = {**outside.settings, **_environment(settings, folder, database_url)}
        async with Fleet.running(
            settings.processes, folder, environment, settings.command
        ) as fleet:
            async with contextlib.aclosing(_world(settings, folder, outside, fleet)) as world:
                await _live(settings, plans, world, fleet)
                await fleet.settle(database)
                await world.look_again((await database.read()).replies)
            exit_codes = await fleet.stop()
        evidence = Evidence(outside, world, await database.read(), exit_codes)
    evidence.figures |= {
        "people": len(plans),
        "processes": settings.processes,
        "kills (SIGKILL)": fleet.kills,
        **outside.figures(),
        "updates delivered twice on purpose": world.updates.twice,
        "updates delivered again for want of an answer": world.updates.again,
        "seconds until an answer: median": f"{statistics.median(world.silences):.1f}",
        "  longest": f"{max(world.silences):.1f}",
        "seconds": f"{time.monotonic() - started:.0f}",
    }
    return evidence


def judge(evidence: Evidence) -> Findings:
    """The verdict on a run."""
    outside, world, kept = evidence.outside, evidence.world, evidence.kept
    findings = Findings()
    judge_filing(findings, world.errands, kept.requests, kept.offered)
    judge_deliveries(findings, world.errands, arrivals(outside), topics(outside))
    replies.judge(
        findings,
        replies.on_telegram(kept, outside.telegram) | replies.on_the_web(kept, world.on_the_web),
    )
    work.judge(findings, kept, world.updates.ids)
    hooks = outside.webhooks.values()
    findings.check(
        "webhook calls that cannot be verified", range(sum(one.refused for one in hooks))
    )
    findings.check(
        "webhook calls that repeat a key with another body",
        range(sum(one.altered for one in hooks)),
    )
    findings.check("exit codes of the last stop", filter(None, evidence.exit_codes))
    findings.figures["calls of webhooks made once more"] = webhook_doubles(outside)
    findings.figures["mails with a Message-ID that came before"] = outside.smtp.doubles()
    findings.figures |= evidence.figures
    return findings


def _environment(settings: Settings, folder: Path, database_url: str) -> dict[str, str]:
    environment = {
        "KNOWLEDGE_DIR": str(folder / "knowledge"),
        "CACHE_DIR": str(folder / "cache"),
        "DATABASE_URL": database_url,
    }
    if settings.processes > 1:
        # Telegram is told of it, and calls the processes as a load balancer there would.
        environment |= {"TELEGRAM_MODE": "webhook", "PUBLIC_URL": "https://assistant.example.org"}
    return environment


def _world(settings: Settings, folder: Path, outside: Outside, fleet: Fleet) -> World:
    by_webhook = fleet.addresses if settings.processes > 1 else ()
    draw = random.Random(settings.seed)  # noqa: S311 - repeatable on purpose
    return World(
        addresses=fleet.addresses,
        updates=Updates(outside.telegram, draw, by_webhook),
        chats=Chats(outside.telegram),
        files=outside.telegram.files,
        reader=Reader(load(folder / "knowledge").base.messages),
        seed=settings.seed,
    )


async def _live(settings: Settings, plans: Sequence[Plan], world: World, fleet: Fleet) -> None:
    """People talk, so many at once, while assistants die."""
    progress = Progress(len(plans))
    places = asyncio.Semaphore(settings.people_at_once)
    draw = random.Random(f"kills {settings.seed}")  # noqa: S311 - repeatable on purpose

    async def one(its: Plan) -> None:
        async with places:
            await world.live(its)
        progress.made += 1

    reading = asyncio.create_task(world.chats.run())
    try:
        async with asyncio.TaskGroup() as tasks:
            for its in plans:
                tasks.create_task(one(its))
            tasks.create_task(
                fleet.kill_now_and_then(
                    draw, settings.kills, progress, settings.latest_moment_seconds
                )
            )
        await world.updates.all_taken()
    finally:
        reading.cancel()
        await asyncio.wait([reading])
