"""What is learnt from labelled texts: a classifier over them, and the evidence for each label."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from knowledge import classifier
from knowledge.features import Vectorizer
from knowledge.text import Terms

_DRAFT_ITERATIONS = 4

Floats = classifier.Floats
Labels = classifier.Labels


@dataclass(frozen=True, slots=True)
class Candidate:
    """A label that a text may have, and what speaks for it (see :data:`calibration.EVIDENCE`)."""

    label: int
    evidence: tuple[float, ...]


class Index:
    """Texts and their labels, learnt. ``weights`` spares the training when they are known.

    A ``draft`` is trained less: near enough to see how sure it is of texts it does not hold.
    """

    def __init__(
        self,
        texts: Sequence[Terms],
        labels: Labels,
        classes: int,
        weights: Floats | None = None,
        *,
        draft: bool = False,
    ) -> None:
        order = np.argsort(labels, kind="stable")
        texts, labels = [texts[n] for n in order.tolist()], labels[order]
        self._classes = classes
        self._labels = labels
        self._starts = np.searchsorted(labels, np.arange(classes + 1))
        self._vectorizer = Vectorizer(texts)
        self._rows = self._vectorizer.rows(texts)
        self._present = np.zeros(classes, bool)
        self._present[labels] = True
        self._holders: defaultdict[str, set[int]] = defaultdict(set)
        for terms, label in zip(texts, labels.tolist(), strict=True):
            for term in {*terms.sequence, *terms.stems}:
                self._holders[term].add(label)
        self.weights = self._train(draft=draft) if weights is None else self._fitting(weights)

    def _train(self, *, draft: bool) -> Floats:
        root = classifier.factor(self._rows)
        iterations = _DRAFT_ITERATIONS if draft else classifier.ITERATIONS
        weights = classifier.fit(root, self._labels, self._classes, iterations)
        return classifier.feature_weights(self._rows, root, weights)

    def _fitting(self, weights: Floats) -> Floats:
        if weights.shape != (self._rows.shape[1], self._classes):
            raise ValueError("the weights are of other texts")
        return weights

    def holds(self, term: str) -> bool:
        """Whether any text holds ``term``."""
        return term in self._holders

    def row(self, terms: Terms) -> sparse.csr_matrix:
        """The text's features; an empty row when none of them is known."""
        return self._vectorizer.rows([terms])

    def logits(self, row: sparse.csr_matrix) -> Floats:
        """The classifier's logit of each label; minus infinity for one without texts."""
        logits = np.asarray(row.data @ self.weights[row.indices], np.float32)
        return np.where(self._present, logits, np.float32(-np.inf))

    def candidates(
        self, terms: Terms, row: sparse.csr_matrix, logits: Floats, count: int = 1
    ) -> list[Candidate]:
        """The ``count`` likeliest labels, likeliest first."""
        order = [int(label) for label in np.argsort(-logits, kind="stable")]
        order = [label for label in order[: max(count, 2)] if np.isfinite(logits[label])]
        nearest = self._nearest(row, order)
        weighed = [(self._holders.get(term, set()), self._telling(term)) for term in terms.sequence]
        total = sum(weight for _, weight in weighed) or 1.0
        known = sum(weight for held, weight in weighed if held) / total
        found = []
        for rank, label in enumerate(order[:count]):
            rival = order[0] if rank else order[-1]
            lead = float(logits[label] - logits[rival])
            explained = sum(weight for held, weight in weighed if label in held) / total
            found.append(
                Candidate(
                    label,
                    (
                        float(logits[label]),
                        lead,
                        float(nearest[rank]),
                        explained,
                        known,
                        math.log1p(len(terms.sequence)),
                    ),
                )
            )
        return found

    def _telling(self, term: str) -> float:
        """Inverse label frequency: least for a word of every label, most for an unknown one."""
        return math.log((self._classes + 1) / (len(self._holders.get(term, ())) + 0.5))

    def _nearest(self, row: sparse.csr_matrix, labels: Sequence[int]) -> list[float]:
        """The cosine to the nearest text of each of ``labels``."""
        typed = np.zeros(self._rows.shape[1], np.float32)
        typed[row.indices] = row.data
        spans = [(self._starts[label], self._starts[label + 1]) for label in labels]
        return [float((self._rows[start:end] @ typed).max(initial=0.0)) for start, end in spans]
