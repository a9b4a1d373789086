"""The web API's JSON: what a client may send, and how replies and errors read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from bot.storage.records import ReceivedEvent, StoredReply
from handlers.events import (
    AttachmentReceived,
    ButtonPressed,
    CommandGiven,
    CommandName,
    Event,
    MessageReceived,
)
from knowledge.markup import to_html
from knowledge.model import Language

if TYPE_CHECKING:
    from collections.abc import Sequence

TEXT_LIMIT = 4_000
"""Characters of one message: some two pages, far more than a question needs."""

BUTTON_LIMIT_BYTES = 64
"""As in :class:`handlers.values.Button`."""

_SHOWN_OF_FILES = {"name", "media_type", "size_bytes"}

BODY_LIMIT_BYTES = 64 * 1024
"""Holds a text of :data:`TEXT_LIMIT` characters even when JSON writes each as two escapes."""


class ApiError(Exception):
    """A request that is not granted; becomes ``{"error": {"code", "message"}}``."""

    def __init__(
        self, status: int, code: str, message: str, *, retry_after_seconds: float | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.retry_after_seconds = retry_after_seconds


def invalid(code: str, error: ValidationError) -> ApiError:
    """A 422 that names the first thing that is wrong, and quotes nothing of it."""
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    what = first["msg"].removeprefix("Value error, ")
    return ApiError(422, code, f"{where}: {what}" if where else what)


def _storable(value: str) -> str:
    # PostgreSQL stores no NUL, and nobody types one.
    text = value.replace("\x00", " ")
    if not text.strip():
        raise ValueError("is empty")
    return text


def _short(value: str) -> str:
    if len(value.encode()) > BUTTON_LIMIT_BYTES:
        raise ValueError(f"has more than {BUTTON_LIMIT_BYTES} bytes")
    return value


class SentMessage(BaseModel):
    """What a client sends: one of ``text``, ``button`` and ``command``, under an id of its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID
    text: Annotated[str, Field(max_length=TEXT_LIMIT), AfterValidator(_storable)] | None = None
    button: Annotated[str, AfterValidator(_storable), AfterValidator(_short)] | None = None
    command: CommandName | None = None
    language: Language | None = None

    @model_validator(mode="after")
    def _one_content(self) -> Self:
        given = [value for value in (self.text, self.button, self.command) if value is not None]
        if len(given) != 1:
            raise ValueError("give exactly one of text, button and command")
        if self.language is not None and self.command is None:
            raise ValueError("language goes with command only")
        return self

    @classmethod
    def read(cls, body: bytes) -> SentMessage:
        """Parse ``body``.

        Raises:
            ApiError: 422, naming the first thing that is wrong with it.
        """
        try:
            return cls.model_validate_json(body)
        except ValidationError as error:
            raise invalid("invalid_message", error) from None

    @property
    def event(self) -> Event:
        """What the dialogue is told."""
        if self.text is not None:
            return MessageReceived(text=self.text)
        if self.button is not None:
            return ButtonPressed(value=self.button)
        assert self.command is not None  # noqa: S101 - the validator above saw to it
        argument = self.language or "" if self.command == "language" else ""
        return CommandGiven(name=self.command, argument=argument, language=self.language)


def external_id(conversation_id: str, message_id: UUID) -> str:
    """The inbox's id of a message: a client's id counts within its own conversation only."""
    return f"{conversation_id}:{message_id}"


def reply_json(stored: StoredReply) -> dict[str, Any]:
    """One reply as clients read it; ``html`` is safe to insert.

    Of a member of the team they are told the name, and the words without the line that names it.
    """
    reply = stored.reply
    text = reply.words if reply.author else reply.text
    found: dict[str, Any] = {
        "id": stored.id,
        "author": "team" if reply.author else "assistant",
        "at": stored.created_at.isoformat(),
        "in_reply_to": _message_id(stored.inbox_external_id),
        "text": text,
        "html": to_html(text),
        "language": reply.language,
        "buttons": [button.model_dump() for button in reply.buttons],
    }
    if reply.author:
        found |= _of_a_member(stored)
    if reply.author or reply.files:
        found["files"] = _files(stored)
    if reply.erases:
        found["erases"] = True
    if reply.venue is not None:
        found["venue"] = reply.venue.model_dump()
    if reply.phone is not None:
        found["phone"] = reply.phone.model_dump()
    return found


def _of_a_member(stored: StoredReply) -> dict[str, Any]:
    reply = stored.reply
    return {
        "by": reply.author,
        "reference": reply.reference,
        # What the same message said before has the same; the group it is in stays unnamed.
        "message": reply.receipt.message if reply.receipt else None,
        "corrects": reply.corrects,
    }


def _files(stored: StoredReply) -> list[dict[str, Any]]:
    return [
        {"id": f"{stored.id}-{place}", **file.model_dump(include=_SHOWN_OF_FILES)}
        for place, file in enumerate(stored.reply.files)
    ]


def transcript_json(items: Sequence[ReceivedEvent | StoredReply]) -> list[dict[str, Any]]:
    """Both sides' words in order; a pressed button reads as the label it had."""
    labels: dict[str, str] = {}
    messages: list[dict[str, Any]] = []
    for item in items:
        if isinstance(item, StoredReply):
            labels |= {button.value: button.label for button in item.reply.buttons}
            messages.append(reply_json(item))
        else:
            messages.append(_received_json(item, labels))
    return messages


def _received_json(received: ReceivedEvent, labels: dict[str, str]) -> dict[str, Any]:
    message: dict[str, Any] = {
        "id": _message_id(received.external_id),
        "author": "person",
        "at": received.received_at.isoformat(),
        "answered": received.handled,
        "passed_on": received.passed_on,
    }
    match received.event:
        case MessageReceived(text=text):
            message["text"] = text
        case AttachmentReceived(caption=text, file=file):
            message["text"] = text
            if file is not None:
                message["file"] = file.model_dump(include=_SHOWN_OF_FILES)
        case ButtonPressed(value=value):
            message["button"] = value
            message["text"] = labels.get(value, "")
        case CommandGiven(name=name):
            message["command"] = name
    return message


def _message_id(inbox_external_id: str | None) -> str | None:
    """The client's own id in what :func:`external_id` made; None for an event of our own."""
    return (inbox_external_id or "").partition(":")[2] or None
