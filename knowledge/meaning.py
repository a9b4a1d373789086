"""What texts mean: how alike a message is to each label's texts, though they share no word.

A text's vector is the mean of its words' vectors, weighed by how telling each word is: in the
language (Arora, Liang & Ma, "A simple but tough-to-beat baseline for sentence embeddings", 2017)
and in the folder. What all of the folder's texts have in common is taken out: their mean, and the
directions in which they differ most, which say more of style than of subject (the same; Mu &
Viswanath, "All-but-the-top", 2018). A label's vector is the mean of its texts', and speaks for it
by its cosine.

Words and meaning partly say the same, so that both together count less than their sum: else shares
of the chance would be too sharp, by a fifth on an English set, on a French one and on messages to
this folder. Those also agreed, about, on how much each counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from knowledge.classifier import RIVALS, Flags, Labels
from knowledge.features import Keys
from knowledge.frequencies import frequencies
from knowledge.model import Language
from knowledge.sparse import Floats
from knowledge.vectors import WordVectors, unit, word_keys

WORDS, MEANING = 0.8, 1.2
"""How much the logits that words give count, and the cosines of vectors."""

LEAST_TEXTS = 10
"""Fewer of a language do not tell what all of them have in common."""

_IN_COMMON = 2
_USUAL_SHARE = 1e-3
"""A word's share of all words used at which it is half as telling as a rare one."""

_CHUNK = 512

Said = tuple[Language, Sequence[str]]
"""A text's language, and its words, folded."""


@dataclass(frozen=True)
class Space:
    """The vectors of texts in one language.

    ``weights`` say how telling the words of ``keys`` (sorted) are in the folder, ``strange`` how
    telling any other is; ``mean`` and ``common`` (a row each) are taken out of every text.
    """

    language: Language
    words: WordVectors
    keys: Keys
    weights: Floats
    strange: float
    mean: Floats
    common: Floats

    @classmethod
    def learn(cls, language: Language, words: WordVectors, texts: Sequence[Sequence[str]]) -> Space:
        """The space of the folder's ``texts``."""
        spread = Counter(word for text in texts for word in set(text))
        keys, first = np.unique(word_keys(spread), return_index=True)
        strange = float(np.log(1 + len(texts)))
        weights = strange - np.log1p(np.fromiter(spread.values(), np.float64))[first]
        nothing = np.zeros(words.matrix.shape[1], np.float32)
        plain = cls(
            language, words, keys, weights.astype(np.float32), strange, nothing, nothing[None, :]
        )
        vectors = plain.texts(texts)
        mean = vectors.mean(axis=0)
        spreading = np.linalg.eigh(np.cov(vectors, rowvar=False))[1]
        common = np.asarray(spreading[:, -_IN_COMMON:].T, np.float32)
        return cls(language, words, keys, plain.weights, strange, mean, common)

    def texts(self, texts: Sequence[Sequence[str]]) -> Floats:
        """The vectors of texts (a row each), of length one; zeros where no word has one."""
        every = list(dict.fromkeys(chain.from_iterable(texts)))
        vectors, known = self.words.of(every)
        distinct = [word for word, has in zip(every, known, strict=True) if has]
        places = {word: place for place, word in enumerate(distinct)}
        found = [[places[word] for word in text if word in places] for text in texts]
        telling = self._telling(distinct)
        said = unit(np.stack([telling[places] @ vectors[places] for places in found]))
        own = said - self.mean * said.any(axis=1, keepdims=True)
        return unit(np.asarray(own - (own @ self.common.T) @ self.common, np.float32))

    def learnt(self) -> tuple[NDArray[Any], ...]:
        """What was learnt of the folder."""
        return self.keys, self.weights, np.array(self.strange), self.mean, self.common

    def _telling(self, words: Sequence[str]) -> Floats:
        wanted = word_keys(words)
        at = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        weights = np.where(self.keys[at] == wanted, self.weights[at], self.strange)
        used = frequencies(self.language)
        shares = np.array([used[word] for word in words])
        return np.asarray(weights * _USUAL_SHARE / (_USUAL_SHARE + shares), np.float32)


