"""Which entries' answers tell of a term.

A question may name what no question of its entry does, but the answer does: "combien de visiteurs",
of a fair whose answer says how many came.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.features import Keys, term_key

Labels = NDArray[np.int32]


@dataclass(frozen=True)
class Told:
    """The terms of answers by their keys, sorted, and beside each a label whose answer has it."""

    keys: Keys
    labels: Labels

    @classmethod
    def of(cls, answers: Iterable[tuple[int, Sequence[str]]]) -> Told:
        """What ``answers`` tell: labels, and the terms of what is answered for each."""
        found = {(term_key(term), label) for label, terms in answers for term in terms}
        keys, labels = zip(*sorted(found), strict=True) if found else ((), ())
        return cls(np.array(keys, np.uint32), np.array(labels, np.int32))

    def by(self, term: str) -> Labels:
        """The labels whose answers have ``term``."""
        key = np.uint32(term_key(term))
        first, last = np.searchsorted(self.keys, key), np.searchsorted(self.keys, key, "right")
        return self.labels[first:last]
