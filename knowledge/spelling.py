"""Misspelt messages, read as what was most likely meant: a noisy channel.

Each unknown word may stand for any word near it that the folder or the language uses. Of the
messages so made, the one wins that is likeliest to be written (how common each word is, and how
often the folder has it beside its neighbour) and to be slipped into what was typed (Kernighan,
Church & Gale, "A spelling correction program based on a noisy channel model", 1990). A word that
the folder uses is never changed; a common one of the language seldom, since bending it into a word
of the folder would answer a question that was not asked.

A slip is an insertion, a deletion, a substitution or a transposition of neighbours (optimal string
alignment, by rapidfuzz); what sounds alike counts as little more than one; so does an apostrophe
or a space left out.
"""

from __future__ import annotations

import itertools
import math
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

_ELIDED = ("qu", "l", "d", "j", "c", "n", "s", "m", "t")
_SHORTEST = 3
_LONGEST = 30
_SLIP = 6.0
"""What a slip costs, in natural logarithms of probability."""

_MORE_SLIPS_FROM = (5, 9)
_FURTHER_SLIP = 0.9
_OTHER_INITIAL = 1.0
_COMMON_WORD = 2.0
"""A word that the language has is less likely to be a slip."""

_HEARD_ALIKE = 1.2
_STRANGE = 1e-12
"""The probability of a word that neither folder nor language uses."""

