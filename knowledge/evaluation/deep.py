"""What only learning shows to be doubtful in a folder, said so that its writer can mend it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from knowledge.evaluation.held_out import HeldOut
from knowledge.evaluation.known import Question
from knowledge.loading import Fault, Positions
from knowledge.loading.faults import shown, warning

FEWEST = 8
MOST = 20
"""Questions of an entry in a language: fewer leave gaps, more draw what others are asked."""

SURE = 0.8
"""The score from which a question is said to seem another entry's. Below, it is in good company:
the more an entry's questions differ, as they should, the more of them have no like once held out.
"""

POSSIBLE = 0.05
"""The chance from which a question may be its own entry's after all."""

CONFUSED = 0.15
"""The share of an entry's questions that another draws, and the other way round, from which the
two can hardly be told apart; and at least :data:`FEWEST_CONFUSED` of each."""

FEWEST_CONFUSED = 2


def doubts(held_out: HeldOut, positions: Positions) -> list[Fault]:
    """Everything doubtful that the held-out questions show, as warnings."""
    return [
        *_counts(held_out, positions),
        *_misplaced(held_out, positions),
        *_lonely(held_out, positions),
        *_indistinct(held_out, positions),
    ]


def _counts(held_out: HeldOut, positions: Positions) -> Iterator[Fault]:
    counts = Counter((each.entry, each.language) for each in held_out.known.questions)
    for key, count in counts.items():
        entry, language = key
        what = f"{shown(entry)} has {count} question{'s' * (count > 1)} in `{language}`"
        if count < FEWEST:
            mend = f"write {FEWEST} or more, short and long, as different people would ask"
            yield warning(positions.lists[key], what, mend)
        elif count > MOST:
            mend = f"keep the {MOST} that differ most, or part the entry in two"
            yield warning(positions.lists[key], what, mend)


def _misplaced(held_out: HeldOut, positions: Positions) -> Iterator[Fault]:
    """Questions that surely seem another entry's, every word of which its questions say.

    That leaves out what only has no like in its own entry: most questions, if they differ as they
    should.
    """
    known = held_out.known
    said: defaultdict[str, set[str]] = defaultdict(set)
    for question, terms in zip(known.questions, known.terms, strict=True):
        said[question.entry].update(terms.sequence)
    for number, decision in enumerate(held_out.decisions):
        question = known.questions[number]
        likely = {match.entry.id for match in decision.matches if match.chance >= POSSIBLE}
        if decision.score < SURE or question.entry in likely:
            continue
        drawn = decision.matches[0].entry.id
        if not said[drawn].issuperset(known.terms[number].sequence):
            continue
        closest = known.drawing_question(number, known.ids.index(drawn))
        if closest is None:
            continue
        what = (
            f"{shown(question.text)} is closer to {shown(closest.entry)} than to the other "
            f"questions of {shown(question.entry)}: there, {_located(closest)} is like it"
        )
        mend = "move it there, reword it, or write more questions like it here"
        yield warning(positions.questions[number], what, mend)


def _located(question: Question) -> str:
    return f"{shown(question.text)} at {question.place}" if question.place else shown(question.text)


def _lonely(held_out: HeldOut, positions: Positions) -> Iterator[Fault]:
    """Questions of several words of which no other question has one.

    A word alone is a name or a greeting; what is refused, and courtesies, stand by themselves too.
    """
    for number in sorted(held_out.lonely):
        entry = held_out.known.matcher.base.entry(held_out.known.questions[number].entry)
        alone = len(held_out.known.terms[number].sequence) == 1
        if alone or entry is None or entry.outcome == "unknown" or entry.courtesy:
            continue
        what = f"no other question has a word of {shown(held_out.known.questions[number].text)}"
        mend = "write more questions of this entry that use its words"
        yield warning(positions.questions[number], what, mend)


def _indistinct(held_out: HeldOut, positions: Positions) -> Iterator[Fault]:
    """Pairs of entries, each of which draws a good part of the other's questions."""
    ids = [question.entry for question in held_out.known.questions]
    asked = Counter(ids[: len(held_out.decisions)])
    taken = Counter(
        (own, decision.matches[0].entry.id)
        for own, decision in zip(ids, held_out.decisions, strict=False)
        if decision.matches
    )
    for (first, second), count in taken.items():
        back = taken[second, first]
        shares = count / asked[first], back / asked[second]
        if first < second and min(count, back) >= FEWEST_CONFUSED and min(shares) >= CONFUSED:
            what = (
                f"{shown(first)} and {shown(second)} are hard to tell apart: {count} of "
                f"{asked[first]} questions go there, {back} of {asked[second]} come from there"
            )
            mend = (
                "merge the two, or give the questions of each words that the other has not "
                f"({shown(second)} stands at {positions.entries[second]})"
            )
            yield warning(positions.entries[first], what, mend)
