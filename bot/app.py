"""The one place that builds and wires what all channels need: settings in, an assistant out."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass

from telegram import Bot

from bot.channels import terminal
from bot.company_directory import CompanyDirectory, NoDirectory
from bot.company_directory.state_search import StateSearch
from bot.deliveries import file_sources, open_deliveries
from bot.delivery import directory as directory_delivery
from bot.delivery.dispatcher import Dispatcher
from bot.delivery.files import FilesByChannel
from bot.inbox import Inbox
from bot.knowledge_watch import KnowledgeWatch, signature
from bot.matcher_cache import build_matcher
from bot.metrics import Metrics
from bot.settings import Settings
from bot.storage.store import Store
from handlers import dialogue
from handlers.events import Event
from handlers.requests.model import Card
from handlers.routing import undelivered_cards
from handlers.state import ConversationState
from handlers.step import Step
from handlers.values import Reply
from knowledge.loading import load
from knowledge.matching import Matcher

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Assistant:
    """What every channel needs, open and wired."""

    settings: Settings
    store: Store
    knowledge: KnowledgeWatch[Matcher]
    inbox: Inbox
    dispatcher: Dispatcher
    metrics: Metrics
    files: FilesByChannel


@contextlib.asynccontextmanager
async def open_assistant(settings: Settings, bot: Bot | None = None) -> AsyncIterator[Assistant]:
    """The assistant of ``settings``, its database open; closed at the end.

    With ``bot``, what waits for Telegram is sent through it.

    Raises:
        ReportedError: a setting cannot be used.
    """
    knowledge = await asyncio.to_thread(_knowledge, settings)
    store = await Store.open(settings.database_url)
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(store.close)
        directory = await stack.enter_async_context(_company_directory(settings, knowledge))
        deliveries = await stack.enter_async_context(
            open_deliveries(settings, store, lambda: knowledge.current.base, bot)
        )
        metrics = Metrics()

        def on_dead(card: Card, reason: str) -> tuple[Card, ...]:
            return undelivered_cards(knowledge.current.base, card, reason)

        dispatcher = Dispatcher(store, deliveries, on_dead=on_dead)

        def step(
            state: ConversationState, event: Event, now: dt.datetime, reference: str, channel: str
        ) -> Step:
            return dialogue.step(knowledge.current, state, event, now, reference, channel)

        def fallback(state: ConversationState, event: Event) -> Reply:
            del event
            return dialogue.fallback(knowledge.current, state)

        inbox = Inbox(store, step, fallback=fallback, on_saved=dispatcher.wake, metrics=metrics)
        # Its answers go into the inbox, whose replies wake the dispatcher: neither comes first.
        deliveries[directory_delivery.CHANNEL] = directory_delivery.DirectoryDelivery(
            directory, inbox, within_seconds=settings.company_directory_timeout_seconds
        )
        files = file_sources(store, bot)
        yield Assistant(settings, store, knowledge, inbox, dispatcher, metrics, files)


@contextlib.asynccontextmanager
async def _company_directory(
    settings: Settings, knowledge: KnowledgeWatch[Matcher]
) -> AsyncIterator[CompanyDirectory]:
    if settings.company_directory_url == "off":
        yield NoDirectory()
        return
    async with StateSearch.open(
        settings.company_directory_url,
        lambda: knowledge.current.base.territory,
        request_seconds=settings.company_directory_timeout_seconds / 2,  # time for a second try
        per_second=settings.company_directory_requests_per_second,
        user_agent=f"territoire-assistant ({settings.public_url or 'no public address'})",
    ) as directory:
        yield directory


def _knowledge(settings: Settings) -> KnowledgeWatch[Matcher]:
    seen = signature(settings.knowledge_dir)
    loaded = load(settings.knowledge_dir)
    for warning in loaded.warnings:
        logger.warning("%s", warning)
    logger.info("Learning the %s entries of %s", len(loaded.base.entries), settings.knowledge_dir)
    return KnowledgeWatch(
        settings.knowledge_dir,
        loaded.base,
        lambda base: build_matcher(
            base.model_copy(update={"retention": settings.retention}),
            settings.cache_dir,
            settings.costs,
        ),
        seen,
    )


async def chat(settings: Settings) -> None:
    """Talk in the terminal."""
    async with open_assistant(settings) as assistant:
        loops = [
            asyncio.ensure_future(loop.run()) for loop in (assistant.inbox, assistant.dispatcher)
        ]
        try:
            messages = assistant.knowledge.current.base.messages
            await terminal.chat(
                assistant.inbox, assistant.store, assistant.files, messages.team_told_passed_on
            )
        finally:
            for loop in loops:
                loop.cancel()
            await asyncio.gather(*loops, return_exceptions=True)
