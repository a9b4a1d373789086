"""Opening a database: driver settings, schema, and one instance only on SQLite."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.errors import ReportedError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sqlalchemy.engine.interfaces import DBAPIConnection

MIGRATIONS = Path(__file__).parent / "migrations"
_MIGRATION_LOCK = 7_022_611_094_531_101  # any number that nobody else takes in this database
CLOSING_SECONDS = 5.0
AT_ONCE_BYTES = 256_000_000
"""A file of this size is built anew in about a second or two."""
_READERS_MILLISECONDS = 500
_OWED = 1
"""SQLite's ``user_version`` while erased rows are still to be overwritten."""
_SQLITE_PRAGMAS = (
    "busy_timeout = 10000",  # first, so that the others wait too
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "secure_delete = ON",  # what is erased is overwritten, not only let go of
)

logger = logging.getLogger(__name__)


class StoreError(ReportedError):
    """The database cannot be used; the message says why, without secrets."""


class StoreInUse(StoreError):  # noqa: N818 - it names a state of affairs
    """Another instance has this SQLite database; several instances need PostgreSQL."""


class Database:
    """An engine whose transactions behave alike on both databases."""

    def __init__(self, engine: AsyncEngine, instance_lock: sqlite3.Connection | None) -> None:
        self.engine = engine
        self.is_sqlite = engine.dialect.name == "sqlite"
        self._reader = engine.execution_options(read_only=True)
        self._instance_lock = instance_lock
        # SQLite lets one write at a time; waiting here is fair, its busy_timeout is not.
        self._writing = asyncio.Lock() if self.is_sqlite else contextlib.nullcontext()
        self._under_way = 0
        self._idle = asyncio.Event()
        self._idle.set()

    @classmethod
    async def open(cls, url: str, *, beside: bool = False) -> Database:
        """Connect, and migrate unless ``beside`` a running instance.

        Raises what :meth:`bot.storage.store.Store.open` does.
        """
        parsed = parse_url(url)
        lock = None
        if parsed.get_backend_name() == "sqlite":
            if beside:
                _require_file(parsed)
            else:
                lock = _take_instance_lock(parsed)
        database = cls(_engine(parsed), lock)
        transaction, prepare = (
            (database.read, _check_version) if beside else (database.write, migrate)
        )
        try:
            async with transaction() as connection:
                await connection.run_sync(prepare)
        except (sa.exc.SQLAlchemyError, OSError) as error:
            await database.close()
            cause = error.orig if isinstance(error, sa.exc.DBAPIError) else error
            raise StoreError(f"{shown(parsed)} cannot be used: {cause}") from error
        except CommandError as error:
            await database.close()
            raise StoreError(f"{shown(parsed)} is of another version: {error}") from error
        except BaseException:
            await database.close()
            raise
        if not beside:
            await database.overwrite_erased()
        return database

    async def close(self) -> None:
        """Close every connection and let another instance in.

        Transactions under way are waited for, up to :data:`CLOSING_SECONDS`: the connection of one
        that lasts longer is closed when it is collected.
        """
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CLOSING_SECONDS):
                await self._idle.wait()
        await self.engine.dispose()
        if self._instance_lock is not None:
            self._instance_lock.close()

    @contextlib.asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that commits at the end, or not at all when something is raised."""
        async with self._writing, self._counted(), self.engine.begin() as connection:
            yield connection

    @contextlib.asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that only reads; on SQLite it does not wait for writers."""
        async with self._counted(), self._reader.connect() as connection:
            yield connection

    @contextlib.asynccontextmanager
    async def _counted(self) -> AsyncIterator[None]:
        """Something is under way until the context is left."""
        self._under_way += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._idle.set()

    async def owe_overwriting(self, connection: AsyncConnection) -> None:
        """Note in the transaction of ``connection`` that it erased what must leave no byte."""
        if self.is_sqlite:
            await connection.exec_driver_sql(f"PRAGMA user_version = {_OWED}")

    async def overwrite_erased(
        self, *, up_to_bytes: int | None = AT_ONCE_BYTES, anyway: bool = False
    ) -> None:
        """Leave no byte of erased rows in SQLite's files, if that is owed, or ``anyway``.

        `secure_delete` overwrites a row where it stood, but rebalanced pages keep copies of cells
        in their slack: the file is built anew (`VACUUM`), which writers wait for, and the
        write-ahead log emptied. A file of more than ``up_to_bytes`` is left for a call that sets
        no limit. What cannot be done now (no disk, a long reader) stays owed, also over a restart.
        PostgreSQL does this in its own time (``docs/privacy.md``).
        """
        if not self.is_sqlite:
            return
        async with self._writing, self._counted(), self.engine.connect() as connection:
            # On the driver itself: SQLAlchemy would begin a transaction, in which this cannot be.
            driver: Any = (await connection.get_raw_connection()).driver_connection
            try:
                owed = anyway or await _number(driver, "user_version") == _OWED
                size = await _number(driver, "page_count") * await _number(driver, "page_size")
                if owed and (up_to_bytes is None or size <= up_to_bytes):
                    await _run(driver, "VACUUM")
                    await _run(driver, "PRAGMA user_version = 0")
                # Writers wait for as long as this waits for readers: not long.
                await _run(driver, f"PRAGMA busy_timeout = {_READERS_MILLISECONDS}")
                await _run(driver, "PRAGMA wal_checkpoint(TRUNCATE)")
                await _run(driver, f"PRAGMA {_SQLITE_PRAGMAS[0]}")
            except sqlite3.Error as error:
                logger.warning("erased rows are not overwritten yet: %s", type(error).__name__)


