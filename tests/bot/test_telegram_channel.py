"""Updates on their way in, over real HTTP: what was acknowledged is in the database."""

from __future__ import annotations

import datetime as dt
import logging
from collections import deque
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, get_args

import pytest
from aiohttp import ClientSession, web

from bot.channels.telegram import WEBHOOK_PATH, TelegramChannel
from bot.channels.telegram_commands import introduce
from bot.channels.telegram_outages import Patience
from bot.channels.telegram_team import TeamUpdates
from bot.delivery.dispatcher import Dispatcher
from bot.delivery.files import TelegramFiles
from bot.delivery.telegram import TelegramDelivery
from bot.delivery.telegram_calls import TelegramCalls
from bot.delivery.telegram_limits import Limits
from bot.inbox import Inbox
from bot.storage.store import StoreError
from handlers.command_names import COMMANDS
from handlers.events import CommandName
from handlers.requests import buttons
from tests.knowledge.sample import loaded
from tests.polling import running, until
from tests.servers import telegram_updates as people
from tests.servers.telegram import BotApiServer
from tests.servers.telegram_assistant import client
from tests.servers.telegram_faults import Fault, Kind, Planned
from tests.servers.web_assistant import KNOWLEDGE, small_fallback, small_step

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from telegram import Bot

    from bot.storage.records import Incoming
    from bot.storage.store import Store

QUICK = Patience(
    poll_seconds=5,
    first_retry_seconds=0.01,
    longest_retry_seconds=0.05,
    conflict_seconds=0.05,
)
CHAT = 42
SECRET = "the-secret-of-webhook-calls"  # noqa: S105 - of the tests' own server


class UnluckyInbox(Inbox):
    """An inbox whose database fails as often as it is told to."""

    failures = 0

    async def receive(self, items: Sequence[Incoming]) -> None:
        """Fail while failures are left."""
        if self.failures:
            self.failures -= 1
            raise StoreError("the disk is full")
        await super().receive(items)


@dataclass
class Side:
    """The assistant's Telegram side, wired as the assistant is."""

    server: BotApiServer
    bot: Bot
    store: Store
    inbox: UnluckyInbox
    channel: TelegramChannel
    dispatcher: Dispatcher
    blocked: list[str] = field(default_factory=list)

    async def received(self) -> int:
        """How many events are in the database and wait."""
        return (await self.store.figures(dt.datetime.now(dt.UTC))).inbox_pending

    async def has_received(self) -> bool:
        """Whether anything waits."""
        return bool(await self.received())


@pytest.fixture
async def server() -> AsyncIterator[BotApiServer]:
    """A Bot API server."""
    async with BotApiServer().running() as running_server:
        yield running_server


@pytest.fixture
async def side(server: BotApiServer, sqlite_store: Store) -> AsyncIterator[Side]:
    """Not polling yet."""
    async with client(server) as bot:
        telegram = TelegramDelivery(TelegramCalls(bot, Limits()), TelegramFiles(bot))
        dispatcher = Dispatcher(sqlite_store, {"telegram": telegram})
        inbox = UnluckyInbox(
            sqlite_store, small_step, fallback=small_fallback, on_saved=dispatcher.wake
        )
        blocked: list[str] = []

        async def on_blocked(address: str) -> None:
            blocked.append(address)

        team = TeamUpdates(bot, sqlite_store, lambda: KNOWLEDGE)
        channel = TelegramChannel(bot, inbox, on_blocked=on_blocked, team=team, patience=QUICK)
        yield Side(server, bot, sqlite_store, inbox, channel, dispatcher, blocked)
        await channel.close()


async def test_a_message_is_answered(side: Side) -> None:
    """From a person's text to the reply they read; somebody types meanwhile."""
    async with running(side.channel.poll(), side.inbox.run(), side.dispatcher.run()):
        await side.server.push(people.text(CHAT, "Où <êtes>-vous ?"))
        await until(lambda: bool(side.server.sent))
        await until(lambda: bool(side.server.called("sendChatAction")))

    assert side.server.texts(CHAT) == ["Reçu : Où <êtes>-vous ?\n\nSource : page, 2019"]
    assert side.server.called("sendChatAction")[0]["action"] == "typing"


async def test_a_button_stops_spinning_and_is_answered(side: Side) -> None:
    """The press is acknowledged by its id, the reply comes with its cards."""
    async with running(side.channel.poll(), side.inbox.run(), side.dispatcher.run()):
        await side.server.push(people.callback(CHAT, "entry:axe-1", query_id="abc"))
        await until(lambda: len(side.server.sent) == 3)
        await until(lambda: bool(side.server.called("answerCallbackQuery")))

    assert side.server.called("answerCallbackQuery") == [{"callback_query_id": "abc"}]


