"""From evidence to a probability, fitted on the folder alone.

The folder's questions are judged by models that have not seen them. Some are held out singly:
their entry is known from its other questions, and the best match is right or wrong. Others are
held out with their whole entry: whatever matches is wrong, as for a message that the folder cannot
answer. A logistic regression over the evidence tells right from wrong; its probability is the
match's score.

The nearest question's similarity, the share of known words and the message's length were tried as
further evidence, on one French and one English set: they added nothing.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize, special

from knowledge.classifier import RIVALS, Flags, Labels, Training
from knowledge.features import Floats

EVIDENCE = ("logit", "share")
"""What is known of a match: the classifier's logit, and the logarithm of its share among the
:data:`~knowledge.classifier.RIVALS` likeliest entries."""

OUT_OF_SCOPE_SHARE = 0.3
"""How many messages are supposed to ask for what the folder does not know."""

USUAL_ACCURACY = 0.92
"""How many messages in scope are supposed to find their entry first, where the held-out questions
say fewer: whoever writes a folder makes an entry's questions differ, so that each left out leaves a
gap that messages seldom fall into."""

MOST_TEXTS = 6_000
"""A larger folder is judged by the questions of some of its entries."""

_QUESTION_FOLDS = 3
_ENTRY_FOLDS = 3
_USUAL = np.array([0.45, 0.7, -3.0])
"""What folders of ten questions an entry teach, about: weights and bias."""

_PENALTY = 3.0
"""How firmly a folder that teaches little stays with what others taught."""

Evidence = NDArray[np.float64]


@dataclass(frozen=True)
class Calibration:
    """Logistic regression over the evidence: two weights and a bias."""

    parameters: Evidence

    def probability(self, evidence: ArrayLike) -> NDArray[np.float64]:
        """The probability that the match is right, for each row of evidence."""
        weights, bias = self.parameters[:-1], self.parameters[-1]
        return np.asarray(special.expit(np.asarray(evidence) @ weights + bias))


def evidence(logits: Floats) -> Evidence:
    """The evidence for each label, from the logits of the likeliest ones (last axis)."""
    rivals = np.asarray(logits, np.float64)
    if rivals.shape[-1] > RIVALS:
        rivals = -np.partition(-rivals, RIVALS - 1, axis=-1)[..., :RIVALS]
    highest = rivals.max(axis=-1, keepdims=True)
    total = highest + np.log(np.exp(rivals - highest).sum(axis=-1, keepdims=True))
    return np.stack([logits, logits - total], axis=-1)


def calibrate(training: Training) -> Calibration:
    """Fit on how the texts of ``training`` are matched by what is learnt from the others."""
    labels = training.labels
    known = _judged(training, _dealt(labels, _QUESTION_FOLDS), hidden=False)
    foreign = _judged(training, labels % _ENTRY_FOLDS, hidden=True)
    if not len(known[0]) or not len(foreign[0]):
        return Calibration(_USUAL)
    counts = np.concatenate(
        [
            (1 - OUT_OF_SCOPE_SHARE) * _as_usual(known[1]) / len(known[0]),
            np.full(len(foreign[0]), OUT_OF_SCOPE_SHARE / len(foreign[0])),
        ]
    )
    return fit(
        np.concatenate([known[0], foreign[0]]),
        np.concatenate([known[1], foreign[1]]),
        counts * len(counts),
    )


def _as_usual(right: Flags) -> Evidence:
    """How much each held-out text counts, so that at least the usual share of them is right."""
    accuracy = float(right.mean())
    if not 0 < accuracy < USUAL_ACCURACY:
        return np.ones(len(right))
    return np.where(right, USUAL_ACCURACY / accuracy, (1 - USUAL_ACCURACY) / (1 - accuracy))


def _dealt(labels: Labels, folds: int) -> Labels:
    """Each label's texts dealt out in turn, so that every fold holds some of each."""
    dealt: Counter[int] = Counter()
    result = []
    for label in labels.tolist():
        result.append((dealt[label] + label) % folds)
        dealt[label] += 1
    return np.array(result, np.int64)


def _judged(training: Training, folds: Labels, *, hidden: bool) -> tuple[Evidence, Flags]:
    """The evidence of each text's best match by the other folds, and whether it is right.

    ``hidden`` when a fold holds whole entries, none of which may then be matched.
    """
    found: list[Evidence] = [np.empty((0, len(EVIDENCE)))]
    right: list[Flags] = [np.empty(0, np.bool_)]
    for fold in np.unique(folds):
        held = folds == fold
        if len(np.unique(training.labels[~held])) < 2:  # noqa: PLR2004 - one label is no choice
            continue
        logits = training.logits(training.weights(~held))[held]
        rivals = training.rivals[held]
        if hidden:
            logits = np.where(np.isin(rivals, training.labels[held]), -np.inf, logits)
        best = logits.argmax(axis=1)
        each = np.arange(len(best))
        meant = np.isfinite(logits[each, best])
        found.append(evidence(logits[meant])[each[: meant.sum()], best[meant]])
        right.append((rivals[each, best] == training.labels[held])[meant])
    return np.concatenate(found), np.concatenate(right)


def fit(rows: Evidence, right: Flags, counts: Evidence) -> Calibration:
    """Fit on rows of evidence, of which ``right`` says whether the match was the right one.

    ``counts`` is how much each row counts.
    """
    centre, scale = rows.mean(axis=0), rows.std(axis=0) + 1e-6
    standard = (rows - centre) / scale
    usual = np.append(_USUAL[:-1] * scale, _USUAL[-1] + centre @ _USUAL[:-1])
    signs = np.where(right, 1.0, -1.0)

    def loss(parameters: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        off = parameters - usual
        margins = signs * (standard @ parameters[:-1] + parameters[-1])
        pull = -signs * special.expit(-margins) * counts
        value = -(special.log_expit(margins) * counts).sum() + 0.5 * _PENALTY * float(off @ off)
        gradient = np.append(standard.T @ pull, pull.sum()) + _PENALTY * off
        return float(value), gradient

    found = optimize.minimize(loss, usual, jac=True, method="L-BFGS-B").x
    weights = np.asarray(found[:-1]) / scale
    return Calibration(np.append(weights, found[-1] - centre @ weights))
