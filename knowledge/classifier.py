"""A softmax regression over sparse features: which label does a text belong to.

A feature speaks for a label only where a text of that label has it, so that the weights are as
sparse as the texts. They start at, and are drawn to, what naive Bayes would give them, and are
trained against each text's likeliest labels. Beside a softmax over all features and labels this
is as accurate and more robust to misspelling, at a hundredth of the size: see
``benchmarks/matching``.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from knowledge.descent import minimum
from knowledge.design import Design, Rows
from knowledge.features import Row, parts_of
from knowledge.sparse import Floats, Sparse, sums_at

RIVALS = 10
"""Labels that each text is trained against, its own among them."""

ITERATIONS = 12
DRAFT_ITERATIONS = 6
"""Of a fit that only has to show how sure it is of texts it has not seen."""

LARGEST_TRAINED = 12_000
"""Texts beyond which naive Bayes has to do: training would take minutes and gigabytes."""

CONTESTED = 1
"""Rivals of a text against which its features may speak though no text of the rival has them."""

MOST_LABELS = 512
"""A feature of more labels than that says little of which, and is left out."""

_SMOOTHING = 0.06
_PRIOR = 0.4
_PRIOR_UNTRAINED = 1.0
_PENALTY = 0.05
_ALONE = 0.8
"""What no other text of its label has tells a text from its rivals, but hardly the next text."""

_CHUNK = 16
"""Texts whose rivals are found at a time: each takes up to half a megabyte."""

Labels = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Votes:
    """What each feature (row) says for each label (column)."""

    table: Sparse

    def logits(self, row: Row) -> Floats:
        """What the features of ``row`` say for each label."""
        at, features = self.table.spread(row.columns)
        votes = self.table.weights[at] * row.values[features]
        return sums_at(self.table.columns[at], votes, self.table.width)

    def shares(self, row: Row, label: int) -> dict[int, float]:
        """What each column of ``row`` says for ``label``."""
        found = {}
        for column, value in zip(row.columns.tolist(), row.values.tolist(), strict=True):
            span = self.table.span(column)
            at = np.flatnonzero(self.table.columns[span] == label)
            if len(at):
                found[column] = float(self.table.weights[span][at[0]]) * value
        return found

    def having(self, column: int) -> NDArray[np.integer]:
        """The labels for which a feature speaks."""
        span = self.table.span(column)
        return self.table.columns[span][self.table.weights[span] > 0]

    def coverage(self, row: Row, label: int) -> float:
        """How much of what ``row`` says, term by term, texts of ``label`` say too."""
        columns, parts = row.parts()
        at, terms = self.table.spread(columns)
        said = (self.table.columns[at] == label) & (self.table.weights[at] > 0)
        return float(parts[terms[said]].sum())


class Texts(NamedTuple):
    """Texts as rows of features, how many terms each has, and which features are single terms."""

    rows: Sparse
    lengths: NDArray[np.int64]
    single: Flags

    def some(self, kept: NDArray[np.int64]) -> Texts:
        """Those at ``kept``."""
        return Texts(self.rows.take(kept), self.lengths[kept], self.single)


class Training:
    """Texts and their labels, laid out so that several fits cost little more than one."""

    def __init__(self, texts: Texts, labels: Labels, classes: int) -> None:
        self.labels = labels
        self.lengths = texts.lengths
        self.classes = classes
        self._support = _support(texts.rows, labels, classes)
        if self.is_trained:
            self._lay_out(texts)

    @property
    def is_trained(self) -> bool:
        """Whether there are few enough texts to train beyond naive Bayes."""
        return len(self.labels) <= LARGEST_TRAINED

    def _lay_out(self, texts: Texts) -> None:
        rows = texts.rows
        self.rivals = np.concatenate(list(self._rivals(rows)))
        self._support = _with_contested(self._support, rows, self.rivals)
        self._places = np.argsort(self.rivals.ravel(), kind="stable")
        self._design = Design.of(self._meetings(rows, alone=_ALONE))
        self._terms = Design.of(self._meetings(parts_of(rows, texts.single)))
        self._own = self.rivals == self.labels[:, None]

    def _rivals(self, rows: Sparse) -> Iterator[NDArray[np.int32]]:
        """For some texts at a time, the likeliest labels of each, its own first."""
        votes = replace(self._support, weights=self._prior(self._support.weights, _PRIOR)).turned()
        for start in range(0, len(self.labels), _CHUNK):
            own = self.labels[start : start + _CHUNK]
            texts = rows.take(np.arange(start, start + len(own)))
            scores = texts.dense_product(votes)
            np.put_along_axis(scores, own[:, None], np.inf, axis=1)
            yield np.argsort(-scores, axis=1, kind="stable")[:, :RIVALS].astype(np.int32)

    def _meetings(self, rows: Sparse, *, alone: float = 1.0) -> Iterator[Rows]:
        """For each label the texts that have it as a rival, and which of its votes speak there.

        They stand in the order of :attr:`_places`, a rival after the other: what speaks for one is
        then looked up for all its texts at once. What no other text of its label has counts as
        ``alone`` as much for a text.
        """
        at = np.full(rows.width, -1, np.int32)
        texts = self._places // self.rivals.shape[1]
        starts = np.searchsorted(self.rivals.ravel()[self._places], np.arange(self.classes + 1))
        for label, (start, stop) in enumerate(itertools.pairwise(starts.tolist())):
            span = self._support.span(label)
            features = self._support.columns[span]
            at[features] = np.arange(len(features))
            chunk = rows.take(texts[start:stop])
            found = at[chunk.columns]
            kept = found >= 0
            owners = np.repeat(np.arange(stop - start), chunk.lengths)[kept]
            lengths = np.bincount(owners, minlength=stop - start)
            found, weights = found[kept], chunk.weights[kept]
            if alone < 1:
                own = (self.labels[texts[start:stop]] == label)[owners]
                sums = self._support.weights[span]
                weights[own & (sums[found] <= weights)] *= np.float32(alone)
            yield Rows(lengths, found, weights, len(features))
            at[features] = -1

    @staticmethod
    def _prior(sums: Floats, strength: float) -> Floats:
        """Naive Bayes: the log odds of a feature in a label's texts against one without it."""
        weights = sums / np.float32(_SMOOTHING)
        np.log1p(weights, out=weights)  # in place: vectors are large
        weights *= np.float32(strength)
        return weights

    def fit(self) -> Votes:
        """The weights learnt from all texts."""
        if self.is_trained:
            weights = self.weights(np.ones(len(self.labels), np.bool_), ITERATIONS)
        else:
            weights = self._prior(self._support.weights, _PRIOR_UNTRAINED)
        return Votes(replace(self._support, weights=weights).turned())

    def weights(self, kept: Flags, iterations: int = DRAFT_ITERATIONS) -> Floats:
        """The weights learnt from the texts ``kept``, in the order of :meth:`fit`'s."""
        sums = self._sums(kept)
        known = (sums > 0) | (self._support.weights == 0)
        truth = self._own & kept[:, None]
        prior = self._prior(sums, _PRIOR)
        del sums  # as large as all weights: counting them anew costs less than keeping them
        prior *= known
        base = self.logits(prior)
        del prior

        def loss(off: Floats) -> tuple[float, Floats]:
            logits = self.logits(off)
            logits += base
            logits -= logits.max(axis=1, keepdims=True)
            powers = np.exp(logits)
            totals = powers.sum(axis=1, keepdims=True)
            value = 0.5 * _PENALTY * float(off @ off)
            value += float(np.log(totals[kept]).sum()) - float(logits[truth].sum())
            pull = (powers / totals) * kept[:, None] - truth
            gradient = self._design.backward(self._by_place(pull))
            gradient *= known
            gradient /= np.float32(_PENALTY)
            gradient += off
            gradient *= np.float32(_PENALTY)
            return value, gradient

        learnt = minimum(loss, np.zeros(len(known), np.float32), iterations)
        learnt += self._prior(self._sums(kept), _PRIOR)
        learnt *= known
        return learnt

    def _sums(self, kept: Flags) -> Floats:
        """How much of each vote's feature the texts ``kept`` of its label have."""
        return self._design.backward(self._by_place(self._own & kept[:, None]))

    def logits(self, weights: Floats) -> Floats:
        """What ``weights`` say of each text for each of its rivals."""
        return self._by_text(self._design.forward(weights))

    def coverage(self, kept: Flags) -> Floats:
        """How much of each text, term by term, the texts ``kept`` of each of its rivals say."""
        said = (self._sums(kept) > 0).astype(np.float32)
        return self._by_text(self._terms.forward(said))

    def _by_place(self, by_text: NDArray[Any]) -> Floats:
        """What is of each text and rival, in the order of :attr:`_places`."""
        return by_text.ravel()[self._places].astype(np.float32)

    def _by_text(self, by_place: Floats) -> Floats:
        """What stands in the order of :attr:`_places`, a row for each text."""
        flat = np.empty_like(by_place)
        flat[self._places] = by_place
        return flat.reshape(self.rivals.shape)


def _support(rows: Sparse, labels: Labels, classes: int) -> Sparse:
    """How much of each feature (column) the texts of each label (row) have."""
    support = rows.summed(labels, classes)
    spread = np.bincount(support.columns, minlength=support.width)
    if spread.max(initial=0) > MOST_LABELS:
        support = support.where(spread[support.columns] <= MOST_LABELS)
    return support


def _with_contested(support: Sparse, rows: Sparse, rivals: NDArray[np.int32]) -> Sparse:
    """``support`` with a place, at zero, for what a text's features say against its rivals."""
    contested = rivals[:, 1 : 1 + CONTESTED]
    found = []
    for label in range(len(support)):
        span = support.span(label)
        own = support.columns[span]
        against = rows.take(np.flatnonzero((contested == label).any(axis=1)))
        columns = np.union1d(own, against.columns)
        sums = np.zeros(len(columns), np.float32)
        sums[np.searchsorted(columns, own)] = support.weights[span]
        found.append((columns, sums))
    return Sparse.of(found, support.width)