async def test_the_buttons_of_an_answered_question_go(side: Side) -> None:
    """A telephone shows no button that has had its day; a menu stays to be used again."""
    lasting = ["menu", "team", "entry:axe-1", "topic:axes", "language:en", buttons.LIST]
    values = [*lasting, "need:premises", buttons.valued("skip", "surface"), "yes", "none"]
    async with running(side.channel.poll()):
        await side.server.push(*(people.callback(CHAT, value) for value in values))
        await until(lambda: len(side.server.called("answerCallbackQuery")) == len(values))
        await until(lambda: len(side.server.called("editMessageReplyMarkup")) == 4)

    edited = side.server.called("editMessageReplyMarkup")
    assert edited == [{"chat_id": str(CHAT), "message_id": "5"}] * 4


async def test_buttons_that_cannot_be_taken_away_are_no_reason_to_stop(side: Side) -> None:
    """They may be gone already, or Telegram may refuse: the press is answered all the same."""
    faults = deque[Fault | None]([Fault("server_error")] * 3)
    side.server.faults = Planned("editMessageReplyMarkup", faults)
    async with running(side.channel.poll(), side.inbox.run(), side.dispatcher.run()):
        await side.server.push(people.callback(CHAT, buttons.CANCEL))
        await until(lambda: bool(side.server.sent))
        await until(lambda: len(faults) < 3)


async def test_an_update_is_acknowledged_only_once_it_is_kept(side: Side) -> None:
    """While the database fails, Telegram keeps the update; afterwards it is taken in."""
    side.inbox.failures = 3
    await side.server.push(people.text(CHAT, "Bonjour"))
    async with running(side.channel.poll()):
        await until(lambda: side.inbox.failures == 0)
        await until(lambda: side.server.unconfirmed() == 0)

    assert await side.received() == 1


async def test_an_update_that_comes_again_is_handled_once(side: Side) -> None:
    """Killed between the commit and its acknowledgement, the assistant gets it a second time."""
    await side.server.push(people.text(CHAT, "Bonjour"))
    side.server.faults = Planned("getUpdates", deque([None, *[Fault("closed")] * 1000]))
    async with running(side.channel.poll()):
        await until(side.has_received)
    assert side.server.unconfirmed() == 1

    side.server.faults = Planned("getUpdates", deque())
    # A process that starts has connections of its own; one cut off in mid-call is never given back.
    await side.bot.shutdown()
    await side.bot.initialize()
    async with running(side.channel.poll()):
        await until(lambda: side.server.unconfirmed() == 0)

    assert await side.received() == 1


async def test_polling_takes_over_from_a_webhook(side: Side) -> None:
    """A webhook from before is removed, and what to hear of is always said."""
    side.server.webhook = {"url": "https://example.org/"}
    async with running(side.channel.poll()):
        await until(lambda: bool(side.server.called("getUpdates")))

    assert side.server.webhook == {}
    assert "my_chat_member" in side.server.called("getUpdates")[0]["allowed_updates"]


@pytest.mark.parametrize("kind", ["server_error", "closed", "cut", "rate_limited"])
@pytest.mark.parametrize("method", ["getMe", "deleteWebhook", "getUpdates"])
async def test_an_outage_is_waited_out(side: Side, kind: Kind, method: str) -> None:
    """Whatever fails and wherever, polling goes on afterwards and nothing is lost."""
    side.server.faults = Planned(method, deque([Fault(kind, retry_after_seconds=1)]))
    await side.server.push(people.text(CHAT, "Bonjour"))
    async with running(side.channel.poll()):
        await until(lambda: side.server.unconfirmed() == 0)

    assert await side.received() == 1
    assert side.channel.fault is None


async def test_a_second_poller_is_named_once(side: Side, caplog: pytest.LogCaptureFixture) -> None:
    """Two programs with one token take each other's updates: it is said plainly, not repeated."""
    side.server.conflict = True
    async with running(side.channel.poll()):
        await until(lambda: side.server.conflicts >= 3)
        assert "another program receives" in (side.channel.fault or "")
        side.server.conflict = False
        await side.server.push(people.text(CHAT, "Bonjour"))
        await until(lambda: side.channel.fault is None)

    assert [record.levelno for record in caplog.records].count(logging.WARNING) == 1


async def test_a_refused_token_is_said_once_and_never_shown(
    side: Side, caplog: pytest.LogCaptureFixture
) -> None:
    """The other channels go on; the log says what to mend, without the secret."""
    side.server.token = "1:another"  # noqa: S105 - opens nothing
    async with running(side.channel.poll()):
        await until(lambda: side.channel.fault is not None)

    (record,) = (record for record in caplog.records if record.levelno == logging.ERROR)
    assert "does not know this token" in record.getMessage()
    assert side.bot.token not in caplog.text


