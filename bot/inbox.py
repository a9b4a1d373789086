"""The one loop: claim, load, step, save."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from bot.background import Bell, Bells, Gathered, finished
from bot.errors import without_message
from bot.storage.records import EffectRefused, News, Stepped
from bot.storage.refusals import is_refusal
from handlers.events import Event
from handlers.requests.references import reference
from handlers.state import ConversationState
from handlers.step import Step
from handlers.team.model import TEAM, Mark, TeamWrote
from handlers.team.words import never_arrive
from handlers.values import Reply

if TYPE_CHECKING:
    from collections.abc import Coroutine, Hashable

    from bot.metrics import Metrics
    from bot.storage.records import Handled, InboxItem, Incoming, StoredReply
    from bot.storage.store import Store

StepFunction = Callable[[ConversationState, Event, dt.datetime, str, str], Step]
"""The dialogue; called in a worker thread.

It is given the time, the reference of a request that the event would file, and the channel.
"""
FallbackFunction = Callable[[ConversationState, Event], Reply]
"""What a person is told when an event of theirs failed for good."""

T = TypeVar("T")

logger = logging.getLogger(__name__)

BATCH_SIZE = 100
"""Events, each of another conversation, that share a transaction."""
LEASE_SECONDS = 30.0
"""After so long, another process takes over what a killed one had claimed."""
POLL_SECONDS = 1.0
"""How often to look without being woken: for retries, and for what other processes left."""
BESIDE_SECONDS = 5.0
"""How often those who wait for replies look where one process handles all events: on SQLite.

