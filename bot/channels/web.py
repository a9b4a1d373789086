"""The web channel: the chat page and its JSON API (``openapi.yaml`` describes it)."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import math
import secrets
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web

from bot.channels.web_access import (
    BUSY_SECONDS,
    CLOSING,
    CONVERSATION_LIMIT,
    DOWNLOAD_LIMIT,
    DOWNLOADS,
    FILE_LIMIT,
    FILES,
    INBOX,
    MESSAGE_LIMIT,
    SETTINGS,
    STORE,
    STREAMS,
    STREAMS_OF_ONE,
    UPLOADS,
    UPLOADS_OF_ONE,
    authorised,
    check_limit,
    check_origin,
    json_response,
    network,
    place,
    token_hash,
)
from bot.channels.web_downloads import DOWNLOADS_AT_ONCE, get_file
from bot.channels.web_files import UPLOADS_AT_ONCE, UPLOADS_OF_NETWORK, SentFile, check_room
from bot.channels.web_limits import AtOnce, RateLimit
from bot.channels.web_page import Page, add_security_headers
from bot.channels.web_schema import (
    BODY_LIMIT_BYTES,
    ApiError,
    SentMessage,
    external_id,
    reply_json,
    transcript_json,
)
from bot.channels.web_stream import (
    STREAMS_OF_CONVERSATION,
    STREAMS_OF_NETWORK,
    stream_events,
)
from bot.errors import without_message
from bot.storage.records import Incoming, StoredFile
from handlers.events import AttachmentReceived, Event
from handlers.values import File

if TYPE_CHECKING:
    from collections.abc import Callable

    from aiohttp.typedefs import Handler

    from bot.delivery.files import FilesByChannel
    from bot.inbox import Inbox
    from bot.settings import Settings
    from bot.storage.store import Store
    from knowledge.model import KnowledgeBase

CHANNEL = "web"
ANSWER_WITHIN_SECONDS = 10.0
"""How long a POST waits for its replies; later ones come by the event stream."""

_DESCRIPTION = Path(__file__).resolve().parent / "openapi.yaml"
_REASONS = {
    404: ("not_found", "There is nothing at this address."),
    405: ("method_not_allowed", "This address does not take this method."),
    413: ("too_large", "The request is too large."),
}

_log = logging.getLogger(__name__)


def add_web_routes(  # noqa: PLR0913 - the parts that serving.py wires
    app: web.Application,
    *,
    inbox: Inbox,
    store: Store,
    settings: Settings,
    files: FilesByChannel,
    knowledge: Callable[[], KnowledgeBase],
) -> None:
    """Give ``app`` the page and the API.

    ``files`` is where those that teams send are read; ``knowledge`` returns the one in use at
    that moment.
    """
    app[INBOX] = inbox
    app[STORE] = store
    app[SETTINGS] = settings
    app[FILES] = files
    _set_limits(app, settings)
    app[CLOSING] = asyncio.Event()
    page = Page(knowledge)
    app.router.add_get("/", page.index)
    app.router.add_get("/static/{version}/{name}", page.static)
    app.router.add_get("/api/openapi.yaml", describe)
    app.router.add_post("/api/conversations", create_conversation)
    app.router.add_post("/api/conversations/{id}/messages", post_message)
    app.router.add_get("/api/conversations/{id}/messages", get_messages)
    app.router.add_post("/api/conversations/{id}/files", post_file)
    app.router.add_get("/api/conversations/{id}/files/{file}", get_file)
    app.router.add_get("/api/conversations/{id}/events", stream_events)
    app.middlewares.append(errors_as_json)
    app.on_response_prepare.append(add_security_headers)
    app.on_shutdown.append(_end_streams)


def _set_limits(app: web.Application, settings: Settings) -> None:
    app[MESSAGE_LIMIT] = RateLimit(settings.web_messages_per_minute)
    app[CONVERSATION_LIMIT] = RateLimit(settings.web_conversations_per_minute)
    app[FILE_LIMIT] = RateLimit(settings.web_files_per_minute)
    app[DOWNLOAD_LIMIT] = RateLimit(settings.web_files_per_minute)
    app[UPLOADS] = asyncio.Semaphore(UPLOADS_AT_ONCE)
    app[UPLOADS_OF_ONE] = AtOnce(UPLOADS_OF_NETWORK)
    app[DOWNLOADS] = asyncio.Semaphore(DOWNLOADS_AT_ONCE)
    app[STREAMS] = AtOnce(STREAMS_OF_CONVERSATION)
    app[STREAMS_OF_ONE] = AtOnce(STREAMS_OF_NETWORK)


async def _end_streams(app: web.Application) -> None:
    app[CLOSING].set()


@web.middleware
async def errors_as_json(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Under ``/api/``, every error is ``{"error": {"code", "message"}}``, none a traceback."""
    if not request.path.startswith("/api/"):
        return await handler(request)
    try:
        return await handler(request)
    except ApiError as error:
        return _error(error)
    except web.HTTPException as error:
        if error.status not in _REASONS:
            raise
        code, message = _REASONS[error.status]
        response = _error(ApiError(error.status, code, message))
        if "Allow" in error.headers:
            response.headers["Allow"] = error.headers["Allow"]
        return response
    except Exception as error:  # noqa: BLE001 - the last line of defence; it is logged
        _log.error("%s %s failed: %s", request.method, request.path, without_message(error))
        message = "Something failed on our side. The same request may be sent again."
        return _error(ApiError(500, "internal", message))


