"""What only shows when ``routing.yaml`` is seen as a whole and beside the folder's other files."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from dataclasses import dataclass
from typing import TYPE_CHECKING

from email_validator import EmailNotValidError, validate_email

from knowledge import activities
from knowledge.loading.checks import check_reference, check_texts, check_unique
from knowledge.loading.faults import Report, error, nearest, shown
from knowledge.model import WEEKDAYS
from knowledge.model.routing import INTERVAL, minutes
from knowledge.text import fold, words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from knowledge.loading.nodes import Node
    from knowledge.model import Language

EVERYWHERE = frozenset({"inside", "outside"})
"""What a rule may write for all communes of the territory, and for all others."""


@dataclass(frozen=True, slots=True)
class Names:
    """What teams and rules may name of the folder's other files.

    ``communes`` are the names that ``territory.yaml`` has, by their folded form; None without
    that file.
    """

    needs: frozenset[str]
    communes: Mapping[str, str] | None
    languages: tuple[Language, ...]


def communes_of(territory: Node | None) -> dict[str, str] | None:
    """The names of the communes in ``territory.yaml`` by their folded form, or None."""
    if territory is None or not isinstance(territory.data, dict):
        return None
    named = [
        commune.values["name"].data
        for key in ("communes", "outside")
        for commune in territory.listed(key)
        if "name" in commune.values
    ]
    return {fold(name): name for name in named if isinstance(name, str)}


def check_routing(node: Node, names: Names | None, report: Report) -> None:
    """Report what is wrong with teams and rules. ``names`` is None when not all are known."""
    teams = check_unique(node.listed("teams"), report, "team")
    check_unique(node.listed("rules"), report, "rule")
    _check_default(node, teams, report)
    for team in node.listed("teams"):
        _check_team(team, teams, report)
        if names is not None:
            check_texts(team.values.get("name"), names.languages, report)
    _check_backups(node.listed("teams"), report)
    for rule in node.listed("rules"):
        check_reference(rule.values.get("team"), teams, report, owner="team")
        when = rule.values.get("when")
        if when is not None:
            _check_conditions(when, names, report)


def _check_default(node: Node, teams: frozenset[str], report: Report) -> None:
    written = node.values.get("default")
    if written is not None:
        check_reference(written, teams, report, owner="team")
    elif node.values:
        what = "`default` is missing: nobody has what no rule gives to a team"
        example = f" `default: {min(teams)}`" if teams else " as `default: accueil`"
        report(error(node.place, what, f"name one of the teams,{example}"))


def _check_team(team: Node, teams: frozenset[str], report: Report) -> None:
    check_reference(team.values.get("backup"), teams, report, owner="team")
    _check_email(team.values.get("email"), report)
    for absence in team.listed("absences"):
        _check_absence(absence, report)
    hours = team.values.get("hours")
    if hours is not None:
        _check_clock(hours, report)
        for day in WEEKDAYS:
            _check_day(hours.listed(day), report)


def _check_email(node: Node | None, report: Report) -> None:
    if node is None or not isinstance(node.data, str) or not node.data.strip():
        return
    try:
        validate_email(node.data.strip(), check_deliverability=False)
    except EmailNotValidError as problem:
        what = f"{shown(node.data)} is no e-mail address ({_one_line(problem)})"
        report(error(node.place, what, "write it as equipe@example.org"))


def _one_line(problem: Exception) -> str:
    return " ".join(str(problem).split()).rstrip(".")


def _check_absence(absence: Node, report: Report) -> None:
    first, last = (absence.values.get(key) for key in ("first", "last"))
    if first is None or last is None:
        return
    if not isinstance(first.data, dt.date) or not isinstance(last.data, dt.date):
        return  # what is wrong with these has been said
    if last.data < first.data:
        what = f"the absence ends on {last.data}, before it begins on {first.data}"
        report(error(last.place, what, "write the later day in `last`"))


def _check_clock(hours: Node, report: Report) -> None:
    zone = hours.values.get("timezone")
    if zone is not None and isinstance(zone.data, str):
        known = zoneinfo.available_timezones()
        if zone.data not in known:
            meant = nearest(zone.data, known)
            mend = f"did you mean `{meant}`?" if meant else "write it as Europe/Paris"
            report(error(zone.place, f"there is no time zone {shown(zone.data)}", mend))
    country = hours.values.get("holidays")
    if country is not None and isinstance(country.data, str):
        # Only where a team has them: the calendars of all countries take 5 MB.
        import holidays  # noqa: PLC0415

        countries = holidays.list_supported_countries(include_aliases=False)
        if country.data not in countries:
            what = f"the public holidays of {shown(country.data)} are not known"
            mend = "write the country's two capital letters (ISO 3166), as FR, or leave it empty"
            report(error(country.place, what, mend))


def _check_day(written: list[Node], report: Report) -> None:
    """Report intervals of one day that end before they begin or lie in each other."""
    seen: list[tuple[int, int, Node]] = []
    for node in written:
        if not isinstance(node.data, str) or not INTERVAL.fullmatch(node.data):
            continue  # what is wrong with it has been said
        begin, end = minutes(node.data)
        if end <= begin:
            what = f"{shown(node.data)} ends before it begins"
            mend = "write the earlier hour first; a night has two intervals, up to 24:00 and on"
            report(error(node.place, what, f"{mend} from 00:00 of the next day"))
            continue
        other = next((o for first, last, o in seen if begin < last and first < end), None)
        if other is not None:
            what = f"{shown(node.data)} overlaps {shown(other.data)} of the same day"
            report(error(node.place, what, "write intervals that follow each other"))
        seen.append((begin, end, node))


def _check_backups(teams: list[Node], report: Report) -> None:
    """Report a team that backs itself up, also by way of others: nobody would be there."""
    backups = {
        team.values["id"].data: team.values["backup"]
        for team in teams
        if isinstance(team.data, dict)
        and all(isinstance(team.data.get(key), str) for key in ("id", "backup"))
    }
    said: set[str] = set()
    for team, node in backups.items():
        circle = _circle(team, backups)
        if not circle or team in said:
            continue
        said.update(circle)
        if len(circle) == 1:
            what = f"the team {shown(team)} is its own backup"
        else:
            what = f"backups go in a circle: {' → '.join([*circle, team])}"
        report(error(node.place, what, "name a team that is there when this one is not"))


def _circle(team: str, backups: Mapping[str, Node]) -> list[str]:
    """The teams passed on the way from ``team`` back to itself, or none."""
    way, at = [team], backups[team].data
    while at in backups and at not in way:
        way.append(at)
        at = backups[at].data
    return way if at == team else []


def _check_conditions(when: Node, names: Names | None, report: Report) -> None:
    for key, node in when.values.items():
        if node.data == []:
            what = f"the list in {shown(key)} is empty"
            report(error(node.place, what, f"write what the rule is for, or remove {shown(key)}"))
    for node in when.listed("activities"):
        _check_activity(node, report)
    for node in when.listed("words"):
        if isinstance(node.data, str) and node.data.strip() and not words(node.data):
            report(error(node.place, f"{shown(node.data)} holds no word", "write a word"))
    _check_bounds(when, report)
    if names is None:
        return
    for node in when.listed("needs"):
        check_reference(node, names.needs, report, owner="need")
    for node in when.listed("communes"):
        _check_commune(node, names.communes or {}, report)


def _check_activity(node: Node, report: Report) -> None:
    if not isinstance(node.data, str) or activities.is_activity(node.data):
        return
    what = f"{shown(node.data)} is neither a section of the NAF nor the beginning of a code"
    mend = 'write a letter from A to U, as "C", or digits, as "25" or "25.6"'
    report(error(node.place, what, mend))


def _check_bounds(when: Node, report: Report) -> None:
    least, most = (when.values.get(f"headcount_at_{end}") for end in ("least", "most"))
    if least is None or most is None:
        return
    if isinstance(least.data, int) and isinstance(most.data, int) and most.data < least.data:
        what = f"no headcount is {least.data} at least and {most.data} at most"
        report(error(most.place, what, "write the larger number in `headcount_at_most`"))


def _check_commune(node: Node, communes: Mapping[str, str], report: Report) -> None:
    if not isinstance(node.data, str) or fold(node.data) in communes:
        return
    if communes and node.data in EVERYWHERE:
        return
    what = f"`territory.yaml` names no commune {shown(node.data)}"
    meant = nearest(fold(node.data), communes)
    if meant:
        mend = f"did you mean `{communes[meant]}`?"
    elif communes:
        mend = "write a commune as it stands there, `inside` or `outside`"
    else:
        mend = "write the communes of the territory there first"
    report(error(node.place, what, mend))
