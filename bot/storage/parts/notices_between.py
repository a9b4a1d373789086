"""What one conversation tells another: events that are written with the step they come of.

A request has two conversations, the company's and that with its team
(:mod:`handlers.team.model`); each learns of the other's steps through its own inbox, in order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from pydantic import ValidationError

from bot.storage import notices, rows
from bot.storage.records import Incoming
from bot.storage.tables import inbox
from handlers.effects import AddToRequest, FileRequest, WithdrawRequest
from handlers.team.model import (
    TEAM,
    Address,
    CompanyRated,
    CompanyWithdrew,
    CompanyWrote,
    Notify,
    RateRequest,
    RequestFiled,
    WordsDelivered,
)
from handlers.values import Reply

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.storage.records import InboxItem, Stepped
    from bot.storage.rows import Row
    from handlers.effects import Effect
    from handlers.events import Event
    from handlers.values import Receipt


PULLED_CHANNELS = frozenset({"web", "terminal"})
"""Nobody sends their replies: pages come for them, so they count as sent at once."""


def notices_of(results: Sequence[Stepped]) -> list[Incoming]:
    """The events for other conversations that ``results`` lead to.

    Their ids are made of the event's they come of, so that a step repeated tells nothing twice.
    A page comes for its replies by itself: a member's words to it count as delivered.
    """
    pulled = [
        Incoming(
            TEAM,
            f"receipt-{result.item.id}-{number}-pulled",
            reply.receipt.reference,
            WordsDelivered(group=reply.receipt.group, message=reply.receipt.message, ok=True),
        )
        for result in results
        if result.item.channel in PULLED_CHANNELS
        for number, reply in enumerate(result.replies)
        if reply.receipt
    ]
    return pulled + [
        Incoming(to.channel, notice_id(result.item.id, number), to.address, event)
        for result in results
        for number, effect in enumerate(result.effects)
        for to, event in _told(result.item, effect)
    ]


def notice_id(inbox_id: int, number: int = 0) -> str:
    """The external id of what another conversation is told of an event's effect of that number."""
    return f"notice-{inbox_id}-{number}"


def _told(item: InboxItem, effect: Effect) -> list[tuple[Address, Event]]:
    match effect:
        case Notify():
            return [(effect.to, effect.event)]
        case FileRequest(request=request):
            person = Address(channel=item.channel, address=item.address)
            filed = RequestFiled(request=request, person=person)
            return [(_team(request.reference), filed)]
        case AddToRequest():
            wrote = CompanyWrote(text=effect.text, files=effect.files, edited=effect.edited)
            return [(_team(effect.reference), wrote)]
        case WithdrawRequest():
            return [(_team(effect.reference), CompanyWithdrew())]
        case RateRequest():
            return [(_team(effect.reference), CompanyRated(helped=effect.helped))]
        case _:
            return []


def _team(reference: str) -> Address:
    return Address(channel=TEAM, address=reference)


def receipts(sent: Iterable[Row], *, ok: bool) -> list[Incoming]:
    """What teams are told of those rows of the outbox that are a member's words."""
    found = []
    for row in sent:
        receipt = _receipt(row)
        if receipt:
            event = WordsDelivered(group=receipt.group, message=receipt.message, ok=ok)
            external_id = f"receipt-{row.id}-{'sent' if ok else 'dead'}"
            found.append(Incoming(TEAM, external_id, receipt.reference, event))
    return found


def _receipt(row: Row) -> Receipt | None:
    if row.kind != "reply" or '"receipt":{' not in row.payload:
        return None
    try:
        return Reply.model_validate_json(row.payload).receipt
    except ValidationError:
        return None


async def write(
    connection: AsyncConnection,
    told: Sequence[Incoming],
    ids: Mapping[tuple[str, str], str],
    now: dt.datetime,
) -> None:
    """Put ``told`` into the inbox; ``ids`` are their conversations', which are locked."""
    if told:
        values = [rows.inbox_row(one, ids[one.channel, one.address], now) for one in told]
        await connection.execute(sa.insert(inbox), values)
        await notices.notify_received(connection)
