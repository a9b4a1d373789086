"""The outbox is emptied, in order within a lane, whatever the other side does."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import defaultdict
from collections.abc import Awaitable, Callable
from functools import partial

import pytest

from bot.delivery import Blocked, Delivery, PermanentError, TransientError
from bot.delivery.dispatcher import Dispatcher
from bot.storage.records import OutboxItem, Stepped
from bot.storage.store import Store
from handlers.requests.model import Card
from handlers.state import ConversationState, FiledRequest
from handlers.values import Reply
from tests.bot.storage.making import NOW, claim, execute, handle, message, stepped
from tests.bot.storage.requesting import (
    GROUP,
    MAILBOX,
    card,
    filing,
    request,
    stored,
    take,
)
from tests.polling import running, until


class Wire:
    """A delivery that writes down what it sends; ``before`` may fail, or wait."""

    def __init__(self, before: Callable[[OutboxItem], Awaitable[None]] | None = None) -> None:
        self.sent: list[OutboxItem] = []
        self.tried: list[OutboxItem] = []
        self._before = before

    async def deliver(self, item: OutboxItem) -> None:
        """Send ``item``."""
        self.tried.append(item)
        if self._before is not None:
            await self._before(item)
        self.sent.append(item)

    def texts(self) -> list[str]:
        """What was sent, in order."""
        return [item.reply.text for item in self.sent]


class Clock:
    """A clock that tests move on."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> dt.datetime:
        """The time."""
        return self.now

    def advance(self, seconds: float) -> None:
        """Let ``seconds`` pass."""
        self.now += dt.timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still by itself."""
    return Clock()


@pytest.fixture(autouse=True)
def quick_polls(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' clock does not wake anybody: look often."""
    monkeypatch.setattr("bot.delivery.dispatcher.POLL_SECONDS", 0.01)


def dispatching(store: Store, wire: Delivery, clock: Clock, concurrency: int = 64) -> Dispatcher:
    """A dispatcher whose pauses are the longest that jitter may give."""
    return Dispatcher(
        store, {"telegram": wire}, clock=clock, concurrency=concurrency, jitter=lambda: 1.0
    )


async def emptied(store: Store) -> bool:
    """Nothing waits in the outbox any more."""
    return (await store.figures(NOW)).outbox_pending == 0


async def emptied_but_for(store: Store, channel: str) -> bool:
    """Nothing waits but what nobody sends here."""
    return (await store.figures(NOW)).outbox_pending_by_channel == {channel: 1}


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


async def test_what_is_refused_for_good_is_given_up(store: Store, clock: Clock) -> None:
    """It is dead, visibly, and the lane goes on."""

    async def before(item: OutboxItem) -> None:
        if item.reply.text == "reply 1":
            raise PermanentError("chat not found")

    await handle(store, message(1), message(2))
    wire = Wire(before)
    async with running(dispatching(store, wire, clock).run()):
        await until(lambda: emptied(store))

    assert wire.texts() == ["reply 2"]
    assert (await store.figures(NOW)).outbox_dead == 1


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


async def test_who_blocked_the_assistant_is_left_in_peace(store: Store, clock: Clock) -> None:
    """One refusal ends all that waits for that person."""

    async def before(item: OutboxItem) -> None:
        if item.address == "a":
            raise Blocked("bot was blocked by the user")

    await store.receive([message(1, "a"), message(2, "b")], NOW)
    await store.save([stepped(item, "one", "two") for item in await claim(store)], NOW)
    wire = Wire(before)
    async with running(dispatching(store, wire, clock).run()):
        await until(lambda: emptied(store))

    assert [item.address for item in wire.sent] == ["b", "b"]
    assert [item.address for item in wire.tried].count("a") == 1


async def test_the_end_of_a_card_is_told_once(store: Store, clock: Clock) -> None:
    """The cards that tell of it go out; one of them that ends itself is told to nobody."""
    told: list[tuple[str, str]] = []

    def on_dead(dead: Card, reason: str) -> tuple[Card, ...]:
        told.append((dead.destination.address, reason))
        return tuple(card(dead.request, to, news="undelivered") for to in (GROUP, MAILBOX))

    async def refuse(_item: OutboxItem) -> None:
        raise PermanentError("404 Not Found")

    await take(store, 1, filing(request(), MAILBOX))
    group, mailbox = Wire(), Wire(refuse)
    dispatcher = Dispatcher(store, {"team": group, "email": mailbox}, on_dead=on_dead, clock=clock)
    async with running(dispatcher.run()):
        await until(lambda: emptied_but_for(store, "telegram"))

    assert told == [("equipe@example.org", "404 Not Found")]
    assert [item.payload for item in group.sent] == [card(request(), GROUP, news="undelivered")]
    found = await stored(store)
    assert sorted((line.kind, line.data.get("news")) for line in found.history) == [
        ("delivered", "undelivered"),
        ("filed", None),
        ("undelivered", "filed"),
        ("undelivered", "undelivered"),
    ]
    assert (await store.figures(NOW)).cards_dead == 2


async def test_a_card_ends_even_if_nobody_can_be_told(sqlite_store: Store, clock: Clock) -> None:
    """A fault in finding whom to tell does not keep the lane waiting."""

    def on_dead(_dead: Card, _reason: str) -> tuple[Card, ...]:
        raise KeyError("no default team")

    async def refuse(_item: OutboxItem) -> None:
        raise PermanentError("404")

    await take(sqlite_store, 1, filing(request()))
    dispatcher = Dispatcher(sqlite_store, {"team": Wire(refuse)}, on_dead=on_dead, clock=clock)
    async with running(dispatcher.run()):
        await until(lambda: emptied_but_for(sqlite_store, "telegram"))

    assert [line.kind for line in (await stored(sqlite_store)).history] == ["filed", "undelivered"]


async def test_a_group_that_removed_the_assistant_blocks_no_person(
    store: Store, database_url: str, clock: Clock
) -> None:
    """The card is given up and told of; the person whose request it is still gets replies."""

    async def refuse(_item: OutboxItem) -> None:
        raise Blocked("bot was kicked from the supergroup chat")

    await take(store, 1, filing(request(), GROUP))
    wire = Wire()
    dispatcher = Dispatcher(store, {"team": Wire(refuse), "telegram": wire}, clock=clock)
    async with running(dispatcher.run()):
        await until(lambda: emptied(store))

    assert wire.texts() == ["noted"]
    assert [line.kind for line in (await stored(store)).history] == ["filed", "undelivered"]
    blocked = "SELECT count(*) FROM conversations WHERE blocked_at IS NOT NULL"
    assert await execute(database_url, blocked) == [(0,)]


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


async def leased_beyond(store: Store, at: dt.datetime) -> bool:
    """Nobody could claim a thing at that time."""
    return await store.claim_outbox(at, 1, 0, {"telegram"}) == []


async def _count(store: Store, condition: str) -> bool:
    async with store._database.read() as connection:  # noqa: SLF001 - a look from outside
        result = await connection.exec_driver_sql(f"SELECT count(*) FROM outbox WHERE {condition}")  # noqa: S608 - a test's own
        return bool(result.scalar_one())


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
