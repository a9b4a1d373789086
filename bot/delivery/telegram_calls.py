"""What both Telegram deliveries share: one limit, groups that moved, what a refusal means."""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from typing import TYPE_CHECKING, Any, TypeVar

from telegram.error import (
    BadRequest,
    ChatMigrated,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)

from bot.delivery import Blocked, DeliveryError, PermanentError, TransientError
from bot.delivery.telegram_limits import Limits, SendingRate
from bot.telegram_client import error_text, retry_after_seconds

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from telegram import Bot

LONGEST_WAIT_SECONDS = 5.0
"""A chat that must wait longer for its limit gives its place back to others."""
TOKEN_RETRY_SECONDS = 60.0
FLOOD_CHATS = 5
FLOOD_SECONDS = 2.0
"""Refusals (429) in so many chats within so long mean the overall limit, not one chat's."""
REMEMBERED = 10_000

GONE = ("chat not found", "user is deactivated", "peer_id_invalid", "user not found")
BAD_MARKUP = ("can't parse entities",)
NO_TOPIC = ("message thread not found", "topic_deleted", "topic_id_invalid")

T = TypeVar("T")


class TelegramCalls:
    """Calls of the Bot API that send something, within Telegram's limits."""

    def __init__(
        self,
        bot: Bot,
        limits: Limits,
        clock: Callable[[], float] = time.monotonic,
        *,
        moved: Mapping[str, str] | None = None,
        on_moved: Callable[[str, str], Awaitable[None]] | None = None,
    ) -> None:
        """``moved`` are groups that have another id now; ``on_moved`` is told the old and new id.

        It is told before anything is sent to the new one.
        """
        self.bot = bot
        self._rate = SendingRate(limits, clock)
        self._flood = _Flood(clock)
        self._moved: OrderedDict[str, str] = OrderedDict(moved or {})
        self._on_moved = on_moved

    async def send(
        self,
        address: str,
        call: Callable[[str], Awaitable[T]],
        *,
        messages: int = 1,
        staff: bool = False,
    ) -> T:
        """The result of ``call`` with the id that the chat ``address`` has now.

        ``messages`` is how many it sends at once. A group that was upgraded is followed to its
        new id, and found there from then on. ``staff`` calls leave people their share of the
        limit.

        Raises:
            TransientError: the chat's own limit is far off.
            TelegramError: the Bot API refused, or did not answer.
        """
        current = self._moved.get(address, address)
        try:
            return await self._within_limits(current, call, messages, staff=staff)
        except ChatMigrated as error:
            moved = str(error.new_chat_id)
            if self._on_moved is not None:
                await self._on_moved(address, moved)
            remember(self._moved, address, moved)
            return await self._within_limits(moved, call, messages, staff=staff)

    async def _within_limits(
        self, chat: str, call: Callable[[str], Awaitable[T]], messages: int, *, staff: bool
    ) -> T:
        wait = self._rate.wait_seconds(chat, messages)
        if wait > LONGEST_WAIT_SECONDS:
            raise TransientError("this chat's own limit", retry_after_seconds=wait)
        for _ in range(messages):
            await self._rate.take(chat, staff=staff)
        return await call(chat)

    def delivery_error(self, error: TelegramError, address: str) -> DeliveryError:
        """``error`` of a call to the chat ``address`` as the dispatcher understands it."""
        if isinstance(error, RetryAfter):
            return TransientError(
                error_text(error),
                retry_after_seconds=retry_after_seconds(error),
                whole_channel=self._flood.is_overall(address),
            )
        if isinstance(error, InvalidToken | EndPointNotFound):
            return TransientError(
                error_text(error), retry_after_seconds=TOKEN_RETRY_SECONDS, whole_channel=True
            )
        if isinstance(error, Forbidden) or (isinstance(error, BadRequest) and says(error, GONE)):
            return Blocked(error_text(error))
        if isinstance(error, BadRequest | ChatMigrated):
            return PermanentError(error_text(error))
        return TransientError(error_text(error))


class _Flood:
    """Tells from refusals (429) whether one chat gets too much or all together do.

    Telegram does not say which limit was hit. One chat's refusal must not silence the others;
    several chats' at the same time can only be the overall limit.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._refusals: deque[tuple[float, str]] = deque(maxlen=100)

    def is_overall(self, address: str) -> bool:
        """Note a refusal in the chat ``address``; whether it was the overall limit."""
        now = self._clock()
        self._refusals.append((now, address))
        recent = {chat for at, chat in self._refusals if now - at < FLOOD_SECONDS}
        return len(recent) >= FLOOD_CHATS


def says(error: TelegramError, signs: tuple[str, ...]) -> bool:
    """Whether one of ``signs`` (lower-case) is in Telegram's words."""
    return any(sign in error.message.lower() for sign in signs)


def remember(memory: OrderedDict[Any, Any], key: object, value: object) -> None:
    """Keep ``value`` in a memory that forgets its oldest."""
    memory[key] = value
    memory.move_to_end(key)
    if len(memory) > REMEMBERED:
        memory.popitem(last=False)
