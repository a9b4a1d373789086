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
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from knowledge.descent import minimum
from knowledge.design import Design, Rows
from knowledge.features import Floats, Row, parts_of

RIVALS = 10
"""Labels that each text is trained against, its own among them."""

ITERATIONS = 8
DRAFT_ITERATIONS = 6
"""Of a fit that only has to show how sure it is of texts it has not seen."""

LARGEST_TRAINED = 10_000
"""Texts beyond which naive Bayes has to do: training would take minutes and gigabytes."""

CONTESTED = 1
"""Rivals of a text against which its features may speak though no text of the rival has them."""

MOST_LABELS = 512
"""A feature of more labels than that says little of which, and is left out."""

_SMOOTHING = 0.06
_PRIOR = 0.3
_PRIOR_UNTRAINED = 1.0
_PENALTY = 0.05
_ALONE = 0.8
"""What no other text of its label has tells a text from its rivals, but hardly the next text."""

_CHUNK = 64

Labels = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Votes:
    """Weights: feature ``f`` speaks for ``labels[starts[f]:starts[f + 1]]`` with ``weights``."""

    starts: NDArray[np.int64]
    labels: NDArray[np.int32]
    weights: Floats
    classes: int

    def logits(self, row: Row) -> Floats:
        """What the features of ``row`` say for each label."""
        at, values = self.spread(row.columns, row.values)
        votes = self.weights[at] * values
        return np.bincount(self.labels[at], votes, minlength=self.classes).astype(np.float32)

    def shares(self, row: Row, label: int) -> dict[int, float]:
        """What each column of ``row`` says for ``label``."""
        found = {}
        for column, value in zip(row.columns.tolist(), row.values.tolist(), strict=True):
            span = slice(self.starts[column], self.starts[column + 1])
            at = np.flatnonzero(self.labels[span] == label)
            if len(at):
                found[column] = float(self.weights[span][at[0]]) * value
        return found

    def coverage(self, row: Row, label: int) -> float:
        """How much of what ``row`` says, term by term, texts of ``label`` say too."""
        at, parts = self.spread(*row.parts())
        return float(parts[(self.labels[at] == label) & (self.weights[at] > 0)].sum())

    def spread(
        self, columns: NDArray[np.int32], values: Floats
    ) -> tuple[NDArray[np.int64], Floats]:
        """Where the votes of the features of ``columns`` stand, and the features' ``values``."""
        starts = self.starts[columns]
        lengths = self.starts[columns + 1] - starts
        before = np.cumsum(lengths) - lengths
        total = int(lengths.sum())
        at = np.arange(total) + np.repeat(starts - before, lengths)
        return at, np.repeat(values, lengths)


