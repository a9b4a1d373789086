"""The matcher beside what one would use instead, on public sets of questions, in one run.

    python benchmarks/matching.py [--markdown FILE] [SET.json …]

A set has ``entries`` {id: [phrasings]}, ``validation`` [[text, id or null]] and ``lang``; entries
are reduced to ten phrasings. Each system sees the same phrasings and the same messages, clean and
misspelt (one slip for eight letters: a letter left out, added, replaced, or two swapped).
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import bm25s
import numpy as np
from rapidfuzz import fuzz, process, utils
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline, make_union
from sklearn.svm import LinearSVC

from knowledge.matching import Matcher
from knowledge.model import Entry, KnowledgeBase, Messages
from knowledge.text import fold, words

PHRASINGS = 10
LETTERS_A_SLIP = 8
ALPHABET = "abcdefghijklmnopqrstuvwxyz"
DATA = Path(__file__).parent / "data"

Ranking = list[tuple[str, float]]
System = Callable[[str], Ranking]


@dataclass(frozen=True)
class Sample:
    """A set of questions, reduced."""

    name: str
    language: str
    entries: dict[str, list[str]]
    messages: list[tuple[str, str | None]]


def read(path: Path, seed: int) -> Sample:
    """The set in ``path``, with at most :data:`PHRASINGS` phrasings an entry."""
    data = json.loads(path.read_text(encoding="utf-8"))
    draw = random.Random(seed)  # noqa: S311 - a reproducible sample, not a secret
    entries = {
        name: phrasings if len(phrasings) <= PHRASINGS else draw.sample(phrasings, PHRASINGS)
        for name, phrasings in data["entries"].items()
    }
    return Sample(path.stem, data["lang"], entries, [(t, e) for t, e in data["validation"]])


def misspell(text: str, draw: random.Random) -> str:
    """``text`` with a slip for every eight of its letters, at least one."""
    letters = list(text)
    for _ in range(max(1, round(sum(c.isalpha() for c in text) / LETTERS_A_SLIP))):
        places = [n for n, c in enumerate(letters) if c.isalpha()]
        if not places:
            break
        at = draw.choice(places)
        match draw.randrange(4):
            case 0:
                letters.pop(at)
            case 1:
                letters.insert(at, draw.choice(ALPHABET))
            case 2:
                letters[at] = draw.choice(ALPHABET)
            case _ if at + 1 < len(letters):
                letters[at], letters[at + 1] = letters[at + 1], letters[at]
    return "".join(letters)


# -- systems ------------------------------------------------------------------------------------


def ours(sample: Sample) -> System:
    """This project's matcher."""
    ids = {name: f"entry-{n}" for n, name in enumerate(sample.entries)}
    names = {entry_id: name for name, entry_id in ids.items()}
    said = {"fr": "…", "en": "…"}
    texts = {name: said for name, field in Messages.model_fields.items() if field.is_required()}
    base = KnowledgeBase(
        entries=tuple(
            Entry.model_validate(
                {
                    "id": ids[name],
                    "questions": {sample.language: phrasings},
                    "answer": {sample.language: "…"},
                }
            )
            for name, phrasings in sample.entries.items()
        ),
        messages=Messages.model_validate(texts),
    )
    matcher = Matcher(base)
    language = base.languages[0]
    return lambda text: [
        (names[match.entry.id], match.score) for match in matcher.match(text, language)
    ]


def _flat(sample: Sample) -> tuple[list[str], list[str]]:
    pairs = [(text, name) for name, texts in sample.entries.items() for text in texts]
    return [text for text, _ in pairs], [name for _, name in pairs]


def _best_by_entry(names: Sequence[str], scores: Sequence[float]) -> Ranking:
    best: dict[str, float] = {}
    for name, score in zip(names, scores, strict=True):
        best[name] = max(best.get(name, -np.inf), score)
    return sorted(best.items(), key=lambda pair: -pair[1])[:5]


def fuzzy(scorer: Callable[..., float]) -> Callable[[Sample], System]:
    """A rapidfuzz scorer over all phrasings, with rapidfuzz's own normalisation."""

    def build(sample: Sample) -> System:
        phrasings, names = _flat(sample)
        known = [utils.default_process(text) for text in phrasings]

        def rank(text: str) -> Ranking:
            typed = utils.default_process(text)
            scores = process.cdist([typed], known, scorer=scorer)[0]
            return _best_by_entry(names, scores.tolist())

        return rank

    return build


