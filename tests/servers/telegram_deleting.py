"""What a bot deletes, and what Telegram does not let it: the rules of ``deleteMessage``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.servers.telegram_refusal import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.servers.telegram import BotApiServer, Sent
    from tests.servers.telegram_updates import Json

AT_ONCE = 100


@dataclass
class Deleting:
    """Deletions on ``server``; ``old`` are messages of more than 48 hours, by chat and id.

    ``may_delete`` are the chats where the bot has the administrators' right to delete messages:
    there also old ones, other people's, and topics with all that is in them.
    """

    server: BotApiServer
    old: set[tuple[int, int]] = field(default_factory=set)
    may_delete: set[int] = field(default_factory=set)
    people: set[tuple[int, int]] = field(default_factory=set)
    """Messages of people that a test has, by chat and id."""

    def shown(self, chat_id: int) -> list[Sent]:
        """What a chat still shows of the bot's messages, as last edited."""
        gone = self.server.groups.gone
        latest = {
            one.message_id: one
            for one in [*self.server.sent, *self.server.edits]
            if one.chat_id == chat_id and (chat_id, one.message_id) not in gone
        }
        return list(latest.values())

    def held(self, chat_id: int) -> str:
        """All that a chat still holds, the names of its topics and files among it."""
        forum = self.server.forums.by_chat.get(chat_id)
        names = [topic.name for topic in forum.topics.values()] if forum else []
        texts = [one.text for one in self.shown(chat_id)]
        files = [file.name for one in self.shown(chat_id) for file in one.files]
        return "\n".join([*names, *texts, *files])

    def topic(self, parameters: Json) -> bool:
        """``deleteForumTopic``, with all that is in it."""
        chat_id, thread = int(parameters["chat_id"]), int(parameters["message_thread_id"])
        forum = self.server.forums.by_chat.get(chat_id)
        if forum is None:
            raise Refused(400, "Bad Request: the chat is not a forum")
        if chat_id not in self.may_delete:
            raise Refused(400, "Bad Request: not enough rights to delete the topic")
        self.server.forums.delete(parameters)
        inside = [
            s.message_id for s in self.server.sent if (s.chat_id, s.thread) == (chat_id, thread)
        ]
        self.server.groups.gone.update((chat_id, one) for one in inside)
        return True

    def message(self, parameters: Json) -> bool:
        """``deleteMessage``."""
        chat_id, message_id = int(parameters["chat_id"]), int(parameters["message_id"])
        self._refuse(chat_id)
        if not self._is_there(chat_id, message_id):
            raise Refused(400, "Bad Request: message to delete not found")
        self._check(chat_id, [message_id])
        self.server.groups.gone.add((chat_id, message_id))
        return True

    def messages(self, parameters: Json) -> bool:
        """``deleteMessages``: those that are not there are passed over."""
        chat_id, ids = int(parameters["chat_id"]), [int(one) for one in parameters["message_ids"]]
        self._refuse(chat_id)
        if not 1 <= len(ids) <= AT_ONCE:
            raise Refused(400, "Bad Request: too many message identifiers specified")
        there = [one for one in ids if self._is_there(chat_id, one)]
        self._check(chat_id, there)
        self.server.groups.gone.update((chat_id, one) for one in there)
        return True

    def _refuse(self, chat_id: int) -> None:
        if chat_id in self.server.refusals:
            raise self.server.refusals[chat_id]

    def _is_there(self, chat_id: int, message_id: int) -> bool:
        key = (chat_id, message_id)
        if key in self.server.groups.gone:
            return False
        sent = ((one.chat_id, one.message_id) for one in self.server.sent)
        return key in self.people or key in sent

    def _check(self, chat_id: int, ids: Iterable[int]) -> None:
        if chat_id in self.may_delete:
            return
        if any((chat_id, one) in self.old or (chat_id, one) in self.people for one in ids):
            raise Refused(400, "Bad Request: message can't be deleted")
