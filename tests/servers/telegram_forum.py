"""Groups with topics, as a Bot API server keeps them: who may make one, which are closed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.servers.telegram_html import utf16_length
from tests.servers.telegram_refusal import Refused

if TYPE_CHECKING:
    from tests.servers.telegram_updates import Json

TOPIC_NAME_LIMIT = 128


@dataclass
class Topic:
    """A topic; its maker may open it again without being an administrator."""

    name: str
    closed: bool = False
    made_by_bot: bool = True


@dataclass
class Forum:
    """A supergroup with topics; ``may_manage``: the bot has the administrators' right to."""

    may_manage: bool = True
    topics: dict[int, Topic] = field(default_factory=dict)
    next_id: int = 100

    def add(self, topic: Topic) -> int:
        """A new topic's thread id."""
        self.next_id += 1
        self.topics[self.next_id] = topic
        return self.next_id


class Forums:
    """All forums by chat id; a chat that is not here has no topics."""

    def __init__(self) -> None:
        self.by_chat: dict[int, Forum] = {}

    def create(self, parameters: Json) -> Json:
        """``createForumTopic``."""
        forum = self.by_chat.get(int(parameters["chat_id"]))
        name = str(parameters["name"])
        if forum is None:
            raise Refused(400, "Bad Request: the chat is not a forum")
        if not forum.may_manage:
            raise Refused(400, "Bad Request: not enough rights to create a topic")
        if not name.strip() or utf16_length(name) > TOPIC_NAME_LIMIT:
            raise Refused(400, "Bad Request: TOPIC_TITLE_INVALID")
        thread = forum.add(Topic(name))
        return {"message_thread_id": thread, "name": name, "icon_color": 7322096}

    def reopen(self, parameters: Json) -> bool:
        """``reopenForumTopic``."""
        forum = self.by_chat[int(parameters["chat_id"])]
        topic = forum.topics.get(int(parameters["message_thread_id"]))
        if topic is None:
            raise Refused(400, "Bad Request: TOPIC_ID_INVALID")
        if not (forum.may_manage or topic.made_by_bot):
            raise Refused(400, "Bad Request: not enough rights to reopen the topic")
        if not topic.closed:
            raise Refused(400, "Bad Request: TOPIC_NOT_MODIFIED")
        topic.closed = False
        return True

    def delete(self, parameters: Json) -> bool:
        """``deleteForumTopic``."""
        forum = self.by_chat[int(parameters["chat_id"])]
        if forum.topics.pop(int(parameters["message_thread_id"]), None) is None:
            raise Refused(400, "Bad Request: TOPIC_ID_INVALID")
        return True

    def check(self, parameters: Json) -> None:
        """Nothing if a message may be sent where ``parameters`` say; raises Refused if not."""
        forum = self.by_chat.get(int(parameters["chat_id"]))
        thread = parameters.get("message_thread_id")
        if forum is None or not thread:
            return
        topic = forum.topics.get(int(thread))
        if topic is None:
            raise Refused(400, "Bad Request: message thread not found")
        if topic.closed and not forum.may_manage:
            raise Refused(400, "Bad Request: TOPIC_CLOSED")
