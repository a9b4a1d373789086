"""How well the messages were understood, from what a system answered to each."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

Ranking = list[tuple[str, float]]
"""Entries and their scores, best first."""

SHOWN = 3


@dataclass(frozen=True)
class Heard:
    """One message: the entry that it asks for, what was found for it, and how long that took."""

    expected: str | None
    ranking: Ranking
    seconds: float

    @property
    def score(self) -> float:
        """The score of the best entry; below every other where there is none."""
        return self.ranking[0][1] if self.ranking else -math.inf

    @property
    def right(self) -> bool:
        """Whether the best entry is the one asked for."""
        return self.among(1)

    def among(self, count: int) -> bool:
        """Whether the entry asked for is one of the best ``count``."""
        return self.expected in [entry for entry, _ in self.ranking[:count]]


@dataclass(frozen=True)
class Quality:
    """Shares of the messages in scope, nothing refused, and how well scores tell scope."""

    right: float
    among_shown: float
    auroc: float


@dataclass(frozen=True)
class Kept:
    """With a threshold: in scope the share kept and right, out of scope the share refused."""

    right: float
    refused: float


def quality(heard: Sequence[Heard]) -> Quality:
    """What a system finds when it must name an entry for every message."""
    inside, outside = _by_scope(heard)
    return Quality(
        right=_share([each.right for each in inside]),
        among_shown=_share([each.among(SHOWN) for each in inside]),
        auroc=auroc([each.score for each in inside], [each.score for each in outside]),
    )


def auroc(inside: Sequence[float], outside: Sequence[float]) -> float:
    """The chance that a message in scope scores above one out of scope; ties count half."""
    if not inside or not outside:
        return math.nan
    below = np.sort(outside)
    above, level = (np.searchsorted(below, inside, side) for side in ("left", "right"))
    return float((above + level).mean() / 2 / len(below))


def kept(heard: Sequence[Heard], threshold: float) -> Kept:
    """What is right when a message whose best score is below ``threshold`` is refused."""
    inside, outside = _by_scope(heard)
    return Kept(
        right=_share([each.right and each.score >= threshold for each in inside]),
        refused=_share([each.score < threshold for each in outside]),
    )


def balanced_threshold(heard: Sequence[Heard]) -> float:
    """The threshold at which the two shares of :class:`Kept` are nearest to each other."""
    inside, outside = _by_scope(heard)
    if not inside or not outside:
        return -math.inf
    right = np.sort([each.score for each in inside if each.right])
    strange = np.sort([each.score for each in outside])
    thresholds = np.array([*sorted({each.score for each in heard if each.ranking}), math.inf])
    kept_right = (len(right) - np.searchsorted(right, thresholds)) / len(inside)
    refused = np.searchsorted(strange, thresholds) / len(outside)
    return float(thresholds[np.abs(kept_right - refused).argmin()])


def percentile_ms(heard: Sequence[Heard], percent: float) -> float:
    """The milliseconds within which ``percent`` of the messages were answered."""
    return 1000 * float(np.percentile([each.seconds for each in heard], percent))


def _by_scope(heard: Sequence[Heard]) -> tuple[list[Heard], list[Heard]]:
    inside = [each for each in heard if each.expected is not None]
    return inside, [each for each in heard if each.expected is None]


def _share(truths: Sequence[bool]) -> float:
    return sum(truths) / len(truths) if truths else math.nan
