"""Filing requests, adding to them and withdrawing them, with history and cards."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from bot.storage import request_rows, rows, stored_json
from bot.storage.parts import history
from bot.storage.records import EffectRefused
from bot.storage.tables import outbox, requests
from handlers.effects import AddToRequest, FileRequest, WithdrawRequest

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.storage.records import HistoryKind, InboxItem
    from handlers.requests.model import Card, Request, Status
    from handlers.values import File

Change = FileRequest | AddToRequest | WithdrawRequest


@dataclass(slots=True)
class _Draft:
    """A request as the changes leave it."""

    conversation_id: str
    request: Request
    status: Status = "open"
    version: int = 0
    id: int = 0
    """0 until its row exists."""
    filed_by: int | None = None
    """The event that files it; None if it was filed before."""


@dataclass(slots=True)
class _Drafts:
    """All that the changes lead to, in their order."""

    by_reference: dict[str, _Draft]
    lines: list[tuple[_Draft, HistoryKind, dict[str, Any]]] = field(default_factory=list)
    cards: list[tuple[_Draft, InboxItem, Card]] = field(default_factory=list)

    def apply(self, item: InboxItem, change: Change) -> None:
        """Make ``change``, which ``item`` led to; raises EffectRefused."""
        match change:
            case FileRequest(request=request):
                draft = self._file(item, request)
                self._note(draft, "filed", {"team": request.team, "rule": request.rule})
                self.cards += [(draft, item, card) for card in change.cards]
            case AddToRequest(text=text, files=files):
                draft = self._own(item, change.reference)
                draft.request = _with_files(draft.request, files)
                data = {"text": text, "files": [file.model_dump() for file in files]}
                self._note(draft, "added", data)
            case WithdrawRequest():
                draft = self._own(item, change.reference)
                if draft.status in ("open", "taken"):
                    draft.status = "withdrawn"
                self._note(draft, "withdrawn", {})

    def _file(self, item: InboxItem, request: Request) -> _Draft:
        if request.reference in self.by_reference:
            raise EffectRefused(item, f"the reference {request.reference} is taken")
        draft = _Draft(item.conversation_id, request, filed_by=item.id)
        self.by_reference[request.reference] = draft
        return draft

    def _own(self, item: InboxItem, reference: str) -> _Draft:
        """The request of that reference: a conversation changes its own only."""
        draft = self.by_reference.get(reference)
        if draft is None or draft.conversation_id != item.conversation_id:
            raise EffectRefused(item, f"the conversation has no request {reference}")
        return draft

    def _note(self, draft: _Draft, kind: HistoryKind, data: dict[str, Any]) -> None:
        draft.version += 1
        self.lines.append((draft, kind, data))


async def write(
    connection: AsyncConnection, changes: Sequence[tuple[InboxItem, Change]], now: dt.datetime
) -> None:
    """Write ``changes``, whose conversations are locked; raises EffectRefused."""
    drafts = _Drafts(await _known(connection, changes))
    for item, change in changes:
        drafts.apply(item, change)
    await _insert(connection, [d for d in drafts.by_reference.values() if not d.id], now)
    await _update(connection, [d for d in drafts.by_reference.values() if not d.filed_by], now)
    lines = [
        request_rows.history_row(draft.id, now, kind, "company", data)
        for draft, kind, data in drafts.lines
    ]
    await history.write(connection, lines)
    cards = [
        rows.card_row(card, draft.id, draft.conversation_id, now, item.id)
        for draft, item, card in drafts.cards
    ]
    if cards:
        await connection.execute(sa.insert(outbox), cards)


async def _known(
    connection: AsyncConnection, changes: Sequence[tuple[InboxItem, Change]]
) -> dict[str, _Draft]:
    """The requests that ``changes`` name and that are there already."""
    items = {_reference(change): item for item, change in changes}
    found = await connection.execute(sa.select(requests).where(requests.c.reference.in_(items)))
    drafts = {}
    for row in found:
        try:
            request = request_rows.load_request(row.request)
        except stored_json.UnreadableError as error:
            raise EffectRefused(items[row.reference], f"{row.reference}: {error}") from None
        drafts[row.reference] = _Draft(
            row.conversation_id, request, row.status, row.version, row.id
        )
    return drafts


async def _insert(connection: AsyncConnection, drafts: list[_Draft], now: dt.datetime) -> None:
    """Make the rows of requests that are new."""
    if not drafts:
        return
    values = [
        {
            **_columns(draft, now),
            "reference": draft.request.reference,
            "conversation_id": draft.conversation_id,
            "inbox_id": draft.filed_by,
            "created_at": now,
        }
        for draft in drafts
    ]
    statement = sa.insert(requests).returning(requests.c.reference, requests.c.id)
    ids = {row.reference: row.id for row in await connection.execute(statement, values)}
    for draft in drafts:
        draft.id = ids[draft.request.reference]


async def _update(connection: AsyncConnection, drafts: list[_Draft], now: dt.datetime) -> None:
    """Write requests that were there before as they now are."""
    for draft in drafts:
        await connection.execute(
            sa.update(requests).where(requests.c.id == draft.id).values(**_columns(draft, now))
        )


def _columns(draft: _Draft, now: dt.datetime) -> dict[str, Any]:
    return {
        **request_rows.found_by(draft.request),
        "status": draft.status,
        "version": draft.version,
        "updated_at": now,
    }


def _reference(change: Change) -> str:
    return change.request.reference if isinstance(change, FileRequest) else change.reference


def _with_files(request: Request, files: Iterable[File]) -> Request:
    details = request.details
    known = {(file.channel, file.id) for file in details.files}
    new = tuple(file for file in files if (file.channel, file.id) not in known)
    details = details.model_copy(update={"files": details.files + new})
    return request.model_copy(update={"details": details})
