"""What waits to be sent, as the dispatcher needs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.storage import notices, rows, statements
from bot.storage.parts import history, notices_between
from bot.storage.parts.base import Part
from bot.storage.parts.conversations import lock_conversations
from bot.storage.tables import conversations, has_status, inbox, outbox
from handlers.team.model import TEAM
from handlers.values import Reply

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.storage.records import Incoming, OutboxItem
    from handlers.requests.model import Card


class OutboxPart(Part):
    """Gives deliveries out to be sent, and writes what became of them."""

    async def claim_outbox(
        self, now: dt.datetime, limit: int, lease_seconds: float, channels: Collection[str]
    ) -> list[OutboxItem]:
        """Lease the head of up to ``limit`` lanes of ``channels``, oldest first.

        A lane, a (channel, address), whose head is leased or not due yet waits.
        """
        wanted = outbox.c.channel.in_(sorted(channels))
        claim = statements.claim(outbox, ["channel", "address"], now, limit, lease_seconds, wanted)
        async with self._database.write() as connection:
            claimed = (await connection.execute(claim)).all()
        return [rows.outbox_item(row) for row in sorted(claimed, key=lambda row: row.id)]

    async def extend_outbox(self, ids: Collection[int], leased_until: dt.datetime) -> None:
        """Keep the lease of deliveries that are still under way.

        One that was given back meanwhile stays so: nobody is at it any more.
        """
        leased = sa.and_(outbox.c.id.in_(ids), outbox.c.leased_until.is_not(None))
        await self._update_outbox(leased, leased_until=leased_until)

    async def mark_sent(self, ids: Collection[int], now: dt.datetime) -> None:
        """These deliveries went out; a request's history says so of its cards."""
        these = outbox.c.id.in_(ids)
        sent = (
            sa.update(outbox)
            .where(these, has_status(outbox, "pending"))
            .values(status="sent", finished_at=now, leased_until=None)
            .returning(*history.DELIVERY_COLUMNS)
        )
        async with self._database.write() as connection:
            told = _told(await _waiting(connection, these))
            if told:
                await connection.execute(lock_conversations((), told))
            rows_sent = (await connection.execute(sent)).all()
            await history.write_deliveries(connection, rows_sent, now, "delivered")
            await _tell(connection, notices_between.receipts(rows_sent, ok=True), now)

    async def mark_retry(self, item: OutboxItem, error: str, due_at: dt.datetime) -> None:
        """``item`` failed and is tried again at ``due_at``."""
        await self._update_outbox(
            outbox.c.id == item.id,
            attempts=outbox.c.attempts + 1,
            last_error=error,
            due_at=due_at,
            leased_until=None,
        )

    async def release_outbox(self, ids: Collection[int]) -> None:
        """Give back deliveries that were not tried to the end: whoever claims next sends them."""
        await self._update_outbox(outbox.c.id.in_(ids), leased_until=None)

    async def mark_dead(
        self, item: OutboxItem, error: str, now: dt.datetime, notices: Sequence[Card] = ()
    ) -> None:
        """``item`` is given up; a request's history says so of its card.

        ``notices`` are the cards that tell of it: they wait to be sent from then on, unless
        another process had already finished ``item``.
        """
        async with self._database.write() as connection:
            lock = lock_conversations([item.conversation_id], _receivers(item))
            await connection.execute(lock)
            for dead in await _give_up(connection, outbox.c.id == item.id, error, now):
                if notices:
                    values = [
                        rows.card_row(card, dead.request_id, item.conversation_id, now)
                        for card in notices
                    ]
                    await connection.execute(sa.insert(outbox), values)

    async def withhold_if_held(self, item: OutboxItem, now: dt.datetime) -> bool:
        """Whether a member of a team has the conversation; ``item`` is then not to be sent.

        What it would have answered is received once more instead, to be put to the member.
        """
        async with self._database.write() as connection:
            lock = lock_conversations([item.conversation_id])
            conversation = (await connection.execute(lock)).one()
            state = rows.read_state(conversation)
            if state is None or not any(filed.held_by for filed in state.requests):
                return False
            withhold = (
                sa.update(outbox)
                .where(outbox.c.id == item.id, has_status(outbox, "pending"))
                .values(status="withheld", finished_at=now, leased_until=None)
                .returning(outbox.c.inbox_id)
            )
            answered = sa.select(inbox).where(
                inbox.c.id.in_((await connection.execute(withhold)).scalars().all())
            )
            for event in (await connection.execute(answered)).all():
                again = {
                    "channel": event.channel,
                    "external_id": f"withheld-{event.id}",
                    "conversation_id": event.conversation_id,
                    "event": event.event,
                    "context": event.context,
                    "received_at": now,
                    **rows.pending(now),
                }
                # A message that has two answers is put to the member once.
                once = self._insert(inbox).values(**again).on_conflict_do_nothing()
                await connection.execute(once)
                await notices.notify_received(connection)
        return True

    async def mark_blocked(self, conversation_id: str, now: dt.datetime) -> None:
        """The person blocked the assistant: what waits for them is given up.

        The next event received from them lifts it. What waits for a team goes on.
        """
        await self._mark_blocked(conversations.c.id == conversation_id, now)

    async def mark_address_blocked(self, channel: str, address: str, now: dt.datetime) -> None:
        """:meth:`mark_blocked` for whoever is at ``address``; nothing for one not known."""
        await self._mark_blocked(
            sa.and_(conversations.c.channel == channel, conversations.c.address == address), now
        )

    async def _mark_blocked(self, which: sa.ColumnElement[bool], now: dt.datetime) -> None:
        async with self._database.write() as connection:
            ids = list(await connection.scalars(sa.select(conversations.c.id).where(which)))
            replies = sa.and_(outbox.c.conversation_id.in_(ids), outbox.c.kind == "reply")
            waiting = await _waiting(connection, replies)
            await connection.execute(lock_conversations(ids, _told(waiting)))
            await connection.execute(
                sa.update(conversations).where(conversations.c.id.in_(ids)).values(blocked_at=now)
            )
            # Not what came since: it may be told to a team that is not locked.
            these = outbox.c.id.in_([row.id for row in waiting])
            await _give_up(connection, these, "blocked", now)

    async def _update_outbox(self, which: sa.ColumnElement[bool], **values: object) -> None:
        async with self._database.write() as connection:
            await connection.execute(
                sa.update(outbox).where(which, has_status(outbox, "pending")).values(**values)
            )


