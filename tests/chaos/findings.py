"""What a run shows: promises that were broken, case by case, and figures."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

CASES_SHOWN = 5


@dataclass
class Findings:
    """``broken`` must hold no case; ``figures`` tell what a run went through."""

    broken: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """Cases by the promise that they break."""
    figures: dict[str, object] = field(default_factory=dict)

    def check(self, promise: str, cases: Iterable[object]) -> None:
        """Each of ``cases`` breaks ``promise``. It is listed as looked into even without any."""
        self.broken[promise] += map(str, cases)

    @property
    def violations(self) -> dict[str, list[str]]:
        """What must not be, and is."""
        return {promise: cases for promise, cases in self.broken.items() if cases}

    def table(self) -> str:
        """All of it as lines to read."""
        rows = [*self.figures.items(), *((name, len(cases)) for name, cases in self.broken.items())]
        lines = [f"{name:<56}{value!s:>10}" for name, value in rows]
        for promise, cases in self.violations.items():
            more = len(cases) - CASES_SHOWN
            lines += [f"BROKEN: {promise}: {case}" for case in cases[:CASES_SHOWN]]
            lines += [f"  and {more} more"] if more > 0 else []
        return "\n".join(lines)
