"""The whole assistant in this process, as `python -m bot serve` wires it, for real clients."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import socket
from typing import TYPE_CHECKING

import aiohttp

from bot.serving import serve
from bot.settings import CONTENT, Settings
from tests.content import LEARNT, matcher
from tests.polling import running, until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.servers.telegram import BotApiServer

GROUPS = {"accueil": -1_001_001, "immobilier": -1_001_002}
ROUTING = """
teams:
  - id: accueil
    name: {fr: Accueil des entreprises, en: Business front desk}
    languages: [fr]
    telegram: {group: "-1001001"}
  - id: immobilier
    name: {fr: Immobilier productif, en: Business premises}
    languages: [fr]
    telegram: {group: "-1001002"}
    backup: accueil
rules:
  - id: locaux
    when: {needs: [premises]}
    team: immobilier
default: accueil
"""


def knowledge_folder(tmp_path: Path, routing: str = ROUTING) -> Path:
    """The content that is shipped, with other teams."""
    folder = tmp_path / "knowledge"
    if not folder.exists():
        shutil.copytree(CONTENT, folder)
    (folder / "routing.yaml").write_text(routing, encoding="utf-8")
    return folder


@contextlib.asynccontextmanager
async def served(
    tmp_path: Path, server: BotApiServer, *, routing: str = ROUTING, **values: object
) -> AsyncIterator[str]:
    """Serve on ``server``, and on the web at the address that this gives; ``values`` are settings.

    The same ``tmp_path`` again is the same assistant after a restart.
    """
    port = _free_port()
    given: dict[str, object] = {
        "port": port,
        "knowledge_dir": knowledge_folder(tmp_path, routing),
        "database_url": f"sqlite+aiosqlite:///{tmp_path / 'assistant.db'}",
        "cache_dir": LEARNT,
        "telegram_bot_token": server.token,
        "telegram_api_url": server.url,
        "telegram_messages_per_second": 10_000,
        "telegram_chat_messages_per_second": 10_000,
        "telegram_group_messages_per_minute": 100_000,
        "web_messages_per_minute": 10_000,
        "company_directory_url": "off",
    }
    settings = Settings.model_validate({**given, **values})
    # Beforehand, and as long as it takes: a served assistant has to answer in time.
    await asyncio.to_thread(matcher)
    url = f"http://127.0.0.1:{port}"
    async with running(serve(settings)):
        await until(lambda: _answers(url))
        yield url


async def _answers(url: str) -> bool:
    async with aiohttp.ClientSession() as session:
        try:
            async with session.get(f"{url}/health/live") as response:
                return response.status == 200
        except aiohttp.ClientError:
            await asyncio.sleep(0.05)
            return False


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port
