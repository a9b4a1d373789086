"""What happens to a conversation and what comes of it: plain values that turn into JSON and back.

Events are in the past tense, effects in the imperative. They are stored in the inbox and the
outbox, so a field is only ever added, with a default; :data:`STATE_VERSION` goes up when the
state's meaning changes.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from handlers.privacy.model import (
    DataGathered,
    EraseAsked,
    EraseData,
    Forgotten,
    GatherData,
    WipeGroup,
)
from handlers.requests.model import Card, Company, Details, File, Request
from handlers.team.model import (
    ActionChosen,
    CompanyRated,
    CompanyWithdrew,
    CompanyWrote,
    GroupMoved,
    Handling,
    KeepHistory,
    Mark,
    MemberWrote,
    Notify,
    Post,
    RateRequest,
    Refresh,
    RequestFiled,
    SendCards,
    SetTimer,
    ShowTeam,
    TeamMoved,
    TeamWrote,
    TimeCame,
    WordsDelivered,
)
from handlers.values import Button, Reply, Value
from knowledge.model import Language, Outcome

__all__ = [
    "EVENT",
    "PAYLOAD",
    "PERSONS_OWN",
    "STATE_VERSION",
    "AddToRequest",
    "AttachmentReceived",
    "Button",
    "ButtonPressed",
    "CommandGiven",
    "CommandName",
    "CompaniesFound",
    "ConversationState",
    "DataGathered",
    "Effect",
    "EraseAsked",
    "EraseData",
    "Event",
    "FileRequest",
    "FiledRequest",
    "Forgotten",
    "Form",
    "GatherData",
    "Happened",
    "Happening",
    "LookUpCompany",
    "MessageReceived",
    "Payload",
    "RecordQuestion",
    "Reply",
    "Step",
    "Turn",
    "WipeGroup",
    "WithdrawRequest",
    "Writing",
]

STATE_VERSION = 1


class MessageReceived(Value):
    """A person wrote ``text``; ``edited`` when it replaces what they had written before."""

    kind: Literal["message"] = "message"
    text: str
    edited: bool = False


class ButtonPressed(Value):
    """A person pressed the button of this ``value`` (see :class:`Button`)."""

    kind: Literal["button"] = "button"
    value: str


CommandName = Literal[
    "start", "help", "menu", "language", "contact", "request", "requests", "mydata", "erase"
]
"""``request`` begins or resumes a request; ``requests`` lists the person's own.

``mydata`` shows all that is held of the person, ``erase`` asks whether to erase it.
"""


class CommandGiven(Value):
    """A person asked for one of the fixed commands; ``argument`` is a deep link's payload.

    ``language`` is what the channel knows of the person's own (a Telegram profile, a page).
    """

    kind: Literal["command"] = "command"
    name: CommandName
    argument: str = ""
    language: Language | None = None


class AttachmentReceived(Value):
    """A person sent what is not text: a photo, a voice message, a place ….

    ``caption`` is the text that came with it, and is answered as a message. ``file`` is what can
    join a request; None for what cannot (a voice message, a place). Files sent at once as one
    ``album`` are an event each. ``refused`` is the name of a file whose kind is not accepted.
    """

    kind: Literal["attachment"] = "attachment"
    what: str
    caption: str = ""
    file: File | None = None
    album: str = ""
    refused: str = ""


class CompaniesFound(Value):
    """What the directory of companies answered to a :class:`LookUpCompany` of this ``query``.

    ``fault`` is ``unavailable`` when it could not be asked, ``off`` where there is none to ask;
    no company without a fault means that it knows none.
    """

    kind: Literal["companies"] = "companies"
    query: str
    companies: tuple[Company, ...] = ()
    fault: Literal["", "unavailable", "off"] = ""


Event = Annotated[
    MessageReceived
    | ButtonPressed
    | CommandGiven
    | AttachmentReceived
    | CompaniesFound
    | TeamMoved
    | TeamWrote
    | ActionChosen
    | MemberWrote
    | WordsDelivered
    | GroupMoved
    | TimeCame
    | RequestFiled
    | CompanyWrote
    | CompanyWithdrew
    | CompanyRated
    | DataGathered
    | Forgotten,
    Field(discriminator="kind"),
]
EVENT: TypeAdapter[Event] = TypeAdapter(Event)


PERSONS_OWN = (MessageReceived, ButtonPressed, CommandGiven, AttachmentReceived)
"""What a person says or does; all else is told to their conversation."""


class RecordQuestion(Value):
    """Keep a message that could not be answered: whoever writes the knowledge base should see it.

    (Before there were requests, ``handoff`` was a kind too; stores may hold such rows.)
    """

    kind: Literal["unanswered"] = "unanswered"
    text: str
    language: Language


class LookUpCompany(Value):
    """Ask the directory of companies; the answer comes as :class:`CompaniesFound`.

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


