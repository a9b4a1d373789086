"""Durable timers: what was set to happen at a time happens, also after a restart."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from typing import TYPE_CHECKING

from bot.background import finished
from bot.errors import without_message

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.storage.store import Store

POLL_SECONDS = 5.0
"""Reminders are for hours and days: a few seconds late is in time."""

logger = logging.getLogger(__name__)


async def ring_timers(
    store: Store,
    clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    poll_seconds: float = POLL_SECONDS,
) -> None:
    """Put what is due into the inbox, until cancelled; the inbox finds it by itself."""
    while True:
        try:
            while await finished(store.ring_timers(clock())):
                pass
        except Exception as error:  # noqa: BLE001 - the database may be back in a moment
            logger.warning("timers pause: %s", without_message(error))
        await asyncio.sleep(poll_seconds)
