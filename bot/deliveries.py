"""Builds every way out that this deployment has been given the means for."""

from __future__ import annotations

import contextlib
import datetime as dt
from typing import TYPE_CHECKING

from bot.delivery.email import EmailDelivery
from bot.delivery.erasure import ErasureDelivery
from bot.delivery.files import (
    ExportedData,
    FilesByChannel,
    FileSource,
    StoredFiles,
    TelegramFiles,
)
from bot.delivery.team import TeamDelivery
from bot.delivery.telegram import TelegramDelivery
from bot.delivery.telegram_calls import TelegramCalls
from bot.delivery.telegram_limits import Limits
from bot.delivery.webhook import WebhookDelivery, webhook_session
from bot.delivery.webhook_secrets import webhook_secrets
from bot.delivery.wiping import GroupWiping
from bot.mailbox import parse_mailbox
from bot.smtp_url import parse_smtp_url
from bot.storage.rows import ERASURE, WIPE
from handlers.privacy.model import EXPORT

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from telegram import Bot

    from bot.delivery import Delivery
    from bot.settings import Settings
    from bot.storage.store import Store
    from knowledge.model import KnowledgeBase


def file_sources(store: Store, bot: Bot | None) -> FilesByChannel:
    """Where the files of each channel are read."""
    sources: dict[str, FileSource] = dict.fromkeys(("web", "terminal"), StoredFiles(store))
    sources[EXPORT] = ExportedData(store)
    if bot is not None:
        sources["telegram"] = TelegramFiles(bot)
    return FilesByChannel(sources)


@contextlib.asynccontextmanager
async def open_deliveries(
    settings: Settings, store: Store, knowledge: Callable[[], KnowledgeBase], bot: Bot | None
) -> AsyncIterator[dict[str, Delivery]]:
    """Deliveries by the outbox's channels; what is for another channel waits there.

    Raises:
        SecretError: a webhook's key cannot be used.
    """
    deliveries: dict[str, Delivery] = {ERASURE: ErasureDelivery(store, knowledge)}
    files = file_sources(store, bot)
    secrets = webhook_secrets()
    if bot is not None:
        # One limit for both: Telegram counts what the bot sends, whoever it is for.
        calls = await _telegram_calls(settings, store, bot)
        deliveries["telegram"] = TelegramDelivery(calls, files)
        deliveries["team"] = TeamDelivery(calls, store, files, knowledge)
        deliveries[WIPE] = GroupWiping(calls, store)
    if settings.smtp_url is not None and settings.email_from is not None:
        server = parse_smtp_url(settings.smtp_url.get_secret_value())
        sender = parse_mailbox(settings.email_from)
        deliveries["email"] = EmailDelivery(server, sender, files, knowledge)
    async with contextlib.AsyncExitStack() as stack:
        if secrets:
            session = await stack.enter_async_context(webhook_session())
            deliveries["webhook"] = WebhookDelivery(session, secrets)
        yield deliveries


async def _telegram_calls(settings: Settings, store: Store, bot: Bot) -> TelegramCalls:
    async def on_moved(old_id: str, new_id: str) -> None:
        await store.move_group(old_id, new_id, dt.datetime.now(dt.UTC))

    moved = await store.group_moves()
    return TelegramCalls(bot, Limits.of(settings), moved=moved, on_moved=on_moved)
