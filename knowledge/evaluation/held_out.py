"""Each question of the folder judged by what is learnt from the others.

The folder is dealt out in folds; each fold's questions are matched by what the other folds teach,
with the scores of the whole folder's calibration. Whole entries are held out as well: what is then
matched is wrong, as with a message that the folder cannot answer. What leans to what is refused,
and what is doubted as nobody tells it, is told by all but the one question, or but its entry; it
chooses among the question's likeliest entries, found before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from knowledge.classifier import LARGEST_TRAINED, Flags, Labels, Training
from knowledge.decision import Decision, decide
from knowledge.evaluation.judgement import REFUSED, Judgement
from knowledge.evaluation.known import Known, Question
from knowledge.evaluation.others import Others
from knowledge.matching import SHOWN, Match
from knowledge.meaning import Likeness
from knowledge.sparse import Floats

FOLDS = 10
ENTRY_FOLDS = 3
STEPS = 1 + FOLDS + ENTRY_FOLDS
"""How often progress is told."""

_AMONG = 3

Progress = Callable[[int, int], None]
"""Told how many of how many steps are done."""


@dataclass(frozen=True)
class HeldOut:
    """How the folder's questions are matched without them.

    ``decisions`` has one for each question judged, in the folder's order; ``strangers`` one for
    each of them judged without its whole entry. ``lonely`` are the questions that share no word
    with any other. Of a folder too large to be trained only the first entries are judged.
    """

    known: Known
    decisions: tuple[Decision, ...]
    strangers: tuple[Decision, ...]
    lonely: frozenset[int]

    @property
    def left_out(self) -> int:
        """How many questions were not judged, the folder being too large."""
        return len(self.known.questions) - len(self.decisions)


@dataclass(frozen=True)
class _Weighed:
    """What was found to speak for each question's rivals, by questions without it."""

    training: Training
    alike: Likeness
    others: Others
    logits: Floats
    coverage: Floats

    @classmethod
    def of(cls, training: Training, alike: Likeness, others: Others) -> _Weighed:
        shape = training.rivals.shape
        return cls(training, alike, others, *(np.zeros(shape, np.float32) for _ in range(2)))

    def without(self, held: Flags, *, hidden: bool = False) -> None:
        """Let the questions not ``held`` weigh those that are; ``hidden`` are whole entries."""
        training, rivals = self.training, self.training.rivals
        spoken = training.logits(training.weights(~held))
        logits = self.alike.joined(spoken, rivals, ~held)
        for number in np.flatnonzero(held).tolist():
            self.logits[number] = self.others.leant(
                number, rivals[number], logits[number], hidden=hidden
            )
        if hidden:
            gone = held[:, None] & np.isin(rivals, training.labels[held])
            self.logits[gone] = -np.inf
        self.coverage[held] = training.coverage(~held)[held]


def hold_out(known: Known, progress: Progress = lambda _done, _of: None) -> HeldOut:
    """Judge each question of the folder by the others."""
    count = _judged(known.labels)
    labels = known.labels[:count]
    training = Training(known.texts.some(np.arange(count)), labels, len(known.ids))
    alike = known.likeness(count)
    steps = iter(range(1, STEPS + 1))
    progress(next(steps), STEPS)
    folds = (np.arange(count) - np.searchsorted(labels, labels) + labels) % FOLDS
    others = Others(known)
    alone = _Weighed.of(training, alike, others)
    hidden = _Weighed.of(training, alike, others)
    for fold in range(FOLDS):
        held = folds == fold
        alone.without(held)
        progress(next(steps), STEPS)
    for fold in range(ENTRY_FOLDS):
        held = labels % ENTRY_FOLDS == fold
        hidden.without(held, hidden=True)
        progress(next(steps), STEPS)
    lonely = frozenset(_lonely(known))
    decided = tuple(_decisions(known, alone, lonely))
    return HeldOut(known, decided, tuple(_decisions(known, hidden)), lonely)


def _judged(labels: Labels) -> int:
    """How many of the first questions are judged: all, or those of as many entries as can be."""
    if len(labels) <= LARGEST_TRAINED:
        return len(labels)
    return int(np.searchsorted(labels, labels[LARGEST_TRAINED]))


def _lonely(known: Known) -> Iterator[int]:
    spread = Counter(term for terms in known.terms for term in set(terms.sequence))
    for number, terms in enumerate(known.terms):
        if all(spread[term] == 1 for term in terms.sequence):
            yield number


def _decisions(
    known: Known, weighed: _Weighed, unmatched: frozenset[int] = frozenset()
) -> Iterator[Decision]:
    """As the matcher decides; a question's own entry, its first rival, wins no tie."""
    index, entries = known.matcher.learned.index, known.matcher.base.entries
    costs = known.matcher.costs
    rows = (weighed.training.rivals, weighed.logits, weighed.coverage)
    for number, row in enumerate(zip(*(each[:, ::-1] for each in rows), strict=True)):
        possible = np.isfinite(row[1])
        if number in unmatched or not possible.any():
            yield decide((), costs)
            continue
        labels, logits, coverage = (each[possible] for each in row)
        found = index.likeliest(
            logits,
            SHOWN,
            length=int(weighed.training.lengths[number]),
            coverage=float(coverage[logits.argmax()]),
            labels=labels,
        )
        matches = [Match(entries[labels[at]], score, chance) for at, score, chance in found]
        yield decide(matches, costs)


def judged(held_out: HeldOut) -> tuple[Judgement, ...]:
    """The folder's questions as rows, each with what drew it where it does not belong."""
    known = held_out.known
    return tuple(
        _judgement(known, number, decision) for number, decision in enumerate(held_out.decisions)
    )


def _judgement(known: Known, number: int, decision: Decision) -> Judgement:
    question = known.questions[number]
    best = tuple((match.entry.id, match.score) for match in decision.matches[:_AMONG])
    chosen = [match.entry.id for match in decision.chosen]
    right = best[0][0] == question.entry if best else None
    cause = None
    if right is False:
        cause = known.drawing_question(number, known.ids.index(best[0][0]))
    return Judgement(
        name=question.place,
        text=question.text,
        language=question.language,
        kind=question.language,
        expected=question.entry,
        wanted=(question.entry,),
        in_scope=True,
        outcome=decision.outcome,
        best=best,
        credit=1 / min(2, len(chosen)) if question.entry in chosen else 0.0,
        false_answer=False,
        right=right,
        cause=cause,
    )


def judged_strangers(held_out: HeldOut) -> tuple[Judgement, ...]:
    """The same questions as messages that nothing in the folder answers."""
    asked = zip(held_out.known.questions, held_out.strangers, strict=False)
    return tuple(_stranger(question, decision) for question, decision in asked)


def _stranger(question: Question, decision: Decision) -> Judgement:
    answered = decision.outcome in {"answer", "handoff"}
    return Judgement(
        name=question.place,
        text=question.text,
        language=question.language,
        kind=question.language,
        expected=REFUSED,
        wanted=(),
        in_scope=False,
        outcome=decision.outcome,
        best=tuple((match.entry.id, match.score) for match in decision.matches[:_AMONG]),
        credit=float(not answered),
        false_answer=answered,
        right=False if decision.matches else None,
    )
