"""The web channel: the chat page and its JSON API (``openapi.yaml`` describes it)."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import hmac
import json
import logging
import math
import secrets
import uuid
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aiohttp import web

from bot.channels.web_files import UPLOADS_AT_ONCE, SentFile
from bot.channels.web_limits import RateLimit, client_network
from bot.channels.web_page import Page, add_security_headers
from bot.channels.web_schema import (
    BODY_LIMIT_BYTES,
    ApiError,
    SentMessage,
    external_id,
    reply_json,
    transcript_json,
)
from bot.inbox import Inbox
from bot.settings import Settings
from bot.storage.records import Incoming, StoredFile, StoredReply
from bot.storage.store import Store
from handlers.events import AttachmentReceived, Event
from handlers.requests.model import File

if TYPE_CHECKING:
    from collections.abc import Callable

    from aiohttp.typedefs import Handler

    from knowledge.model import KnowledgeBase

CHANNEL = "web"
ANSWER_WITHIN_SECONDS = 10.0
"""How long a POST waits for its replies; later ones come by the event stream."""
BUSY_SECONDS = 5.0
"""After so long, one of the uploads under way is likely to be done."""
HEARTBEAT_SECONDS = 20.0
"""Proxies commonly close a connection that is silent for a minute."""

_DESCRIPTION = Path(__file__).resolve().parent / "openapi.yaml"
_REASONS = {
    404: ("not_found", "There is nothing at this address."),
    405: ("method_not_allowed", "This address does not take this method."),
    413: ("too_large", "The request is too large."),
}

INBOX = web.AppKey("web_inbox", Inbox)
STORE = web.AppKey("web_store", Store)
SETTINGS = web.AppKey("web_settings", Settings)
FILE_LIMIT = web.AppKey("web_file_limit", RateLimit)
UPLOADS = web.AppKey("web_uploads", asyncio.Semaphore)
MESSAGE_LIMIT = web.AppKey("web_message_limit", RateLimit)
CONVERSATION_LIMIT = web.AppKey("web_conversation_limit", RateLimit)
CLOSING = web.AppKey("web_closing", asyncio.Event)

_log = logging.getLogger(__name__)


def add_web_routes(
    app: web.Application,
    *,
    inbox: Inbox,
    store: Store,
    settings: Settings,
    knowledge: Callable[[], KnowledgeBase],
) -> None:
    """Give ``app`` the page and the API. ``knowledge`` returns the one in use at that moment."""
    app[INBOX] = inbox
    app[STORE] = store
    app[SETTINGS] = settings
    app[MESSAGE_LIMIT] = RateLimit(settings.web_messages_per_minute)
    app[CONVERSATION_LIMIT] = RateLimit(settings.web_conversations_per_minute)
    app[FILE_LIMIT] = RateLimit(settings.web_files_per_minute)
    app[UPLOADS] = asyncio.Semaphore(UPLOADS_AT_ONCE)
    app[CLOSING] = asyncio.Event()
    page = Page(knowledge)
    app.router.add_get("/", page.index)
    app.router.add_get("/static/{version}/{name}", page.static)
    app.router.add_get("/api/openapi.yaml", describe)
    app.router.add_post("/api/conversations", create_conversation)
    app.router.add_post("/api/conversations/{id}/messages", post_message)
    app.router.add_get("/api/conversations/{id}/messages", get_messages)
    app.router.add_post("/api/conversations/{id}/files", post_file)
    app.router.add_get("/api/conversations/{id}/events", stream_events)
    app.middlewares.append(errors_as_json)
    app.on_response_prepare.append(add_security_headers)
    app.on_shutdown.append(_end_streams)


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
    except Exception:  # noqa: BLE001 - the last line of defence; it is logged
        _log.exception("%s %s failed", request.method, request.path)
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


def _json(payload: object, status: int = 200) -> web.Response:
    response = web.json_response(
        payload, status=status, dumps=lambda value: json.dumps(value, ensure_ascii=False)
    )
    response.headers["Cache-Control"] = "no-store"
    return response


async def describe(_request: web.Request) -> web.Response:
    """``GET /api/openapi.yaml``."""
    return web.Response(
        text=_DESCRIPTION.read_text(encoding="utf-8"), content_type="application/yaml"
    )


async def create_conversation(http_request: web.Request) -> web.Response:
    """``POST /api/conversations``: only the token's hash is kept."""
    _check_origin(http_request)
    app = http_request.app
    network = client_network(http_request, app[SETTINGS].web_trusted_proxies)
    _check_limit(app[CONVERSATION_LIMIT], network, "conversations")
    conversation_id, token = str(uuid.uuid4()), secrets.token_urlsafe(32)
    await app[STORE].create_web_conversation(
        conversation_id, _token_hash(token), dt.datetime.now(dt.UTC)
    )
    return _json({"id": conversation_id, "token": token}, status=201)


