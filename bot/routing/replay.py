"""Past requests over an edited folder: what would change."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.listing.text import table
from handlers.routing import route
from knowledge.loading import count

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from handlers.requests.model import Request
    from handlers.routing import Routed
    from knowledge.model import KnowledgeBase

_TITLES = ("REFERENCE", "FILED", "NEED", "NOW", "THEN", "RULE NOW", "RULE THEN")


@dataclass(frozen=True, slots=True)
class Replayed:
    """A past request, and who gets it by the folder in use and by the edited one."""

    request: Request
    now: Routed
    then: Routed


def replay(
    requests: Iterable[Request],
    base: KnowledgeBase,
    edited: KnowledgeBase,
    today: dt.date | None = None,
) -> list[Replayed]:
    """Each of ``requests`` by both folders, on its own day or else all on the day ``today``."""
    return [
        Replayed(
            request,
            route(base, request, today or request.consented_at.date()),
            route(edited, request, today or request.consented_at.date()),
        )
        for request in requests
    ]


def as_table(replayed: Sequence[Replayed]) -> list[str]:
    """The requests that another team would get, and how many they are."""
    moved = [one for one in replayed if one.now.team != one.then.team]
    rows = [
        (
            one.request.reference or "-",
            f"{one.request.consented_at:%Y-%m-%d}",
            one.request.details.need or "-",
            one.now.team or "-",
            one.then.team or "-",
            one.now.rule or "(default)",
            one.then.rule or "(default)",
        )
        for one in moved
    ]
    counted = _counted(replayed, moved)
    return [*table(_TITLES, rows), "", *counted] if rows else counted


def _counted(replayed: Sequence[Replayed], moved: Sequence[Replayed]) -> list[str]:
    ways = Counter((one.now.team or "-", one.then.team or "-") for one in moved)
    other_rule = sum(
        one.now.team == one.then.team and one.now.rule != one.then.rule for one in replayed
    )
    lines = [f"{len(moved)} of {count(len(replayed), 'request')} would go to another team"]
    lines += [f"  {n:>4}  {now} → {then}" for (now, then), n in ways.most_common()]
    if other_rule:
        lines.append(f"{other_rule} would go to the same team by another rule")
    return lines
