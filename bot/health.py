"""For whoever runs the assistant: is it alive, can it answer, how is it doing."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import web
from prometheus_client.exposition import CONTENT_TYPE_LATEST

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.metrics import Metrics
    from bot.storage.records import Figures
    from bot.storage.store import Store

STORE_WITHIN_SECONDS = 3.0
"""A database slower than this counts as away."""
LATE_AFTER_SECONDS = 60.0
"""An event or a reply that waits longer is worth a look."""

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

    What is wrong but lets people be answered (a broken edit of the knowledge, Telegram away,
    late or dead rows) makes it ``degraded``, still 200: taking every instance out of service
    would help nobody.
    """
    probes = http_request.app[PROBES]
    figures = await _figures(probes.store)
    faults = _faults(probes, figures)
    body = {
        "status": _status(figures, faults),
        "faults": faults,
        "knowledge_entries": probes.knowledge_entries(),
        "figures": None if figures is None else asdict(figures),
    }
    return _json(body, status=503 if figures is None else 200)


async def metrics(http_request: web.Request) -> web.Response:
    """``GET /metrics``: for Prometheus."""
    probes = http_request.app[PROBES]
    body = probes.metrics.render(
        figures=await _figures(probes.store),
        knowledge_entries=probes.knowledge_entries(),
        knowledge_fault=probes.knowledge_fault() is not None,
    )
    return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})


def _status(figures: Figures | None, faults: dict[str, str]) -> str:
    if figures is None:
        return "unavailable"
    return "degraded" if faults else "ready"


async def _figures(store: Store) -> Figures | None:
    try:
        async with asyncio.timeout(STORE_WITHIN_SECONDS):
            return await store.figures(dt.datetime.now(dt.UTC))
    except Exception:  # noqa: BLE001 - whatever is wrong, the answer is the same; it is logged
        _log.exception("The database does not answer")
        return None


def _faults(probes: Probes, figures: Figures | None) -> dict[str, str]:
    faults = {
        "database": None if figures else "does not answer",
        "knowledge": probes.knowledge_fault(),
        "telegram": probes.telegram_fault(),
    }
    if figures is not None:
        faults |= {
            "inbox": _late("event", figures.inbox_oldest_seconds, figures.inbox_dead),
            "outbox": _late("delivery", figures.outbox_oldest_seconds, figures.outbox_dead),
            "requests": _given_up(figures.cards_dead),
            "deliveries": _unserved(probes.absent_channels, figures.outbox_pending_by_channel),
        }
    return {name: fault for name, fault in faults.items() if fault}


def _late(what: str, oldest_seconds: float, dead: int) -> str | None:
    parts = []
    if oldest_seconds > LATE_AFTER_SECONDS:
        parts.append(f"the oldest {what} has waited {oldest_seconds:.0f} s")
    if dead:
        parts.append(f"given up: {dead}")
    return "; ".join(parts) or None


def _given_up(cards: int) -> str | None:
    return f"cards given up: {cards}; `deliveries list --dead` shows them" if cards else None


def _unserved(absent: Mapping[str, str], pending: Mapping[str, int]) -> str | None:
    """What waits for a channel on which nothing can be sent."""
    waiting = [
        f"{channel}: {pending[channel]} wait, {reason}"
        for channel, reason in absent.items()
        if channel in pending
    ]
    return "; ".join(waiting) or None


def _json(body: dict[str, Any], status: int = 200) -> web.Response:
    return web.json_response(body, status=status, headers={"Cache-Control": "no-store"})
