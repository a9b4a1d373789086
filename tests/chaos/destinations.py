"""What teams got: in their Telegram groups, in their mailboxes, at their webhooks."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.chaos.outside import Outside

Kind = Literal["group", "mailbox", "webhook"]


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a team reads: a chat id, a mail address, a team whose webhook it is."""

    kind: Kind
    address: str

    def __str__(self) -> str:
        return f"{self.kind} {self.address}"


@dataclass(frozen=True, slots=True)
class Arrival:
    """Something that arrived; ``key`` is what a receiver knows doubles by, where there is one."""

    at: Destination
    text: str
    key: str = ""
    topic: str = ""
    """The name of the topic that it is in."""
    files: tuple[str, ...] = ()
    """Names of those that came with it; at a webhook only the names come."""


def arrivals(outside: Outside) -> list[Arrival]:
    """All of them; a webhook takes each key once, and so is counted by :func:`webhook_doubles`."""
    return [*_in_groups(outside), *_in_mailboxes(outside), *_at_webhooks(outside)]


def webhook_doubles(outside: Outside) -> int:
    """Calls of webhooks that only repeated what had been taken."""
    return sum(server.doubles() for server in outside.webhooks.values())


def topics(outside: Outside) -> list[str]:
    """The names of all topics, empty ones too."""
    forums = outside.telegram.forums.by_chat.values()
    return [topic.name for forum in forums for topic in forum.topics.values()]


def _in_groups(outside: Outside) -> Iterator[Arrival]:
    forums = outside.telegram.forums.by_chat
    for sent in outside.telegram.sent:
        if sent.chat_id < 0:
            files = tuple(file.name for file in sent.files)
            text = "" if files else sent.text
            at = Destination("group", str(sent.chat_id))
            topic = forums[sent.chat_id].topics[sent.thread].name if sent.thread else ""
            yield Arrival(at, text, topic=topic, files=files)


def _in_mailboxes(outside: Outside) -> Iterator[Arrival]:
    for mail in outside.smtp.mails:
        names = (part.get_filename() or "" for part in mail.message.iter_attachments())
        files, key = tuple(names), str(mail.message["Message-ID"])
        for recipient in mail.recipients:
            yield Arrival(Destination("mailbox", recipient), mail.text, key, files=files)


def _at_webhooks(outside: Outside) -> Iterator[Arrival]:
    for team, server in outside.webhooks.items():
        for taken in server.taken:
            shape = taken.shape
            text = json.dumps(shape, ensure_ascii=False)
            names = tuple(file["name"] for file in shape["data"]["files"])
            yield Arrival(Destination("webhook", team), text, taken.webhook_id, files=names)
