"""Everything the assistant remembers: one class, on SQLite and on PostgreSQL.

Each method is one transaction. Two rules keep several processes from harming each other: who
writes rows of a conversation locks the conversation first, in the order of ids (so the ids of
its rows grow in the order of their commits, and nobody waits in a circle); and a row that is no
longer pending is never written again.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Literal
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.storage import notices, rows, statements
from bot.storage.database import Database, StoreError, StoreInUse
from bot.storage.records import Figures, Handled
from bot.storage.tables import conversations, has_status, inbox, open_questions, outbox
from handlers.events import ConversationState, RecordQuestion

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.storage.records import (
        InboxItem,
        Incoming,
        OpenQuestion,
        OutboxItem,
        ReceivedEvent,
        Stepped,
        StoredReply,
    )
    from handlers.events import Reply

__all__ = ["Store", "StoreError", "StoreInUse"]

logger = logging.getLogger(__name__)

PULLED_CHANNELS = frozenset({"web", "terminal"})
"""Nobody sends their replies: pages come for them, so they count as sent at once."""

_REPLY_COLUMNS = (
    outbox.c.id,
    outbox.c.kind,
    outbox.c.payload,
    outbox.c.created_at,
    inbox.c.external_id,
)
_REPLIES = (
    sa.select(*_REPLY_COLUMNS).select_from(outbox.outerjoin(inbox)).where(outbox.c.kind == "reply")
)


class Store:
    """All reads and writes."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._insert = sqlite.insert if database.is_sqlite else postgresql.insert

    @classmethod
    async def open(cls, url: str, *, read_only: bool = False) -> Store:
        """Connect to ``url`` and bring its schema up to date.

        ``read_only`` is for a look beside a running assistant, also on SQLite: it changes
        nothing, and only methods that read may be called.

        Raises:
            StoreInUse: another instance has the same SQLite file.
            StoreError: the URL is wrong or the database cannot be reached.
        """
        store = cls(await Database.open(url, read_only=read_only))
        if store._database.is_sqlite and not read_only:
            await store._forget_leases()
        return store

    async def close(self) -> None:
        """Let go of every connection."""
        await self._database.close()

    async def _forget_leases(self) -> None:
        """Whoever held them is gone: an SQLite database has one instance."""
        async with self._database.write() as connection:
            for table in (inbox, outbox):
                leased = sa.and_(has_status(table, "pending"), table.c.leased_until.is_not(None))
                await connection.execute(sa.update(table).where(leased).values(leased_until=None))

    async def listen(
        self, on_received: Callable[[], None], on_handled: Callable[[Handled], None]
    ) -> None:
        """Pass on what other processes did, until cancelled; on SQLite there are none."""
        if not self._database.is_sqlite:
            await notices.listen(self._database.engine, on_received, on_handled)

    # Inbox

    async def receive(self, items: Sequence[Incoming], now: dt.datetime) -> int:
        """Commit ``items`` to the inbox; those already known change nothing.

        A person who had blocked the assistant counts as back.

        Returns:
            How many were new.
        """
        if not items:
            return 0
        async with self._database.write() as connection:
            ids = await self._conversation_ids(
                connection, {(item.channel, item.address) for item in items}, now
            )
            statement = self._insert(inbox).on_conflict_do_nothing().returning(inbox.c.id)
            values = [rows.inbox_row(item, ids[item.channel, item.address], now) for item in items]
            new = (await connection.execute(statement, values)).all()
            if new:
                await notices.notify_received(connection)
        return len(new)

    async def _conversation_ids(
        self, connection: AsyncConnection, keys: set[tuple[str, str]], now: dt.datetime
    ) -> dict[tuple[str, str], str]:
        """The conversations of these (channel, address), made where missing, and locked."""
        key = sa.tuple_(conversations.c.channel, conversations.c.address)
        found = (
            sa.select(conversations)
            .where(key.in_(sorted(keys)))
            .order_by(conversations.c.id)
            .with_for_update()
        )
        known = (await connection.execute(found)).all()
        missing = keys - {(row.channel, row.address) for row in known}
        if missing:
            await connection.execute(
                self._insert(conversations).on_conflict_do_nothing(),
                [_new_conversation(uuid4().hex, *key, now) for key in sorted(missing)],
            )
            known = (await connection.execute(found)).all()
        back = [row.id for row in known if row.blocked_at is not None]
        if back:
            await connection.execute(
                sa.update(conversations).where(conversations.c.id.in_(back)).values(blocked_at=None)
            )
        return {(row.channel, row.address): row.id for row in known}

    async def claim_inbox(
        self, now: dt.datetime, limit: int, lease_seconds: float
    ) -> list[InboxItem]:
        """Lease the oldest pending event of up to ``limit`` conversations, oldest first.

        A conversation whose oldest pending event is leased or not due yet waits.
        """
        claim = statements.claim(inbox, ["conversation_id"], now, limit, lease_seconds)
        async with self._database.write() as connection:
            claimed = (await connection.execute(claim)).all()
            if not claimed:
                return []
            ids = [row.conversation_id for row in claimed]
            found = await connection.execute(
                sa.select(conversations).where(conversations.c.id.in_(ids))
            )
            by_id = {row.id: row for row in found}
        return [
            rows.inbox_item(row, by_id[row.conversation_id])
            for row in sorted(claimed, key=lambda row: row.id)
        ]

    async def save(self, stepped: Sequence[Stepped], now: dt.datetime) -> list[InboxItem]:
        """Write states, replies and effects in one transaction and mark the events done.

        ``stepped`` holds at most one event of each conversation, as claims do.
        An event that another process finished meanwhile is passed over.

        Returns:
            The events whose conversation had moved on, with its newer state: to be stepped again.
        """
        if not stepped:
            return []
        async with self._database.write() as connection:
            lock = statements.lock_conversations({s.item.conversation_id for s in stepped})
            current = {row.id: row for row in await connection.execute(lock)}
            pending = await _still_pending(connection, [s.item for s in stepped])
            fresh = [s for s in stepped if s.item.id in pending]
            accepted, moved_on = _by_version(fresh, current)
            if accepted:
                await _write_results(connection, accepted, now)
        return [rows.reloaded(s.item, current[s.item.conversation_id]) for s in moved_on]

    async def retry_inbox(self, item: InboxItem, error: str, due_at: dt.datetime) -> None:
        """``item`` failed and is tried again at ``due_at``; its conversation waits until then."""
        async with self._database.write() as connection:
            await connection.execute(
                sa.update(inbox)
                .where(inbox.c.id == item.id, has_status(inbox, "pending"))
                .values(due_at=due_at, leased_until=None, **_failed(error))
            )

    async def fail_inbox(
        self, item: InboxItem, error: str, fallback: Reply, now: dt.datetime
    ) -> None:
        """``item`` is given up, and ``fallback`` said; its conversation goes on."""
        async with self._database.write() as connection:
            await connection.execute(statements.lock_conversations([item.conversation_id]))
            if item.id not in await _still_pending(connection, [item]):
                return
            await connection.execute(
                sa.update(inbox).where(inbox.c.id == item.id).values(**_failed(error))
            )
            await _finish(connection, [item], "dead", now)
            await _enqueue(connection, [(item, fallback)], now)

    # Outbox

    async def claim_outbox(
        self, now: dt.datetime, limit: int, lease_seconds: float, channels: Collection[str]
    ) -> list[OutboxItem]:
        """Lease the head of up to ``limit`` lanes of ``channels``, oldest first.

        A lane, a (channel, address), whose head is leased or not due yet waits.
        """
        wanted = outbox.c.channel.in_(sorted(channels))
        claim = statements.claim(outbox, ["channel", "address"], now, limit, lease_seconds, wanted)
        items = []
        async with self._database.write() as connection:
            claimed = (await connection.execute(claim)).all()
            for row in sorted(claimed, key=lambda row: row.id):
                try:
                    items.append(rows.outbox_item(row))
                except rows.UnreadableError as error:
                    logger.error("outbox row %d is given up: %s", row.id, error)  # noqa: TRY400 - the trace says no more
                    await connection.execute(
                        statements.give_up(outbox.c.id == row.id, str(error), now)
                    )
        return items

    async def extend_outbox(self, ids: Collection[int], leased_until: dt.datetime) -> None:
        """Keep the lease of deliveries that are still under way."""
        await self._update_outbox(outbox.c.id.in_(ids), leased_until=leased_until)

    async def mark_sent(self, ids: Collection[int], now: dt.datetime) -> None:
        """These deliveries went out."""
        await self._update_outbox(
            outbox.c.id.in_(ids), status="sent", finished_at=now, leased_until=None
        )

    async def mark_retry(self, item: OutboxItem, error: str, due_at: dt.datetime) -> None:
        """``item`` failed and is tried again at ``due_at``."""
        await self._update_outbox(
            outbox.c.id == item.id,
            attempts=outbox.c.attempts + 1,
            last_error=error,
            due_at=due_at,
            leased_until=None,
        )

    async def release_outbox(self, ids: Collection[int]) -> None:
        """Give back deliveries that were not tried to the end: whoever claims next sends them."""
        await self._update_outbox(outbox.c.id.in_(ids), leased_until=None)

    async def mark_dead(self, item: OutboxItem, error: str, now: dt.datetime) -> None:
        """``item`` is given up."""
        async with self._database.write() as connection:
            await connection.execute(statements.give_up(outbox.c.id == item.id, error, now))

    async def mark_blocked(self, conversation_id: str, now: dt.datetime) -> None:
        """The person blocked the assistant: what waits for them is given up.

        The next event received from them lifts it.
        """
        await self._mark_blocked(conversations.c.id == conversation_id, now)

    async def mark_address_blocked(self, channel: str, address: str, now: dt.datetime) -> None:
        """:meth:`mark_blocked` for whoever is at ``address``; nothing for one not known."""
        await self._mark_blocked(
            sa.and_(conversations.c.channel == channel, conversations.c.address == address), now
        )

    async def _mark_blocked(self, which: sa.ColumnElement[bool], now: dt.datetime) -> None:
        async with self._database.write() as connection:
            await connection.execute(sa.update(conversations).where(which).values(blocked_at=now))
            lanes = outbox.c.conversation_id.in_(sa.select(conversations.c.id).where(which))
            await connection.execute(statements.give_up(lanes, "blocked", now))

    async def _update_outbox(self, which: sa.ColumnElement[bool], **values: object) -> None:
        async with self._database.write() as connection:
            await connection.execute(
                sa.update(outbox).where(which, has_status(outbox, "pending")).values(**values)
            )

    # Pages

    async def create_web_conversation(
        self, conversation_id: str, token_hash: str, now: dt.datetime
    ) -> None:
        """Make the conversation of a page; its address is its id."""
        row = _new_conversation(conversation_id, "web", conversation_id, now)
        async with self._database.write() as connection:
            await connection.execute(sa.insert(conversations).values(**row, token_hash=token_hash))

    async def web_token_hash(self, conversation_id: str) -> str | None:
        """What :meth:`create_web_conversation` was given; None if there is no such."""
        query = sa.select(conversations.c.token_hash).where(conversations.c.id == conversation_id)
        async with self._database.read() as connection:
            return await connection.scalar(query)

    async def replies_after(
        self, conversation_id: str, after_id: int, limit: int = 100
    ) -> list[StoredReply]:
        """Replies newer than the cursor ``after_id``, oldest first."""
        query = (
            _REPLIES.where(outbox.c.conversation_id == conversation_id, outbox.c.id > after_id)
            .order_by(outbox.c.id)
            .limit(limit)
        )
        async with self._database.read() as connection:
            return rows.stored_replies(await connection.execute(query))

    async def replies_to(self, channel: str, external_id: str) -> tuple[StoredReply, ...] | None:
        """The replies to one event; None while it is not handled, or if it is not known."""
        event = sa.and_(inbox.c.channel == channel, inbox.c.external_id == external_id)
        async with self._database.read() as connection:
            status = await connection.scalar(sa.select(inbox.c.status).where(event))
            if status in (None, "pending"):
                return None
            query = _REPLIES.where(event).order_by(outbox.c.id)
            return tuple(rows.stored_replies(await connection.execute(query)))

    async def transcript(
        self, conversation_id: str, limit: int = 100
    ) -> list[ReceivedEvent | StoredReply]:
        """The newest ``limit`` of what both sides said, oldest first."""
        received = (
            sa.select(inbox)
            .where(inbox.c.conversation_id == conversation_id)
            .order_by(inbox.c.id.desc())
            .limit(limit)
        )
        said = (
            _REPLIES.where(outbox.c.conversation_id == conversation_id)
            .order_by(outbox.c.id.desc())
            .limit(limit)
        )
        async with self._database.read() as connection:
            events = rows.received_events((await connection.execute(received)).all()[::-1])
            replies = rows.stored_replies((await connection.execute(said)).all()[::-1])
        # Sorting keeps the order of what has the same time: an event stays before its reply.
        both = [(event.received_at, event) for event in events] + [
            (reply.created_at, reply) for reply in replies
        ]
        return [line for _, line in sorted(both, key=lambda timed: timed[0])][-limit:]

    # The people behind the assistant

    async def figures(self, now: dt.datetime) -> Figures:
        """What health checks and metrics show."""
        query = sa.select(
            *(statements.count(inbox, status) for status in ("pending", "dead")),
            *(statements.count(outbox, status) for status in ("pending", "dead")),
            statements.oldest(inbox, inbox.c.received_at),
            statements.oldest(outbox, outbox.c.created_at),
            sa.select(sa.func.count()).select_from(conversations).scalar_subquery(),
            sa.select(sa.func.count()).select_from(open_questions).scalar_subquery(),
        )
        async with self._database.read() as connection:
            row: rows.Row = (await connection.execute(query)).one()
        return Figures(
            inbox_pending=row[0],
            inbox_dead=row[1],
            outbox_pending=row[2],
            outbox_dead=row[3],
            inbox_oldest_seconds=_age(row[4], now),
            outbox_oldest_seconds=_age(row[5], now),
            conversations=row[6],
            open_questions=row[7],
        )

    async def open_questions(
        self, kind: Literal["unanswered", "handoff"] | None = None, limit: int = 100
    ) -> list[OpenQuestion]:
        """What people asked that waits for somebody, newest first."""
        query = sa.select(open_questions).order_by(open_questions.c.id.desc()).limit(limit)
        if kind is not None:
            query = query.where(open_questions.c.kind == kind)
        async with self._database.read() as connection:
            return [rows.open_question(row) for row in await connection.execute(query)]


