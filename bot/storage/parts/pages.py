"""Conversations on the web, and what pages read back of any."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from bot.storage import rows
from bot.storage.parts.base import Part
from bot.storage.parts.conversations import new_conversation
from bot.storage.parts.notices_between import notice_id
from bot.storage.records import News
from bot.storage.tables import conversations, inbox, outbox
from handlers.events import PERSONS_OWN
from handlers.team.model import TEAM

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.storage.records import ReceivedEvent, StoredReply

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


class PagesPart(Part):
    """Pages: their conversation, its replies as they come, its transcript."""

    async def create_web_conversation(
        self, conversation_id: str, token_hash: str, now: dt.datetime
    ) -> None:
        """Make the conversation of a page; its address is its id."""
        row = new_conversation(conversation_id, "web", conversation_id, now)
        async with self._database.write() as connection:
            await connection.execute(sa.insert(conversations).values(**row, token_hash=token_hash))

    async def web_token_hash(self, conversation_id: str) -> str | None:
        """What :meth:`create_web_conversation` was given; None if there is no such."""
        query = sa.select(conversations.c.token_hash).where(conversations.c.id == conversation_id)
        async with self._database.read() as connection:
            return await connection.scalar(query)

    async def conversation_id(self, channel: str, address: str) -> str | None:
        """The conversation of that address; None while nothing was received from it."""
        query = sa.select(conversations.c.id).where(
            conversations.c.channel == channel, conversations.c.address == address
        )
        async with self._database.read() as connection:
            return await connection.scalar(query)

    async def replies_after(
        self, conversation_id: str, after_id: int, limit: int = 100
    ) -> list[StoredReply]:
        """Replies newer than the cursor ``after_id``, oldest first."""
        async with self._database.read() as connection:
            found = await connection.execute(_after(conversation_id, after_id, limit))
            return rows.stored_replies(found)

    async def news(
        self, conversation_id: str, after_id: int, version: int, limit: int = 100
    ) -> News:
        """Replies newer than ``after_id``, and the state if it is no longer of that ``version``."""
        moved = sa.select(conversations).where(
            conversations.c.id == conversation_id, conversations.c.version != version
        )
        async with self._database.read() as connection:
            # The state first: whatever it tells of is then among the replies.
            row = (await connection.execute(moved)).one_or_none()
            found = await connection.execute(_after(conversation_id, after_id, limit))
            replies = tuple(rows.stored_replies(found))
        if row is None:
            return News(replies)
        return News(replies, row.version, rows.read_state(row))

    async def reply(self, conversation_id: str, reply_id: int) -> StoredReply | None:
        """One reply of the conversation; None if it has none of that id."""
        query = _REPLIES.where(outbox.c.conversation_id == conversation_id, outbox.c.id == reply_id)
        async with self._database.read() as connection:
            found = rows.stored_replies(await connection.execute(query))
        return found[0] if found else None

    async def passed_on(self, channel: str, external_id: str) -> bool:
        """Whether a team was told of that event."""
        event = sa.and_(inbox.c.channel == channel, inbox.c.external_id == external_id)
        async with self._database.read() as connection:
            ids = list(await connection.scalars(sa.select(inbox.c.id).where(event)))
            return bool(await _passed_on(connection, ids))

    async def newest_reply_id(self, conversation_id: str) -> int:
        """The cursor after which there is nothing yet; 0 before the first reply."""
        query = sa.select(sa.func.max(outbox.c.id)).where(
            outbox.c.conversation_id == conversation_id
        )
        async with self._database.read() as connection:
            return await connection.scalar(query) or 0

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
            inbox_rows = (await connection.execute(received)).all()[::-1]
            passed_on = await _passed_on(connection, [row.id for row in inbox_rows])
            events = rows.received_events(inbox_rows, passed_on)
            replies = rows.stored_replies((await connection.execute(said)).all()[::-1])
        # Sorting keeps the order of what has the same time: an event stays before its reply.
        both = [(one.received_at, one) for one in events if isinstance(one.event, PERSONS_OWN)] + [
            (reply.created_at, reply) for reply in replies
        ]
        return [line for _, line in sorted(both, key=lambda timed: timed[0])][-limit:]


def _after(conversation_id: str, after_id: int, limit: int) -> sa.Select[*tuple[Any, ...]]:
    return (
        _REPLIES.where(outbox.c.conversation_id == conversation_id, outbox.c.id > after_id)
        .order_by(outbox.c.id)
        .limit(limit)
    )


async def _passed_on(connection: AsyncConnection, ids: Iterable[int]) -> set[int]:
    """Those of ``ids`` (of events) that a team was told of."""
    names = {notice_id(one): one for one in ids}
    query = sa.select(inbox.c.external_id).where(
        inbox.c.channel == TEAM, inbox.c.external_id.in_(names)
    )
    return {names[name] for name in await connection.scalars(query)}
