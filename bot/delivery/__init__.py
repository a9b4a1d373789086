"""Sending what the outbox holds.

DeliveryError
├── TransientError    try again: the network, a 5xx, a 429 with its Retry-After
└── PermanentError    give up: refused for good
    └── Blocked       the person blocked the assistant or left
"""

from __future__ import annotations

from typing import Protocol

from bot.storage.records import OutboxItem


class DeliveryError(Exception):
    """A delivery did not go out."""


class TransientError(DeliveryError):
    """It may go out later; ``retry_after_seconds`` is what the other side asked for, if it did.

    ``whole_channel`` when the other side asked for silence altogether, not only in this lane.
    """

    def __init__(
        self,
        message: str,
        *,
        retry_after_seconds: float | None = None,
        whole_channel: bool = False,
    ) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds
        self.whole_channel = whole_channel


class PermanentError(DeliveryError):
    """It never will."""


class Blocked(PermanentError):  # noqa: N818 - it names a state of affairs, as Telegram does
    """The person blocked the assistant, or their account is gone."""


class Delivery(Protocol):
    """One way out of the system."""

    async def deliver(self, item: OutboxItem) -> None:
        """Send ``item``.

        Raises:
            TransientError: it should be tried again.
            PermanentError: it should not.
        """
