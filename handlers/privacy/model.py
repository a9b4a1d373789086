"""What a person can have shown and erased, and what was kept of it."""

from __future__ import annotations

import datetime as dt
from typing import Final, Literal

from handlers.requests.model import Card, Destination, Status
from handlers.values import Value
from knowledge.model import Language

EXPORT: Final = "export"
"""The channel of the file that holds everything of a person: it is written when it is read."""

Asker = Literal["person", "staff", "retention"]
"""Who had something erased; ``retention`` when its time was over."""

Purpose = Literal["show", "erase"]


class HeldDelivery(Value):
    """Where a request was sent: ``channel`` is ``team`` (Telegram), ``email`` or ``webhook``.

    ``at`` is when it was taken there; None while it waits, or where it was given up.
    """

    channel: str
    team: str
    at: dt.datetime | None = None


class HeldRequest(Value):
    """A request of the person; ``notes`` is how many of the team's own are kept with it."""

    reference: str
    status: Status
    filed_at: dt.datetime
    deliveries: tuple[HeldDelivery, ...] = ()
    notes: int = 0


class Held(Value):
    """How much is held of a person. ``since`` is when the oldest of it came.

    ``conversation`` is the id of theirs, by which their file is found.
    """

    conversation: str
    since: dt.datetime
    messages: int = 0
    replies: int = 0
    look_ups: int = 0
    requests: tuple[HeldRequest, ...] = ()
    files: tuple[str, ...] = ()
    questions: int = 0


class GatherData(Value):
    """Look up what is held of the person; the answer comes as :class:`DataGathered`."""

    kind: Literal["gather_data"] = "gather_data"
    purpose: Purpose = "show"


class DataGathered(Value):
    """What is held of the person, as far as a message can tell, and what it was asked for."""

    kind: Literal["data_gathered"] = "data_gathered"
    purpose: Purpose = "show"
    held: Held


class EraseData(Value):
    """Erase everything of the person, and say so in ``language`` when it is done."""

    kind: Literal["erase_data"] = "erase_data"
    language: Language
    asked_by: Asker = "person"


class Forgotten(Value):
    """In place of an event that was erased: its id stays a while, so that it never comes back."""

    kind: Literal["forgotten"] = "forgotten"


class EraseAsked(Value):
    """The person was asked whether to erase everything; only the button of ``seal`` does it."""

    seal: str
    at: dt.datetime


class Copy(Value):
    """A destination that was sent something of a request, or may have been.

    ``language`` and ``team`` are those of what it was sent.
    """

    reference: str
    destination: Destination
    language: Language
    team: str


class ShownInGroup(Value):
    """What a team's Telegram ``group`` shows of requests: their topics, and single messages."""

    group: str
    topics: tuple[int, ...] = ()
    messages: tuple[int, ...] = ()
    references: tuple[str, ...] = ()


class Erased(Value):
    """What was erased from the database, and what is still to be erased elsewhere.

    ``language`` is None where nobody is told. ``requests`` are references.
    """

    channel: str
    asked_by: Asker
    language: Language | None = None
    messages: int = 0
    replies: int = 0
    look_ups: int = 0
    requests: tuple[str, ...] = ()
    files: int = 0
    questions: int = 0
    copies: tuple[Copy, ...] = ()
    groups: tuple[ShownInGroup, ...] = ()


class WipeGroup(Value):
    """Take away what a group shows, then say so with ``cards``; nothing in it tells of a person."""

    kind: Literal["wipe_group"] = "wipe_group"
    shown: ShownInGroup
    cards: tuple[Card, ...] = ()
