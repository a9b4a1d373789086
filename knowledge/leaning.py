"""Whether a message asks what is not answered, whatever it is about.

What an entry refuses, other entries refuse of other things: the age of one person or of another,
the rent of a site or of a market. And what a thing is called stands in the questions of the entry
that answers for it as in those of the entry that refuses its details. So each term is weighed by
how many of the entries that refuse have it, against how many of those that answer: naive Bayes over
entries (Manning, Raghavan & Schütze, "Introduction to Information Retrieval", chapter 13).

By the same weight, a term that is clearly refused elsewhere speaks against each entry that answers
and has it neither in a question nor in its answer.

And of what an entry refuses its questions are but examples, while those of an entry that answers
are all that it answers, in other words: next to an answer a refusal is likelier than its share.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from knowledge.sparse import Floats, Sparse

_WEIGHT = 0.42
"""How much a text's terms together say for all that refuses, beside what they say for one entry."""

_FEW = 4
"""Of so many entries that refuse, what they have in common is believed by half."""

_ASKED = 2.0
"""How much a term that is asked for by name speaks against an answer without it."""

_SAID, _REFUSED = 0.7, 0.7
"""How much any other does, beyond so much that is said for its being refused."""

_EXAMPLES = 0.5
"""How much more a refusal says, next to an answer, for being asked for in more ways than it has."""

_MOST = 3.0
_REFUSING, _ANSWERING = 2.8, 1.5
"""So many in all entries are supposed to have a term beside those that do.

What is rare or not known at all is rather asked for what is not answered.
"""
_STRANGE = math.log(_REFUSING / _ANSWERING)

Flags = NDArray[np.bool_]
Counts = NDArray[np.int64]


class Having(NamedTuple):
    """For each term how many labels have it, of those that refuse and of those that answer."""

    refusing: Counts
    answering: Counts

    @classmethod
    def of(cls, support: Sparse, refusing: Flags) -> Having:
        """Counted from the terms (columns) that each label (row) has."""
        of_refusing = np.repeat(refusing, support.lengths)
        parts = (support.columns[kept] for kept in (of_refusing, ~of_refusing))
        return cls(*(np.bincount(part, minlength=support.width) for part in parts))

    def weights(self, refusing: Flags) -> Floats:
        """What each term says for all labels that are ``refusing``."""
        said = _log_share(self.refusing, refusing, _REFUSING)
        said -= _log_share(self.answering, ~refusing, _ANSWERING)
        return said


@dataclass(frozen=True)
class Leaning:
    """What each feature that is a single term says for all the labels that are ``refusing``."""

    refusing: Flags
    weights: Floats

    @classmethod
    def learn(cls, terms: Sparse, labels: NDArray[np.int64], refusing: Flags) -> Leaning:
        """Learn from texts, the rows of ``terms``, and their labels."""
        having = Having.of(terms.summed(labels, len(refusing)), refusing)
        return cls(refusing, having.weights(refusing))

    def joined(self, logits: Floats, columns: NDArray[np.integer], count: int) -> Floats:
        """``logits`` of a text of ``count`` terms; ``columns`` are those that any text has.

        The longer the text, the less each of its terms says.
        """
        if not count or not self.belief:
            return logits
        strange = _STRANGE * (count - len(columns))
        said = (float(self.weights[columns].sum()) + strange) / math.sqrt(count)
        leaning = _WEIGHT * self.belief * max(-_MOST, min(_MOST, said))
        return np.asarray(logits + self.refusing * np.float32(leaning), np.float32)

    def doubt(self, column: int | None, *, asked: bool) -> float:
        """How far a term, that no text has without a ``column``, speaks against what lacks it.

        The more, the more it is refused; what a text asks for by name speaks loudest.
        """
        said = _STRANGE if column is None else float(self.weights[column])
        doubt = _ASKED * said if asked else _SAID * (said - _REFUSED)
        return self.belief * max(0.0, doubt)

    def doubted(self, logits: Floats, doubt: float, having: NDArray[np.integer]) -> Floats:
        """``logits``, less ``doubt`` for the labels that answer, but those ``having`` the term."""
        lacking = ~self.refusing
        lacking[having] = False
        return np.asarray(logits - lacking * np.float32(doubt), np.float32)

    def beside_an_answer(self, logits: Floats, labels: NDArray[np.integer] | None) -> Floats:
        """``logits`` of ``labels``, with what a refusal says more where the likeliest answers.

        The likeliest stays so.
        """
        refusing = self.refusing if labels is None else self.refusing[labels]
        first = int(logits.argmax())
        if refusing[first] or not self.belief:
            return logits
        more = logits + refusing * np.float32(_EXAMPLES * self.belief)
        return np.asarray(np.minimum(more, logits[first]), np.float32)

    @cached_property
    def belief(self) -> float:
        """How far what refuses is believed to show what is refused: not at all where all does."""
        refusing = float(self.refusing.sum())
        return refusing / (refusing + _FEW) if refusing < len(self.refusing) else 0.0


def _log_share(having: Counts, labels: Flags, supposed: float) -> Floats:
    """Of each term the share of ``labels``, of which there may be none, that have it."""
    shares = having / max(1, labels.sum())
    return np.asarray(np.log(shares + supposed / max(1, len(labels))), np.float32)