def bm25(sample: Sample) -> System:
    """BM25 (bm25s, its defaults) over folded words."""
    phrasings, names = _flat(sample)
    index = bm25s.BM25()
    index.index([words(text) for text in phrasings], show_progress=False)

    def rank(text: str) -> Ranking:
        return _best_by_entry(names, index.get_scores(words(text)).tolist())

    return rank


def linear_svc(sample: Sample) -> System:
    """scikit-learn: TF-IDF of words, pairs and letters, and a linear support vector machine."""
    phrasings, names = _flat(sample)
    features = make_union(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True),
    )
    model = make_pipeline(features, LinearSVC()).fit([fold(text) for text in phrasings], names)
    classes = list(model.classes_)

    def rank(text: str) -> Ranking:
        return _best_by_entry(classes, model.decision_function([fold(text)])[0].tolist())

    return rank


SYSTEMS: dict[str, Callable[[Sample], System]] = {
    "this matcher": ours,
    "rapidfuzz WRatio": fuzzy(fuzz.WRatio),
    "rapidfuzz token_set_ratio": fuzzy(fuzz.token_set_ratio),
    "BM25 (bm25s)": bm25,
    "TF-IDF + LinearSVC (scikit-learn)": linear_svc,
}


# -- measures -----------------------------------------------------------------------------------


def auroc(inside: Sequence[float], outside: Sequence[float]) -> float:
    """The chance that a message in scope scores above one out of scope."""
    ranks = np.concatenate([inside, outside]).argsort(kind="stable").argsort() + 1.0
    count = len(inside)
    return float((ranks[:count].sum() - count * (count + 1) / 2) / (count * len(outside)))


def measure(rank: System, sample: Sample, *, slips: bool) -> dict[str, float]:
    """Accuracy, the right entry among three, AUROC and milliseconds a message."""
    draw = random.Random(1)  # noqa: S311 - the same slips for every system
    right = among = 0
    inside: list[float] = []
    outside: list[float] = []
    took: list[float] = []
    for text, expected in sample.messages:
        typed = misspell(text, draw) if slips else text
        start = time.perf_counter()
        ranking = rank(typed)
        took.append(1000 * (time.perf_counter() - start))
        score = ranking[0][1] if ranking else -np.inf
        (outside if expected is None else inside).append(score)
        if expected is not None:
            found = [name for name, _ in ranking]
            right += found[:1] == [expected]
            among += expected in found[:3]
    return {
        "right": right / len(inside),
        "among three": among / len(inside),
        "AUROC": auroc(inside, outside) if outside else float("nan"),
        "median ms": statistics.median(took),
    }


def table(sample: Sample) -> str:
    """Every system on ``sample``, as a Markdown table."""
    lines = [
        f"### {sample.name}: {len(sample.entries)} entries, {len(sample.messages)} messages",
        "",
        "| system | right | first three | AUROC | misspelt: right | AUROC | median ms | build s |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, build in SYSTEMS.items():
        start = time.perf_counter()
        rank = build(sample)
        built = time.perf_counter() - start
        clean, slips = (measure(rank, sample, slips=slips) for slips in (False, True))
        lines.append(
            f"| {name} | {clean['right']:.1%} | {clean['among three']:.1%} | {clean['AUROC']:.3f} "
            f"| {slips['right']:.1%} | {slips['AUROC']:.3f} | {clean['median ms']:.2f} "
            f"| {built:.1f} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Measure and print; with --markdown also write."""
    parser = argparse.ArgumentParser(description="The matcher beside its peers.")
    parser.add_argument("sets", nargs="*", type=Path, default=sorted(DATA.glob("*.json")))
    parser.add_argument("--markdown", type=Path, help="also write the tables to this file")
    parser.add_argument("--seed", type=int, default=0, help="of the choice of phrasings")
    options = parser.parse_args()
    tables = []
    for path in options.sets or sorted(DATA.glob("*.json")):
        tables.append(table(read(path, options.seed)))
        print(tables[-1], flush=True)
    if options.markdown:
        options.markdown.write_text("\n\n".join(tables) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
