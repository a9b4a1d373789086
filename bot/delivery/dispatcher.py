"""Sends what the outbox holds."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import random
from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.background import Bell, finished
from bot.delivery import Blocked, DeliveryError, TransientError
from bot.delivery.retry import next_attempt
from bot.errors import without_message
from handlers.requests.model import Card
from handlers.values import Reply

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.delivery import Delivery
    from bot.storage.records import OutboxItem
    from bot.storage.store import Store

OnDead = Callable[[Card, str], tuple[Card, ...]]
"""The cards that tell somebody of a card given up, and of the reason."""

logger = logging.getLogger(__name__)

LEASE_SECONDS = 60.0
"""After so long, another process takes over what a killed one had claimed."""
POLL_SECONDS = 1.0
"""How often to look without being woken: for retries, and for what other processes left."""
STOP_SECONDS = 5.0
"""How long deliveries that are under way may take when the assistant stops."""


class Dispatcher:
    """Sends lanes side by side, each in order: only a lane's head can be claimed."""

    def __init__(  # noqa: PLR0913 - what app.py wires, and what tests set
        self,
        store: Store,
        deliveries: Mapping[str, Delivery],
        *,
        on_dead: OnDead = lambda _card, _reason: (),
        clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
        concurrency: int = 64,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        """``deliveries`` by channel; rows of other channels are left to other processes.

        ``on_dead`` is not asked about a card of news ``undelivered``: nobody is told without end.
        """
        self._store = store
        self._deliveries = deliveries
        self._on_dead = on_dead
        self._clock = clock
        self._concurrency = concurrency
        self._jitter = jitter
        self._awake = Bell()
        self._paused_until: dict[str, dt.datetime] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._claimed: set[int] = set()
        """Ids of what this process holds the lease of: being sent, or sent and not yet marked."""
        self._leased_at = clock()
        self._sent: set[int] = set()
        self._anything_sent = Bell()

    def wake(self) -> None:
        """Look into the outbox now."""
        self._awake.ring()

    async def run(self) -> None:
        """Send until cancelled; what is under way is then finished, or given back."""
        marking = asyncio.create_task(self._mark_for_ever())
        try:
            while True:
                try:
                    await finished(self._start_deliveries())
                except Exception as error:  # noqa: BLE001 - the database may be back in a moment
                    logger.warning("the dispatcher pauses: %s", without_message(error))
                    await asyncio.sleep(POLL_SECONDS)
                await self._awake.wait(POLL_SECONDS)
        finally:
            await self._stop(marking)

    async def _start_deliveries(self) -> None:
        """Claim as much as may be sent at once, and begin to send it."""
        now = self._clock()
        await self._extend_leases(now)
        channels = [
            channel
            for channel in self._deliveries
            if channel not in self._paused_until or self._paused_until[channel] <= now
        ]
        free = self._concurrency - len(self._claimed)
        if not channels or free <= 0:
            return
        for item in await self._store.claim_outbox(now, free, LEASE_SECONDS, channels):
            # Ours already if the database was away for so long that our lease ran out.
            if item.id not in self._claimed:
                self._claimed.add(item.id)
                task = asyncio.create_task(self._send(item))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def _extend_leases(self, now: dt.datetime) -> None:
        """Deliveries may wait long for a rate limit: nobody else is to send them meanwhile."""
        if (now - self._leased_at).total_seconds() < LEASE_SECONDS / 3:
            return
        self._leased_at = now
        if self._claimed:
            until = now + dt.timedelta(seconds=LEASE_SECONDS)
            await self._store.extend_outbox(self._claimed, until)

    async def _send(self, item: OutboxItem) -> None:
        try:
            if await self._is_withheld(item):
                self._claimed.discard(item.id)
                self.wake()
                return
            await self._deliver(item)
        except Exception as error:  # noqa: BLE001 - an unknown one is taken for transient
            try:
                await finished(self._note_failure(item, error))
            except Exception as store_error:  # noqa: BLE001 - it is tried again after the lease
                logger.warning("delivery %d: %s", item.id, without_message(store_error))
            self._claimed.discard(item.id)
            self.wake()
        else:
            self._sent.add(item.id)
            self._anything_sent.ring()

    async def _deliver(self, item: OutboxItem) -> None:
        """Send ``item``, or raise why it is not sent."""
        if item.unreadable is not None:
            # A newer version may be at work beside this one, as while it replaces this one.
            raise TransientError(item.unreadable)
        await self._deliveries[item.channel].deliver(item)

    async def _is_withheld(self, item: OutboxItem) -> bool:
        """Whether a member of a team has taken over: asked now, for ``item`` may have waited."""
        if not isinstance(item.payload, Reply) or not item.payload.automatic:
            return False
        return await finished(self._store.withhold_if_held(item, self._clock()))

    async def _note_failure(self, item: OutboxItem, error: Exception) -> None:
        now = self._clock()
        if isinstance(error, Blocked) and isinstance(item.payload, Reply):
            logger.info("delivery %d: blocked by the person", item.id)
            await self._store.mark_blocked(item.conversation_id, now)
            return
        attempts = item.attempts + 1
        due_at = next_attempt(attempts, error, now, self._jitter(), since=item.tried_since)
        reason = str(error) if isinstance(error, DeliveryError) else without_message(error)
        if due_at is None:
            logger.error("delivery %d is given up at attempt %d: %s", item.id, attempts, reason)
            await self._store.mark_dead(item, reason, now, self._notices(item, reason))
            return
        logger.warning("delivery %d failed at attempt %d: %s", item.id, attempts, reason)
        if isinstance(error, TransientError) and error.whole_channel:
            paused_until = self._paused_until.get(item.channel, due_at)
            self._paused_until[item.channel] = max(paused_until, due_at)
        await self._store.mark_retry(item, reason, due_at)

    def _notices(self, item: OutboxItem, reason: str) -> tuple[Card, ...]:
        """The cards that tell of ``item``'s end; one that tells of another's has none."""
        card = item.payload
        if not isinstance(card, Card) or card.news == "undelivered":
            return ()
        try:
            return self._on_dead(card, reason)
        except Exception as error:  # noqa: BLE001 - the end is to be written down all the same
            logger.error("nobody is told of delivery %d: %s", item.id, without_message(error))  # noqa: TRY400 - it quotes nothing
            return ()

    async def _mark_for_ever(self) -> None:
        """Mark what was sent; what is sent during one commit shares the next."""
        while True:
            await self._anything_sent.wait(POLL_SECONDS)
            await finished(self._mark_sent())

    async def _mark_sent(self) -> None:
        ids = self._sent.copy()
        if not ids:
            return
        try:
            await self._store.mark_sent(ids, self._clock())
        except Exception as error:  # noqa: BLE001 - the next turn tries again
            logger.warning("%d deliveries are not marked yet: %s", len(ids), without_message(error))
            return
        self._sent -= ids
        self._claimed -= ids
        self.wake()

    async def _stop(self, marking: asyncio.Task[None]) -> None:
        """Let deliveries end that are about to; give the others back."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=STOP_SECONDS)
        rest = [marking, *self._tasks]
        for task in rest:
            task.cancel()
        await asyncio.wait(rest)
        await self._mark_sent()
        try:
            await self._store.release_outbox(self._claimed - self._sent)
        except Exception as error:  # noqa: BLE001 - the leases run out by themselves
            logger.warning("deliveries are not given back: %s", without_message(error))
