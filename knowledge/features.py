"""Weighted features of a text: terms, pairs of terms near each other, and letters within words.

Each block is TF-IDF weighted (sublinear counts, smoothed inverse document frequency, as in
Manning, Raghavan & Schütze, "Introduction to Information Retrieval", chapter 6), scaled by the
block's weight, and the whole is brought to length one.

A feature is known by its CRC-32 alone: a folder of 150,000 questions has some two million of them,
which as strings would take most of the memory there is.
"""

from __future__ import annotations

import itertools
import math
import zlib
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from knowledge.sparse import Floats, Sparse
from knowledge.text import Terms

BLOCKS = ("term", "pair", "skip", "letters")
BLOCK_WEIGHTS = np.array([1.0, 0.8, 0.6, 1.0], np.float32)
_SHARES = BLOCK_WEIGHTS / math.sqrt(float(BLOCK_WEIGHTS @ BLOCK_WEIGHTS))
_SKIPS = (2, 3)
_LETTERS = (3, 4)
_EVERY_BLOCK = np.arange(len(BLOCKS))
_MOST_COUNTED = 255 // len(BLOCKS)
_SUBLINEAR = (1 + np.log(np.maximum(1, np.arange(_MOST_COUNTED + 1)))).astype(np.float32)
_TINY = 1e-9
_STRANGENESS = 1.5
"""A feature never seen weighs more than the rarest seen: the text may ask for something else."""

_CHUNK = 512

Keys = NDArray[np.uint32]


class Row(NamedTuple):
    """A text's features: their columns, their weights, and which of them are single terms."""

    columns: NDArray[np.int32]
    values: Floats
    single: NDArray[np.bool_]

    def parts(self) -> tuple[NDArray[np.int32], Floats]:
        """The single terms, and the part of the text that each makes up; strange ones make it too.

        A block's weights, squared, add up to its share of one.
        """
        return self.columns[self.single], np.square(self.values[self.single] / _SHARES[0])


class _Counted(NamedTuple):
    """A text's distinct features, and for each how often it has it and which block it is of.

    Both in one byte: the block in the lowest bits, the count above them.
    """

    keys: Keys
    notes: NDArray[np.uint8]


@lru_cache(maxsize=4_000)
def term_key(term: str) -> int:
    """The feature of a single term."""
    return zlib.crc32(f"w {term}".encode())


@lru_cache(maxsize=4_000)
def _first_of(kind: str, term: str) -> int:
    """Of the pairs of a ``kind`` that begin with ``term``, the key as far as it is theirs all."""
    return zlib.crc32(f"{kind} {term} ".encode())


def _pair_key(kind: str, first: str, second: str) -> int:
    return zlib.crc32(second.encode(), _first_of(kind, first))


@lru_cache(maxsize=4_000)
def _letters(word: str) -> array[int]:
    bounded = f"<{word}>"
    # An array takes a fifth of what so many integers do.
    return array(
        "I",
        (
            zlib.crc32(b"c" + bounded[start : start + size].encode())
            for size in _LETTERS
            for start in range(len(bounded) - size + 1)
        ),
    )


def _combined(terms: Terms) -> tuple[list[str], list[tuple[str, str]], list[tuple[str, str]]]:
    """Single terms, pairs of neighbours, and pairs with a gap, whichever comes first."""
    said = terms.sequence
    singles = [*said, *(stem for stem in terms.stems if stem not in said)]
    pairs = list(itertools.pairwise(("^", *said, "$")))
    skips = [
        (min(a, b), max(a, b)) for gap in _SKIPS for a, b in zip(said, said[gap:], strict=False)
    ]
    return singles, pairs, skips


def _counted(terms: Terms) -> _Counted:
    singles, pairs, skips = _combined(terms)
    by_block = (
        map(term_key, singles),
        [_pair_key("p", a, b) for a, b in pairs],
        [_pair_key("s", a, b) for a, b in skips],
        itertools.chain.from_iterable(map(_letters, terms.letters)),
    )
    counted: Counter[int] = Counter()
    sizes = []
    for keys in by_block:
        before = len(counted)
        counted.update(keys)
        sizes.append(len(counted) - before)
    blocks = np.repeat(_EVERY_BLOCK, sizes)
    counts = np.fromiter(counted.values(), np.int64, len(counted))
    notes = np.minimum(counts, _MOST_COUNTED) * len(BLOCKS) + blocks
    return _Counted(np.fromiter(counted, np.uint32, len(counted)), notes.astype(np.uint8))


