"""``requests``: what companies asked for, who has it, and whether it arrived."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click

from bot.commands.database import database_option, use_store
from bot.commands.settings import settings_of
from handlers.requests.model import Status

if TYPE_CHECKING:
    from bot.listing.exporting import Format
    from bot.storage.records import StoredRequest
    from bot.storage.store import Store

_STATUS = click.option("--status", type=click.Choice(get_args(Status)), help="Only these.")
_TEAM = click.option("--team", help="Only those of this team, by its id in routing.yaml.")


@click.group()
def requests() -> None:
    """List requests, show one whole, or take them away as a file."""


@requests.command("list")
@_STATUS
@_TEAM
@click.option(
    "--limit",
    type=click.IntRange(1),
    default=100,
    show_default=True,
    help="At most so many, newest first.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, a line for each request.")
@database_option
def list_command(
    *, status: Status | None, team: str | None, limit: int, as_json: bool, database: str | None
) -> None:
    """List requests, newest first."""
    from bot.listing.requests import as_data, as_table

    async def read(store: Store) -> list[StoredRequest]:
        return await store.requests(status=status, team=team, limit=limit)

    found = asyncio.run(use_store(settings_of(database_url=database), read))
    if as_json:
        for stored in found:
            click.echo(json.dumps(as_data(stored), ensure_ascii=False))
        return
    click.echo("\n".join(as_table(found)) if found else "No such request.")
    if len(found) == limit:
        click.echo(f"These are the newest {limit}; --limit shows more.", err=True)


@requests.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@database_option
@click.argument("reference")
def show(reference: str, *, as_json: bool, database: str | None) -> None:
    """Show the request of that REFERENCE with its history and its deliveries."""
    from bot.delivery.absent import absent_channels
    from bot.listing.requests import as_data, as_text

    settings = settings_of(database_url=database)
    stored = asyncio.run(use_store(settings, lambda store: _found(store, reference)))
    if as_json:
        click.echo(json.dumps(as_data(stored), ensure_ascii=False))
    else:
        click.echo("\n".join(as_text(stored, absent_channels(settings))))


async def _found(store: Store, typed: str) -> StoredRequest:
    from bot.listing.requests import meant, nearest
    from bot.listing.text import harmless

    references = await store.references()
    known = meant(typed, references)
    stored = None if known is None else await store.request(known)
    if stored is not None:
        return stored
    near = nearest(typed, references)
    mend = f"did you mean {near}?" if near else "`requests list` shows those that are"
    raise click.ClickException(f"there is no request {harmless(typed)}: {mend}")


@requests.command()
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "xlsx", "json"]),
    required=True,
    help="A table for any program, one for Excel, or a line of JSON each.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write this file [default: print].",
)
@_STATUS
@_TEAM
@database_option
def export(
    *,
    form: Format,
    output: Path | None,
    status: Status | None,
    team: str | None,
    database: str | None,
) -> None:
    """Take requests away as a file, newest first.

    It holds what people told of themselves: keep it where nobody else reads it.
    """
    from bot.listing.exporting import written

    if form == "xlsx" and output is None and sys.stdout.isatty():
        raise click.UsageError("a workbook is not for a terminal: give --output FILE")

    async def read(store: Store) -> list[StoredRequest]:
        return await store.requests(status=status, team=team, limit=None, history=True)

    found = asyncio.run(use_store(settings_of(database_url=database), read))
    content = written(found, form)
    if output is None:
        sys.stdout.buffer.write(content)
        return
    try:
        output.write_bytes(content)
    except OSError as error:
        raise click.ClickException(f"{output}: cannot be written ({error.strerror})") from None
    click.echo(f"{output}: {len(found)} requests", err=True)
