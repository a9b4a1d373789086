"""Databases that an assistant was started on once: migrated for the first test, then copied.

The migrations of an empty database take longer than most tests of what is kept in one.
"""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path

import sqlalchemy as sa

from bot.storage.store import Store
from tests.servers.postgresql import empty_database

_files: list[bytes] = []
_templates: dict[Path, str] = {}


async def sqlite_copy(path: Path) -> str:
    """The URL of a file at ``path``, which is left as it is if it is there already."""
    if not _files:
        _files.append(await _migrated_file())
    with contextlib.suppress(FileExistsError), open(path, "xb") as file:  # noqa: ASYNC230, PTH123 - some kilobytes
        file.write(_files[0])
    return f"sqlite+aiosqlite:///{path}"


async def postgresql_copy(folder: Path) -> str:
    """The URL of a new database on the server of ``folder``."""
    if folder not in _templates:
        url = await empty_database(folder)
        await _start_once(url)
        _templates[folder] = str(sa.make_url(url).database)
    return await empty_database(folder, template=_templates[folder])


async def _migrated_file() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "assistant.db"
        await _start_once(f"sqlite+aiosqlite:///{path}")
        return path.read_bytes()


async def _start_once(url: str) -> None:
    await (await Store.open(url)).close()
