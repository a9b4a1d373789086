"""What the database of a run holds, whichever it is; also while assistants write it."""

from __future__ import annotations

import contextlib
import json
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from bot.storage.store import Store
from bot.storage.tables import conversations, inbox, metadata, outbox
from handlers.effects import PAYLOAD
from handlers.values import Reply

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from sqlalchemy.ext.asyncio import AsyncEngine

    from bot.storage.records import StoredRequest

Place = tuple[str, str]
"""Channel and address of a conversation."""


@dataclass(frozen=True, slots=True)
class Event:
    """A row of the inbox, and whose it is."""

    place: Place
    external_id: str
    status: str


@dataclass(frozen=True, slots=True)
class Kept:
    """All of it, as it was at one moment. Replies are in the order in which they were made."""

    requests: tuple[StoredRequest, ...]
    events: tuple[Event, ...]
    versions: dict[Place, int]
    """How often each conversation was moved on."""
    deliveries: dict[str, int]
    """How many there are of each status."""
    replies: dict[Place, list[tuple[int, str]]]
    offered: frozenset[str]
    """The values of all buttons of replies."""


class Database:
    """Looks into a run's database."""

    def __init__(self, url: str, engine: AsyncEngine) -> None:
        self._url = url
        self._engine = engine

    @classmethod
    @contextlib.asynccontextmanager
    async def open(cls, url: str) -> AsyncIterator[Database]:
        """Nothing is asked yet."""
        engine = create_async_engine(url)
        try:
            yield cls(url, engine)
        finally:
            await engine.dispose()

    async def waiting(self) -> int:
        """How much is still to be handled or sent."""
        counts = [
            sa.select(sa.func.count()).where(table.c.status == "pending").scalar_subquery()
            for table in (inbox, outbox)
        ]
        async with self._engine.connect() as connection:
            return int(await connection.scalar(sa.select(counts[0] + counts[1])) or 0)

    async def read(self) -> Kept:
        """All that a verdict is made of."""
        store = await Store.open(self._url, read_only=True)
        try:
            requests = await store.requests(limit=None, history=True)
        finally:
            await store.close()
        place = (conversations.c.channel, conversations.c.address)
        events = sa.select(*place, inbox.c.external_id, inbox.c.status).join_from(
            inbox, conversations
        )
        versions = sa.select(*place, conversations.c.version)
        deliveries = sa.select(outbox.c.status, sa.func.count()).group_by(outbox.c.status)
        replies = (
            sa.select(outbox.c.id, outbox.c.payload, *place)
            .join_from(outbox, conversations)
            .where(outbox.c.kind == "reply")
            .order_by(outbox.c.id)
        )
        said: defaultdict[Place, list[tuple[int, str]]] = defaultdict(list)
        offered: set[str] = set()
        async with self._engine.connect() as connection:
            for row in await connection.execute(replies):
                reply = PAYLOAD.validate_json(row.payload)
                assert isinstance(reply, Reply)
                said[row.channel, row.address].append((row.id, reply.text))
                offered |= {button.value for button in reply.buttons}
            return Kept(
                requests=tuple(requests),
                events=tuple(
                    Event((row[0], row[1]), row[2], row[3])
                    for row in await connection.execute(events)
                ),
                versions={(row[0], row[1]): row[2] for row in await connection.execute(versions)},
                deliveries={row[0]: row[1] for row in await connection.execute(deliveries)},
                replies=dict(said),
                offered=frozenset(offered),
            )

    async def write_out(self, folder: Path) -> None:
        """All rows, a JSON object a line, in a file a table: for whoever looks into a run."""
        async with self._engine.connect() as connection:
            for table in metadata.sorted_tables:
                rows = (
                    await connection.execute(sa.select(table).order_by(*table.primary_key))
                ).all()
                lines = (json.dumps(dict(row._mapping), default=str) for row in rows)  # noqa: SLF001 - SQLAlchemy's public name
                (folder / f"{table.name}.jsonl").write_text("\n".join(lines), encoding="utf-8")