async def _number(driver: Any, pragma: str) -> int:  # noqa: ANN401 - aiosqlite's connection
    return int((await _run(driver, f"PRAGMA {pragma}"))[0])


async def _run(driver: Any, statement: str) -> tuple[Any, ...]:  # noqa: ANN401 - aiosqlite's connection
    async with driver.execute(statement) as cursor:
        return tuple(await cursor.fetchone() or ())


def migrate(connection: sa.Connection) -> None:
    """Bring the schema to the newest version, within the connection's transaction."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
    schema = schema_of(connection)
    if schema.current == schema.needed:  # as at most starts: no step is read, let alone run
        return
    config = _migrations()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


@dataclass(frozen=True, slots=True)
class Schema:
    """Which version a database's schema is, and which this program needs.

    ``current`` is None where no table was made yet. ``newer``: this program does not know it.
    """

    current: str | None
    needed: str
    newer: bool

    @classmethod
    def at(cls, current: str | None) -> Schema:
        """The schema of that version."""
        needed, known = _revisions()
        return cls(current, needed, current is not None and current not in known)


@functools.cache
def _revisions() -> tuple[str, frozenset[str]]:
    """The newest version that this program knows, and all of them."""
    scripts = ScriptDirectory.from_config(_migrations())
    known = frozenset(script.revision for script in scripts.walk_revisions())
    return str(scripts.get_current_head()), known


def schema_of(connection: sa.Connection) -> Schema:
    """The schema of the database that ``connection`` is to."""
    return Schema.at(MigrationContext.configure(connection).get_current_revision())


def _check_version(connection: sa.Connection) -> None:
    """Raises CommandError unless the schema is this program's."""
    schema = schema_of(connection)
    if schema.current != schema.needed:
        current = schema.current or "missing"
        raise CommandError(f"its schema is {current}, {schema.needed} is needed")


def _migrations() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def parse_url(url: str) -> sa.URL:
    """``url`` as that of a database this program knows.

    Raises:
        StoreError: it is none.
    """
    try:
        parsed = sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError):
        raise StoreError("DATABASE_URL is not a URL, as sqlite+aiosqlite:///data/x.db is") from None
    if parsed.drivername not in ("sqlite+aiosqlite", "postgresql+asyncpg"):
        raise StoreError(
            f"{shown(parsed)}: the URL must begin with sqlite+aiosqlite:/// "
            "or postgresql+asyncpg://"
        )
    if parsed.drivername == "sqlite+aiosqlite" and parsed.database in (None, "", ":memory:"):
        raise StoreError("a SQLite URL needs a file, as sqlite+aiosqlite:///data/assistant.db has")
    return parsed


def shown(url: sa.URL) -> str:
    """``url`` without its password."""
    return url.render_as_string(hide_password=True)


def _require_file(url: sa.URL) -> None:
    """SQLite would make a missing file, which only a running instance may."""
    if not Path(str(url.database)).is_file():
        raise StoreError(f"{url.database} does not exist yet: start the assistant first")


def _take_instance_lock(url: sa.URL) -> sqlite3.Connection:
    """Lock a file beside the database, by SQLite itself: it does so on every system.

    The system lets go of the lock when the process ends, however it ends.
    """
    path = Path(str(url.database))
    lock: sqlite3.Connection | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = sqlite3.connect(f"{path}.lock", timeout=0, isolation_level=None)
        lock.execute("BEGIN EXCLUSIVE")
    except (OSError, sqlite3.Error) as error:
        if lock is not None:
            lock.close()
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY:
            raise StoreInUse(
                f"another instance is using {path}; stop it, or give several instances "
                "one PostgreSQL database by DATABASE_URL"
            ) from error
        raise StoreError(f"{path} cannot be used: {error}") from error
    return lock


def _engine(url: sa.URL) -> AsyncEngine:
    # hide_parameters: an error's text would quote what people wrote, wherever it is logged.
    if url.get_backend_name() == "postgresql":
        return create_async_engine(url, pool_pre_ping=True, hide_parameters=True)
    # At LOG_LEVEL=DEBUG the driver would log each statement with what people wrote.
    logging.getLogger("aiosqlite").setLevel(logging.INFO)
    engine = create_async_engine(url, hide_parameters=True)
    sa.event.listen(engine.sync_engine, "connect", _set_up_sqlite)
    sa.event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: DBAPIConnection, _record: Any) -> None:  # noqa: ANN401 - the pool's own
    connection.isolation_level = None  # _begin_sqlite begins, not the driver
    cursor = connection.cursor()
    for pragma in _SQLITE_PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    # A writer takes the write lock at once: to ask for it halfway can end in a deadlock.
    read_only = connection.get_execution_options().get("read_only", False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
