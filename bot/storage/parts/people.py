"""What the people behind the assistant look at, requests aside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import sqlalchemy as sa

from bot.storage import rows, statements
from bot.storage.parts.base import Part
from bot.storage.records import Figures
from bot.storage.tables import conversations, has_status, inbox, open_questions, outbox, requests

if TYPE_CHECKING:
    import datetime as dt

    from bot.storage.records import OpenQuestion


class PeoplePart(Part):
    """Figures and questions."""

    async def figures(self, now: dt.datetime) -> Figures:
        """What health checks and metrics show."""
        query = sa.select(
            *(statements.count(inbox, status) for status in ("pending", "dead")),
            *(statements.count(outbox, status) for status in ("pending", "dead")),
            statements.oldest(inbox, inbox.c.received_at),
            statements.oldest(outbox, sa.func.coalesce(outbox.c.retried_at, outbox.c.created_at)),
            statements.count(conversations),
            statements.count(open_questions),
            statements.count(requests, "open"),
            statements.count(outbox, "dead", outbox.c.kind == "card"),
        )
        by_channel = (
            sa.select(outbox.c.channel, sa.func.count())
            .where(has_status(outbox, "pending"))
            .group_by(outbox.c.channel)
        )
        async with self._database.read() as connection:
            row: rows.Row = (await connection.execute(query)).one()
            pending = {row[0]: row[1] for row in await connection.execute(by_channel)}
        return Figures(
            inbox_pending=row[0],
            inbox_dead=row[1],
            outbox_pending=row[2],
            outbox_dead=row[3],
            inbox_oldest_seconds=_age(row[4], now),
            outbox_oldest_seconds=_age(row[5], now),
            conversations=row[6],
            open_questions=row[7],
            requests_open=row[8],
            cards_dead=row[9],
            outbox_pending_by_channel=pending,
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


def _age(since: dt.datetime | None, now: dt.datetime) -> float:
    return 0.0 if since is None else max(0.0, (now - since).total_seconds())
