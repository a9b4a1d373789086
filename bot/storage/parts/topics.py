"""Which forum topic of a team's Telegram group is a request's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.storage.parts.base import Part
from bot.storage.tables import topics

if TYPE_CHECKING:
    import datetime as dt


class TopicsPart(Part):
    """Topics by the request's reference and the group's chat id."""

    async def topic(self, reference: str, group: str) -> int | None:
        """The thread id of the request's topic in ``group``; None if it has none."""
        query = sa.select(topics.c.thread_id).where(_is(reference, group))
        async with self._database.read() as connection:
            return await connection.scalar(query)

    async def request_in_topic(self, group: str, thread_id: int) -> str | None:
        """The reference of the request whose topic that is; None if it is no request's."""
        query = sa.select(topics.c.reference).where(
            topics.c.group_id == group, topics.c.thread_id == thread_id
        )
        async with self._database.read() as connection:
            return await connection.scalar(query)

    async def keep_topic(
        self, reference: str, group: str, thread_id: int, now: dt.datetime
    ) -> None:
        """``thread_id`` is the request's topic in ``group``, in place of any before."""
        values = {"thread_id": thread_id, "created_at": now}
        statement = (
            self._insert(topics)
            .values(reference=reference, group_id=group, **values)
            .on_conflict_do_update(index_elements=["reference", "group_id"], set_=values)
        )
        async with self._database.write() as connection:
            await connection.execute(statement)

    async def forget_topic(self, reference: str, group: str, thread_id: int) -> None:
        """That topic is gone; one that was kept in its place meanwhile stays."""
        gone = sa.and_(_is(reference, group), topics.c.thread_id == thread_id)
        async with self._database.write() as connection:
            await connection.execute(sa.delete(topics).where(gone))


def _is(reference: str, group: str) -> sa.ColumnElement[bool]:
    return sa.and_(topics.c.reference == reference, topics.c.group_id == group)
