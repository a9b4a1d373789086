"""``doctor``: what is wrong with this deployment, and the mend."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
from pydantic import ValidationError

from bot.commands.database import database_option
from bot.commands.settings import settings_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from telegram import Bot

    from bot.doctor.finding import Finding
    from bot.settings import Settings


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=10.0,
    show_default=True,
    help="Seconds that each examination may take.",
)
@click.option("--knowledge", type=click.Path(path_type=Path), help="The knowledge folder.")
@database_option
def doctor(
    *, as_json: bool, timeout: float, knowledge: Path | None, database: str | None
) -> None:  # fmt: skip
    """Examine everything the assistant depends on; each trouble comes with its mend.

    Nothing is changed, sent or posted. The exit code is 1 if anything is at fault, else 0.
    """
    given = {"knowledge_dir": knowledge, "database_url": database}
    sys.exit(asyncio.run(_examine(given, timeout, as_json=as_json)))


async def _examine(given: Mapping[str, object], timeout: float, *, as_json: bool) -> int:  # noqa: ASYNC109 - of each examination, not of this
    """Told from within the loop: a name that nobody resolves may hold up its end."""
    from bot.doctor.settings import unusable

    try:
        settings = settings_of(**given)
    except ValidationError as error:
        return _tell(unusable(error), as_json=as_json)
    return _tell(await _examine_all(settings, timeout), as_json=as_json)


async def _examine_all(settings: Settings, within_seconds: float) -> Sequence[Finding]:
    from bot.doctor.knowledge import examine_knowledge
    from bot.doctor.local import examine_local
    from bot.doctor.remote import examine_remote

    loaded, found = await examine_knowledge(settings.knowledge_dir, within_seconds)
    async with contextlib.AsyncExitStack() as stack:
        bot = await _bot(settings, stack)
        local, remote = await asyncio.gather(
            examine_local(settings, loaded, within_seconds),
            examine_remote(settings, loaded.base.routing if loaded else None, bot, within_seconds),
        )
    first = [one for one in local if one.matter == "settings"]
    return [*first, *found, *(one for one in local if one.matter != "settings"), *remote]


async def _bot(settings: Settings, stack: contextlib.AsyncExitStack) -> Bot | None:
    from bot.telegram_client import telegram_bot

    if settings.telegram_bot_token is None:
        return None
    return await stack.enter_async_context(telegram_bot(settings))


def _tell(findings: Sequence[Finding], *, as_json: bool) -> int:
    from bot.doctor.finding import worst
    from bot.doctor.report import as_data, as_text

    if as_json:
        click.echo(json.dumps(as_data(findings, dt.datetime.now(dt.UTC)), ensure_ascii=False))
    else:
        # https://no-color.org; else click takes colours off what is no terminal.
        click.echo(
            "\n".join(as_text(findings)), color=False if os.environ.get("NO_COLOR") else None
        )
    sys.stdout.flush()
    return 1 if worst(findings) == "fault" else 0
