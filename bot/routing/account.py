"""Who would get a request and why, as text to read and as data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.listing.text import harmless, table
from handlers.routing import Away, Default, Foreign, Tried, route
from handlers.routing.cards import destinations, need_label

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from bot.routing.reading import Given
    from handlers.requests.model import Details, Request
    from handlers.routing import Judgement, Routed
    from knowledge.loading import Loaded
    from knowledge.model import KnowledgeBase

_LABEL = 11
_MOST_NAMED = 6
_TITLES = ("TEAM", "INSTEAD OF", "RULE", "REQUEST")


def as_data(given: Given, routed: Routed) -> dict[str, Any]:
    """Everything as JSON: what was understood, who has it, and every reason."""
    request = given.request
    data = {
        "channel": request.channel,
        "language": request.language,
        "details": request.details.model_dump(mode="json", exclude_defaults=True),
        **routed.model_dump(mode="json"),
    }
    return {**data, "expected": given.expected} if given.expected else data


def as_text(loaded: Loaded, given: Given, routed: Routed) -> list[str]:
    """One request, explained condition by condition."""
    lines = [_line("Read as", _understood(loaded.base, given.request))]
    lines.append(_line("Team", _team(loaded.base, routed.team)))
    if given.expected and given.expected != routed.team:
        lines.append(_line("Expected", _team(loaded.base, given.expected)))
    lines += [_line("", sent) for sent in _sent_to(loaded.base, routed.team)]
    applied = [one for one in routed.reasons if isinstance(one, Tried) and one.applied]
    others = [one for one in routed.reasons if isinstance(one, Tried) and not one.applied]
    for one in applied:
        lines.append(_line("Rule", f"{one.rule} ({loaded.positions.rules[one.rule]})"))
        lines += [_line("", _condition(judged)) for judged in one.conditions]
        if not one.conditions:
            lines.append(_line("", "has no condition: it is for every request"))
    lines += [_line("Because", said) for said in _because(routed)]
    if others:
        lines += ["", "Not by these, which come before:" if applied else "By none of the rules:"]
        for one in others:
            lines.append(f"  {one.rule} → {one.team} ({loaded.positions.rules[one.rule]})")
            lines += [f"    {_condition(judged)}" for judged in one.conditions]
    return lines


def _line(label: str, text: str) -> str:
    return f"{label:<{_LABEL}} {harmless(text)}"


def _team(base: KnowledgeBase, team_id: str | None) -> str:
    team = base.routing.team(team_id)
    if team is None:
        return f"{team_id}, which `routing.yaml` does not have" if team_id else "nobody"
    return f"{team.id} ({team.name_in(base.languages[0])})"


def _sent_to(base: KnowledgeBase, team_id: str | None) -> Iterator[str]:
    team = base.routing.team(team_id)
    if team is None:
        yield "`routing.yaml` names no team: the request is filed and listed"
        return
    found = destinations(team)
    for to in found:
        yield f"sent to {'Telegram group' if to.channel == 'team' else to.channel} {to.address}"
    if not found:
        yield "has no destination: the request is filed and listed"


def _understood(base: KnowledgeBase, request: Request) -> str:
    details = request.details
    need = f"need {details.need} ({need_label(base, request, base.languages[0])})"
    parts = [need if details.need else "no need", *_told(details)]
    return ", ".join([*parts, f"in {request.language}, by {request.channel}"])


def _told(details: Details) -> Iterator[str]:
    if details.surface:
        least, most = details.surface.least_m2, details.surface.most_m2
        yield f"{least}-{most} m²" if most else f"{least} m²"
    yield from (place.name for place in details.communes)
    if details.headcount is not None:
        yield f"headcount {details.headcount}"
    if details.company:
        company = details.company
        known = (company.siret or company.siren, company.activity, company.headcount_band)
        yield " ".join(filter(None, ("company", *known)))


def _condition(judged: Judgement) -> str:
    wanted, found = _listed(judged.wanted), _listed(judged.found)
    if judged.key == "words":
        has = f"it has {found}" if found else "it has none of them"
    else:
        has = f"it has {found}" if found else "it has none"
    return harmless(f"{judged.key}: {wanted} – {has}: {'yes' if judged.held else 'no'}")


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_MOST_NAMED])
    return f"{shown} and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else shown


def _because(routed: Routed) -> Iterator[str]:
    for reason in routed.reasons:
        match reason:
            case Default(team=str()):
                yield "no rule applies, so the default team has it"
            case Away(backup=None):
                yield (
                    f"{reason.team} is absent up to {reason.last}, and nobody who is there backs"
                    " it up"
                )
            case Away():
                yield f"{reason.team} is absent up to {reason.last}: {reason.backup} backs it up"
            case Foreign():
                yield f"{reason.language} is not among the languages of {reason.team}"


def as_table(loaded: Loaded, tried: Sequence[tuple[Given, Routed]]) -> list[str]:
    """Several requests, a line each, and how many go where a person said they should."""
    rows = [
        (routed.team or "-", _instead(given, routed), routed.rule or "(default)", given.shown)
        for given, routed in tried
    ]
    lines = table(_TITLES, rows)
    expected = [(given, routed) for given, routed in tried if given.expected]
    if expected:
        right = sum(given.expected == routed.team for given, routed in expected)
        lines += ["", f"{right} of {len(expected)} go to the team that was named for them"]
        known = {team.id for team in loaded.base.routing.teams}
        unknown = sorted({given.expected for given, _ in expected if given.expected} - known)
        lines += [f"there is no team {', '.join(unknown)}"] if unknown else []
    return lines


def _instead(given: Given, routed: Routed) -> str:
    return given.expected if given.expected and given.expected != routed.team else ""


def tried(loaded: Loaded, given: Sequence[Given], today: dt.date) -> list[tuple[Given, Routed]]:
    """Each of ``given`` with who would get it on the day ``today``."""
    return [(one, route(loaded.base, one.request, today)) for one in given]
