"""Health checks and metrics over real HTTP."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.metrics import Metrics
from bot.storage.records import Figures, Incoming
from handlers.events import MessageReceived
from tests.bot.storage.making import NOW
from tests.bot.storage.requesting import CRM, GROUP, MAILBOX, due, filing, request, take
from tests.bot.web_client import WebClient
from tests.servers.web_assistant import web_assistant

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.servers.web_assistant import WebAssistant

LONG_AGO = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@pytest.fixture
async def assistant(tmp_path: Path) -> AsyncIterator[WebAssistant]:
    """A running assistant."""
    async with web_assistant(tmp_path, handle=False) as running:
        yield running


@pytest.fixture
async def client(assistant: WebAssistant) -> AsyncIterator[WebClient]:
    """A client of it."""
    async with aiohttp.ClientSession() as session:
        yield WebClient(assistant.url, session)


def samples(body: bytes) -> dict[tuple[str, tuple[str, ...]], float]:
    """Every sample of a metrics page by its name and label values."""
    return {
        (sample.name, tuple(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(body.decode())
        for sample in family.samples
    }


async def test_a_sound_assistant_is_live_and_ready(client: WebClient) -> None:
    """Both checks say 200 and no fault."""
    live = await client.request("GET", "/health/live")
    ready = await client.request("GET", "/health/ready")

    assert (live.status, live.json) == (200, {"status": "live"})
    assert (ready.status, ready.json["status"], ready.json["faults"]) == (200, "ready", {})


async def test_what_lets_people_be_answered_keeps_it_ready(
    assistant: WebAssistant, client: WebClient
) -> None:
    """A broken edit and Telegram away are named, and no instance is taken out of service."""
    assistant.faults["knowledge"] = "entries/axes.yaml:12: an answer lacks en"
    assistant.faults["telegram"] = "unauthorized"
    ready = await client.request("GET", "/health/ready")

    assert (ready.status, ready.json["status"]) == (200, "degraded")
    told = {matter: text.split("; ")[0] for matter, text in ready.json["faults"].items()}
    assert told == assistant.faults


async def test_a_backlog_is_named(assistant: WebAssistant, client: WebClient) -> None:
    """An event that waits for long shows, with its age."""
    event = MessageReceived(text="Bonjour")
    await assistant.store.receive([Incoming("telegram", "1", "1", event)], LONG_AGO)
    ready = await client.request("GET", "/health/ready")

    assert (ready.status, ready.json["status"]) == (200, "degraded")
    assert ready.json["faults"]["inbox"].startswith("the oldest event has waited ")
    assert ready.json["figures"]["inbox_pending"] == 1


async def test_what_teams_were_not_told_is_named(
    assistant: WebAssistant, client: WebClient
) -> None:
    """Cards given up, and cards for a channel that is not set up, each with what to do."""
    await take(assistant.store, 1, filing(request(), GROUP, MAILBOX, CRM))
    items = {item.channel: item for item in await due(assistant.store)}
    await assistant.store.mark_dead(items["webhook"], "410 Gone", NOW)
    ready = await client.request("GET", "/health/ready")
    found = samples((await client.request("GET", "/metrics")).body)

    assert (ready.status, ready.json["status"]) == (200, "degraded")
    assert ready.json["faults"]["requests"].startswith("cards given up: 1, ")
    told = ready.json["faults"]["deliveries"]
    assert told.startswith("email: 1 wait, no SMTP_URL is set; ")
    assert found["assistant_cards_dead", ()] == 1
    assert found["assistant_requests_open", ()] == 1
    assert found["assistant_outbox_channel_pending", ("email",)] == 1
    await assistant.store.mark_sent([items["email"].id], NOW)
    after = samples((await client.request("GET", "/metrics")).body)
    assert ("assistant_outbox_channel_pending", ("email",)) not in after


async def test_without_a_database_it_is_live_but_not_ready(
    assistant: WebAssistant, client: WebClient
) -> None:
    """A restart would not help, so live stays 200; ready says 503 and why."""
    await assistant.lose_database()
    live = await client.request("GET", "/health/live")
    ready = await client.request("GET", "/health/ready")

    assert live.status == 200
    assert (ready.status, ready.json["status"]) == (503, "unavailable")
    assert list(ready.json["faults"]) == ["database"]
    assert ready.json["faults"]["database"].startswith("does not answer; ")


async def test_metrics_tell_what_happened_and_what_waits(
    assistant: WebAssistant, client: WebClient
) -> None:
    """Counters by channel and outcome, the step's duration, and the store's figures."""
    assistant.metrics.received("web", 3)
    assistant.metrics.handled("web", "answer", replies=2, step_seconds=0.02)
    assistant.metrics.handled("web", None, replies=1, step_seconds=0.02)
    event = MessageReceived(text="Bonjour")
    await assistant.store.receive([Incoming("telegram", "1", "1", event)], LONG_AGO)
    assistant.faults["knowledge"] = "broken"
    response = await client.request("GET", "/metrics")
    found = samples(response.body)

    assert response.headers["Content-Type"].startswith("text/plain")
    assert found["assistant_messages_received_total", ("web",)] == 3
    assert found["assistant_messages_handled_total", ("web", "answer")] == 1
    assert found["assistant_messages_handled_total", ("web", "none")] == 1
    assert found["assistant_replies_total", ("web",)] == 3
    assert found["assistant_step_duration_seconds_count", ()] == 2
    assert found["assistant_inbox_pending", ()] == 1
    assert found["assistant_inbox_oldest_age_seconds", ()] > 60
    assert found["assistant_knowledge_entries", ()] == 1
    assert found["assistant_knowledge_fault", ()] == 1
    assert found["assistant_database_up", ()] == 1


async def test_metrics_survive_a_lost_database(assistant: WebAssistant, client: WebClient) -> None:
    """What needs the database reads NaN instead of a stale figure."""
    await assistant.lose_database()
    found = samples((await client.request("GET", "/metrics")).body)

    assert found["assistant_database_up", ()] == 0
    assert math.isnan(found["assistant_inbox_pending", ()])


def test_every_figure_of_the_store_is_a_metric() -> None:
    """A figure added to the store cannot be forgotten here."""
    figures = Figures(1, 2.0, 3, 4, 5.0, 6, 7, 8, 10, 11, {"email": 12})
    body = Metrics().render(figures=figures, knowledge_entries=9, knowledge_fault=False)

    assert set(range(1, 13)) <= set(samples(body).values())
