"""What is usable in a folder's teams and rules, but surely not meant."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from handlers.routing.reach import changes_nothing, unreachable
from knowledge.loading.faults import Fault, Place, shown, warning

if TYPE_CHECKING:
    from knowledge.loading import Loaded
    from knowledge.loading.positions import Positions
    from knowledge.model import Team


@dataclass(frozen=True, slots=True)
class Means:
    """What the settings let the assistant send by. ``has_secret`` tells by a webhook's name."""

    telegram: bool
    email: bool
    has_secret: Callable[[str], bool]


def doubts(loaded: Loaded, means: Means, today: dt.date) -> list[Fault]:
    """Warnings about the routing of a folder that can be used."""
    if not loaded.base.routing.teams:
        return []
    return [
        *_rules(loaded),
        *_needs(loaded),
        *(
            fault
            for team in loaded.base.routing.teams
            for fault in _team(loaded, team, means, today)
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


def _team(loaded: Loaded, team: Team, means: Means, today: dt.date) -> Iterator[Fault]:
    place = loaded.positions.teams[team.id]
    if not (team.telegram or team.email or team.webhook):
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
    yield from _unsendable(loaded.positions, team, means)


def _unsendable(positions: Positions, team: Team, means: Means) -> Iterator[Fault]:
    if team.telegram and not means.telegram:
        yield warning(
            _key(positions, team, "telegram"),
            "nothing can be sent to a Telegram group: TELEGRAM_BOT_TOKEN is not set here",
            "set it where the assistant runs",
        )
    if team.email and not means.email:
        yield warning(
            _key(positions, team, "email"),
            "no e-mail can be sent: SMTP_HOST is not set here",
            "set it where the assistant runs",
        )
    if team.webhook and not means.has_secret(team.webhook.secret):
        name = f"WEBHOOK_SECRET_{team.webhook.secret.upper()}"
        yield warning(
            _key(positions, team, "webhook"),
            f"the webhook cannot be signed: {name} is not set here",
            "set it where the assistant runs, to a long random text that the CRM knows too",
        )


def _key(positions: Positions, team: Team, key: str) -> Place:
    return positions.team_keys[team.id, key]
