"""For whoever runs the assistant: is it alive, can it answer, how is it doing."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import web
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from bot.doctor import database, knowledge, telegram
from bot.doctor.disk import unreadable
from bot.doctor.finding import Finding, Level, worst
from bot.doctor.queues import examine_queues
from bot.errors import without_message

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bot.doctor.rounds import Rounds
    from bot.metrics import Metrics
    from bot.storage.database import Schema
    from bot.storage.records import Figures
    from bot.storage.store import Store

ANSWER_WITHIN_SECONDS = 3.0
"""A database or a disk slower than this counts as away."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Probes:
    """What is looked at. The functions give the state at the moment they are called."""

    store: Store
    metrics: Metrics
    knowledge_entries: Callable[[], int]
    knowledge_fault: Callable[[], str | None]
    """What keeps the knowledge folder from being used as it is now."""
    telegram_fault: Callable[[], str | None]
    """What keeps Telegram from being served; None too when there is no token."""
    absent_channels: Mapping[str, str] = field(default_factory=dict)
    """Channels on which this deployment cannot send, and why (:mod:`bot.delivery.absent`)."""
    disk: Callable[[], Sequence[Finding]] = list
    """How much room is left; called in a thread, since a disk may be far away."""
    rounds: Rounds | None = None
    """What was last heard of the servers that the assistant depends on."""


@dataclass(frozen=True, slots=True)
class State:
    """How the assistant is doing; without ``figures`` nobody can be answered."""

    figures: Figures | None
    findings: Sequence[Finding]
    examined_at: dt.datetime | None
    """When others were last asked."""

    @property
    def status(self) -> str:
        """``unavailable``, ``degraded`` by any fault, or ``ready``."""
        if self.figures is None:
            return "unavailable"
        return "degraded" if worst(self.findings) == "fault" else "ready"

    def told(self, level: Level) -> dict[str, str]:
        """What is at that level, and the mend, by matter."""
        told: dict[str, str] = {}
        for one in self.findings:
            if one.level == level:
                before = f"{told[one.matter]}. " if one.matter in told else ""
                told[one.matter] = f"{before}{one.what}; {one.mend}"
        return told


PROBES = web.AppKey("health_probes", Probes)


def add_health_routes(app: web.Application, probes: Probes) -> None:
    """Give ``app`` ``/health/live``, ``/health/ready`` and ``/metrics``."""
    app[PROBES] = probes
    app.router.add_get("/health/live", live)
    app.router.add_get("/health/ready", ready)
    app.router.add_get("/metrics", metrics)


async def live(_request: web.Request) -> web.Response:
    """``GET /health/live``: the process serves; restart it if this fails."""
    return _json({"status": "live"})


async def ready(http_request: web.Request) -> web.Response:
    """``GET /health/ready``: 503 when no answer can be given, else 200.

    What is wrong but lets people be answered (a broken edit of the knowledge, Telegram or the
    mail server away, late or dead rows) makes it ``degraded``, still 200: taking every instance
    out of service would help nobody.
    """
    probes = http_request.app[PROBES]
    state = await _state(probes)
    body = {
        "status": state.status,
        "faults": state.told("fault"),
        "warnings": state.told("warning"),
        "examined_at": state.examined_at.isoformat() if state.examined_at else None,
        "knowledge_entries": probes.knowledge_entries(),
        "figures": None if state.figures is None else asdict(state.figures),
    }
    return _json(body, status=503 if state.figures is None else 200)


async def metrics(http_request: web.Request) -> web.Response:
    """``GET /metrics``: for Prometheus."""
    probes = http_request.app[PROBES]
    state = await _state(probes)
    body = probes.metrics.render(
        figures=state.figures,
        knowledge_entries=probes.knowledge_entries(),
        knowledge_fault=probes.knowledge_fault() is not None,
        findings=state.findings,
    )
    return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})


async def _state(probes: Probes) -> State:
    """What is cheap is looked at now; what others say is of the last round."""
    (figures, schema), disk = await asyncio.gather(_read(probes.store), _disk(probes))
    findings = [
        *database.in_use(schema),
        *([] if figures is None else examine_queues(figures, probes.absent_channels)),
        *knowledge.in_use(probes.knowledge_fault()),
        *telegram.in_use(probes.telegram_fault()),
        *disk,
    ]
    rounds = probes.rounds
    if rounds is None:
        return State(figures, findings, None)
    return State(figures, [*findings, *rounds.findings], rounds.examined_at)


async def _read(store: Store) -> tuple[Figures | None, Schema | None]:
    try:
        async with asyncio.timeout(ANSWER_WITHIN_SECONDS):
            return await store.figures(dt.datetime.now(dt.UTC)), await store.schema()
    except Exception as error:  # noqa: BLE001 - whatever is wrong, the answer is the same; it is logged
        _log.error("The database does not answer: %s", without_message(error))
        return None, None


async def _disk(probes: Probes) -> Sequence[Finding]:
    try:
        async with asyncio.timeout(ANSWER_WITHIN_SECONDS):
            return await asyncio.to_thread(probes.disk)
    except (TimeoutError, OSError):
        return [unreadable()]


def _json(body: dict[str, Any], status: int = 200) -> web.Response:
    return web.json_response(body, status=status, headers={"Cache-Control": "no-store"})
