"""The measures say what their names do: held against their definitions."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.matching.measures import (
    Heard,
    auroc,
    balanced_threshold,
    kept,
    percentile_ms,
    quality,
)

SCORES = st.one_of(st.integers(0, 5).map(float), st.just(-math.inf))
"""Few values, so that many tie; -inf where nothing was found."""


def heard(expected: str | None, *ranking: str, score: float = 1.0) -> Heard:
    """A message for which those entries were found."""
    return Heard(expected, [(entry, score) for entry in ranking], 0.001)


MESSAGES = st.builds(
    lambda expected, found, score: heard(expected, *found, score=score),
    st.sampled_from(["a", "b", None]),
    st.sampled_from([(), ("a",), ("b", "a")]),
    st.integers(0, 5).map(float),
)


@given(st.lists(SCORES, min_size=1), st.lists(SCORES, min_size=1))
def test_auroc_is_the_share_of_pairs_in_order(inside: list[float], outside: list[float]) -> None:
    """Of all pairs of a message in scope and one out of it; a tie is half in order."""
    pairs = [(1 if a > b else 0.5 if a == b else 0) for a in inside for b in outside]
    assert auroc(inside, outside) == pytest.approx(sum(pairs) / len(pairs))


def test_auroc_needs_both_kinds() -> None:
    """A set without messages out of scope has none."""
    assert math.isnan(auroc([1.0], []))


@given(st.lists(MESSAGES, min_size=1))
def test_no_threshold_balances_better(messages: list[Heard]) -> None:
    """Of all that tell the scores apart, one with the least gap is taken."""
    if all(each.expected for each in messages) or not any(each.expected for each in messages):
        return

    def gap(threshold: float) -> float:
        shares = kept(messages, threshold)
        return abs(shares.right - shares.refused)

    candidates = [each.score for each in messages if each.ranking] + [math.inf]
    assert gap(balanced_threshold(messages)) == pytest.approx(min(map(gap, candidates)))


def test_nothing_is_refused_where_all_is_in_scope() -> None:
    """Without messages out of scope there is nothing to balance."""
    messages = [heard("a", "a"), heard("b", "a")]
    assert kept(messages, balanced_threshold(messages)).right == 0.5


def test_kept_and_refused() -> None:
    """A score at the threshold is kept; a message for which nothing is found is refused."""
    messages = [
        heard("a", "a", score=0.7),
        heard("a", "a", score=0.6),
        heard("a", "b", score=0.9),
        heard("a"),
        heard(None, "a", score=0.7),
        heard(None),
    ]
    shares = kept(messages, 0.7)
    assert (shares.right, shares.refused) == (0.25, 0.5)


def test_quality_counts_messages_in_scope() -> None:
    """Right ones, and those whose entry is among the first three."""
    messages = [
        heard("a", "a"),
        heard("a", "b", "c", "a"),
        heard("a", "b", "c", "d", "a"),
        heard("a"),
        heard(None, "a"),
    ]
    found = quality(messages)
    assert (found.right, found.among_shown) == (0.25, 0.5)


def test_percentiles_are_milliseconds() -> None:
    """Of the seconds that the messages took."""
    assert percentile_ms([Heard(None, [], n / 1000) for n in range(101)], 99) == pytest.approx(99)
