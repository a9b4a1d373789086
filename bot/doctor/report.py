"""Findings as text for a terminal, and as data for programs."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from bot.doctor.finding import MATTERS, Finding, Level, worst
from bot.listing.text import harmless
from knowledge.loading import count

if TYPE_CHECKING:
    from collections.abc import Sequence

_COLOURS: dict[Level, str] = {"ok": "green", "warning": "yellow", "fault": "red"}
_LEVEL_WIDTH = max(map(len, _COLOURS)) + 2
_MATTER_WIDTH = max(map(len, MATTERS)) + 2


def as_text(findings: Sequence[Finding]) -> list[str]:
    """Lines of what was found, each trouble with its mend below it, and how many there are.

    They are coloured; :func:`click.echo` takes the colours off where nobody sees them.
    """
    return [line for finding in findings for line in _lines(finding)] + ["", _counted(findings)]


def _lines(finding: Finding) -> list[str]:
    level = click.style(finding.level.ljust(_LEVEL_WIDTH), fg=_COLOURS[finding.level])
    first = f"{level}{finding.matter.ljust(_MATTER_WIDTH)}{harmless(finding.what)}"
    indent = " " * (_LEVEL_WIDTH + _MATTER_WIDTH)
    return [first, f"{indent}→ {harmless(finding.mend)}"] if finding.mend else [first]


def _counted(findings: Sequence[Finding]) -> str:
    counts = {
        level: sum(finding.level == level for finding in findings) for level in ("fault", "warning")
    }
    said = [count(number, level) for level, number in counts.items() if number]
    return ", ".join(said) or "all is well"


def as_data(findings: Sequence[Finding], at: dt.datetime) -> dict[str, Any]:
    """``status`` is the worst level, ``findings`` are all, in the order of the text."""
    return {
        "status": worst(findings),
        "examined_at": at.isoformat(timespec="seconds"),
        "findings": [asdict(finding) for finding in findings],
    }
