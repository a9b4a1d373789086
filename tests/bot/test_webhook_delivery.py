"""Cards on their way to another programme, over real HTTP."""

from __future__ import annotations

import asyncio
import base64
import datetime as dt
import json
import re
import time
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import ClientTimeout

from bot.delivery import DeliveryError, PermanentError, TransientError, webhook
from bot.delivery.cards.webhook import body
from bot.delivery.webhook import WebhookDelivery, parse_secret, sign, webhook_session
from bot.delivery.webhook_secrets import SecretError, webhook_secrets
from bot.storage.records import OutboxItem
from handlers.requests.model import Card, Destination
from tests.bot.cards.making import ADDED, CONSENTED, FULL, hostile
from tests.servers.telegram_faults import Fault, Kind, Planned
from tests.servers.webhook import METHOD, WebhookTestServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

DOCS = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text("utf-8")
NEW = "whsec_" + base64.b64encode(b"n" * 32).decode()
OLD = "whsec_" + base64.b64encode(b"o" * 24).decode()
CREATED = CONSENTED + dt.timedelta(seconds=1)


@pytest.fixture
async def server() -> AsyncIterator[WebhookTestServer]:
    """A receiver that knows the old key."""
    async with WebhookTestServer(OLD).running() as running:
        yield running


@pytest.fixture
async def delivery() -> AsyncIterator[WebhookDelivery]:
    """A delivery that signs with both."""
    async with webhook_session() as session:
        yield WebhookDelivery(session, {"crm": (parse_secret(NEW), parse_secret(OLD))})


def item(server: WebhookTestServer, card: Card = FULL, item_id: int = 31) -> OutboxItem:
    """An outbox row of ``card``."""
    destination = Destination(channel="webhook", address=server.url, secret="crm")  # noqa: S106 - a name
    card = card.model_copy(update={"destination": destination})
    return OutboxItem(item_id, "webhook", server.url, "c", card, {}, 0, CREATED)


async def failure(delivery: WebhookDelivery, row: OutboxItem) -> DeliveryError:
    """The error that delivering ``row`` ends in."""
    with pytest.raises(DeliveryError) as caught:
        await delivery.deliver(row)
    return caught.value


async def test_a_receiver_verifies_and_reads_the_card(
    server: WebhookTestServer, delivery: WebhookDelivery
) -> None:
    """Signed with old and new key, either is enough."""
    await delivery.deliver(item(server))

    (taken,) = server.taken
    assert taken.webhook_id == taken.shape["id"] == "D-7K2M4-31"
    assert taken.headers["Content-Type"] == "application/json"
    assert len(taken.headers["webhook-signature"].split(" ")) == 2
    assert taken.raw == body(FULL, "D-7K2M4-31", CREATED)


async def test_a_receiver_with_another_key_refuses(delivery: WebhookDelivery) -> None:
    """What is wrongly signed is not taken, and given up."""
    other = "whsec_" + base64.b64encode(b"x" * 32).decode()
    async with WebhookTestServer(other).running() as server:
        assert type(await failure(delivery, item(server))) is PermanentError
        assert (server.taken, server.refused) == ([], 1)


@pytest.mark.parametrize("kind", ["rate_limited", "server_error", "closed", "cut"])
async def test_each_try_has_the_same_id(
    server: WebhookTestServer, delivery: WebhookDelivery, kind: Kind
) -> None:
    """A receiver that honours it takes each card once, whatever was lost on the way."""
    server.faults = Planned(METHOD, deque([Fault(kind)]))

    assert isinstance(await failure(delivery, item(server)), TransientError)
    await delivery.deliver(item(server))
    await delivery.deliver(item(server, ADDED, 32))

    assert [taken.webhook_id for taken in server.taken] == ["D-7K2M4-31", "D-7K2M4-32"]
    assert server.doubles() == (1 if kind == "cut" else 0)


@pytest.mark.parametrize("kind", ["time_out", "late"])
async def test_a_receiver_that_says_nothing_is_not_waited_for(
    server: WebhookTestServer,
    delivery: WebhookDelivery,
    monkeypatch: pytest.MonkeyPatch,
    kind: Kind,
) -> None:
    """It ends in a time-out, and is tried again."""
    monkeypatch.setattr(webhook, "TIMEOUT", ClientTimeout(total=0.3))
    server.faults = Planned(METHOD, deque([Fault(kind)]))
    assert isinstance(await failure(delivery, item(server)), TransientError)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (301, PermanentError), (302, PermanentError), (307, PermanentError),
        (400, PermanentError), (401, PermanentError), (404, PermanentError),
        (410, PermanentError), (422, PermanentError),
        (408, TransientError), (409, TransientError), (425, TransientError),
        (429, TransientError), (500, TransientError), (503, TransientError),
    ],
)  # fmt: skip
async def test_a_refusal_says_whether_to_try_again(
    server: WebhookTestServer,
    delivery: WebhookDelivery,
    status: int,
    expected: type[DeliveryError],
) -> None:
    """Redirects are not followed: what companies write goes nowhere but where it was meant to."""
    server.answer = (status, "")
    error = await failure(delivery, item(server))
    assert type(error) is expected
    assert str(status) in str(error)
    assert not server.taken