async def test_an_update_that_cannot_be_read_holds_up_no_other(
    side: Side, caplog: pytest.LogCaptureFixture
) -> None:
    """It is passed over, with a line in the log that quotes nobody."""
    strange = people.text(CHAT, "un secret")
    del strange["message"]["chat"]
    await side.server.push(strange, people.text(CHAT, "Bonjour"))
    async with running(side.channel.poll()):
        await until(lambda: side.server.unconfirmed() == 0)

    assert await side.received() == 1
    assert "update 10001 is passed over" in caplog.text
    assert "un secret" not in caplog.text


async def test_a_person_who_blocks_is_noted_unless_they_are_back(side: Side) -> None:
    """What comes last counts, even when both come at once."""
    await side.server.push(
        people.blocked(1), people.text(2, "Bonjour"), people.blocked(2),
        people.blocked(3), people.text(3, "/start"),
    )  # fmt: skip
    async with running(side.channel.poll()):
        await until(lambda: side.server.unconfirmed() == 0)

    assert sorted(side.blocked) == ["1", "2"]


async def test_the_commands_are_shown_in_each_language(side: Side) -> None:
    """French for everybody, English for those whose Telegram is English."""
    await introduce(side.bot, KNOWLEDGE.messages, ("fr", "en"))

    names = {
        language: [command["command"] for command in commands]
        for language, commands in side.server.commands.items()
    }
    french = "start demande demandes menu contact langue aide mesdonnees effacer".split()
    english = "start request requests menu contact language help mydata erase".split()
    assert names == {"": french, "fr": french, "en": english}


async def test_a_command_that_is_shown_does_what_is_written_beside_it(side: Side) -> None:
    """All there are, each under a name that is understood when typed."""
    messages = loaded().base.messages
    await introduce(side.bot, messages, ("fr", "en"))

    for language in ("fr", "en"):
        shown = side.server.commands[language]
        described = {COMMANDS[one["command"]]: one["description"] for one in shown}
        assert described == {
            name: getattr(messages, f"command_{name}")[language] for name in get_args(CommandName)
        }


async def test_commands_that_cannot_be_set_are_no_reason_to_stop(
    side: Side, caplog: pytest.LogCaptureFixture
) -> None:
    """They work when typed; the log says so."""
    side.server.faults = Planned("setMyCommands", deque([Fault("server_error")]))
    await introduce(side.bot, KNOWLEDGE.messages, ("fr",))

    assert "commands could not be set" in caplog.text


@asynccontextmanager
async def webhook(side: Side) -> AsyncIterator[str]:
    """The assistant's own web server; yields its address, where Telegram calls it."""
    app = web.Application()
    side.channel.add_webhook_route(app, SECRET)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield url
    finally:
        await runner.cleanup()


async def test_a_webhook_call_is_confirmed_once_it_is_kept(side: Side) -> None:
    """200 means it is in the database; a second call with the same id changes nothing."""
    update = {"update_id": 5, **people.text(CHAT, "Bonjour")}
    async with webhook(side) as url:
        await side.channel.receive_by_webhook(url, SECRET)
        assert side.server.webhook["url"] == f"{url}{WEBHOOK_PATH}"
        assert [await side.server.post_update(update) for _ in range(2)] == [200, 200]

    assert await side.received() == 1


async def test_a_webhook_call_that_cannot_be_kept_comes_again(side: Side) -> None:
    """503 makes Telegram repeat it."""
    update = {"update_id": 5, **people.text(CHAT, "Bonjour")}
    side.inbox.failures = 1
    async with webhook(side) as url:
        await side.channel.receive_by_webhook(url, SECRET)
        statuses = [await side.server.post_update(update) for _ in range(2)]

    assert statuses == [503, 200]
    assert await side.received() == 1


async def test_a_webhook_call_before_the_bot_is_known_comes_again(side: Side) -> None:
    """A group's mentions cannot be told before the bot knows its own name."""
    async with webhook(side) as url:
        side.server.webhook = {"url": url + WEBHOOK_PATH}
        assert await side.server.post_update({"update_id": 5}, SECRET) == 503


@pytest.mark.parametrize("secret", ["", "wrong", "sécret"])
async def test_only_telegram_may_call_the_webhook(side: Side, secret: str) -> None:
    """Without the secret that Telegram was given, nothing is even read."""
    async with webhook(side) as url:
        await side.channel.receive_by_webhook(url, SECRET)
        assert await side.server.post_update({"update_id": 5}, secret) == 403


@pytest.mark.parametrize("body", ["", "{", "[]", "{}", '{"update_id": "5"}', "\ud800"])
async def test_what_is_no_update_is_refused(side: Side, body: str) -> None:
    """A clear 400, no traceback."""
    async with webhook(side) as url, ClientSession() as session:
        await side.channel.receive_by_webhook(url, SECRET)
        headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
        data = body.encode("utf-8", "surrogatepass")
        async with session.post(url + WEBHOOK_PATH, data=data, headers=headers) as response:
            assert response.status == 400
