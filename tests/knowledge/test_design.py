"""A matrix in blocks reckons like the whole, but for what rounding costs."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge import design
from knowledge.design import Design, Rows


def _labels(widths: list[int], rows_each: int) -> tuple[list[Rows], np.ndarray]:
    """Rows of labels that have ``widths`` columns, and the same as a dense matrix."""
    draw = np.random.default_rng(1)
    labels, dense = [], np.zeros((rows_each * len(widths), sum(widths)), np.float32)
    for n, width in enumerate(widths):
        part = np.where(draw.random((rows_each, width)) < 0.3, draw.random((rows_each, width)), 0)
        row, column = n * rows_each, sum(widths[:n])
        dense[row : row + rows_each, column : column + width] = part
        owners, columns = np.nonzero(part)
        lengths = np.bincount(owners, minlength=rows_each)
        weights = part[owners, columns].astype(np.float32)
        labels.append(Rows(lengths, columns.astype(np.int32), weights, width))
    return labels, dense


@pytest.mark.parametrize("entries", [1, 20, 2**18])
@pytest.mark.parametrize("width", [10, 2**16])
def test_blocks_reckon_like_the_whole(
    width: int, entries: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sums over columns and over rows come out alike, wherever blocks end."""
    monkeypatch.setattr(design, "_WIDTH", width)
    monkeypatch.setattr(design, "_ENTRIES", entries)
    labels, dense = _labels([6, 0, 12, 3, 7], rows_each=4)
    made = Design.of(labels)
    draw = np.random.default_rng(2)
    weights = np.asarray(draw.random(dense.shape[1]), np.float32)
    pull = np.asarray(draw.random(dense.shape[0]), np.float32)
    assert made.forward(weights) == pytest.approx(dense @ weights, abs=0.02)
    assert made.backward(pull) == pytest.approx(dense.T @ pull, abs=0.02)


def test_no_weight_vanishes() -> None:
    """However small it is: that there is one counts."""
    tiny = Rows(np.array([1]), np.zeros(1, np.int32), np.full(1, 1e-9, np.float32), 1)
    assert Design.of([tiny]).backward(np.ones(1, np.float32))[0] > 0
