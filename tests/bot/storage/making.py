"""Rows for the tests of the store and of the loops that use it."""

from __future__ import annotations

import datetime as dt
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from bot.storage.records import InboxItem, Incoming, Stepped
from handlers.effects import Effect
from handlers.events import MessageReceived
from handlers.state import ConversationState, Turn
from handlers.values import Reply

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.storage.store import Store

NOW = dt.datetime(2024, 11, 24, 22, 0, tzinfo=dt.UTC)
LEASE_SECONDS = 30.0


def later(seconds: float) -> dt.datetime:
    """``seconds`` after NOW."""
    return NOW + dt.timedelta(seconds=seconds)


def message(
    external_id: int | str,
    address: str = "100",
    *,
    channel: str = "telegram",
    text: str | None = None,
) -> Incoming:
    """A message that says its own id unless ``text`` is given."""
    event = MessageReceived(text=text if text is not None else f"message {external_id}")
    return Incoming(channel, str(external_id), address, event, {"message_id": str(external_id)})


def reply(text: str) -> Reply:
    """A plain reply in French."""
    return Reply(text=text, language="fr")


def stepped(item: InboxItem, *texts: str, effects: tuple[Effect, ...] = ()) -> Stepped:
    """A result that says ``texts`` and remembers the event in the state."""
    said = item.event.text if isinstance(item.event, MessageReceived) else ""
    state = ConversationState(last=Turn(text=said))
    return Stepped(item, state, tuple(reply(text) for text in texts), effects)


async def claim(store: Store, now: dt.datetime = NOW, limit: int = 100) -> list[InboxItem]:
    """What the inbox loop would get."""
    return await store.claim_inbox(now, limit, LEASE_SECONDS)


async def handle(store: Store, *items: Incoming) -> None:
    """Receive ``items`` and answer each with its external id."""
    await store.receive(items, NOW)
    while claimed := await claim(store):
        results = [stepped(item, f"reply {item.external_id}") for item in claimed]
        assert await store.save(results, NOW) == []


async def execute(url: str, statement: str, **values: object) -> list[Any]:
    """Run SQL beside the store; its rows, if any."""
    engine = create_async_engine(url)
    try:
        async with engine.begin() as connection:
            result = await connection.execute(sa.text(statement), values)
            return list(result) if result.returns_rows else []
    finally:
        await engine.dispose()


@asynccontextmanager
async def transaction_beside(url: str) -> AsyncIterator[AsyncConnection]:
    """A transaction of another process, which is committed at the end."""
    engine = create_async_engine(url)
    try:
        async with engine.begin() as connection:
            yield connection
    finally:
        await engine.dispose()


async def waiting_for_locks(url: str, count: int) -> bool:
    """Whether so many transactions on this PostgreSQL database wait for others to end."""
    query = (
        "SELECT pid FROM pg_stat_activity "
        "WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    return len(await execute(url, query)) == count
