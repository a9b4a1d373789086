"""The minimum of a smooth function, by limited-memory BFGS.

Nocedal & Wright, "Numerical Optimization", 2nd edition, algorithms 7.4 and 3.1. All vectors keep
the precision they come with, which takes half the memory of SciPy's minimizer, and its import less.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.floating[Any]]
Loss = Callable[[Any], tuple[float, Vector]]
"""The value at a point, and the gradient there."""

_DECREASE = 1e-4
_MOST_HALVINGS = 12
_FLAT = 1e-6


def minimum(loss: Loss, start: Vector, iterations: int, remembered: int = 3) -> Vector:
    """Where ``loss`` is least, as far as ``iterations`` steps from ``start`` lead.

    Each of the steps ``remembered`` spares some others, and takes two vectors of memory.
    """
    point = start.copy()
    del start  # or it would be kept beside the point
    value, gradient = loss(point)
    steps: deque[tuple[Vector, Vector]] = deque(maxlen=remembered)
    for _ in range(iterations):
        step = _direction(gradient, steps)
        slope = float(gradient @ step)
        if slope > -_FLAT * max(1.0, abs(value)):
            break
        if not steps:
            shortened = min(1.0, 1.0 / math.sqrt(-slope))
            step *= shortened
            slope *= shortened
        # All in place: vectors are large.
        point += step
        for _ in range(_MOST_HALVINGS):
            trial_value, trial_gradient = loss(point)
            if trial_value <= value + _DECREASE * slope:
                break
            step /= 2
            slope /= 2
            point -= step
        else:
            point -= step
            break
        # The old gradient becomes what the step changed it by.
        change = np.subtract(trial_gradient, gradient, out=gradient)
        if float(step @ change) > 0:
            steps.append((step, change))
        value, gradient = trial_value, trial_gradient
    return point


def _direction(gradient: Vector, steps: deque[tuple[Vector, Vector]]) -> Vector:
    """Downhill, by the curvature that the last ``steps`` met."""
    direction = np.negative(gradient)
    shares = []
    for step, change in reversed(steps):
        share = (step @ direction) / (step @ change)
        direction -= share * change
        shares.append(share)
    if steps:
        step, change = steps[-1]
        direction *= (step @ change) / (change @ change)
    for (step, change), share in zip(steps, reversed(shares), strict=True):
        direction += step * (share - (change @ direction) / (step @ change))
    return direction
