"""Everything that is held of a person, word for word: the JSON file that they are given.

``docs/privacy.md`` describes the shape. Left out are the addresses of teams, which are theirs, and
the notes that members wrote for themselves: the file says how many there are.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from bot.storage.parts.privacy.gathering import delivery, persons_own
from bot.storage.tables import (
    conversations,
    files,
    inbox,
    open_questions,
    outbox,
    request_history,
    requests,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.storage.rows import Row

FORMAT = 1
"""Goes up when a reader of the file would have to change."""

_NOT_THEIRS = {"address", "delivery", "reason"}
"""Of a line of the history: where a team is reached, and why it was not."""
_OURS = {"erase_asked", "erasing", "handling", "version"}
"""Of the state: how the assistant goes on, nothing of the person."""


async def export(connection: AsyncConnection, conversation_id: str, now: dt.datetime) -> bytes:
    """The file, in UTF-8; of a conversation that is not there, an empty one."""
    found = sa.select(conversations).where(conversations.c.id == conversation_id)
    conversation = (await connection.execute(found)).one_or_none()
    shape: dict[str, Any] = {"format": FORMAT, "written_at": _instant(now)}
    if conversation is not None:
        shape |= await _shape(connection, conversation)
    return json.dumps(shape, ensure_ascii=False, indent=2).encode("utf-8", "replace")


async def _shape(connection: AsyncConnection, conversation: Row) -> dict[str, Any]:
    state = _json(conversation.state)
    if isinstance(state, dict):
        state = {name: value for name, value in state.items() if name not in _OURS}
    return {
        "conversation": {
            "id": conversation.id,
            "channel": conversation.channel,
            "address": conversation.address,
            "since": _instant(conversation.created_at),
            "blocked_since": _instant(conversation.blocked_at),
        },
        "remembered": state,
        "messages": await _messages(connection, conversation.id),
        "replies": await _replies(connection, conversation.id),
        "look_ups": await _look_ups(connection, conversation.id),
        "requests": await _requests(connection, conversation.id),
        "files": await _files(connection, conversation.id),
        "questions_without_an_answer": await _questions(connection, conversation.id),
    }


async def _messages(connection: AsyncConnection, conversation_id: str) -> list[dict[str, Any]]:
    found = sa.select(inbox).where(inbox.c.conversation_id == conversation_id, persons_own())
    return [
        {"at": _instant(row.received_at), "id": row.external_id, **_object(row.event)}
        for row in await connection.execute(found.order_by(inbox.c.id))
    ]


async def _replies(connection: AsyncConnection, conversation_id: str) -> list[dict[str, Any]]:
    return [
        {"at": _instant(row.created_at), "sent_at": _instant(row.finished_at), **_reply(row)}
        for row in await _sent(connection, conversation_id, "reply")
    ]


def _reply(row: Row) -> dict[str, Any]:
    """What was said; the group in which a member wrote it is the team's own."""
    payload = _object(row.payload)
    return {name: value for name, value in payload.items() if value and name != "receipt"}


async def _look_ups(connection: AsyncConnection, conversation_id: str) -> list[dict[str, Any]]:
    """What the directory of companies was asked, and what it answered."""
    asked = [
        {"at": _instant(row.created_at), "asked": _object(row.payload).get("query", "")}
        for row in await _sent(connection, conversation_id, "look_up")
    ]
    answers = sa.select(inbox).where(
        inbox.c.conversation_id == conversation_id,
        inbox.c.event.startswith('{"kind":"companies"'),
    )
    return asked + [
        {"at": _instant(row.received_at), **_object(row.event)}
        for row in await connection.execute(answers.order_by(inbox.c.id))
    ]


async def _sent(connection: AsyncConnection, conversation_id: str, kind: str) -> Iterable[Row]:
    found = sa.select(outbox).where(
        outbox.c.conversation_id == conversation_id, outbox.c.kind == kind
    )
    return (await connection.execute(found.order_by(outbox.c.id))).all()


async def _requests(connection: AsyncConnection, conversation_id: str) -> list[dict[str, Any]]:
    found = sa.select(requests).where(requests.c.conversation_id == conversation_id)
    filed = (await connection.execute(found.order_by(requests.c.id))).all()
    ids = [row.id for row in filed]
    lines = defaultdict(list)
    history = sa.select(request_history).where(request_history.c.request_id.in_(ids))
    for row in await connection.execute(history.order_by(request_history.c.id)):
        lines[row.request_id].append(row)
    sent = defaultdict(list)
    cards = sa.select(outbox).where(outbox.c.request_id.in_(ids), outbox.c.kind == "card")
    for row in await connection.execute(cards.order_by(outbox.c.id)):
        sent[row.request_id].append(delivery(row).model_dump(mode="json"))
    return [
        {
            "reference": row.reference,
            "status": row.status,
            "filed_at": _instant(row.created_at),
            "changed_at": _instant(row.updated_at),
            "looked_after_by": row.owner,
            "request": _json(row.request),
            "history": [_line(line) for line in lines[row.id] if line.kind != "noted"],
            "internal_notes_of_the_team": sum(line.kind == "noted" for line in lines[row.id]),
            "deliveries": sent[row.id],
        }
        for row in filed
    ]


def _line(row: Row) -> dict[str, Any]:
    data = {name: value for name, value in _object(row.data).items() if name not in _NOT_THEIRS}
    return {"at": _instant(row.at), "what": row.kind, "by": row.author, **data}


async def _files(connection: AsyncConnection, conversation_id: str) -> list[dict[str, Any]]:
    """What was uploaded, by name and size; the files themselves are the person's own."""
    columns = (files.c.id, files.c.name, files.c.media_type, files.c.size, files.c.created_at)
    found = sa.select(*columns).where(files.c.conversation_id == conversation_id)
    return [
        {
            "id": row.id,
            "name": row.name,
            "media_type": row.media_type,
            "size_bytes": row.size,
            "at": _instant(row.created_at),
        }
        for row in await connection.execute(found.order_by(files.c.created_at))
    ]


async def _questions(connection: AsyncConnection, conversation_id: str) -> list[dict[str, Any]]:
    found = sa.select(open_questions).where(open_questions.c.conversation_id == conversation_id)
    return [
        {"at": _instant(row.created_at), "language": row.language, "text": row.text}
        for row in await connection.execute(found.order_by(open_questions.c.id))
    ]


def _json(stored: str) -> Any:  # noqa: ANN401 - whatever was stored
    """What another version of the program wrote is shown as it is."""
    try:
        return json.loads(stored)
    except ValueError:
        return stored


def _object(stored: str) -> dict[str, Any]:
    found = _json(stored)
    return found if isinstance(found, dict) else {"stored": found}


def _instant(moment: dt.datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None
