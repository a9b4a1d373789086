"""Text for a terminal: tables, times, and people's words made harmless."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

_GAP = "  "
_CONTROLS = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Categories of characters that steer a terminal or turn its text around, and half characters."""


def harmless(text: str) -> str:
    """``text`` on one line, without what steers a terminal or hides what is written."""
    shown = "".join(" " if unicodedata.category(sign) in _CONTROLS else sign for sign in text)
    return re.sub(r"\s+", " ", shown).strip()


def paragraphs(text: str) -> list[str]:
    """The lines of ``text``, each :func:`harmless`."""
    return [harmless(line) for line in text.splitlines() if line.strip()]


def at(time: dt.datetime) -> str:
    """A time as the reader's clock shows it."""
    return time.astimezone().strftime("%Y-%m-%d %H:%M")


def cut(text: str, longest: int) -> str:
    """``text``, or its beginning where it is longer than ``longest``."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines with their columns below each other."""
    lines = [list(titles), *(list(map(harmless, row)) for row in rows)]
    widths = [max(map(_width, column)) for column in zip(*lines, strict=True)]
    return [
        _GAP.join(
            cell + " " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True)
        ).rstrip()
        for line in lines
    ]


def _width(text: str) -> int:
    """How many columns of a terminal ``text`` takes."""
    return sum(
        2 if unicodedata.east_asian_width(sign) in "WF" else 1
        for sign in text
        if not unicodedata.combining(sign)
    )
