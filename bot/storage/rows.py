"""Between rows and records: what is stored as JSON becomes values again, and back."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticSerializationError

from bot.storage.records import InboxItem, OpenQuestion, OutboxItem, ReceivedEvent, StoredReply
from handlers.events import (
    EVENT,
    PAYLOAD,
    STATE_VERSION,
    ConversationState,
    Event,
    MessageReceived,
    Payload,
    Reply,
)

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    import sqlalchemy as sa

    from bot.storage.records import Incoming

    Row = sa.Row[*tuple[Any, ...]]

logger = logging.getLogger(__name__)


class UnreadableError(Exception):
    """A stored value is not one that this version of the program knows; quotes nothing of it."""


def dump(value: BaseModel) -> str:
    """``value`` as JSON; half a character (a lone surrogate) becomes a question mark."""
    try:
        return value.model_dump_json()
    except PydanticSerializationError:
        text = json.dumps(value.model_dump(mode="python"), ensure_ascii=False)
        return text.encode("utf-8", "replace").decode("utf-8")


def plain(text: str) -> str:
    """``text`` as a column of its own can hold it: PostgreSQL refuses NUL characters."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def _load_state(stored: str) -> ConversationState:
    try:
        state = ConversationState.model_validate_json(stored)
    except ValidationError as error:
        raise UnreadableError(_faults("state", error)) from None
    if state.version > STATE_VERSION:
        raise UnreadableError(f"state: version {state.version} is newer than {STATE_VERSION}")
    return state


def _load_event(stored: str) -> Event:
    try:
        return EVENT.validate_json(stored)
    except ValidationError as error:
        raise UnreadableError(_faults("event", error)) from None


def _load_payload(kind: str, stored: str) -> Payload:
    try:
        return PAYLOAD.validate_python({"kind": kind, **json.loads(stored)})
    except ValidationError as error:
        raise UnreadableError(_faults(kind, error)) from None
    except (ValueError, TypeError):
        raise UnreadableError(f"{kind}: is no JSON object") from None


def _faults(what: str, error: ValidationError) -> str:
    return f"{what}: " + ", ".join(
        f"{'.'.join(str(part) for part in fault['loc'])} {fault['type']}".strip()
        for fault in error.errors(include_url=False, include_context=False, include_input=False)
    )


def pending(now: dt.datetime) -> dict[str, Any]:
    """The columns of a row that waits to be worked on, at once."""
    return {"due_at": now, "attempts": 0, "status": "pending"}


def inbox_row(item: Incoming, conversation_id: str, now: dt.datetime) -> dict[str, Any]:
    """An event as it is received."""
    return {
        "channel": item.channel,
        "external_id": item.external_id,
        "conversation_id": conversation_id,
        "event": dump(item.event),
        "context": json.dumps(item.context or {}),
        "received_at": now,
        **pending(now),
    }


def inbox_item(row: Row, conversation: Row) -> InboxItem:
    """A claimed row of the inbox with its conversation."""
    item = InboxItem(
        id=row.id,
        channel=row.channel,
        external_id=row.external_id,
        address=conversation.address,
        conversation_id=row.conversation_id,
        event=MessageReceived(text=""),
        context=json.loads(row.context),
        state=ConversationState(),
        state_version=conversation.version,
        attempts=row.attempts,
        received_at=row.received_at,
    )
    try:
        item = replace(item, event=_load_event(row.event))
    except UnreadableError as error:
        return replace(item, unreadable=str(error))
    return reloaded(item, conversation)


def reloaded(item: InboxItem, conversation: Row) -> InboxItem:
    """``item`` with its conversation as it now stands."""
    item = replace(item, state_version=conversation.version)
    try:
        return replace(item, state=_load_state(conversation.state))
    except UnreadableError as error:
        return replace(item, unreadable=str(error))


def outbox_row(item: InboxItem, reply: Reply, now: dt.datetime, *, pulled: bool) -> dict[str, Any]:
    """A reply to ``item``; if ``pulled``, nobody sends it: who wants it comes for it."""
    return {
        "channel": item.channel,
        "address": item.address,
        "conversation_id": item.conversation_id,
        "inbox_id": item.id,
        "kind": reply.kind,
        "payload": dump(reply),
        "context": json.dumps(item.context),
        "created_at": now,
        **pending(now),
        "status": "sent" if pulled else "pending",
        "finished_at": now if pulled else None,
    }


def outbox_item(row: Row) -> OutboxItem:
    """A claimed row of the outbox; raises UnreadableError."""
    return OutboxItem(
        id=row.id,
        channel=row.channel,
        address=row.address,
        conversation_id=row.conversation_id,
        payload=_load_payload(row.kind, row.payload),
        context=json.loads(row.context),
        attempts=row.attempts,
        created_at=row.created_at,
    )


def stored_replies(rows: Iterable[Row]) -> list[StoredReply]:
    """What can be read of ``rows``; the rest is logged and left out."""
    replies = []
    for row in rows:
        try:
            reply = _load_payload(row.kind, row.payload)
        except UnreadableError as error:
            logger.warning("outbox row %d: %s", row.id, error)
            continue
        if isinstance(reply, Reply):
            replies.append(StoredReply(row.id, reply, row.created_at, row.external_id))
    return replies


def received_events(rows: Iterable[Row]) -> list[ReceivedEvent]:
    """What can be read of ``rows``; the rest is logged and left out."""
    events = []
    for row in rows:
        try:
            event = _load_event(row.event)
        except UnreadableError as error:
            logger.warning("inbox row %d: %s", row.id, error)
            continue
        handled = row.status != "pending"
        events.append(ReceivedEvent(row.external_id, event, row.received_at, handled))
    return events


def open_question(row: Row) -> OpenQuestion:
    """A row of the open questions."""
    return OpenQuestion(
        id=row.id,
        conversation_id=row.conversation_id,
        kind=row.kind,
        text=row.text,
        language=row.language,
        created_at=row.created_at,
    )
