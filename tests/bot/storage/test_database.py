"""A database is opened, brought up to date, or refused with a reason."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy.ext.asyncio import create_async_engine

from bot.storage.database import MIGRATIONS, Database
from bot.storage.store import Store, StoreError, StoreInUse
from bot.storage.tables import UtcDateTime, metadata
from tests.bot.storage.making import NOW, claim, execute, handle, message
from tests.bot.storage.requesting import due, filing, request, take


async def test_migrations_make_the_tables(new_database_url: str) -> None:
    """The schema's history ends in what the tables say."""
    database = await Database.open(new_database_url)
    async with database.read() as connection:
        difference = await connection.run_sync(
            lambda sync: compare_metadata(MigrationContext.configure(sync), metadata)
        )
    await database.close()

    assert difference == []


async def test_opening_again_keeps_everything(new_database_url: str) -> None:
    """A restart migrates nothing twice and loses nothing."""
    store = await Store.open(new_database_url)
    await handle(store, message(1))
    await store.close()

    store = await Store.open(new_database_url)
    assert await store.replies_to("telegram", "1") is not None
    await store.close()


async def test_nothing_that_people_wrote_is_logged(
    new_database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """However much is logged."""
    caplog.set_level(logging.DEBUG)
    store = await Store.open(new_database_url)
    await store.receive([message(1, text="confidential words")], NOW)
    assert len(await claim(store)) == 1
    await store.close()

    assert "confidential" not in caplog.text


async def test_an_error_of_the_database_quotes_nothing_that_people_wrote(
    store: Store, database_url: str
) -> None:
    """Whoever logs it whole, the driver or a library, logs no message."""
    await execute(database_url, "ALTER TABLE inbox RENAME TO away")

    with pytest.raises(sa.exc.SQLAlchemyError) as raised:
        await store.receive([message(1, text="confidential words")], NOW)

    assert "inbox" in str(raised.value)
    assert "confidential" not in str(raised.value)


async def test_replies_of_the_first_schema_still_go_out(new_database_url: str) -> None:
    """What waited when the program was replaced is sent by the new one, and cards beside it."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")

    def upgrade_to_the_first(connection: sa.Connection) -> None:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")

    engine = create_async_engine(new_database_url)
    async with engine.begin() as connection:
        await connection.run_sync(upgrade_to_the_first)
    await engine.dispose()
    await execute(
        new_database_url,
        "INSERT INTO conversations (id, channel, address, state, version, created_at)"
        " VALUES ('c1', 'telegram', '100', '{}', 0, '2024-11-24 22:00:00')",
    )
    await execute(
        new_database_url,
        "INSERT INTO outbox (channel, address, conversation_id, reply, context, created_at,"
        " due_at, attempts, status) VALUES ('telegram', '100', 'c1', :reply, '{}',"
        " '2024-11-24 22:00:00', '2024-11-24 22:00:00', 0, 'pending')",
        reply='{"text": "bonjour", "language": "fr"}',
    )

    store = await Store.open(new_database_url)
    await take(store, 1, filing(request()))
    [item] = await store.claim_outbox(NOW, 10, 60, {"telegram"})
    assert item.reply.text == "bonjour"
    assert len(await due(store)) == 1
    await store.close()


async def test_closing_waits_for_what_is_under_way(new_database_url: str) -> None:
    """A connection that is in use is not left for the collector to close."""
    database = await Database.open(new_database_url)
    begun, ended = asyncio.Event(), asyncio.Event()

    async def look() -> None:
        async with database.read() as connection:
            begun.set()
            await connection.execute(sa.text("SELECT 1"))
            await asyncio.sleep(0.05)
            ended.set()

    looking = asyncio.create_task(look())
    await begun.wait()
    await database.close()
    assert ended.is_set()
    await looking


async def test_a_newer_schema_is_refused(new_database_url: str) -> None:
    """An older program does not touch what a newer one made."""
    await (await Store.open(new_database_url)).close()
    await execute(new_database_url, "UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(StoreError, match="another version"):
        await Store.open(new_database_url)


async def test_instances_that_start_together_migrate_once(postgresql_url: str) -> None:
    """Several instances may be started at the same moment on an empty PostgreSQL."""
    stores = await asyncio.gather(*(Store.open(postgresql_url) for _ in range(4)))

    assert await execute(postgresql_url, "SELECT version_num FROM alembic_version") == [("0004",)]
    for store in stores:
        await store.close()


async def test_a_second_instance_on_sqlite_is_refused(sqlite_url: str) -> None:
    """It says what to do; once the first is gone, the place is free."""
    first = await Store.open(sqlite_url)
    with pytest.raises(StoreInUse, match=r"another instance is using .*PostgreSQL"):
        await Store.open(sqlite_url)
    await first.close()

    await (await Store.open(sqlite_url)).close()


async def test_a_look_beside_a_running_instance_is_allowed(new_database_url: str) -> None:
    """The team can list questions while the assistant serves, and frees none of its leases."""
    running = await Store.open(new_database_url)
    await running.receive([message(1)], NOW)
    assert len(await claim(running)) == 1

    beside = await Store.open(new_database_url, read_only=True)

    assert (await beside.figures(NOW)).inbox_pending == 1
    assert await claim(running) == []
    await beside.close()
    await running.close()


async def test_a_look_changes_nothing(sqlite_url: str, postgresql_url: str) -> None:
    """Where no assistant was started yet, none is prepared."""
    with pytest.raises(StoreError, match="does not exist yet"):
        await Store.open(sqlite_url, read_only=True)
    with pytest.raises(StoreError, match="another version: its schema is missing"):
        await Store.open(postgresql_url, read_only=True)

    tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    assert await execute(postgresql_url, tables) == []


async def test_a_restart_on_sqlite_does_not_wait_for_leases(sqlite_url: str) -> None:
    """Whoever held them is gone: what a killed instance had claimed is handled at once."""
    store = await Store.open(sqlite_url)
    await handle(store, message(1))
    await store.receive([message(2)], NOW)
    assert len(await claim(store)) == 1
    assert len(await store.claim_outbox(NOW, 10, 60, {"telegram"})) == 1
    await store.close()

    store = await Store.open(sqlite_url)
    assert len(await claim(store)) == 1
    assert len(await store.claim_outbox(NOW, 10, 60, {"telegram"})) == 1
    await store.close()


async def test_the_folder_of_a_sqlite_file_is_made(tmp_path: Path) -> None:
    """The first start needs no preparation."""
    path = tmp_path / "data" / "deep" / "assistant.db"

    await (await Store.open(f"sqlite+aiosqlite:///{path}")).close()

    assert path.exists()


async def test_sqlite_is_set_to_survive_a_power_cut(sqlite_url: str) -> None:
    """Write-ahead log, every commit on the disk, foreign keys held."""
    database = await Database.open(sqlite_url)
    async with database.read() as connection:
        settings = [
            await connection.scalar(sa.text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    await database.close()

    assert settings == ["wal", 2, 1]


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("assistant.db", "not a URL"),
        ("mysql://u:secret@host/x", "must begin with"),
        ("postgresql://u:secret@host/x", "must begin with"),
        ("sqlite+aiosqlite://", "needs a file"),
        ("sqlite+aiosqlite:///:memory:", "needs a file"),
        ("sqlite+aiosqlite:////dev/null/x.db", "cannot be used"),
        ("postgresql+asyncpg://u:secret@127.0.0.1:1/x", "cannot be used"),
    ],
)
async def test_a_database_that_cannot_be_used_is_named(url: str, reason: str) -> None:
    """The message says which and why, and keeps the password to itself."""
    with pytest.raises(StoreError, match=reason) as caught:
        await Store.open(url)

    assert "secret" not in str(caught.value)


async def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    """Another file under that name is left as it is."""
    path = tmp_path / "letter.db"
    path.write_text("Madame, Monsieur, " * 100, encoding="utf-8")

    with pytest.raises(StoreError, match=r"letter\.db cannot be used"):
        await Store.open(f"sqlite+aiosqlite:///{path}")

    assert path.read_text(encoding="utf-8").startswith("Madame")


async def test_times_are_utc_wherever_they_come_from(new_database_url: str) -> None:
    """A time in another zone is the same moment when it comes back."""
    table = sa.Table("times", sa.MetaData(), sa.Column("at", UtcDateTime))
    paris = dt.datetime(2026, 7, 1, 0, 30, tzinfo=dt.timezone(dt.timedelta(hours=2)))
    engine = create_async_engine(new_database_url)
    async with engine.begin() as connection:
        await connection.run_sync(table.create)
        await connection.execute(sa.insert(table), [{"at": paris}, {"at": None}])
        read = list(await connection.scalars(sa.select(table.c.at)))
        with pytest.raises(sa.exc.StatementError, match="needs a time zone"):
            await connection.execute(sa.insert(table), {"at": paris.replace(tzinfo=None)})
    await engine.dispose()

    assert read == [paris, None]
    assert read[0] is not None
    assert read[0].tzinfo == dt.UTC
