"""What is refused for good is given up visibly, and told to whoever has to know."""

from __future__ import annotations

from bot.delivery import Blocked, PermanentError
from bot.delivery.dispatcher import Dispatcher
from bot.storage.records import OutboxItem
from bot.storage.store import Store
from handlers.requests.model import Card
from tests.bot.dispatcher.wire import Clock, Wire, dispatching, emptied, emptied_but_for
from tests.bot.storage.making import NOW, claim, execute, handle, message, stepped
from tests.bot.storage.requesting import GROUP, MAILBOX, card, filing, request, stored, take
from tests.polling import running, until


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
