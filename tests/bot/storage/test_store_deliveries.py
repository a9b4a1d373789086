"""What was given up can be tried anew, and is then tried as often as what is new."""

from __future__ import annotations

import asyncio
import random
from collections import Counter

import pytest

from bot.delivery import TransientError
from bot.delivery.retry import next_attempt
from bot.storage.records import ALL_KINDS, Stepped, StoredRequest
from bot.storage.store import Store
from handlers.effects import LookUpCompany
from handlers.requests.model import Card
from handlers.team.model import TEAM
from tests.bot.storage.making import NOW, later, message, stepped
from tests.bot.storage.requesting import (
    CRM,
    GROUP,
    MAILBOX,
    adding,
    card,
    due,
    filing,
    request,
    stored,
    take,
)

DAYS = 86400.0


async def killed(store: Store) -> list[int]:
    """A request whose two cards were given up at the eighth attempt: their ids."""
    await take(store, 1, filing(request(), GROUP, MAILBOX))
    for _ in range(7):
        for item in await due(store):
            await store.mark_retry(item, "502", NOW)
    items = await due(store)
    for item in items:
        await store.mark_dead(item, "502", NOW)
    return [item.id for item in items]


async def test_what_was_given_up_goes_out_at_once_when_retried(store: Store) -> None:
    """It is pending again, and the history says that staff asked for it."""
    first, second = await killed(store)
    assert await due(store, later(3 * DAYS)) == []

    assert await store.retry_dead([first], later(3 * DAYS)) == 1

    [again] = await due(store, later(3 * DAYS))
    assert (again.id, again.attempts, again.created_at) == (first, 0, NOW)
    line = (await stored(store)).history[-1]
    assert (line.kind, line.author, line.data["delivery"]) == ("retried", "staff", first)
    assert [dead.id for dead in await store.deliveries(dead=True)] == [second]


async def test_what_is_retried_is_not_given_up_for_its_age(store: Store) -> None:
    """It has a day and eight attempts again, as if it were new."""
    ids = await killed(store)
    now = later(3 * DAYS)
    await store.retry_dead(ids, now)

    for again in await due(store, now):
        error = TransientError("502")
        assert next_attempt(20, error, now, 0.5, since=again.tried_since) is not None
        assert next_attempt(20, error, now, 0.5, since=again.created_at) is None
    assert (await store.figures(later(3 * DAYS + 5))).outbox_oldest_seconds > DAYS  # the reply's
    replies = await store.claim_outbox(now, 9, 30, {"telegram"})
    await store.mark_sent([reply.id for reply in replies], now)
    assert (await store.figures(later(3 * DAYS + 5))).outbox_oldest_seconds == 5.0


async def test_all_means_every_card(store: Store) -> None:
    """Replies that nobody waits for any more are retried by their id only, look-ups never."""
    dead = await killed(store)
    await take(store, 2, LookUpCompany(query="x"))
    others = await store.claim_outbox(NOW, 9, 30, {"telegram", "directory"})
    for item in others:
        await store.mark_dead(item, "gone", NOW)

    assert await store.retry_dead(None, NOW) == 2
    assert sorted(item.id for item in await due(store)) == dead
    assert await store.retry_dead([item.id for item in others], NOW) == 1
    assert [item.channel for item in await store.claim_outbox(NOW, 9, 30, {"telegram"})] == [
        "telegram"
    ]


async def test_only_what_is_dead_is_retried(store: Store) -> None:
    """What waits, was sent or is not there stays as it is."""
    await take(store, 1, filing(request(), GROUP, MAILBOX))
    sent, waiting = await due(store)
    await store.mark_sent([sent.id], NOW)

    assert await store.retry_dead([sent.id, waiting.id, 999], NOW) == 0
    assert await store.retry_dead(None, NOW) == 0
    assert [line.kind for line in (await stored(store)).history] == ["filed", "delivered"]


async def test_deliveries_that_have_not_arrived_are_listed(store: Store) -> None:
    """What waits and what was given up, newest first, with attempts and the last error."""
    await take(store, 1, filing(request(), GROUP, MAILBOX))
    group, mailbox = await due(store)
    await store.mark_retry(group, "429", later(60))
    await store.mark_dead(mailbox, "550", NOW)

    dead, waiting = await store.deliveries()

    assert (dead.id, dead.status, dead.last_error, dead.finished_at) == (
        mailbox.id,
        "dead",
        "550",
        NOW,
    )
    assert (waiting.attempts, waiting.last_error, waiting.due_at) == (1, "429", later(60))
    assert (waiting.reference, waiting.news) == ("R1", "filed")
    assert [line.id for line in await store.deliveries(dead=True)] == [mailbox.id]
    assert [line.id for line in await store.deliveries(limit=1)] == [mailbox.id]
    assert [line.kind for line in await store.deliveries(kinds=ALL_KINDS)] == [
        "card",
        "card",
        "reply",
    ]
    await store.mark_sent([group.id], NOW)
    assert [line.status for line in await store.deliveries(ids=[group.id, mailbox.id])] == [
        "dead",
        "sent",
    ]


