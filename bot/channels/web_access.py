"""What every handler of the web API needs: its parts, who asks, and how often they may."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import json
import math
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aiohttp import web

from bot.channels.web_limits import AtOnce, RateLimit, client_network
from bot.channels.web_schema import ApiError
from bot.delivery.files import FilesByChannel
from bot.inbox import Inbox
from bot.settings import Settings
from bot.storage.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator

INBOX = web.AppKey("web_inbox", Inbox)
STORE = web.AppKey("web_store", Store)
SETTINGS = web.AppKey("web_settings", Settings)
FILES = web.AppKey("web_files", FilesByChannel)
FILE_LIMIT = web.AppKey("web_file_limit", RateLimit)
DOWNLOAD_LIMIT = web.AppKey("web_download_limit", RateLimit)
MESSAGE_LIMIT = web.AppKey("web_message_limit", RateLimit)
CONVERSATION_LIMIT = web.AppKey("web_conversation_limit", RateLimit)
UPLOADS = web.AppKey("web_uploads", asyncio.Semaphore)
UPLOADS_OF_ONE = web.AppKey("web_uploads_of_one", AtOnce)
DOWNLOADS = web.AppKey("web_downloads", asyncio.Semaphore)
STREAMS = web.AppKey("web_streams", AtOnce)
STREAMS_OF_ONE = web.AppKey("web_streams_of_one", AtOnce)
CLOSING = web.AppKey("web_closing", asyncio.Event)

BUSY_SECONDS = 5.0
"""After so long, one of those under way is likely to be done."""


async def authorised(http_request: web.Request) -> str:
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
    if not hmac.compare_digest(expected, token_hash(token.strip())):
        raise ApiError(403, "wrong_token", "The token is not this conversation's.")
    return conversation_id


def token_hash(token: str) -> str:
    """What is kept of a token."""
    # 256 random bits need no salt and no slow hash.
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


def check_origin(http_request: web.Request) -> None:
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


def check_limit(limit: RateLimit, key: str, what: str) -> None:
    """Count one of ``what`` for ``key``.

    Raises:
        ApiError: 429, if it is one too many.
    """
    wait_seconds = limit.wait_seconds(key)
    if wait_seconds:
        message = f"That is many {what} at once. Try again in {math.ceil(wait_seconds)} s."
        raise ApiError(429, "too_many", message, retry_after_seconds=wait_seconds)


@contextlib.contextmanager
def place(places: AtOnce, key: str, what: str) -> Iterator[None]:
    """Do one of ``what`` for ``key``, beside the others that are being done.

    Raises:
        ApiError: 429, if they are as many as may be.
    """
    if not places.enter(key):
        message = f"That is many {what} at the same time. Try again in a moment."
        raise ApiError(429, "too_many", message, retry_after_seconds=BUSY_SECONDS)
    try:
        yield
    finally:
        places.leave(key)


def network(http_request: web.Request) -> str:
    """Who asks, as far as an address tells."""
    return client_network(http_request, http_request.app[SETTINGS].web_trusted_proxies)


def json_response(payload: object, status: int = 200) -> web.Response:
    """``payload`` for this client alone."""
    response = web.json_response(
        payload, status=status, dumps=lambda value: json.dumps(value, ensure_ascii=False)
    )
    response.headers["Cache-Control"] = "no-store"
    return response
