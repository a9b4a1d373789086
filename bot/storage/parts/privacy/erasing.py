"""Showing and erasing what is held of a person.

An erasure is two transactions, with an order in the outbox between them. The first
(:func:`begin`) is that of the step that the person confirmed: their state is blank from then on,
and nothing more is sent of theirs. The second (:meth:`PrivacyPart.erase`) waits until nothing is
on its way, since what a card on its way makes in a group must be known to be taken away again. It
erases every row, writes the proof, and orders what is to be done outside the database, by ids
alone. A process killed in between leaves the order to the next one.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.storage import rows, stored_json
from bot.storage.parts.base import Part
from bot.storage.parts.conversations import lock_conversations
from bot.storage.parts.privacy import telling
from bot.storage.parts.privacy.counting import count
from bot.storage.parts.privacy.deleting import delete, prove
from bot.storage.parts.privacy.exporting import export
from bot.storage.parts.privacy.gathering import held
from bot.storage.parts.privacy.scope import (
    ORDER,
    Scope,
    idle_since,
    is_under_way,
    scope_of,
)
from bot.storage.privacy_records import Proof
from bot.storage.tables import conversations, erasures, has_status, outbox, requests
from handlers.privacy.model import EraseData
from handlers.state import ConversationState

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Mapping

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.storage.privacy_records import LastWordsOf
    from bot.storage.records import InboxItem
    from bot.storage.rows import Row
    from handlers.privacy.model import Asker, Erased, Held
    from handlers.requests.model import Card
    from knowledge.model import Language

_KEPT_CONTEXT = "message_thread_id"
"""Where in a group the last word goes."""


async def begin(
    connection: AsyncConnection,
    conversation_id: str,
    order: EraseData,
    now: dt.datetime,
    asked: InboxItem | None = None,
) -> int:
    """Order the erasure of a conversation that is locked; what waits to be sent never will be.

    But for the replies to ``asked``, the event that ordered it. What is on its way is left to
    come to its end.

    Returns:
        The order's id.
    """
    scope = await scope_of(connection, conversation_id)
    idle = sa.or_(outbox.c.leased_until.is_(None), outbox.c.leased_until <= now)
    waiting = sa.and_(scope.deliveries, has_status(outbox, "pending"), idle)
    if asked is not None:
        others = sa.or_(outbox.c.inbox_id.is_(None), outbox.c.inbox_id != asked.id)
        waiting = sa.and_(waiting, others)
    await connection.execute(sa.delete(outbox).where(waiting))
    context = asked.context if asked else {}
    kept = {name: value for name, value in context.items() if name == _KEPT_CONTEXT}
    row = rows.erasure_row(order, conversation_id, kept, now)
    ordered = sa.insert(outbox).values(row).returning(outbox.c.id)
    found: int = (await connection.execute(ordered)).scalar_one()
    return found


class PrivacyPart(Part):
    """A person's data: shown, exported, erased."""

    async def whose(self, name: str) -> str | None:
        """The conversation that ``name`` is the id of, ``CHANNEL:ADDRESS``, or a request's."""
        channel, _, address = name.partition(":")
        named = sa.select(conversations.c.id).where(
            sa.or_(
                conversations.c.id == name,
                sa.and_(conversations.c.channel == channel, conversations.c.address == address),
            )
        )
        filed = sa.select(requests.c.conversation_id).where(requests.c.reference == name)
        async with self._database.read() as connection:
            found: str | None = await connection.scalar(named)
            if found is None:
                found = await connection.scalar(filed)
        return found

    async def held(self, conversation_id: str) -> Held:
        """How much is held of the person; the conversation must be there."""
        async with self._database.read() as connection:
            return await held(connection, conversation_id)

    async def export(self, conversation_id: str, now: dt.datetime) -> bytes:
        """Everything that is held of the person, as JSON."""
        async with self._database.read() as connection:
            return await export(connection, conversation_id, now)

    async def order_erasure(
        self, conversation_id: str, language: Language, now: dt.datetime
    ) -> int:
        """As the person's own confirmation does, for staff; returns the order's id.

        The person is told in their language, or in ``language`` where that is not known. It is
        carried out by :meth:`erase`, of this process or of the assistant that runs.
        """
        async with self._database.write() as connection:
            [conversation] = (await connection.execute(lock_conversations([conversation_id]))).all()
            state = rows.read_state(conversation)
            spoken = (state.chosen_language or state.language) if state else None
            await connection.execute(
                sa.update(conversations)
                .where(conversations.c.id == conversation_id)
                .values(
                    state=stored_json.dump(ConversationState(erasing=True, language=spoken)),
                    version=conversations.c.version + 1,
                )
            )
            order = EraseData(language=spoken or language, asked_by="staff")
            return await begin(connection, conversation_id, order, now)

    async def erase(self, order_id: int, now: dt.datetime, last_words: LastWordsOf) -> bool:
        """Carry out the order of that id, once, however often it is called.

        Returns:
            False while something of the person is on its way: to be tried again shortly.
        """
        async with self._database.write() as connection:
            order = await _pending(connection, order_id)
            if order is None:
                return True
            scope = await _locked(connection, order.conversation_id, None)
            # Another process may have carried it out while this one waited for the lock.
            if await _pending(connection, order_id) is None:
                return True
            if scope is None or await is_under_way(connection, scope, now):
                return False
            await _erase(connection, scope, _wish(order), now, last_words, order)
            await self._database.owe_overwriting(connection)
            await connection.execute(
                sa.update(outbox)
                .where(_orders(order.conversation_id))
                .values(status="sent", finished_at=now, leased_until=None)
            )
        await self._database.overwrite_erased()
        return True

    async def let_go_of_requests(
        self,
        conversation_id: str,
        references: Collection[str],
        now: dt.datetime,
        last_words: LastWordsOf,
    ) -> Erased | None:
        """Erase a conversation's requests of ``references``, because their time is over.

        Returns:
            None while something of them is on its way, or if there is nothing any more.
        """
        async with self._database.write() as connection:
            scope = await _locked(connection, conversation_id, references)
            return await _let_go(connection, scope, now, last_words)

    async def let_go_if_idle(
        self, conversation_id: str, before: dt.datetime, now: dt.datetime, last_words: LastWordsOf
    ) -> Erased | None:
        """Erase a conversation in which nothing was said since ``before``.

        Returns:
            None while something of it is on its way, if something was said since it was looked
            for, or if it is gone.
        """
        async with self._database.write() as connection:
            scope = await _locked(connection, conversation_id, None)
            # Whoever writes locks the conversation: from here on nobody is in between.
            still = idle_since(before).where(conversations.c.id == conversation_id)
            if await connection.scalar(still) is None:
                return None
            return await _let_go(connection, scope, now, last_words)

    async def overwrite_erased(self, *, anyway: bool = False) -> None:
        """Of whatever size: see :meth:`bot.storage.database.Database.overwrite_erased`."""
        await self._database.overwrite_erased(up_to_bytes=None, anyway=anyway)

    async def wiped(self, delivery_id: int, cards: Collection[Card], now: dt.datetime) -> None:
        """A group shows no more of what it was to; ``cards`` tell it so. Once."""
        async with self._database.write() as connection:
            done = (
                sa.update(outbox)
                .where(outbox.c.id == delivery_id, has_status(outbox, "pending"))
                .values(status="sent", finished_at=now, leased_until=None)
                .returning(outbox.c.id)
            )
            if await connection.scalar(done) is not None:
                await telling.tell_group(connection, list(cards), now)

    async def proofs(self, limit: int = 100) -> list[Proof]:
        """What was erased, newest first."""
        query = sa.select(erasures).order_by(erasures.c.id.desc()).limit(limit)
        async with self._database.read() as connection:
            return [
                Proof(
                    at=row.at,
                    asked_by=row.asked_by,
                    channel=row.channel,
                    counts=json.loads(row.counts),
                    references=tuple(json.loads(row.request_references)),
                )
                for row in await connection.execute(query)
            ]


