"""All ways out together, as the application builds them, from the outbox to what a team reads."""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
from typing import TYPE_CHECKING

import pytest

from bot.deliveries import open_deliveries
from bot.delivery.absent import absent_channels, unserved_destinations
from bot.delivery.dispatcher import Dispatcher
from bot.delivery.files import FileUnavailableError, StoredFiles
from bot.settings import Settings
from bot.storage.records import StoredFile
from handlers.effects import FileRequest
from handlers.requests.model import Destination
from handlers.values import File
from knowledge.model import Routing, Team, TelegramGroup, Webhook
from tests.bot.cards.making import BASE, FULL, GROUP
from tests.bot.storage.making import NOW, claim, message, stepped
from tests.polling import running, until
from tests.servers.smtp import SmtpTestServer
from tests.servers.telegram import BotApiServer
from tests.servers.telegram_assistant import client
from tests.servers.telegram_forum import Forum
from tests.servers.webhook import WebhookTestServer

if TYPE_CHECKING:
    from bot.storage.store import Store

KEY = "whsec_" + base64.b64encode(b"k" * 32).decode()
HTTP = "to an http address, where anybody on the way can read them: use https"
SECRETS = ["WEBHOOK_SECRET_CRM", "WEBHOOK_SECRET_OTHER"]
ROUTING = Routing(
    teams=(
        Team(
            id="premises",
            name={"fr": "Locaux"},
            telegram=TelegramGroup(group=GROUP),
            email="locaux@example.org",
            webhook=Webhook(url="https://crm.example.org/", secret="crm"),  # noqa: S106 - a name
        ),
        Team(
            id="welcome",
            name={"fr": "Accueil"},
            webhook=Webhook(url="http://crm.example.org/", secret="other"),  # noqa: S106 - a name
        ),
    ),
    default="welcome",
)


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    """No key and no ``.env`` of whoever runs the tests."""
    monkeypatch.chdir(str(tmp_path))
    for name in SECRETS:
        monkeypatch.delenv(name, raising=False)


def settings(**values: object) -> Settings:
    """Settings with these and the defaults."""
    return Settings.model_validate(values)


async def file_request(store: Store, *destinations: Destination) -> None:
    """File the request with a card for each destination, and an upload that it has."""
    await store.receive([message(1)], NOW)
    (event,) = await claim(store)
    upload = StoredFile("up", event.conversation_id, "plan.pdf", "application/pdf", b"plan", NOW)
    assert await store.add_file(upload)
    file = File(channel="web", id="up", name="plan.pdf", media_type="application/pdf")
    details = FULL.request.details.model_copy(update={"files": (file,)})
    request = FULL.request.model_copy(update={"details": details})
    cards = tuple(
        FULL.model_copy(update={"destination": destination, "request": request})
        for destination in destinations
    )
    filing = stepped(event, effects=(FileRequest(request=request, cards=cards),))
    assert await store.save([filing], NOW) == []


