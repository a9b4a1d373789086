"""Ranges of headcount as the State codes them (INSEE, *tranche d'effectif salarié*).

``data/headcounts.csv`` has the words of each; ``NN`` (no employer, or presumed to be none) says
nothing certain and has none.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources


def words(code: str) -> str:
    """The range of ``code`` in the State's words, as "20 à 49 salariés", or nothing."""
    return _words().get(code, "")


@cache
def _words() -> dict[str, str]:
    table = resources.files("knowledge") / "data" / "headcounts.csv"
    with table.open(encoding="utf-8") as lines:
        return {row["code"]: row["words"] for row in csv.DictReader(lines)}
