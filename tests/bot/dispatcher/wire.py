"""A wire to send on, a clock to move on, and the dispatcher between outbox and wire."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable

from bot.delivery import Delivery
from bot.delivery.dispatcher import Dispatcher
from bot.storage.records import OutboxItem
from bot.storage.store import Store
from tests.bot.storage.making import NOW


class Wire:
    """A delivery that writes down what it sends; ``before`` may fail, or wait."""

    def __init__(self, before: Callable[[OutboxItem], Awaitable[None]] | None = None) -> None:
        self.sent: list[OutboxItem] = []
        self.tried: list[OutboxItem] = []
        self._before = before

    async def deliver(self, item: OutboxItem) -> None:
        """Send ``item``."""
        self.tried.append(item)
        if self._before is not None:
            await self._before(item)
        self.sent.append(item)

    def texts(self) -> list[str]:
        """What was sent, in order."""
        return [item.reply.text for item in self.sent]


class Clock:
    """A clock that tests move on."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> dt.datetime:
        """The time."""
        return self.now

    def advance(self, seconds: float) -> None:
        """Let ``seconds`` pass."""
        self.now += dt.timedelta(seconds=seconds)


def dispatching(store: Store, wire: Delivery, clock: Clock, concurrency: int = 64) -> Dispatcher:
    """A dispatcher whose pauses are the longest that jitter may give."""
    return Dispatcher(
        store, {"telegram": wire}, clock=clock, concurrency=concurrency, jitter=lambda: 1.0
    )


async def emptied(store: Store) -> bool:
    """Nothing waits in the outbox any more."""
    return (await store.figures(NOW)).outbox_pending == 0


async def emptied_but_for(store: Store, channel: str) -> bool:
    """Nothing waits but what nobody sends here."""
    return (await store.figures(NOW)).outbox_pending_by_channel == {channel: 1}
