"""A team's work: what its group is shown, the request's history, messages and timers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.storage import request_rows, rows, stored_json
from bot.storage.parts import history, notices_between
from bot.storage.parts.base import Part
from bot.storage.parts.conversations import lock_conversations
from bot.storage.records import EffectRefused, Incoming, ShownMessage
from bot.storage.tables import outbox, requests, team_messages, timers
from handlers.team.model import KeepHistory, Mark, SendCards, SetTimer, ShowTeam, TimeCame

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.storage.records import Author, InboxItem, ShownPurpose
    from bot.storage.rows import Row
    from handlers.team.model import TeamPayload

TeamEffect = KeepHistory | SendCards | SetTimer | ShowTeam


class TeamPart(Part):
    """What was shown in which group, and timers that come due."""

    async def keep_message(
        self, group: str, message_id: int, reference: str, purpose: ShownPurpose, now: dt.datetime
    ) -> None:
        """The assistant's message ``message_id`` in ``group`` is of the request ``reference``.

        Nothing is kept of a request that was erased: what tells a group so is a message as well.
        """
        values = {"reference": reference, "purpose": purpose, "created_at": now}
        statement = (
            self._insert(team_messages)
            .values(group_id=group, message_id=message_id, **values)
            .on_conflict_do_update(index_elements=["group_id", "message_id"], set_=values)
        )
        known = sa.select(requests.c.id).where(requests.c.reference == reference)
        async with self._database.write() as connection:
            if await connection.scalar(known.with_for_update(read=True)) is not None:
                await connection.execute(statement)

    async def shown_message(self, group: str, message_id: int) -> ShownMessage | None:
        """What the assistant's message is of; None if it is of no request."""
        query = sa.select(team_messages).where(
            team_messages.c.group_id == group, team_messages.c.message_id == message_id
        )
        async with self._database.read() as connection:
            row = (await connection.execute(query)).one_or_none()
        return None if row is None else ShownMessage(row.reference, row.purpose)

    async def shown_card(self, group: str, reference: str) -> int | None:
        """The newest message in ``group`` that shows the request's card."""
        query = (
            sa.select(sa.func.max(team_messages.c.message_id))
            .where(team_messages.c.group_id == group, team_messages.c.reference == reference)
            .where(team_messages.c.purpose == "card")
        )
        async with self._database.read() as connection:
            found: int | None = await connection.scalar(query)
            return found

    async def ring_timers(self, now: dt.datetime, limit: int = 100) -> int:
        """Put an event into the inbox for each timer that is due, and take the timer away.

        Returns:
            How many there were.
        """
        due = sa.select(timers).where(timers.c.due_at <= now).order_by(timers.c.id).limit(limit)
        async with self._database.write() as connection:
            found = (await connection.execute(due)).all()
            lock = lock_conversations({timer.conversation_id for timer in found})
            of = {row.id: row for row in (await connection.execute(lock)).all()}
            # Only now is it sure that no step has set them anew, nor another process taken them.
            take = (
                sa.delete(timers)
                .where(timers.c.id.in_([timer.id for timer in found]), timers.c.due_at <= now)
                .returning(timers.c.id, timers.c.conversation_id, timers.c.name)
            )
            taken = (await connection.execute(take)).all() if found else []
            told = [_rung(timer, of[timer.conversation_id]) for timer in taken]
            ids = {(row.channel, row.address): row.id for row in of.values()}
            await notices_between.write(connection, told, ids, now)
        return len(taken)


def _rung(timer: Row, conversation: Row) -> Incoming:
    event = TimeCame(name=timer.name)
    return Incoming(conversation.channel, f"timer-{timer.id}", conversation.address, event)


