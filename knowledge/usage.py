"""How likely a word is, and one word after another, in a folder's questions and in the language."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

START = "^"
"""Comes before a text's first word."""

END = "$"
"""Comes after its last."""

_STRANGE = 1e-12
"""The probability of a word that neither folder nor language uses."""

_FOLDER_SHARE = 0.65
_USUAL_PAIRS = 50.0
"""So many pairs that are as usual as their second word count beside those seen after a word."""

_PAIR_WEIGHT = 0.8


class Usage:
    """Counts of words and of pairs of neighbours.

    ``language`` gives the share of all words used that each word of the language has.
    """

    def __init__(self, texts: Iterable[Sequence[str]], language: Mapping[str, float]) -> None:
        said = list(itertools.chain.from_iterable((START, *text, END) for text in texts))
        self.counts = Counter(said)
        self._places = {word: place for place, word in enumerate(self.counts)}
        # All at once: to count the pairs of a large folder one by one takes seconds at each start.
        self._width = len(self._places) + 1  # the last stands for every word that has no place
        places = np.fromiter(map(self._places.__getitem__, said), np.int64, len(said))
        pairs, seen = np.unique(places[:-1] * self._width + places[1:], return_counts=True)
        self._pairs = dict(zip(pairs.tolist(), seen.tolist(), strict=True))
        # As many texts begin as end.
        self._begun = self.counts.pop(START, 0)
        del self.counts[END]
        self._total = max(1, self.counts.total())
        self._language = language

    def likelihood(self, word: str) -> float:
        """The logarithm of how often ``word`` is written, of all words."""
        return math.log(self._share(word))

    def _share(self, word: str) -> float:
        count = self._begun if word == END else self.counts.get(word, 0)
        return (
            _FOLDER_SHARE * count / self._total
            + (1 - _FOLDER_SHARE) * self._language.get(word, 0.0)
            or _STRANGE
        )

    def gains(self, before: str, words: Iterable[str]) -> list[float]:
        """How much likelier each of ``words`` is for coming after ``before``, as a logarithm."""
        seen = self._begun if before == START else self.counts.get(before, 0)
        least = _PAIR_WEIGHT * math.log(_USUAL_PAIRS / (seen + _USUAL_PAIRS))
        if not seen:
            return [least for _ in words]
        first = self._places[before] * self._width
        return [
            least
            + self._gain(self._pairs.get(first + self._places.get(word, self._width - 1)), word)
            for word in words
        ]

    def _gain(self, seen: int | None, word: str) -> float:
        if not seen:
            return 0.0
        return _PAIR_WEIGHT * math.log1p(seen / (_USUAL_PAIRS * self._share(word)))
