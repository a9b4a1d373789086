"""The minimum of a smooth function, by BFGS that remembers one step ("memoryless").

Nocedal & Wright, "Numerical Optimization", 2nd edition, algorithms 7.4 and 3.1. Vectors are large:
all keep the precision they come with, and four of them are held at most, beside what the loss
takes. SciPy's minimizer holds twenty and more, of twice the size.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.floating[Any]]
Loss = Callable[[Any], tuple[float, Vector]]
"""The value at a point, and the gradient there."""

_DECREASE = 1e-4
_MOST_HALVINGS = 12
_FLAT = 1e-8


class _Move(NamedTuple):
    """A step, and what it changed the gradient by."""

    step: Vector
    change: Vector


def minimum(loss: Loss, start: Vector, iterations: int) -> Vector:
    """Where ``loss`` is least, as far as ``iterations`` steps from ``start`` lead."""
    point = start.copy()
    del start  # or it would be kept beside the point
    value, gradient = loss(point)
    last: _Move | None = None
    for _ in range(iterations):
        step = np.negative(gradient) if last is None else _direction(gradient, last)
        slope = float(gradient @ step)
        if slope > -_FLAT * max(1.0, abs(value)):
            break
        if last is None:
            shortened = min(1.0, 1.0 / math.sqrt(-slope))
            step *= shortened
            slope *= shortened
        last = None  # its vectors are not held while the loss is reckoned
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
            last = _Move(step, change)
        value, gradient = trial_value, trial_gradient
    return point


def _direction(gradient: Vector, last: _Move) -> Vector:
    """Downhill, by the curvature that ``last`` met; its vectors are overwritten."""
    step, change = last
    curved, bent = float(step @ change), float(change @ change)
    share = -float(step @ gradient) / curved
    along = 2 * share + float(change @ gradient) / bent
    # The two loops of algorithm 7.4, written out for one step.
    change *= -share * curved / bent
    step *= along
    change += step
    change -= np.multiply(gradient, curved / bent, out=step)
    return change
