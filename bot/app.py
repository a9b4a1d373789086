"""The one place that builds and wires all: settings in, a running assistant out."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import logging
import signal
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass
from typing import Literal

from aiohttp import web
from telegram import Bot

from bot.channels import terminal
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_commands import introduce
from bot.channels.telegram_team import TeamUpdates
from bot.channels.web import add_web_routes
from bot.company_directory import CompanyDirectory, NoDirectory
from bot.company_directory.state_search import StateSearch
from bot.deliveries import file_sources, open_deliveries
from bot.delivery import directory as directory_delivery
from bot.delivery.absent import absent_channels, unserved_destinations
from bot.delivery.dispatcher import Dispatcher
from bot.delivery.files import FilesByChannel
from bot.doctor.disk import examine_disk
from bot.doctor.finding import Finding
from bot.doctor.remote import examine_remote
from bot.doctor.rounds import Rounds
from bot.errors import ReportedError
from bot.health import Probes, add_health_routes
from bot.inbox import Inbox
from bot.knowledge_watch import KnowledgeWatch
from bot.matcher_cache import build_matcher
from bot.metrics import Metrics
from bot.retention import RetentionJob
from bot.settings import Settings
from bot.storage.store import Store
from bot.telegram_client import telegram_bot, webhook_secret
from bot.timers import ring_timers
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

Job = Callable[[], Coroutine[None, None, None]]


class ServeError(ReportedError):
    """The assistant cannot be served as it was asked to; the message says the mend."""


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
    )


async def serve(settings: Settings) -> None:
    """Serve every channel until the process is told to stop."""
    async with contextlib.AsyncExitStack() as stack:
        bot = None
        if settings.telegram_bot_token is None:
            logger.info("TELEGRAM_BOT_TOKEN is not set: no Telegram, all else works")
        else:
            bot = await stack.enter_async_context(telegram_bot(settings))
        assistant = await stack.enter_async_context(open_assistant(settings, bot))
        for line in unserved_destinations(settings, assistant.knowledge.current.base.routing):
            logger.warning("%s", line)
        telegram = _telegram_channel(assistant, bot) if bot else None
        rounds = _rounds(assistant, bot)
        application = _web_application(assistant, telegram, rounds)
        jobs: list[Job] = [
            assistant.knowledge.run,
            assistant.inbox.run,
            assistant.dispatcher.run,
            lambda: ring_timers(assistant.store),
            RetentionJob(
                assistant.store, lambda: assistant.knowledge.current.base, settings.retention
            ).run,
        ]
        if bot and telegram:
            jobs.append(lambda: _run_telegram(assistant, telegram, bot))
        if rounds:
            jobs.append(rounds.run)
        await _serve_web(settings, application, jobs)


def _rounds(assistant: Assistant, bot: Bot | None) -> Rounds | None:
    settings = assistant.settings
    if not settings.doctor_minutes:
        return None

    async def examine() -> tuple[Finding, ...]:
        return await examine_remote(settings, assistant.knowledge.current.base.routing, bot)

    return Rounds(examine, settings.doctor_minutes * 60)


def _telegram_channel(assistant: Assistant, bot: Bot) -> TelegramChannel:
    async def on_blocked(address: str) -> None:
        now = dt.datetime.now(dt.UTC)
        await assistant.store.mark_address_blocked("telegram", address, now)

    team = TeamUpdates(bot, assistant.store, lambda: assistant.knowledge.current.base)
    return TelegramChannel(bot, assistant.inbox, on_blocked=on_blocked, team=team)


async def _run_telegram(assistant: Assistant, channel: TelegramChannel, bot: Bot) -> None:
    """Introduce the commands and take updates in, until cancelled."""
    base = assistant.knowledge.current.base
    introducing = asyncio.ensure_future(introduce(bot, base.messages, base.languages))
    settings = assistant.settings
    try:
        if settings.telegram_mode == "webhook" and settings.public_url:
            await channel.receive_by_webhook(settings.public_url, webhook_secret(settings))
            await asyncio.Event().wait()
        else:
            await channel.poll()
    finally:
        introducing.cancel()
        await asyncio.gather(introducing, return_exceptions=True)


async def _serve_web(settings: Settings, application: web.Application, jobs: list[Job]) -> None:
    runner = web.AppRunner(application, access_log=None, handle_signals=False)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, settings.host, settings.port).start()
        except OSError as error:
            raise ServeError(
                f"cannot listen on {settings.host}:{settings.port} ({error.strerror}); "
                "choose another with --port"
            ) from None
        host, port = runner.addresses[0][:2]
        logger.info("Serving on http://%s:%s/", host, port)
        await _run_until_stopped(*jobs)
    finally:
        await runner.cleanup()


def _web_application(
    assistant: Assistant, telegram: TelegramChannel | None, rounds: Rounds | None
) -> web.Application:
    application = web.Application()
    if telegram and assistant.settings.telegram_mode == "webhook":
        telegram.add_webhook_route(application, webhook_secret(assistant.settings))
    add_web_routes(
        application,
        inbox=assistant.inbox,
        store=assistant.store,
        settings=assistant.settings,
        files=assistant.files,
        knowledge=lambda: assistant.knowledge.current.base,
    )
    add_health_routes(
        application,
        Probes(
            store=assistant.store,
            metrics=assistant.metrics,
            knowledge_entries=lambda: len(assistant.knowledge.current.base.entries),
            knowledge_fault=lambda: assistant.knowledge.fault,
            telegram_fault=lambda: telegram.fault if telegram else None,
            absent_channels=absent_channels(assistant.settings),
            disk=lambda: examine_disk(assistant.settings),
            rounds=rounds,
        ),
    )
    return application


async def _run_until_stopped(*jobs: Job) -> None:
    """Run ``jobs`` side by side until SIGINT or SIGTERM; a job that fails stops all."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    tasks = [asyncio.ensure_future(job()) for job in jobs]
    waiting = asyncio.ensure_future(stopped.wait())
    try:
        done, _ = await asyncio.wait([*tasks, waiting], return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in [*tasks, waiting]:
            task.cancel()
        await asyncio.gather(*tasks, waiting, return_exceptions=True)


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


async def open_questions(
    settings: Settings, kind: Literal["handoff", "unanswered"] | None, limit: int
) -> list[str]:
    """A line for each question that waits for somebody, newest first."""
    store = await Store.open(settings.database_url, read_only=True)
    try:
        rows = await store.open_questions(kind, limit)
        return [
            f"{row.created_at:%Y-%m-%d %H:%M} {row.kind:<10} {row.language} {row.text}"
            for row in rows
        ]
    finally:
        await store.close()
