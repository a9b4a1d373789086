"""Telegram groups that were upgraded to supergroups: the same group under another chat id."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.storage.parts import notices_between
from bot.storage.parts.base import Part
from bot.storage.parts.conversations import lock_conversations
from bot.storage.records import Incoming
from bot.storage.tables import group_moves, requests, team_messages, topics
from handlers.team.model import TEAM, GroupMoved

if TYPE_CHECKING:
    import datetime as dt


class GroupsPart(Part):
    """The routing names a group by its first id; what is kept of it goes by that one too."""

    async def group_moves(self) -> dict[str, str]:
        """The chat id that each group has now, by the one that it had."""
        async with self._database.read() as connection:
            return {
                row.old_id: row.new_id for row in await connection.execute(sa.select(group_moves))
            }

    async def groups_moved_to(self, chat_id: str) -> list[str]:
        """The ids that the group ``chat_id`` had before."""
        query = sa.select(group_moves.c.old_id).where(group_moves.c.new_id == chat_id)
        async with self._database.read() as connection:
            return list(await connection.scalars(query))

    async def move_group(self, old_id: str, new_id: str, now: dt.datetime) -> None:
        """The group ``old_id`` is ``new_id`` now; nothing where that is known.

        What it was shown cannot be replied to or changed any more, so it is forgotten, and each
        request that a team works on there is told, to be shown again.
        """
        values = {"old_id": old_id, "new_id": new_id, "moved_at": now}
        keep = self._insert(group_moves).values(**values).on_conflict_do_nothing()
        shown = team_messages.c.group_id == old_id
        worked_on = (
            sa.select(requests.c.reference)
            .where(requests.c.status.in_(("open", "taken")))
            .where(requests.c.reference.in_(sa.select(team_messages.c.reference).where(shown)))
        )
        async with self._database.write() as connection:
            if not (await connection.execute(keep)).rowcount:
                return
            references = list(await connection.scalars(worked_on))
            told = [
                Incoming(TEAM, f"moved-{new_id}-{one}", one, GroupMoved()) for one in references
            ]
            keys = [(TEAM, one) for one in references]
            found = (await connection.execute(lock_conversations((), keys))).all()
            ids = {(row.channel, row.address): row.id for row in found}
            await connection.execute(sa.delete(team_messages).where(shown))
            await connection.execute(sa.delete(topics).where(topics.c.group_id == old_id))
            await notices_between.write(connection, told, ids, now)
