"""Measure the matcher with word vectors and without, and print and write the tables."""

from __future__ import annotations

import argparse
import math
import sys
import tempfile
from pathlib import Path

from benchmarks.matching import report
from benchmarks.matching.resources import Failure, Limits, isolated, use_one_core
from benchmarks.vectors.sets import Set, every_set
from benchmarks.vectors.trial import Task, Trial, try_out
from knowledge.vectors import PACKAGES, installed

_LIMITS = Limits(seconds=600)
_KINDS = {"without": False, "with": True}
_FOUND = (
    *("set", "vectors", "in scope", "right", "first three"),
    *(
        "no word shared",
        "right",
        "first three",
        "AUROC",
        "out of scope answered",
        "entry gone, answered",
    ),
)
_COST = ("vectors", "", "ready after s", "peak MiB", "median ms", "p99 ms")
_NOTES = """\
The matcher as it is, and with the extra `vectors` installed. *no word shared*: messages in scope
without a content word of any question of the entry that answers them, as the matcher reads them
(mended, stemmed, synonyms taken for one; content words are all but the hundred commonest); *right*
and *first three* after it are of these. *out of scope answered*: false answers, with the usual
costs. *entry gone, answered*: also false answers, to the messages in scope where the entries that
answer them were taken out, a third of the folder at a time. The public sets know each entry by at
most ten phrasings; where half of the own folder's questions are asked, it knows the other half.
Times depend on what else the machine does: read the ratios."""


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.vectors", description="The matcher with word vectors."
    )
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="also write the tables here")
    parser.add_argument("--seed", type=int, default=0, help="of phrasings (default: 0)")
    return parser.parse_args()


def _found(asked: Set, kind: str, trial: Trial | Failure) -> list[str]:
    if isinstance(trial, Failure):
        return [asked.name, kind, report.not_measured(trial)]
    every, unshared = trial.every, trial.unshared
    return [
        *(asked.name, kind, f"{len(asked.messages) - trial.strange.whole:,}"),
        *(report.share(every.right), report.share(every.among_shown), f"{trial.count:,}"),
        *(report.share(unshared.right), report.share(unshared.among_shown)),
        "–" if math.isnan(every.auroc) else f"{every.auroc:.3f}",
        *(str(trial.strange), str(trial.gone)),
    ]


def _costs(asked: Set) -> str:
    """What a folder costs when it is learnt, and when what was learnt is started from."""
    rows = []
    for kind, with_vectors in _KINDS.items():
        with tempfile.TemporaryDirectory() as folder:
            for stage in ("learnt", "started from what was learnt"):
                trial = isolated(
                    try_out, Task(asked, with_vectors, Path(folder), gone=False), _LIMITS
                )
                rows.append([kind, stage, *_cost_cells(trial)])
    return report.table(_COST, rows)


def _cost_cells(trial: Trial | Failure) -> list[str]:
    if isinstance(trial, Failure):
        return [report.not_measured(trial)]
    median, p99, ready, peak = report.cost_cells(trial.cost)
    return [ready, peak, median, p99]


def _measured(sets: list[Set]) -> str:
    rows = []
    for asked in sets:
        for kind, with_vectors in _KINDS.items():
            with tempfile.TemporaryDirectory() as folder:
                trial = isolated(
                    try_out, Task(asked, with_vectors, Path(folder), gone=True), _LIMITS
                )
            rows.append(_found(asked, kind, trial))
    return report.table(_FOUND, rows)


def main() -> None:
    """Measure and print; with --markdown also write."""
    options = _options()
    if installed().keys() != PACKAGES.keys():
        sys.exit("the word vectors are not installed: run `make vectors` first")
    use_one_core()
    sets = every_set(options.seed)
    own = next(asked for asked in sets if asked.name.endswith("unseen.jsonl"))
    title = f"### What it costs: {own.name}"
    heading = ["## With word vectors", report.made_by("benchmarks.vectors"), _NOTES]
    section = "\n\n".join([*heading, _measured(sets), title, _costs(own)])
    print(section)
    if options.markdown:
        report.write_section(options.markdown, "vectors", section)


if __name__ == "__main__":
    main()
