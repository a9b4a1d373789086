"""From evidence to a probability, fitted on the folder alone.

The folder's questions are judged by models that have not seen them. Some are held out singly:
their entry is known from its other questions, and the best match is right or wrong. Others are
held out with their whole entry: whatever matches is wrong, as for a message that the folder cannot
answer. A logistic regression over the evidence tells right from wrong; its probability is the
match's score.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize, special

from knowledge.index import Index, Labels
from knowledge.text import Terms

EVIDENCE = ("logit", "lead", "nearest", "explained", "known", "length")
"""What is known of a match: the classifier's logit and its lead over the second entry, the cosine
to the entry's nearest question, the share of the message's telling words that the entry's
questions hold, the share that any question holds, and the logarithm of the words' count."""

OUT_OF_SCOPE_SHARE = 0.3
"""How many messages are supposed to ask for what the folder does not know."""

_QUESTION_FOLDS = 3
_ENTRY_FOLDS = 2
_USUAL_WEIGHTS = np.array([0.4, 0.75, 2.0, 0.4, 0.3, 0.6])
_USUAL_BIAS = -4.2
"""What folders of ten questions an entry teach, about; from public sets, one French, one English
(``benchmarks/matching.py`` names them)."""

_PENALTY = 3.0
"""How firmly a folder that teaches little stays with what others taught."""

Evidence = NDArray[np.float64]


@dataclass(frozen=True)
class Calibration:
    """Logistic regression over the evidence."""

    weights: Evidence
    bias: float

    def probability(self, evidence: ArrayLike) -> NDArray[np.float64]:
        """The probability that the match is right, for each row of evidence."""
        return np.asarray(special.expit(np.asarray(evidence) @ self.weights + self.bias))


def calibrate(texts: Sequence[Terms], labels: Labels, classes: int) -> Calibration:
    """Fit on how ``texts`` are matched by what is learnt from the others."""
    known = _judged(texts, labels, classes, _dealt(labels, _QUESTION_FOLDS))
    foreign = _judged(texts, labels, classes, labels % _ENTRY_FOLDS)
    if not known or not foreign:
        return Calibration(_USUAL_WEIGHTS, _USUAL_BIAS)
    evidence = np.array([row for row, _ in [*known, *foreign]])
    right = np.array([*(hit for _, hit in known), *(False for _ in foreign)])
    share = OUT_OF_SCOPE_SHARE / len(foreign), (1 - OUT_OF_SCOPE_SHARE) / len(known)
    weights = np.array([share[1]] * len(known) + [share[0]] * len(foreign)) * len(evidence)
    return fit(evidence, right, weights)


def _dealt(labels: Labels, folds: int) -> Labels:
    """Each label's texts dealt out in turn, so that every fold holds some of each."""
    dealt: Counter[int] = Counter()
    result = []
    for label in labels.tolist():
        result.append((dealt[label] + label) % folds)
        dealt[label] += 1
    return np.array(result, np.int64)


def _judged(
    texts: Sequence[Terms], labels: Labels, classes: int, folds: Labels
) -> list[tuple[tuple[float, ...], bool]]:
    """The evidence of each text's best match among the other folds, and whether it is right."""
    judged = []
    for fold in np.unique(folds):
        kept = np.flatnonzero(folds != fold).tolist()
        held = np.flatnonzero(folds == fold).tolist()
        if len(np.unique(labels[kept])) < 2:  # noqa: PLR2004 - one label is no choice
            continue
        index = Index([texts[n] for n in kept], labels[kept], classes, draft=True)
        for n in held:
            row = index.row(texts[n])
            if row.nnz:
                best = index.candidates(texts[n], row, index.logits(row))[0]
                judged.append((best.evidence, best.label == labels[n]))
    return judged


def fit(evidence: Evidence, right: NDArray[np.bool_], counts: Evidence) -> Calibration:
    """Fit on rows of evidence, of which ``right`` says whether the match was the right one.

    ``counts`` is how much each row counts.
    """
    centre, scale = evidence.mean(axis=0), evidence.std(axis=0) + 1e-6
    standard = (evidence - centre) / scale
    usual = np.append(_USUAL_WEIGHTS * scale, _USUAL_BIAS + centre @ _USUAL_WEIGHTS)
    signs = np.where(right, 1.0, -1.0)

    def loss(parameters: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        weights, bias = parameters[:-1], parameters[-1]
        off = parameters - usual
        margins = signs * (standard @ weights + bias)
        pull = -signs * special.expit(-margins) * counts
        value = -(special.log_expit(margins) * counts).sum() + 0.5 * _PENALTY * float(off @ off)
        gradient = np.append(standard.T @ pull, pull.sum()) + _PENALTY * off
        return float(value), gradient

    found = optimize.minimize(loss, usual, jac=True, method="L-BFGS-B").x
    weights = np.asarray(found[:-1]) / scale
    return Calibration(weights, float(found[-1] - centre @ weights))