_FOLDER_SHARE = 0.65
_START = "^"
_NEIGHBOURS = 50.0
_NEIGHBOUR_WEIGHT = 0.6
_READINGS = 8
_REMEMBERED = 50_000
_A, _Z = ord("a"), ord("z")
_SOUNDS = (
    ("eaux", "o"), ("eau", "o"), ("aux", "o"), ("au", "o"), ("ph", "f"), ("qu", "k"),
    ("ck", "k"), ("ss", "s"), ("sh", "ch"), ("tion", "sion"), ("c", "k"),
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


class Reading(NamedTuple):
    """What a typed word may stand for: one word or two, and how likely, by itself."""

    words: tuple[str, ...]
    likelihood: float


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words by length, with the letters each has, so that far ones are passed over at once."""

    words: list[str]
    lengths: NDArray[np.int64]
    letters: NDArray[np.uint64]

    @classmethod
    def of(cls, words: Iterable[str]) -> Vocabulary:
        """The vocabulary of ``words``."""
        ordered = sorted(words, key=lambda word: (len(word), word))
        lengths = np.array([len(word) for word in ordered], np.int64)
        return cls(ordered, lengths, _every_letter_bits(ordered))

    def near(self, word: str, slips: int) -> list[tuple[str, int]]:
        """The words within ``slips`` of ``word``, and how many each is away."""
        start, end = np.searchsorted(self.lengths, [len(word) - slips, len(word) + slips + 1])
        # A slip changes at most two of the bits: one letter gone, another come.
        differing = np.bitwise_count(self.letters[start:end] ^ np.uint64(letter_bits(word)))
        pool = [self.words[start + n] for n in np.flatnonzero(differing <= 2 * slips)]
        found = process.extract(word, pool, scorer=OSA.distance, score_cutoff=slips, limit=None)
        return [(candidate, int(distance)) for candidate, distance, _ in found]


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
    bits = np.zeros(len(words), np.uint64)
    for letter in range(_A, _Z + 1):
        count = (letters == letter).sum(axis=1)
        bits |= (count > 0).astype(np.uint64) << np.uint64(letter - _A)
        bits |= (count > 1).astype(np.uint64) << np.uint64(letter - _A + _Z - _A + 1)
    return bits


class Speller:
    """Repairs messages to a folder whose questions are ``texts``, lists of folded words.

    ``language`` gives the share of all words used that each word of the language has; ``elisions``
    says whether a word may have lost the apostrophe before it.
    """

    def __init__(
        self, texts: Iterable[Sequence[str]], language: Mapping[str, float], *, elisions: bool
    ) -> None:
        self._counts: Counter[str] = Counter()
        self._pairs: Counter[int] = Counter()
        self._starts = 0
        for text in texts:
            self._counts.update(text)
            self._starts += 1
            self._pairs.update(itertools.starmap(_pair, itertools.pairwise((_START, *text))))
        self._language = language
        self._total = max(1, self._counts.total())
        self._elided = _ELIDED if elisions else ()
        self._vocabulary = Vocabulary.of(
            word
            for word in {*self._counts, *language}
            if word.isalpha() and word.isascii() and len(word) <= _LONGEST
        )
        self._by_sound: dict[str, list[str]] = {}
        for word in self._counts:
            if word.isalpha() and len(word) >= _SHORTEST:
                self._by_sound.setdefault(sound(word), []).append(word)
        self._remembered: dict[str, list[Reading]] = {}

    def knows(self, word: str) -> bool:
        """Whether ``word`` needs no repair: the folder uses it, or it is no word."""
        return word in self._counts or not word.isalpha() or not word.isascii()

    def repair(self, typed: Sequence[str]) -> list[tuple[str, ...]]:
        """For each word typed, the word or the two words it most likely stands for."""
        if all(map(self.knows, typed)):
            return [(word,) for word in typed]
        paths: dict[str, tuple[float, tuple[tuple[str, ...], ...]]] = {_START: (0.0, ())}
        for word in self._spaced(typed):
            longer: dict[str, tuple[float, tuple[tuple[str, ...], ...]]] = {}
            readings = self._readings(word)
            if len(paths) == len(readings) == 1:
                # Nothing to choose between: how likely it is tells nothing.
                [(_, path)], [reading] = paths.values(), readings
                paths = {reading.words[-1]: (0.0, (*path, reading.words))}
                continue
            for reading in readings:
                likelihood, path = max(
                    (so_far + self._neighbourly(before, reading.words[0]), path)
                    for before, (so_far, path) in paths.items()
                )
                found = (likelihood + reading.likelihood, (*path, reading.words))
                longer[reading.words[-1]] = max(found, longer.get(reading.words[-1], found))
            paths = longer
        return list(max(paths.values())[1])

    def _spaced(self, typed: Sequence[str]) -> list[str]:
        """``typed`` with a letter moved over a space where that makes two words of none."""
        words = list(typed)
        for n, (first, second) in enumerate(itertools.pairwise(typed)):
            if self.knows(first) and self.knows(second):
                continue
            moved = ((first + second[0], second[1:]), (first[:-1], first[-1] + second))
            meant = next((pair for pair in moved if set(pair) <= self._counts.keys()), None)
            if meant and words[n] == first:
                words[n : n + 2] = meant
        return words

    def _readings(self, word: str) -> list[Reading]:
        if self.knows(word):
            return [Reading((word,), 0.0)]
        if word not in self._remembered:
            if len(self._remembered) > _REMEMBERED:
                self._remembered.clear()
            self._remembered[word] = self._search(word)
        return self._remembered[word]

    def _search(self, word: str) -> list[Reading]:
        best: dict[tuple[str, ...], float] = {(word,): self._likelihood(word)}
        slip_cost = _COMMON_WORD if word in self._language else 0.0
        for words, cost in itertools.chain(self._near(word), self._parted(word)):
            likelihood = sum(map(self._likelihood, words)) - cost - slip_cost
            best[words] = max(likelihood, best.get(words, -math.inf))
        likeliest = sorted(best.items(), key=lambda item: -item[1])[:_READINGS]
        return [Reading(*item) for item in likeliest]

    def _near(self, word: str) -> Iterable[tuple[tuple[str, ...], float]]:
        if not 1 < len(word) <= _LONGEST:
            return
        slips = 1 + sum(len(word) >= length for length in _MORE_SLIPS_FROM)
        for candidate, distance in self._vocabulary.near(word, slips):
            cost = _SLIP * (1 + (distance - 1) * _FURTHER_SLIP)
            yield (candidate,), cost + (_OTHER_INITIAL if candidate[0] != word[0] else 0.0)
        for candidate in self._by_sound.get(sound(word), ()):
            yield (candidate,), _SLIP * _HEARD_ALIKE

    def _parted(self, word: str) -> Iterable[tuple[tuple[str, ...], float]]:
        """``word`` as two, of which an apostrophe or a space was left out."""
        for letter in self._elided:
            rest = word.removeprefix(letter)
            if rest != word and len(rest) >= _SHORTEST and rest[0] in "aeiouyh":
                if rest in self._counts:
                    # Elision is free: "lindustriel" is as likely as "l'industriel".
                    yield (letter, rest), self._likelihood(letter)
                    continue
                for candidate, distance in self._vocabulary.near(rest, 1):
                    if distance and candidate in self._counts:
                        yield (letter, candidate), _SLIP * 1.5 + self._likelihood(letter)
        for cut in range(_SHORTEST, len(word) - _SHORTEST + 1):
            if word[:cut] in self._counts and word[cut:] in self._counts:
                yield (word[:cut], word[cut:]), 0.0

    def _likelihood(self, word: str) -> float:
        """The logarithm of how often ``word`` is written."""
        return math.log(self._share(word))

    def _share(self, word: str) -> float:
        """How often ``word`` is written, of all words."""
        share = _FOLDER_SHARE * self._counts.get(word, 0) / self._total
        return share + (1 - _FOLDER_SHARE) * self._language.get(word, 0.0) or _STRANGE

    def _neighbourly(self, before: str, word: str) -> float:
        """How much likelier ``word`` is for coming after ``before``."""
        usual = _NEIGHBOURS * self._share(word)
        seen = self._pairs[_pair(before, word)] if word in self._counts else 0
        total = (self._starts if before == _START else self._counts[before]) + _NEIGHBOURS
        return _NEIGHBOUR_WEIGHT * math.log((seen + usual) * _NEIGHBOURS / (total * usual))


def _pair(before: str, word: str) -> int:
    return zlib.crc32(f"{before} {word}".encode())
