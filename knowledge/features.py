"""Weighted features of a text: terms, pairs of terms, and letters within words.

Each block is TF-IDF weighted (sublinear counts, smoothed inverse document frequency, as in
Manning, Raghavan & Schütze, "Introduction to Information Retrieval", chapter 6), scaled by the
block's weight, and the whole is brought to length one.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
from scipy import sparse

from knowledge.text import Terms

BLOCK_WEIGHTS = {"term": 1.0, "pair": 0.6, "skip": 0.5, "letters": 1.0}
_LETTERS = (2, 3, 4)
_LENGTH = math.sqrt(sum(weight * weight for weight in BLOCK_WEIGHTS.values()))


def blocks(terms: Terms) -> dict[str, list[str]]:
    """The features of a text, by block."""
    bounded = ("^", *terms.sequence, "$")
    singles = [*terms.sequence, *(s for s in terms.stems if s not in terms.sequence)]
    return {
        "term": [f"w {term}" for term in singles],
        "pair": [f"p {a} {b}" for a, b in itertools.pairwise(bounded)],
        "skip": [
            f"s {a} {b}"
            for gap in (2, 3)
            for a, b in zip(terms.sequence, terms.sequence[gap:], strict=False)
        ],
        "letters": [f"c {gram}" for word in terms.letters for gram in _grams(word)],
    }


def _grams(word: str) -> Iterator[str]:
    bounded = f"<{word}>"
    for size in _LETTERS:
        for start in range(len(bounded) - size + 1):
            yield bounded[start : start + size]


class Vectorizer:
    """Turns terms into rows of a sparse matrix, over the features of the texts it was fitted to."""

    def __init__(self, texts: Sequence[Terms]) -> None:
        frequency: Counter[str] = Counter()
        for terms in texts:
            # A set would order the columns by the process's hash seed, and kept weights with them.
            frequency.update(
                dict.fromkeys(f for block in blocks(terms).values() for f in block).keys()
            )
        self.columns = {feature: column for column, feature in enumerate(frequency)}
        self._unknown = math.log(1 + len(texts)) + 1
        self._idf = [math.log((1 + len(texts)) / (1 + n)) + 1 for n in frequency.values()]

    def rows(self, texts: Sequence[Terms]) -> sparse.csr_matrix:
        """One row a text; features never seen in the fitted texts are left out."""
        values: list[float] = []
        columns: list[int] = []
        ends = [0]
        for terms in texts:
            row = self._row(terms)
            columns.extend(row)
            values.extend(row.values())
            ends.append(len(values))
        return sparse.csr_matrix(
            (np.array(values, np.float32), np.array(columns, np.int32), np.array(ends, np.int32)),
            shape=(len(texts), len(self.columns)),
        )

    def _row(self, terms: Terms) -> dict[int, float]:
        return {
            column: value * BLOCK_WEIGHTS[block] / _LENGTH
            for block, features in blocks(terms).items()
            for column, value in self._block(features).items()
        }

    def _block(self, features: list[str]) -> dict[int, float]:
        """The block's known features, scaled as if it held the unknown ones as well."""
        counts = Counter(features)
        weights = {
            feature: (1 + math.log(count)) * self._weight_of(feature)
            for feature, count in counts.items()
        }
        length = math.sqrt(sum(weight * weight for weight in weights.values()))
        return {
            self.columns[feature]: weight / length
            for feature, weight in weights.items()
            if feature in self.columns
        }

    def _weight_of(self, feature: str) -> float:
        column = self.columns.get(feature)
        return self._idf[column] if column is not None else self._unknown
