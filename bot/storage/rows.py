"""Between rows and records: the row that a value becomes, the record that was read of a row."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.storage.records import (
    REPLY_ADDRESS,
    REPLY_CHANNEL,
    InboxItem,
    OpenQuestion,
    OutboxItem,
    ReceivedEvent,
    StoredReply,
)
from bot.storage.stored_json import (
    UnreadableError,
    dump,
    load_event,
    load_payload,
    load_state,
    plain,
)
from handlers.effects import LookUpCompany, Payload
from handlers.events import MessageReceived
from handlers.privacy.model import EraseData, WipeGroup
from handlers.state import ConversationState
from handlers.team.model import Mark
from handlers.values import Reply

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable, Mapping

    import sqlalchemy as sa

    from bot.storage.records import Incoming
    from handlers.requests.model import Card
    from handlers.team.model import TeamPayload

    Row = sa.Row[*tuple[Any, ...]]

logger = logging.getLogger(__name__)

ERASURE = "erasure"
"""The channel of orders to erase a conversation."""
WIPE = "wipe"
"""The channel of what Telegram groups are to show no more."""


def read_state(conversation: Row) -> ConversationState | None:
    """The conversation's state; None, and it is logged, if it cannot be read."""
    try:
        return load_state(conversation.state)
    except UnreadableError as error:
        logger.warning("conversation %s: %s", conversation.id, error)
        return None


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
        item = replace(item, event=load_event(row.event))
    except UnreadableError as error:
        return replace(item, unreadable=str(error))
    return reloaded(item, conversation)


def reloaded(item: InboxItem, conversation: Row) -> InboxItem:
    """``item`` with its conversation as it now stands."""
    item = replace(item, state_version=conversation.version)
    try:
        return replace(item, state=load_state(conversation.state))
    except UnreadableError as error:
        return replace(item, unreadable=str(error))


def reply_row(item: InboxItem, reply: Reply, now: dt.datetime, *, pulled: bool) -> dict[str, Any]:
    """A reply to ``item``; if ``pulled``, nobody sends it: who wants it comes for it."""
    row = _outbox_row(reply, (item.channel, item.address), item.conversation_id, item.context, now)
    row["inbox_id"] = item.id
    return {**row, "status": "sent", "finished_at": now} if pulled else row


def look_up_row(item: InboxItem, question: LookUpCompany, now: dt.datetime) -> dict[str, Any]:
    """A question to the directory, a lane of its own for each conversation."""
    to = ("directory", item.conversation_id)
    context = {**item.context, REPLY_CHANNEL: item.channel, REPLY_ADDRESS: item.address}
    return {**_outbox_row(question, to, item.conversation_id, context, now), "inbox_id": item.id}


def erasure_row(
    order: EraseData, conversation_id: str, context: Mapping[str, str], now: dt.datetime
) -> dict[str, Any]:
    """The order to erase a conversation; ``context`` is that of what is said at the end."""
    return _outbox_row(order, (ERASURE, conversation_id), conversation_id, context, now)


def last_word_row(
    reply: Reply, conversation: Row, context: Mapping[str, str], now: dt.datetime, *, pulled: bool
) -> dict[str, Any]:
    """What is said to a person of whom nothing else is left."""
    to = (conversation.channel, conversation.address)
    row = _outbox_row(reply, to, conversation.id, context, now)
    return {**row, "status": "sent", "finished_at": now} if pulled else row


def wipe_row(wipe: WipeGroup, conversation_id: str, now: dt.datetime) -> dict[str, Any]:
    """What a group is to show no more."""
    return _outbox_row(wipe, (WIPE, wipe.shown.group), conversation_id, {}, now)


def card_row(
    card: Card,
    request_id: int | None,
    conversation_id: str,
    now: dt.datetime,
    inbox_id: int | None = None,
) -> dict[str, Any]:
    """A card of a request; ``inbox_id`` is the event that it tells of."""
    to = (card.destination.channel, plain(card.destination.address))
    row = _outbox_row(card, to, conversation_id, {}, now)
    return {**row, "request_id": request_id, "inbox_id": inbox_id}


def team_row(
    payload: TeamPayload, request_id: int, item: InboxItem, now: dt.datetime
) -> dict[str, Any]:
    """What a team's group is shown, in the group's lane."""
    destination = payload.destination if isinstance(payload, Mark) else payload.card.destination
    to = (destination.channel, plain(destination.address))
    row = _outbox_row(payload, to, item.conversation_id, {}, now)
    return {**row, "inbox_id": item.id, "request_id": request_id}


def _outbox_row(
    payload: Payload,
    to: tuple[str, str],
    conversation_id: str,
    context: Mapping[str, str],
    now: dt.datetime,
) -> dict[str, Any]:
    """A row of the outbox; all have the same columns, so that one statement inserts many."""
    channel, address = to
    return {
        "channel": channel,
        "address": address,
        "conversation_id": conversation_id,
        "inbox_id": None,
        "request_id": None,
        "kind": payload.kind,
        "payload": dump(payload),
        "context": json.dumps(context),
        "created_at": now,
        "finished_at": None,
        **pending(now),
    }


def outbox_item(row: Row) -> OutboxItem:
    """A claimed row of the outbox."""
    item = OutboxItem(
        id=row.id,
        channel=row.channel,
        address=row.address,
        conversation_id=row.conversation_id,
        payload=Reply(text="", language="fr"),
        context=json.loads(row.context),
        attempts=row.attempts,
        created_at=row.created_at,
        retried_at=row.retried_at,
    )
    try:
        return replace(item, payload=load_payload(row.kind, row.payload))
    except UnreadableError as error:
        return replace(item, unreadable=str(error))


def stored_replies(rows: Iterable[Row]) -> list[StoredReply]:
    """What can be read of ``rows``; the rest is logged and left out."""
    replies = []
    for row in rows:
        try:
            reply = load_payload(row.kind, row.payload)
        except UnreadableError as error:
            logger.warning("outbox row %d: %s", row.id, error)
            continue
        if isinstance(reply, Reply):
            replies.append(StoredReply(row.id, reply, row.created_at, row.external_id))
    return replies


def received_events(rows: Iterable[Row], passed_on: Collection[int] = ()) -> list[ReceivedEvent]:
    """What can be read of ``rows``; the rest is logged and left out.

    ``passed_on`` are the ids of those that a team was told of.
    """
    events = []
    for row in rows:
        try:
            event = load_event(row.event)
        except UnreadableError as error:
            logger.warning("inbox row %d: %s", row.id, error)
            continue
        handled = row.status != "pending"
        events.append(
            ReceivedEvent(
                row.external_id, event, row.received_at, handled, passed_on=row.id in passed_on
            )
        )
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
