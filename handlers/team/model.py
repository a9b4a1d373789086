"""What a team does with a request, and how far it has come.

Each request has a conversation of its own with its team, beside the company's: channel
:data:`TEAM`, the reference as its address. Two people who press at once are two events of one
conversation, so the second finds what the first has done.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Final, Literal

from pydantic import Field

from handlers.requests.model import Card, Destination, Request, Status
from handlers.values import Button, File, Value

TEAM: Final = "team"
"""The channel of the conversations of requests with their teams."""

Action = Literal["take", "reply", "transfer", "note", "close"]
"""What the buttons of a card do."""


class Address(Value):
    """Whose conversation: a channel, and the address on it."""

    channel: str
    address: str


class Member(Value):
    """Who of a team acts; ``id`` is the group's platform's own."""

    id: str
    name: str


# What happens in a team's group.


class ActionChosen(Value):
    """A member pressed a button of the request's card, in the group of chat id ``group``.

    ``argument`` is the choice within the action: the team that a request is transferred to.
    """

    kind: Literal["action"] = "action"
    member: Member
    group: str
    action: Action
    argument: str = ""


class MemberWrote(Value):
    """A member replied to what the assistant has shown of the request.

    ``purpose`` is that of the message replied to (see :class:`Post`). ``message`` is the id of
    theirs in the group, for the mark on it; ``edited`` when it replaces what they had written.
    ``talk`` is what was written in the request's topic as no reply: members among themselves;
    ``lost`` a reply to a message that the assistant does not know any more.
    ``unread`` is the kind of a thing that cannot be passed on: a voice message, a sticker ….
    Files that were sent together have the same ``album``, each in an event of its own.
    """

    kind: Literal["member_wrote"] = "member_wrote"
    member: Member
    group: str
    message: str
    text: str = ""
    file: File | None = None
    edited: bool = False
    purpose: Literal["reply", "note", "talk", "lost"] = "reply"
    unread: str = ""
    album: str = ""


class WordsDelivered(Value):
    """A member's ``message`` reached the company, or, not ``ok``, never will."""

    kind: Literal["words_delivered"] = "words_delivered"
    group: str
    message: str
    ok: bool


class GroupMoved(Value):
    """The group in which the team works is another chat now: what it was shown is out of reach."""

    kind: Literal["group_moved"] = "group_moved"


class TimeCame(Value):
    """The time that a :class:`SetTimer` of this ``name`` was set to."""

    kind: Literal["time_came"] = "time_came"
    name: str


# What the company does that its team is to know.


class RequestFiled(Value):
    """The company at ``person`` has filed ``request``: its team's work begins."""

    kind: Literal["request_filed"] = "request_filed"
    request: Request
    person: Address


class CompanyWrote(Value):
    """The company adds to its request, or answers."""

    kind: Literal["company_wrote"] = "company_wrote"
    text: str = ""
    files: tuple[File, ...] = ()
    edited: bool = False


class CompanyWithdrew(Value):
    """The company takes its request back."""

    kind: Literal["company_withdrew"] = "company_withdrew"


class CompanyRated(Value):
    """The company says whether it was helped."""

    kind: Literal["company_rated"] = "company_rated"
    helped: bool


# What the team does that the company is to know: events of the company's conversation.


class TeamMoved(Value):
    """A request's ``status`` changed; ``by`` is who did it, as the company may read it.

    ``taken`` also for a request that another member or team now has; ``released`` when the
    assistant answers again though the request is not closed; ``writing`` when a member has begun
    to answer, which changes nothing else. ``team`` is who has a transferred request next.
    """

    kind: Literal["team_moved"] = "team_moved"
    reference: str
    status: Literal["taken", "transferred", "released", "closed", "writing"]
    by: str = ""
    team: str = ""


