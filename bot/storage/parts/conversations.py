"""Making conversations, and locking them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from bot.storage import rows
from bot.storage.tables import conversations
from handlers.events import ConversationState

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable


def new_conversation(
    conversation_id: str, channel: str, address: str, now: dt.datetime
) -> dict[str, Any]:
    """The row of a conversation in which nothing was said yet."""
    return {
        "id": conversation_id,
        "channel": channel,
        "address": address,
        "state": rows.dump(ConversationState()),
        "version": 0,
        "created_at": now,
    }


def lock_conversations(ids: Iterable[str]) -> sa.Select[*tuple[Any, ...]]:
    """The conversations, which then only this transaction changes; always in the same order."""
    return (
        sa.select(conversations)
        .where(conversations.c.id.in_(list(ids)))
        .order_by(conversations.c.id)
        .with_for_update()
    )
