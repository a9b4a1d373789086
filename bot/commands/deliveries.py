"""``deliveries``: what did not arrive, and having it sent after all."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from typing import TYPE_CHECKING

import click

from bot.commands.database import database_option, use_store
from bot.commands.settings import settings_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from bot.storage.records import StoredDelivery
    from bot.storage.store import Store


@click.group()
def deliveries() -> None:
    """List what did not arrive, and have it sent again."""


@deliveries.command("list")
@click.option("--dead", is_flag=True, help="Only what was given up.")
@click.option("--all", "everything", is_flag=True, help="Replies to people and look-ups too.")
@click.option(
    "--limit",
    type=click.IntRange(1),
    default=100,
    show_default=True,
    help="At most so many, newest first.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, a line for each delivery.")
@database_option
def list_command(
    *, dead: bool, everything: bool, limit: int, as_json: bool, database: str | None
) -> None:
    """List the cards of requests that wait to be sent or were given up, and why."""
    from bot.delivery.absent import absent_channels
    from bot.listing.deliveries import as_data, as_table
    from bot.storage.records import ALL_KINDS, CARDS

    async def read(store: Store) -> list[StoredDelivery]:
        kinds = ALL_KINDS if everything else CARDS
        return await store.deliveries(dead=dead, kinds=kinds, limit=limit)

    settings = settings_of(database_url=database)
    found = asyncio.run(use_store(settings, read))
    absent = absent_channels(settings)
    if as_json:
        for delivery in found:
            click.echo(json.dumps(as_data(delivery, absent), ensure_ascii=False))
        return
    nothing = "Nothing was given up." if dead else "Nothing waits, and nothing was given up."
    click.echo("\n".join(as_table(found, absent)) if found else nothing)
    if len(found) == limit:
        click.echo(f"These are the newest {limit}; --limit shows more.", err=True)


@deliveries.command()
@click.option("--all", "everything", is_flag=True, help="Every card that was given up.")
@database_option
@click.argument("ids", metavar="[ID]...", type=int, nargs=-1)
def retry(ids: tuple[int, ...], *, everything: bool, database: str | None) -> None:
    """Have what was given up sent again, at once, by the assistant that runs.

    ID is as `deliveries list` shows it. A reply to a person is retried by its ID only.
    """
    from bot.delivery.absent import absent_channels

    if everything == bool(ids):
        raise click.UsageError("give the ID of each delivery, or --all")
    settings = settings_of(database_url=database)
    wanted = None if everything else frozenset(ids)
    before, retried = asyncio.run(
        use_store(settings, lambda store: _retry(store, wanted), write=True)
    )
    absent = absent_channels(settings)
    click.echo(f"{retried} to be sent again" if retried else "Nothing is to be sent again.")
    for delivery in before:
        if delivery.status == "dead" and delivery.kind != "look_up" and delivery.channel in absent:
            click.echo(f"{delivery.id} waits: {absent[delivery.channel]}", err=True)
    faults = _faults(wanted, before)
    if faults:
        raise click.ClickException("\n".join(faults))


async def _retry(store: Store, wanted: Collection[int] | None) -> tuple[list[StoredDelivery], int]:
    """What was wanted, as it was before, and how many of it are now retried."""
    from bot.storage.records import ALL_KINDS, CARDS

    kinds = CARDS if wanted is None else ALL_KINDS
    before = await store.deliveries(dead=True, kinds=kinds, ids=wanted, limit=None)
    return before, await store.retry_dead(wanted, dt.datetime.now(dt.UTC))


def _faults(wanted: Collection[int] | None, before: list[StoredDelivery]) -> list[str]:
    """Why some of what was wanted is not retried."""
    found = {delivery.id: delivery for delivery in before}
    faults = [f"{one} is no delivery" for one in sorted(wanted or ()) if one not in found]
    for one, delivery in sorted(found.items()):
        if delivery.status == "sent":
            faults.append(f"{one} was sent already")
        elif delivery.status == "pending":
            faults.append(f"{one} waits already, and is tried by itself")
        elif delivery.status == "withheld":
            faults.append(
                f"{one} is an answer that was withheld: a member of the team had taken the "
                "conversation, and the question was put to them"
            )
        elif delivery.kind == "look_up":
            faults.append(f"{one} is a look-up: the conversation went on without it")
    return faults
