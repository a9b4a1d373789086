"""Statements that the store runs in more than one place, or that take some explaining."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from bot.storage.tables import has_status, outbox

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.sql.dml import ReturningUpdate


def claim(
    table: sa.Table,
    lane: Sequence[str],
    now: dt.datetime,
    limit: int,
    lease_seconds: float,
    *conditions: sa.ColumnElement[bool],
) -> ReturningUpdate[*tuple[Any, ...]]:
    """Lease the heads of lanes; a lane is the pending rows that agree in the columns ``lane``."""
    # Not "NOT EXISTS an earlier one": without fresh statistics PostgreSQL makes that a join of
    # everything with everything. This is one look into an index for each row.
    same_lane = table.alias("same_lane")
    head = (
        sa.select(sa.func.min(same_lane.c.id))
        .where(
            has_status(same_lane, "pending"),
            *(same_lane.c[column] == table.c[column] for column in lane),
        )
        .scalar_subquery()
    )
    unleased = sa.or_(table.c.leased_until.is_(None), table.c.leased_until <= now)
    # A CTE, since PostgreSQL may run a plain sub-select with SKIP LOCKED more than once.
    heads = (
        sa.select(table.c.id)
        .where(has_status(table, "pending"), table.c.due_at <= now, unleased)
        .where(table.c.id == head)
        .where(*conditions)
        .order_by(table.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("heads")
    )
    return (
        sa.update(table)
        .where(table.c.id.in_(sa.select(heads.c.id)))
        .values(leased_until=now + dt.timedelta(seconds=lease_seconds))
        .returning(*table.c)
    )


def give_up(which: sa.ColumnElement[bool], error: str, now: dt.datetime) -> sa.Update:
    """End what still waits among ``which`` of the outbox."""
    return (
        sa.update(outbox)
        .where(which, has_status(outbox, "pending"))
        .values(
            status="dead",
            finished_at=now,
            leased_until=None,
            attempts=outbox.c.attempts + 1,
            last_error=error,
        )
    )


def count(
    table: sa.Table, status: str | None = None, *conditions: sa.ColumnElement[bool]
) -> sa.ScalarSelect[int]:
    """How many rows there are, or have ``status`` and meet ``conditions``."""
    query = sa.select(sa.func.count()).select_from(table).where(*conditions)
    if status is not None:
        query = query.where(has_status(table, status))
    return query.scalar_subquery()


def oldest(table: sa.Table, since: sa.ColumnElement[dt.datetime]) -> sa.ScalarSelect[dt.datetime]:
    """The smallest ``since`` of what waits."""
    return sa.select(sa.func.min(since)).where(has_status(table, "pending")).scalar_subquery()
