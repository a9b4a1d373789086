"""What a conversation remembers between two events: plain values that turn into JSON and back.

They are stored, so a field is only ever added, with a default; :data:`STATE_VERSION` goes up when
the state's meaning changes.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

from handlers.privacy.model import EraseAsked
from handlers.requests.model import Company, Details, Request
from handlers.team.model import Handling
from handlers.values import File, Value
from knowledge.model import Language

STATE_VERSION = 1


class Turn(Value):
    """What the last message was about, so that a follow-up can be understood."""

    text: str
    entries: tuple[str, ...] = ()


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
