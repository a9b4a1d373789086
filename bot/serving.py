"""The assistant on all its channels at once, until the process is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import logging
import signal
from collections.abc import Callable, Coroutine

from aiohttp import web
from telegram import Bot

from bot.app import Assistant, open_assistant
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_commands import introduce
from bot.channels.telegram_team import TeamUpdates
from bot.channels.web import add_web_routes
from bot.delivery.absent import absent_channels, unserved_destinations
from bot.doctor.disk import examine_disk
from bot.doctor.finding import Finding
from bot.doctor.remote import examine_remote
from bot.doctor.rounds import Rounds
from bot.errors import ReportedError
from bot.health import Probes, add_health_routes
from bot.retention import RetentionJob
from bot.settings import Settings
from bot.telegram_client import telegram_bot, webhook_secret
from bot.timers import ring_timers

logger = logging.getLogger(__name__)

Job = Callable[[], Coroutine[None, None, None]]


class ServeError(ReportedError):
    """The assistant cannot be served as it was asked to; the message says the mend."""


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
