"""What is said once rows are erased: rows of the outbox in which nothing tells of a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.storage import rows
from bot.storage.parts.conversations import new_conversation
from bot.storage.parts.notices_between import PULLED_CHANNELS
from bot.storage.tables import conversations, outbox

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection

    from handlers.privacy.last_words import LastWords
    from handlers.requests.model import Card
    from handlers.values import Reply

OURS = "privacy"
"""The conversation, and its channel, of what is said to those who have copies: nobody's own."""


async def tell_holders(connection: AsyncConnection, words: LastWords, now: dt.datetime) -> None:
    """Have mailboxes and webhooks asked to erase their copies, and groups cleaned."""
    values = [rows.wipe_row(wipe, OURS, now) for wipe in words.wipes]
    values += [rows.card_row(card, None, OURS, now) for card in words.cards]
    await _send(connection, values, now)


async def tell_group(connection: AsyncConnection, cards: Sequence[Card], now: dt.datetime) -> None:
    """Tell a group what was erased."""
    await _send(connection, [rows.card_row(card, None, OURS, now) for card in cards], now)


async def _send(
    connection: AsyncConnection, values: Sequence[dict[str, object]], now: dt.datetime
) -> None:
    if not values:
        return
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    ours = new_conversation(OURS, OURS, "erasures", now)
    await connection.execute(insert(conversations).values(ours).on_conflict_do_nothing())
    await connection.execute(sa.insert(outbox), list(values))


async def say_farewell(
    connection: AsyncConnection,
    conversation_id: str,
    farewell: Reply,
    context: Mapping[str, str],
    now: dt.datetime,
) -> None:
    """Tell the person, unless they have blocked the assistant."""
    found = sa.select(conversations).where(conversations.c.id == conversation_id)
    conversation = (await connection.execute(found)).one()
    if conversation.blocked_at is not None:
        return
    pulled = conversation.channel in PULLED_CHANNELS
    row = rows.last_word_row(farewell, conversation, context, now, pulled=pulled)
    await connection.execute(sa.insert(outbox).values(row))
