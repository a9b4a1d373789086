"""Files that a team has sent: read where their channel keeps them, for their conversation alone."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from aiohttp import web

from bot.channels.web_access import (
    DOWNLOAD_LIMIT,
    DOWNLOADS,
    FILES,
    STORE,
    authorised,
    check_limit,
    network,
)
from bot.channels.web_schema import ApiError
from bot.delivery import TransientError
from bot.delivery.files import FileUnavailableError
from bot.file_names import safe_name
from bot.media_types import recognise

if TYPE_CHECKING:
    from bot.storage.store import Store
    from handlers.values import File

DOWNLOADS_AT_ONCE = 8
"""Each is read whole, up to the 20 MB that Telegram lets a bot have."""
LATER_SECONDS = 5.0

_ID = re.compile(r"(\d{1,18})-(\d{1,3})")
_SHOWN_INLINE = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
"""Browsers show these, and nothing in them runs."""
_NOTHING_RUNS = "default-src 'none'; sandbox"
_UNKNOWN = "application/octet-stream"


async def get_file(http_request: web.Request) -> web.Response:
    """``GET /api/conversations/{id}/files/{file}``: a file of a reply of this conversation.

    What it is, is told from its content, as with uploads: a web page called ``plan.png`` is
    saved, never shown.
    """
    conversation_id = await authorised(http_request)
    app = http_request.app
    file = await _file(app[STORE], conversation_id, http_request.match_info["file"])
    check_limit(app[DOWNLOAD_LIMIT], network(http_request), "files")
    try:
        async with app[DOWNLOADS]:
            content = await app[FILES].read(file)
    except FileUnavailableError:
        raise ApiError(410, "file_gone", "This file cannot be had any more.") from None
    except TransientError:
        message = "This file cannot be had just now. Try again in a moment."
        raise ApiError(503, "try_later", message, retry_after_seconds=LATER_SECONDS) from None
    return await _response(file, content)


async def _response(file: File, content: bytes) -> web.Response:
    name = safe_name(file.name, "document")
    # Looking into a large archive takes a while.
    found = await asyncio.to_thread(recognise, content, name)
    media_type = found.media_type if found else _UNKNOWN
    name = found.name if found else name
    shown = "inline" if media_type in _SHOWN_INLINE else "attachment"
    return web.Response(
        body=content,
        headers={
            "Content-Type": media_type,
            "Content-Disposition": f"{shown}; filename*=UTF-8''{quote(name, safe='')}",
            "Content-Security-Policy": _NOTHING_RUNS,
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        },
    )


async def _file(store: Store, conversation_id: str, file_id: str) -> File:
    """The file of that id: the reply's and its place among the reply's files.

    Raises:
        ApiError: 404, also for a file of another conversation.
    """
    found = _ID.fullmatch(file_id)
    stored = await store.reply(conversation_id, int(found[1])) if found else None
    files = stored.reply.files if stored else ()
    place = int(found[2]) if found else 0
    if place >= len(files):
        raise ApiError(404, "unknown_file", "There is no such file in this conversation.")
    return files[place]
