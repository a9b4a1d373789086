"""What is learnt from labelled texts: the features they have, what each says, how far to trust it.

Immutable once learnt, and made of arrays alone, so that it can be kept between two starts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from knowledge import calibration
from knowledge.calibration import Calibration, evidence, shares, strange_share
from knowledge.classifier import RIVALS, Flags, Labels, Texts, Training, Votes
from knowledge.features import Row, Vectorizer, term_key
from knowledge.freed import give_back
from knowledge.leaning import Leaning
from knowledge.meaning import Likeness
from knowledge.sparse import Floats, Sparse
from knowledge.text import COMMUNE, Terms
from knowledge.told import Told

Arrays = dict[str, NDArray[Any]]


class Found(NamedTuple):
    """A label, its score, and the chance that it is the one meant among its rivals."""

    label: int
    score: float
    chance: float


class Doubt(NamedTuple):
    """A term that is refused elsewhere, how far it speaks, and the labels ``having`` it."""

    term: str
    weight: float
    having: NDArray[np.integer]


@dataclass(frozen=True)
class Index:
    """Finds the labels that a text may have."""

    vectorizer: Vectorizer
    votes: Votes
    calibration: Calibration
    leaning: Leaning
    told: Told

    @classmethod
    def learn(
        cls,
        texts: Iterable[Terms],
        labels: Labels,
        refusing: Flags,
        alike: Likeness,
        told: Told,
    ) -> Index:
        """Learn that each of ``texts`` has its label.

        ``refusing`` says of each label whether what it stands for is not answered, ``told`` what
        its answer tells; ``alike`` is what the texts' meaning says beside their words.
        """
        classes = len(refusing)
        lengths: list[int] = []
        vectorizer, rows = Vectorizer.fit(_measured(texts, lengths))
        learnt = Texts(rows, np.array(lengths, np.int64), vectorizer.single)
        leaning = Leaning.learn(rows.where(vectorizer.single[rows.columns]), labels, refusing)
        give_back()
        training = Training(learnt, labels, classes)
        judged = training
        if not training.is_trained:
            kept = np.flatnonzero(labels < _labels_of(labels, calibration.MOST_TEXTS))
            judged = Training(learnt.some(kept), labels[kept], classes)
            alike = alike.some(kept)
        del rows, learnt  # laid out anew, they are not needed where memory is at its peak
        give_back()
        strange = strange_share(refusing.mean() if classes else 0.0)
        calibrated = calibration.calibrate(judged, strange, alike)
        return cls(vectorizer, training.fit(), calibrated, leaning, told)

    @classmethod
    def restore(cls, arrays: Arrays) -> Index:
        """The index that :meth:`arrays` was asked of.

        Raises:
            KeyError: an array is missing.
        """
        vectorizer = Vectorizer(
            arrays["keys"], arrays["idf"], float(arrays["unknown"]), arrays["single"]
        )
        votes = Sparse(
            arrays["starts"], arrays["labels"], arrays["weights"], int(arrays["classes"])
        )
        leaning = Leaning(arrays["refusing"], arrays["leaning"])
        told = Told(arrays["told"], arrays["told_by"])
        return cls(vectorizer, Votes(votes), Calibration(arrays["calibration"]), leaning, told)

    def arrays(self) -> Arrays:
        """All that was learnt."""
        return {
            "keys": self.vectorizer.keys,
            "idf": self.vectorizer.idf,
            "unknown": np.array(self.vectorizer.unknown),
            "single": self.vectorizer.single,
            "starts": self.votes.table.starts,
            "labels": self.votes.table.columns,
            "weights": self.votes.table.weights,
            "classes": np.array(self.votes.table.width),
            "calibration": self.calibration.parameters,
            "refusing": self.leaning.refusing,
            "leaning": self.leaning.weights,
            "told": self.told.keys,
            "told_by": self.told.labels,
        }

    def holds(self, terms: Sequence[str]) -> NDArray[np.bool_]:
        """For each term, whether any text holds it."""
        return self._columns(terms)[1]

    def _columns(self, terms: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Where the feature of each single term stands, and whether any text has it."""
        return self.vectorizer.columns([term_key(term) for term in terms])

    def row(self, terms: Terms) -> Row:
        """The features of ``terms`` that any text has."""
        return self.vectorizer.row(terms)

    def logits(self, row: Row) -> Floats:
        """What speaks for each label."""
        return self.votes.logits(row)

    def leant(self, logits: Floats, terms: Terms) -> Floats:
        """``logits``, and what ``terms`` say of what is answered and what is not."""
        if not self.leaning.belief:
            return logits
        columns, known = self._columns(terms.sequence)
        leant = self.leaning.joined(logits, columns[known], len(known))
        for doubt in self.doubts(terms):
            leant = self.leaning.doubted(leant, doubt.weight, doubt.having)
        return leant

    def doubts(self, terms: Terms) -> Iterator[Doubt]:
        """What speaks against answers that have neither asked nor told something of ``terms``."""
        columns, known = self._columns(terms.sequence)
        found = zip(terms.sequence, columns.tolist(), known.tolist(), strict=True)
        at = {term: column if held else None for term, column, held in found}
        for term, column in at.items():
            weight = self.leaning.doubt(column, asked=term in terms.asked)
            if weight:
                asked = [] if column is None else [self.votes.having(column)]
                any_place = at.get(COMMUNE) if term.startswith("@") else None
                if any_place is not None:  # what is asked of any commune is asked of each
                    asked.append(self.votes.having(any_place))
                yield Doubt(term, weight, np.concatenate([self.told.by(term), *asked]))

    def spoken(self, terms: Terms) -> float:
        """What speaks for the likeliest label of ``terms``."""
        return float(self.logits(self.row(terms)).max())

    def likeliest(
        self,
        logits: Floats,
        count: int,
        *,
        length: int,
        coverage: float,
        labels: NDArray[np.integer] | None = None,
    ) -> list[Found]:
        """Where the ``count`` likeliest labels stand in ``logits``, likeliest first.

        ``length`` is how many terms the text has, and ``coverage`` how much of it texts of the
        likeliest label say too; ``labels`` are those that ``logits`` are of, if not all.
        """
        first = int(logits.argmax())
        rivalling = self.leaning.beside_an_answer(logits, labels)
        order = np.argsort(-rivalling, kind="stable")[: max(count, RIVALS)]
        order = np.array([first, *order[order != first]])[: max(count, RIVALS)]
        parts = shares(rivalling[order], length)
        known, score = self.calibration.probabilities(evidence(logits[first], coverage), parts[0])
        rest = max(1e-9, 1.0 - float(parts[0]))
        others = np.minimum(known * (1.0 - score) * parts[1:count] / rest, score)
        chances = known * parts[:count]
        scores = [float(score), *others.tolist()]
        return [*map(Found, order[:count].tolist(), scores, chances.tolist())]


def mixed(first: Sequence[Found], second: Sequence[Found], share: float) -> list[Found]:
    """What is found where ``first`` holds with the chance ``share``, and else ``second``."""
    both: dict[int, Found] = {}
    for found, part in ((first, share), (second, 1 - share)):
        for label, score, chance in found:
            _, other_score, other_chance = both.get(label, Found(label, 0.0, 0.0))
            both[label] = Found(label, other_score + part * score, other_chance + part * chance)
    likeliest = sorted(both.values(), key=lambda found: -found.chance)
    # What is likelier to be meant is no less likely to be right.
    scores = accumulate((found.score for found in likeliest), min)
    return [found._replace(score=score) for found, score in zip(likeliest, scores, strict=True)]


def _measured(texts: Iterable[Terms], lengths: list[int]) -> Iterator[Terms]:
    """``texts`` as they come, while how many terms each has is noted."""
    for terms in texts:
        lengths.append(len(terms.sequence))
        yield terms


def _labels_of(labels: Labels, count: int) -> int:
    """How many of the first labels have ``count`` texts among them."""
    return int(np.searchsorted(np.cumsum(np.bincount(labels)), count))
