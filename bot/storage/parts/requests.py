"""Requests as staff see them, and their deliveries."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from bot.storage import request_rows
from bot.storage.database import StoreError
from bot.storage.parts import history
from bot.storage.parts.base import Part
from bot.storage.records import CARDS
from bot.storage.stored_json import UnreadableError
from bot.storage.tables import has_status, outbox, request_history, requests

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.storage.records import StoredDelivery, StoredRequest
    from bot.storage.rows import Row
    from handlers.requests.model import Status

_RETRIED_KINDS = frozenset({"card", "reply", "erase_data", "wipe_group"})
"""A look-up that is late is of no use: the form went on without it."""

_DELIVERIES = sa.select(outbox, requests.c.reference).select_from(outbox.outerjoin(requests))
_HISTORY = sa.select(request_history)


class RequestsPart(Part):
    """Lists and shows requests; lists deliveries and has them tried anew."""

    async def requests(
        self,
        *,
        status: Status | None = None,
        team: str | None = None,
        limit: int | None = 100,
        history: bool = False,
    ) -> list[StoredRequest]:
        """Requests with their deliveries, newest first; None is no limit.

        What this version of the program cannot read is logged and left out.
        """
        found = sa.select(requests).order_by(requests.c.id.desc()).limit(limit)
        if status is not None:
            found = found.where(requests.c.status == status)
        if team is not None:
            found = found.where(requests.c.team == team)
        async with self._database.read() as connection:
            rows = (await connection.execute(found)).all()
            ids = found.with_only_columns(requests.c.id)
            deliveries = await _by_request(connection, _DELIVERIES, outbox, ids)
            lines = await _by_request(connection, _HISTORY, request_history, ids) if history else {}
        return request_rows.stored_requests(rows, deliveries, lines)

    async def request(self, reference: str) -> StoredRequest | None:
        """The request of exactly that reference, with its history and deliveries.

        Raises:
            StoreError: another version of the program wrote it.
        """
        found = sa.select(requests).where(requests.c.reference == reference)
        async with self._database.read() as connection:
            row = (await connection.execute(found)).one_or_none()
            if row is None:
                return None
            ids = found.with_only_columns(requests.c.id)
            deliveries = await _by_request(connection, _DELIVERIES, outbox, ids)
            lines = await _by_request(connection, _HISTORY, request_history, ids)
        try:
            return request_rows.stored_request(row, deliveries[row.id], lines[row.id])
        except UnreadableError as error:
            raise StoreError(f"request {reference} cannot be read: {error}") from None

    async def has_request(self, reference: str) -> bool:
        """Whether there is one of exactly that reference."""
        found = sa.select(requests.c.id).where(requests.c.reference == reference)
        async with self._database.read() as connection:
            return await connection.scalar(found) is not None

    async def references(self) -> list[str]:
        """Of all requests, oldest first: what a mistyped one may mean."""
        async with self._database.read() as connection:
            found = sa.select(requests.c.reference).order_by(requests.c.id)
            return list(await connection.scalars(found))

    async def deliveries(
        self,
        *,
        dead: bool = False,
        kinds: Collection[str] = CARDS,
        ids: Collection[int] | None = None,
        limit: int | None = 100,
    ) -> list[StoredDelivery]:
        """What was not delivered, newest first: what waits and what was given up.

        ``dead``: only what was given up. ``ids``: these, whatever became of them.
        """
        query = _DELIVERIES.where(outbox.c.kind.in_(sorted(kinds)))
        if ids is not None:
            query = query.where(outbox.c.id.in_(sorted(ids)))
        else:
            given_up = has_status(outbox, "dead")
            query = query.where(
                given_up if dead else sa.or_(given_up, has_status(outbox, "pending"))
            )
        query = query.order_by(outbox.c.id.desc()).limit(limit)
        async with self._database.read() as connection:
            return [request_rows.stored_delivery(row) for row in await connection.execute(query)]

    async def retry_dead(self, ids: Collection[int] | None, now: dt.datetime) -> int:
        """Have deliveries that were given up tried anew, at once and as often as new ones.

        ``ids`` are outbox ids; None is every card. Look-ups are past their time and stay dead.

        Returns:
            How many there were.
        """
        which = (
            outbox.c.kind.in_(sorted(CARDS))
            if ids is None
            else sa.and_(outbox.c.id.in_(sorted(ids)), outbox.c.kind.in_(sorted(_RETRIED_KINDS)))
        )
        again = (
            sa.update(outbox)
            .where(which, has_status(outbox, "dead"))
            .values(status="pending", due_at=now, retried_at=now, attempts=0, finished_at=None)
            .returning(*history.DELIVERY_COLUMNS)
        )
        async with self._database.write() as connection:
            rows = (await connection.execute(again)).all()
            await history.write_deliveries(connection, rows, now, "retried", "staff")
        return len(rows)


async def _by_request(
    connection: AsyncConnection,
    query: sa.Select[*tuple[Any, ...]],
    table: sa.Table,
    ids: sa.Select[*tuple[Any, ...]],
) -> defaultdict[int, list[Row]]:
    """The rows of ``query`` whose request is among ``ids``, in their order, by that request."""
    found = query.where(table.c.request_id.in_(ids)).order_by(table.c.id)
    by_request = defaultdict(list)
    for row in await connection.execute(found):
        by_request[row.request_id].append(row)
    return by_request
