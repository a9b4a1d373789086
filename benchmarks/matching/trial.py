"""One system on one set: every message heard, clean and misspelt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version

from benchmarks.matching import nlpjs, systems
from benchmarks.matching.figures import Found, Trial, cost
from benchmarks.matching.measures import balanced_threshold, kept, quality
from benchmarks.matching.sets import Sample
from benchmarks.matching.slips import misspell


@dataclass(frozen=True)
class System:
    """A system's name in the tables, and how it is built."""

    name: str
    start: Callable[[Sample], systems.Running]


SYSTEMS = {
    "ours": System("this matcher", systems.ours),
    "wratio": System(f"rapidfuzz {version('rapidfuzz')}, WRatio", systems.wratio),
    "token-set": System(
        f"rapidfuzz {version('rapidfuzz')}, token_set_ratio", systems.token_set_ratio
    ),
    "bm25": System(f"BM25 (bm25s {version('bm25s')})", systems.bm25),
    "svc": System(
        f"TF-IDF + LinearSVC (scikit-learn {version('scikit-learn')})", systems.linear_svc
    ),
    "nlpjs": System(f"NLP.js {nlpjs.version()}", nlpjs.nlpjs),
}


@dataclass(frozen=True)
class Task:
    """What a process is asked to measure."""

    system: str
    sample: Sample
    seed: int


def try_out(task: Task) -> Trial:
    """Build the system and let it hear every message; its threshold is set on the clean ones."""
    running = SYSTEMS[task.system].start(task.sample)
    messages = task.sample.messages
    clean = [running.hear(text, entry) for text, entry in messages]
    misspelt = [running.hear(misspell(text, task.seed), entry) for text, entry in messages]
    threshold = balanced_threshold(clean)
    return Trial(
        clean=Found(quality(clean), kept(clean, threshold)),
        misspelt=Found(quality(misspelt), kept(misspelt, threshold)),
        cost=cost(clean + misspelt, running.build_seconds, running.memory),
    )
