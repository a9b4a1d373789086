"""Replies go out once, in order within a lane, and what is given up stays visible."""

from __future__ import annotations

import asyncio

from bot.storage.records import OutboxItem
from bot.storage.store import Store
from tests.bot.storage.making import (
    LEASE_SECONDS,
    NOW,
    claim,
    execute,
    handle,
    later,
    message,
    stepped,
)

TELEGRAM = frozenset({"telegram"})


async def due(store: Store, seconds: float = 0, limit: int = 100) -> list[OutboxItem]:
    """What the dispatcher would get ``seconds`` after NOW."""
    return await store.claim_outbox(later(seconds), limit, LEASE_SECONDS, TELEGRAM)


def texts(items: list[OutboxItem]) -> list[str]:
    """What the replies say."""
    return [item.reply.text for item in items]


async def test_a_reply_knows_where_it_goes(store: Store) -> None:
    """The dispatcher gets the address and what the channel had noted of the event."""
    await handle(store, message(1, "100"))

    [item] = await due(store)

    assert (item.channel, item.address, item.attempts) == ("telegram", "100", 0)
    assert item.context == {"message_id": "1"}
    assert item.created_at == NOW


async def test_a_lane_goes_out_in_order(store: Store) -> None:
    """Only the oldest reply to an address can be claimed, the next once it is sent."""
    await store.receive([message(1, "a"), message(2, "b")], NOW)
    await store.save([stepped(item, "one", "two") for item in await claim(store)], NOW)

    first = await due(store)
    assert texts(first) == ["one", "one"]
    assert await due(store) == []
    await store.mark_sent([item.id for item in first], NOW)
    assert texts(await due(store)) == ["two", "two"]


async def test_no_more_than_asked_for_is_claimed(store: Store) -> None:
    """The limit holds; what is oldest goes first."""
    await handle(store, *(message(n, str(n)) for n in range(5)))

    assert texts(await due(store, limit=2)) == ["reply 0", "reply 1"]
    assert texts(await due(store, limit=9)) == ["reply 2", "reply 3", "reply 4"]


async def test_only_the_channels_asked_for_are_claimed(store: Store) -> None:
    """A process that does not serve a channel, or pauses it, leaves its rows alone."""
    await handle(store, message(1))

    assert await store.claim_outbox(NOW, 10, LEASE_SECONDS, {"email"}) == []
    assert await store.claim_outbox(NOW, 10, LEASE_SECONDS, set()) == []
    assert len(await due(store)) == 1


async def test_a_failed_delivery_holds_its_lane_until_due(store: Store) -> None:
    """Order holds through retries; other lanes go on."""
    await handle(store, message(1, "a"), message(2, "a"), message(3, "b"))
    head, other = await due(store)
    await store.mark_retry(head, "429", later(10))
    await store.mark_sent([other.id], NOW)

    assert await due(store, 9) == []
    [again] = await due(store, 10)
    assert (again.id, again.attempts) == (head.id, 1)


async def test_a_killed_dispatcher_loses_nothing(store: Store) -> None:
    """What it had claimed is sent by whoever comes after its lease ran out."""
    await handle(store, message(1))
    [item] = await due(store)

    assert await due(store, LEASE_SECONDS - 1) == []
    assert [again.id for again in await due(store, LEASE_SECONDS)] == [item.id]


async def test_a_long_delivery_keeps_its_lease(store: Store) -> None:
    """While it is under way, nobody else sends the same."""
    await handle(store, message(1))
    [item] = await due(store)

    await store.extend_outbox([item.id], later(300))

    assert await due(store, 299) == []
    assert len(await due(store, 300)) == 1


async def test_a_lease_that_was_given_back_cannot_be_extended(store: Store) -> None:
    """Nobody is at what failed meanwhile: it would wait for a lease to run out."""
    await handle(store, message(1))
    [item] = await due(store)
    await store.mark_retry(item, "no answer", later(1))

    await store.extend_outbox([item.id], later(300))

    assert [again.id for again in await due(store, 1)] == [item.id]


async def test_what_is_given_back_can_be_claimed_at_once(store: Store) -> None:
    """A dispatcher that stops does not make the next one wait."""
    await handle(store, message(1))
    [item] = await due(store)

    await store.release_outbox([item.id])

    assert [(again.id, again.attempts) for again in await due(store)] == [(item.id, 0)]


async def test_a_dead_delivery_is_counted_and_lets_the_next_through(
    store: Store, database_url: str
) -> None:
    """What is given up is kept with its reason."""
    await handle(store, message(1), message(2))
    [item] = await due(store)

    await store.mark_dead(item, "message is too long", NOW)

    assert texts(await due(store)) == ["reply 2"]
    assert (await store.figures(NOW)).outbox_dead == 1
    rows = await execute(database_url, "SELECT last_error FROM outbox WHERE status = 'dead'")
    assert rows == [("message is too long",)]


async def test_what_was_given_up_is_not_sent_after_all(store: Store, database_url: str) -> None:
    """A row that is no longer pending is never written again."""
    await handle(store, message(1))
    [item] = await due(store)
    await store.mark_dead(item, "gone", NOW)

    await store.mark_sent([item.id], NOW)
    await store.mark_retry(item, "late", NOW)

    assert await execute(database_url, "SELECT status, attempts FROM outbox") == [("dead", 1)]


async def test_nothing_more_is_sent_to_who_blocked_us_until_they_are_back(
    store: Store, database_url: str
) -> None:
    """A block ends what waits for that person, and only for them; a new message lifts it."""
    await handle(store, message(1, "a"), message(2, "a"), message(3, "b"))
    [head, other] = await due(store)

    await store.mark_blocked(head.conversation_id, NOW)

    assert texts([other]) == ["reply 3"]
    assert (await store.figures(NOW)).outbox_dead == 2
    blocked = "SELECT address FROM conversations WHERE blocked_at IS NOT NULL"
    assert await execute(database_url, blocked) == [("a",)]
    await handle(store, message(4, "a"))
    assert await execute(database_url, blocked) == []
    assert texts(await due(store)) == ["reply 4"]


async def test_a_reply_that_cannot_be_read_is_given_out_as_such(
    store: Store, database_url: str
) -> None:
    """The dispatcher says what becomes of it; its lane waits until then."""
    await handle(store, message(1), message(2))
    await execute(database_url, "UPDATE outbox SET payload = '{}' WHERE id = 1")

    [item] = await due(store)
    assert item.unreadable is not None
    assert item.reply.text == ""
    assert await due(store) == []
    await store.mark_dead(item, item.unreadable, NOW)
    assert texts(await due(store)) == ["reply 2"]


async def test_two_dispatchers_never_send_the_same(postgresql_url: str) -> None:
    """Several instances claim at once on one PostgreSQL: each reply goes to one of them."""
    stores = [await Store.open(postgresql_url) for _ in range(2)]
    await handle(stores[0], *(message(n, str(n % 5)) for n in range(60)))
    sent: list[OutboxItem] = []

    async def work(store: Store) -> None:
        while (await store.figures(NOW)).outbox_pending:
            items = await due(store, limit=3)
            sent.extend(items)
            await store.mark_sent([item.id for item in items], NOW)

    await asyncio.gather(*(work(store) for store in stores for _ in range(2)))

    assert sorted(item.id for item in sent) == sorted({item.id for item in sent})
    assert len(sent) == 60
    for address in range(5):
        ids = [item.id for item in sent if item.address == str(address)]
        assert ids == sorted(ids)
    for store in stores:
        await store.close()
