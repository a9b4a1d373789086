"""Rows of the inbox and the outbox as the rest of the program sees them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from handlers.events import ConversationState, Effect, Event, Payload, Reply
from knowledge.model import Outcome


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


@dataclass(frozen=True, slots=True)
class OutboxItem:
    """A delivery: one outbox row, leased by the dispatcher."""

    id: int
    channel: str
    """Which :class:`~bot.delivery.Delivery` sends it."""
    address: str
    """Where to: a chat id. Deliveries of one (channel, address) form a lane, kept in order."""
    conversation_id: str
    payload: Payload
    context: dict[str, str]
    """The inbox row's ``context``."""
    attempts: int
    """How often it was tried before."""
    created_at: dt.datetime

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


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """What a person asked and the knowledge base could not answer, or the team should have."""

    id: int
    conversation_id: str
    kind: str
    """``unanswered`` or ``handoff`` (see :class:`handlers.events.RecordQuestion`)."""
    text: str
    language: str
    created_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Figures:
    """What health checks and metrics tell about the store."""

    inbox_pending: int
    inbox_oldest_seconds: float
    """Age of the oldest event not handled yet; 0 when there is none."""
    inbox_dead: int
    outbox_pending: int
    outbox_oldest_seconds: float
    """Age of the oldest reply not sent yet; 0 when there is none."""
    outbox_dead: int
    conversations: int
    open_questions: int


@dataclass(frozen=True, slots=True)
class Handled:
    """Notice that an event's replies are in the outbox; on PostgreSQL it reaches every process."""

    channel: str
    external_id: str
    conversation_id: str
