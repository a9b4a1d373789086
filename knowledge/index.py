"""What is learnt from labelled texts: the features they have, what each says, how far to trust it.

Immutable once learnt, and made of arrays alone, so that it can be kept between two starts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge import calibration
from knowledge.calibration import Calibration
from knowledge.classifier import RIVALS, Labels, Training, Votes
from knowledge.features import Floats, Vectorizer, term_key
from knowledge.text import Terms

_SHARPNESS = 2.0
_RIGHT_AMONG_OTHERS = 0.7
"""Of messages whose first match is wrong: how many mean one of the next; the rest mean none."""

Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Index:
    """Finds the labels that a text may have."""

    vectorizer: Vectorizer
    votes: Votes
    calibration: Calibration

    @classmethod
    def learn(cls, texts: Iterable[Terms], labels: Labels, classes: int) -> Index:
        """Learn that each of ``texts`` has its label, one of ``classes``."""
        vectorizer, rows = Vectorizer.fit(texts)
        training = Training(rows, labels, classes)
        judged = training
        if len(labels) > calibration.MOST_TEXTS:
            kept = np.flatnonzero(labels < _labels_of(labels, calibration.MOST_TEXTS))
            judged = Training(rows[kept], labels[kept], classes)
        return cls(vectorizer, training.fit(), calibration.calibrate(judged))

    @classmethod
    def restore(cls, arrays: Arrays) -> Index:
        """The index that :meth:`arrays` was asked of.

        Raises:
            KeyError: an array is missing.
        """
        vectorizer = Vectorizer(arrays["keys"], arrays["idf"], float(arrays["unknown"]))
        votes = Votes(arrays["starts"], arrays["labels"], arrays["weights"], int(arrays["classes"]))
        return cls(vectorizer, votes, Calibration(arrays["calibration"]))

    def arrays(self) -> Arrays:
        """All that was learnt."""
        return {
            "keys": self.vectorizer.keys,
            "idf": self.vectorizer.idf,
            "unknown": np.array(self.vectorizer.unknown),
            "starts": self.votes.starts,
            "labels": self.votes.labels,
            "weights": self.votes.weights,
            "classes": np.array(self.votes.classes),
            "calibration": self.calibration.parameters,
        }

    def holds(self, terms: Sequence[str]) -> NDArray[np.bool_]:
        """For each term, whether any text holds it."""
        return self.vectorizer.columns([term_key(term) for term in terms])[1]

    def logits(self, terms: Terms) -> Floats:
        """What speaks for each label."""
        return self.votes.logits(self.vectorizer.row(terms))

    def likeliest(self, logits: Floats, count: int) -> list[tuple[int, float]]:
        """The ``count`` likeliest labels and the probability of each, likeliest first."""
        order = np.argsort(-logits, kind="stable")[: max(count, RIVALS)]
        evidence = calibration.evidence(logits[order])
        first = float(self.calibration.probability(evidence[:1])[0])
        shares = np.exp(_SHARPNESS * (evidence[1:count, 1] - evidence[1:2, 1]))
        others = (1 - first) * _RIGHT_AMONG_OTHERS * shares / max(1.0, float(shares.sum()))
        scores = np.minimum.accumulate(np.append(first, others))
        return list(zip(order[:count].tolist(), scores.tolist(), strict=True))


def _labels_of(labels: Labels, count: int) -> int:
    """How many of the first labels have ``count`` texts among them."""
    return int(np.searchsorted(np.cumsum(np.bincount(labels)), count))