Payload = Annotated[
    Reply | Card | LookUpCompany | Post | Mark | Refresh | EraseData | WipeGroup,
    Field(discriminator="kind"),
]
PAYLOAD: TypeAdapter[Payload] = TypeAdapter(Payload)
"""What the outbox holds: a reply to the person, a card for a team, a question to the directory."""

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


class Form(Value):
    """A request form under way.

    ``step`` is what the person is asked now: a slot, ``need``, ``company_check``,
    ``open_already`` or ``recap`` (which asks for the consent). ``skipped`` slots are not asked
    again. ``correcting`` when a line of the recap is being changed, after which the recap comes
    again. ``looked_up`` is the query that the directory is being asked, ``found`` what it answered
    and the person has not judged yet. ``paused`` while something else is talked about.
    ``answered`` is what the last message has answered: editing that message changes it.
    ``hasty_yes`` when it was a "yes" that led to the recap: another "yes" may have been typed
    before the recap was read, and is no agreement to it.
    """

    details: Details
    step: str
    skipped: tuple[str, ...] = ()
    correcting: bool = False
    looked_up: str = ""
    found: tuple[Company, ...] = ()
    paused: bool = False
    answered: str = ""
    hasty_yes: bool = False
    recap_seal: str = ""


class Doing(Value):
    """What the person has begun to do with an open request: add to it, or take it back.

    ``attach`` when it was asked whether the files just sent belong to it; without a reference,
    whether they belong to a new one.
    """

    what: Literal["add", "withdraw", "attach"]
    reference: str


Happened = Literal[
    "taken", "transferred", "released", "answered", "corrected", "added", "closed", "withdrawn"
]


class Happening(Value):
    """A line of what was said and done with a request, as its company may read it.

    ``by`` is the member of the team, or the team that has it next; empty for the company's own.
    ``text`` is the beginning of what was said.
    """

    at: dt.datetime
    what: Happened
    by: str = ""
    text: str = ""


class Writing(Value):
    """A member who has begun to answer; after ``until`` that says nothing any more."""

    by: str
    until: dt.datetime


class FiledRequest(Value):
    """A request of this person, open or lately ended.

    ``seal`` is that of the recap that was agreed to: a second press finds the request by it.
    ``held_by`` is the member of the team who answers: the assistant is silent meanwhile. Of a
    closed request, ``rated`` is whether the company has said that it was helped or not.
    ``standing`` is how far it has come, ``history`` how it came there, oldest first and without
    the filing.
    """

    request: Request
    seal: str = ""
    held_by: str = ""
    rated: bool = False
    standing: Literal["received", "taken", "answered", "closed", "withdrawn"] = "received"
    history: tuple[Happening, ...] = ()
    writing: Writing | None = None


class Turn(Value):
    """What the last message was about, so that a follow-up can be understood."""

    text: str
    entries: tuple[str, ...] = ()


class ConversationState(Value):
    """All that a conversation remembers between two events.

    ``language`` is that of the last message; ``chosen_language`` wins over it and is set only
    when the person asked for it. ``last`` is the last message that was understood, ``asked`` the
    last one whether it was or not. ``offered`` are entry ids of the last "did you mean".
    ``pending_handoff`` is the message that "yes" makes a request of. ``form`` is the request
    under way, ``requests`` those that are open, ``doing`` what is being done with one. ``files``
    were sent while no request was under way: the next one may have them. ``album`` is the last
    one spoken of: its further files need no word of their own; ``album_refused`` when it was told
    that no more of them fit. ``closed`` are requests that have ended lately: closed by
    their teams, or taken back. ``handling`` makes this the conversation of a request with its team.
    ``erase_asked`` is the question whether to erase everything; ``erasing`` while that is done,
    during which nothing else is.
    """

    version: int = STATE_VERSION
    language: Language | None = None
    chosen_language: Language | None = None
    last: Turn | None = None
    asked: str = ""
    offered: tuple[str, ...] = ()
    pending_handoff: str | None = None
    form: Form | None = None
    requests: tuple[FiledRequest, ...] = ()
    doing: Doing | None = None
    files: tuple[File, ...] = ()
    closed: tuple[FiledRequest, ...] = ()
    handling: Handling | None = None
    album: str = ""
    album_refused: bool = False
    erase_asked: EraseAsked | None = None
    erasing: bool = False


class Step(Value):
    """What one event leads to. ``outcome`` and ``entries`` are for figures and explanations."""

    state: ConversationState
    replies: tuple[Reply, ...] = ()
    effects: tuple[Effect, ...] = ()
    outcome: Outcome | None = None
    entries: tuple[tuple[str, float], ...] = ()
