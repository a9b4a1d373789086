"""What the Telegram channel cannot do for a while: it is tried again until it succeeds."""

from __future__ import annotations

import asyncio
import logging
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from telegram.error import Conflict, EndPointNotFound, InvalidToken, RetryAfter, TelegramError

from bot.errors import without_message
from bot.telegram_client import error_text, retry_after_seconds

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

T = TypeVar("T")
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long the channel waits, in seconds."""

    poll_seconds: float = 30.0
    """A long poll's own waiting time."""
    first_retry_seconds: float = 0.5
    longest_retry_seconds: float = 30.0
    conflict_seconds: float = 30.0
    """Before the next try while somebody else polls with the same token."""


class TokenRefusedError(Exception):
    """Telegram does not know the token: trying on would not help."""


class Outages:
    """Waits until they are over, and tells what is amiss meanwhile."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self.fault: str | None = None
        """What keeps Telegram from being served; None when all is well."""

    async def wait_out(self, what: str, call: Callable[[], Awaitable[T]]) -> T:
        """``call``'s result, however often it takes.

        Raises:
            TokenRefusedError: Telegram does not know the token; it is logged.
        """
        failures = 0
        while True:
            try:
                result = await call()
            except (InvalidToken, EndPointNotFound) as error:
                self.fault = error_text(error)
                logger.error("%s. Telegram is not served until a restart", self.fault)  # noqa: TRY400 - a traceback would show the token
                raise TokenRefusedError from None
            except Exception as error:  # noqa: BLE001 - whatever fails, people still wait
                self.note(what, error)
                await asyncio.sleep(self._pause_seconds(error, failures))
                failures += 1
            else:
                self.over()
                return result

    def note(self, what: str, error: Exception) -> None:
        """``what`` failed, and is to be tried again."""
        fault = f"cannot {what}: {error_text(error)}"
        detail = "" if isinstance(error, TelegramError) else f"\n{without_message(error)}"
        if isinstance(error, Conflict):
            fault = "another program receives this bot's updates: stop it, or use another token"
        # Once, not at each try: a long outage is one line.
        level = logging.WARNING if fault != self.fault else logging.DEBUG
        logger.log(level, "Telegram: %s; trying again%s", fault, detail)
        self.fault = fault

    def over(self) -> None:
        """All is well again."""
        self.fault = None

    def _pause_seconds(self, error: Exception, failures: int) -> float:
        if isinstance(error, RetryAfter):
            return retry_after_seconds(error)
        if isinstance(error, Conflict):
            return self._patience.conflict_seconds
        longest = min(
            self._patience.longest_retry_seconds,
            self._patience.first_retry_seconds * 2.0 ** min(failures, 16),
        )
        return longest * random.uniform(0.5, 1.0)  # noqa: S311 - jitter is no secret
