"""The first rule that applies, and who stands in for a team that is away."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from handlers.routing.conditions import Judgement, applies, judge
from handlers.values import Value
from knowledge.model import Language

if TYPE_CHECKING:
    from handlers.requests.model import Request
    from knowledge.model import Absence, KnowledgeBase, Routing, Team


class Tried(Value):
    """A rule that was tried, in its turn: ``applied`` when all its conditions hold."""

    kind: Literal["rule"] = "rule"
    rule: str
    team: str
    applied: bool
    conditions: tuple[Judgement, ...]


class Default(Value):
    """No rule applied: the default ``team`` has it, or, without teams, nobody."""

    kind: Literal["default"] = "default"
    team: str | None


class Away(Value):
    """``team`` is absent up to ``last``. ``backup`` is who stands in, None where nobody is set."""

    kind: Literal["away"] = "away"
    team: str
    first: dt.date
    last: dt.date
    backup: str | None


class Foreign(Value):
    """The request is in a ``language`` that ``team`` does not name among its own."""

    kind: Literal["language"] = "language"
    team: str
    language: Language


Reason = Annotated[Tried | Default | Away | Foreign, Field(discriminator="kind")]


class Routed(Value):
    """Who has a request. ``rule`` is None where none applied; ``reasons`` tell why, in order."""

    team: str | None
    rule: str | None
    reasons: tuple[Reason, ...]


def route(base: KnowledgeBase, request: Request, today: dt.date) -> Routed:
    """Who gets ``request`` on the day ``today``: the team of the first rule that applies.

    While that team is absent, its backup has it, or the backup's; where all of them are absent,
    or nobody is set, the team has it all the same, and the last reason tells.
    """
    chosen = _chosen(base, request)
    absences = _absences(base.routing, chosen.team, today)
    stand_in = absences[-1].backup if absences else None
    team = base.routing.team(stand_in or chosen.team)
    reasons = (*chosen.reasons, *absences, *(_foreign(team, request.language) if team else ()))
    return Routed(team=team.id if team else None, rule=chosen.rule, reasons=reasons)


def _chosen(base: KnowledgeBase, request: Request) -> Routed:
    """Who gets ``request`` while nobody is absent."""
    reasons: list[Reason] = []
    for rule in base.routing.rules:
        judgements = judge(rule.when, request, base.territory)
        applied = applies(judgements)
        reasons.append(Tried(rule=rule.id, team=rule.team, applied=applied, conditions=judgements))
        if applied:
            return Routed(team=rule.team, rule=rule.id, reasons=tuple(reasons))
    reasons.append(Default(team=base.routing.default))
    return Routed(team=base.routing.default, rule=None, reasons=tuple(reasons))


def _absences(routing: Routing, team_id: str | None, today: dt.date) -> list[Away]:
    """The absent teams on the way from one backup to the next; the last tells who is there."""
    away: list[Away] = []
    team = routing.team(team_id)
    passed: set[str] = set()
    while team is not None and (absence := absent(team, today)):
        passed.add(team.id)
        backup = routing.team(team.backup)
        there = backup.id if backup and backup.id not in passed else None
        away.append(Away(team=team.id, first=absence.first, last=absence.last, backup=there))
        team = routing.team(there)
    return away


def absent(team: Team, today: dt.date) -> Absence | None:
    """The absence that ``team`` is on, or None."""
    return next((a for a in team.absences if a.first <= today <= a.last), None)


def _foreign(team: Team, language: Language) -> tuple[Foreign, ...]:
    if not team.languages or language in team.languages:
        return ()
    return (Foreign(team=team.id, language=language),)
