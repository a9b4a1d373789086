"""The assistant's web side on a real socket, with a real store and its one loop."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.channels.web import add_web_routes
from bot.deliveries import file_sources
from bot.health import Probes, add_health_routes
from bot.inbox import Inbox
from bot.metrics import Metrics
from bot.settings import Settings
from bot.storage.store import Store
from handlers.events import (
    AttachmentReceived,
    ButtonPressed,
    CommandGiven,
    CompaniesFound,
    Event,
    MessageReceived,
)
from handlers.state import ConversationState
from handlers.step import Step
from handlers.team.model import TeamWrote
from handlers.values import Button, File, Reply
from knowledge.markup import escape
from knowledge.model import Entry, KnowledgeBase, Messages, Phone, Territory, Venue
from tests.servers.migrated import sqlite_copy

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from telegram import Bot

    from bot.inbox import StepFunction

KNOWLEDGE = KnowledgeBase(
    entries=(Entry(id="axe-1", questions={"fr": ("L’axe 1 ?",)}, answer={"fr": "…", "en": "…"}),),
    messages=Messages.model_validate(
        {
            name: {"fr": "…", "en": "…"}
            for name, field in Messages.model_fields.items()
            if field.is_required()
        }
    ),
    territory=Territory(
        name={"fr": "Val d’<Essai>", "en": "Trial <Valley>"},
        contact={"fr": "Écrivez à [l’équipe](mailto:equipe@example.org)."},
    ),
)


def small_step(state: ConversationState, event: Event, _now: dt.datetime, *_: str) -> Step:
    """A dialogue that shows one of everything a reply can hold."""
    replies: tuple[Reply, ...] = ()
    match event:
        case MessageReceived(text=text):
            replies = (
                Reply(
                    text=f"**Reçu** : {escape(text)}\n\nSource : [page](https://example.org), 2019",
                    language="fr",
                    buttons=(Button(label="L’axe 1", value="entry:axe-1"),),
                ),
            )
        case ButtonPressed(value=value):
            replies = (
                Reply(
                    text=f"Vous avez choisi {escape(value)}.",
                    language="fr",
                    venue=Venue(title="Siège", address="1 rue", latitude=48.7, longitude=2.4),
                    phone=Phone(name="Accueil", number="+33123456789"),
                ),
            )
        case AttachmentReceived(file=File(name=name), album=album):
            told = bool(album) and album == state.album
            state = state.model_copy(update={"album": album})
            if not told:
                replies = (Reply(text=f"Fichier reçu : {escape(name)}", language="fr"),)
        case TeamWrote(by=by, text=text, file=file):
            files = (file,) if file else ()
            words = Reply(text=text, language="fr", author=by, words=text, files=files)
            replies = (words,)
        case CompaniesFound(query=query):
            replies = (Reply(text=f"Entreprise trouvée : {escape(query)}", language="fr"),)
        case CommandGiven(name=name, language=language):
            replies = (Reply(text=f"Commande {name}", language=language or "fr"),)
    return Step(state=state, replies=replies, outcome="answer")


def small_fallback(_state: ConversationState, _event: Event) -> Reply:
    """What it says when a step failed for good."""
    return Reply(text="Désolé.", language="fr")


@dataclass
class WebAssistant:
    """A running one."""

    url: str
    store: Store
    inbox: Inbox
    app: web.Application
    metrics: Metrics
    database: Path
    """The SQLite file."""
    faults: dict[str, str]
    """What ``/health/ready`` is told of, by part; a test may set ``knowledge``, ``telegram``."""

    async def lose_database(self) -> None:
        """Spoil the file, as a failing disk does."""
        await self.store.close()
        for file in self.database.parent.glob(f"{self.database.name}*"):
            file.write_bytes(b"no database")


@contextlib.asynccontextmanager
async def web_assistant(  # noqa: PLR0913 - what a test may choose
    folder: Path,
    *,
    step: StepFunction = small_step,
    knowledge: Callable[[], KnowledgeBase] = lambda: KNOWLEDGE,
    handle: bool = True,
    port: int | None = None,
    bot: Bot | None = None,
    **settings: object,
) -> AsyncIterator[WebAssistant]:
    """Serve from a SQLite file in ``folder``; without ``handle`` events stay in the inbox.

    Files that Telegram keeps are read through ``bot``.
    """
    database = folder / "assistant.db"
    store = await Store.open(await sqlite_copy(database))
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(store.close)
        inbox = Inbox(store, step, fallback=small_fallback)
        if handle:
            stack.push_async_callback(_stop, asyncio.create_task(inbox.run()))
        app, metrics, faults = web.Application(), Metrics(), dict[str, str]()
        add_web_routes(
            app,
            inbox=inbox,
            store=store,
            settings=Settings.model_validate({"_env_file": None, **settings}),
            files=file_sources(store, bot),
            knowledge=knowledge,
        )
        probes = Probes(
            store=store,
            metrics=metrics,
            knowledge_entries=lambda: len(knowledge().entries),
            knowledge_fault=lambda: faults.get("knowledge"),
            telegram_fault=lambda: faults.get("telegram"),
            absent_channels={"email": "no SMTP_URL is set"},
        )
        add_health_routes(app, probes)
        server = TestServer(app, host="127.0.0.1", port=port)
        await server.start_server()
        stack.push_async_callback(server.close)
        yield WebAssistant(str(server.make_url("/")), store, inbox, app, metrics, database, faults)


async def _stop(task: asyncio.Task[None]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
