"""What is usable in a folder's teams and rules, but surely not meant."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from handlers.routing.cards import destinations
from handlers.routing.reach import changes_nothing, unreachable
from knowledge.loading.faults import Fault, Place, shown, warning

if TYPE_CHECKING:
    from handlers.requests.model import Destination
    from knowledge.loading import Loaded
    from knowledge.loading.positions import Positions
    from knowledge.model import Team


Missing = Callable[["Destination"], str | None]
"""Why nothing can be sent to a destination as things are set here, or None."""

_KEYS = {"team": "telegram", "email": "email", "webhook": "webhook"}


def doubts(loaded: Loaded, missing: Missing, today: dt.date) -> list[Fault]:
    """Warnings about the routing of a folder that can be used."""
    if not loaded.base.routing.teams:
        return []
    return [
        *_rules(loaded),
        *_needs(loaded),
        *(
            fault
            for team in loaded.base.routing.teams
            for fault in _team(loaded, team, missing, today)
        ),
    ]


def _rules(loaded: Loaded) -> Iterator[Fault]:
    routing, places = loaded.base.routing, loaded.positions.rules
    covered = unreachable(routing, loaded.base.territory)
    for one in covered:
        names = " and ".join(f"{shown(rule.id)} ({places[rule.id]})" for rule in one.earlier)
        verb = "comes" if len(one.earlier) == 1 else "come"
        have = "has" if len(one.earlier) == 1 else "have"
        what = f"the rule {shown(one.rule.id)} never applies: {names} {verb} first and {have} all"
        what = f"{what} that it is for"
        yield warning(places[one.rule.id], what, "move it further up, or remove it")
    dead = {one.rule.id for one in covered}
    for rule in routing.rules:
        if rule.id not in dead and changes_nothing(routing, rule):
            what = f"the rule {shown(rule.id)} changes nothing: the default team has it anyway"
            mend = "remove it, or move it above the rule that it is an exception to"
            yield warning(places[rule.id], what, mend)


def _needs(loaded: Loaded) -> Iterator[Fault]:
    routing, form = loaded.base.routing, loaded.base.request_form
    named = {need for rule in routing.rules for need in rule.when.needs}
    for need in form.needs:
        if need.id not in named and need.id != form.other and loaded.positions.routing:
            what = f"no rule names the need {shown(need.id)}"
            mend = (
                f"add it to a rule, unless the default team {shown(routing.default)} is to have it"
            )
            yield warning(loaded.positions.routing, what, mend)


def _team(loaded: Loaded, team: Team, missing: Missing, today: dt.date) -> Iterator[Fault]:
    place = loaded.positions.teams[team.id]
    if not destinations(team):
        what = f"the team {shown(team.id)} has no destination: its requests are listed only"
        yield warning(place, what, "write `telegram:`, `email:` or `webhook:`")
    routing = loaded.base.routing
    led_to = {rule.team for rule in routing.rules} | {routing.default}
    if team.id not in led_to | {other.backup for other in routing.teams}:
        what = f"no rule leads to the team {shown(team.id)}"
        yield warning(place, what, "write a rule for it, or remove it")
    away = next((one for one in team.absences if one.last >= today), None)
    if away and team.backup is None:
        what = f"the team {shown(team.id)} is absent up to {away.last}, and has no backup"
        mend = "name one in `backup:`, or its requests wait"
        yield warning(_key(loaded.positions, team, "absences"), what, mend)
    for destination in destinations(team):
        reason = missing(destination)
        if reason:
            where = _key(loaded.positions, team, _KEYS[destination.channel])
            what = f"nothing can be sent here as things are set: {reason}"
            yield warning(where, what, "set it where the assistant runs")


def _key(positions: Positions, team: Team, key: str) -> Place:
    return positions.team_keys[team.id, key]