class TeamWrote(Value):
    """The team's words to the company; ``message`` is their id in the group, for the mark.

    ``more``: sent together with what came just before.
    """

    kind: Literal["team_wrote"] = "team_wrote"
    reference: str
    by: str
    text: str = ""
    file: File | None = None
    edited: bool = False
    group: str = ""
    message: str = ""
    more: bool = False


# What is to be shown in the group.


class Post(Value):
    """A message in a request's topic, light Markdown, beside its ``card``.

    A reply to a post of ``purpose`` ``reply`` goes to the company, to one of ``note`` is kept
    for the team alone, to one of ``info`` goes nowhere. ``answers`` is the message that it replies
    to, ``ask`` the member whose answer is asked for at once.
    """

    kind: Literal["post"] = "post"
    card: Card
    text: str
    purpose: Literal["reply", "note", "info"] = "info"
    buttons: tuple[Button, ...] = ()
    answers: str = ""
    ask: Member | None = None


class Mark(Value):
    """Whether a member's ``message`` reached the company, shown on the message itself."""

    kind: Literal["mark"] = "mark"
    destination: Destination
    reference: str
    message: str
    ok: bool


class Refresh(Value):
    """The card of a request as it now stands, in place of what was shown before."""

    kind: Literal["refresh"] = "refresh"
    card: Card


TeamPayload = Post | Mark | Refresh


class RateRequest(Value):
    """The company says whether the team's answer helped it."""

    kind: Literal["rate_request"] = "rate_request"
    reference: str
    helped: bool


# What a step has done beyond the conversation it is of.


class Notify(Value):
    """Put ``event`` into the inbox of the conversation at ``to``."""

    kind: Literal["notify"] = "notify"
    to: Address
    event: Annotated[TeamMoved | TeamWrote, Field(discriminator="kind")]


class ShowTeam(Value):
    """Send ``payload`` to the team's group."""

    kind: Literal["show_team"] = "show_team"
    payload: Annotated[TeamPayload, Field(discriminator="kind")]


class SendCards(Value):
    """Send ``cards``, to whatever destinations they name."""

    kind: Literal["send_cards"] = "send_cards"
    cards: tuple[Card, ...]


class KeepHistory(Value):
    """Write a line of a request's history, and how the request now stands."""

    kind: Literal["keep_history"] = "keep_history"
    reference: str
    what: Literal[
        "taken", "replied", "noted", "transferred", "closed", "rated", "reminded", "escalated",
        "released", "added", "withdrawn",
    ]  # fmt: skip
    author: str = ""
    text: str = ""
    status: Status
    team: str
    owner: str = ""


class SetTimer(Value):
    """Have :class:`TimeCame` of ``name`` at ``due_at``; one set before is replaced.

    ``due_at`` None takes the timer back.
    """

    kind: Literal["set_timer"] = "set_timer"
    name: str
    due_at: dt.datetime | None


class Line(Value):
    """One line of what was said and done; ``author`` is empty for the company's words."""

    at: dt.datetime
    what: Literal["added", "replied", "noted", "taken", "transferred", "closed"]
    author: str = ""
    text: str = ""


class Handling(Value):
    """How far a team has come with a request: the state of the request's own conversation.

    ``log`` is what was said and done, oldest first, for the team that has it next.
    ``waiting_since`` is when the company began to wait for the team's word, ``reminded`` how
    often the team was reminded of it. ``stand_ins`` are the teams that were told in its place,
    ``past_teams`` those that had it, or were told, before the one that has it now. ``told_talk``
    is whether its members know that what is no reply stays among them, ``album`` the one that was
    passed on last.
    """

    request: Request
    person: Address
    status: Status = "open"
    owner: Member | None = None
    log: tuple[Line, ...] = ()
    waiting_since: dt.datetime | None = None
    reminded: int = 0
    rated: bool = False
    stand_ins: tuple[str, ...] = ()
    past_teams: tuple[str, ...] = ()
    told_talk: bool = False
    album: str = ""
