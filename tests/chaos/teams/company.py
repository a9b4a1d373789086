"""A company that files a request and then talks with its team, on Telegram or on the page."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from knowledge.markup import to_plain
from tests.chaos.teams.group import until
from tests.servers import telegram_updates as people

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.chaos.teams.group import Board
    from tests.chaos.telegram import Updates
    from tests.chaos.web import WebConversation

FIRST_CHAT = 10_000


class Company(Protocol):
    """How a company speaks, and what it has read."""

    async def say(self, text: str) -> None:
        """Write ``text``; returns once it is taken."""

    async def press(self, value: str) -> None:
        """Press the button of that value."""

    def read(self) -> list[str]:
        """Everything so far, in the order in which it came, as people see it."""

    def files(self) -> list[str]:
        """The names of those that came."""

    async def reads(self, *words: str) -> None:
        """Wait until one message has all of ``words``."""


@dataclass
class OnTelegram:
    """In a private chat."""

    chat_id: int
    updates: Updates
    board: Board
    messages: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    async def say(self, text: str) -> None:
        """One update."""
        await self.updates.bring_in_turn(people.text(self.chat_id, text, next(self.messages)))

    async def press(self, value: str) -> None:
        """One update."""
        await self.updates.bring_in_turn(people.callback(self.chat_id, value))

    def read(self) -> list[str]:
        """The chat."""
        return [sent.text for sent in self.board.of(self.chat_id) if not sent.files]

    def files(self) -> list[str]:
        """Those of photographs and documents."""
        return [file.name for sent in self.board.of(self.chat_id) for file in sent.files]

    async def reads(self, *words: str) -> None:
        """By the order in which Telegram took the messages."""
        what = " ".join(words)
        await self.board.shows(
            self.chat_id, what, lambda sent: all(word in sent.text for word in words)
        )


@dataclass
class OnTheWeb:
    """On the page."""

    conversation: WebConversation

    async def say(self, text: str) -> None:
        """One call."""
        await self.conversation.send(text=text)

    async def press(self, value: str) -> None:
        """One call."""
        await self.conversation.send(button=value)

    def read(self) -> list[str]:
        """What the event stream brought."""
        return [to_plain(text) for _, text in self.conversation.read]

    def files(self) -> list[str]:
        """What can be fetched."""
        return self.conversation.files

    async def reads(self, *words: str) -> None:
        """By the event stream, which is read on after each break."""

        def there() -> bool:
            return any(all(word in text for word in words) for text in self.read())

        await until(f"{self.conversation.id}: {' '.join(words)}", there)
