"""The event stream: replies as they come, and how the team stands to the conversation."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import logging
from typing import TYPE_CHECKING, Any

from aiohttp import web

from bot.channels.web_access import (
    CLOSING,
    INBOX,
    STREAMS,
    STREAMS_OF_ONE,
    authorised,
    network,
    place,
)
from bot.channels.web_schema import ApiError, reply_json
from bot.storage.records import News
from handlers.requests.progress import Bearing, bearing

if TYPE_CHECKING:
    from bot.storage.records import StoredReply

HEARTBEAT_SECONDS = 20.0
"""Proxies commonly close a connection that is silent for a minute."""
STREAMS_OF_CONVERSATION = 20
"""One a tab, and for a while those whose client has gone without a word."""
STREAMS_OF_NETWORK = 100
"""Of one address: the people of an office, who each have a page open."""
_STILL_HERE = b": still here\n\n"

_log = logging.getLogger(__name__)


async def stream_events(http_request: web.Request) -> web.StreamResponse:
    """``GET /api/conversations/{id}/events``: each reply after the client's cursor."""
    conversation_id = await authorised(http_request)
    app = http_request.app
    followed = _Followed(app, conversation_id, _cursor(http_request))
    with (
        place(app[STREAMS], conversation_id, "event streams"),
        place(app[STREAMS_OF_ONE], network(http_request), "event streams"),
    ):
        return await _stream(http_request, followed)


async def _stream(http_request: web.Request, followed: _Followed) -> web.StreamResponse:
    """Send what is new until the server stops or the client has gone."""
    response = web.StreamResponse(
        headers={
            "Content-Type": "text/event-stream; charset=utf-8",
            "Cache-Control": "no-store",
            "X-Accel-Buffering": "no",
        }
    )
    await response.prepare(http_request)
    try:
        await response.write(b": open\n\n")
        while (events := await followed.next()) is not None:
            await response.write(events or _STILL_HERE)
        await response.write_eof()
    except ConnectionResetError:
        _log.debug("a page closed its event stream")
    return response


class _Followed:
    """A conversation as one client knows it, event after event."""

    def __init__(self, app: web.Application, conversation_id: str, after_id: int) -> None:
        """The client knows the replies up to ``after_id``, and nothing of the team."""
        self._app = app
        self._conversation_id = conversation_id
        self._after_id = after_id
        self._version = -1
        self._told: Bearing | None = None

    async def next(self) -> bytes | None:
        """Events that the client does not know, empty after a silence; None as the server stops."""
        news = await self._news()
        if news is None:
            return None
        events = [_reply_event(stored) for stored in news.replies]
        if news.replies:
            self._after_id = news.replies[-1].id
        if news.version is not None:
            self._version = news.version
        if news.state is not None:
            now = dt.datetime.now(dt.UTC)
            present = bearing(news.state, now)
            if present != self._told:
                self._told = present
                events.append(_team_event(present, now))
        return b"".join(events)

    async def _news(self) -> News | None:
        """Within the heart-beat's time; None when the server stops."""
        closing = asyncio.ensure_future(self._app[CLOSING].wait())
        waiting = asyncio.ensure_future(
            self._app[INBOX].news(
                self._conversation_id,
                self._after_id,
                self._version,
                timeout_seconds=HEARTBEAT_SECONDS,
            )
        )
        try:
            await asyncio.wait([closing, waiting], return_when=asyncio.FIRST_COMPLETED)
            return waiting.result() if waiting.done() else None
        finally:
            for task in (closing, waiting):
                task.cancel()
            await asyncio.wait([closing, waiting])


def _reply_event(stored: StoredReply) -> bytes:
    return f"id: {stored.id}\n".encode() + _event("reply", reply_json(stored))


def _team_event(present: Bearing, now: dt.datetime) -> bytes:
    """Without an id, so that it does not move the cursor of a client that reconnects."""
    writing = present.writing
    seconds = (writing.until - now).total_seconds() if writing else 0.0
    return _event(
        "team",
        {
            "held_by": present.held_by,
            # A length of time: the client's clock may be wrong.
            "writing": {"by": writing.by, "seconds": round(seconds)} if writing else None,
            "open_requests": present.open_requests,
        },
    )


def _event(name: str, data: dict[str, Any]) -> bytes:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()


def _cursor(http_request: web.Request) -> int:
    given = http_request.headers.get("Last-Event-ID") or http_request.query.get("after") or "0"
    if not (given.isascii() and given.isdigit() and len(given) <= 18):  # noqa: PLR2004 - 64 bits
        raise ApiError(422, "invalid_cursor", "after: give the id of a reply.")
    return int(given)
