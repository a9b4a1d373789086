"""Rows of the inbox and the outbox as the rest of the program sees them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from handlers.effects import Effect, Payload
from handlers.events import Event
from handlers.requests.model import Request, Status
from handlers.state import ConversationState
from handlers.values import Reply
from knowledge.model import Outcome

HistoryKind = Literal[
    "filed", "added", "withdrawn", "delivered", "undelivered", "retried", "taken", "replied",
    "noted", "transferred", "closed", "rated", "reminded", "escalated", "released",
]  # fmt: skip
ShownPurpose = Literal["card", "reply", "note", "info"]
"""What a reply to a message in a team's group is for (see :class:`handlers.team.model.Post`)."""
Author = Literal["company", "assistant", "staff"]
CARDS = frozenset({"card"})
ALL_KINDS = frozenset({"card", "reply", "look_up", "erase_data", "wipe_group"})
"""Kinds of deliveries, as :attr:`handlers.effects.Payload` has them."""
DeliveryStatus = Literal["pending", "sent", "dead", "withheld"]


@dataclass(frozen=True, slots=True)
class Incoming:
    """An event as a channel received it, about to be committed to the inbox."""

    channel: str
    """``telegram`` or ``web``."""
    external_id: str
    """The channel's own unique id (Telegram's ``update_id``, the web client's message id)."""
    address: str
    """Who speaks: the chat id on Telegram, the conversation id on the web. One a conversation."""
    event: Event
    context: dict[str, str] | None = None
    """What the channel needs to answer this very event (a message id to reply to …)."""


@dataclass(frozen=True, slots=True)
class InboxItem:
    """A leased inbox row together with its conversation's state."""

    id: int
    channel: str
    external_id: str
    address: str
    conversation_id: str
    event: Event
    context: dict[str, str]
    state: ConversationState
    state_version: int
    """The conversation's row version; a save collides if another instance moved it on."""
    attempts: int
    received_at: dt.datetime
    unreadable: str | None = None
    """Why the event or the state could not be read; ``event`` is then an empty message.

    A newer version of the program may have written it, and may yet handle it.
    """


@dataclass(frozen=True, slots=True)
class Stepped:
    """An inbox row's result: saved whole in one transaction, or not at all."""

    item: InboxItem
    state: ConversationState
    replies: tuple[Reply, ...]
    effects: tuple[Effect, ...]
    outcome: Outcome | None = None
    """For figures, as is the time that the step took."""
    step_seconds: float = 0.0


REPLY_CHANNEL = "reply_channel"
REPLY_ADDRESS = "reply_address"
"""Keys of a look-up's context: the channel and address of the conversation that it is for."""


class EffectRefused(Exception):  # noqa: N818 - it names what happened to the effect
    """An effect that ``item`` led to cannot be carried out.

    The message says why, with the request's reference and without what the person wrote.
    """

    def __init__(self, item: InboxItem, reason: str) -> None:
        super().__init__(reason)
        self.item = item


@dataclass(frozen=True, slots=True)
class OutboxItem:
    """A delivery: one outbox row, leased by the dispatcher."""

    id: int
    channel: str
    """Which :class:`~bot.delivery.Delivery` sends it."""
    address: str
    """Where to: a chat id, a mail address …. Deliveries of one (channel, address) form a lane,
    kept in order."""
    conversation_id: str
    payload: Payload
    context: dict[str, str]
    """The inbox row's ``context`` for a reply; none for a card, which answers no message. A
    look-up has :data:`REPLY_CHANNEL` and :data:`REPLY_ADDRESS` as well."""
    attempts: int
    """How often it was tried before."""
    created_at: dt.datetime
    retried_at: dt.datetime | None = None
    """When staff asked for it to be tried anew; its age counts from then."""
    unreadable: str | None = None
    """Why the payload could not be read, which is then an empty reply.

    A newer version of the program may have written it, and may yet send it.
    """

    @property
    def tried_since(self) -> dt.datetime:
        """From when on its age counts, which decides when it is given up."""
        return self.retried_at or self.created_at

    @property
    def reply(self) -> Reply:
        """The payload of a channel on which only replies go out."""
        if not isinstance(self.payload, Reply):
            raise TypeError(f"delivery {self.id} is no reply")
        return self.payload


