"""How much is held of a person, as a message can tell it."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.storage import request_rows, rows, stored_json
from bot.storage.tables import (
    conversations,
    files,
    inbox,
    open_questions,
    outbox,
    request_history,
    requests,
)
from handlers.events import PERSONS_OWN
from handlers.privacy.model import DataGathered, GatherData, Held, HeldDelivery, HeldRequest

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.storage.records import Stepped
    from handlers.values import File


def asked_for(results: Sequence[Stepped]) -> list[tuple[Stepped, GatherData]]:
    """The results that want to know, and what for."""
    return [
        (result, effect)
        for result in results
        for effect in result.effects
        if isinstance(effect, GatherData)
    ]


async def answer(connection: AsyncConnection, result: Stepped, effect: GatherData) -> DataGathered:
    """What is held of the person whose event that was."""
    found = await held(connection, result.item.conversation_id)
    return DataGathered(purpose=effect.purpose, held=found)


def persons_own() -> sa.ColumnElement[bool]:
    """The rows of the inbox that a person has sent: the kind comes first in their JSON.

    What was received once more, to be put to a member of the team, counts once.
    """
    kinds = (one.model_fields["kind"].default for one in PERSONS_OWN)
    theirs = sa.or_(*(inbox.c.event.startswith(f'{{"kind":"{kind}"') for kind in kinds))
    return sa.and_(theirs, sa.not_(inbox.c.external_id.startswith("withheld-")))


async def held(connection: AsyncConnection, conversation_id: str) -> Held:
    """All of it, counted; the conversation must be there."""
    found = sa.select(conversations).where(conversations.c.id == conversation_id)
    conversation = (await connection.execute(found)).one()
    mine = sa.and_(inbox.c.conversation_id == conversation_id, persons_own())
    said = await connection.scalar(sa.select(sa.func.count()).select_from(inbox).where(mine))
    asked = await connection.scalar(
        sa.select(sa.func.count())
        .select_from(open_questions)
        .where(open_questions.c.conversation_id == conversation_id)
    )
    kinds = await _outbox_by_kind(connection, conversation_id)
    filed = await _requests(connection, conversation_id)
    return Held(
        conversation=conversation_id,
        since=conversation.created_at,
        messages=said or 0,
        replies=kinds["reply"],
        look_ups=kinds["look_up"],
        requests=tuple(filed),
        files=await _file_names(connection, conversation),
        questions=asked or 0,
    )


async def _outbox_by_kind(connection: AsyncConnection, conversation_id: str) -> Counter[str]:
    counted = (
        sa.select(outbox.c.kind, sa.func.count())
        .where(outbox.c.conversation_id == conversation_id)
        .group_by(outbox.c.kind)
    )
    return Counter({row[0]: row[1] for row in await connection.execute(counted)})


async def _requests(connection: AsyncConnection, conversation_id: str) -> list[HeldRequest]:
    found = sa.select(requests).where(requests.c.conversation_id == conversation_id)
    filed = (await connection.execute(found.order_by(requests.c.id))).all()
    ids = [row.id for row in filed]
    cards = sa.select(outbox).where(outbox.c.request_id.in_(ids), outbox.c.kind == "card")
    sent = defaultdict(list)
    for row in await connection.execute(cards.order_by(outbox.c.id)):
        sent[row.request_id].append(delivery(row))
    noted = sa.select(request_history.c.request_id).where(
        request_history.c.request_id.in_(ids), request_history.c.kind == "noted"
    )
    notes = Counter(await connection.scalars(noted))
    return [
        HeldRequest(
            reference=row.reference,
            status=row.status,
            filed_at=row.created_at,
            deliveries=tuple(sent[row.id]),
            notes=notes[row.id],
        )
        for row in filed
    ]


def delivery(card: rows.Row) -> HeldDelivery:
    """Where a card went, without the address: that is the team's own."""
    try:
        team = str(json.loads(card.payload)["team"])
    except (ValueError, TypeError, KeyError):
        team = ""
    at = card.finished_at if card.status == "sent" else None
    return HeldDelivery(channel=card.channel, team=team, at=at)


async def _file_names(connection: AsyncConnection, conversation: rows.Row) -> tuple[str, ...]:
    """Each file once: what was uploaded, what a request has, and what waits for one."""
    uploaded = sa.select(files.c.id, files.c.name).where(files.c.conversation_id == conversation.id)
    filed = sa.select(requests.c.request).where(requests.c.conversation_id == conversation.id)
    names = {row.id: row.name for row in await connection.execute(uploaded)}
    for stored in await connection.scalars(filed):
        try:
            names |= _named(request_rows.load_request(stored).details.files)
        except stored_json.UnreadableError:
            continue
    state = rows.read_state(conversation)
    if state:
        names |= _named(state.files)
        names |= _named(state.form.details.files if state.form else ())
    return tuple(names.values())


def _named(some: Iterable[File]) -> dict[str, str]:
    return {file.id: file.name for file in some}