async def test_figures_tell_what_waits_by_channel(store: Store) -> None:
    """A channel that nobody serves shows with what waits for it."""
    await take(store, 1, filing(request(), GROUP, MAILBOX), LookUpCompany(query="x"))

    figures = await store.figures(NOW)

    assert figures.outbox_pending_by_channel == {
        "telegram": 1,
        "team": 1,
        "email": 1,
        "directory": 1,
    }
    assert figures.outbox_pending == 4


async def test_a_write_beside_a_running_instance_takes_nothing_away(
    store: Store, database_url: str
) -> None:
    """Staff retry while it serves: its leases stay, what it writes is there, and the other way."""
    dead = await killed(store)
    await store.receive([message(9, "z")], NOW)
    leased = [item for item in await store.claim_inbox(NOW, 9, 30) if item.channel != TEAM]

    beside = await Store.open(database_url, beside=True)
    assert await beside.retry_dead(None, NOW) == len(dead)
    await beside.close()

    assert len(leased) == 1
    assert await store.claim_inbox(NOW, 9, 30) == []
    assert sorted(item.id for item in await due(store)) == dead


@pytest.mark.parametrize("beside", [{"beside": True}, {"read_only": True}])
async def test_nothing_is_made_beside_an_instance_that_is_not_there(
    sqlite_url: str, beside: dict[str, bool]
) -> None:
    """A mistyped path makes no empty database."""
    with pytest.raises(Exception, match="does not exist yet"):
        await Store.open(sqlite_url, **beside)


async def test_instances_and_staff_never_wait_in_a_circle(postgresql_url: str) -> None:
    """Filing, sending, giving up, blocking and retrying at once, on the same rows.

    In the end every card was sent, and the history of each tells each of its ends once.
    """
    stores = [await Store.open(postgresql_url) for _ in range(3)]
    await stores[0].receive([message(n, str(n % 4)) for n in range(24)], NOW)
    moments = random.Random(2026)  # noqa: S311 - the same choices each time

    await asyncio.gather(
        *(_step(store, moments) for store in stores[:2]),
        *(_send(store, moments) for store in stores[:2] for _ in range(2)),
        *(_meddle(store, moments) for store in stores[1:]),
    )

    references = await stores[0].references()
    assert len(references) == 24
    for reference in references:
        _assert_told_once(await stored(stores[0], reference))
    for store in stores:
        await store.close()


async def _step(store: Store, moments: random.Random) -> None:
    """File what came in, and add to it."""
    while (await store.figures(NOW)).inbox_pending:
        for item in await store.claim_inbox(NOW, moments.randint(1, 4), 30):
            if item.channel == TEAM:
                await store.save([Stepped(item, item.state, (), ())], NOW)
                continue
            filed = request(f"R{item.external_id}")
            effects = (filing(filed, GROUP, MAILBOX), adding(filed, "more"))
            assert await store.save([stepped(item, "noted", effects=effects)], NOW) == []


async def _send(store: Store, moments: random.Random) -> None:
    """Send what is due, or give it up and tell of it."""
    while await _unfinished(store):
        for item in await due(store):
            if moments.random() < 0.2 and isinstance(item.payload, Card):
                notice = card(item.payload.request, CRM, news="undelivered")
                await store.mark_dead(item, "gone", NOW, [notice])
            else:
                await store.mark_sent([item.id], NOW)
        await asyncio.sleep(0.01)


async def _meddle(store: Store, moments: random.Random) -> None:
    """Block people, and retry what was given up."""
    while await _unfinished(store):
        await store.mark_address_blocked("telegram", str(moments.randint(0, 3)), NOW)
        await store.retry_dead(None, NOW)
        await asyncio.sleep(0.02)


async def _unfinished(store: Store) -> bool:
    """An event waits to be handled, or a card to be sent or retried."""
    figures = await store.figures(NOW)
    waiting = figures.outbox_pending - figures.outbox_pending_by_channel.get("telegram", 0)
    return bool(figures.inbox_pending or waiting or figures.cards_dead)


def _assert_told_once(found: StoredRequest) -> None:
    assert {line.status for line in found.deliveries} == {"sent"}
    kinds = Counter(line.kind for line in found.history)
    assert kinds["delivered"] == len(found.deliveries)
    notices = [line for line in found.deliveries if line.news == "undelivered"]
    assert kinds["undelivered"] == kinds["retried"] == len(notices)
