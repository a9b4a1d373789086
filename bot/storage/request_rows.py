"""Between rows and records of requests, as :mod:`bot.storage.rows` does for all else."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from bot.storage.records import HistoryLine, StoredDelivery, StoredFile, StoredRequest
from bot.storage.stored_json import UnreadableError, dump, dump_object, faults, plain
from handlers.requests.model import Request

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from bot.storage.records import Author, HistoryKind
    from bot.storage.rows import Row

logger = logging.getLogger(__name__)


def load_request(stored: str) -> Request:
    """The request of a row; raises UnreadableError."""
    try:
        return Request.model_validate_json(stored)
    except ValidationError as error:
        raise UnreadableError(faults("request", error)) from None


def found_by(request: Request) -> dict[str, Any]:
    """The columns that a request is looked for by, and its JSON."""
    return {
        "need": request.details.need and plain(request.details.need),
        "team": request.team,
        "rule": request.rule,
        "language": request.language,
        "request": dump(request),
    }


def history_row(
    request_id: int,
    at: dt.datetime,
    kind: HistoryKind,
    author: Author,
    data: Mapping[str, Any],
) -> dict[str, Any]:
    """A line of a request's history."""
    return {
        "request_id": request_id,
        "at": at,
        "kind": kind,
        "author": author,
        "data": dump_object(data),
    }


def delivery_data(row: Row) -> dict[str, Any]:
    """What a history says of a row of the outbox."""
    return {
        "delivery": row.id,
        "channel": row.channel,
        "address": row.address,
        "news": _news(row),
    }


def stored_delivery(row: Row) -> StoredDelivery:
    """A row of the outbox with the ``reference`` of its request."""
    return StoredDelivery(
        id=row.id,
        channel=row.channel,
        address=row.address,
        kind=row.kind,
        news=_news(row),
        reference=row.reference,
        status=row.status,
        attempts=row.attempts,
        last_error=row.last_error,
        created_at=row.created_at,
        due_at=row.due_at,
        finished_at=row.finished_at,
    )


def stored_request(
    row: Row, deliveries: Iterable[Row] = (), history: Iterable[Row] = ()
) -> StoredRequest:
    """A row of the requests with what belongs to it; raises UnreadableError."""
    return StoredRequest(
        id=row.id,
        conversation_id=row.conversation_id,
        request=load_request(row.request),
        status=row.status,
        created_at=row.created_at,
        updated_at=row.updated_at,
        version=row.version,
        deliveries=tuple(map(stored_delivery, deliveries)),
        history=tuple(
            HistoryLine(line.at, line.kind, line.author, json.loads(line.data)) for line in history
        ),
    )


def stored_requests(
    rows: Iterable[Row],
    deliveries: Mapping[int, list[Row]],
    history: Mapping[int, list[Row]],
) -> list[StoredRequest]:
    """What can be read of ``rows``; the rest is logged and left out."""
    found = []
    for row in rows:
        try:
            lines = history.get(row.id, ())
            found.append(stored_request(row, deliveries.get(row.id, ()), lines))
        except UnreadableError as error:
            logger.error("request %s cannot be read: %s", row.reference, error)  # noqa: TRY400 - the trace says no more
    return found


def file_row(file: StoredFile) -> dict[str, Any]:
    """A file as it is kept."""
    return {
        "id": file.id,
        "conversation_id": file.conversation_id,
        "name": plain(file.name),
        "media_type": plain(file.media_type),
        "size": file.size_bytes,
        "content": file.content,
        "created_at": file.created_at,
    }


def stored_file(row: Row) -> StoredFile:
    """A row of the files."""
    return StoredFile(
        id=row.id,
        conversation_id=row.conversation_id,
        name=row.name,
        media_type=row.media_type,
        content=row.content,
        created_at=row.created_at,
    )


def _news(row: Row) -> str:
    """What a card tells, even of one that this version of the program cannot read."""
    if row.kind != "card":
        return ""
    try:
        return str(json.loads(row.payload)["news"])
    except (ValueError, TypeError, KeyError):
        return ""
