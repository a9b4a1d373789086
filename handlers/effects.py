"""What is to be done after a step, in the imperative: plain values that turn into JSON and back.

Some are stored in the outbox, so a field is only ever added, with a default.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from handlers.privacy.model import EraseData, GatherData, WipeGroup
from handlers.requests.model import Card, Request
from handlers.team.model import (
    KeepHistory,
    Mark,
    Notify,
    Post,
    RateRequest,
    Refresh,
    SendCards,
    SetTimer,
    ShowTeam,
)
from handlers.values import File, Reply, Value
from knowledge.model import Language


class RecordQuestion(Value):
    """Keep a message that could not be answered: whoever writes the knowledge base should see it.

    (Before there were requests, ``handoff`` was a kind too; stores may hold such rows.)
    """

    kind: Literal["unanswered"] = "unanswered"
    text: str
    language: Language


class LookUpCompany(Value):
    """Ask the directory of companies; the answer comes as :class:`handlers.events.CompaniesFound`.

    ``query`` is a SIREN (9 digits), a SIRET (14 digits) or a name.
    """

    kind: Literal["look_up"] = "look_up"
    query: str


class FileRequest(Value):
    """Keep ``request``, which the company has agreed to, and send its cards."""

    kind: Literal["file_request"] = "file_request"
    request: Request
    cards: tuple[Card, ...] = ()


class AddToRequest(Value):
    """The company adds ``text`` and ``files`` to its request, and its team reads it."""

    kind: Literal["add_to_request"] = "add_to_request"
    reference: str
    text: str = ""
    files: tuple[File, ...] = ()
    edited: bool = False


class WithdrawRequest(Value):
    """The company takes its request back."""

    kind: Literal["withdraw_request"] = "withdraw_request"
    reference: str


Effect = Annotated[
    RecordQuestion
    | LookUpCompany
    | FileRequest
    | AddToRequest
    | WithdrawRequest
    | RateRequest
    | Notify
    | ShowTeam
    | SendCards
    | KeepHistory
    | SetTimer
    | GatherData
    | EraseData,
    Field(discriminator="kind"),
]

Payload = Annotated[
    Reply | Card | LookUpCompany | Post | Mark | Refresh | EraseData | WipeGroup,
    Field(discriminator="kind"),
]
PAYLOAD: TypeAdapter[Payload] = TypeAdapter(Payload)
"""What the outbox holds: a reply to the person, a card for a team, a question to the directory."""
