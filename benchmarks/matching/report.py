"""Tables in Markdown, and their place in a document."""

from __future__ import annotations

import math
import shlex
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

from benchmarks.matching.figures import Cost, Trial
from benchmarks.matching.resources import Failure

_FOUND = ("right", "first three", "AUROC", "kept and right", "refused")
_COST = ("cost", "median ms", "÷ this matcher", "p99 ms", "build s", "peak MiB")


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; a row that is too short is filled with empty cells."""
    lines = [header, ["---"] * len(header)]
    lines += [[*row, *[""] * (len(header) - len(row))] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def found(trials: dict[str, Trial | Failure], messages: Literal["clean", "misspelt"]) -> str:
    """What each system finds and refuses."""
    rows = [
        [name, *([not_measured(trial)] if isinstance(trial, Failure) else _found(trial, messages))]
        for name, trial in trials.items()
    ]
    return table((messages, *_FOUND), rows)


def _found(trial: Trial, messages: Literal["clean", "misspelt"]) -> list[str]:
    found = trial.clean if messages == "clean" else trial.misspelt
    quality, kept = found.quality, found.kept
    auroc = "–" if math.isnan(quality.auroc) else f"{quality.auroc:.3f}"
    shares = [share(quality.right), share(quality.among_shown), auroc]
    return [*shares, share(kept.right), share(kept.refused)]


def costs(trials: dict[str, Trial | Failure], ours: str) -> str:
    """What each system costs, and its time as a multiple of ours."""
    own = trials.get(ours)
    unit = own.cost.median_ms if isinstance(own, Trial) else math.nan
    return table(_COST, [[name, *_cost_cells(trial, unit)] for name, trial in trials.items()])


def _cost_cells(trial: Trial | Failure, unit: float) -> list[str]:
    if isinstance(trial, Failure):
        return [not_measured(trial)]
    median, *others = cost_cells(trial.cost)
    return [median, ratio(trial.cost.median_ms, unit), *others]


def cost_cells(cost: Cost) -> list[str]:
    """Median and p99 in milliseconds, seconds to build, MiB at most."""
    peak = "–" if cost.peak_mib is None else f"{cost.peak_mib:.0f}"
    return [f"{cost.median_ms:.2f}", f"{cost.p99_ms:.2f}", f"{cost.build_seconds:.2f}", peak]


def made_by(module: str) -> str:
    """The command that is running, to be run again."""
    return f"Made by `{shlex.join(['python', '-m', module, *sys.argv[1:]])}`."


def share(value: float) -> str:
    """A share in per cent."""
    return "–" if math.isnan(value) else f"{value:.1%}"


def ratio(value: float, unit: float) -> str:
    """How many times ``unit`` a value is."""
    return "–" if math.isnan(value / unit) else f"{value / unit:.3g}"


def not_measured(failure: Failure) -> str:
    """The cell of a system without figures."""
    return f"not measured: {failure.reason}".replace("|", "/").replace("\n", " ")


def write_section(path: Path, name: str, text: str) -> None:
    """Put ``text`` into ``path`` in place of what this wrote there before under ``name``."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    section = f"{begin}\n{text}\n{end}\n"
    held = path.read_text(encoding="utf-8") if path.exists() else ""
    before, found_begin, rest = held.partition(begin)
    _, found_end, after = rest.partition(f"{end}\n")
    if found_begin and found_end:
        path.write_text(before + section + after, encoding="utf-8")
    else:
        path.write_text(f"{held.rstrip()}\n\n{section}".lstrip(), encoding="utf-8")
