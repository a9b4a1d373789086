"""What happens to a conversation, in the past tense: plain values that turn into JSON and back.

They are stored in the inbox, so a field is only ever added, with a default.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from handlers.privacy.model import DataGathered, Forgotten
from handlers.requests.model import Company
from handlers.team.model import (
    ActionChosen,
    CompanyRated,
    CompanyWithdrew,
    CompanyWrote,
    GroupMoved,
    MemberWrote,
    RequestFiled,
    TeamMoved,
    TeamWrote,
    TimeCame,
    WordsDelivered,
)
from handlers.values import File, Value
from knowledge.model import Language


class MessageReceived(Value):
    """A person wrote ``text``; ``edited`` when it replaces what they had written before."""

    kind: Literal["message"] = "message"
    text: str
    edited: bool = False


class ButtonPressed(Value):
    """A person pressed the button of this ``value`` (see :class:`handlers.values.Button`)."""

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
    """What the directory of companies answered to a :class:`handlers.effects.LookUpCompany`.

    ``query`` is that of the question. ``fault`` is ``unavailable`` when it could not be asked,
    ``off`` where there is none to ask; no company without a fault means that it knows none.
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