async def post_message(http_request: web.Request) -> web.Response:
    """``POST /api/conversations/{id}/messages``: idempotent by the message's id."""
    _check_origin(http_request)
    conversation_id = await _authorised(http_request)
    _check_limit(http_request.app[MESSAGE_LIMIT], conversation_id, "messages")
    message = SentMessage.read(await _json_body(http_request))
    key = external_id(conversation_id, message.id)
    return await _answer(http_request.app, conversation_id, key, message.event)


async def post_file(http_request: web.Request) -> web.Response:
    """``POST /api/conversations/{id}/files``: idempotent by the file's id.

    The file is kept before its event is, so that no event is without its file.
    """
    _check_origin(http_request)
    conversation_id = await _authorised(http_request)
    app = http_request.app
    # By address and not by conversation, of which one can open many: a file is large.
    network = client_network(http_request, app[SETTINGS].web_trusted_proxies)
    _check_limit(app[FILE_LIMIT], network, "files")
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
        return _json({"replies": []}, status=202)
    return _json({"replies": [reply_json(reply) for reply in replies]})


async def get_messages(http_request: web.Request) -> web.Response:
    """``GET /api/conversations/{id}/messages``: for a page that reloads."""
    conversation_id = await _authorised(http_request)
    transcript = await http_request.app[STORE].transcript(conversation_id)
    return _json({"messages": transcript_json(transcript)})


async def stream_events(http_request: web.Request) -> web.StreamResponse:
    """``GET /api/conversations/{id}/events``: each reply after the client's cursor."""
    conversation_id = await _authorised(http_request)
    after_id = _cursor(http_request)
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
        while (
            replies := await _next_replies(http_request.app, conversation_id, after_id)
        ) is not None:
            after_id = replies[-1].id if replies else after_id
            await response.write(b"".join(map(_server_sent_event, replies)) or b": still here\n\n")
        await response.write_eof()
    except ConnectionResetError:
        _log.debug("a page closed its event stream")
    return response


async def _next_replies(
    app: web.Application, conversation_id: str, after_id: int
) -> list[StoredReply] | None:
    """Replies newer than ``after_id``, [] after a silence, None when the server stops."""
    closing = asyncio.ensure_future(app[CLOSING].wait())
    waiting = asyncio.ensure_future(
        app[INBOX].replies_after(conversation_id, after_id, timeout_seconds=HEARTBEAT_SECONDS)
    )
    try:
        await asyncio.wait([closing, waiting], return_when=asyncio.FIRST_COMPLETED)
        return waiting.result() if waiting.done() else None
    finally:
        for task in (closing, waiting):
            task.cancel()
        await asyncio.wait([closing, waiting])


def _server_sent_event(stored: StoredReply) -> bytes:
    data = json.dumps(reply_json(stored), ensure_ascii=False)
    return f"id: {stored.id}\nevent: reply\ndata: {data}\n\n".encode()


def _cursor(http_request: web.Request) -> int:
    given = http_request.headers.get("Last-Event-ID") or http_request.query.get("after") or "0"
    if not (given.isascii() and given.isdigit() and len(given) <= 18):  # noqa: PLR2004 - 64 bits
        raise ApiError(422, "invalid_cursor", "after: give the id of a reply.")
    return int(given)


async def _authorised(http_request: web.Request) -> str:
    """The conversation's id, once the bearer token is found to be its own.

    Raises:
        ApiError: 401 without a token, 404 for an unknown conversation, 403 for a wrong token.
    """
    scheme, _, token = http_request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise ApiError(401, "no_token", "Send the conversation's token: Authorization: Bearer …")
    conversation_id = http_request.match_info["id"]
    expected = await http_request.app[STORE].web_token_hash(conversation_id)
    if expected is None:
        raise ApiError(404, "unknown_conversation", "There is no such conversation (any more).")
    if not hmac.compare_digest(expected, _token_hash(token.strip())):
        raise ApiError(403, "wrong_token", "The token is not this conversation's.")
    return conversation_id


def _token_hash(token: str) -> str:
    # 256 random bits need no salt and no slow hash.
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


def _check_origin(http_request: web.Request) -> None:
    """Refuse what another site's page sends; programs, which send no Origin, may.

    Raises:
        ApiError: 403.
    """
    origin = http_request.headers.get("Origin")
    if origin is None:
        return
    public_url = http_request.app[SETTINGS].public_url
    own = {http_request.host, urlsplit(public_url).netloc if public_url else http_request.host}
    if urlsplit(origin).netloc not in own:
        raise ApiError(403, "foreign_origin", "Only this site's own page may do this.")


def _check_limit(limit: RateLimit, key: str, what: str) -> None:
    wait_seconds = limit.wait_seconds(key)
    if wait_seconds:
        message = f"That is many {what} at once. Try again in {math.ceil(wait_seconds)} s."
        raise ApiError(429, "too_many", message, retry_after_seconds=wait_seconds)


async def _json_body(http_request: web.Request) -> bytes:
    if http_request.content_type != "application/json":
        raise ApiError(415, "not_json", "Send JSON: Content-Type: application/json.")
    body = bytearray()
    async for chunk in http_request.content.iter_any():
        body += chunk
        if len(body) > BODY_LIMIT_BYTES:
            raise ApiError(413, *_REASONS[413])
    return bytes(body)
