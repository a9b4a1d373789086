"""Words that a misspelt one may stand for, found by how few slips it is away from them.

A slip is a letter added, left out or replaced, or two neighbours swapped (optimal string alignment,
by rapidfuzz).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA, Levenshtein

_A, _Z = ord("a"), ord("z")


class Slips(NamedTuple):
    """The slips that lead from a word to what was typed."""

    swapped: int
    left_out: int
    other: int

    @property
    def in_all(self) -> int:
        """How many there are."""
        return self.swapped + self.left_out + self.other


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words by length, with the letters each has, so that far ones are passed over at once.

    ``own`` says which are the folder's, the others being the language's.
    """

    words: list[str]
    own: NDArray[np.bool_]
    lengths: NDArray[np.int64]
    letters: NDArray[np.uint64]

    @classmethod
    def of(cls, own: Collection[str], others: Iterable[str] = ()) -> Vocabulary:
        """The vocabulary of a folder's ``own`` words and ``others``."""
        ordered = sorted(sorted({*own, *others}), key=len)
        lengths = np.array([len(word) for word in ordered], np.int64)
        is_own = np.array([word in own for word in ordered], np.bool_)
        return cls(ordered, is_own, lengths, _every_letter_bits(ordered))

    def near(self, word: str, *, own: int, others: int) -> list[tuple[str, Slips]]:
        """The words near ``word``, itself left out, and the slips that lead from each to it.

        ``own`` is how many slips away a word of the folder may be, and ``others`` how many any
        other.
        """
        most = max(own, others)
        start, end = np.searchsorted(self.lengths, [len(word) - most, len(word) + most + 1])
        # A slip changes at most two of the bits: one letter gone, another come.
        differing = np.bitwise_count(self.letters[start:end] ^ np.uint64(letter_bits(word)))
        near = differing <= 2 * np.where(self.own[start:end], own, others)
        places = (np.flatnonzero(near) + start).tolist()
        pool = [self.words[place] for place in places]
        found = process.extract(word, pool, scorer=OSA.distance, score_cutoff=most, limit=None)
        return [
            (meant, slips_between(meant, word, distance))
            for meant, distance, n in found
            if 0 < distance <= (own if self.own[places[n]] else others)
        ]


def slips_between(meant: str, typed: str, count: int) -> Slips:
    """What the ``count`` slips from ``meant`` to ``typed`` are.

    Levenshtein's distance counts a swap twice; letters that are missing were left out.
    """
    swapped = min(count, Levenshtein.distance(meant, typed) - count)
    left_out = min(count - swapped, max(0, len(meant) - len(typed)))
    return Slips(swapped, left_out, count - swapped - left_out)


def letter_bits(word: str) -> int:
    """A bit for each letter of ``word``, and another for each that it has twice or more."""
    once = twice = 0
    for letter in word.encode("ascii", "replace"):
        if _A <= letter <= _Z:
            bit = 1 << (letter - _A)
            twice |= once & bit
            once |= bit
    return once | twice << (_Z - _A + 1)


def _every_letter_bits(words: Sequence[str]) -> NDArray[np.uint64]:
    """:func:`letter_bits` of each word: of ten thousands at once, which one by one takes long."""
    if not words:
        return np.empty(0, np.uint64)
    longest = max(map(len, words))
    written = np.array([w.encode("ascii", "replace") for w in words], f"S{longest}")
    letters = written.view(np.uint8).reshape(len(words), longest)
    # A bit for each letter, and none for what is no letter.
    bits = np.zeros(256, np.uint64)
    bits[_A : _Z + 1] = np.uint64(1) << np.arange(_Z - _A + 1, dtype=np.uint64)
    once = np.zeros(len(words), np.uint64)
    twice = np.zeros_like(once)
    for place in range(longest):
        bit = bits[letters[:, place]]
        twice |= once & bit
        once |= bit
    return once | twice << np.uint64(_Z - _A + 1)
