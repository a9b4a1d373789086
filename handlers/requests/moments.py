"""When a team answers, and when things happened, on the team's own clock."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from handlers import hours
from handlers.wording import spelt_date
from knowledge.model import Hours

if TYPE_CHECKING:
    import datetime as dt

    from handlers.talk import Talk


def when_answered(talk: Talk, team_id: str | None, *, only_if_closed: bool = False) -> str:
    """When the team is there to read it; nothing, and no promise, of one without hours.

    ``only_if_closed``: nothing either while it is there.
    """
    team = talk.base.routing.team(team_id)
    opening = hours.next_opening(team.hours, talk.now) if team and team.hours else None
    if opening is None:
        return ""
    messages = talk.messages
    if opening <= talk.now:
        return "" if only_if_closed else talk.words(messages.request_team_open)
    date, time = spelt(talk, opening, team_id)
    when = talk.words(messages.request_moment, date=date, time=time)
    return talk.words(messages.request_team_opens, when=when)


def spelt(talk: Talk, moment: dt.datetime, team_id: str | None) -> tuple[str, str]:
    """The day, spelt out, and the hour, where the team of that id works."""
    team = talk.base.routing.team(team_id)
    there = (team.hours if team else None) or Hours()
    local = moment.astimezone(ZoneInfo(there.timezone))
    return spelt_date(local.date().isoformat(), talk.language), f"{local:%H:%M}"
