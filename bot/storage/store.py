"""Everything the assistant remembers: one class, on SQLite and on PostgreSQL.

Each method is one transaction; :mod:`bot.storage.parts` has them by concern. Two rules keep
several processes from harming each other: who adds rows to a conversation (events, deliveries,
requests and their changes) locks the conversation first, in the order of ids, so that the ids of
its rows grow in the order of their commits and nobody waits in a circle; and a row that is no
longer pending is never written again, unless staff want it retried.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.storage import notices
from bot.storage.database import Database, StoreError, StoreInUse, schema_of
from bot.storage.parts.files import FilesPart
from bot.storage.parts.groups import GroupsPart
from bot.storage.parts.inbox import InboxPart
from bot.storage.parts.notices_between import PULLED_CHANNELS
from bot.storage.parts.outbox import OutboxPart
from bot.storage.parts.pages import PagesPart
from bot.storage.parts.people import PeoplePart
from bot.storage.parts.privacy.erasing import PrivacyPart
from bot.storage.parts.privacy.purging import PurgingPart
from bot.storage.parts.requests import RequestsPart
from bot.storage.parts.team import TeamPart
from bot.storage.parts.topics import TopicsPart
from bot.storage.tables import has_status, inbox, outbox

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.storage.database import Schema
    from bot.storage.records import Handled

__all__ = ["PULLED_CHANNELS", "Store", "StoreError", "StoreInUse"]


class Store(
    InboxPart,
    OutboxPart,
    PagesPart,
    RequestsPart,
    TeamPart,
    TopicsPart,
    GroupsPart,
    FilesPart,
    PeoplePart,
    PrivacyPart,
    PurgingPart,
):
    """All reads and writes."""

    @classmethod
    async def open(cls, url: str, *, read_only: bool = False, beside: bool = False) -> Store:
        """Connect to ``url`` and bring its schema up to date.

        ``read_only`` is for a look beside a running assistant, also on SQLite: it changes
        nothing, and only methods that read may be called. ``beside`` is for a short write there:
        it waits for its turn as the assistant's own writes do, takes no lease away, and migrates
        nothing; the loops of inbox and outbox are not to be run on it.

        Raises:
            StoreInUse: another instance has the same SQLite file.
            StoreError: the URL is wrong or the database cannot be reached.
        """
        beside = beside or read_only
        store = cls(await Database.open(url, beside=beside))
        if store._database.is_sqlite and not beside:
            await store._forget_leases()
        return store

    async def close(self) -> None:
        """Let go of every connection."""
        await self._database.close()

    @property
    def has_one_instance(self) -> bool:
        """Whether no other process may handle what is received: that of SQLite has the file."""
        return self._database.is_sqlite

    async def schema(self) -> Schema:
        """Which version the database has now: a newer program may have changed it."""
        async with self._database.read() as connection:
            return await connection.run_sync(schema_of)

    async def _forget_leases(self) -> None:
        """Whoever held them is gone: an SQLite database has one instance."""
        async with self._database.write() as connection:
            for table in (inbox, outbox):
                leased = sa.and_(has_status(table, "pending"), table.c.leased_until.is_not(None))
                await connection.execute(sa.update(table).where(leased).values(leased_until=None))

    async def listen(
        self, on_received: Callable[[], None], on_handled: Callable[[Handled], None]
    ) -> None:
        """Pass on what other processes did, until cancelled; on SQLite there are none."""
        if not self.has_one_instance:
            await notices.listen(self._database.engine, on_received, on_handled)
