"""What an examination finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Iterable

Level = Literal["ok", "warning", "fault"]
LEVELS: tuple[Level, ...] = get_args(Level)
"""From well to worst. A fault keeps something that is set from working; a warning does not."""

Matter = Literal[
    "settings",
    "knowledge",
    "routing",
    "database",
    "inbox",
    "outbox",
    "requests",
    "deliveries",
    "disk",
    "cache",
    "port",
    "telegram",
    "updates",
    "groups",
    "mail",
    "webhooks",
    "directory",
    "clock",
]
MATTERS: tuple[Matter, ...] = get_args(Matter)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is as it should be, or ``what`` is wrong with it and the ``mend``."""

    matter: Matter
    level: Level
    what: str
    mend: str = ""


def ok(matter: Matter, what: str) -> Finding:
    """It is as it should be."""
    return Finding(matter, "ok", what)


def warning(matter: Matter, what: str, mend: str) -> Finding:
    """It works, and is worth a look before it does not."""
    return Finding(matter, "warning", what, mend)


def fault(matter: Matter, what: str, mend: str) -> Finding:
    """It does not work."""
    return Finding(matter, "fault", what, mend)


def worst(findings: Iterable[Finding]) -> Level:
    """The worst level of ``findings``; ``ok`` where there are none."""
    return max((finding.level for finding in findings), key=LEVELS.index, default="ok")