async def write(
    connection: AsyncConnection,
    effects: Sequence[tuple[InboxItem, TeamEffect]],
    now: dt.datetime,
) -> None:
    """Write ``effects``, whose conversations are locked; raises EffectRefused."""
    ids = await _request_ids(connection, effects)
    lines: list[dict[str, Any]] = []
    shown: list[dict[str, Any]] = []
    for item, effect in effects:
        match effect:
            case KeepHistory():
                request_id = _id(ids, item, effect.reference)
                lines.append(_line(request_id, effect, now))
                await _stand(connection, request_id, effect, now)
            case SendCards(cards=cards):
                for card in cards:
                    request_id = _id(ids, item, card.request.reference)
                    row = rows.card_row(card, request_id, item.conversation_id, now, item.id)
                    shown.append(row)
            case ShowTeam(payload=payload):
                request_id = _id(ids, item, _shown_of(payload))
                shown.append(rows.team_row(payload, request_id, item, now))
            case SetTimer():
                await _set_timer(connection, item, effect)
    await history.write(connection, lines)
    if shown:
        await connection.execute(sa.insert(outbox), shown)


async def show(connection: AsyncConnection, item: InboxItem, mark: Mark, now: dt.datetime) -> None:
    """Show ``mark`` in its group because of ``item``; nothing of a request that was erased."""
    found = sa.select(requests.c.id).where(requests.c.reference == mark.reference)
    request_id = await connection.scalar(found)
    if request_id is not None:
        await connection.execute(
            sa.insert(outbox).values(rows.team_row(mark, request_id, item, now))
        )


def _id(ids: Mapping[str, int], item: InboxItem, reference: str) -> int:
    if reference not in ids:
        raise EffectRefused(item, f"there is no request {reference}")
    return ids[reference]


async def _request_ids(
    connection: AsyncConnection, effects: Sequence[tuple[InboxItem, TeamEffect]]
) -> dict[str, int]:
    named: set[str] = set()
    for _, effect in effects:
        if isinstance(effect, KeepHistory):
            named.add(effect.reference)
        elif isinstance(effect, ShowTeam):
            named.add(_shown_of(effect.payload))
        elif isinstance(effect, SendCards):
            named |= {card.request.reference for card in effect.cards}
    found = sa.select(requests.c.reference, requests.c.id).where(requests.c.reference.in_(named))
    return {row.reference: row.id for row in await connection.execute(found)}


def _shown_of(payload: TeamPayload) -> str:
    """The reference of the request that ``payload`` is of."""
    return payload.reference if isinstance(payload, Mark) else payload.card.request.reference


def _line(request_id: int, effect: KeepHistory, now: dt.datetime) -> dict[str, Any]:
    data = {"name": effect.author, "text": effect.text}
    author: Author = "staff" if effect.author else "assistant"
    return request_rows.history_row(request_id, now, effect.what, author, data)


async def _stand(
    connection: AsyncConnection, request_id: int, effect: KeepHistory, now: dt.datetime
) -> None:
    """The request as it now stands. One that the company has withdrawn stays so."""
    this = sa.and_(requests.c.id == request_id, requests.c.status != "withdrawn")
    stored: str | None = await connection.scalar(sa.select(requests.c.request).where(this))
    if stored is None:
        return
    team = effect.team or None
    await connection.execute(
        sa.update(requests)
        .where(this)
        .values(
            status=effect.status,
            team=team,
            request=_of_team(stored, team),
            owner=stored_json.plain(effect.owner),
            updated_at=now,
            version=requests.c.version + 1,
        )
    )


def _of_team(stored: str, team: str | None) -> str:
    """The ``stored`` request as one that ``team`` has, as it is listed and exported."""
    try:
        request = request_rows.load_request(stored)
    except stored_json.UnreadableError:
        return stored
    return stored_json.dump(request.model_copy(update={"team": team}))


async def _set_timer(connection: AsyncConnection, item: InboxItem, effect: SetTimer) -> None:
    key = {"conversation_id": item.conversation_id, "name": effect.name}
    if effect.due_at is None:
        this = [timers.c[name] == value for name, value in key.items()]
        await connection.execute(sa.delete(timers).where(*this))
        return
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    statement = insert(timers).values(**key, due_at=effect.due_at)
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=["conversation_id", "name"], set_={"due_at": effect.due_at}
        )
    )