class Texts(NamedTuple):
    """Texts as rows of features, how many terms each has, and which features are single terms."""

    rows: sparse.csr_matrix
    lengths: NDArray[np.int64]
    single: Flags

    def some(self, kept: NDArray[np.int64]) -> Texts:
        """Those at ``kept``."""
        return Texts(self.rows[kept], self.lengths[kept], self.single)


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

    def _rivals(self, rows: sparse.csr_matrix) -> Iterator[NDArray[np.int32]]:
        """For some texts at a time, the likeliest labels of each, its own first."""
        prior = _like(self._support, self._prior(self._support.data, _PRIOR)).T.tocsr()
        for start in range(0, len(self.labels), _CHUNK):
            scores = (rows[start : start + _CHUNK] @ prior).toarray()
            np.put_along_axis(scores, self.labels[start : start + _CHUNK, None], np.inf, axis=1)
            yield np.argsort(-scores, axis=1, kind="stable")[:, :RIVALS].astype(np.int32)

    def _meetings(self, rows: sparse.csr_matrix, *, alone: float = 1.0) -> Iterator[Rows]:
        """For each label the texts that have it as a rival, and which of its votes speak there.

        They stand in the order of :attr:`_places`, a rival after the other: what speaks for one is
        then looked up for all its texts at once. What no other text of its label has counts as
        ``alone`` as much for a text.
        """
        at = np.full(rows.shape[1], -1, np.int32)
        texts = self._places // self.rivals.shape[1]
        starts = np.searchsorted(self.rivals.ravel()[self._places], np.arange(self.classes + 1))
        for label, (start, stop) in enumerate(itertools.pairwise(starts.tolist())):
            features = _columns(self._support, label)
            at[features] = np.arange(len(features))
            chunk = rows[texts[start:stop]]
            found = at[chunk.indices]
            kept = found >= 0
            owners = np.repeat(np.arange(stop - start), np.diff(chunk.indptr))[kept]
            lengths = np.bincount(owners, minlength=stop - start)
            found, weights = found[kept], chunk.data[kept]
            if alone < 1:
                own = (self.labels[texts[start:stop]] == label)[owners]
                sums = self._support.data[_span(self._support, label)]
                weights[own & (sums[found] <= weights)] *= np.float32(alone)
            yield Rows(lengths, found, weights, len(features))
            at[features] = -1

    @staticmethod
    def _prior(sums: Floats, strength: float) -> Floats:
        """Naive Bayes: the log odds of a feature in a label's texts against one without it."""
        return np.asarray(strength * np.log1p(sums / _SMOOTHING), np.float32)

    def fit(self) -> Votes:
        """The weights learnt from all texts."""
        if self.is_trained:
            weights = self.weights(np.ones(len(self.labels), np.bool_), ITERATIONS)
        else:
            weights = self._prior(self._support.data, _PRIOR_UNTRAINED)
        votes = _like(self._support, weights).T.tocsr()
        return Votes(votes.indptr.astype(np.int64), votes.indices, votes.data, self.classes)

    def weights(self, kept: Flags, iterations: int = DRAFT_ITERATIONS) -> Floats:
        """The weights learnt from the texts ``kept``, in the order of :meth:`fit`'s."""
        sums = self._sums(kept)
        known = (sums > 0) | (self._support.data == 0)
        truth = self._own & kept[:, None]
        base = self.logits(self._prior(sums, _PRIOR) * known)
        del sums  # as large as all weights: counting them anew costs less than keeping them

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
            gradient += np.float32(_PENALTY) * off
            return value, gradient

        learnt = minimum(loss, np.zeros(len(known), np.float32), iterations, remembered=1)
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


def _support(rows: sparse.csr_matrix, labels: Labels, classes: int) -> sparse.csr_matrix:
    """How much of each feature (column) the texts of each label (row) have."""
    count = len(labels)
    belongs = sparse.csr_matrix((np.ones(count, np.float32), (labels, np.arange(count))))
    belongs.resize((classes, count))
    support = belongs @ rows
    spread = np.bincount(support.indices, minlength=rows.shape[1])
    if spread.max(initial=0) > MOST_LABELS:
        support.data[spread[support.indices] > MOST_LABELS] = 0.0
        support.eliminate_zeros()
    support.sort_indices()
    return support


def _with_contested(
    support: sparse.csr_matrix, rows: sparse.csr_matrix, rivals: NDArray[np.int32]
) -> sparse.csr_matrix:
    """``support`` with a place, at zero, for what a text's features say against its rivals."""
    contested = rivals[:, 1 : 1 + CONTESTED]
    columns, data = [], []
    for label in range(support.shape[0]):
        own = _columns(support, label)
        against = rows[np.flatnonzero((contested == label).any(axis=1))]
        columns.append(np.union1d(own, against.indices))
        sums = np.zeros(len(columns[-1]), np.float32)
        sums[np.searchsorted(columns[-1], own)] = support.data[_span(support, label)]
        data.append(sums)
    ends = np.cumsum([0, *map(len, columns)])
    return sparse.csr_matrix(
        (np.concatenate(data), np.concatenate(columns), ends), shape=support.shape
    )


def _span(matrix: sparse.csr_matrix, row: int) -> slice:
    return slice(matrix.indptr[row], matrix.indptr[row + 1])


def _columns(matrix: sparse.csr_matrix, row: int) -> NDArray[np.int32]:
    return np.asarray(matrix.indices[_span(matrix, row)])


def _like(matrix: sparse.csr_matrix, data: Floats) -> sparse.csr_matrix:
    return sparse.csr_matrix((data, matrix.indices, matrix.indptr), shape=matrix.shape)
