"""Ranges of headcount, as the State writes them."""

from __future__ import annotations

import pytest

from knowledge import headcounts


@pytest.mark.parametrize(
    ("band", "bounds"),
    [
        ("0 salarié", (0, 0)),
        ("1 ou 2 salariés", (1, 2)),
        ("10 à 19 salariés", (10, 19)),
        ("1 000 à 1 999 salariés", (1000, 1999)),
        ("5\u202f000 à 9\u202f999 salariés", (5000, 9999)),
        ("10 000 salariés et plus", (10000, None)),
        ("Non renseigné", None),
        ("", None),
    ],
)
def test_a_range_has_a_least_and_a_most(band: str, bounds: object) -> None:
    """As rules of routing judge it and English readers read it."""
    assert headcounts.bounds(band) == bounds
