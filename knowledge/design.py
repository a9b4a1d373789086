"""Sparse matrices of many rows in half the memory: what a fit is made on, millions of weights.

Columns stand by label, so that a row has only columns of its own label, and a row's place among
these takes two bytes where it would else take four. So does a weight, as a part of the greatest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from knowledge.sparse import Floats, Sparse

_WIDTH = 2**16 - 1
"""So many columns a block has at most, unless a single label has more."""

_ENTRIES = 2**16
"""A block with so many entries takes no further label: it is widened while it is reckoned with."""

_FULL = np.float32(2**8 - 1)


class Rows(NamedTuple):
    """The rows of one label: how many entries each has, and of each entry its column and weight.

    ``columns`` count from the label's first, of ``width``; ``weights`` are at most one.
    """

    lengths: NDArray[np.int64]
    columns: NDArray[np.int32]
    weights: Floats
    width: int


class _Block(NamedTuple):
    """The rows of some labels on end."""

    rows: slice
    columns: slice
    ends: NDArray[np.int32]
    at: NDArray[np.integer[Any]]
    roots: NDArray[np.uint8]

    @classmethod
    def of(cls, labels: list[Rows], row: int, column: int) -> _Block:
        """The rows of ``labels``, from ``row`` and ``column`` on."""
        widths = np.cumsum([0, *(label.width for label in labels)])
        lengths = np.concatenate([label.lengths for label in labels])
        at = np.concatenate(
            [label.columns + first for label, first in zip(labels, widths[:-1], strict=True)]
        )
        return cls(
            slice(row, row + len(lengths)),
            slice(column, column + int(widths[-1])),
            np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32),
            at.astype(np.min_scalar_type(widths[-1])),
            np.concatenate([_roots(label.weights) for label in labels]),
        )

    def matrix(self) -> Sparse:
        """The block, for as long as it is reckoned with."""
        weights = np.square(self.roots * (1 / _FULL))
        at = self.at.astype(np.intp)
        return Sparse(self.ends, at, weights, self.columns.stop - self.columns.start)


def _roots(weights: Floats) -> NDArray[np.uint8]:
    # No weight may vanish: whether there is one says whether a label's texts have the feature.
    return np.asarray(np.maximum(np.rint(np.sqrt(weights) * _FULL), 1), np.uint8)


@dataclass(frozen=True)
class Design:
    """A matrix of so many ``rows`` and ``columns``, in blocks."""

    rows: int
    columns: int
    blocks: tuple[_Block, ...]

    @classmethod
    def of(cls, labels: Iterable[Rows]) -> Design:
        """The rows of all ``labels``, in turn."""
        blocks = tuple(_blocks(labels))
        last = blocks[-1]
        return cls(last.rows.stop, last.columns.stop, blocks)

    def forward(self, weights: Floats) -> Floats:
        """For each row the sum of what its columns weigh."""
        sums = np.empty(self.rows, np.float32)
        for block in self.blocks:
            sums[block.rows] = block.matrix().times(weights[block.columns])
        return sums

    def backward(self, pull: Floats) -> Floats:
        """For each column the sum of what pulls at its rows."""
        sums = np.empty(self.columns, np.float32)
        for block in self.blocks:
            sums[block.columns] = block.matrix().turned_times(pull[block.rows])
        return sums


def _blocks(labels: Iterable[Rows]) -> Iterator[_Block]:
    row = column = width = entries = 0
    held: list[Rows] = []
    for label in labels:
        width, entries = width + label.width, entries + len(label.columns)
        if held and (width > _WIDTH or entries > _ENTRIES):
            yield (block := _Block.of(held, row, column))
            row, column, held = block.rows.stop, block.columns.stop, []
            width, entries = label.width, len(label.columns)
        held.append(label)
    if held:
        yield _Block.of(held, row, column)
