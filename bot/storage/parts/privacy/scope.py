"""Which rows are a person's: those of their conversation, and of their requests' with teams."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.storage.parts.privacy.telling import OURS
from bot.storage.tables import conversations, files, has_status, inbox, outbox, requests
from handlers.team.model import TEAM

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.ext.asyncio import AsyncConnection

ORDER = "erase_data"
"""The kind of the outbox row that orders an erasure: the one row that outlives it."""


@dataclass(frozen=True, slots=True)
class Scope:
    """A person's conversation, ``whole`` or only as far as some of its requests are concerned."""

    conversation_id: str
    whole: bool
    references: tuple[str, ...]
    request_ids: tuple[int, ...]
    team_ids: tuple[str, ...]
    """The conversations of these requests with their teams."""

    @property
    def conversation_ids(self) -> list[str]:
        """Conversations all of whose rows are within."""
        return [*self.team_ids, *([self.conversation_id] if self.whole else [])]

    @property
    def deliveries(self) -> sa.ColumnElement[bool]:
        """The rows of the outbox that are within, but for the order to erase them."""
        theirs = sa.or_(
            outbox.c.conversation_id.in_(self.conversation_ids),
            outbox.c.request_id.in_(self.request_ids),
        )
        return sa.and_(theirs, outbox.c.kind != ORDER)


async def scope_of(
    connection: AsyncConnection, conversation_id: str, references: Collection[str] | None = None
) -> Scope:
    """All of a conversation, or its requests of these ``references``."""
    found = sa.select(requests.c.id, requests.c.reference).where(
        requests.c.conversation_id == conversation_id
    )
    if references is not None:
        found = found.where(requests.c.reference.in_(sorted(references)))
    rows = (await connection.execute(found.order_by(requests.c.id))).all()
    named = [row.reference for row in rows]
    teams = sa.select(conversations.c.id).where(
        conversations.c.channel == TEAM, conversations.c.address.in_(named)
    )
    return Scope(
        conversation_id=conversation_id,
        whole=references is None,
        references=tuple(named),
        request_ids=tuple(row.id for row in rows),
        team_ids=tuple(sorted(await connection.scalars(teams))),
    )


async def is_under_way(connection: AsyncConnection, scope: Scope, now: dt.datetime) -> bool:
    """Whether something is being sent at this moment: what comes of it must be known first."""
    query = sa.select(outbox.c.id).where(
        scope.deliveries, has_status(outbox, "pending"), outbox.c.leased_until > now
    )
    return await connection.scalar(query.limit(1)) is not None


def idle_since(before: dt.datetime) -> sa.Select[str]:
    """Ids of persons' conversations in which nothing was said since, and that have no request.

    A file counts as something said: a page's is kept a moment before its message comes in.
    """
    said = sa.select(inbox.c.id).where(
        inbox.c.conversation_id == conversations.c.id, inbox.c.received_at >= before
    )
    sent = sa.select(files.c.id).where(
        files.c.conversation_id == conversations.c.id, files.c.created_at >= before
    )
    asked = sa.select(requests.c.id).where(requests.c.conversation_id == conversations.c.id)
    return (
        sa.select(conversations.c.id)
        .where(conversations.c.created_at < before)
        .where(conversations.c.channel.not_in([TEAM, OURS]))
        .where(~said.exists(), ~sent.exists(), ~asked.exists())
    )
