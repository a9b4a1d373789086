"""Erasing what is older than it is kept: every hour while the assistant serves, or by command."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections import defaultdict
from typing import TYPE_CHECKING

from bot.background import finished
from bot.errors import without_message
from bot.storage.privacy_records import Expiry, Proof, Purged
from handlers.privacy.last_words import last_words

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Coroutine
    from typing import TypeVar

    from bot.storage.store import Store
    from handlers.privacy.last_words import LastWords
    from handlers.privacy.model import Erased
    from knowledge.model import KnowledgeBase, Retention

    Id = TypeVar("Id", int, str)

EVERY_SECONDS = 3600.0
RETRY_SECONDS = 60.0
"""After the database was away."""
BATCH = 200
"""Rows of a transaction: milliseconds, so that messages come in between."""
PAUSE_SECONDS = 0.05
"""Between two batches."""
OVERWRITTEN_EVERY = dt.timedelta(days=1)
"""How often SQLite's file is built anew for what went by itself."""
DAYS_OF_A_MONTH = 30.4375

logger = logging.getLogger(__name__)


def expiry(base: KnowledgeBase, retention: Retention, now: dt.datetime) -> Expiry:
    """What is too old at ``now``; of requests the folder says it, since companies agree to it."""
    months = dt.timedelta(days=base.request_form.retention_months * DAYS_OF_A_MONTH)
    return Expiry(
        conversations=now - dt.timedelta(days=retention.conversation_days),
        messages=now - dt.timedelta(days=retention.message_days),
        questions=now - dt.timedelta(days=retention.question_days),
        files=now - dt.timedelta(days=retention.file_days),
        requests=now - months,
    )


class RetentionJob:
    """Purges by kind; what is on its way at that moment is left to the next time."""

    def __init__(
        self,
        store: Store,
        knowledge: Callable[[], KnowledgeBase],
        retention: Retention,
        clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        self._store = store
        self._knowledge = knowledge
        self._retention = retention
        self._clock = clock
        self._overwritten_at: dt.datetime | None = None

    async def run(self) -> None:
        """Purge, and again every hour, until cancelled."""
        while True:
            try:
                await self.purge()
            except Exception as error:  # noqa: BLE001 - the database may be back in a moment
                logger.warning("the purge pauses: %s", without_message(error))
                await asyncio.sleep(RETRY_SECONDS)
            else:
                await asyncio.sleep(EVERY_SECONDS)

    async def purge(self) -> Purged:
        """Erase everything whose time is over."""
        now = self._clock()
        cut = expiry(self._knowledge(), self._retention, now)
        purged = Purged()
        await self._requests(cut.requests, now, purged)
        await self._conversations(cut.conversations, now, purged)
        store = self._store
        purged.messages = await _batches(
            lambda limit: store.old_events(cut.messages, limit),
            lambda ids: store.forget_events(ids, now),
        )
        purged.deliveries = await _batches(
            lambda limit: store.old_deliveries(cut.messages, limit), store.drop_deliveries
        )
        purged.questions = await _batches(
            lambda limit: store.old_questions(cut.questions, limit), store.drop_questions
        )
        purged.files = await _batches(
            lambda limit: store.loose_files(cut.files, limit), store.drop_files
        )
        await _batches(
            lambda limit: store.emptied_conversations(now, limit),
            lambda ids: store.drop_emptied(ids, now),
        )
        await self._account(purged, now)
        return purged

    async def due(self) -> Purged:
        """What :meth:`purge` would erase now."""
        cut = expiry(self._knowledge(), self._retention, self._clock())
        store = self._store
        requests = await store.expired_requests(cut.requests, None)
        return Purged(
            conversations=len(await store.idle_conversations(cut.conversations, None)),
            messages=len(await store.old_events(cut.messages, None)),
            deliveries=len(await store.old_deliveries(cut.messages, None)),
            questions=len(await store.old_questions(cut.questions, None)),
            files=len(await store.loose_files(cut.files, None)),
            requests=len(requests),
            references=[reference for _, reference in requests],
        )

    async def _requests(self, before: dt.datetime, now: dt.datetime, purged: Purged) -> None:
        by_conversation = defaultdict(list)
        for conversation_id, reference in await self._store.expired_requests(before, None):
            by_conversation[conversation_id].append(reference)
        for conversation_id, references in by_conversation.items():
            erased = await finished(
                self._store.let_go_of_requests(conversation_id, references, now, self._last_words)
            )
            if erased:
                purged.requests += len(erased.requests)
                purged.references += erased.requests
            await asyncio.sleep(PAUSE_SECONDS)

    async def _conversations(self, before: dt.datetime, now: dt.datetime, purged: Purged) -> None:
        for conversation_id in await self._store.idle_conversations(before, None):
            erased = await finished(
                self._store.let_go_if_idle(conversation_id, before, now, self._last_words)
            )
            purged.conversations += erased is not None
            await asyncio.sleep(PAUSE_SECONDS)

    async def _account(self, purged: Purged, now: dt.datetime) -> None:
        """Write what went one by one, and see to SQLite's files."""
        counts = {
            kind: count
            for kind, count in purged.counts.items()
            # Requests and conversations have a line of their own.
            if kind not in {"requests", "conversations"}
        }
        if counts:
            await self._store.keep_proof(Proof(now, "retention", "", counts))
        if purged.counts:
            logger.info("purged: %s", purged.counts)
        last = self._overwritten_at
        daily = bool(purged.counts) and (last is None or now - last >= OVERWRITTEN_EVERY)
        if daily:
            self._overwritten_at = now
        await self._store.overwrite_erased(anyway=daily)

    def _last_words(self, erased: Erased) -> LastWords:
        return last_words(self._knowledge(), erased, self._clock())


async def _batches(
    find: Callable[[int], Awaitable[list[Id]]],
    erase: Callable[[Collection[Id]], Coroutine[None, None, None]],
) -> int:
    """Find and erase until nothing is found; how many that were."""
    erased = 0
    while ids := await find(BATCH):
        await finished(erase(ids))
        erased += len(ids)
        await asyncio.sleep(PAUSE_SECONDS)
    return erased
