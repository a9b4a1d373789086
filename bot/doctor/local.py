"""All that one machine can tell by itself."""

from __future__ import annotations

import asyncio
import datetime as dt
from functools import partial
from typing import TYPE_CHECKING

from bot.delivery.absent import absent_channels
from bot.doctor.database import examine_database
from bot.doctor.disk import examine_cache, examine_disk
from bot.doctor.examining import Examination, examine_all
from bot.doctor.finding import Finding, warning
from bot.doctor.knowledge import examine_routing
from bot.doctor.port import examine_port
from bot.doctor.queues import examine_queues
from bot.doctor.settings import examine_settings
from bot.errors import ReportedError
from bot.storage.store import Store, StoreError

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.settings import Settings
    from knowledge.loading import Loaded


async def examine_local(
    settings: Settings, loaded: Loaded | None, within_seconds: float
) -> tuple[Finding, ...]:
    """Settings, routing, database and what waits in it, disk, cache and port.

    ``loaded`` is None where the knowledge folder cannot be used.
    """

    async def examine_the_routing() -> list[Finding]:
        if loaded is None:
            what = "not examined, nor are groups and webhooks"
            return [warning("routing", what, "mend the knowledge first")]
        today = dt.datetime.now().astimezone().date()
        return await asyncio.to_thread(examine_routing, loaded, settings, today)

    database = settings.database_url
    return await examine_all(
        [
            Examination("settings", ".env", _threaded(examine_settings, settings)),
            Examination("routing", "routing.yaml", examine_the_routing),
            Examination(
                "database", "the database", partial(examine_database, database, within_seconds)
            ),
            Examination("inbox", "the database", partial(_examine_queues, settings)),
            Examination("disk", "the disk", _threaded(examine_disk, settings)),
            Examination("cache", "CACHE_DIR", _threaded(examine_cache, settings)),
            Examination("port", "HOST", partial(examine_port, settings)),
        ],
        within_seconds,
    )


def _threaded(
    examine: Callable[[Settings], list[Finding]], settings: Settings
) -> Callable[[], asyncio.Future[list[Finding]]]:
    """Files may be far away: what reads them holds up nobody."""
    return lambda: asyncio.ensure_future(asyncio.to_thread(examine, settings))


async def _examine_queues(settings: Settings) -> list[Finding]:
    """What waits; nothing where the database has told its own trouble."""
    try:
        store = await Store.open(settings.database_url, read_only=True)
    except StoreError:
        return []
    try:
        figures = await store.figures(dt.datetime.now(dt.UTC))
    finally:
        await store.close()
    try:
        absent = absent_channels(settings)
    except ReportedError:
        absent = {}  # an unusable key: told among the settings
    return examine_queues(figures, absent)
