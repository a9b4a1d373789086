"""Sparse matrices by rows, as far as learning needs them.

SciPy has more of it and is a little faster, but to load it takes ten megabytes of memory, a tenth
of what the assistant needs to start, and a hundred of disk.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Places = NDArray[np.integer[Any]]


@dataclass(frozen=True)
class Sparse:
    """Row ``r`` has ``weights[starts[r]:starts[r + 1]]`` in ``columns`` of the same places.

    ``width`` is how many columns there are. A column stands at most once in a row.
    """

    starts: Places
    columns: Places
    weights: Floats
    width: int

    @classmethod
    def of(cls, rows: Sequence[tuple[Places, Floats]], width: int) -> Sparse:
        """The matrix of ``rows``, each the columns and the weights that it has."""
        starts = np.cumsum([0, *(len(columns) for columns, _ in rows)])
        if not rows:
            return cls(starts, np.empty(0, np.int32), np.empty(0, np.float32), width)
        columns, weights = (np.concatenate(parts) for parts in zip(*rows, strict=True))
        return cls(starts, columns, weights, width)

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self.starts) - 1

    @property
    def lengths(self) -> Places:
        """How many weights each row has."""
        return np.diff(self.starts)

    def span(self, row: int) -> slice:
        """Where the weights of ``row`` stand."""
        return slice(int(self.starts[row]), int(self.starts[row + 1]))

    def take(self, rows: Places) -> Sparse:
        """``rows`` in their order; one may be taken twice."""
        at, _ = self.spread(rows)
        starts = np.append(0, np.cumsum(self.lengths[rows]))
        return Sparse(starts, self.columns[at], self.weights[at], self.width)

    def spread(self, rows: Places) -> tuple[Places, Places]:
        """Where the weights of ``rows`` stand, and of which of them, from 0, each is."""
        firsts = self.starts[rows]
        lengths = self.starts[rows + 1] - firsts
        owners = np.repeat(np.arange(len(rows)), lengths)
        before = np.cumsum(lengths) - lengths
        return np.arange(len(owners)) + (firsts - before)[owners], owners

    def times(self, vector: Floats) -> Floats:
        """For each row the sum of its weights, each times what ``vector`` has for its column."""
        products = np.zeros(len(self.columns) + 1, np.float32)
        np.multiply(self.weights, vector[self.columns], out=products[:-1])
        sums = np.add.reduceat(products, self.starts[:-1]) if len(self) else products[:0]
        # Where a row is empty, that is the first of the next.
        sums[self.lengths == 0] = 0
        return sums

    def turned_times(self, vector: Floats) -> Floats:
        """For each column the sum of its weights, each times what ``vector`` has for its row."""
        products = self.weights * np.repeat(vector, self.lengths)
        return sums_at(self.columns, products, self.width)

    def dense_product(self, other: Sparse) -> Floats:
        """The product with ``other``, whose rows are this one's columns."""
        at, places = other.spread(self.columns)
        owners = np.repeat(np.arange(len(self)), self.lengths)[places]
        products = other.weights[at] * self.weights[places]
        cells = owners * other.width + other.columns[at]
        sums = sums_at(cells, products, len(self) * other.width)
        return sums.reshape(len(self), other.width)

    def turned(self) -> Sparse:
        """The columns as rows, in which rows stand in order."""
        order = np.argsort(self.columns, kind="stable")
        owners = np.repeat(np.arange(len(self), dtype=np.int32), self.lengths)[order]
        weights = self.weights[order]
        del order  # twice as large as either
        starts = np.append(0, np.cumsum(np.bincount(self.columns, minlength=self.width)))
        return Sparse(starts, owners, weights, len(self))

    def where(self, kept: NDArray[np.bool_]) -> Sparse:
        """The same without the weights that are not ``kept``."""
        before = np.zeros(len(kept) + 1, np.int32)
        np.cumsum(kept, out=before[1:])
        starts = before[self.starts]
        return Sparse(starts, self.columns[kept], self.weights[kept], self.width)

    def summed(self, labels: Places, count: int) -> Sparse:
        """For each of ``count`` labels the sum of its rows, with its columns in order."""
        return Sparse.of(list(self._sums(labels, count)), self.width)

    def _sums(self, labels: Places, count: int) -> Iterator[tuple[Places, Floats]]:
        order = np.argsort(labels, kind="stable")
        ends = np.searchsorted(labels[order], np.arange(count + 1))
        for first, last in pairwise(ends.tolist()):
            of_label = self.take(order[first:last])
            columns, places = np.unique(of_label.columns, return_inverse=True)
            yield columns, sums_at(places, of_label.weights, len(columns))


def sums_at(places: Places, weights: Floats, count: int) -> Floats:
    """For each of ``count`` places the sum of the ``weights`` that stand there."""
    # Of any other kind of integer NumPy counts five times as slowly.
    return np.bincount(places.astype(np.intp, copy=False), weights, count).astype(np.float32)
