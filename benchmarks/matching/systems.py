"""This project's matcher and its peers in Python, each built from the same phrasings."""

from __future__ import annotations

import os
import pickle
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

import bm25s
import numpy as np
import Stemmer
from numpy.typing import NDArray
from rapidfuzz import fuzz, process, utils
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline, make_union
from sklearn.svm import LinearSVC

from benchmarks.matching.measures import Heard, Ranking
from benchmarks.matching.resources import Memory, timed
from benchmarks.matching.sets import Sample
from knowledge.matching import Matcher
from knowledge.model import Language

RANKED = 5
"""How many entries the peers name, as the matcher does."""

_WORD = re.compile(r"[^\W_]+")
_STEMMERS: dict[Language, str] = {"fr": "french", "en": "english"}

Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Running:
    """A system that was built and answers messages, one at a time."""

    ask: Callable[[str], tuple[Ranking, float]]
    build_seconds: float
    memory: Memory

    def hear(self, text: str, expected: str | None) -> Heard:
        """What it finds for ``text``."""
        ranking, seconds = self.ask(text)
        return Heard(expected, ranking, seconds)


@dataclass(frozen=True)
class Built(Generic[Thing]):
    """What a system learnt in this process, and what that took."""

    thing: Thing
    seconds: float
    memory: Memory

    def answering(self, rank: Callable[[str], Ranking]) -> Running:
        """The system whose answers ``rank`` gives."""
        return Running(lambda text: timed(lambda: rank(text)), self.seconds, self.memory)


def built(learn: Callable[[], Thing]) -> Built[Thing]:
    """``learn()``, timed; memory counts from here on, after imports and the reading of the set."""
    memory = Memory(os.getpid())
    thing, seconds = timed(learn)
    return Built(thing, seconds, memory)


def ours(sample: Sample, kept: Path | None = None) -> Running:
    """This project's matcher; started from what it learnt before if ``kept`` holds that."""
    base = sample.base()
    names = dict(zip((entry.id for entry in base.entries), sample.entries, strict=True))

    def learn() -> Matcher:
        if kept and kept.exists():
            return Matcher(base, pickle.loads(kept.read_bytes()))  # noqa: S301 - this run wrote it
        return Matcher(base)

    made = built(learn)
    if kept and not kept.exists():
        with kept.open("wb") as file:
            pickle.dump(made.thing.learned, file)
    return made.answering(
        lambda text: [
            (names[match.entry.id], match.score)
            for match in made.thing.match(text, sample.language)
        ]
    )


def fuzzy(scorer: Callable[..., float], sample: Sample) -> Running:
    """A rapidfuzz scorer over all phrasings, with rapidfuzz's own normalisation."""
    best = _BestByEntry(sample)
    made = built(lambda: [utils.default_process(text) for text in sample.phrasings])

    def rank(text: str) -> Ranking:
        typed = utils.default_process(text)
        return best.ranking(process.cdist([typed], made.thing, scorer=scorer)[0])

    return made.answering(rank)


def wratio(sample: Sample) -> Running:
    """The scorer that rapidfuzz's ``extract`` uses when none is named."""
    return fuzzy(fuzz.WRatio, sample)


def token_set_ratio(sample: Sample) -> Running:
    """The scorer of words in any order, with words that one text has and the other not."""
    return fuzzy(fuzz.token_set_ratio, sample)


def bm25(sample: Sample) -> Running:
    """BM25 (bm25s, its defaults) over Snowball stems, accents taken off after."""
    stemmer = Stemmer.Stemmer(_STEMMERS[sample.language])
    best = _BestByEntry(sample)

    def stems(text: str) -> list[str]:
        return [_plain(stem) for stem in stemmer.stemWords(_WORD.findall(text.casefold()))]

    def learn() -> bm25s.BM25:
        index = bm25s.BM25()
        index.index([stems(text) for text in sample.phrasings], show_progress=False)
        return index

    made = built(learn)
    return made.answering(lambda text: best.ranking(made.thing.get_scores(stems(text))))


def linear_svc(sample: Sample) -> Running:
    """scikit-learn: TF-IDF of words, pairs and letters, and a linear support vector machine."""
    features = make_union(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, strip_accents="unicode"),
        TfidfVectorizer(
            analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, strip_accents="unicode"
        ),
    )
    model = make_pipeline(features, LinearSVC(random_state=0))
    made = built(lambda: model.fit(sample.phrasings, sample.owners))
    classes: list[str] = model.classes_.tolist()
    return made.answering(lambda text: _top(classes, model.decision_function([text])[0]))


class _BestByEntry:
    """An entry scores as the best of its phrasings does."""

    def __init__(self, sample: Sample) -> None:
        self._entries = list(sample.entries)
        self._starts = np.array(sample.starts)

    def ranking(self, scores: NDArray[np.floating]) -> Ranking:
        """The best entries by the ``scores`` of all phrasings."""
        return _top(self._entries, np.maximum.reduceat(scores, self._starts))


def _top(entries: Sequence[str], scores: NDArray[np.floating]) -> Ranking:
    best = np.argsort(-scores, kind="stable")[:RANKED]
    return [(entries[n], float(scores[n])) for n in best]


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
