"""The Bot API client that the Telegram channel and the Telegram delivery share."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from telegram import Bot
from telegram.error import EndPointNotFound, InvalidToken, RetryAfter, TelegramError
from telegram.request import HTTPXRequest

if TYPE_CHECKING:
    from bot.settings import Settings

CHANNEL = "telegram"
READ_TIMEOUT_SECONDS = 10.0
"""How long a call may take. Long polling waits for its own time on top of it."""
CONNECTIONS = 128
"""More than the dispatcher and the courtesies (typing, button presses) use at once."""


@asynccontextmanager
async def telegram_bot(settings: Settings) -> AsyncIterator[Bot]:
    """The client for ``settings``' token and Bot API server; nothing is called yet.

    Raises:
        ValueError: there is no token.
    """
    if settings.telegram_bot_token is None:
        raise ValueError("TELEGRAM_BOT_TOKEN is not set")
    # The library's own switch to intervals as timedelta; without it each 429 warns.
    os.environ.setdefault("PTB_TIMEDELTA", "true")
    # Both log addresses, and the address of a call holds the token.
    for chatty in ("httpx", "httpcore"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    # At LOG_LEVEL=DEBUG it would log each call with what people wrote.
    logging.getLogger("telegram.Bot").setLevel(logging.INFO)
    # A gateway's page in place of JSON is an outage, which the caller's own line tells.
    logging.getLogger("telegram.request.BaseRequest").setLevel(logging.CRITICAL)
    server = settings.telegram_api_url.rstrip("/")
    calls, polls = _requests(CONNECTIONS), _requests(1)
    try:
        yield Bot(
            settings.telegram_bot_token.get_secret_value(),
            base_url=f"{server}/bot",
            base_file_url=f"{server}/file/bot",
            request=calls,
            get_updates_request=polls,
        )
    finally:
        await asyncio.gather(calls.shutdown(), polls.shutdown())


def _requests(connections: int) -> HTTPXRequest:
    return HTTPXRequest(
        connection_pool_size=connections,
        connect_timeout=READ_TIMEOUT_SECONDS,
        read_timeout=READ_TIMEOUT_SECONDS,
        write_timeout=READ_TIMEOUT_SECONDS,
        pool_timeout=READ_TIMEOUT_SECONDS,
    )


def webhook_secret(settings: Settings) -> str:
    """The secret of webhook calls: as set, else derived from the token, alike in all instances.

    Raises:
        ValueError: there is neither a secret nor a token.
    """
    if settings.telegram_webhook_secret is not None:
        return settings.telegram_webhook_secret.get_secret_value()
    if settings.telegram_bot_token is None:
        raise ValueError("TELEGRAM_BOT_TOKEN is not set")
    token = settings.telegram_bot_token.get_secret_value().encode()
    return hmac.new(token, b"telegram webhook secret", hashlib.sha256).hexdigest()


def retry_after_seconds(error: RetryAfter) -> float:
    """How long Telegram asked to wait."""
    interval = error.retry_after
    return float(interval) if isinstance(interval, int) else interval.total_seconds()


def error_text(error: Exception) -> str:
    """``error`` for a log line: short, and never with the token or what a person wrote."""
    if isinstance(error, InvalidToken | EndPointNotFound):
        return "Telegram does not know this token (or TELEGRAM_API_URL is wrong)"
    if isinstance(error, TelegramError):
        name = f"{type(error).__name__}: "
        return f"{name}{error.message.removeprefix(name)}"[:200]
    return type(error).__name__
