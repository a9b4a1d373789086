"""``privacy``: showing and erasing what is held of a person, and what is held too long."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import TYPE_CHECKING

import click

from bot.commands.database import database_option, use_store
from bot.commands.settings import settings_of

if TYPE_CHECKING:
    from bot.retention import RetentionJob
    from bot.settings import Settings
    from bot.storage.privacy_records import Proof, Purged
    from bot.storage.store import Store
    from handlers.privacy.last_words import LastWords
    from handlers.privacy.model import Erased, Held

_WAIT_SECONDS = 0.25
_TRIES = 40
_WHOSE = click.argument("whose", metavar="CONVERSATION|REF")


@click.group()
def privacy() -> None:
    """Answer who asks for their data, or for their erasure.

    CONVERSATION is an id or CHANNEL:ADDRESS (telegram:123456), REF the reference of a request.
    """


@privacy.command()
@click.option("--json", "as_json", is_flag=True, help="Print everything, word for word.")
@database_option
@_WHOSE
def show(whose: str, *, as_json: bool, database: str | None) -> None:
    """Show what is held of the person of that conversation or request."""
    from bot.listing.privacy import as_text

    async def read(store: Store) -> tuple[Held, bytes]:
        found = await _found(store, whose)
        return await store.held(found), await store.export(found, dt.datetime.now(dt.UTC))

    held, export = asyncio.run(use_store(settings_of(database_url=database), read))
    click.echo(export.decode() if as_json else "\n".join(as_text(held)))


@privacy.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
@database_option
@_WHOSE
def erase(whose: str, *, yes: bool, database: str | None) -> None:
    """Erase everything of the person of that conversation or request, all requests included."""
    from bot.listing.privacy import as_text

    settings = settings_of(database_url=database)

    async def read(store: Store) -> tuple[str, Held]:
        found = await _found(store, whose)
        return found, await store.held(found)

    conversation, held = asyncio.run(use_store(settings, read))
    if not yes:
        click.echo("\n".join(as_text(held)))
        click.confirm("Erase all of this for good?", abort=True)
    done = asyncio.run(
        use_store(settings, lambda store: _erase(store, settings, conversation), write=True)
    )
    click.echo("Erased." if done else "Ordered: the assistant that runs erases it shortly.")
    if done and held.requests:
        click.echo("Groups, mailboxes and webhooks are told by the assistant that runs.", err=True)


@privacy.command()
@click.option("--dry-run", is_flag=True, help="Only say what would be erased.")
@database_option
def purge(*, dry_run: bool, database: str | None) -> None:
    """Erase what is older than it is kept, as the assistant does every hour."""
    from bot.listing.privacy import purged_as_text

    settings = settings_of(database_url=database)

    async def run(store: Store) -> Purged:
        job = _job(store, settings)
        return await (job.due() if dry_run else job.purge())

    purged = asyncio.run(use_store(settings, run, write=not dry_run))
    click.echo(f"{'To be erased' if dry_run else 'Erased'}: {purged_as_text(purged)}.")


@privacy.command()
@click.option(
    "--limit",
    type=click.IntRange(1),
    default=100,
    show_default=True,
    help="At most so many, newest first.",
)
@database_option
def proofs(limit: int, database: str | None) -> None:
    """List what was erased: when, at whose wish, how much; nothing of it."""
    from bot.listing.privacy import proofs_as_table

    async def read(store: Store) -> list[Proof]:
        return await store.proofs(limit)

    found = asyncio.run(use_store(settings_of(database_url=database), read))
    click.echo("\n".join(proofs_as_table(found)) if found else "Nothing was erased.")


async def _found(store: Store, typed: str) -> str:
    from bot.listing.requests import meant
    from bot.listing.text import harmless

    found = await store.whose(typed)
    if found is None:
        reference = meant(typed, await store.references())
        found = await store.whose(reference) if reference else None
    if found is None:
        raise click.ClickException(
            f"nothing is held of {harmless(typed)}: give a conversation's id, CHANNEL:ADDRESS, or "
            "the reference of a request, as `requests list` shows them"
        )
    return found


async def _erase(store: Store, settings: Settings, conversation: str) -> bool:
    """Order it, so that it is done whatever becomes of this process, and try to do it at once."""
    from handlers.privacy.last_words import last_words
    from knowledge.loading import load

    base = await asyncio.to_thread(lambda: load(settings.knowledge_dir).base)

    def said(erased: Erased) -> LastWords:
        return last_words(base, erased, dt.datetime.now(dt.UTC))

    order = await store.order_erasure(conversation, base.languages[0], dt.datetime.now(dt.UTC))
    for _ in range(_TRIES):
        if await store.erase(order, dt.datetime.now(dt.UTC), said):
            return True
        await asyncio.sleep(_WAIT_SECONDS)
    return False


def _job(store: Store, settings: Settings) -> RetentionJob:
    from bot.retention import RetentionJob
    from knowledge.loading import load

    base = load(settings.knowledge_dir).base
    return RetentionJob(store, lambda: base, settings.retention)
