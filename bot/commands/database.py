"""What the commands that look into the database share."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.settings import Settings
    from bot.storage.store import Store

T = TypeVar("T")

database_option = click.option("--database", help="SQLAlchemy URL of the database.")


async def use_store(
    settings: Settings, use: Callable[[Store], Awaitable[T]], *, write: bool = False
) -> T:
    """What ``use`` makes of the store, opened beside an assistant that may be running.

    Raises:
        StoreError: there is no such database, or it is of another version.
    """
    from bot.storage.store import Store

    store = await Store.open(settings.database_url, read_only=not write, beside=True)
    try:
        return await use(store)
    finally:
        await store.close()
