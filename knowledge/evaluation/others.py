"""What :meth:`Index.leant` adds to a question of the folder, told by the other questions alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from knowledge.classifier import Flags, Votes
from knowledge.evaluation.known import Known
from knowledge.features import Vectorizer
from knowledge.index import Index
from knowledge.leaning import Having, Leaning
from knowledge.sparse import Floats, Places


class Others:
    """Leans and doubts as a folder would that lacks the question, or its whole entry.

    What the question alone has in its entry counts for nothing; its entry's other questions count,
    and so does its answer.
    """

    def __init__(self, known: Known) -> None:
        self._index = known.matcher.learned.index
        self._refusing = self._index.leaning.refusing
        self._said = known.terms
        self._labels = known.labels
        terms = known.rows.where(self._index.vectorizer.single[known.rows.columns])
        self._terms = replace(terms, weights=np.ones_like(terms.weights))
        self._counts = self._terms.summed(known.labels, len(known.ids))
        self._having = Having.of(self._counts, self._refusing)

    def leant(self, number: int, labels: Places, logits: Floats, *, hidden: bool) -> Floats:
        """``logits`` of question ``number`` for ``labels``; ``hidden`` when without its entry."""
        every = np.full(len(self._refusing), -np.inf, np.float32)
        every[labels] = logits
        return self._without(number, hidden=hidden).leant(every, self._said[number])[labels]

    def _without(self, number: int, *, hidden: bool) -> Index:
        """What the other questions teach of the terms of question ``number``, and of no others."""
        own = int(self._labels[number])
        columns = np.sort(self._terms.columns[self._terms.span(number)])
        lost = np.ones(len(columns), np.bool_) if hidden else self._alone(own, columns)
        whole = self._index.vectorizer
        return replace(
            self._index,
            vectorizer=Vectorizer(
                whole.keys[columns], whole.idf[columns], whole.unknown, whole.single[columns]
            ),
            votes=self._votes(own, columns, lost),
            leaning=self._leaning(own, columns, lost, hidden=hidden),
        )

    def _alone(self, label: int, columns: Places) -> Flags:
        """Which of ``columns`` only one question of ``label`` has."""
        span = self._counts.span(label)
        at = np.searchsorted(self._counts.columns[span], columns)
        return np.asarray(self._counts.weights[span][at] == 1)

    def _votes(self, own: int, columns: Places, lost: Flags) -> Votes:
        """Those of ``columns``, but for what is ``lost`` to its ``own`` label."""
        table = self._index.votes.table.take(columns)
        return Votes(table.where(~(np.repeat(lost, table.lengths) & (table.columns == own))))

    def _leaning(self, own: int, columns: Places, lost: Flags, *, hidden: bool) -> Leaning:
        """What ``columns`` say, but for what is ``lost`` to its ``own`` label."""
        refuses = self._refusing[own]
        having = Having(
            self._having.refusing[columns] - (lost & refuses),
            self._having.answering[columns] - (lost & ~refuses),
        )
        if not hidden:
            return Leaning(self._refusing, having.weights(self._refusing))
        refusing = self._refusing.copy()
        refusing[own] = False
        return Leaning(refusing, having.weights(np.delete(refusing, own)))
