"""What only learning shows to be doubtful in a folder, said so that its writer can mend it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from knowledge.evaluation.held_out import HeldOut
from knowledge.evaluation.known import Question
from knowledge.loading import Fault, Positions
from knowledge.loading.faults import shown, warning
from knowledge.matching import Matcher
from knowledge.model import Entry, Language

FEWEST = 8
MOST = 30
"""Questions of an entry in a language: fewer leave gaps, more draw what others are asked."""

SURE = 0.8
"""The score from which a question is said to seem another entry's. Below, it is in good company:
the more an entry's questions differ, as they should, the more of them have no like once held out.
"""

POSSIBLE = 0.05
"""The chance from which a question may be its own entry's after all."""

CONFUSED = 0.125
"""The share of an entry's questions that another answers, and the other way round, from which the
two can hardly be told apart; and at least :data:`FEWEST_CONFUSED` of each. One that is asked back
about counts for nothing: nobody is told anything wrong."""

FEWEST_CONFUSED = 2

NAMED = 3
"""How many of the questions that another entry answers are named, the surest first."""


def doubts(held_out: HeldOut, positions: Positions) -> list[Fault]:
    """Everything doubtful that the held-out questions show, as warnings."""
    return [
        *_counts(held_out, positions),
        *_misplaced(held_out, positions),
        *_lonely(held_out, positions),
        *_indistinct(held_out, positions),
        *_leading_nowhere(held_out, positions),
    ]


def _counts(held_out: HeldOut, positions: Positions) -> Iterator[Fault]:
    for key, count in _counted(held_out.known.questions).items():
        entry, language = key
        what = f"{shown(entry)} has {count} question{'s' * (count > 1)} in `{language}`"
        if count < FEWEST:
            mend = f"write {FEWEST} or more, short and long, as different people would ask"
            yield warning(positions.lists[key], what, mend)
        elif count > MOST:
            mend = f"keep the {MOST} that differ most, or part the entry in two"
            yield warning(positions.lists[key], what, mend)


def _counted(questions: Sequence[Question]) -> Counter[tuple[str, Language]]:
    """How many questions each entry has in each language."""
    return Counter((each.entry, each.language) for each in questions)


def _misplaced(held_out: HeldOut, positions: Positions) -> Iterator[Fault]:
    """Questions that surely seem another entry's, and are closer to one of its questions.

    Each of their words that entry's questions say. That leaves out what only has no like in its
    own entry: most questions, if they differ as they should. So are courtesies left out: they are
    set phrases ("of course"), which no other question makes clearer.
    """
    known = held_out.known
    said: defaultdict[str, set[str]] = defaultdict(set)
    counts = _counted(known.questions)
    for question, terms in zip(known.questions, known.terms, strict=True):
        said[question.entry].update(terms.sequence)
    for number, decision in enumerate(held_out.decisions):
        question = known.questions[number]
        likely = {match.entry.id for match in decision.matches if match.chance >= POSSIBLE}
        if decision.score < SURE or question.entry in likely:
            continue
        entry = known.matcher.base.entry(question.entry)
        drawn = decision.matches[0].entry.id
        if (
            entry is None
            or entry.courtesy
            or not said[drawn].issuperset(known.terms[number].sequence)
        ):
            continue
        there = known.closest(number, known.ids.index(drawn))
        here = known.closest(number, int(known.labels[number]))
        if there is None or (here is not None and here.likeness >= there.likeness):
            continue
        what = (
            f"{shown(question.text)} is closer to {shown(drawn)} than to the other "
            f"questions of {shown(question.entry)}: there, {_located(there.question)} is like it"
        )
        yield warning(positions.questions[number], what, _mend(question, drawn, counts))


def _mend(question: Question, drawn: str, counts: Mapping[tuple[str, Language], int]) -> str:
    """What may be done about a misplaced question, as far as there is room for more of them."""
    there, here = (
        f" in another's place ({shown(entry)} has {counts[entry, question.language]})"
        if counts[entry, question.language] >= MOST
        else ""
        for entry in (drawn, question.entry)
    )
    return f"move it there{there}, reword it, or write more questions like it here{here}"


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
    """Pairs of entries, each of which would answer a good part of the other's questions."""
    known = held_out.known
    asked = Counter(question.entry for question in known.questions[: len(held_out.decisions)])
    taken: defaultdict[tuple[str, str], list[tuple[float, str]]] = defaultdict(list)
    for question, decision in zip(known.questions, held_out.decisions, strict=False):
        chosen = [match.entry.id for match in decision.chosen]
        if len(chosen) == 1 and chosen[0] != question.entry:
            taken[question.entry, chosen[0]].append((decision.score, question.text))
    for (first, second), gone in taken.items():
        come = taken.get((second, first), [])
        shares = len(gone) / asked[first], len(come) / asked[second]
        fewest = min(len(gone), len(come))
        if first < second and fewest >= FEWEST_CONFUSED and min(shares) >= CONFUSED:
            what = (
                f"{shown(first)} and {shown(second)} are hard to tell apart: "
                f"{shown(second)} would answer {len(gone)} of the {asked[first]} questions of "
                f"{shown(first)} ({_surest(gone)}), {shown(first)} {len(come)} of the "
                f"{asked[second]} of {shown(second)} ({_surest(come)})"
            )
            mend = (
                "move those that are the other's, give the questions of each words that the other "
                f"has not, or merge the two ({shown(second)} stands at {positions.entries[second]})"
            )
            yield warning(positions.entries[first], what, mend)


def _leading_nowhere(held_out: HeldOut, positions: Positions) -> Iterator[Fault]:
    """Keywords that count as what another entry has or is asked: "manager" as "chief"."""
    matcher = held_out.known.matcher
    for entry in matcher.base.entries:
        for language, keywords in entry.keywords.items():
            for keyword in keywords:
                if _led_to(matcher, keyword, language) is not entry:
                    what = f"the keyword {shown(keyword)} does not lead to {shown(entry.id)}"
                    mend = "what another entry has or is asked counts as the same; remove one"
                    yield warning(positions.entries[entry.id], what, mend)


def _led_to(matcher: Matcher, keyword: str, language: Language) -> Entry | None:
    """The entry that has ``keyword`` for a question, or is called so, or else has it for one."""
    asked = matcher.verbatim(matcher.read(keyword, language).terms)
    if asked is not None:
        return matcher.base.entries[asked]
    called = matcher.called(keyword, language)
    return called.entry if called else None


def _surest(drawn: Sequence[tuple[float, str]]) -> str:
    named = [shown(text) for _, text in sorted(drawn, reverse=True)[:NAMED]]
    return ", ".join([*named, "…"] if len(drawn) > NAMED else named)
