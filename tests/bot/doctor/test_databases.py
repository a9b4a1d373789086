"""What the doctor sees of a database, and that looking changes nothing."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import sqlite3
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.doctor.database import examine_database
from bot.storage.database import StoreError
from bot.storage.examining import examine, server_time
from bot.storage.store import Store
from tests.bot.storage.making import NOW, execute, message

if TYPE_CHECKING:
    from collections.abc import Iterator

NOBODY = 65534


async def examined(url: str, within_seconds: float = 60.0) -> list[tuple[str, str]]:
    """Level and text of each finding."""
    return [(one.level, one.what) for one in await examine_database(url, within_seconds)]


@pytest.fixture
def writable_by_root_only() -> Iterator[Path]:
    """A folder that others may read; the tests' own folders let nobody in."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@contextlib.contextmanager
def somebody_else(folder: Path) -> Iterator[None]:
    """Run as a user who may read what is in ``folder``, and write nothing there."""
    for path in (folder, *folder.iterdir()):
        path.chmod(0o555 if path.is_dir() else 0o444)
    is_root = os.geteuid() == 0
    if is_root:  # to whom rights mean nothing
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)
        folder.chmod(0o755)


async def test_a_database_that_may_only_be_read_is_named(writable_by_root_only: Path) -> None:
    """As after somebody started the assistant once as root: the file is there, and not ours."""
    url = f"sqlite+aiosqlite:///{writable_by_root_only}/assistant.db"
    await (await Store.open(url)).close()
    assert [level for level, _ in await examined(url)] == ["ok"]
    with somebody_else(writable_by_root_only):
        (found,) = await examine_database(url, 60.0)

    assert found.level == "fault"
    assert "readonly database" in found.what or "unable to open" in found.what
    assert "right" in found.mend


async def test_a_folder_that_cannot_be_written_is_named(writable_by_root_only: Path) -> None:
    """Before the first start, too: it would fail."""
    url = f"sqlite+aiosqlite:///{writable_by_root_only}/data/assistant.db"
    assert [level for level, _ in await examined(url)] == ["ok"]
    with somebody_else(writable_by_root_only):
        (found,) = await examined(url)
    what = f"does not exist yet, and {writable_by_root_only}/data cannot be written"
    assert found == ("fault", f"{what}: Permission denied")


async def test_a_standby_is_named(postgresql_url: str) -> None:
    """A PostgreSQL that takes no writes answers questions, and keeps nothing."""
    await (await Store.open(postgresql_url)).close()
    name = postgresql_url.partition("?")[0].rpartition("/")[2]
    await execute(postgresql_url, f"ALTER DATABASE {name} SET default_transaction_read_only = on")

    ((level, what),) = await examined(postgresql_url)
    assert (level, what.partition(":")[0]) == ("fault", "cannot be written")


async def test_a_user_without_rights_is_named(postgresql_url: str) -> None:
    """Which tables it may not write."""
    await (await Store.open(postgresql_url)).close()
    for statement in (
        "DROP ROLE IF EXISTS reader",
        "CREATE ROLE reader LOGIN",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO reader",
        "REVOKE DELETE ON outbox FROM reader",
        "REVOKE INSERT ON inbox FROM reader",
    ):
        await execute(postgresql_url, statement)
    found = await examined(postgresql_url.replace("postgres@", "reader@"))
    await execute(postgresql_url, "DROP OWNED BY reader")
    await execute(postgresql_url, "DROP ROLE reader")
    assert found == [("fault", "cannot be written: its user may not write inbox, outbox")]


async def test_an_empty_database_waits_for_its_first_start(postgresql_url: str) -> None:
    """It is no fault that no table is there yet, and none is made."""
    ((level, what),) = await examined(postgresql_url)
    assert (level, what) == ("ok", "PostgreSQL; empty: the first start makes its tables")
    condition = await examine(postgresql_url, 60.0)
    assert condition is not None
    assert condition.schema.current is None


@pytest.mark.parametrize(
    "url",
    ["postgresql+asyncpg://u:s3cr3t@127.0.0.1:1/x", "mysql://u:s3cr3t@host/x", "assistant.db"],
)
async def test_a_database_that_is_not_there_is_named(url: str) -> None:
    """By its address without the password."""
    ((level, what),) = await examined(url)
    assert level == "fault"
    assert "s3cr3t" not in what


async def test_a_look_disturbs_nobody(database_url: str) -> None:
    """Beside an assistant that works; afterwards everything is as it was."""
    store = await Store.open(database_url)
    writing = asyncio.create_task(_write(store))
    for _ in range(5):
        assert [level for level, _ in await examined(database_url)] == ["ok"]
    writing.cancel()
    await asyncio.gather(writing, return_exceptions=True)
    await store.close()
    assert [level for level, _ in await examined(database_url)] == ["ok"]


async def _write(store: Store) -> None:
    number = 0
    while True:
        number += 1
        await store.receive([message(number)], NOW)
        await asyncio.sleep(0.01)  # who writes without a pause leaves SQLite's lock to nobody


async def test_a_write_that_does_not_end_is_named(sqlite_url: str) -> None:
    """Some other program keeps the file locked."""
    await (await Store.open(sqlite_url)).close()
    locked = sqlite3.connect(sqlite_url.removeprefix("sqlite+aiosqlite:///"), isolation_level=None)
    locked.execute("BEGIN IMMEDIATE")
    found = await examined(sqlite_url)
    locked.close()
    assert found == [("warning", "another program has kept it locked for some seconds")]


async def test_a_database_too_large_for_the_time_says_so(sqlite_url: str) -> None:
    """It is well as far as was seen; more time is a matter of an option."""
    await (await Store.open(sqlite_url)).close()
    await execute(sqlite_url, "CREATE TABLE large (content TEXT)")
    await execute(
        sqlite_url,
        "INSERT INTO large WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
        " LIMIT 200000) SELECT hex(randomblob(32)) FROM n",
    )
    ((level, what),) = await examined(sqlite_url, within_seconds=0.0)
    assert (level, what) == ("warning", "is too large to look at every page in the time")


async def test_a_journal_of_another_kind_is_named(sqlite_url: str) -> None:
    """A file that some other program put back to the old way; a look does not change it."""
    await (await Store.open(sqlite_url)).close()
    await execute(sqlite_url, "PRAGMA journal_mode = DELETE")
    for _ in range(2):
        ((level, what),) = await examined(sqlite_url)
        assert (level, what.partition(" (")[0]) == ("warning", "keeps no write-ahead log")


async def test_the_clock_of_its_machine_can_be_read(sqlite_url: str, postgresql_url: str) -> None:
    """PostgreSQL's; a file has none, and what is away raises."""
    assert await server_time(sqlite_url) is None
    told = await server_time(postgresql_url)
    assert told is not None
    assert told.tzinfo is not None
    with pytest.raises(StoreError, match="cannot be used"):
        await server_time("postgresql+asyncpg://u:p@127.0.0.1:1/x")


async def test_a_running_program_can_ask_for_its_own_version(database_url: str) -> None:
    """A newer one may have changed the schema under it."""
    store = await Store.open(database_url)
    before = await store.schema()
    await execute(database_url, "UPDATE alembic_version SET version_num = '9999'")
    after = await store.schema()
    await store.close()
    assert (before.current, before.newer) == (before.needed, False)
    assert (after.current, after.newer) == ("9999", True)
