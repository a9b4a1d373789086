"""Replies on their way to Telegram, over real HTTP."""

from __future__ import annotations

import datetime as dt
from collections import deque
from typing import TYPE_CHECKING

import pytest

from bot import telegram_client
from bot.delivery import Blocked, DeliveryError, PermanentError, TransientError
from bot.delivery.files import TelegramFiles
from bot.delivery.telegram import TelegramDelivery
from bot.delivery.telegram_calls import FLOOD_CHATS, TelegramCalls
from bot.delivery.telegram_limits import Limits
from bot.storage.records import OutboxItem
from handlers.values import Button, Reply
from knowledge.model import Phone, Venue
from tests.servers.telegram import BotApiServer, Refused
from tests.servers.telegram_assistant import client
from tests.servers.telegram_faults import Fault, Kind, Planned

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from telegram import Bot

FAST = Limits(per_second=10_000, per_second_in_chat=10_000, per_minute_in_group=100_000)
CHAT = 42
GROUP = -100_5
VENUE = Venue(title="Siège <1>", address="1 rue & cie", latitude=48.7, longitude=2.4)
PHONE = Phone(name="Accueil", number="+33123456789")


@pytest.fixture
async def server() -> AsyncIterator[BotApiServer]:
    """A Bot API server."""
    async with BotApiServer().running() as running:
        yield running


@pytest.fixture
async def delivery(server: BotApiServer) -> AsyncIterator[TelegramDelivery]:
    """A delivery to it, without limits that would slow tests down."""
    async with client(server) as bot:
        yield to(bot)


def to(bot: Bot, limits: Limits = FAST) -> TelegramDelivery:
    """A delivery by ``bot``, whose files are all Telegram's own."""
    return TelegramDelivery(TelegramCalls(bot, limits), TelegramFiles(bot))


def item(reply: Reply, chat_id: int = CHAT, *, item_id: int = 1, **context: str) -> OutboxItem:
    """An outbox row of ``reply``."""
    now = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)
    return OutboxItem(item_id, "telegram", str(chat_id), "c", reply, context, 0, now)


def saying(text: str, *labels: str) -> Reply:
    """A reply with buttons of these labels."""
    buttons = tuple(Button(label=label, value=f"v{n}") for n, label in enumerate(labels))
    return Reply(text=text, language="fr", buttons=buttons)


async def failure(delivery: TelegramDelivery, row: OutboxItem) -> DeliveryError:
    """The error that delivering ``row`` ends in."""
    with pytest.raises(DeliveryError) as caught:
        await delivery.deliver(row)
    return caught.value


async def test_a_reply_arrives_with_its_buttons(
    server: BotApiServer, delivery: TelegramDelivery
) -> None:
    """Formatted, previews off, each button with its value."""
    await delivery.deliver(item(saying("**Axe 1** : <recruter>", "Oui", "Non")))

    (sent,) = server.sent
    assert sent.text == "Axe 1 : <recruter>"
    assert [entity.tag for entity in sent.shown.entities] == ["b"]
    assert sent.buttons == [
        [{"text": "Oui", "callback_data": "v0"}, {"text": "Non", "callback_data": "v1"}]
    ]
    assert sent.parameters["link_preview_options"] == {"is_disabled": True}


async def test_a_place_and_a_number_arrive_as_cards(
    server: BotApiServer, delivery: TelegramDelivery
) -> None:
    """A pin on the map and a contact to call, after the text."""
    reply = saying("Venez", "Menu").model_copy(update={"venue": VENUE, "phone": PHONE})
    await delivery.deliver(item(reply))

    assert [sent.method for sent in server.sent] == ["sendMessage", "sendVenue", "sendContact"]
    _, pin, card = (sent.parameters for sent in server.sent)
    assert (pin["latitude"], pin["title"], pin["address"]) == ("48.7", "Siège <1>", "1 rue & cie")
    assert (card["phone_number"], card["first_name"]) == ("+33123456789", "Accueil")


async def test_a_card_that_telegram_refuses_does_not_hold_up_the_reply(
    server: BotApiServer, delivery: TelegramDelivery
) -> None:
    """The text says the same: it arrives, and the delivery is done."""
    nowhere = VENUE.model_copy(update={"latitude": 99.0})
    await delivery.deliver(item(saying("Venez").model_copy(update={"venue": nowhere})))

    assert server.texts(CHAT) == ["Venez"]


async def test_a_long_answer_arrives_whole(
    server: BotApiServer, delivery: TelegramDelivery
) -> None:
    """Over 4,096 characters it is several messages, the buttons under the last."""
    paragraphs = [f"Paragraphe {number} " + "mot " * 200 for number in range(12)]
    await delivery.deliver(item(saying("\n\n".join(paragraphs), "Menu")))

    assert len(server.sent) == 3
    assert " ".join(server.texts(CHAT)).split() == " ".join(paragraphs).split()
    assert [bool(sent.buttons) for sent in server.sent] == [False, False, True]


async def test_a_group_is_answered_where_it_asked(
    server: BotApiServer, delivery: TelegramDelivery
) -> None:
    """The first message replies to the question, all are in its topic."""
    reply = saying("Ici").model_copy(update={"venue": VENUE})
    await delivery.deliver(item(reply, GROUP, reply_to_message_id="31", message_thread_id="8"))

    text, pin = (sent.parameters for sent in server.sent)
    assert text["reply_parameters"] == {"message_id": 31, "allow_sending_without_reply": True}
    assert text["message_thread_id"] == pin["message_thread_id"] == "8"
    assert "reply_parameters" not in pin


