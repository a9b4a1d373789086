"""The assistant's Telegram side as tests build it: a client for the tests' Bot API server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.settings import Settings
from bot.telegram_client import telegram_bot

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from telegram import Bot

    from tests.servers.telegram import BotApiServer


def client(server: BotApiServer) -> AbstractAsyncContextManager[Bot]:
    """The Bot API client of an assistant that talks to ``server``."""
    values = {"telegram_bot_token": server.token, "telegram_api_url": server.url}
    return telegram_bot(Settings.model_validate(values))
