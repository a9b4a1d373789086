"""From evidence to a probability, fitted on the folder alone.

Two things make a match doubtful. The message may ask for what the folder does not know: then little
speaks for even the likeliest entry. Or it may ask for another entry: then that has its share of
what speaks. The first is told by a logistic regression that the folder teaches; the second by a
softmax, sharper the longer the message is, since a logit is of a text brought to length one: what
the words of a long one say together is more than what a single word does.

The folder's questions are judged by models that have not seen them. Some are held out singly:
their entry is known from its other questions, and the best match is right or wrong. Others are
held out with their whole entry: whatever matches is wrong, as for a message that the folder cannot
answer.

How much coverage and share count beside the logit, and how sharp the softmax is, was fitted on a
French and an English set and on messages to this folder, which agreed; the folder teaches the
scale. The nearest question's similarity and the share of words known to any entry were tried as
further evidence: they added nothing. Held-out questions say a folder's softmax to be sharper than
messages bear out, so that is not learnt.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from knowledge.classifier import Flags, Labels, Training
from knowledge.descent import minimum
from knowledge.meaning import Likeness

STRANGE_SHARE = 0.3
"""How many messages are supposed to ask for what the folder does not know, if no entry refuses."""

_REFUSED, _MOST_REFUSED = 3.5, 0.85
"""Where a fifth of the entries say what is not answered, they find seven in ten of those.

More of them find more, and never all.
"""

MOST_TEXTS = 6_000
"""A folder too large to be trained is judged by the questions of some of its entries."""

_COVERAGE_WEIGHT = 1.5
_TELLING_LOGIT, _BEYOND = 4.5, 0.1
"""A greater logit says which entry is meant, and hardly more whether the folder knows the rest."""

_SHARE_WEIGHT = 0.5
_SHARPNESS, _LENGTHENING = 1.2, 0.6
_QUESTION_FOLDS = 3
_ENTRY_FOLDS = 3
_LEAST_USUAL, _MOST_USUAL = 0.6, 0.97
_USUAL = np.array([0.9, -2.5])
"""What folders teach, about: scale and bias."""

_MOST_STEPS = 60
_PENALTY = 3.0
"""How firmly a folder that teaches little stays with what others taught."""

Evidence = NDArray[np.float64]


class Judged(NamedTuple):
    """Best matches: what speaks for each, its share of that, and whether it is right."""

    evidence: Evidence
    shares: Evidence
    right: Flags


@dataclass(frozen=True)
class Calibration:
    """Logistic regression over the evidence: its scale and a bias."""

    parameters: Evidence

    def probabilities(self, spoken: ArrayLike, share: ArrayLike) -> tuple[Evidence, Evidence]:
        """That the folder knows what is asked, and the score of the best match.

        The score is lower the less the match's ``share`` is, but tells what the folder knows
        from what it does not: not by as much as the chance that the match is right.
        """
        scale, bias = self.parameters
        known = scale * np.asarray(spoken) + bias
        score = known + scale * _SHARE_WEIGHT * np.log(share)
        return _sigmoid(known), _sigmoid(score)


def strange_share(refusing: float) -> float:
    """How many messages are of no entry, where ``refusing`` is the share of entries that refuse."""
    return STRANGE_SHARE * (1 - min(_MOST_REFUSED, _REFUSED * refusing))


def evidence(logits: ArrayLike, coverage: ArrayLike) -> Evidence:
    """What speaks for a match: its logit, and how much of the text its entry's questions say."""
    spoken = np.asarray(logits, np.float64)
    told = np.minimum(spoken, _TELLING_LOGIT)
    return told + _BEYOND * (spoken - told) + _COVERAGE_WEIGHT * np.asarray(coverage, np.float64)


