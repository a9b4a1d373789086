"""A sparse matrix reckons like the dense one, wherever it is empty."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.sparse import Floats, Sparse

MATRICES = st.integers(1, 6).flatmap(
    lambda width: st.lists(
        st.lists(st.integers(-3, 3), min_size=width, max_size=width), min_size=1, max_size=7
    )
)
"""Small numbers, so that sums are exact; one in seven is nought, and whole rows may be."""


def sparse(dense: Floats) -> Sparse:
    """``dense`` by rows, without its noughts."""
    rows = [(np.flatnonzero(row), row[np.flatnonzero(row)]) for row in dense]
    return Sparse.of(rows, dense.shape[1])


def written_out(matrix: Sparse) -> Floats:
    """The dense matrix."""
    dense = np.zeros((len(matrix), matrix.width), np.float32)
    for row in range(len(matrix)):
        span = matrix.span(row)
        dense[row, matrix.columns[span]] = matrix.weights[span]
    return dense


@given(MATRICES, st.randoms(use_true_random=False))
def test_it_reckons_like_the_dense_matrix(numbers: list[list[int]], draw: Random) -> None:
    """Products, sums by label, transposition and a choice of rows come out as they should."""
    dense = np.array(numbers, np.float32)
    count, width = dense.shape
    matrix = sparse(dense)
    right = np.array([draw.randint(-3, 3) for _ in range(width)], np.float32)
    left = np.array([draw.randint(-3, 3) for _ in range(count)], np.float32)
    rows = np.array([draw.randrange(count) for _ in range(4)])
    labels = np.array([draw.randrange(3) for _ in range(count)])
    belongs = (labels == np.arange(3)[:, None]).astype(np.float32)
    assert matrix.times(right).tolist() == (dense @ right).tolist()
    assert matrix.turned_times(left).tolist() == (left @ dense).tolist()
    assert written_out(matrix.turned()).tolist() == dense.T.tolist()
    assert written_out(matrix.take(rows)).tolist() == dense[rows].tolist()
    assert matrix.dense_product(matrix.turned()).tolist() == (dense @ dense.T).tolist()
    assert written_out(matrix.summed(labels, 3)).tolist() == (belongs @ dense).tolist()
    positive = np.where(dense > 0, dense, 0)
    assert written_out(matrix.where(matrix.weights > 0)).tolist() == positive.tolist()


@pytest.mark.parametrize("width", [0, 3])
def test_there_may_be_no_rows(width: int) -> None:
    """Of nothing there is nothing to say, and no error."""
    nothing = Sparse.of([], width)
    assert len(nothing) == 0
    assert nothing.times(np.ones(width, np.float32)).tolist() == []
    assert nothing.turned_times(np.empty(0, np.float32)).tolist() == [0] * width
    assert len(nothing.turned()) == width