def _error(error: ApiError) -> web.Response:
    response = web.json_response(
        {"error": {"code": error.code, "message": error.message}}, status=error.status
    )
    response.headers["Cache-Control"] = "no-store"
    if error.status == 401:  # noqa: PLR2004 - Unauthorized
        response.headers["WWW-Authenticate"] = "Bearer"
    if error.retry_after_seconds is not None:
        response.headers["Retry-After"] = str(math.ceil(error.retry_after_seconds))
    return response


async def describe(_request: web.Request) -> web.Response:
    """``GET /api/openapi.yaml``."""
    return web.Response(
        text=_DESCRIPTION.read_text(encoding="utf-8"), content_type="application/yaml"
    )


async def create_conversation(http_request: web.Request) -> web.Response:
    """``POST /api/conversations``: only the token's hash is kept."""
    check_origin(http_request)
    app = http_request.app
    check_limit(app[CONVERSATION_LIMIT], network(http_request), "conversations")
    conversation_id, token = str(uuid.uuid4()), secrets.token_urlsafe(32)
    await app[STORE].create_web_conversation(
        conversation_id, token_hash(token), dt.datetime.now(dt.UTC)
    )
    return json_response({"id": conversation_id, "token": token}, status=201)


async def post_message(http_request: web.Request) -> web.Response:
    """``POST /api/conversations/{id}/messages``: idempotent by the message's id."""
    check_origin(http_request)
    conversation_id = await authorised(http_request)
    check_limit(http_request.app[MESSAGE_LIMIT], conversation_id, "messages")
    message = SentMessage.read(await _json_body(http_request))
    key = external_id(conversation_id, message.id)
    return await _answer(http_request.app, conversation_id, key, message.event)


async def post_file(http_request: web.Request) -> web.Response:
    """``POST /api/conversations/{id}/files``: idempotent by the file's id.

    The file is kept before its event is, so that no event is without its file.
    """
    check_origin(http_request)
    conversation_id = await authorised(http_request)
    app = http_request.app
    # By address and not by conversation, of which one can open many: a file is large.
    sender = network(http_request)
    check_limit(app[FILE_LIMIT], sender, "files")
    with place(app[UPLOADS_OF_ONE], sender, "files"):
        if app[UPLOADS].locked():
            message = "Many files are on their way. Try again in a moment."
            raise ApiError(429, "too_many", message, retry_after_seconds=BUSY_SECONDS)
        async with app[UPLOADS]:
            sent = await SentFile.receive(http_request)
            key = external_id(conversation_id, sent.id)
            file = await _keep(app[STORE], conversation_id, key, sent)
    album = str(sent.album) if sent.album else ""
    what = "photo" if file.media_type.startswith("image/") else "document"
    event = AttachmentReceived(what=what, file=file, album=album)
    return await _answer(app, conversation_id, key, event)


async def _keep(store: Store, conversation_id: str, key: str, sent: SentFile) -> File:
    """``sent`` in the store, as the dialogue is told of it."""
    kept = await store.files_kept(conversation_id, but=key)
    check_room(*kept, len(sent.content))
    found = await sent.recognise()
    await store.add_file(
        StoredFile(
            id=key,
            conversation_id=conversation_id,
            name=found.name,
            media_type=found.media_type,
            content=sent.content,
            created_at=dt.datetime.now(dt.UTC),
        )
    )
    return File(
        channel=CHANNEL,
        id=key,
        name=found.name,
        media_type=found.media_type,
        size_bytes=len(sent.content),
    )


async def _answer(
    app: web.Application, conversation_id: str, key: str, event: Event
) -> web.Response:
    """Commit ``event`` under ``key`` and wait a while for its replies."""
    inbox = app[INBOX]
    await inbox.receive([Incoming(CHANNEL, key, conversation_id, event)])
    replies = await inbox.replies_to(CHANNEL, key, timeout_seconds=ANSWER_WITHIN_SECONDS)
    if replies is None:
        return json_response({"replies": []}, status=202)
    passed_on = await app[STORE].passed_on(CHANNEL, key)
    return json_response({"replies": list(map(reply_json, replies)), "passed_on": passed_on})


async def get_messages(http_request: web.Request) -> web.Response:
    """``GET /api/conversations/{id}/messages``: for a page that reloads."""
    conversation_id = await authorised(http_request)
    transcript = await http_request.app[STORE].transcript(conversation_id)
    return json_response({"messages": transcript_json(transcript)})


async def _json_body(http_request: web.Request) -> bytes:
    if http_request.content_type != "application/json":
        raise ApiError(415, "not_json", "Send JSON: Content-Type: application/json.")
    body = bytearray()
    async for chunk in http_request.content.iter_any():
        body += chunk
        if len(body) > BODY_LIMIT_BYTES:
            raise ApiError(413, *_REASONS[413])
    return bytes(body)