def shares(logits: ArrayLike, lengths: ArrayLike) -> Evidence:
    """What part of all that speaks for the likeliest labels (last axis) speaks for each.

    ``lengths`` are the texts' numbers of terms.
    """
    sharpness = _SHARPNESS * np.maximum(1, np.asarray(lengths, np.float64)) ** _LENGTHENING
    spoken = np.asarray(logits, np.float64) * sharpness[..., None]
    powers = np.exp(spoken - spoken.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def _sigmoid(log_odds: ArrayLike) -> Evidence:
    return np.asarray(1 / (1 + np.exp(-np.asarray(log_odds))))


def calibrate(training: Training, strange: float, alike: Likeness) -> Calibration:
    """Fit on how the texts of ``training`` are matched by what is learnt from the others.

    ``strange`` is the share of messages supposed to ask for what the folder does not know;
    ``alike`` is what the texts' meaning says beside their words.
    """
    labels = training.labels
    known = _judged(training, alike, _dealt(labels, _QUESTION_FOLDS), hidden=False)
    foreign = _judged(training, alike, labels * _ENTRY_FOLDS // training.classes, hidden=True)
    if not len(known.right) or not len(foreign.right):
        return Calibration(_USUAL)
    counts = np.concatenate(
        [
            (1 - strange) * _as_usual(known.right, _usual_accuracy(labels)) / len(known.right),
            np.full(len(foreign.right), strange / len(foreign.right)),
        ]
    )
    return fit(_joined([known, foreign]), counts * len(counts))


def _usual_accuracy(labels: Labels) -> float:
    """How many messages in scope are supposed to find their entry first.

    Held-out questions find it less often: whoever writes a folder makes an entry's questions
    differ, so that each left out leaves a gap that messages seldom fall into. The more questions
    there are, the fewer gaps.
    """
    each = float(np.median(np.bincount(labels)))
    return min(_MOST_USUAL, max(_LEAST_USUAL, 1 - 1 / max(1.0, each)))


def _as_usual(right: Flags, usual: float) -> Evidence:
    """How much each held-out text counts, so that at least the ``usual`` share of them is right."""
    accuracy = float(right.mean())
    if not 0 < accuracy < usual:
        return np.ones(len(right))
    return np.where(right, usual / accuracy, (1 - usual) / (1 - accuracy))


def _dealt(labels: Labels, folds: int) -> Labels:
    """Each label's texts dealt out in turn, so that every fold holds some of each."""
    dealt: Counter[int] = Counter()
    result = []
    for label in labels.tolist():
        result.append((dealt[label] + label) % folds)
        dealt[label] += 1
    return np.array(result, np.int64)


def _judged(training: Training, alike: Likeness, folds: Labels, *, hidden: bool) -> Judged:
    """Each text's best match by the other folds.

    ``hidden`` when a fold holds whole entries, none of which may then be matched.
    """
    found = [Judged(np.empty(0), np.empty(0), np.empty(0, np.bool_))]
    for fold in np.unique(folds):
        held = folds == fold
        if len(np.unique(training.labels[~held])) < 2:  # noqa: PLR2004 - one label is no choice
            continue
        found.append(_judged_fold(training, alike, held, hidden=hidden))
    return _joined(found)


def _joined(judged: Sequence[Judged]) -> Judged:
    return Judged(
        np.concatenate([each.evidence for each in judged]),
        np.concatenate([each.shares for each in judged]),
        np.concatenate([each.right for each in judged]),
    )


def _judged_fold(training: Training, alike: Likeness, held: Flags, *, hidden: bool) -> Judged:
    spoken = training.logits(training.weights(~held))
    logits = alike.joined(spoken, training.rivals, ~held)[held]
    rivals, labels = training.rivals[held], training.labels[held]
    if hidden:
        logits = np.where(np.isin(rivals, labels), -np.inf, logits)
    best = logits.argmax(axis=1)
    each = np.arange(len(best))
    meant = np.isfinite(logits[each, best])
    each, best = each[meant], best[meant]
    coverage = training.coverage(~held)[held][each, best]
    parts = shares(logits[meant], training.lengths[held][meant])
    return Judged(
        evidence(logits[each, best], coverage),
        parts[np.arange(len(best)), best],
        rivals[each, best] == labels[each],
    )


def fit(judged: Judged, counts: Evidence) -> Calibration:
    """Fit on best matches; ``counts`` is how much each counts."""
    spoken = judged.evidence + _SHARE_WEIGHT * np.log(judged.shares)
    centre, spread = spoken.mean(), spoken.std() + 1e-6
    standard = (spoken - centre) / spread
    usual = np.array([_USUAL[0] * spread, _USUAL[1] + centre * _USUAL[0]])
    signs = np.where(judged.right, 1.0, -1.0)

    def loss(parameters: Evidence) -> tuple[float, Evidence]:
        off = parameters - usual
        margins = signs * (standard * parameters[0] + parameters[1])
        pull = -signs * _sigmoid(-margins) * counts
        value = (np.logaddexp(0, -margins) * counts).sum() + 0.5 * _PENALTY * float(off @ off)
        gradient = np.array([standard @ pull, pull.sum()]) + _PENALTY * off
        return float(value), gradient

    scale, bias = minimum(loss, usual, _MOST_STEPS)
    return Calibration(np.array([scale / spread, bias - centre * scale / spread]))
