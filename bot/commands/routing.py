"""``routing``: who would get what, what is doubtful in the rules, what an edit would change."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click

from bot.commands.database import database_option, use_store
from bot.commands.settings import settings_of
from knowledge.model.routing import Channel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.routing.doubts import Missing
    from bot.settings import Settings
    from bot.storage.store import Store
    from handlers.requests.model import Destination, Request
    from knowledge.model import KnowledgeBase

_FOLDER = click.Path(path_type=Path)
_FILE = click.Path(path_type=Path, dir_okay=False, exists=True)
_DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def routing() -> None:
    """Ask who gets which request, before publishing an edit of routing.yaml."""


def _day(given: dt.datetime | None) -> dt.date:
    return (given or dt.datetime.now().astimezone()).date()


@routing.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON, a line for each request.")
@click.option("--knowledge", type=_FOLDER, help="The knowledge folder.")
@click.option(
    "--channel", type=click.Choice(get_args(Channel)), default="web", show_default=True,
    help="Where the message would come in.",
)  # fmt: skip
@click.option("--date", type=_DAY, help="On this day instead of today: who is absent then?")
@click.argument("what", metavar="TEXT_OR_FILE")
def explain(
    what: str, *, as_json: bool, knowledge: Path | None, channel: str, date: dt.datetime | None
) -> None:
    """Who would get this first message, by which rule, and why.

    TEXT_OR_FILE is a message in quotes, or a file: messages, a line each, or requests as JSON.
    """
    from functools import cache

    from bot.matcher_cache import build_matcher
    from bot.routing import account
    from bot.routing.reading import Reader
    from knowledge.loading import load

    settings = settings_of(knowledge_dir=knowledge)
    loaded = load(settings.knowledge_dir)
    matcher = cache(lambda: build_matcher(loaded.base, settings.cache_dir, settings.costs))
    tried = account.tried(loaded, Reader(matcher, channel, _day(date)).read(what), _day(date))
    if as_json:
        lines = [json.dumps(account.as_data(*one), ensure_ascii=False) for one in tried]
    elif len(tried) == 1:
        lines = account.as_text(loaded, *tried[0])
    else:
        lines = account.as_table(loaded, tried)
    click.echo("\n".join(lines))


@routing.command()
@click.option("--strict", is_flag=True, help="Warnings are errors.")
@click.argument("folder", metavar="[DIR]", type=_FOLDER, required=False)
def check(folder: Path | None, *, strict: bool) -> None:
    """Name every fault of a folder, and what is doubtful in its teams and rules."""
    from bot.routing.doubts import doubts
    from knowledge.loading import check_folder

    settings = settings_of()
    today = _day(None)
    lines, code = check_folder(
        folder or settings.knowledge_dir,
        strict=strict,
        further=lambda loaded: doubts(loaded, _missing(settings), today),
        counted=_counted,
    )
    click.echo("\n".join(lines))
    sys.exit(code)


def _counted(base: KnowledgeBase) -> str:
    from knowledge.loading import count

    routing, form = base.routing, base.request_form
    counts = ((routing.teams, "team"), (routing.rules, "rule"), (form.needs, "need"))
    return ", ".join(count(len(listed), noun) for listed, noun in counts)


def _missing(settings: Settings) -> Missing:
    """What the settings lack for a destination; a webhook needs the key that its team names."""
    from dotenv import dotenv_values

    from bot.delivery.absent import absent_channels

    absent = absent_channels(settings)
    known = {**dotenv_values(".env"), **os.environ}

    def missing(destination: Destination) -> str | None:
        if destination.channel == "webhook":
            name = f"WEBHOOK_SECRET_{destination.secret.upper()}"
            return None if known.get(name) else f"no {name} is set"
        return absent.get(destination.channel)

    return missing


@routing.command()
@click.option("--knowledge", type=_FOLDER, help="The folder in use, to compare with.")
@database_option
@click.option("--from", "source", type=_FILE, help="Take requests from this file of JSON lines.")
@click.option("--limit", type=click.IntRange(1), help="Only so many, the newest.")
@click.option("--date", type=_DAY, help="As if all came on this day, not on their own.")
@click.argument("edited", metavar="EDITED_DIR", type=_FOLDER)
def replay(  # noqa: PLR0913 - each is an option
    edited: Path,
    *,
    knowledge: Path | None,
    database: str | None,
    source: Path | None,
    limit: int | None,
    date: dt.datetime | None,
) -> None:
    """Run past requests over an edited folder, and show who would get what instead."""
    from bot.routing import replay as replaying
    from knowledge.loading import load

    if source and database:
        raise click.UsageError("give --from or --database, not both")
    settings = settings_of(knowledge_dir=knowledge, database_url=database)
    base, other = load(settings.knowledge_dir).base, load(edited).base
    requests = _from_file(source, limit) if source else asyncio.run(_filed(settings, limit))
    today = date.date() if date else None
    click.echo("\n".join(replaying.as_table(replaying.replay(requests, base, other, today))))


def _from_file(source: Path, limit: int | None) -> Sequence[Request]:
    from bot.routing.reading import Reader

    read = [given.request for given in Reader(None, "web", _day(None)).read_file(source)]
    return sorted(read, key=lambda request: request.consented_at, reverse=True)[:limit]


async def _filed(settings: Settings, limit: int | None) -> Sequence[Request]:
    async def read(store: Store) -> list[Request]:
        return [stored.request for stored in await store.requests(limit=limit)]

    return await use_store(settings, read)
