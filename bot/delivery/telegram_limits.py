"""How fast Telegram lets a bot write: overall, in one chat, in one group."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.settings import Settings

BURST = 4
"""Messages that a private chat may get at once: an answer, its pin and its card, and one more."""
REMEMBERED_CHATS = 10_000
STAFF_SHARE = 1 / 3
"""Of the overall limit: cards for teams never take more, so that people do not wait for them."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Messages that may be sent; what is beyond has to wait."""

    per_second: float = 30.0
    per_second_in_chat: float = 1.0
    """On average over a short burst."""
    per_minute_in_group: float = 20.0

    @classmethod
    def of(cls, settings: Settings) -> Limits:
        """As the settings have them."""
        return cls(
            per_second=settings.telegram_messages_per_second,
            per_second_in_chat=settings.telegram_chat_messages_per_second,
            per_minute_in_group=settings.telegram_group_messages_per_minute,
        )


class _Window:
    """At most ``count`` messages at once, ``per_second`` on average over as many."""

    def __init__(self, per_second: float, count: int) -> None:
        self._seconds = count / per_second
        self._count = count
        self._times: deque[float] = deque(maxlen=count)

    def wait_seconds(self, now: float, messages: int = 1) -> float:
        # Of more messages than ever fit at once, as many as do are waited for.
        too_many = len(self._times) + min(messages, self._count) - self._count
        if too_many <= 0:
            return 0.0
        return max(0.0, self._times[too_many - 1] + self._seconds - now)

    def add(self, now: float) -> None:
        self._times.append(now)


class SendingRate:
    """Keeps to :class:`Limits` within this process."""

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._clock = clock
        self._overall = _Window(limits.per_second, max(1, int(limits.per_second)))
        self._chats: OrderedDict[str, _Window] = OrderedDict()
        self._turn = asyncio.Lock()
        staff = limits.per_second * STAFF_SHARE
        self._staff = _Window(staff, max(1, int(staff)))
        self._staff_turn = asyncio.Lock()

    def wait_seconds(self, address: str, messages: int = 1) -> float:
        """How long the chat ``address`` has to wait for its next ones, for its own limit."""
        return self._chat(address).wait_seconds(self._clock(), messages)

    async def take(self, address: str, *, staff: bool = False) -> None:
        """Wait until one message to ``address`` may be sent, and count it.

        ``staff``: it is for a team, and keeps to :data:`STAFF_SHARE`.
        """
        chat = self._chat(address)
        # The chat first: who waits for its own limit must not hold up the others' turn.
        await asyncio.sleep(chat.wait_seconds(self._clock()))
        if staff:
            async with self._staff_turn:
                await asyncio.sleep(self._staff.wait_seconds(self._clock()))
                self._staff.add(self._clock())
        async with self._turn:
            await asyncio.sleep(self._overall.wait_seconds(self._clock()))
            now = self._clock()
            self._overall.add(now)
            chat.add(now)

    def _chat(self, address: str) -> _Window:
        window = self._chats.pop(address, None) or self._new(address)
        self._chats[address] = window
        if len(self._chats) > REMEMBERED_CHATS:
            self._chats.popitem(last=False)
        return window

    def _new(self, address: str) -> _Window:
        if is_group(address):
            per_minute = self._limits.per_minute_in_group
            return _Window(per_minute / 60.0, max(1, int(per_minute)))
        return _Window(self._limits.per_second_in_chat, BURST)


def is_group(address: str) -> bool:
    """Telegram's chats of several people have negative ids."""
    return address.startswith("-")
