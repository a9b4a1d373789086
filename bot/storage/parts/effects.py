"""What a step asks for, all of which are rows: written with its state, or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.storage import rows, stored_json
from bot.storage.parts import request_changes, team
from bot.storage.parts.privacy import erasing
from bot.storage.parts.team import TeamEffect
from bot.storage.tables import open_questions, outbox
from handlers.effects import (
    AddToRequest,
    FileRequest,
    LookUpCompany,
    RecordQuestion,
    WithdrawRequest,
)
from handlers.privacy.model import EraseData

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.storage.records import InboxItem, Stepped


async def carry_out(
    connection: AsyncConnection, results: Sequence[Stepped], now: dt.datetime
) -> None:
    """Write the effects of ``results``; raises EffectRefused, and then nothing may be committed."""
    effects = [(result.item, effect) for result in results for effect in result.effects]
    questions = [(item, e) for item, e in effects if isinstance(e, RecordQuestion)]
    look_ups = [(item, e) for item, e in effects if isinstance(e, LookUpCompany)]
    changes = [
        (item, e)
        for item, e in effects
        if isinstance(e, FileRequest | AddToRequest | WithdrawRequest)
    ]
    if questions:
        await _record(connection, questions, now)
    if look_ups:
        values = [rows.look_up_row(item, question, now) for item, question in look_ups]
        await connection.execute(sa.insert(outbox), values)
    if changes:
        await request_changes.write(connection, changes, now)
    work = [(item, e) for item, e in effects if isinstance(e, TeamEffect)]
    if work:
        await team.write(connection, work, now)
    for item, effect in effects:
        if isinstance(effect, EraseData):
            await erasing.begin(connection, item.conversation_id, effect, now, item)


async def _record(
    connection: AsyncConnection,
    questions: Sequence[tuple[InboxItem, RecordQuestion]],
    now: dt.datetime,
) -> None:
    values = [
        {
            "conversation_id": item.conversation_id,
            "inbox_id": item.id,
            "kind": question.kind,
            "text": stored_json.plain(question.text),
            "language": question.language,
            "created_at": now,
        }
        for item, question in questions
    ]
    await connection.execute(sa.insert(open_questions), values)
