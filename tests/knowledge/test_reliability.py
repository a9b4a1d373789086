"""The reliability of scores, against the definition written out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.evaluation.reliability import BINS, reliability

SCORED = st.lists(
    st.tuples(
        st.floats(0, 1) | st.sampled_from([n / BINS for n in range(BINS + 1)]), st.booleans()
    ),
    max_size=60,
)


def naive(scored: list[tuple[float, bool]]) -> tuple[list[list[tuple[float, bool]]], float]:
    """The bins' contents, and the expected calibration error, as a text book has it."""
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for score, right in scored:
        number = next(n for n in range(BINS) if score < (n + 1) / BINS or n == BINS - 1)
        bins[number].append((score, right))
    error = 0.0
    for content in filter(None, bins):
        mean = sum(score for score, _ in content) / len(content)
        share = sum(right for _, right in content) / len(content)
        error += len(content) / len(scored) * abs(mean - share)
    return bins, error


@given(SCORED)
def test_bins_and_error_are_as_defined(scored: list[tuple[float, bool]]) -> None:
    """Each bin counts its scores, their mean and the share right; the error weighs them."""
    bins, error = naive(scored)
    measured = reliability(scored)
    assert measured.error == pytest.approx(error)
    assert [each.count for each in measured.bins] == list(map(len, bins))
    for each, content in zip(measured.bins, bins, strict=True):
        if content:
            assert each.mean_score == pytest.approx(sum(s for s, _ in content) / len(content))
            assert each.share_right == pytest.approx(sum(r for _, r in content) / len(content))


@pytest.mark.parametrize(
    ("scored", "error"),
    [
        ([], 0.0),
        ([(1.0, True), (0.0, False)], 0.0),
        ([(1.0, False)], 1.0),
        ([(0.75, True), (0.75, True), (0.75, True), (0.75, False)], 0.0),
        ([(0.9, True), (0.9, False)], 0.4),
    ],
)
def test_error_of_known_scores(scored: list[tuple[float, bool]], error: float) -> None:
    """Scores that mean what they say have no error; sure and wrong is the largest."""
    assert reliability(scored).error == pytest.approx(error)
