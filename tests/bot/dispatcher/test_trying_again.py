"""What fails is tried again for a day, when the other side would have it."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable
from functools import partial

import pytest

from bot.delivery import PermanentError, TransientError
from bot.delivery.dispatcher import Dispatcher
from bot.storage.records import OutboxItem
from bot.storage.store import Store
from tests.bot.dispatcher.wire import Clock, Wire, dispatching, emptied, emptied_but_for
from tests.bot.storage.making import NOW, execute, handle, message
from tests.bot.storage.requesting import GROUP, filing, request, stored, take
from tests.polling import running, until


@pytest.mark.parametrize("error", [TransientError("502"), KeyError("a fault of ours")])
async def test_a_failure_is_tried_again(store: Store, clock: Clock, error: Exception) -> None:
    """With a pause, and the lane waits for it."""
    failures = iter([error])

    async def before(_item: OutboxItem) -> None:
        for failure in failures:
            raise failure

    await handle(store, message(1), message(2))
    wire = Wire(before)
    async with running(dispatching(store, wire, clock).run()):
        await until(lambda: has_error(store))
        assert wire.sent == []
        clock.advance(1)
        await until(lambda: emptied(store))

    assert wire.texts() == ["reply 1", "reply 2"]
    assert [item.attempts for item in wire.sent] == [1, 0]


async def test_what_the_other_side_asks_for_is_honoured(
    store: Store, database_url: str, clock: Clock
) -> None:
    """Retry-After is the least; other lanes of the channel go on."""

    async def before(item: OutboxItem) -> None:
        if item.address == "a" and item.attempts == 0:
            raise TransientError("429", retry_after_seconds=30)

    await handle(store, message(1, "a"), message(2, "b"))
    wire = Wire(before)
    async with running(dispatching(store, wire, clock).run()):
        await until(lambda: wire.texts() == ["reply 2"])
        await until(lambda: has_error(store))

    due = "SELECT count(*) FROM outbox WHERE attempts = 1 AND due_at >= :due"
    at = NOW + dt.timedelta(seconds=30)
    value = at if database_url.startswith("postgresql") else str(at.replace(tzinfo=None))
    assert await execute(database_url, due, due=value) == [(1,)]


async def test_a_channel_that_asks_for_silence_is_left_alone(store: Store, clock: Clock) -> None:
    """No lane of it is tried until then; other channels go on."""
    silent, other = Wire(_silence_once()), Wire()
    await handle(store, message(1, "a"))
    dispatcher = Dispatcher(
        store, {"telegram": silent, "email": other}, clock=clock, jitter=lambda: 0.0
    )
    async with running(dispatcher.run()):
        await until(lambda: has_error(store))
        await handle(store, message(2, "b"), message(3, "c", channel="email"))
        await until(lambda: len(other.sent) == 1)
        assert len(silent.tried) == 1
        clock.advance(61)
        await until(lambda: emptied(store))

    assert sorted(silent.texts()) == ["reply 1", "reply 2"]


async def test_what_a_newer_version_wrote_is_left_to_it(
    store: Store, database_url: str, clock: Clock
) -> None:
    """While one version replaces the other, both are at work: nothing is given up for that."""
    await handle(store, message(1), message(2))
    [(payload,)] = await execute(database_url, "SELECT payload FROM outbox WHERE id = 1")
    await execute(database_url, 'UPDATE outbox SET payload = \'{"said":"…"}\' WHERE id = 1')
    wire = Wire()
    async with running(dispatching(store, wire, clock).run()):
        await until(lambda: has_error(store))
    assert (await store.figures(NOW)).outbox_dead == 0

    # The newer one is this one, once it can read what stands there.
    await execute(
        database_url, "UPDATE outbox SET payload = :payload WHERE id = 1", payload=payload
    )
    clock.advance(1)
    async with running(dispatching(store, wire, clock).run()):
        await until(lambda: emptied(store))

    assert wire.texts() == ["reply 1", "reply 2"]


async def test_what_no_version_can_read_is_given_up_after_a_day(
    store: Store, database_url: str, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """A damaged row does not hold its lane for ever; the log says why it was given up."""
    await handle(store, message(1), message(2))
    await execute(database_url, "UPDATE outbox SET payload = '{}' WHERE id = 1")
    wire = Wire()
    async with running(dispatching(store, wire, clock).run()):
        for attempts in range(1, 8):
            await until(partial(has_failed, database_url, attempts))
            clock.advance(4 * 3600)
        await until(lambda: emptied(store))

    assert wire.texts() == ["reply 2"]
    assert (await store.figures(NOW)).outbox_dead == 1
    assert "is given up at attempt 8: reply: reply.text missing" in caplog.text


async def has_failed(url: str, attempts: int) -> bool:
    """The first delivery failed so often."""
    return await execute(url, "SELECT attempts FROM outbox WHERE id = 1") == [(attempts,)]


async def test_what_fails_for_a_day_is_given_up(sqlite_store: Store, clock: Clock) -> None:
    """It does not hold its lane for ever."""

    async def before(item: OutboxItem) -> None:
        if item.reply.text == "reply 1":
            clock.advance(4 * 3600)
            raise TransientError("502")

    await handle(sqlite_store, message(1), message(2))
    wire = Wire(before)
    async with running(dispatching(sqlite_store, wire, clock).run(), _ticking(clock)):
        await until(lambda: emptied(sqlite_store))

    assert wire.texts() == ["reply 2"]
    assert len(wire.tried) == 9
    assert (await sqlite_store.figures(NOW)).outbox_dead == 1


async def test_what_staff_retry_has_its_day_again(store: Store, clock: Clock) -> None:
    """However old it is, it is tried at once, and again for as long as what is new."""

    async def before(item: OutboxItem) -> None:
        if len(wire.tried) <= 12:
            raise PermanentError("502") if len(wire.tried) == 1 else TransientError("502")
        assert item.created_at == NOW

    await take(store, 1, filing(request(), GROUP))
    wire = Wire(before)
    dispatcher = Dispatcher(store, {"team": wire}, clock=clock, jitter=lambda: 1.0)
    async with running(dispatcher.run(), _ticking(clock)):
        await until(lambda: _count(store, "status = 'dead'"))
        clock.advance(72 * 3600)
        assert await store.retry_dead(None, clock.now) == 1
        await until(lambda: len(wire.sent) == 1)
        await until(lambda: emptied_but_for(store, "telegram"))

    kinds = [line.kind for line in (await stored(store)).history]
    assert kinds == ["filed", "undelivered", "retried", "delivered"]


def _silence_once() -> Callable[[OutboxItem], Awaitable[None]]:
    async def before(item: OutboxItem) -> None:
        if item.attempts == 0 and item.address == "a":
            raise TransientError("429", retry_after_seconds=60, whole_channel=True)

    return before


async def _ticking(clock: Clock) -> None:
    while True:
        clock.advance(60)
        await asyncio.sleep(0.005)


async def has_error(store: Store) -> bool:
    """A failure was written down."""
    return await _count(store, "last_error IS NOT NULL")


async def _count(store: Store, condition: str) -> bool:
    async with store._database.read() as connection:  # noqa: SLF001 - a look from outside
        result = await connection.exec_driver_sql(f"SELECT count(*) FROM outbox WHERE {condition}")  # noqa: S608 - a test's own
        return bool(result.scalar_one())
