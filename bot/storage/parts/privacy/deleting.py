"""Erasing the rows of a person, and writing that they were: parts of one transaction."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.storage import request_rows, rows, stored_json
from bot.storage.tables import (
    conversations,
    erasures,
    files,
    inbox,
    open_questions,
    outbox,
    request_history,
    requests,
    team_messages,
    timers,
    topics,
)
from handlers.privacy.model import Forgotten
from handlers.state import ConversationState

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.storage.parts.privacy.scope import Scope
    from bot.storage.privacy_records import Proof

REMEMBERED = dt.timedelta(days=2)
"""How long the ids of erased events are kept: Telegram gives an update again for a day at most."""

FORGOTTEN = stored_json.dump(Forgotten())
"""What stands in place of an event."""


async def delete(
    connection: AsyncConnection, scope: Scope, now: dt.datetime, *, remember: bool
) -> None:
    """Erase the rows of ``scope``, those that refer to others first.

    ``remember``: a whole conversation stays as an empty one, and so do the ids of its events, so
    that none is taken in again.
    """
    theirs, named = scope.conversation_ids, scope.references
    filed = await _filed_files(connection, scope)
    for table, which in (
        (outbox, scope.deliveries),
        (open_questions, open_questions.c.conversation_id.in_(theirs)),
        (team_messages, team_messages.c.reference.in_(named)),
        (topics, topics.c.reference.in_(named)),
        (timers, timers.c.conversation_id.in_(theirs)),
        (files, sa.or_(files.c.conversation_id.in_(theirs), files.c.id.in_(filed))),
        (request_history, request_history.c.request_id.in_(scope.request_ids)),
        (requests, requests.c.id.in_(scope.request_ids)),
        (inbox, inbox.c.conversation_id.in_(scope.team_ids)),
        (conversations, conversations.c.id.in_(scope.team_ids)),
    ):
        await connection.execute(sa.delete(table).where(which))
    if not scope.whole:
        await _forget_requests(connection, scope)
    elif remember:
        await _empty(connection, scope.conversation_id, now)
    else:
        await remove(connection, scope.conversation_id)


async def _filed_files(connection: AsyncConnection, scope: Scope) -> list[str]:
    """The ids of the files that these requests have."""
    found = sa.select(requests.c.request).where(requests.c.id.in_(scope.request_ids))
    ids: list[str] = []
    for stored in await connection.scalars(found):
        try:
            ids += [file.id for file in request_rows.load_request(stored).details.files]
        except stored_json.UnreadableError:
            continue
    return ids


async def _forget_requests(connection: AsyncConnection, scope: Scope) -> None:
    """The conversation goes on, and knows these requests no more."""
    this = conversations.c.id == scope.conversation_id
    conversation = (await connection.execute(sa.select(conversations).where(this))).one()
    state = rows.read_state(conversation)
    if state is None:
        return
    named = set(scope.references)
    left = state.model_copy(
        update={
            "requests": tuple(o for o in state.requests if o.request.reference not in named),
            "closed": tuple(o for o in state.closed if o.request.reference not in named),
            "doing": None if state.doing and state.doing.reference in named else state.doing,
        }
    )
    version = conversation.version + 1
    await connection.execute(
        sa.update(conversations).where(this).values(state=stored_json.dump(left), version=version)
    )


async def _empty(connection: AsyncConnection, conversation_id: str, now: dt.datetime) -> None:
    mine = inbox.c.conversation_id == conversation_id
    recent = inbox.c.received_at > now - REMEMBERED
    await connection.execute(sa.delete(inbox).where(mine, sa.not_(recent)))
    await forget_events(connection, mine, now)
    await connection.execute(
        sa.update(conversations)
        .where(conversations.c.id == conversation_id)
        .values(
            state=stored_json.dump(ConversationState()),
            version=conversations.c.version + 1,
            created_at=now,
            erased_at=now,
        )
    )


async def forget_events(
    connection: AsyncConnection, which: sa.ColumnElement[bool], now: dt.datetime
) -> None:
    """Nothing but their ids stays of the events of ``which``, which are handled with that."""
    await connection.execute(
        sa.update(inbox)
        .where(which)
        .values(
            event=FORGOTTEN,
            context="{}",
            status="done",
            finished_at=sa.func.coalesce(inbox.c.finished_at, sa.bindparam("now", now)),
            leased_until=None,
            last_error=None,
        )
    )


async def remove(connection: AsyncConnection, conversation_id: str) -> None:
    """A conversation of which nothing is left but what was said in it."""
    await connection.execute(sa.delete(outbox).where(outbox.c.conversation_id == conversation_id))
    await connection.execute(sa.delete(inbox).where(inbox.c.conversation_id == conversation_id))
    await connection.execute(sa.delete(conversations).where(conversations.c.id == conversation_id))


async def prove(connection: AsyncConnection, proof: Proof) -> None:
    """Write the line that stays."""
    await connection.execute(
        sa.insert(erasures).values(
            at=proof.at,
            asked_by=proof.asked_by,
            channel=proof.channel,
            counts=stored_json.dump_object(proof.counts),
            request_references=stored_json.dump_list(proof.references),
        )
    )