@dataclass(frozen=True)
class Meaning:
    """The spaces of the folder's languages, and in each a row for each label's texts."""

    spaces: Mapping[Language, Space]
    labels: Mapping[Language, Floats]

    def heard(
        self, language: Language, tokens: Sequence[str], meant: Sequence[Sequence[str]]
    ) -> tuple[str, ...]:
        """The words by which a text is understood, of its ``tokens`` and what each was mended to.

        What has a vector was no slip, though the folder does not know it.
        """
        space = self.spaces.get(language)
        known = space.words.of(tokens)[1] if space else np.zeros(len(tokens), np.bool_)
        heard = zip(tokens, meant, known.tolist(), strict=True)
        return tuple(chain.from_iterable((token,) if has else mend for token, mend, has in heard))

    def knows(self, language: Language, words: Sequence[str]) -> bool:
        """Whether any of a text's words has a vector."""
        space = self.spaces.get(language)
        return space is not None and bool(space.words.of(words)[1].any())

    def joined(self, logits: Floats, language: Language, words: Sequence[str]) -> Floats:
        """``logits``, what a text's words say for each label, with what its meaning says."""
        space = self.spaces.get(language)
        if space is None:
            return logits
        alike = self.labels[language] @ space.texts([words])[0]
        return _joined(logits, _standing_out(alike))

    def arrays(self) -> dict[str, NDArray[Any]]:
        """All that was learnt, and where each word's vector stands; not the vectors of words."""
        return {
            f"meaning-{language}-{name}": array
            for language, space in self.spaces.items()
            for name, array in {
                **dict(zip(_KEPT, space.learnt(), strict=True)),
                "word-keys": space.words.keys,
                "word-rows": space.words.rows,
                "labels": self.labels[language],
            }.items()
        }

    @classmethod
    def restore(
        cls,
        arrays: Mapping[str, NDArray[Any]],
        matrices: Mapping[Language, NDArray[np.float32]],
    ) -> Meaning:
        """What :meth:`arrays` was asked of, with the vectors of words.

        Raises:
            KeyError: an array is missing.
        """
        spaces: dict[Language, Space] = {}
        labels: dict[Language, Floats] = {}
        for language, matrix in matrices.items():
            start = f"meaning-{language}-"
            if f"{start}labels" not in arrays:
                continue
            words = WordVectors(matrix, arrays[f"{start}word-keys"], arrays[f"{start}word-rows"])
            keys, weights, strange, mean, common = (arrays[f"{start}{name}"] for name in _KEPT)
            spaces[language] = Space(language, words, keys, weights, float(strange), mean, common)
            labels[language] = arrays[f"{start}labels"]
        return cls(spaces, labels)


_KEPT = ("keys", "weights", "strange", "mean", "common")


class _Part(NamedTuple):
    """The texts in one language: which they are, a row for each, and its label."""

    language: Language
    at: NDArray[np.int64]
    vectors: Floats
    labels: Labels
    classes: int

    def some(self, kept: NDArray[np.int64]) -> _Part:
        own = np.isin(self.at, kept)
        at = np.searchsorted(kept, self.at[own])
        return _Part(self.language, at, self.vectors[own], self.labels[own], self.classes)

    def means(self, kept: Flags) -> Floats:
        """A row for each label: the mean of those of its texts that are ``kept``."""
        sums = np.zeros((self.classes, self.vectors.shape[1]), np.float32)
        np.add.at(sums, self.labels[kept], self.vectors[kept])
        return unit(sums)


@dataclass(frozen=True)
class Likeness:
    """Texts whose labels are known, to tell what the meaning of each says by that of others."""

    spaces: Mapping[Language, Space]
    parts: tuple[_Part, ...]

    @classmethod
    def learn(
        cls,
        vectors: Mapping[Language, WordVectors],
        texts: Sequence[Said],
        labels: Labels,
        classes: int,
    ) -> Likeness:
        """The likeness of ``texts``, each of one of so many ``labels``, as far as words tell it."""
        spaces = {}
        for language, words in vectors.items():
            own = [said for spoken, said in texts if spoken == language]
            if len(own) >= LEAST_TEXTS:
                spaces[language] = Space.learn(language, words, own)
        return cls.of(spaces, texts, labels, classes)

    @classmethod
    def of(
        cls,
        spaces: Mapping[Language, Space],
        texts: Sequence[Said],
        labels: Labels,
        classes: int,
    ) -> Likeness:
        """The same, in spaces that are known."""
        parts = []
        for language, space in spaces.items():
            at = np.flatnonzero([spoken == language for spoken, _ in texts])
            vectors = space.texts([texts[n][1] for n in at.tolist()])
            parts.append(_Part(language, at, vectors, labels[at], classes))
        return cls(spaces, tuple(parts))

    def some(self, kept: NDArray[np.int64]) -> Likeness:
        """Of the texts at ``kept`` (sorted) alone."""
        return Likeness(self.spaces, tuple(part.some(kept) for part in self.parts))

    def meaning(self) -> Meaning:
        """What all texts teach."""
        return Meaning(
            self.spaces,
            {part.language: part.means(np.ones(len(part.at), np.bool_)) for part in self.parts},
        )

    def joined(self, logits: Floats, rivals: NDArray[np.int32], kept: Flags) -> Floats:
        """``logits`` for the ``rivals`` of each text (a row), with what its meaning says.

        That is told by the texts ``kept``, as ``logits`` are.
        """
        joined = logits.copy()
        for part in self.parts:
            means = part.means(kept[part.at])
            for chunk in np.array_split(np.arange(len(part.at)), len(part.at) // _CHUNK + 1):
                alike = _standing_out(part.vectors[chunk] @ means.T)
                at = part.at[chunk]
                own = np.take_along_axis(alike, rivals[at].astype(np.int64), axis=1)
                joined[at] = _joined(logits[at], own)
        return joined


def _joined(logits: Floats, alike: Floats) -> Floats:
    return np.asarray(WORDS * logits + MEANING * alike, np.float32)


def _standing_out(alike: Floats) -> Floats:
    """By how much each label (last axis) is more alike than the likeliest are on the average.

    What is alike to many labels may be what no label is about.
    """
    count = min(RIVALS, alike.shape[-1])
    best = np.partition(alike, -count, axis=-1)[..., -count:]
    return np.asarray(alike - best.mean(axis=-1, keepdims=True), np.float32)
