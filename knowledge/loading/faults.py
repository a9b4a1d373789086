"""What is wrong with a knowledge folder, said so that the person who wrote it can mend it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from rapidfuzz import fuzz, process

Severity = Literal["error", "warning"]

_NEAR = 60  # rapidfuzz's similarity, 0 to 100, from which a name is worth suggesting
_SHOWN_CHARACTERS = 60


class Place(NamedTuple):
    """Where something stands: the file as a person would open it; line and column from 1."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, order=True, slots=True)
class Fault:
    """One thing that is wrong, and how to mend it. Sorts by file, line and column."""

    file: str
    line: int
    column: int
    what: str
    mend: str
    severity: Severity = "error"

    def __str__(self) -> str:
        kind = "warning: " if self.severity == "warning" else ""
        return f"{self.file}:{self.line}:{self.column}: {kind}{self.what}; {self.mend}"


Report = Callable[[Fault], None]
"""Where the faults found on the way are put, so that all of them are said at once."""


def error(place: Place, what: str, mend: str) -> Fault:
    """What keeps a folder from being loaded."""
    return Fault(*place, what, mend)


def warning(place: Place, what: str, mend: str) -> Fault:
    """What is doubtful but usable."""
    return Fault(*place, what, mend, "warning")


class KnowledgeError(Exception):
    """The folder cannot be used. ``faults`` are all of them, warnings included, in order."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        super().__init__("\n".join(map(str, self.faults)))


def shown(value: object) -> str:
    """``value`` between backquotes, on one line, cut where it would hide what is said of it."""
    text = " ".join(str(value).split())
    if len(text) > _SHOWN_CHARACTERS:
        text = text[: _SHOWN_CHARACTERS - 1] + "…"
    return f"`{text}`"


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The one of ``known`` that somebody who wrote ``name`` most likely meant."""
    found = process.extractOne(name, list(known), scorer=fuzz.ratio, score_cutoff=_NEAR)
    return found[0] if found else None
