"""Events that came in, until they are handled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import sqlalchemy as sa

from bot.storage import notices, rows, statements, stored_json
from bot.storage.parts import notices_between, team
from bot.storage.parts.base import Part
from bot.storage.parts.conversations import lock_conversations, new_conversation
from bot.storage.parts.effects import carry_out
from bot.storage.parts.notices_between import PULLED_CHANNELS, notices_of
from bot.storage.parts.privacy import gathering
from bot.storage.records import Handled, Incoming
from bot.storage.tables import conversations, has_status, inbox, outbox
from handlers.events import PERSONS_OWN
from handlers.team.model import Mark

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.storage.records import InboxItem, Stepped
    from handlers.values import Reply


class InboxPart(Part):
    """Takes events in, gives them out to be handled, and writes what came of it."""

    async def receive(self, items: Sequence[Incoming], now: dt.datetime) -> int:
        """Commit ``items`` to the inbox; those already known change nothing.

        A person who had blocked the assistant counts as back. What is told to a conversation, not
        said in it, changes nothing where there is none (any more): nothing comes of what a company
        or a team was told of a person who was erased.

        Returns:
            How many were new.
        """
        if not items:
            return 0
        async with self._database.write() as connection:
            ids = await self._conversation_ids(
                connection,
                {(item.channel, item.address) for item in items},
                {(o.channel, o.address) for o in items if isinstance(o.event, PERSONS_OWN)},
                now,
            )
            known = [item for item in items if (item.channel, item.address) in ids]
            if not known:
                return 0
            statement = self._insert(inbox).on_conflict_do_nothing().returning(inbox.c.id)
            values = [rows.inbox_row(item, ids[item.channel, item.address], now) for item in known]
            new = (await connection.execute(statement, values)).all()
            if new:
                await notices.notify_received(connection)
        return len(new)

    async def _conversation_ids(
        self,
        connection: AsyncConnection,
        keys: set[tuple[str, str]],
        begun: set[tuple[str, str]],
        now: dt.datetime,
    ) -> dict[tuple[str, str], str]:
        """The conversations of these (channel, address), locked; those ``begun`` are made."""
        key = sa.tuple_(conversations.c.channel, conversations.c.address)
        found = (
            sa.select(conversations)
            .where(key.in_(sorted(keys)))
            .order_by(conversations.c.id)
            .with_for_update()
        )
        known = (await connection.execute(found)).all()
        missing = begun - {(row.channel, row.address) for row in known}
        if missing:
            await connection.execute(
                self._insert(conversations).on_conflict_do_nothing(),
                [new_conversation(uuid4().hex, *key, now) for key in sorted(missing)],
            )
            known = (await connection.execute(found)).all()
        back = [row.id for row in known if row.blocked_at is not None]
        if back:
            await connection.execute(
                sa.update(conversations).where(conversations.c.id.in_(back)).values(blocked_at=None)
            )
        return {(row.channel, row.address): row.id for row in known}

    async def claim_inbox(
        self, now: dt.datetime, limit: int, lease_seconds: float
    ) -> list[InboxItem]:
        """Lease the oldest pending event of up to ``limit`` conversations, oldest first.

        A conversation whose oldest pending event is leased or not due yet waits.
        """
        claim = statements.claim(inbox, ["conversation_id"], now, limit, lease_seconds)
        async with self._database.write() as connection:
            claimed = (await connection.execute(claim)).all()
            if not claimed:
                return []
            ids = [row.conversation_id for row in claimed]
            found = await connection.execute(
                sa.select(conversations).where(conversations.c.id.in_(ids))
            )
            by_id = {row.id: row for row in found}
        return [
            rows.inbox_item(row, by_id[row.conversation_id])
            for row in sorted(claimed, key=lambda row: row.id)
        ]

    async def save(self, stepped: Sequence[Stepped], now: dt.datetime) -> list[InboxItem]:
        """Write states, replies and effects in one transaction and mark the events done.

        ``stepped`` holds at most one event of each conversation, as claims do.
        An event that another process finished meanwhile is passed over.

        Returns:
            The events whose conversation had moved on, with its newer state: to be stepped again.

        Raises:
            EffectRefused: an effect cannot be carried out; nothing of ``stepped`` is written.
        """
        if not stepped:
            return []
        async with self._database.write() as connection:
            told = {(one.channel, one.address) for one in notices_of(stepped)}
            current, made = await self._lock(
                connection, {s.item.conversation_id for s in stepped}, told, now
            )
            pending = await _still_pending(connection, [s.item for s in stepped])
            fresh = [s for s in stepped if s.item.id in pending]
            accepted, moved_on = _by_version(fresh, current)
            if accepted:
                await _write_results(connection, accepted, now)
                ids = {(row.channel, row.address): row.id for row in current.values()}
                notices = notices_of(accepted) + await _gathered(connection, accepted)
                await notices_between.write(connection, notices, ids, now)
            await _take_back(connection, made, accepted)
        return [rows.reloaded(s.item, current[s.item.conversation_id]) for s in moved_on]

    async def _lock(
        self,
        connection: AsyncConnection,
        ids: set[str],
        told: set[tuple[str, str]],
        now: dt.datetime,
    ) -> tuple[dict[str, rows.Row], dict[tuple[str, str], str]]:
        """The conversations of ``ids`` and those that they tell something, made where missing.

        Returns:
            All by their ids, and the ids of those that were made.
        """
        made: dict[tuple[str, str], str] = {}
        if told:
            values = [new_conversation(uuid4().hex, *key, now) for key in sorted(told)]
            new = self._insert(conversations).on_conflict_do_nothing().returning(conversations)
            made = {
                (row.channel, row.address): row.id for row in await connection.execute(new, values)
            }
        found = await connection.execute(lock_conversations(ids, told))
        return {row.id: row for row in found}, made

    async def retry_inbox(self, item: InboxItem, error: str, due_at: dt.datetime) -> None:
        """``item`` failed and is tried again at ``due_at``; its conversation waits until then."""
        async with self._database.write() as connection:
            await connection.execute(
                sa.update(inbox)
                .where(inbox.c.id == item.id, has_status(inbox, "pending"))
                .values(due_at=due_at, leased_until=None, **_failed(error))
            )

    async def release_inbox(self, ids: Collection[int]) -> None:
        """Give back events that were not handled to the end: whoever claims next handles them.

        If another process has claimed one meanwhile, still only one of the two saves its result.
        """
        async with self._database.write() as connection:
            await connection.execute(
                sa.update(inbox)
                .where(inbox.c.id.in_(ids), has_status(inbox, "pending"))
                .values(leased_until=None)
            )

    async def fail_inbox(
        self, item: InboxItem, error: str, said: Reply | Mark | None, now: dt.datetime
    ) -> None:
        """``item`` is given up, and ``said`` of it; its conversation goes on.

        A mark is shown in its group.
        """
        async with self._database.write() as connection:
            await connection.execute(lock_conversations([item.conversation_id]))
            if item.id not in await _still_pending(connection, [item]):
                return
            await connection.execute(
                sa.update(inbox).where(inbox.c.id == item.id).values(**_failed(error))
            )
            await _finish(connection, [item], "dead", now)
            if isinstance(said, Mark):
                await team.show(connection, item, said, now)
            elif said is not None:
                await _enqueue(connection, [(item, said)], now)


async def _gathered(connection: AsyncConnection, accepted: Sequence[Stepped]) -> list[Incoming]:
    """What is held of the persons who want to know, as events of their own conversations."""
    return [
        Incoming(
            result.item.channel,
            f"gathered-{result.item.id}",
            result.item.address,
            await gathering.answer(connection, result, effect),
            result.item.context,
        )
        for result, effect in gathering.asked_for(accepted)
    ]


async def _take_back(
    connection: AsyncConnection, made: Mapping[tuple[str, str], str], accepted: Sequence[Stepped]
) -> None:
    """Conversations that were made for what is not accepted are not to stay.

    One of a person who was erased while the step was under way, for instance.
    """
    told = {(one.channel, one.address) for one in notices_of(accepted)}
    unused = [found for key, found in made.items() if key not in told]
    if unused:
        await connection.execute(sa.delete(conversations).where(conversations.c.id.in_(unused)))


def _failed(error: str) -> dict[str, Any]:
    return {"attempts": inbox.c.attempts + 1, "last_error": error}


def _by_version(
    stepped: Sequence[Stepped], current: Mapping[str, rows.Row]
) -> tuple[list[Stepped], list[Stepped]]:
    """Results of the present state, and results of one that is out of date."""
    accepted: list[Stepped] = []
    moved_on: list[Stepped] = []
    for result in stepped:
        is_current = current[result.item.conversation_id].version == result.item.state_version
        (accepted if is_current else moved_on).append(result)
    return accepted, moved_on


async def _still_pending(connection: AsyncConnection, items: Iterable[InboxItem]) -> set[int]:
    query = sa.select(inbox.c.id).where(
        inbox.c.id.in_([item.id for item in items]), has_status(inbox, "pending")
    )
    return set(await connection.scalars(query))


async def _write_results(
    connection: AsyncConnection, results: Sequence[Stepped], now: dt.datetime
) -> None:
    await connection.execute(
        sa.update(conversations)
        .where(conversations.c.id == sa.bindparam("conversation"))
        .values(state=sa.bindparam("next_state"), version=sa.bindparam("next_version")),
        [
            {
                "conversation": result.item.conversation_id,
                "next_state": stored_json.dump(result.state),
                "next_version": result.item.state_version + 1,
            }
            for result in results
        ],
    )
    await _finish(connection, [result.item for result in results], "done", now)
    replies = [(result.item, reply) for result in results for reply in result.replies]
    await _enqueue(connection, replies, now)
    await carry_out(connection, results, now)


async def _finish(
    connection: AsyncConnection, items: Sequence[InboxItem], status: str, now: dt.datetime
) -> None:
    await connection.execute(
        sa.update(inbox)
        .where(inbox.c.id.in_([item.id for item in items]))
        .values(status=status, finished_at=now, leased_until=None)
    )
    handled = (Handled(item.channel, item.external_id, item.conversation_id) for item in items)
    await notices.notify_handled(connection, handled)


async def _enqueue(
    connection: AsyncConnection, replies: Sequence[tuple[InboxItem, Reply]], now: dt.datetime
) -> None:
    values = [
        rows.reply_row(item, reply, now, pulled=item.channel in PULLED_CHANNELS)
        for item, reply in replies
    ]
    if values:
        await connection.execute(sa.insert(outbox), values)
