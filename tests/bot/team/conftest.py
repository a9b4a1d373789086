"""The assistant, served for each test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.bot.team.work import Work
from tests.servers.served import GROUPS, served
from tests.servers.team_group import TeamGroup
from tests.servers.telegram import BotApiServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
async def server() -> AsyncIterator[BotApiServer]:
    """A Bot API server."""
    async with BotApiServer().running() as running:
        yield running


@pytest.fixture
async def work(tmp_path: Path, server: BotApiServer) -> AsyncIterator[Work]:
    """The assistant is served, two teams have their groups."""
    groups = [TeamGroup(server, GROUPS[team]) for team in ("immobilier", "accueil")]
    async with served(tmp_path, server) as url:
        yield Work(server, url, *groups)
