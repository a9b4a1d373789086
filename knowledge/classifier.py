"""A softmax regression over sparse features: which entry does a text belong to.

Trained by L-BFGS, from the ridge regression's solution on,
over the Cholesky factor of the texts' Gram matrix: with fewer texts than features
this is the same optimum as over the features themselves (the representer theorem), at a fraction
of the cost. Figures beside peers: ``benchmarks/matching.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, optimize

if TYPE_CHECKING:
    from scipy import sparse

_RIDGE = 1e-5
ITERATIONS = 8
_START_RIDGE = 0.5
_START_SCALE = 12.0
"""A ridge regression of targets 0 and 1, scaled so, lies near the softmax's optimum."""

_PENALTY = 0.02

Floats = NDArray[np.float32]
Labels = NDArray[np.int64]


def factor(rows: sparse.csr_matrix) -> Floats:
    """A square root of the rows' Gram matrix: as many columns as rows, the same products."""
    gram = np.asarray((rows @ rows.T).todense(), np.float64)
    gram[np.diag_indices_from(gram)] += _RIDGE
    return np.linalg.cholesky(gram).astype(np.float32)


def fit(root: Floats, labels: Labels, classes: int, iterations: int) -> Floats:
    """Weights of each class over the columns of ``root``, of shape (columns, classes)."""
    count, columns = root.shape
    truth = np.zeros((count, classes), np.float32)
    truth[np.arange(count), labels] = 1.0

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        weights = flat.reshape(columns, classes).astype(np.float32)
        logits = root @ weights
        logits -= logits.max(axis=1, keepdims=True)
        powers = np.exp(logits)
        totals = powers.sum(axis=1, keepdims=True)
        fitted = logits[np.arange(count), labels] - np.log(totals[:, 0])
        gradient = root.T @ (powers / totals - truth) + _PENALTY * weights
        value = 0.5 * _PENALTY * float((weights * weights).sum()) - float(fitted.sum())
        return value, gradient.ravel().astype(np.float64)

    found = optimize.minimize(
        loss,
        _start(root, truth).ravel().astype(np.float64),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": iterations, "maxcor": 6},
    )
    return np.asarray(found.x, np.float32).reshape(columns, classes)


def _start(root: Floats, truth: Floats) -> Floats:
    gram = root @ root.T
    gram[np.diag_indices_from(gram)] += _START_RIDGE
    dual = linalg.cho_solve(
        linalg.cho_factor(gram, overwrite_a=True, check_finite=False),
        truth - np.float32(1 / truth.shape[1]),
        check_finite=False,
    )
    return np.asarray(_START_SCALE * (root.T @ dual), np.float32)


def feature_weights(rows: sparse.csr_matrix, root: Floats, weights: Floats) -> Floats:
    """``weights`` over ``root`` as weights over the features of ``rows``."""
    dual = linalg.solve_triangular(root, weights, lower=True, trans="T")
    return np.asarray(rows.T @ dual, np.float32)
