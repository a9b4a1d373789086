"""A deployment for each test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.bot.doctor.deployment import deployed
from tests.servers.migrated import sqlite_copy

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.bot.doctor.deployment import Deployment


@pytest.fixture
async def deployment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Deployment]:
    """One on SQLite that has everything, and in which all is well."""
    url = await sqlite_copy(tmp_path / "assistant.db")
    async with deployed(tmp_path, url, monkeypatch) as made:
        yield made