@dataclass(frozen=True, slots=True)
class StoredReply:
    """A reply as a page reads it back; ``id`` is the cursor and only ever grows."""

    id: int
    reply: Reply
    created_at: dt.datetime
    inbox_external_id: str | None
    """The event it answers, by the channel's own id."""


@dataclass(frozen=True, slots=True)
class ReceivedEvent:
    """What a person sent, as a page that reloads reads it back."""

    external_id: str
    event: Event
    received_at: dt.datetime
    handled: bool
    """Whether its replies exist; they never will be more."""
    passed_on: bool = False
    """Whether a team was told of it."""


@dataclass(frozen=True, slots=True)
class News:
    """What a page that follows a conversation does not know yet."""

    replies: tuple[StoredReply, ...] = ()
    version: int | None = None
    """Of the conversation, where it has moved on; ``state`` is then its state."""
    state: ConversationState | None = None


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """What a person asked and the knowledge base could not answer, or the team should have."""

    id: int
    conversation_id: str
    kind: str
    """``unanswered`` or ``handoff`` (see :class:`handlers.effects.RecordQuestion`)."""
    text: str
    language: str
    created_at: dt.datetime


@dataclass(frozen=True, slots=True)
class StoredDelivery:
    """A row of the outbox as staff see it."""

    id: int
    channel: str
    address: str
    kind: str
    """Of the payload: ``reply``, ``card`` or ``look_up``."""
    news: str
    """What a card tells (see :class:`handlers.requests.model.Card`); empty for all else."""
    reference: str | None
    """Of the request that a card is about."""
    status: DeliveryStatus
    attempts: int
    """That failed, since it was last retried."""
    last_error: str | None
    created_at: dt.datetime
    due_at: dt.datetime
    """Not tried before; of a pending one."""
    finished_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """What happened to a request; written once and never changed.

    ``data`` of ``filed`` has ``team`` and ``rule``; of ``added``, ``text`` and ``files``; of
    ``delivered``, ``undelivered`` and ``retried``, ``delivery`` (the outbox row's id),
    ``channel``, ``address``, ``news``, and of ``undelivered`` the ``reason``.
    """

    at: dt.datetime
    kind: HistoryKind
    author: Author
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StoredRequest:
    """A request as it stands."""

    id: int
    conversation_id: str
    request: Request
    """With the files added since; the texts added since are in the history."""
    status: Status
    created_at: dt.datetime
    updated_at: dt.datetime
    version: int
    """Goes up with each change, so that two who change it at once notice."""
    deliveries: tuple[StoredDelivery, ...] = ()
    """Its cards, oldest first."""
    history: tuple[HistoryLine, ...] = ()
    """Oldest first; empty where it was not asked for."""

    @property
    def reference(self) -> str:
        """What staff and company call it by."""
        return self.request.reference


@dataclass(frozen=True, slots=True)
class ShownMessage:
    """What a message of the assistant's in a team's group is of."""

    reference: str
    purpose: ShownPurpose


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that a page uploaded, kept here; other channels keep their own."""

    id: str
    conversation_id: str
    name: str
    media_type: str
    content: bytes
    created_at: dt.datetime

    @property
    def size_bytes(self) -> int:
        """How long its content is."""
        return len(self.content)


@dataclass(frozen=True, slots=True)
class Figures:
    """What health checks and metrics tell about the store."""

    inbox_pending: int
    inbox_oldest_seconds: float
    """Age of the oldest event not handled yet; 0 when there is none."""
    inbox_dead: int
    outbox_pending: int
    outbox_oldest_seconds: float
    """Age of the oldest delivery not sent yet; 0 when there is none."""
    outbox_dead: int
    conversations: int
    open_questions: int
    requests_open: int
    """Requests that no team has taken yet."""
    cards_dead: int
    """Cards given up, which ``outbox_dead`` counts too: a team may not know of a request."""
    outbox_pending_by_channel: Mapping[str, int]
    """Only channels for which something waits."""


@dataclass(frozen=True, slots=True)
class Handled:
    """Notice that an event's replies are in the outbox; on PostgreSQL it reaches every process."""

    channel: str
    external_id: str
    conversation_id: str
