"""Real databases: SQLite in a file and PostgreSQL on a socket, one of its own for each test."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import hypothesis
import pytest

from bot.storage.store import Store
from tests.servers.migrated import postgresql_copy, sqlite_copy
from tests.servers.postgresql import empty_database, postgresql_server

SQLITE = "assistant.db"

LONGEST = (
    "chaos/teams/test_teams.py",
    "browser/test_files.py",
    "bot/test_crash.py",
    "chaos/requests/test_requests.py",
    "browser/test_team.py",
    "bot/team/test_groups.py",
    "browser/test_request.py",
    "chaos/messages/test_messages.py",
    "browser/test_page.py",
    "bot/privacy/test_killed.py",
    "bot/team/test_strangers.py",
    "test_content.py",
    "bot/team/test_words.py",
    "bot/privacy/test_erasing.py",
    "handlers/requests/test_random_sequences.py",
    "bot/privacy/test_commands.py",
    "bot/privacy/test_served.py",
    "handlers/routing/test_reach.py",
    "browser/test_privacy.py",
    "browser/test_accessibility.py",
    "browser/test_network.py",
    "browser/test_end_to_end.py",
    "bot/storage/test_store_requests.py",
    "bot/team/test_handling.py",
    "knowledge/test_matching.py",
    "knowledge/test_loading.py",
)
"""Begun first: files go to workers whole, and one that takes minutes must not begin as the last."""

# No test asks a service that is not its own: neither in this process nor in those it starts.
os.environ["COMPANY_DIRECTORY_URL"] = "off"

# Machines differ in speed: no example is judged by the time it takes.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")
# Asked for by --hypothesis-profile=thousands: tests that say so try that many examples.
hypothesis.settings.register_profile("thousands", deadline=None, max_examples=5_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files that take longest first, those that wait among those that compute."""
    tests = Path(__file__).parent
    places = {tests / name: place for place, name in enumerate(LONGEST)}
    assert [path for path in places if not path.exists()] == []
    items.sort(key=lambda item: places.get(item.path, len(places)))


@pytest.fixture(scope="session")
def postgresql_folder() -> Iterator[Path]:
    """The data and socket folder of a PostgreSQL server that runs for the whole session."""
    with postgresql_server() as folder:
        yield folder


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A SQLite database that does not exist yet."""
    return f"sqlite+aiosqlite:///{tmp_path / SQLITE}"


@pytest.fixture
async def postgresql_url(postgresql_folder: Path) -> str:
    """An empty PostgreSQL database."""
    return await empty_database(postgresql_folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def new_database_url(request: pytest.FixtureRequest) -> str:
    """A database that no assistant was started on: the test runs once on each kind."""
    url = request.getfixturevalue(f"{request.param}_url")
    assert isinstance(url, str)
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
async def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database with tables and no rows: the test runs once on each kind."""
    if request.param == "sqlite":
        return await sqlite_copy(tmp_path / SQLITE)
    return await postgresql_copy(request.getfixturevalue("postgresql_folder"))


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    """A store without rows: the test runs once on each kind."""
    store = await Store.open(database_url)
    yield store
    await store.close()


@pytest.fixture
async def sqlite_store(tmp_path: Path) -> AsyncIterator[Store]:
    """A store on SQLite, for what does not depend on the kind of database."""
    store = await Store.open(await sqlite_copy(tmp_path / SQLITE))
    yield store
    await store.close()
