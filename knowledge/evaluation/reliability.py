"""Do scores mean what they say: of the matches scored 0.8, eight in ten should be right.

The expected calibration error is the mean distance, over bins of equal width, between the mean
score of a bin's matches and the share of them that is right, weighted by how many they are
(Naeini, Cooper & Hauskrecht, "Obtaining well calibrated probabilities using Bayesian binning",
2015).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """The matches whose score is at least ``low``, and below ``high`` unless that is 1."""

    low: float
    high: float
    count: int
    mean_score: float
    share_right: float


@dataclass(frozen=True, slots=True)
class Reliability:
    """The bins in order, empty ones included, and the error over all of them."""

    bins: tuple[Bin, ...]
    error: float

    @property
    def count(self) -> int:
        """How many matches it was measured on."""
        return sum(each.count for each in self.bins)


def reliability(scored: Sequence[tuple[float, bool]]) -> Reliability:
    """Measured on scores, each with whether the match was right."""
    scores = np.array([score for score, _ in scored], np.float64)
    right = np.array([is_right for _, is_right in scored], np.float64)
    edges = np.arange(BINS + 1) / BINS
    places = np.minimum(np.searchsorted(edges, scores, side="right") - 1, BINS - 1)
    counts = np.bincount(places, minlength=BINS)
    means, shares = (
        np.bincount(places, values, minlength=BINS) / np.maximum(counts, 1)
        for values in (scores, right)
    )
    error = float(counts @ np.abs(means - shares)) / max(1, len(scored))
    columns = (edges[:-1], edges[1:], counts, means, shares)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return Reliability(tuple(Bin(*row) for row in rows), error)
