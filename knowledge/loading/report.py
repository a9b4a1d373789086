"""The check of a folder as lines to print."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from knowledge.loading.faults import KnowledgeError
from knowledge.loading.files import printable
from knowledge.loading.folder import Loaded, load

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from knowledge.loading.faults import Fault
    from knowledge.model import KnowledgeBase


def check_folder(
    folder: Path,
    *,
    strict: bool = False,
    today: dt.date | None = None,
    further: Callable[[Loaded], Iterable[Fault]] | None = None,
    counted: Callable[[KnowledgeBase], str] | None = None,
) -> tuple[list[str], int]:
    """What ``knowledge check`` prints of ``folder``, and its exit code.

    ``strict`` makes errors of warnings: the code is 1 when there is any of them. ``further`` looks
    for more of them in a folder that can be used. ``counted`` says of such a folder what it holds;
    without it, entries, questions and languages are counted.
    """
    try:
        loaded = load(folder, today)
    except KnowledgeError as problem:
        return _lines(problem.faults, strict=strict), 1
    found = further(loaded) if further else ()
    lines = _lines(tuple(sorted({*loaded.warnings, *found})), strict=strict)
    if strict and lines:
        return lines, 1
    warnings = count(len(lines), "warning") if lines else "all is well"
    return [*lines, f"{printable(folder)}: {warnings}; {(counted or _counted)(loaded.base)}"], 0


def _lines(faults: tuple[Fault, ...], *, strict: bool) -> list[str]:
    if strict:
        faults = tuple(dataclasses.replace(fault, severity="error") for fault in faults)
    return [str(fault) for fault in faults]


def _counted(base: KnowledgeBase) -> str:
    questions = sum(len(texts) for entry in base.entries for texts in entry.questions.values())
    return (
        f"{count(len(base.entries), 'entry', 'entries')}, {count(questions, 'question')}, "
        f"{count(len(base.languages), 'language')} ({', '.join(base.languages)})"
    )


def count(number: int, singular: str, plural: str = "") -> str:
    """``number`` with its noun: "1 entry", "2 entries"."""
    return f"{number} {singular if number == 1 else plural or singular + 's'}"
