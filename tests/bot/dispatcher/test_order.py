"""All that the outbox holds is sent, in order within a lane, many lanes at a time."""

from __future__ import annotations

import asyncio
from collections import defaultdict

import pytest

from bot.storage.records import OutboxItem
from bot.storage.store import Store
from tests.bot.dispatcher.wire import Clock, Wire, dispatching, emptied
from tests.bot.storage.making import handle, message
from tests.polling import running, until


async def test_all_is_sent_once_and_in_order(store: Store, clock: Clock) -> None:
    """Many lanes, several replies each."""
    await handle(store, *(message(n, str(n % 40)) for n in range(120)))
    wire = Wire()

    async with running(dispatching(store, wire, clock).run()):
        await until(lambda: emptied(store))

    lanes = defaultdict(list)
    for item in wire.sent:
        lanes[item.address].append(item.reply.text)
    assert len(wire.sent) == 120
    assert lanes == {str(lane): [f"reply {n}" for n in range(lane, 120, 40)] for lane in range(40)}


async def test_a_wake_is_enough(
    sqlite_store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits for the next poll, neither for a first reply nor for those behind it."""
    monkeypatch.setattr("bot.delivery.dispatcher.POLL_SECONDS", 3600.0)
    wire = Wire()
    dispatcher = dispatching(sqlite_store, wire, clock)

    async with running(dispatcher.run()):
        await handle(sqlite_store, message(1), message(2), message(3))
        dispatcher.wake()
        await until(lambda: len(wire.sent) == 3)


async def test_a_lane_never_has_two_under_way(store: Store, clock: Clock) -> None:
    """The next reply to a person waits for the one before; others do not."""
    open_lane = asyncio.Event()

    async def before(item: OutboxItem) -> None:
        if item.address == "slow":
            await open_lane.wait()

    await handle(store, message(1, "slow"), message(2, "slow"), message(3, "b"), message(4, "b"))
    wire = Wire(before)
    async with running(dispatching(store, wire, clock).run()):
        await until(lambda: wire.texts() == ["reply 3", "reply 4"])
        assert [item.address for item in wire.tried].count("slow") == 1
        open_lane.set()
        await until(lambda: emptied(store))

    assert wire.texts()[2:] == ["reply 1", "reply 2"]


async def test_no_more_than_the_limit_is_under_way(sqlite_store: Store, clock: Clock) -> None:
    """Concurrency is bounded, and filled."""
    go_on = asyncio.Event()

    async def before(_item: OutboxItem) -> None:
        await go_on.wait()

    await handle(sqlite_store, *(message(n, str(n)) for n in range(9)))
    wire = Wire(before)
    async with running(dispatching(sqlite_store, wire, clock, concurrency=4).run()):
        await until(lambda: len(wire.tried) == 4)
        for _ in range(5):
            await asyncio.sleep(0.01)
        assert len(wire.tried) == 4
        go_on.set()
        await until(lambda: len(wire.sent) == 9)
