"""What happens to a conversation and what comes of it: plain values that turn into JSON and back.

Events are in the past tense, effects in the imperative. They are stored in the inbox and the
outbox, so a field is only ever added, with a default; :data:`STATE_VERSION` goes up when the
state's meaning changes.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from knowledge.model import Language, Outcome, Phone, Venue

STATE_VERSION = 1


class Value(BaseModel):
    """A frozen, JSON-able value; keys that a newer version wrote are passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class MessageReceived(Value):
    """A person wrote ``text``; ``edited`` when it replaces what they had written before."""

    kind: Literal["message"] = "message"
    text: str
    edited: bool = False


class ButtonPressed(Value):
    """A person pressed the button of this ``value`` (see :class:`Button`)."""

    kind: Literal["button"] = "button"
    value: str


class CommandGiven(Value):
    """A person asked for one of the fixed commands; ``argument`` is a deep link's payload.

    ``language`` is what the channel knows of the person's own (a Telegram profile, a page).
    """

    kind: Literal["command"] = "command"
    name: Literal["start", "help", "menu", "language", "contact"]
    argument: str = ""
    language: Language | None = None


class AttachmentReceived(Value):
    """A person sent what is not text: a photo, a voice message, a place ….

    ``caption`` is the text that came with it, and is answered as a message.
    """

    kind: Literal["attachment"] = "attachment"
    what: str
    caption: str = ""


Event = Annotated[
    MessageReceived | ButtonPressed | CommandGiven | AttachmentReceived,
    Field(discriminator="kind"),
]
EVENT: TypeAdapter[Event] = TypeAdapter(Event)


class Button(Value):
    """A choice offered under a reply. ``value`` comes back in :class:`ButtonPressed`.

    ``value`` has at most 64 bytes, as Telegram's ``callback_data`` does.
    """

    label: str
    value: Annotated[str, Field(min_length=1, max_length=64)]


class Reply(Value):
    """What the assistant says: light Markdown (:mod:`knowledge.markup`), in one language."""

    text: str
    language: Language
    buttons: tuple[Button, ...] = ()
    venue: Venue | None = None
    phone: Phone | None = None


class RecordQuestion(Value):
    """Keep a message for the people behind the assistant.

    ``unanswered``: whoever writes the knowledge base should see it. ``handoff``: the person
    asked that the team have it.
    """

    kind: Literal["unanswered", "handoff"]
    text: str
    language: Language


Effect = RecordQuestion


class Turn(Value):
    """What the last message was about, so that a follow-up can be understood."""

    text: str
    entries: tuple[str, ...] = ()


class ConversationState(Value):
    """All that a conversation remembers between two events.

    ``language`` is that of the last message; ``chosen_language`` wins over it and is set only
    when the person asked for it. ``last`` is the last message that was understood, ``asked`` the
    last one whether it was or not. ``offered`` are entry ids of the last "did you mean".
    ``pending_handoff`` is the message that "yes" would pass on to the team; with ``composing``
    the next message is the one to pass on.
    """

    version: int = STATE_VERSION
    language: Language | None = None
    chosen_language: Language | None = None
    last: Turn | None = None
    asked: str = ""
    offered: tuple[str, ...] = ()
    pending_handoff: str | None = None
    composing: bool = False


class Step(Value):
    """What one event leads to. ``outcome`` and ``entries`` are for figures and explanations."""

    state: ConversationState
    replies: tuple[Reply, ...] = ()
    effects: tuple[Effect, ...] = ()
    outcome: Outcome | None = None
    entries: tuple[tuple[str, float], ...] = ()
