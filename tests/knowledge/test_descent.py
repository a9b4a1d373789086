"""The minimizer finds the minimum, in the precision that it is given."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from knowledge.descent import minimum


@pytest.mark.parametrize("kind", ["f4", "f8"])
def test_a_bowl_has_its_minimum_found(kind: str) -> None:
    """A badly scaled quadratic is minimized, in few steps and the vector's own precision."""
    scales: NDArray[np.float64] = np.array([1, 10, 100], kind)
    centre: NDArray[np.float64] = np.array([3, -2, 1], kind)

    def bowl(point: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        off = point - centre
        return float(0.5 * (scales * off) @ off), scales * off

    found = minimum(bowl, np.zeros(3, kind), 40)
    assert found.dtype == np.dtype(kind)
    assert found == pytest.approx(centre, abs=1e-3)


def test_no_step_leads_up() -> None:
    """Where it starts at the minimum it stays, however many steps it may take."""
    start = np.array([1.0, 2.0])

    def bowl(point: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        return float(((point - start) ** 2).sum()), 2 * (point - start)

    assert minimum(bowl, start, 9) == pytest.approx(start)