Its bells ring for every event; what is left is the last word of an erasure, which none brings.
"""
RETRY_SECONDS = (0.5, 1.0, 2.0)
"""Pauses after a failed step; the person waits meanwhile, so they are few and short."""


@dataclass(slots=True)
class _Saving:
    """What became of a batch's results.

    Events to be stepped ``again`` on a newer state, results ``saved``, events ``refused`` with the
    reason; ``trouble`` kept the rest from being saved, which stays as it was.
    """

    again: list[InboxItem] = field(default_factory=list)
    saved: list[Stepped] = field(default_factory=list)
    refused: list[tuple[InboxItem, str]] = field(default_factory=list)
    trouble: Exception | None = None


class Inbox:
    """Takes in what channels received and steps each conversation in order."""

    def __init__(  # noqa: PLR0913 - the parts that app.py wires
        self,
        store: Store,
        step: StepFunction,
        *,
        fallback: FallbackFunction,
        clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
        on_saved: Callable[[], None] = lambda: None,
        metrics: Metrics | None = None,
    ) -> None:
        """``on_saved`` is called when replies reached the outbox: it wakes the dispatcher."""
        self._store = store
        self._step = step
        self._fallback = fallback
        self._clock = clock
        self._on_saved = on_saved
        self._metrics = metrics
        self._arrivals = defaultdict[str, Gathered["Incoming"]](lambda: Gathered(self._commit))
        self._received = Bell()
        self._handled = Bells()
        self._claimed: set[int] = set()
        """Ids of what the turn under way holds the lease of, or one that broke off held."""

    async def receive(self, items: Sequence[Incoming]) -> None:
        """Commit ``items``, all of one channel, in one transaction, then wake the loop.

        An already known (channel, external_id) changes nothing. When this returns, the channel
        may acknowledge; when it raises, it must not.
        """
        if items:
            await self._arrivals[items[0].channel](items)

    async def _commit(self, items: Sequence[Incoming]) -> None:
        new = await self._store.receive(items, self._clock())
        self._received.ring()
        if self._metrics is not None and new:
            self._metrics.received(items[0].channel, new)

    async def run(self) -> None:
        """Handle events until cancelled; what is being handled then is finished first."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._store.listen(self._received.ring, self._announce))
            tasks.create_task(self._handle_for_ever())

    async def replies_to(
        self, channel: str, external_id: str, *, timeout_seconds: float
    ) -> tuple[StoredReply, ...] | None:
        """The replies to an event once it is handled, by whichever process; None on time-out."""

        async def read() -> tuple[StoredReply, ...] | None:
            return await self._store.replies_to(channel, external_id)

        return await self._when_there((channel, external_id), read, timeout_seconds)

    async def replies_after(
        self, conversation_id: str, after_id: int, *, timeout_seconds: float, limit: int = 100
    ) -> list[StoredReply]:
        """Replies newer than the cursor ``after_id``, waiting for the first; [] on time-out."""

        async def read() -> list[StoredReply] | None:
            return await self._store.replies_after(conversation_id, after_id, limit) or None

        return await self._when_there(conversation_id, read, timeout_seconds) or []

    async def news(
        self, conversation_id: str, after_id: int, version: int, *, timeout_seconds: float
    ) -> News:
        """What there is beyond ``after_id`` and ``version``; waits for it, nothing on time-out."""

        async def read() -> News | None:
            found = await self._store.news(conversation_id, after_id, version)
            return found if found.replies or found.version is not None else None

        return await self._when_there(conversation_id, read, timeout_seconds) or News()

    async def _when_there(
        self,
        key: Hashable,
        read: Callable[[], Coroutine[None, None, T | None]],
        timeout_seconds: float,
    ) -> T | None:
        """What ``read`` finds, as soon as it does; None on time-out."""
        clock = asyncio.get_running_loop().time
        deadline = clock() + timeout_seconds
        pause = BESIDE_SECONDS if self._store.has_one_instance else POLL_SECONDS
        with self._handled.at(key) as bell:
            while True:
                # A page that leaves must not break a connection off in the middle of a query.
                found = await finished(read())
                left = deadline - clock()
                if found is not None or left <= 0:
                    return found
                await bell.wait(min(left, pause))

    async def _handle_for_ever(self) -> None:
        while True:
            try:
                found = await finished(self._turn())
            except Exception as error:  # noqa: BLE001 - the database may be back in a moment
                logger.warning("the inbox pauses: %s", without_message(error))
                await asyncio.sleep(POLL_SECONDS)
                continue
            if not found:
                await self._received.wait(POLL_SECONDS)

    async def _turn(self) -> bool:
        """Handle one batch; returns whether there was any."""
        if self._claimed:
            # The turn before broke off: what it had claimed need not wait for its lease to run out.
            await self._store.release_inbox(self._claimed)
            self._claimed.clear()
        claimed = await self._store.claim_inbox(self._clock(), BATCH_SIZE, LEASE_SECONDS)
        self._claimed.update(item.id for item in claimed)
        items = claimed
        while items:
            stepped, failed = await asyncio.to_thread(self._step_all, items, self._clock())
            saving = await self._save(stepped)
            for result in saving.saved:
                self._count(result)
                self._announce(result.item)
            for item, error in failed + saving.refused:
                await self._fail(item, error)
            if saving.trouble:
                raise saving.trouble
            items = saving.again
        self._claimed.clear()
        return bool(claimed)

    async def _save(self, stepped: Sequence[Stepped]) -> _Saving:
        """Save a batch in one transaction; where that cannot be, each result by itself.

        So what is wrong with one of them stops no other.
        """
        try:
            again = await self._store.save(stepped, self._clock())
        except Exception as error:  # noqa: BLE001 - whatever it is, the others are to be saved
            logger.warning("%d results are saved one by one: %s", len(stepped), _reason(error))
            return await self._save_each(stepped)
        ids = {item.id for item in again}
        return _Saving(again, [one for one in stepped if one.item.id not in ids])

    async def _save_each(self, stepped: Sequence[Stepped]) -> _Saving:
        """Save each result by itself.

        One that is refused for what it is counts as an attempt, which is committed by itself
        (:meth:`_fail`). Nothing is ever given up because the database is away, full or under
        repair: such failures are told apart by their kind (:func:`is_refusal`) and count as
        nothing, and where not even an attempt can be written, none is.
        """
        saving = _Saving()
        for one in stepped:
            try:
                again = await self._store.save([one], self._clock())
            except Exception as error:  # noqa: BLE001 - whatever it is, the others go on
                if is_refusal(error):
                    saving.refused.append((one.item, _reason(error)))
                    continue
                saving.trouble = error
                if await self._is_away():
                    break
            else:
                saving.again.extend(again)
                saving.saved.extend([] if again else [one])
        return saving

    async def _is_away(self) -> bool:
        """Whether the database answers nothing: each further try could wait for a connection."""
        try:
            await self._store.schema()
        except Exception:  # noqa: BLE001 - why, is in the trouble that led to the question
            return True
        return False

    def _step_all(
        self, items: Sequence[InboxItem], now: dt.datetime
    ) -> tuple[list[Stepped], list[tuple[InboxItem, str]]]:
        """Results, and the items that have none with the reason."""
        stepped: list[Stepped] = []
        failed: list[tuple[InboxItem, str]] = []
        for item in items:
            if item.unreadable is not None:
                failed.append((item, item.unreadable))
                continue
            try:
                stepped.append(self._step_one(item, now))
            except Exception as error:  # noqa: BLE001 - whatever it is, the others go on
                failed.append((item, without_message(error)))
        return stepped, failed

    def _step_one(self, item: InboxItem, now: dt.datetime) -> Stepped:
        started = time.perf_counter()
        step = self._step(item.state, item.event, now, reference(item.id), item.channel)
        seconds = time.perf_counter() - started
        logger.info("event %d: %s %s", item.id, step.outcome, step.entries[:1])
        return Stepped(item, step.state, step.replies, step.effects, step.outcome, seconds)

    async def _fail(self, item: InboxItem, error: str) -> None:
        """Try again later, or give up and say so: the conversation goes on either way."""
        now = self._clock()
        if item.attempts < len(RETRY_SECONDS):
            logger.warning("event %d failed, to be repeated: %s", item.id, error)
            due_at = now + dt.timedelta(seconds=RETRY_SECONDS[item.attempts])
            await self._store.retry_inbox(item, error, due_at)
        else:
            logger.error("event %d is given up: %s", item.id, error)
            await self._give_up(item, error, now)
            self._announce(item)

    async def _give_up(self, item: InboxItem, error: str, now: dt.datetime) -> None:
        """Say so too, unless that is refused as well: then its conversation goes on in silence."""
        try:
            await self._store.fail_inbox(item, error, self._said_of(item), now)
        except Exception as refusal:
            if not is_refusal(refusal):
                raise
            logger.warning("event %d: nobody can be told: %s", item.id, _reason(refusal))
            await self._store.fail_inbox(item, error, None, now)

    def _said_of(self, item: InboxItem) -> Reply | Mark | None:
        """What is said of ``item``, which is given up, to whoever it came from."""
        if item.channel == TEAM or isinstance(item.event, TeamWrote):
            return never_arrive(item.event, item.address)
        return self._fallback(item.state, item.event)

    def _count(self, result: Stepped) -> None:
        if self._metrics is not None:
            replies = len(result.replies)
            self._metrics.handled(result.item.channel, result.outcome, replies, result.step_seconds)

    def _announce(self, handled: Handled | InboxItem) -> None:
        self._handled.ring((handled.channel, handled.external_id))
        self._handled.ring(handled.conversation_id)
        self._on_saved()


def _reason(error: Exception) -> str:
    """Why a result is not saved, without what people wrote."""
    return str(error) if isinstance(error, EffectRefused) else without_message(error)
