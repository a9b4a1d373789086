"""Files that pages upload: nobody else keeps them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.storage import request_rows
from bot.storage.parts.base import Part
from bot.storage.tables import files

if TYPE_CHECKING:
    from bot.storage.records import StoredFile


class FilesPart(Part):
    """Files with their content."""

    async def add_file(self, file: StoredFile) -> bool:
        """Keep ``file``; False, and nothing is changed, if its id is known already.

        Its conversation must be there.
        """
        statement = (
            self._insert(files)
            .values(**request_rows.file_row(file))
            .on_conflict_do_nothing()
            .returning(files.c.id)
        )
        async with self._database.write() as connection:
            return await connection.scalar(statement) is not None

    async def files_kept(self, conversation_id: str, *, but: str) -> tuple[int, int]:
        """How many files a conversation has, and their bytes; the file ``but`` is not counted."""
        statement = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(files.c.size), 0))
        mine = (files.c.conversation_id == conversation_id, files.c.id != but)
        async with self._database.read() as connection:
            [(count, size_bytes)] = await connection.execute(statement.where(*mine))
        return int(count), int(size_bytes)

    async def file(self, file_id: str) -> StoredFile | None:
        """The file of that id; its ``conversation_id`` says whose it is."""
        async with self._database.read() as connection:
            found = await connection.execute(sa.select(files).where(files.c.id == file_id))
            row = found.one_or_none()
        return None if row is None else request_rows.stored_file(row)
