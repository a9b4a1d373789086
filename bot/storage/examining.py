"""A look at a database as it is: nothing is migrated, made or written.

For a doctor; a running assistant on the same database goes on undisturbed.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from bot.storage.database import Schema, StoreError, parse_url, schema_of, shown
from bot.storage.tables import metadata

_BUSY_SECONDS = 2.0
"""A running assistant's own writes take far less."""
_FAULTS_SHOWN = 3
_PRIMARY = 0xFF
"""The part of SQLite's extended error codes that tells the kind."""
_STEPS = 10_000
"""SQLite looks so often, in steps of its machine, whether its time is over."""


@dataclass(frozen=True, slots=True)
class Condition:
    """What a database is like.

    ``not_writable`` says why nothing can be written; ``locked``: another program's write takes
    long. ``damage`` is what SQLite finds broken (None: its time was over before it had looked at
    all), ``journal_mode`` SQLite's.
    """

    schema: Schema
    not_writable: str | None = None
    locked: bool = False
    damage: tuple[str, ...] | None = ()
    journal_mode: str | None = None


async def examine(url: str, within_seconds: float) -> Condition | None:
    """The condition of the database at ``url``; None for an SQLite file that is not there yet.

    Raises:
        StoreError: the URL is wrong, or the database cannot be read.
    """
    parsed = parse_url(url)
    if parsed.get_backend_name() == "sqlite":
        path, deadline = Path(str(parsed.database)), time.monotonic() + within_seconds
        return await asyncio.to_thread(_examine_sqlite, path, deadline)
    try:
        return await _examine_postgresql(parsed)
    except (sa.exc.SQLAlchemyError, OSError) as error:
        raise _unusable(shown(parsed), error) from error


async def server_time(url: str) -> dt.datetime | None:
    """What the clock of the database's machine says; None for SQLite, which has none.

    Raises:
        StoreError: as :func:`examine`.
    """
    parsed = parse_url(url)
    if parsed.get_backend_name() == "sqlite":
        return None
    engine = create_async_engine(parsed)
    try:
        async with engine.connect() as connection:
            found = await connection.scalar(sa.select(sa.func.clock_timestamp()))
    except (sa.exc.SQLAlchemyError, OSError) as error:
        raise _unusable(shown(parsed), error) from error
    finally:
        await engine.dispose()
    assert isinstance(found, dt.datetime)  # noqa: S101 - PostgreSQL's timestamptz
    return found


def _unusable(name: str, error: Exception) -> StoreError:
    cause = error.orig if isinstance(error, sa.exc.DBAPIError) else error
    return StoreError(f"{name} cannot be used: {cause}")


def _examine_sqlite(path: Path, deadline: float) -> Condition | None:
    """By SQLite alone: the program's own engine would switch to WAL, and so write."""
    if not path.exists():
        return None
    connection: sqlite3.Connection | None = None
    try:
        address = f"{path.absolute().as_uri()}?mode=rw"
        connection = sqlite3.connect(address, uri=True, timeout=_BUSY_SECONDS, isolation_level=None)
        journal_mode = str(connection.execute("PRAGMA journal_mode").fetchone()[0])
        schema = _schema_of_sqlite(connection)
        damage = _damage(connection, deadline)
        not_writable, locked = _try_to_write(connection)
        return Condition(schema, not_writable, locked, damage, journal_mode)
    except sqlite3.Error as error:
        raise StoreError(f"{path} cannot be used: {error}") from error
    finally:
        if connection is not None:
            connection.close()


def _schema_of_sqlite(connection: sqlite3.Connection) -> Schema:
    known = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'")
    if known.fetchone() is None:
        return Schema.at(None)
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return Schema.at(row[0] if row else None)


def _damage(connection: sqlite3.Connection, deadline: float) -> tuple[str, ...] | None:
    connection.set_progress_handler(lambda: time.monotonic() > deadline, _STEPS)
    try:
        rows = connection.execute(f"PRAGMA quick_check({_FAULTS_SHOWN})").fetchall()
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
            return None
        if error.sqlite_errorcode & _PRIMARY == sqlite3.SQLITE_CORRUPT:
            return (str(error),)
        raise
    finally:
        connection.set_progress_handler(None, _STEPS)
    return () if rows == [("ok",)] else tuple(str(row[0]) for row in rows)


def _try_to_write(connection: sqlite3.Connection) -> tuple[str | None, bool]:
    """The write lock is taken and given back: why it cannot be, or that somebody has it."""
    try:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        locked = error.sqlite_errorcode & _PRIMARY == sqlite3.SQLITE_BUSY
        return (None if locked else str(error)), locked
    return None, False


async def _examine_postgresql(url: sa.URL) -> Condition:
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            schema = await connection.run_sync(schema_of)
            read_only = await connection.scalar(sa.text("SHOW transaction_read_only"))
            if read_only == "on":
                return Condition(schema, "it takes no writes (a standby, or set to read-only)")
            refused = await connection.scalars(_TABLES_NOT_WRITABLE, {"names": _TABLE_NAMES})
            names = sorted(refused)
            reason = f"its user may not write {', '.join(names)}" if names else None
            return Condition(schema, reason)
    finally:
        await engine.dispose()


_TABLE_NAMES = [table.name for table in metadata.sorted_tables]
_TABLES_NOT_WRITABLE = sa.text(
    "SELECT c.relname FROM pg_class c"
    " WHERE c.relkind = 'r' AND pg_table_is_visible(c.oid) AND c.relname = ANY(:names)"
    " AND NOT (has_table_privilege(c.oid, 'INSERT') AND has_table_privilege(c.oid, 'UPDATE')"
    " AND has_table_privilege(c.oid, 'DELETE'))"
)
