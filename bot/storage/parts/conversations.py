"""Making conversations, and locking them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from bot.storage import stored_json
from bot.storage.tables import conversations
from handlers.state import ConversationState

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
        "state": stored_json.dump(ConversationState()),
        "version": 0,
        "created_at": now,
    }


def lock_conversations(
    ids: Iterable[str], keys: Iterable[tuple[str, str]] = ()
) -> sa.Select[*tuple[Any, ...]]:
    """The conversations of ``ids`` and of ``keys``, each a channel and an address.

    Then only this transaction changes them; always in the same order.
    """
    wanted: sa.ColumnElement[bool] = conversations.c.id.in_(list(ids))
    named = sorted(keys)
    if named:
        key = sa.tuple_(conversations.c.channel, conversations.c.address)
        wanted = sa.or_(wanted, key.in_(named))
    return sa.select(conversations).where(wanted).order_by(conversations.c.id).with_for_update()
