"""Writing the history of requests: lines are only ever added."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from bot.storage.request_rows import delivery_data, history_row
from bot.storage.tables import outbox, request_history

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.storage.records import Author, HistoryKind
    from bot.storage.rows import Row

DELIVERY_COLUMNS = (
    outbox.c.id,
    outbox.c.channel,
    outbox.c.address,
    outbox.c.kind,
    outbox.c.payload,
    outbox.c.request_id,
)
"""What :func:`write_deliveries` needs of a row of the outbox."""


async def write(connection: AsyncConnection, lines: list[dict[str, Any]]) -> None:
    """Add ``lines``, as :func:`bot.storage.request_rows.history_row` makes them."""
    if lines:
        await connection.execute(sa.insert(request_history), lines)


async def write_deliveries(
    connection: AsyncConnection,
    rows: Iterable[Row],
    at: dt.datetime,
    kind: HistoryKind,
    author: Author = "assistant",
    **data: str,
) -> None:
    """Add a line for each of ``rows`` that is a request's, in the order of their ids."""
    cards = sorted((row for row in rows if row.request_id is not None), key=lambda row: row.id)
    lines = [
        history_row(row.request_id, at, kind, author, {**delivery_data(row), **data})
        for row in cards
    ]
    await write(connection, lines)