def _new_conversation(
    conversation_id: str, channel: str, address: str, now: dt.datetime
) -> dict[str, Any]:
    return {
        "id": conversation_id,
        "channel": channel,
        "address": address,
        "state": rows.dump(ConversationState()),
        "version": 0,
        "created_at": now,
    }


def _failed(error: str) -> dict[str, Any]:
    return {"attempts": inbox.c.attempts + 1, "last_error": error}


def _by_version(
    stepped: Sequence[Stepped], current: Mapping[str, rows.Row]
) -> tuple[list[Stepped], list[Stepped]]:
    """Results of the present state, and results of one that is out of date."""
    accepted: list[Stepped] = []
    moved_on: list[Stepped] = []
    for result in stepped:
        is_current = current[result.item.conversation_id].version == result.item.state_version
        (accepted if is_current else moved_on).append(result)
    return accepted, moved_on


async def _still_pending(connection: AsyncConnection, items: Iterable[InboxItem]) -> set[int]:
    query = sa.select(inbox.c.id).where(
        inbox.c.id.in_([item.id for item in items]), has_status(inbox, "pending")
    )
    return set(await connection.scalars(query))


async def _write_results(
    connection: AsyncConnection, results: Sequence[Stepped], now: dt.datetime
) -> None:
    await connection.execute(
        sa.update(conversations)
        .where(conversations.c.id == sa.bindparam("conversation"))
        .values(state=sa.bindparam("next_state"), version=sa.bindparam("next_version")),
        [
            {
                "conversation": result.item.conversation_id,
                "next_state": rows.dump(result.state),
                "next_version": result.item.state_version + 1,
            }
            for result in results
        ],
    )
    await _finish(connection, [result.item for result in results], "done", now)
    replies = [(result.item, reply) for result in results for reply in result.replies]
    await _enqueue(connection, replies, now)
    await _apply(connection, results, now)


