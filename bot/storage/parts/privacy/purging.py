"""Letting go of what is older than it is kept: looked for without a lock, erased in small batches.

Rows are looked for in transactions that only read, so that nobody waits for a search through
a large table, and each batch is a short transaction of its own, so that messages come in between.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.storage.parts.base import Part
from bot.storage.parts.conversations import lock_conversations
from bot.storage.parts.notices_between import PULLED_CHANNELS
from bot.storage.parts.privacy.deleting import (
    FORGOTTEN,
    REMEMBERED,
    forget_events,
    prove,
    remove,
)
from bot.storage.parts.privacy.scope import idle_since
from bot.storage.tables import (
    conversations,
    files,
    has_status,
    inbox,
    open_questions,
    outbox,
    requests,
)

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from bot.storage.privacy_records import Proof


class PurgingPart(Part):
    """Finds what is too old, and erases it by kind."""

    async def expired_requests(
        self, before: dt.datetime, limit: int | None
    ) -> list[tuple[str, str]]:
        """The conversation and the reference of each request filed before, oldest first."""
        query = (
            sa.select(requests.c.conversation_id, requests.c.reference)
            .where(requests.c.created_at < before)
            .order_by(requests.c.id)
            .limit(limit)
        )
        async with self._database.read() as connection:
            found = await connection.execute(query)
            return [(row.conversation_id, row.reference) for row in found]

    async def idle_conversations(self, before: dt.datetime, limit: int | None) -> list[str]:
        """Ids of those in which nothing was said since, and that have no request."""
        query = idle_since(before).order_by(conversations.c.id).limit(limit)
        async with self._database.read() as connection:
            return list(await connection.scalars(query))

    async def old_events(self, before: dt.datetime, limit: int | None) -> list[int]:
        """Ids of what was received and handled before, and is still there in words."""
        query = (
            sa.select(inbox.c.id)
            .where(inbox.c.finished_at < before, inbox.c.event != FORGOTTEN)
            .where(inbox.c.status.in_(["done", "dead"]))
            .order_by(inbox.c.id)
            .limit(limit)
        )
        async with self._database.read() as connection:
            return list(await connection.scalars(query))

    async def old_deliveries(self, before: dt.datetime, limit: int | None) -> list[int]:
        """Ids of what was sent or given up before; the cards of a request are kept with it."""
        of_a_request = sa.and_(outbox.c.kind == "card", outbox.c.request_id.is_not(None))
        query = (
            sa.select(outbox.c.id)
            .where(outbox.c.finished_at < before, sa.not_(has_status(outbox, "pending")))
            .where(sa.not_(of_a_request))
            .order_by(outbox.c.id)
            .limit(limit)
        )
        async with self._database.read() as connection:
            return list(await connection.scalars(query))

    async def old_questions(self, before: dt.datetime, limit: int | None) -> list[int]:
        """Ids of the questions without an answer that were asked before."""
        query = (
            sa.select(open_questions.c.id)
            .where(open_questions.c.created_at < before)
            .order_by(open_questions.c.id)
            .limit(limit)
        )
        async with self._database.read() as connection:
            return list(await connection.scalars(query))

    async def loose_files(self, before: dt.datetime, limit: int | None) -> list[str]:
        """Ids of the files that were uploaded before and that no request has."""
        has_it = sa.select(requests.c.id).where(
            requests.c.conversation_id == files.c.conversation_id,
            requests.c.request.contains(files.c.id),
        )
        query = (
            sa.select(files.c.id)
            .where(files.c.created_at < before, ~has_it.exists())
            .order_by(files.c.id)
            .limit(limit)
        )
        async with self._database.read() as connection:
            return list(await connection.scalars(query))

    async def forget_events(self, ids: Collection[int], now: dt.datetime) -> None:
        """Nothing but their ids stays of these."""
        async with self._database.write() as connection:
            done = inbox.c.status.in_(["done", "dead"])
            await forget_events(connection, sa.and_(inbox.c.id.in_(ids), done), now)

    async def drop_deliveries(self, ids: Collection[int]) -> None:
        """Erase these, unless they are to be sent anew."""
        async with self._database.write() as connection:
            ended = sa.not_(has_status(outbox, "pending"))
            await connection.execute(sa.delete(outbox).where(outbox.c.id.in_(ids), ended))

    async def drop_questions(self, ids: Collection[int]) -> None:
        """Erase these."""
        async with self._database.write() as connection:
            await connection.execute(sa.delete(open_questions).where(open_questions.c.id.in_(ids)))

    async def drop_files(self, ids: Collection[str]) -> None:
        """Erase these."""
        async with self._database.write() as connection:
            await connection.execute(sa.delete(files).where(files.c.id.in_(ids)))

    async def keep_proof(self, proof: Proof) -> None:
        """Write that something was erased."""
        async with self._database.write() as connection:
            await prove(connection, proof)

    async def emptied_conversations(self, now: dt.datetime, limit: int | None) -> list[str]:
        """Ids of those that were erased, and in which nothing was said since.

        They were kept so that their events were not taken in twice. A page's stays: it is read.
        """
        query = _emptied(now).order_by(conversations.c.id).limit(limit)
        async with self._database.read() as connection:
            return list(await connection.scalars(query))

    async def drop_emptied(self, ids: Collection[str], now: dt.datetime) -> None:
        """Let go of these, unless something was said in them since they were looked for."""
        async with self._database.write() as connection:
            await connection.execute(lock_conversations(ids))
            # Only a second statement sees what was committed while the first waited for the locks.
            still = _emptied(now).where(conversations.c.id.in_(ids))
            for conversation_id in list(await connection.scalars(still)):
                await remove(connection, conversation_id)


def _emptied(now: dt.datetime) -> sa.Select[str]:
    """Ids of the conversations that are to be let go of at ``now``, since they were erased."""
    said = sa.select(inbox.c.id).where(
        inbox.c.conversation_id == conversations.c.id,
        inbox.c.received_at > conversations.c.erased_at,
    )
    waits = sa.select(outbox.c.id).where(
        outbox.c.conversation_id == conversations.c.id, has_status(outbox, "pending")
    )
    return (
        sa.select(conversations.c.id)
        .where(conversations.c.erased_at < now - REMEMBERED)
        .where(conversations.c.channel.not_in(sorted(PULLED_CHANNELS)))
        .where(~said.exists(), ~waits.exists())
    )
