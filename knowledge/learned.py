"""What is learnt from a folder's questions, to be kept between two starts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np

from knowledge.index import Arrays, Index
from knowledge.meaning import Meaning
from knowledge.model import KnowledgeBase, Language
from knowledge.sparse import Floats
from knowledge.text import Terms

Question = tuple[str, Language, str]
"""An entry's id, a language, and one of the entry's questions in it."""


@dataclass(frozen=True)
class Learned:
    """The costly part of a matcher, to be kept between two starts.

    ``tokens`` are the questions' words as they were read, in the order of the folder.
    """

    index: Index
    meaning: Meaning
    tokens: tuple[tuple[str, ...], ...]
    verbatim: dict[int, int]

    def arrays(self) -> Arrays:
        """All of it as arrays."""
        written = "\n".join(" ".join(tokens) for tokens in self.tokens).encode()
        pairs = np.array(list(self.verbatim.items()), np.int64).reshape(-1, 2)
        return {
            **self.index.arrays(),
            **self.meaning.arrays(),
            "tokens": np.frombuffer(written, np.uint8),
            "verbatim": pairs,
        }

    @classmethod
    def restore(cls, arrays: Arrays, matrices: Mapping[Language, Floats] | None = None) -> Learned:
        """What :meth:`arrays` was asked of; ``matrices`` are those of the word vectors it had.

        Raises:
            KeyError: an array is missing.
        """
        written = arrays["tokens"].tobytes().decode()
        tokens = tuple(tuple(line.split()) for line in written.split("\n"))
        meaning = Meaning.restore(arrays, matrices or {})
        return cls(Index.restore(arrays), meaning, tokens, dict(arrays["verbatim"].tolist()))


def questions_of(base: KnowledgeBase) -> list[Question]:
    """All of a folder's questions, in its order."""
    return [
        (entry.id, language, question)
        for entry in base.entries
        for language, questions in entry.questions.items()
        for question in questions
    ]


def verbatim_key(terms: Terms) -> int:
    """Of terms without the codes of the communes named: any of them asks a template's question."""
    return crc32(" ".join(term for term in terms.sequence if not term.startswith("@")).encode())


def subject_key(terms: Terms) -> int:
    """Of the subject of terms: "c'est quoi le label ?" and "vos labels" name the same."""
    return crc32(" ".join(term for term in terms.subject if not term.startswith("@")).encode(), 1)


def of_one_label(keys: Sequence[int], labels: Sequence[int]) -> dict[int, int]:
    """Each question's key and its entry; what two entries ask alike is left out."""
    found: dict[int, int] = {}
    shared: set[int] = set()
    for key, label in zip(keys, labels, strict=True):
        if found.setdefault(key, label) != label:
            shared.add(key)
    return {key: label for key, label in found.items() if key not in shared}
