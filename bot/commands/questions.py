"""``questions``: what could not be answered."""

from __future__ import annotations

import asyncio
from typing import Literal

import click

from bot.commands.database import database_option, use_store
from bot.commands.settings import settings_of


@click.command()
@click.option("--kind", type=click.Choice(["handoff", "unanswered"]), help="Only these.")
@click.option("--limit", default=100, show_default=True, help="At most so many, newest first.")
@database_option
def questions(
    kind: Literal["handoff", "unanswered"] | None, limit: int, database: str | None
) -> None:
    """List what could not be answered, and what was to be passed on before there were requests."""
    from bot.listing.text import harmless

    found = use_store(
        settings_of(database_url=database), lambda store: store.open_questions(kind, limit)
    )
    for row in asyncio.run(found):
        text = harmless(row.text)
        click.echo(f"{row.created_at:%Y-%m-%d %H:%M} {row.kind:<10} {row.language} {text}")
