"""Everything that a database holds, as bytes: files of SQLite, rows of PostgreSQL."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from bot.storage.tables import metadata

if TYPE_CHECKING:
    from collections.abc import Iterable


async def everything(url: str) -> bytes:
    """All bytes of the SQLite file and of what stands beside it, or every row of every table."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        path = Path(str(parsed.database))
        beside = sorted(path.parent.glob(f"{path.name}*"))
        assert path in beside
        return b"".join(file.read_bytes() for file in beside)
    engine = create_async_engine(url)
    found: list[bytes] = []
    try:
        async with engine.connect() as connection:
            for table in metadata.sorted_tables:
                for row in await connection.execute(sa.select(table)):
                    found += [v if isinstance(v, bytes) else str(v).encode() for v in row]
    finally:
        await engine.dispose()
    return b"\n".join(found)


def found_in(held: bytes, secrets: Iterable[str]) -> list[str]:
    """Those of ``secrets`` that are there, as UTF-8 or as JSON writes them."""
    lower = held.lower()
    return [secret for secret in secrets if secret.lower().encode() in lower]
