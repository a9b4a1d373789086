"""Unknown words, repaired to the nearest word that the folder knows.

A common word of the language is no slip, even where the folder does not use it: bending it into a
word of the folder would answer a question that was not asked. wordfreq tells the common ones.

The distance counts a slip of insertion, deletion, substitution or transposition of neighbours as
one (optimal string alignment, by rapidfuzz), with a discount for what sounds or types alike.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from rapidfuzz import process
from rapidfuzz.distance import OSA

from knowledge.frequencies import is_common

if TYPE_CHECKING:
    from knowledge.model import Language

_ELIDED = ("qu", "l", "d", "j", "c", "n", "s", "m", "t")
_SHORTEST = 3
_TWO_SLIPS_FROM = 6
_OTHER_INITIAL = 0.1
_HEARD_ALIKE = 1.2
_SOUNDS = (
    ("eaux", "o"), ("eau", "o"), ("aux", "o"), ("au", "o"), ("ph", "f"), ("qu", "k"),
    ("ck", "k"), ("ss", "s"), ("sh", "ch"), ("tion", "sion"), ("ç", "s"), ("c", "k"),
    ("y", "i"), ("z", "s"), ("ai", "e"), ("ei", "e"), ("er", "e"), ("ez", "e"), ("h", ""),
)  # fmt: skip


@lru_cache(maxsize=100_000)
def sound(word: str) -> str:
    """A rough key of how a French word sounds: words of one key are likely the same word."""
    for written, heard in _SOUNDS:
        word = word.replace(written, heard)
    while len(word) >= _SHORTEST and word[-1] in "stxde":
        word = word[:-1]
    return "".join(c for n, c in enumerate(word) if n == 0 or c != word[n - 1])


class Speller:
    """Repairs words against a vocabulary of folded words and how often each occurs."""

    def __init__(self, vocabulary: Mapping[str, int], *, elisions: bool) -> None:
        self._elided = _ELIDED if elisions else ()
        self._counts = {word: n for word, n in vocabulary.items() if word.isalpha()}
        self._by_length: dict[int, list[str]] = defaultdict(list)
        self._by_sound: dict[str, list[str]] = defaultdict(list)
        for word in self._counts:
            if len(word) >= _SHORTEST:
                self._by_length[len(word)].append(word)
                self._by_sound[sound(word)].append(word)
        self._repaired: dict[str, tuple[str, ...]] = {}

    def knows(self, word: str) -> bool:
        """Whether ``word`` needs no repair: it is in the vocabulary, or is no word."""
        return word in self._counts or not word.isalpha()

    def repair(self, word: str, language: Language) -> tuple[str, ...]:
        """The known word(s) nearest to ``word``, or ``word`` itself when none is near enough.

        Two words come back when an apostrophe was left out ("lindustriel") or two words were
        written as one.
        """
        if self.knows(word) or is_common(word, language):
            return (word,)
        if word not in self._repaired:
            if len(self._repaired) > 50_000:  # noqa: PLR2004 - a bound, not a setting
                self._repaired.clear()
            self._repaired[word] = self._search(word)
        return self._repaired[word]

    def _search(self, word: str) -> tuple[str, ...]:
        split = self._without_apostrophe(word, exact=True)
        if split:
            return split
        near = self._nearest(word)
        if near:
            return (near,)
        return self._without_apostrophe(word, exact=False) or self._two_words(word) or (word,)

    def _without_apostrophe(self, word: str, *, exact: bool) -> tuple[str, ...]:
        for letter in self._elided:
            rest = word.removeprefix(letter)
            if rest != word and len(rest) >= _SHORTEST and rest[0] in "aeiouyh":
                known = rest if rest in self._counts else None if exact else self._nearest(rest)
                if known:
                    return (letter, known)
        return ()

    def _two_words(self, word: str) -> tuple[str, ...]:
        for cut in range(_SHORTEST, len(word) - _SHORTEST + 1):
            if word[:cut] in self._counts and word[cut:] in self._counts:
                return (word[:cut], word[cut:])
        return ()

    def _nearest(self, word: str) -> str | None:
        if len(word) < _SHORTEST:
            return None
        slips = 2 if len(word) >= _TWO_SLIPS_FROM else 1
        keyed = (
            (self._cost(word, candidate, distance), -self._counts[candidate], candidate)
            for candidate, distance in self._candidates(word, slips)
        )
        allowed = max(_HEARD_ALIKE, len(word) / 3)
        return min((key for key in keyed if key[0] <= allowed), default=(0.0, 0, None))[2]

    @staticmethod
    def _cost(word: str, candidate: str, distance: int) -> float:
        cost = distance + (_OTHER_INITIAL if candidate[0] != word[0] else 0.0)
        return min(cost, _HEARD_ALIKE) if sound(candidate) == sound(word) else cost

    def _candidates(self, word: str, slips: int) -> list[tuple[str, int]]:
        lengths = range(len(word) - slips, len(word) + slips + 1)
        pool = [candidate for length in lengths for candidate in self._by_length.get(length, ())]
        near = process.extract(word, pool, scorer=OSA.distance, score_cutoff=slips, limit=None)
        alike = self._by_sound.get(sound(word), [])
        return [(candidate, distance) for candidate, distance, _ in near] + [
            (candidate, OSA.distance(word, candidate)) for candidate in alike
        ]
