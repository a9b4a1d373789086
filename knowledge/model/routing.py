"""Who gets which request (``routing.yaml``): teams, their destinations and hours, and rules."""

from __future__ import annotations

import re
from typing import Annotated, Literal, get_args

from pydantic import Field

from knowledge.model.parts import Language, Model, Slug, Text, Texts, WholeDate

INTERVAL = re.compile(r"([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)")
Interval = Annotated[str, Field(pattern=f"^({INTERVAL.pattern})$")]
"""Hours and minutes of a day, as ``09:00-12:30``."""

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
"""As :class:`Hours` names them, in the order of :meth:`datetime.date.weekday`."""

Channel = Literal["telegram", "web", "terminal"]


def minutes(interval: Interval) -> tuple[int, int]:
    """``09:00-12:30`` → (540, 750): minutes after midnight on the clock."""
    begin, end = (
        int(hour) * 60 + int(minute)
        for hour, minute in (time.split(":") for time in interval.split("-"))
    )
    return begin, end


class TelegramGroup(Model):
    """A team's group. ``topics``: each request has a forum topic of its own, where the group can.

    ``topic`` is the one topic, by its thread id, in which all cards go instead.
    """

    group: Annotated[str, Field(pattern=r"^-?\d+$")]
    topics: bool = True
    topic: int | None = None


class Webhook(Model):
    """An address of the team's CRM that is sent each request as JSON, signed.

    ``secret`` is the name under which the environment holds the signing keys: ``crm`` is
    ``WEBHOOK_SECRET_CRM``. A key never stands in a file.
    """

    url: Annotated[str, Field(pattern=r"^https?://\S+$")]
    secret: Annotated[str, Field(pattern=r"^[a-z0-9]+(_[a-z0-9]+)*$")]


class Hours(Model):
    """When a team answers, in its own time zone; a day that is not named is closed.

    ``holidays`` is the country (ISO 3166) whose public holidays are closed too.
    """

    timezone: str = "Europe/Paris"
    monday: tuple[Interval, ...] = ()
    tuesday: tuple[Interval, ...] = ()
    wednesday: tuple[Interval, ...] = ()
    thursday: tuple[Interval, ...] = ()
    friday: tuple[Interval, ...] = ()
    saturday: tuple[Interval, ...] = ()
    sunday: tuple[Interval, ...] = ()
    holidays: str | None = "FR"

    def intervals(self, weekday: int) -> tuple[tuple[int, int], ...]:
        """Begin and end of each interval of ``weekday`` (0 is Monday), in minutes of the day."""
        written: tuple[Interval, ...] = getattr(self, WEEKDAYS[weekday])
        return tuple(sorted(map(minutes, written)))


class Absence(Model):
    """Days, the first and the last included, on which a team's backup has its requests."""

    first: WholeDate
    last: WholeDate


class Team(Model):
    """Named people with destinations. ``backup`` stands in while the team is absent.

    ``remind_after_hours`` of its own hours without a word to a company that waits, the team is
    reminded; after as many again its backup is told, or else the default team.
    ``silent_hours`` by the clock after the team's last word the assistant answers again, though
    the request is not closed.
    """

    id: Slug
    name: Annotated[Texts, Field(min_length=1)]
    languages: tuple[Language, ...] = ()
    telegram: TelegramGroup | None = None
    email: Text | None = None
    webhook: Webhook | None = None
    hours: Hours | None = None
    absences: tuple[Absence, ...] = ()
    backup: Slug | None = None
    remind_after_hours: Annotated[int, Field(ge=1, le=200)] = 8
    silent_hours: Annotated[int, Field(ge=1, le=2000)] = 72

    def name_in(self, language: Language) -> str:
        """The team's name in ``language`` if there is one."""
        return self.name.get(language) or next(iter(self.name.values()))


class Conditions(Model):
    """What a request must be for a rule to apply: every key that is given must hold.

    Within a list one is enough. ``communes`` are names as ``territory.yaml`` has them, or
    ``inside`` and ``outside``; they are those that the request names, else the company's own.
    ``activities`` are sections of the NAF (``C``) or beginnings of a code (``25.6``). The
    headcount is the one that is told, else the range that the directory knows, which must lie
    within the bounds as a whole; of a range of surfaces (square metres) the largest counts.
    ``words`` are looked for in what the company wrote: whole words, alone or in a row, accents,
    case and plural aside.
    """

    needs: tuple[Slug, ...] = ()
    communes: tuple[Text, ...] = ()
    activities: tuple[Text, ...] = ()
    headcount_at_least: Annotated[int, Field(ge=0)] | None = None
    headcount_at_most: Annotated[int, Field(ge=0)] | None = None
    surface_at_least: Annotated[int, Field(ge=0)] | None = None
    languages: tuple[Language, ...] = ()
    channels: tuple[Channel, ...] = ()
    words: tuple[Text, ...] = ()


class Rule(Model):
    """Requests that meet ``when`` go to ``team``. The first rule that applies wins."""

    id: Slug
    when: Conditions
    team: Slug


class Routing(Model):
    """All teams and rules; ``default`` has what no rule gives to another team."""

    teams: tuple[Team, ...] = ()
    rules: tuple[Rule, ...] = ()
    default: Slug | None = None

    def team(self, team_id: str | None) -> Team | None:
        """The team of that id, or None."""
        return next((team for team in self.teams if team.id == team_id), None)