async def _finish(
    connection: AsyncConnection, items: Sequence[InboxItem], status: str, now: dt.datetime
) -> None:
    await connection.execute(
        sa.update(inbox)
        .where(inbox.c.id.in_([item.id for item in items]))
        .values(status=status, finished_at=now, leased_until=None)
    )
    handled = (Handled(item.channel, item.external_id, item.conversation_id) for item in items)
    await notices.notify_handled(connection, handled)


async def _enqueue(
    connection: AsyncConnection, replies: Sequence[tuple[InboxItem, Reply]], now: dt.datetime
) -> None:
    values = [
        rows.outbox_row(item, reply, now, pulled=item.channel in PULLED_CHANNELS)
        for item, reply in replies
    ]
    if values:
        await connection.execute(sa.insert(outbox), values)


async def _apply(connection: AsyncConnection, results: Sequence[Stepped], now: dt.datetime) -> None:
    """Carry out the effects, all of which are rows so far."""
    values = [
        {
            "conversation_id": result.item.conversation_id,
            "inbox_id": result.item.id,
            "kind": effect.kind,
            "text": rows.plain(effect.text),
            "language": effect.language,
            "created_at": now,
        }
        for result in results
        for effect in result.effects
        if isinstance(effect, RecordQuestion)
    ]
    if values:
        await connection.execute(sa.insert(open_questions), values)


def _age(since: dt.datetime | None, now: dt.datetime) -> float:
    return 0.0 if since is None else max(0.0, (now - since).total_seconds())