@pytest.mark.parametrize("kind", ["server_error", "closed", "cut"])
async def test_what_may_pass_is_tried_again(
    server: BotApiServer, delivery: TelegramDelivery, kind: Kind
) -> None:
    """A 5xx and a closed connection are nobody's fault: the row goes out at the next try."""
    server.faults = Planned("sendMessage", deque([Fault(kind)]))
    row = item(saying("Bonjour"))

    error = await failure(delivery, row)
    await delivery.deliver(row)

    assert isinstance(error, TransientError)
    assert set(server.texts(CHAT)) == {"Bonjour"}


@pytest.mark.parametrize("kind", ["time_out", "late"])
async def test_an_answer_that_does_not_come_is_not_waited_for(
    server: BotApiServer, monkeypatch: pytest.MonkeyPatch, kind: Kind
) -> None:
    """A call that hangs ends in a time-out, and is tried again."""
    monkeypatch.setattr(telegram_client, "READ_TIMEOUT_SECONDS", 0.2)
    server.faults = Planned("sendMessage", deque([Fault(kind)]))

    async with client(server) as bot:
        error = await failure(to(bot), item(saying("Bonjour")))

    assert isinstance(error, TransientError)
    assert "TimedOut" in str(error)


async def test_too_many_requests_are_spaced_as_telegram_asks(
    server: BotApiServer, delivery: TelegramDelivery
) -> None:
    """``retry_after`` is passed on, for this chat alone."""
    server.faults = Planned("sendMessage", deque([Fault("rate_limited", retry_after_seconds=7)]))

    error = await failure(delivery, item(saying("Bonjour")))

    assert isinstance(error, TransientError)
    assert (error.retry_after_seconds, error.whole_channel) == (7, False)


async def test_refusals_in_many_chats_at_once_silence_the_channel(
    server: BotApiServer, delivery: TelegramDelivery
) -> None:
    """Only several chats' refusals together can mean the overall limit."""
    server.faults = Planned("sendMessage", deque([Fault("rate_limited")] * FLOOD_CHATS))

    errors = [
        await failure(delivery, item(saying("x"), chat)) for chat in range(1, FLOOD_CHATS + 1)
    ]

    whole = [isinstance(error, TransientError) and error.whole_channel for error in errors]
    assert whole == [False] * (FLOOD_CHATS - 1) + [True]


@pytest.mark.parametrize(
    ("refusal", "expected"),
    [
        (Refused(403, "Forbidden: bot was blocked by the user"), Blocked),
        (Refused(403, "Forbidden: user is deactivated"), Blocked),
        (Refused(403, "Forbidden: bot was kicked from the supergroup chat"), Blocked),
        (Refused(400, "Bad Request: chat not found"), Blocked),
        (Refused(400, "Bad Request: not enough rights to send text messages"), PermanentError),
        (Refused(500, "Internal Server Error"), TransientError),
        (Refused(401, "Unauthorized"), TransientError),
    ],
)
async def test_a_refusal_says_whether_to_try_again(
    server: BotApiServer,
    delivery: TelegramDelivery,
    refusal: Refused,
    expected: type[DeliveryError],
) -> None:
    """Gone people are noted as gone, lasting refusals given up, all else tried again."""
    server.refusals[CHAT] = refusal

    error = await failure(delivery, item(saying("Bonjour")))

    assert type(error) is expected
    assert server.token not in str(error)


async def test_what_telegram_cannot_parse_is_sent_plain(
    server: BotApiServer, delivery: TelegramDelivery
) -> None:
    """Better without bold than not at all."""
    refusal = Refused(400, "Bad Request: can't parse entities: unsupported start tag")
    server.refuse_markup = refusal

    await delivery.deliver(item(saying("**Axe** 1 < 2")))

    assert server.texts(CHAT) == ["Axe 1 < 2"]


async def test_a_group_that_moved_is_followed(
    server: BotApiServer, delivery: TelegramDelivery
) -> None:
    """A group that becomes a supergroup has a new id: this reply and the next go there."""
    server.refusals[GROUP] = Refused(
        400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-100_777
    )
    await delivery.deliver(item(saying("un"), GROUP))
    calls = len(server.calls)
    await delivery.deliver(item(saying("deux"), GROUP, item_id=2))

    assert server.texts(-100_777) == ["un", "deux"]
    assert len(server.calls) == calls + 1


async def test_a_closed_topic_does_not_swallow_the_answer(
    server: BotApiServer, delivery: TelegramDelivery
) -> None:
    """When the topic is gone, the reply goes to the group."""
    server.refuse_topics = True

    await delivery.deliver(item(saying("Ici"), GROUP, message_thread_id="8"))

    assert server.texts(GROUP) == ["Ici"]


async def test_a_reply_cut_on_its_way_goes_on_where_it_stopped(
    server: BotApiServer, delivery: TelegramDelivery
) -> None:
    """Nobody reads the first part twice because the second failed."""
    server.faults = Planned("sendMessage", deque([None, Fault("server_error")]))
    row = item(saying("\n\n".join(["a" * 3000, "b" * 3000])))

    assert isinstance(await failure(delivery, row), TransientError)
    await delivery.deliver(row)

    assert server.texts(CHAT) == ["a" * 3000, "b" * 3000]


async def test_a_busy_group_gives_its_place_to_others(server: BotApiServer) -> None:
    """A long wait for one chat's limit holds up neither a connection nor another chat."""
    async with client(server) as bot:
        delivery = to(bot, Limits(per_minute_in_group=1))
        await delivery.deliver(item(saying("un"), GROUP))
        error = await failure(delivery, item(saying("deux"), GROUP, item_id=2))
        await delivery.deliver(item(saying("trois"), CHAT, item_id=3))

    assert isinstance(error, TransientError)
    assert error.retry_after_seconds is not None
    assert 50 < error.retry_after_seconds <= 60
    assert server.texts(CHAT) == ["trois"]
