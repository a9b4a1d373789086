"""What the doctor says of the way in which updates come."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from bot.channels.telegram_updates import ALLOWED_UPDATES
from tests.servers import telegram_updates

if TYPE_CHECKING:
    from tests.bot.doctor.deployment import Deployment

PUBLIC = "https://assistant.example.org"
URL = f"{PUBLIC}/telegram/webhook"


async def said(deployment: Deployment) -> list[tuple[str, str]]:
    """Level and text of each finding about updates."""
    told = await deployment.doctor()
    return [(one["level"], one["what"]) for one in told.findings if one["matter"] == "updates"]


@pytest.fixture
def by_webhook(deployment: Deployment) -> Deployment:
    """Registered as the assistant does at its start."""
    deployment.set(TELEGRAM_MODE="webhook", PUBLIC_URL=f"{PUBLIC}/")
    deployment.telegram.webhook = {
        "url": URL, "secret_token": "x", "allowed_updates": list(ALLOWED_UPDATES),
    }  # fmt: skip
    return deployment


async def test_a_webhook_as_it_should_be_is_well(by_webhook: Deployment) -> None:
    """Also one with an error that is over."""
    old = int(time.time()) - 7200
    by_webhook.telegram.chats.webhook_trouble = {
        "last_error_date": old, "last_error_message": "Connection timed out",
    }  # fmt: skip
    found = await said(by_webhook)
    assert found == [("ok", "by webhook at assistant.example.org, 0 wait at Telegram")]


@pytest.mark.parametrize(
    ("url", "what"),
    [
        ("", f"Telegram calls nobody instead of {URL}"),
        ("https://old.example.org/s3cr3t", f"Telegram calls old.example.org instead of {URL}"),
    ],
)
async def test_a_webhook_elsewhere_is_named(by_webhook: Deployment, url: str, what: str) -> None:
    """By its host: the path of another program may be its secret."""
    by_webhook.telegram.webhook["url"] = url
    assert await said(by_webhook) == [("fault", what)]


async def test_updates_that_are_kept_back_are_named(by_webhook: Deployment) -> None:
    """Telegram keeps what was allowed before, so that an old setting lives on."""
    by_webhook.telegram.webhook["allowed_updates"] = ["message", "edited_message"]
    ((level, what),) = await said(by_webhook)
    missing = [one for one in ALLOWED_UPDATES if one not in ("message", "edited_message")]
    assert (level, what) == ("fault", f"Telegram keeps back {', '.join(missing)}")

    del by_webhook.telegram.webhook["allowed_updates"]
    assert [level for level, _ in await said(by_webhook)] == ["ok"]


async def test_calls_that_fail_are_named(by_webhook: Deployment) -> None:
    """With Telegram's reason; a fault while something waits for it."""
    by_webhook.telegram.chats.webhook_trouble = {
        "last_error_date": int(time.time()) - 60,
        "last_error_message": "Wrong response from the webhook: 502 Bad Gateway",
    }
    ((level, what),) = await said(by_webhook)
    assert (level, "502 Bad Gateway" in what) == ("warning", True)

    await by_webhook.telegram.push(telegram_updates.text(1, "Bonjour"))
    assert [level for level, _ in await said(by_webhook)] == ["fault"]


async def test_a_backlog_is_named(deployment: Deployment) -> None:
    """Telegram forgets after a day; the doctor takes none of it."""
    await deployment.telegram.push(*(telegram_updates.text(1, "Bonjour") for _ in range(101)))
    ((level, what),) = await said(deployment)
    assert (level, what.partition(",")[0]) == ("warning", "101 updates wait at Telegram")
    assert deployment.telegram.unconfirmed() == 101
