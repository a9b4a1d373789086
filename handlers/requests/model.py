"""A request: what a company asks a team for, as it was understood and agreed."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from handlers.values import File, Value
from knowledge.model import Language

Status = Literal["open", "taken", "closed", "withdrawn"]


class Surface(Value):
    """Floor or land wanted, in square metres; ``most_m2`` only where a range was given.

    "At most 800" is the range from 0.
    """

    least_m2: int
    most_m2: int | None = None


class Locality(Value):
    """A commune that a request names; ``inside`` when the territory covers it."""

    name: str
    code: str = ""
    inside: bool = False


class Deadline(Value):
    """When the need is to be met, in the company's words, and the day that they come to."""

    text: str
    day: dt.date | None = None


class Company(Value):
    """A company as its directory shows it, or, not ``verified``, as its people name it.

    ``activity`` is the establishment's NAF code (``25.62B``), ``section`` its letter (``C`` is
    manufacturing), ``headcount_band`` the directory's own words for a range.
    """

    name: str = ""
    siren: str = ""
    siret: str = ""
    locality: Locality | None = None
    activity: str = ""
    activity_label: str = ""
    section: str = ""
    headcount_band: str = ""
    active: bool = True
    verified: bool = False


class Details(Value):
    """What is known of a request; a field that nothing is known of is empty.

    ``headcount`` is the company's own size, from 1, its head included; those that it wants to hire
    or train are not counted. ``phone`` is in international form (E.164), ``email`` in ASCII.
    """

    need: str | None = None
    description: str = ""
    surface: Surface | None = None
    communes: tuple[Locality, ...] = ()
    headcount: int | None = None
    deadline: Deadline | None = None
    company: Company | None = None
    person: str = ""
    email: str = ""
    phone: str = ""
    files: tuple[File, ...] = ()


class Request(Value):
    """A request as it is filed: agreed to by the company, and given to a team by a rule.

    ``phone`` of the details is in international form. ``eligibility`` is what the company was
    told of it. ``rule`` is None where the default team has it because no rule applied.
    """

    reference: str
    channel: str
    language: Language
    details: Details
    team: str | None = None
    rule: str | None = None
    eligibility: str = ""
    consented_at: dt.datetime


class Destination(Value):
    """Where a team receives: one lane of the outbox.

    ``channel`` is ``team`` (a Telegram group), ``email`` or ``webhook``; ``address`` the chat id,
    the mail address, the URL. ``topics`` and ``topic`` are those of
    :class:`knowledge.model.TelegramGroup`, ``secret`` that of :class:`knowledge.model.Webhook`.
    """

    channel: Literal["team", "email", "webhook"]
    address: str
    topics: bool = True
    topic: int | None = None
    secret: str = ""


News = Literal[
    "filed", "added", "corrected", "withdrawn", "undelivered", "transferred", "waiting", "again",
    "erased",
]  # fmt: skip


class Lost(Value):
    """A card that could not be delivered: its news, and where to it was, with the reason."""

    news: News
    to: str


class Card(Value):
    """What a team reads of a request, at one destination.

    ``news``: ``filed`` shows it whole; ``added`` shows what the company has added since
    (``addition`` and ``files``); ``withdrawn`` that it takes it back; ``undelivered`` tells the
    default team of another card that was ``lost``, with what it said; ``transferred`` shows it
    whole to the team that has it next, with what was said (``addition``); ``waiting`` tells the
    team that stands in that the company waits for a word; ``corrected`` shows what the company
    wrote in place of something before; ``again`` shows it whole where it is out of sight.
    ``moved_to`` is the team that has it since, on the card left behind. ``need`` and ``team`` are
    names, in the card's own ``language``. ``owner`` is the member who has the request.

    ``erased`` asks to erase what is left of the request, whose ``request`` is but the reference;
    ``erased_by`` says who wished it, ``left`` how many messages of a group are still there.
    """

    kind: Literal["card"] = "card"
    news: News = "filed"
    destination: Destination
    language: Language
    need: str
    team: str
    request: Request
    addition: str = ""
    files: tuple[File, ...] = ()
    status: Status = "open"
    owner: str = ""
    moved_to: str = ""
    erased_by: Literal["", "person", "staff", "retention"] = ""
    left: int = 0
    lost: Lost | None = None
