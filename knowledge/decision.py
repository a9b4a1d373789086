"""What to do with the matches of a message: answer, ask back, or say that one does not know.

A false answer costs more than a question back, and a question back more than an answer. With
``p`` the chance of the best match, ``p2`` that of the best two together, ``q`` that the right one
is among the options offered (those that are not refusals) and ``k`` that the folder knows what is
asked, the expected costs are ``(1 - p) * false_answer`` for answering,
``(1 - p2) * false_answer + second_answer`` for giving both answers,
``question_back + (1 - q) * missed_options`` for asking back and ``k * missed_answer`` for saying
that one does not know (see :class:`Costs`): the least wins. Where the best is a need, what speaks
for other needs costs ``other_need`` instead of ``false_answer``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from math import inf, isfinite
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from knowledge.matching import Match
    from knowledge.model import Outcome

OPTIONS = 3
"""At most so many are offered in a question back."""

_BOTH = 2
_LONGEST_BOTH = 1_200
"""Characters of two answers, in the language where they are longest; more is not read."""

_LEAST_OPTION = 0.05
_FAR_LIKELIER = 2.0
"""So much likelier than all options together, what is knowingly not answered is what is meant."""


@dataclass(frozen=True, slots=True)
class Costs:
    """What each mistake costs; only their ratios count.

    ``false_answer``: an answer to another question than was asked. ``question_back``: any question
    back, however apt. ``missed_options``: on top of it, where none of its options is meant.
    ``missed_answer``: to say that one does not know what one does. ``second_answer``: to read two
    answers, of which one is to the question. ``other_need``: to be handed over to the team with
    another need than one has, which is put right before anything is sent.

    Raises:
        ValueError: one is negative or no finite number, or a false or a missed answer is free:
            then all would be answered, or nothing.
    """

    false_answer: float = 1.25
    question_back: float = 0.4
    missed_options: float = 0.3
    missed_answer: float = 0.8
    second_answer: float = 0.2
    other_need: float = 0.3

    def __post_init__(self) -> None:
        if not all(isfinite(cost) and cost >= 0 for cost in astuple(self)):
            raise ValueError(f"costs must be finite and not negative: {self}")
        if not (self.false_answer and self.missed_answer):
            raise ValueError(f"a false answer and a missed one must cost something: {self}")


USUAL_COSTS = Costs()


@dataclass(frozen=True, slots=True)
class Decision:
    """An outcome and what it is about: one match or two to answer, options to ask back, or none."""

    outcome: Outcome
    chosen: tuple[Match, ...]
    matches: tuple[Match, ...]

    @property
    def score(self) -> float:
        """The probability that answering with the first match is right; 0 without one."""
        return self.matches[0].chance if self.matches else 0.0


class Expected(NamedTuple):
    """What each outcome is expected to cost; one that cannot be costs no end."""

    answer: float
    both: float
    clarify: float
    unknown: float


def options(matches: Sequence[Match]) -> tuple[Match, ...]:
    """Those of ``matches`` that a question back would offer: nothing unknown, no thanks."""
    return tuple(
        match
        for match in matches
        if match.chance >= _LEAST_OPTION
        and match.entry.outcome != "unknown"
        and not match.entry.courtesy
    )[:OPTIONS]


def expected_costs(matches: Sequence[Match], costs: Costs) -> Expected:
    """What each outcome is expected to cost, given at least one match."""
    offered = options(matches)
    among = min(1.0, sum(match.chance for match in offered))
    known = max(matches[0].score, min(1.0, sum(match.chance for match in matches)))
    refused = sum(match.chance for match in matches if match.entry.outcome == "unknown")
    apt = len(offered) > 1 and refused < _FAR_LIKELIER * among
    asking = costs.question_back + (1.0 - among) * costs.missed_options
    either = min(1.0, sum(match.chance for match in matches[:_BOTH]))
    return Expected(
        answer=_cost_of_answer(matches, costs),
        both=(1.0 - either) * costs.false_answer + costs.second_answer
        if _are_two_answers(matches)
        else inf,
        clarify=asking if apt else inf,
        unknown=known * costs.missed_answer,
    )


def _cost_of_answer(matches: Sequence[Match], costs: Costs) -> float:
    """What the first entry alone is expected to cost; a need costs less where another is meant."""
    first = matches[0]
    needs = sum(match.chance for match in matches if match.entry.outcome == "handoff")
    other = min(1.0, needs) - first.chance if first.entry.outcome == "handoff" else 0.0
    wrong = 1.0 - first.chance - other
    return wrong * costs.false_answer + other * min(costs.other_need, costs.false_answer)


def _are_two_answers(matches: Sequence[Match]) -> bool:
    """Whether the best two can be given together: both short, and no refusal, need or thanks."""
    best = [match.entry for match in matches[:_BOTH]]
    if len(best) < _BOTH or any(e.outcome != "answer" or e.courtesy for e in best):
        return False
    return sum(max(map(len, entry.answer.values())) for entry in best) <= _LONGEST_BOTH


def decide(matches: Sequence[Match], costs: Costs) -> Decision:
    """The outcome of least expected cost."""
    shown = tuple(matches)
    if not shown:
        return Decision("unknown", (), shown)
    expected = expected_costs(shown, costs)
    if expected.answer == min(expected):
        return Decision(shown[0].entry.outcome, shown[:1], shown)
    if expected.both == min(expected):
        return Decision("answer", shown[:_BOTH], shown)
    if expected.clarify == min(expected):
        return Decision("clarify", options(shown), shown)
    return Decision("unknown", (), shown)
