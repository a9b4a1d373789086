"""Measure the matcher and its peers on sets of questions, and print and write the tables."""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.matching import report
from benchmarks.matching.figures import Trial
from benchmarks.matching.resources import Failure, Limits, isolated, use_one_core
from benchmarks.matching.sets import DATA, PHRASINGS, Sample, read
from benchmarks.matching.trial import SYSTEMS, Task, try_out

_SECONDS_A_SYSTEM = 1800
_NOTES = f"""\
Each entry is known by at most {PHRASINGS} phrasings. *right* and *first three*: messages in scope
whose entry comes first, or among the first three, when nothing is refused. *AUROC*: the chance that
a message in scope scores above one out of scope. *kept and right*, *refused*: of the messages in
scope and out of it, with a threshold on the best score, set on the clean messages where the two
shares are nearest to each other. Misspelt messages have one slip for eight letters, at least one
(a letter left out, added, replaced, or two swapped), the same slips for every system.

Times are of one message at a time, clean and misspelt together, on a machine shared with other
work: read the ratios, not the milliseconds. Each system ran in a process of its own, on one
core; *peak MiB* is its greatest resident memory less what it held with its imports and the set."""


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.matching", description="The matcher beside its peers."
    )
    parser.add_argument("sets", nargs="*", type=Path, metavar="SET.json", help="default: the data")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="also write the tables here")
    parser.add_argument("--seed", type=int, default=0, help="of phrasings and slips (default: 0)")
    parser.add_argument(
        "--only", action="append", choices=SYSTEMS, help="a system to measure; may be repeated"
    )
    return parser.parse_args()


def _measure(sample: Sample, chosen: list[str], seed: int) -> dict[str, Trial | Failure]:
    trials: dict[str, Trial | Failure] = {}
    for system in chosen:
        limits = Limits(seconds=_SECONDS_A_SYSTEM)
        trials[SYSTEMS[system].name] = isolated(try_out, Task(system, sample, seed), limits)
    return trials


def _section(sample: Sample, trials: dict[str, Trial | Failure]) -> str:
    strange = sum(entry is None for _, entry in sample.messages)
    title = (
        f"### {sample.name}: {len(sample.entries)} entries, {len(sample.phrasings):,} phrasings, "
        f"{len(sample.messages) - strange:,} messages in scope, {strange:,} out of scope"
    )
    clean, misspelt = report.found(trials, "clean"), report.found(trials, "misspelt")
    return "\n\n".join([title, clean, misspelt, report.costs(trials, SYSTEMS["ours"].name)])


def main() -> None:
    """Measure and print; with --markdown also write."""
    options = _options()
    use_one_core()
    sections = ["## Beside other systems", report.made_by("benchmarks.matching"), _NOTES]
    for path in options.sets or sorted(DATA.glob("*.json")):
        sample = read(path, options.seed)
        trials = _measure(sample, options.only or list(SYSTEMS), options.seed)
        sections.append(_section(sample, trials))
        print(sections[-1], end="\n\n", flush=True)
    if options.markdown:
        report.write_section(options.markdown, "systems", "\n\n".join(sections))


if __name__ == "__main__":
    main()