def _orders(conversation_id: str) -> sa.ColumnElement[bool]:
    """A conversation's orders that wait: two may, when staff and the person ask at once."""
    this = outbox.c.conversation_id == conversation_id
    return sa.and_(this, outbox.c.kind == ORDER, has_status(outbox, "pending"))


async def _pending(connection: AsyncConnection, order_id: int) -> Row | None:
    found = sa.select(outbox).where(outbox.c.id == order_id, has_status(outbox, "pending"))
    return (await connection.execute(found)).one_or_none()


def _wish(order: Row) -> EraseData:
    wish = stored_json.load_payload(order.kind, order.payload)
    if not isinstance(wish, EraseData):
        raise TypeError(f"delivery {order.id} orders no erasure")
    return wish


async def _locked(
    connection: AsyncConnection, conversation_id: str, references: Collection[str] | None
) -> Scope | None:
    """What is to be erased, locked; None if it changed meanwhile, or is gone."""
    seen = await scope_of(connection, conversation_id, references)
    ids = [seen.conversation_id, *seen.team_ids]
    locked = (await connection.execute(lock_conversations(ids))).all()
    if conversation_id not in {row.id for row in locked}:
        return None
    now_seen = await scope_of(connection, conversation_id, references)
    return now_seen if now_seen == seen else None


async def _let_go(
    connection: AsyncConnection, scope: Scope | None, now: dt.datetime, last_words: LastWordsOf
) -> Erased | None:
    """Erase ``scope`` because its time is over, unless something of it is on its way."""
    if scope is None or await is_under_way(connection, scope, now):
        return None
    wish = EraseData(language="fr", asked_by="retention")
    return await _erase(connection, scope, wish, now, last_words, None)


async def _erase(  # noqa: PLR0913, PLR0917 - what both ways of erasing know
    connection: AsyncConnection,
    scope: Scope,
    wish: EraseData,
    now: dt.datetime,
    last_words: LastWordsOf,
    order: Row | None,
) -> Erased:
    asked_by: Asker = wish.asked_by
    language = wish.language if order is not None else None
    erased = await count(connection, scope, asked_by, language)
    words = last_words(erased)
    await delete(connection, scope, now, remember=order is not None)
    await telling.tell_holders(connection, words, now)
    if order is not None and words.farewell:
        context: Mapping[str, str] = json.loads(order.context)
        this = scope.conversation_id
        await telling.say_farewell(connection, this, words.farewell, context, now)
    await prove(connection, _proof(erased, now))
    return erased


def _proof(erased: Erased, now: dt.datetime) -> Proof:
    counts = {
        "messages": erased.messages,
        "replies": erased.replies,
        "look_ups": erased.look_ups,
        "requests": len(erased.requests),
        "files": erased.files,
        "questions": erased.questions,
        "groups": len(erased.groups),
        "copies": len(erased.copies),
    }
    return Proof(
        at=now,
        asked_by=erased.asked_by,
        channel=erased.channel,
        counts={kind: number for kind, number in counts.items() if number},
        references=erased.requests,
    )
