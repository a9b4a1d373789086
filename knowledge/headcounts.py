"""Ranges of headcount as the State codes them (INSEE, *tranche d'effectif salarié*).

``data/headcounts.csv`` has the words of each; ``NN`` (no employer, or presumed to be none) says
nothing certain and has none.
"""

from __future__ import annotations

import csv
import re
from functools import cache
from importlib import resources

_NUMBER = re.compile(r"[0-9]{1,3}(?:\s[0-9]{3})+(?![0-9])|[0-9]+")
_AND_MORE = re.compile(r"\bplus\b", re.IGNORECASE)


def words(code: str) -> str:
    """The range of ``code`` in the State's words, as "20 à 49 salariés", or nothing."""
    return _words().get(code, "")


def bounds(band: str) -> tuple[int, int | None] | None:
    """The least and the most of a range in words; no most for "10 000 salariés et plus"."""
    numbers = [int(re.sub(r"\s", "", number)) for number in _NUMBER.findall(band)]
    if not numbers:
        return None
    open_ended = len(numbers) == 1 and _AND_MORE.search(band)
    return min(numbers), None if open_ended else max(numbers)


@cache
def _words() -> dict[str, str]:
    table = resources.files("knowledge") / "data" / "headcounts.csv"
    with table.open(encoding="utf-8") as lines:
        return {row["code"]: row["words"] for row in csv.DictReader(lines)}
