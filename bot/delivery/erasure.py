"""Erasing everything of a person, as an order in the outbox has it."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from typing import TYPE_CHECKING

from bot.delivery import PermanentError, TransientError
from handlers.privacy.last_words import last_words
from handlers.privacy.model import EraseData

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.storage.records import OutboxItem
    from bot.storage.store import Store
    from handlers.privacy.last_words import LastWords
    from handlers.privacy.model import Erased
    from knowledge.model import KnowledgeBase

LOOK_SECONDS = 0.25
LOOKS = 40
"""Within ten seconds nearly everything that was on its way has come to its end."""

logger = logging.getLogger(__name__)


class ErasureDelivery:
    """Waits until nothing of the person is on its way, then has the store erase it."""

    def __init__(
        self,
        store: Store,
        knowledge: Callable[[], KnowledgeBase],
        clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        self._store = store
        self._knowledge = knowledge
        self._clock = clock

    async def deliver(self, item: OutboxItem) -> None:
        """Carry out the order ``item``.

        Raises:
            PermanentError: it is none.
            TransientError: something of the person is still on its way.
        """
        if not isinstance(item.payload, EraseData):
            raise PermanentError("it orders no erasure")
        for _ in range(LOOKS):
            if await self._store.erase(item.id, self._clock(), self._last_words):
                logger.info("erasure %d is done", item.id)
                return
            await asyncio.sleep(LOOK_SECONDS)
        raise TransientError("something of the person is still on its way")

    def _last_words(self, erased: Erased) -> LastWords:
        return last_words(self._knowledge(), erased, self._clock())