@pytest.mark.parametrize(
    ("retry_after", "expected"),
    [
        ("7", 7.0),
        ("Wed, 21 Oct 2026 07:28:30 GMT", 30.0),
        ("Wed, 21 Oct 2026 07:00:00 GMT", 0.0),
        ("999999999", webhook.LONGEST_RETRY_AFTER_SECONDS),
        ("soon", None),
        ("-5", None),
        ("", None),
    ],
)
async def test_retry_after_is_honoured(
    server: WebhookTestServer, retry_after: str, expected: float | None
) -> None:
    """As seconds or as a date, within reason."""
    now = dt.datetime(2026, 10, 21, 7, 28, tzinfo=dt.UTC).timestamp()
    server.clock = lambda: now
    server.answer = (503, retry_after)
    async with webhook_session() as session:
        delivery = WebhookDelivery(session, {"crm": (parse_secret(OLD),)}, lambda: now)
        error = await failure(delivery, item(server))
    assert isinstance(error, TransientError)
    assert error.retry_after_seconds == expected


async def test_a_receiver_that_is_away_is_tried_again(delivery: WebhookDelivery) -> None:
    """The error names no address, which may hold a token."""
    async with WebhookTestServer(OLD).running() as gone:
        pass
    error = await failure(delivery, item(gone))
    assert isinstance(error, TransientError)
    assert gone.url not in str(error)
    assert "127.0.0.1" not in str(error)


async def test_without_a_key_nothing_is_sent(server: WebhookTestServer) -> None:
    """The variable to set is named; the card waits for it."""
    async with webhook_session() as session:
        error = await failure(WebhookDelivery(session, {}), item(server))
    assert isinstance(error, TransientError)
    assert str(error) == "WEBHOOK_SECRET_CRM is not set"
    assert server.refused == 0


async def test_hostile_text_is_signed_as_it_is_sent(
    server: WebhookTestServer, delivery: WebhookDelivery
) -> None:
    """No header, no second signature can be made of what a company writes."""
    text = 'x"\r\nwebhook-id: 1.2\r\n</script>\u202e'
    await delivery.deliver(item(server, hostile(text)))
    (taken,) = server.taken
    assert taken.shape["data"]["contact"]["person"] == 'x" webhook-id: 1.2 </script>'


async def test_many_at_once_do_not_mix(
    server: WebhookTestServer, delivery: WebhookDelivery
) -> None:
    """Each call carries its own id and signature."""
    await asyncio.gather(*(delivery.deliver(item(server, FULL, n)) for n in range(30)))
    assert {taken.webhook_id for taken in server.taken} == {f"D-7K2M4-{n}" for n in range(30)}


def test_secrets_come_from_the_environment() -> None:
    """By name, new before old; other variables are none."""
    found = webhook_secrets({"WEBHOOK_SECRET_MY_CRM": f"{NEW}, {OLD}", "PATH": "/", "X": None})
    assert found == {"my_crm": (b"n" * 32, b"o" * 24)}
    assert webhook_secrets({"WEBHOOK_SECRET_CRM": ""}) == {}


@pytest.mark.parametrize(
    "secret", ["whsec_?", "whsec_c2hvcnQ=", "short", "whsec_" + "A" * 400, f"{NEW},"]
)
def test_a_secret_that_is_none_is_named_at_start(secret: str) -> None:
    """The variable is, its value is not."""
    with pytest.raises(SecretError) as caught:
        webhook_secrets({"WEBHOOK_SECRET_CRM": secret})
    assert str(caught.value).startswith("WEBHOOK_SECRET_CRM ")
    assert secret not in str(caught.value)


# What docs/webhooks.md says


def blocks(language: str) -> list[str]:
    """The examples of the document in one language."""
    return re.findall(rf"```{language}\n(.*?)```", DOCS, re.DOTALL)


VECTORS: list[dict[str, Any]] = json.loads(blocks("json")[1])


@pytest.mark.parametrize("vector", VECTORS, ids=range(len(VECTORS)))
def test_the_documented_vectors_are_ours(vector: dict[str, Any]) -> None:
    """The signatures of the document are those that are sent."""
    signatures = [
        sign(
            parse_secret(secret),
            vector["webhook-id"],
            int(vector["webhook-timestamp"]),
            vector["body"].encode(),
        )
        for secret in vector["secrets"]
    ]
    assert " ".join(signatures) == vector["webhook-signature"]


@pytest.mark.parametrize("vector", VECTORS, ids=range(len(VECTORS)))
def test_the_documented_ten_lines_verify(
    vector: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With each key; not with another, not of another body, not at another time."""
    (code,) = blocks("python")
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102 - our own document
    at = int(vector["webhook-timestamp"])
    monkeypatch.setattr(time, "time", lambda: at + 299.0)
    content = vector["body"].encode()
    for secret in vector["secrets"]:
        assert names["verified"](secret, vector, content)
    assert not names["verified"](NEW, vector, content)
    assert not names["verified"](vector["secrets"][0], vector, content + b" ")
    monkeypatch.setattr(time, "time", lambda: at + 301.0)
    assert not names["verified"](vector["secrets"][0], vector, content)


def test_the_documented_body_is_what_is_sent() -> None:
    """Key by key."""
    assert json.loads(blocks("json")[0]) == json.loads(body(FULL, "D-7K2M4-31", CREATED))
    for key in ("addition", "undelivered_to"):
        assert f"`data.{key}`" in DOCS
