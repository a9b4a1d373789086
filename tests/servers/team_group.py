"""Members of a team as they act in their Telegram group, seen from a Bot API server."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.servers import telegram_updates as people
from tests.servers.telegram_forum import Forum

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.servers.telegram import BotApiServer, Sent
    from tests.servers.telegram_updates import Json

ANNE = people.person(501, first_name="Anne")
BASILE = people.person(502, first_name="Basile")
STRANGER = people.person(666, first_name="Mallory")


@dataclass
class TeamGroup:
    """A group with topics; Anne and Basile are its members."""

    server: BotApiServer
    chat_id: int
    forum: Forum = field(default_factory=Forum)
    ids: Iterator[int] = field(default_factory=lambda: itertools.count(500_000))

    def __post_init__(self) -> None:
        self.server.forums.by_chat[self.chat_id] = self.forum
        for member in (ANNE, BASILE):
            self.server.groups.add(self.chat_id, member)

    @property
    def shown(self) -> list[Sent]:
        """What the assistant has sent here, oldest first."""
        return [sent for sent in self.server.sent if sent.chat_id == self.chat_id]

    async def sees(self, *words: str, times: int = 1) -> Sent:
        """Wait for the message that has all of ``words``, the ``times``-th of that kind."""

        def found() -> list[Sent]:
            return [sent for sent in self.shown if all(word in sent.text for word in words)]

        await self.server.wait_for(lambda: len(found()) >= times)
        return found()[times - 1]

    async def press(self, under: Sent, label: str, by: Json = ANNE) -> str:
        """A press of the button that ``label`` begins; the id of the query."""
        buttons = list(itertools.chain.from_iterable(under.buttons))
        value = next(b["callback_data"] for b in buttons if label in b["text"])
        return await self.press_value(under, value, by)

    async def press_value(self, under: Sent, value: str, by: Json = ANNE) -> str:
        """A press that brings ``value``, whatever the button said."""
        update = self.pressed(under, value, by)
        await self.server.push(update)
        query_id: str = update["callback_query"]["id"]
        return query_id

    def pressed(self, under: Sent, value: str, by: Json = ANNE) -> Json:
        """The update of a press."""
        query_id = f"query-{next(self.ids)}"
        message = self._message(people.bot_user(), under.message_id, under.thread, text="…")
        query = {"id": query_id, "from": by, "chat_instance": "1", "data": value}
        return {"callback_query": query | {"message": message}}

    async def reply(self, to: Sent, words: str = "", by: Json = ANNE, **content: object) -> int:
        """A reply to one of the assistant's messages; its id."""
        number = next(self.ids)
        await self.server.push({"message": self.replying(to, words, by, number, **content)})
        return number

    async def correct(self, message_id: int, to: Sent, words: str, by: Json = ANNE) -> None:
        """The reply of that id says something else from now on."""
        changed = self.replying(to, words, by, message_id)
        await self.server.push({"edited_message": changed | {"edit_date": changed["date"] + 5}})

    async def write(self, thread: int | None, words: str, by: Json = ANNE) -> int:
        """A message that is no reply."""
        number = next(self.ids)
        await self.server.push({"message": self.writing(number, thread, words, by)})
        return number

    def writing(self, number: int, thread: int | None, words: str, by: Json) -> Json:
        """The message object of what is no reply."""
        return self._message(by, number, thread, text=words)

    def replying(self, to: Sent, words: str, by: Json, number: int, **content: object) -> Json:
        """The message object of a reply."""
        shown: Json = {"text": to.text}
        if to.buttons:
            shown["reply_markup"] = {"inline_keyboard": to.buttons}
        original = self._message(people.bot_user(), to.message_id, to.thread, **shown)
        given = content | ({} if content else {"text": words})
        return self._message(by, number, to.thread, reply_to_message=original, **given)

    def mark_on(self, message_id: int) -> str | None:
        """The assistant's reaction to a member's message."""
        return self.server.groups.reactions.get((self.chat_id, message_id))

    async def marks(self, message_id: int, mark: str) -> None:
        """Wait for that reaction."""
        await self.server.wait_for(lambda: self.mark_on(message_id) == mark)

    async def changes(self, message: Sent, says: Callable[[Sent], bool]) -> Sent:
        """Wait until ``message`` was changed to what ``says`` is true of."""

        def now() -> list[Sent]:
            edits = self.server.edits
            return [one for one in edits if one.message_id == message.message_id and says(one)]

        await self.server.wait_for(lambda: bool(now()))
        return now()[-1]

    def _message(self, sender: Json, number: int, thread: int | None, **content: object) -> Json:
        if thread is not None:
            content |= {"message_thread_id": thread, "is_topic_message": True}
        return people.message(people.group(self.chat_id), sender, number, **content)
