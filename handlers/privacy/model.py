"""What a person can have shown and erased, and what was kept of it."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from handlers.requests.model import Status
from handlers.values import Value
from knowledge.model import Language

EXPORT: str = "export"
"""The channel of the file that holds everything of a person: it is written when it is read."""

Asker = Literal["person", "staff", "retention"]
"""Who had something erased; ``retention`` when its time was over."""


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


class DataGathered(Value):
    """What is held of the person, as far as a message can tell."""

    kind: Literal["data_gathered"] = "data_gathered"
    held: Held


class EraseData(Value):
    """Erase everything of the person, and say so in ``language`` when it is done."""

    kind: Literal["erase_data"] = "erase_data"
    language: Language


class Nothing(Value):
    """In place of a delivery that was on its way when its person was erased: nothing is sent."""

    kind: Literal["nothing"] = "nothing"


class EraseAsked(Value):
    """The person was asked whether to erase everything; only the button of ``seal`` does it."""

    seal: str
    at: dt.datetime


class Outcome(Value):
    """What became of an erasure beyond the database.

    ``left`` are messages in teams' groups that Telegram would not let be deleted, ``groups`` the
    groups that could not be reached; ``mails`` and ``webhooks`` were sent and cannot be taken
    back.
    """

    left: int = 0
    groups: int = 0
    mails: int = 0
    webhooks: int = 0