def _receivers(item: OutboxItem) -> set[tuple[str, str]]:
    """The conversation that is told what becomes of ``item``, if it is a member's words."""
    receipt = item.payload.receipt if isinstance(item.payload, Reply) else None
    return {(TEAM, receipt.reference)} if receipt else set()


async def _waiting(
    connection: AsyncConnection, which: sa.ColumnElement[bool]
) -> Sequence[rows.Row]:
    """What still waits among ``which``, not locked."""
    found = sa.select(*history.DELIVERY_COLUMNS).where(which, has_status(outbox, "pending"))
    return (await connection.execute(found)).all()


def _told(ending: Sequence[rows.Row]) -> set[tuple[str, str]]:
    """The conversations that are told what becomes of ``ending``, to be locked before."""
    receipts = notices_between.receipts(ending, ok=True)
    return {(one.channel, one.address) for one in receipts}


async def _give_up(
    connection: AsyncConnection, which: sa.ColumnElement[bool], error: str, now: dt.datetime
) -> Sequence[rows.Row]:
    """End what still waits among ``which``, and return it; who is told of it is locked."""
    given_up = statements.give_up(which, error, now).returning(*history.DELIVERY_COLUMNS)
    dead = (await connection.execute(given_up)).all()
    await history.write_deliveries(connection, dead, now, "undelivered", reason=error)
    await _tell(connection, notices_between.receipts(dead, ok=False), now)
    return dead


async def _tell(connection: AsyncConnection, told: Sequence[Incoming], now: dt.datetime) -> None:
    """Put ``told``, for conversations that exist, into the inbox."""
    if told:
        keys = {(one.channel, one.address) for one in told}
        found = (await connection.execute(lock_conversations((), keys))).all()
        ids = {(row.channel, row.address): row.id for row in found}
        known = [one for one in told if (one.channel, one.address) in ids]
        await notices_between.write(connection, known, ids, now)
