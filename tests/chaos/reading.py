"""What people read, whatever the channel."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass

FURTHER_SECONDS = 0.2
"""An answer may be several messages: who has read one waits so long for the next."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as it is read: ``buttons`` are values, and what is pressed."""

    text: str
    buttons: tuple[str, ...] = ()

    def button(self, prefix: str) -> str | None:
        """The first whose value begins so."""
        return next((value for value in self.buttons if value.startswith(prefix)), None)


class Unread:
    """Messages that reached somebody who has not looked at them yet."""

    def __init__(self) -> None:
        self._messages: list[Shown] = []
        self._came = asyncio.Event()

    def put(self, message: Shown) -> None:
        """It is shown."""
        self._messages.append(message)
        self._came.set()

    async def take(self, within_seconds: float) -> list[Shown]:
        """All that there are, once there is one; none if none comes in time."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_seconds):
                await self._came.wait()
            await asyncio.sleep(FURTHER_SECONDS)
        taken, self._messages = self._messages, []
        self._came.clear()
        return taken