def _weighed(notes: NDArray[np.uint8], idf: Floats, owners: NDArray[np.int64]) -> Floats:
    """The weights of texts' features: ``owners`` says, from 0, which text each is of."""
    counts, blocks = np.divmod(notes, np.uint8(len(BLOCKS)))
    weights = _SUBLINEAR[counts] * idf
    part = owners * len(BLOCKS) + blocks
    lengths = np.sqrt(np.bincount(part, weights * weights))
    return np.asarray(weights * _SHARES[blocks] / np.maximum(lengths[part], _TINY), np.float32)


class Feature(NamedTuple):
    """A feature by its key, its block, and the terms, or the word, that it is made of."""

    key: int
    block: str
    of: tuple[str, ...]


def features(terms: Terms) -> list[Feature]:
    """Each feature of a text as often as the text has it, named, for whoever asks why."""
    singles, pairs, skips = _combined(terms)
    return [
        *(Feature(term_key(term), "term", (term,)) for term in singles),
        *(Feature(_pair_key("p", a, b), "pair", (a, b)) for a, b in pairs),
        *(Feature(_pair_key("s", a, b), "skip", (a, b)) for a, b in skips),
        *(Feature(key, "letters", (word,)) for word in terms.letters for key in _letters(word)),
    ]


class Vectorizer:
    """Turns terms into features, over those of the texts it was fitted to.

    ``keys`` are sorted; ``idf`` is the inverse document frequency of each; ``unknown`` is that of
    a feature never seen, which counts in a block's length: a text half of whose words are strange
    speaks half as loudly; ``single`` says which features are single terms.
    """

    def __init__(self, keys: Keys, idf: Floats, unknown: float, single: NDArray[np.bool_]) -> None:
        self.keys = keys
        self.idf = idf
        self.unknown = unknown
        self.single = single

    @classmethod
    def fit(cls, texts: Iterable[Terms]) -> tuple[Vectorizer, Sparse]:
        """The vectorizer of ``texts``, and their rows."""
        counted = [_counted(terms) for terms in texts]
        ends = np.cumsum([0, *(len(each.keys) for each in counted)])
        every = np.concatenate([each.keys for each in counted])
        notes = np.concatenate([each.notes for each in counted])
        del counted
        keys = np.unique(every)
        count = len(ends) - 1
        columns = np.empty(len(every), np.int32)
        for part in _parts(ends):
            columns[part] = np.searchsorted(keys, every[part])
        idf = (np.log((1 + count) / (1 + np.bincount(columns))) + 1).astype(np.float32)
        single = np.zeros(len(keys), np.bool_)
        single[columns[notes % len(BLOCKS) == 0]] = True
        values = np.empty(len(every), np.float32)
        for part in _parts(ends):
            owners = np.searchsorted(ends, np.arange(part.start, part.stop), "right") - 1
            values[part] = _weighed(notes[part], idf[columns[part]], owners - owners[0])
        rows = Sparse(ends, columns, values, len(keys))
        return cls(keys, idf, _STRANGENESS * (math.log(1 + count) + 1), single), rows

    def row(self, terms: Terms) -> Row:
        """The text's known features; an empty row when there are none."""
        counted = _counted(terms)
        columns, known = self.columns(counted.keys)
        idf = np.where(known, self.idf[columns], np.float32(self.unknown))
        values = _weighed(counted.notes, idf, np.zeros(len(idf), np.int64))
        single = counted.notes % len(BLOCKS) == 0
        return Row(columns[known].astype(np.int32), values[known], single[known])

    def columns(self, keys: Keys | Sequence[int]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Where each of ``keys`` stands, and whether it is known."""
        wanted = np.asarray(keys, np.uint32)
        at = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        return at, self.keys[at] == wanted


def parts_of(rows: Sparse, single: NDArray[np.bool_]) -> Sparse:
    """:meth:`Row.parts` of each of ``rows``; ``single`` says which columns are single terms."""
    terms = rows.where(single[rows.columns])
    return replace(terms, weights=np.square(terms.weights / _SHARES[0]))


def _parts(ends: NDArray[np.int64]) -> Iterator[slice]:
    """The features of some whole texts at a time, so that no step needs them all at once."""
    for first in range(0, len(ends) - 1, _CHUNK):
        part = slice(int(ends[first]), int(ends[min(first + _CHUNK, len(ends) - 1)]))
        if part.start < part.stop:
            yield part
