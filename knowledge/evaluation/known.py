"""The folder's questions as they were learnt, to find which of them drew a message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from knowledge.classifier import Labels, Texts
from knowledge.features import Row
from knowledge.matching import Matcher
from knowledge.meaning import Likeness
from knowledge.model import Language
from knowledge.sparse import Sparse


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the folder; ``place`` is where it stands, as far as that is known."""

    entry: str
    language: Language
    text: str
    place: str = ""


class Closest(NamedTuple):
    """The question of an entry that is most like another, and how like: 1 is the same."""

    question: Question
    likeness: float


class Known:
    """All questions of a matcher's folder, in its order, as rows of features.

    ``places`` say where each stands; ``labels`` are the positions of their entries.
    """

    def __init__(self, matcher: Matcher, places: Sequence[object] = ()) -> None:
        self.matcher = matcher
        self.ids = tuple(entry.id for entry in matcher.base.entries)
        known = matcher.known()
        written = [str(place) for place in places] or [""] * len(known)
        self.questions = tuple(
            Question(*question, place) for (question, _), place in zip(known, written, strict=True)
        )
        self.terms = tuple(terms for _, terms in known)
        positions = {entry_id: n for n, entry_id in enumerate(self.ids)}
        self.labels: Labels = np.array([positions[q.entry] for q in self.questions], np.int64)
        vectorizer = matcher.learned.index.vectorizer
        self.rows = _stacked([vectorizer.row(terms) for terms in self.terms], len(vectorizer.keys))
        lengths = np.array([len(terms.sequence) for terms in self.terms], np.int64)
        self.texts = Texts(self.rows, lengths, vectorizer.single)

    def likeness(self, count: int) -> Likeness:
        """What the meaning of the first ``count`` questions says of each other."""
        languages = [question.language for question in self.questions[:count]]
        said = list(zip(languages, self.matcher.learned.tokens, strict=False))
        spaces = self.matcher.learned.meaning.spaces
        return Likeness.of(spaces, said, self.labels[:count], len(self.ids))

    def drawing(self, text: str, language: Language, entry_id: str) -> Question | None:
        """The question of an entry that is closest to ``text``: what drew the message there."""
        if entry_id not in self.ids:
            return None
        terms = self.matcher.read(text, language).terms
        row = self.matcher.learned.index.vectorizer.row(terms)
        return self._closest(_stacked([row], self.rows.width), self.ids.index(entry_id))

    def drawing_question(self, number: int, label: int) -> Question | None:
        """The question of the entry at ``label`` that is closest to the folder's own ``number``."""
        return self._closest(self.rows.take(np.array([number])), label)

    def closest(self, number: int, label: int) -> Closest | None:
        """Of the entry at ``label``, the question closest to ``number``, other than itself."""
        return self._closest_to(self.rows.take(np.array([number])), label, number)

    def _closest(self, row: Sparse, label: int) -> Question | None:
        found = self._closest_to(row, label)
        return found.question if found else None

    def _closest_to(self, row: Sparse, label: int, but: int | None = None) -> Closest | None:
        """None when they have nothing in common."""
        among = np.flatnonzero(self.labels == label)
        among = among[among != but]
        if not len(among):
            return None
        wanted = row.turned_times(np.ones(1, np.float32))
        likeness = self.rows.take(among).times(wanted)
        best = int(likeness.argmax())
        if likeness[best] <= 0:
            return None
        return Closest(self.questions[among[best]], float(likeness[best]))


def _stacked(rows: Sequence[Row], width: int) -> Sparse:
    return Sparse.of([(row.columns, row.values) for row in rows], width)
