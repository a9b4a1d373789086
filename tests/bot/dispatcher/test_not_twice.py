"""No reply is sent twice: not while one is under way, not at a stop, not beside a person's."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest

from bot.delivery.dispatcher import Dispatcher
from bot.storage.records import OutboxItem, Stepped
from bot.storage.store import Store
from handlers.state import ConversationState, FiledRequest
from handlers.values import Reply
from tests.bot.dispatcher.wire import Clock, Wire, dispatching, emptied
from tests.bot.storage.making import NOW, claim, execute, handle, message
from tests.bot.storage.requesting import filing, request, take
from tests.polling import running, until


async def test_a_long_delivery_is_not_sent_by_another(store: Store, clock: Clock) -> None:
    """Its lease is kept up for as long as it is under way."""
    go_on = asyncio.Event()

    async def before(_item: OutboxItem) -> None:
        await go_on.wait()

    await handle(store, message(1))
    wire = Wire(before)
    async with running(dispatching(store, wire, clock).run()):
        await until(lambda: len(wire.tried) == 1)
        for _ in range(5):
            clock.advance(25)
            await until(lambda: leased_beyond(store, clock.now + dt.timedelta(seconds=30)))
        go_on.set()
        await until(lambda: emptied(store))

    assert len(wire.tried) == 1


async def test_a_sent_reply_is_not_sent_again_when_the_mark_fails(
    store: Store, database_url: str, clock: Clock
) -> None:
    """If the database is away just then, the mark is made when it is back."""

    async def before(_item: OutboxItem) -> None:
        await execute(database_url, "ALTER TABLE outbox RENAME TO away")

    await handle(store, message(1))
    wire = Wire(before)
    async with running(dispatching(store, wire, clock).run()):
        await until(lambda: len(wire.sent) == 1)
        clock.advance(3600)
        await execute(database_url, "ALTER TABLE away RENAME TO outbox")
        await until(lambda: emptied(store))

    assert len(wire.sent) == 1


async def test_stopping_lets_a_delivery_end(sqlite_store: Store, clock: Clock) -> None:
    """What is about to be sent is sent, and marked."""
    go_on = asyncio.Event()

    async def before(_item: OutboxItem) -> None:
        await go_on.wait()

    await handle(sqlite_store, message(1))
    wire = Wire(before)
    loop = asyncio.create_task(dispatching(sqlite_store, wire, clock).run())
    await until(lambda: len(wire.tried) == 1)
    loop.cancel()
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await loop

    assert len(wire.sent) == 1
    assert await emptied(sqlite_store)


async def test_stopping_gives_back_what_would_take_long(
    store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next start sends it at once."""
    monkeypatch.setattr("bot.delivery.dispatcher.STOP_SECONDS", 0.0)

    async def before(_item: OutboxItem) -> None:
        await asyncio.Event().wait()

    await handle(store, message(1))
    wire = Wire(before)
    async with running(dispatching(store, wire, clock).run()):
        await until(lambda: len(wire.tried) == 1)

    assert len(await store.claim_outbox(clock.now, 10, 60, {"telegram"})) == 1


async def leased_beyond(store: Store, at: dt.datetime) -> bool:
    """Nobody could claim a thing at that time."""
    return await store.claim_outbox(at, 1, 0, {"telegram"}) == []


async def test_an_answer_is_not_sent_to_whom_a_person_answers_by_then(sqlite_store: Store) -> None:
    """It waited for the network, and a member of the team took the request meanwhile."""
    wire = Wire()
    held = FiledRequest(request=request(), held_by="Anne")
    await take(sqlite_store, 1, filing(request()))
    await sqlite_store.receive([message(2)], NOW)
    [item] = await claim(sqlite_store)
    said = Reply(text="Quatre axes.", language="fr", automatic=True)
    state = ConversationState(requests=(held,))
    assert await sqlite_store.save([Stepped(item, state, (said,), ())], NOW) == []
    async with running(Dispatcher(sqlite_store, {"telegram": wire}).run()):
        await until(lambda: _nothing_waits(sqlite_store))
    assert wire.texts() == ["noted"]
    [again] = await claim(sqlite_store, dt.datetime.now(dt.UTC))
    assert again.event == item.event


async def _nothing_waits(store: Store) -> bool:
    figures = await store.figures(NOW)
    return figures.outbox_pending_by_channel.get("telegram", 0) == 0
