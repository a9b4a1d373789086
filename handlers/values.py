"""What all values that are stored have in common, and what is said to people."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from knowledge.model import Language, Phone, Venue


class Value(BaseModel):
    """A frozen, JSON-able value; keys that a newer version wrote are passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Button(Value):
    """A choice offered under a reply. ``value`` comes back when it is pressed.

    ``value`` has at most 64 bytes, as Telegram's ``callback_data`` does.
    """

    label: str
    value: Annotated[str, Field(min_length=1, max_length=64)]


class File(Value):
    """A document or photograph that joins a request; ``id`` is what its channel knows it by."""

    channel: str
    id: str
    name: str
    media_type: str = "application/octet-stream"
    size_bytes: int | None = None


class Receipt(Value):
    """Whose words a reply is: ``message`` is the member's own in ``group``, to be marked."""

    reference: str
    group: str
    message: str


class Reply(Value):
    """What a person reads: light Markdown (:mod:`knowledge.markup`), in one language.

    ``author`` is the member of the team whose words they are; empty for the assistant's own.
    ``files`` are sent along. ``receipt`` is who is to know whether it arrived.

    ``text`` begins with a line that says whose words they are and of which request, for channels
    that show nothing else; ``words`` are the author's alone, for one that shows the author and
    ``reference`` in its own way. ``corrects`` when they replace what the same message said before.
    ``erases`` when everything before it is gone.
    ``automatic`` answers what a member of the team may answer instead: it is not sent to somebody
    whom a member has in hand by then. ``expects_number``: a number that is typed next answers the
    question, where a channel would else have it press a button.
    """

    kind: Literal["reply"] = "reply"
    text: str
    language: Language
    buttons: tuple[Button, ...] = ()
    venue: Venue | None = None
    phone: Phone | None = None
    author: str = ""
    files: tuple[File, ...] = ()
    receipt: Receipt | None = None
    words: str = ""
    reference: str = ""
    corrects: bool = False
    erases: bool = False
    automatic: bool = False
    expects_number: bool = False
