"""What a team's Telegram group shows of an erased request goes, as far as Telegram lets it."""

from __future__ import annotations

import datetime as dt
from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.delivery import PermanentError, TransientError
from bot.delivery.telegram_calls import TelegramCalls
from bot.delivery.telegram_limits import Limits
from bot.delivery.wiping import GroupWiping
from handlers.privacy.model import WipeGroup
from handlers.requests.model import Card
from tests.bot.privacy.people import AMELIE, confirm, live_through, words
from tests.bot.storage.making import NOW
from tests.bot.storage.requesting import GROUP
from tests.servers.telegram import BotApiServer, Refused, Sent
from tests.servers.telegram_assistant import client
from tests.servers.telegram_faults import Fault, Planned
from tests.servers.telegram_forum import Forum, Topic
from tests.servers.telegram_html import Parsed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.storage.records import OutboxItem
    from bot.storage.store import Store

CHAT = int(GROUP.address)
TOPIC = 100 + int(AMELIE.address)
CARD = 1000 + int(AMELIE.address)
"""The assistant's, which the test's store knows to be in the group."""
MEMBERS = 2000 + int(AMELIE.address)
"""A member's own."""
FAST = Limits(per_second=10_000, per_second_in_chat=10_000, per_minute_in_group=100_000)


@pytest.fixture
async def server() -> AsyncIterator[BotApiServer]:
    """A group with the request's topic, the card beside it, and a member's message."""
    async with BotApiServer().running() as running:
        running.forums.by_chat[CHAT] = Forum(topics={TOPIC: Topic(AMELIE.name)})
        running.deleting.people = {(CHAT, CARD), (CHAT, MEMBERS)}
        running.deleting.may_delete = {CHAT}
        yield running


@pytest.fixture
async def wiping(server: BotApiServer, sqlite_store: Store) -> AsyncIterator[GroupWiping]:
    """The delivery on ``server``."""
    async with client(server) as bot:
        yield GroupWiping(TelegramCalls(bot, FAST), sqlite_store, lambda: NOW)


@pytest.fixture
async def order(sqlite_store: Store) -> OutboxItem:
    """What is to be wiped after Amelie was erased."""
    await live_through(sqlite_store, AMELIE)
    await sqlite_store.erase(await confirm(sqlite_store, AMELIE), NOW, words)
    [item] = await sqlite_store.claim_outbox(NOW, 10, 60.0, {"wipe"})
    return item


async def told(store: Store, later: dt.timedelta = dt.timedelta(0)) -> list[Card]:
    """The cards that tell the group."""
    items = await store.claim_outbox(NOW + later, 10, 60.0, {"team"})
    return [item.payload for item in items if isinstance(item.payload, Card)]


async def test_topics_and_messages_go(
    server: BotApiServer, wiping: GroupWiping, order: OutboxItem, sqlite_store: Store
) -> None:
    """The topic with all in it, and what stood beside it; then the group is told."""
    await wiping.deliver(order)

    assert server.forums.by_chat[CHAT].topics == {}
    assert server.groups.gone == {(CHAT, CARD), (CHAT, MEMBERS)}
    [card] = await told(sqlite_store)
    assert (card.news, card.left, card.destination.topics) == ("erased", 0, False)


async def test_wiping_repeated_finds_things_gone(
    server: BotApiServer, wiping: GroupWiping, order: OutboxItem, sqlite_store: Store
) -> None:
    """A process killed before it could say that it was done: no word twice, nothing left."""
    server.faults = Planned("deleteMessages", deque([Fault("cut")]))
    with pytest.raises(TransientError):
        await wiping.deliver(order)
    await wiping.deliver(order)
    await wiping.deliver(order)

    assert [card.left for card in await told(sqlite_store)] == [0]


async def test_what_telegram_keeps_is_told_to_the_team(
    server: BotApiServer, wiping: GroupWiping, order: OutboxItem, sqlite_store: Store
) -> None:
    """Without rights: the topic, a member's message, and the assistant's of three days ago."""
    server.deleting.may_delete = set()
    await wiping.deliver(order)

    assert [card.left for card in await told(sqlite_store)] == [3]


async def test_one_that_cannot_be_deleted_keeps_no_other(
    server: BotApiServer, wiping: GroupWiping, order: OutboxItem, sqlite_store: Store
) -> None:
    """Telegram refuses a hundred for one: each is tried alone then."""
    server.deleting.may_delete = set()
    server.deleting.people = {(CHAT, MEMBERS)}
    server.sent.append(Sent("sendMessage", CHAT, CARD, {}, Parsed("fiche"), 0.0))
    await wiping.deliver(order)

    assert server.groups.gone == {(CHAT, CARD)}
    assert [card.left for card in await told(sqlite_store)] == [2]


async def test_a_group_out_of_reach_is_not_tried_for_ever(
    server: BotApiServer, wiping: GroupWiping, order: OutboxItem, sqlite_store: Store
) -> None:
    """The assistant was removed from it: the card that cannot be sent tells the default team."""
    server.refusals[CHAT] = Refused(403, "Forbidden: bot was kicked from the supergroup chat")
    server.forums.by_chat[CHAT].topics.clear()
    await wiping.deliver(order)

    [card] = await told(sqlite_store)
    assert card.left == 3


async def test_more_messages_than_one_call_takes(
    server: BotApiServer, wiping: GroupWiping, order: OutboxItem
) -> None:
    """They are deleted a hundred at a time."""
    assert isinstance(order.payload, WipeGroup)
    ids = tuple(range(5_000, 5_250))
    server.deleting.people = {(CHAT, one) for one in ids}
    shown = order.payload.shown.model_copy(update={"messages": ids})
    await wiping.deliver(_with(order, order.payload.model_copy(update={"shown": shown})))

    assert {(CHAT, one) for one in ids} <= server.groups.gone
    assert [len(call["message_ids"]) for call in server.called("deleteMessages")] == [100, 100, 50]


async def test_what_went_by_itself_is_told_only_where_something_is_left(
    server: BotApiServer, wiping: GroupWiping, order: OutboxItem, sqlite_store: Store
) -> None:
    """A group is not told of each request whose time is over."""
    assert isinstance(order.payload, WipeGroup)
    cards = tuple(c.model_copy(update={"erased_by": "retention"}) for c in order.payload.cards)
    await wiping.deliver(_with(order, order.payload.model_copy(update={"cards": cards})))

    assert server.forums.by_chat[CHAT].topics == {}
    assert await told(sqlite_store) == []


async def test_what_names_no_group_is_given_up(wiping: GroupWiping, order: OutboxItem) -> None:
    """A row of another kind."""
    assert isinstance(order.payload, WipeGroup)
    with pytest.raises(PermanentError):
        await wiping.deliver(_with(order, order.payload.cards[0]))


def _with(order: OutboxItem, payload: Card | WipeGroup) -> OutboxItem:
    return replace(order, payload=payload)
