"""Members at work in a group, who wait until they see what they act upon."""

from __future__ import annotations

import asyncio
import itertools
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.chaos.telegram import Updates
    from tests.servers.team_group import TeamGroup
    from tests.servers.telegram import BotApiServer, Sent
    from tests.servers.telegram_updates import Json

LOOK_SECONDS = 0.2
PATIENCE_SECONDS = 300.0


class NothingHappens(Exception):  # noqa: N818 - it names what is seen
    """Somebody waited too long for something to be shown."""


async def until(what: str, holds: Callable[[], bool]) -> None:
    """Return once ``holds``; ``what`` was waited for.

    Raises:
        NothingHappens: it never does.
    """
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not holds():  # noqa: ASYNC110 - what it looks at is another program's
                await asyncio.sleep(LOOK_SECONDS)
    except TimeoutError:
        raise NothingHappens(what) from None


class Board:
    """What each chat was sent, read as it comes."""

    def __init__(self, server: BotApiServer) -> None:
        self._server = server
        self._read = 0
        self._by_chat: defaultdict[int, list[Sent]] = defaultdict(list)

    def of(self, chat_id: int) -> list[Sent]:
        """Of this chat, oldest first."""
        new = self._server.sent[self._read :]
        self._read += len(new)
        for sent in new:
            self._by_chat[sent.chat_id].append(sent)
        return self._by_chat[chat_id]

    async def shows(
        self, chat_id: int, what: str, is_it: Callable[[Sent], bool], after: int = 0
    ) -> Sent:
        """The first message that ``is_it``, of those that came after the id ``after``.

        Raises:
            NothingHappens: none comes.
        """
        looked = 0
        found: list[Sent] = []

        def look() -> bool:
            nonlocal looked
            shown = self.of(chat_id)
            new = shown[looked:]
            looked = len(shown)
            found.extend(one for one in new if one.message_id > after and is_it(one))
            return bool(found)

        await until(f"{chat_id}: {what}", look)
        return found[0]


@dataclass
class Group:
    """One team's; its updates go the way that all others of the run go."""

    people: TeamGroup
    updates: Updates
    board: Board
    name: str
    messages: Iterator[int] = field(default_factory=lambda: itertools.count(700_000))

    async def sees(self, what: str, *words: str, after: int = 0) -> Sent:
        """The first message with all of ``words``, of those that came after the id ``after``."""
        return await self.board.shows(
            self.people.chat_id, what, lambda sent: all(word in sent.text for word in words), after
        )

    async def card(self, email: str, news: str = "demande") -> Sent:
        """The card of the request of ``email``."""
        return await self.sees(f"the card of {email}", email, news)

    async def press(self, under: Sent, action: str, by: Json, *, argument: str = "") -> None:
        """The button of ``action`` under a card."""
        reference = reference_of(under)
        value = ":".join(filter(None, ("team", action, reference, argument)))
        await self.updates.bring_in_turn(self.people.pressed(under, value, by))

    async def reply(self, to: Sent, words: str, by: Json, **content: object) -> int:
        """A reply to one of the assistant's messages; its id."""
        number = next(self.messages)
        update = {"message": self.people.replying(to, words, by, number, **content)}
        await self.updates.bring_in_turn(update)
        return number

    async def correct(self, number: int, to: Sent, words: str, by: Json) -> None:
        """The reply of that id says something else."""
        changed = self.people.replying(to, words, by, number)
        update = {"edited_message": changed | {"edit_date": changed["date"] + 5}}
        await self.updates.bring_in_turn(update)

    async def talk(self, thread: int | None, words: str, by: Json) -> None:
        """A message that is no reply."""
        update = {"message": self.people.writing(next(self.messages), thread, words, by)}
        await self.updates.bring_in_turn(update)

    async def marked(self, number: int) -> None:
        """Wait until the message of that id has its mark."""
        await until(
            f"{self.name}: a mark on {number}",
            lambda: self.people.mark_on(number) is not None,
        )


def reference_of(card: Sent) -> str:
    """The request's that ``card`` is of."""
    values = (button["callback_data"] for row in card.buttons for button in row)
    reference: str = next(value.split(":")[2] for value in values if value.startswith("team:"))
    return reference
