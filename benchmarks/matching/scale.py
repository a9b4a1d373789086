"""The matcher beside rapidfuzz as the knowledge grows to a hundred times its size."""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.matching import report, systems
from benchmarks.matching.figures import Cost, cost
from benchmarks.matching.growth import Growth
from benchmarks.matching.measures import quality
from benchmarks.matching.resources import Failure, Limits, isolated, use_one_core
from benchmarks.matching.sets import DATA, Sample
from benchmarks.matching.trial import SYSTEMS

SIZES = (1_500, 15_000, 150_000)
OURS = SYSTEMS["ours"].name
STORED = "this matcher, started from what it learnt"
PEERS = {SYSTEMS[key].name: SYSTEMS[key].start for key in ("token-set", "wratio")}
_COLUMNS = ("right", "median ms", "p99 ms", "ready after s", "peak MiB")
_NOTES = """\
The smallest set is real, ten phrasings of each of clinc150's entries. The larger ones are made of
it: its sentences, some spliced, with other English words for most of their content words, drawn as
often as English uses them. They are harder than a real set: compare systems, not sizes. Messages
are unseen variants of the phrasings.

One message at a time, each system in a process of its own, on one core. *÷*: the median time as a
multiple of that scorer's over all phrasings in the same run; the machine is shared with other work,
so read these ratios, not the milliseconds. *ready after*: to learn, or to start from what was
learnt. *peak MiB*: the greatest resident memory less what the process held with its imports and
the set."""


@dataclass(frozen=True)
class Task:
    """What a process is asked to measure: a system by its name, on a set."""

    system: str
    sample: Sample
    kept: Path


@dataclass(frozen=True)
class Trial:
    """How a system does on a set of some size."""

    right: float
    cost: Cost


def try_out(task: Task) -> Trial:
    """Build the system and let it hear every message."""
    running = _start(task.system)(task.sample, task.kept)
    heard = [running.hear(text, entry) for text, entry in task.sample.messages]
    return Trial(quality(heard).right, cost(heard, running.build_seconds, running.memory))


def _start(system: str) -> Callable[[Sample, Path], systems.Running]:
    if system in PEERS:
        return lambda sample, _: PEERS[system](sample)
    return systems.ours


def measure(sample: Sample, limits: Limits) -> dict[str, Trial | Failure]:
    """Every system on ``sample``; what the matcher learns is kept for its second start."""
    trials: dict[str, Trial | Failure] = {}
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / "learned"
        for system in (OURS, STORED, *PEERS):
            if system == STORED and isinstance(trials[OURS], Failure):
                trials[system] = Failure("nothing was learnt to start from")
            else:
                trials[system] = isolated(try_out, Task(system, sample, kept), limits)
    return trials


def section(sample: Sample, trials: dict[str, Trial | Failure]) -> str:
    """The table of one size."""
    words = {word for text in sample.phrasings for word in text.split()}
    title = f"### {sample.name}, {len(sample.entries):,} entries, {len(words):,} different words"
    header = ("system", *_COLUMNS, *(f"÷ {name.split()[-1]}" for name in PEERS))
    rows = [[name, *_cells(trial, trials)] for name, trial in trials.items()]
    return f"{title}\n\n{report.table(header, rows)}"


def _cells(trial: Trial | Failure, trials: dict[str, Trial | Failure]) -> list[str]:
    if isinstance(trial, Failure):
        return [report.not_measured(trial)]
    ratios = [_ratio(trial, trials[peer]) for peer in PEERS]
    return [report.share(trial.right), *report.cost_cells(trial.cost), *ratios]


def _ratio(trial: Trial, peer: Trial | Failure) -> str:
    if isinstance(peer, Failure):
        return "–"
    return report.ratio(trial.cost.median_ms, peer.cost.median_ms)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.matching.scale", description="The matcher as knowledge grows."
    )
    parser.add_argument("sizes", nargs="*", type=int, metavar="SIZE", help="phrasings")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="also write the tables here")
    parser.add_argument("--seed", type=int, default=0, help="of the made sets (default: 0)")
    parser.add_argument("--messages", type=int, default=100, help="a size (default: 100)")
    parser.add_argument("--limit", type=float, default=600, help="seconds a system (default: 600)")
    parser.add_argument("--memory", type=int, default=8192, help="MiB a system (default: 8192)")
    return parser.parse_args()


def main() -> None:
    """Measure and print; with --markdown also write."""
    options = _options()
    use_one_core()
    limits = Limits(seconds=options.limit, memory_mib=options.memory)
    sources = json.loads((DATA / "clinc150_dev.json").read_text(encoding="utf-8"))["entries"]
    growth = Growth(sources, options.seed)
    sections = ["## As knowledge grows", report.made_by("benchmarks.matching.scale"), _NOTES]
    for size in options.sizes or SIZES:
        sample = growth.sample(size, options.messages)
        sections.append(section(sample, measure(sample, limits)))
        print(sections[-1], end="\n\n", flush=True)
    if options.markdown:
        report.write_section(options.markdown, "scale", "\n\n".join(sections))


if __name__ == "__main__":
    main()