async def test_a_request_reaches_group_mailbox_and_webhook(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each once, with its file where files go, through the dispatcher and real servers."""
    monkeypatch.setenv("WEBHOOK_SECRET_CRM", KEY)
    async with contextlib.AsyncExitStack() as stack:
        telegram = await stack.enter_async_context(BotApiServer().running())
        telegram.forums.by_chat[int(GROUP)] = Forum()
        smtp = await stack.enter_async_context(SmtpTestServer().running())
        crm = await stack.enter_async_context(WebhookTestServer(KEY).running())
        bot = await stack.enter_async_context(client(telegram))
        given = settings(
            telegram_bot_token=telegram.token,
            smtp_url=f"smtp://127.0.0.1:{smtp.port}",
            email_from="assistant@example.fr",
        )
        await file_request(
            sqlite_store,
            Destination(channel="team", address=GROUP),
            Destination(channel="email", address="locaux@example.org"),
            Destination(channel="webhook", address=crm.url, secret="crm"),  # noqa: S106 - a name
        )
        deliveries = await stack.enter_async_context(
            open_deliveries(given, sqlite_store, lambda: BASE, bot)
        )
        dispatcher = Dispatcher(sqlite_store, deliveries)

        async def all_sent() -> bool:
            stored = await sqlite_store.request("D-7K2M4")
            assert stored is not None
            return [one.status for one in stored.deliveries] == ["sent"] * 3

        async with running(dispatcher.run()):
            await until(all_sent)

    assert [sent.method for sent in telegram.sent] == ["sendMessage", "sendDocument"]
    assert telegram.sent[1].files[0].content == b"plan"
    (mail,) = smtp.mails
    (attachment,) = mail.message.iter_attachments()
    assert attachment.get_content() == b"plan"
    (taken,) = crm.taken
    assert taken.shape["data"]["reference"] == "D-7K2M4"


async def test_a_channel_exists_only_with_its_means(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is for another waits in the outbox until somebody gives them."""
    async with open_deliveries(settings(), sqlite_store, lambda: BASE, None) as found:
        assert set(found) == {"erasure"}
    assert set(absent_channels(settings())) == {"telegram", "team", "wipe", "email", "webhook"}

    monkeypatch.setenv("WEBHOOK_SECRET_CRM", KEY)
    given = settings(smtp_url="smtp://localhost", email_from="A <a@example.fr>")
    async with open_deliveries(given, sqlite_store, lambda: BASE, None) as found:
        assert set(found) == {"erasure", "email", "webhook"}
    assert set(absent_channels(given)) == {"telegram", "team", "wipe"}


def test_keys_may_stand_in_the_env_file() -> None:
    """As all settings may."""
    with open(".env", "w", encoding="utf-8") as file:  # noqa: PTH123 - where it is started
        file.write(f"WEBHOOK_SECRET_CRM={KEY}\n")
    assert "webhook" not in absent_channels(settings())


def test_each_destination_that_cannot_be_served_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """At start, with the setting to make: not when the first request does not arrive."""
    lines = map(str, unserved_destinations(settings(), ROUTING))
    assert [line.removeprefix("routing.yaml sends ") for line in lines] == [
        "Telegram messages to the team premises, but no TELEGRAM_BOT_TOKEN is set",
        "e-mail to the team premises, but no SMTP_URL is set",
        "webhooks to the team premises, but WEBHOOK_SECRET_CRM is not set",
        "webhooks to the team welcome, but WEBHOOK_SECRET_OTHER is not set",
        f"webhooks to the team welcome, but {HTTP}",
    ]
    for name in SECRETS:
        monkeypatch.setenv(name, KEY)
    given = settings(smtp_url="smtp://localhost", telegram_bot_token="1:x")  # noqa: S106 - opens nothing
    (mail, http) = map(str, unserved_destinations(given, ROUTING))
    assert mail.endswith("no EMAIL_FROM is set")
    assert http.endswith(HTTP)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("smtp_url", "mail.example.org"),
        ("smtp_url", "smtp://u:hidden/word@mail.example.org"),
        ("email_from", "assistant"),
        ("email_from", "équipe@example.org"),
        ("email_from", "A\r\nBcc: x@example.org <a@example.org>"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_at_start(name: str, value: str) -> None:
    """And never a password with it."""
    with pytest.raises(ValueError, match=name) as caught:
        settings(**{name: value})
    assert "hidden" not in str(caught.value)


async def test_an_upload_that_was_erased_cannot_be_read(store: Store) -> None:
    """The card goes without it."""
    await store.receive([message(1)], NOW)
    (event,) = await claim(store)
    now = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)
    upload = StoredFile("up", event.conversation_id, "plan.pdf", "application/pdf", b"plan", now)
    await store.add_file(upload)
    source = StoredFiles(store)

    assert await source.read(File(channel="web", id="up", name="x")) == b"plan"
    with pytest.raises(FileUnavailableError):
        await source.read(File(channel="web", id="gone", name="x"))
