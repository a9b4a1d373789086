"""What to do with the matches of a message: answer, ask back, or say that one does not know.

A false answer costs more than a question back, and a question back more than an answer. With
``p`` the chance of the best match, ``q`` that the right one is among the options offered
(those that are not refusals) and ``k`` that the folder knows what is asked, the
expected costs are ``(1 - p) * FALSE_ANSWER`` for answering,
``QUESTION_BACK + (1 - q) * MISSED_OPTIONS`` for asking back and ``k * MISSED_ANSWER`` for saying
that one does not know: the least wins.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from knowledge.matching import Match
    from knowledge.model import Outcome

FALSE_ANSWER = 1.0
QUESTION_BACK = 0.4
MISSED_OPTIONS = 0.3
MISSED_ANSWER = 0.75
OPTIONS = 3
"""At most so many are offered in a question back."""

_LEAST_OPTION = 0.05


@dataclass(frozen=True, slots=True)
class Decision:
    """An outcome and what it is about: one match to answer, options to ask back, or nothing."""

    outcome: Outcome
    chosen: tuple[Match, ...]
    matches: tuple[Match, ...]

    @property
    def score(self) -> float:
        """The probability that answering with the first match is right; 0 without one."""
        return self.matches[0].chance if self.matches else 0.0


class Costs(NamedTuple):
    """What each outcome is expected to cost; a question back without options costs no end."""

    answer: float
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


def costs(matches: Sequence[Match]) -> Costs:
    """The expected costs, given at least one match."""
    offered = options(matches)
    among = min(1.0, sum(match.chance for match in offered))
    known = max(matches[0].score, min(1.0, sum(match.chance for match in matches)))
    return Costs(
        answer=(1.0 - matches[0].chance) * FALSE_ANSWER,
        clarify=QUESTION_BACK + (1.0 - among) * MISSED_OPTIONS if len(offered) > 1 else inf,
        unknown=known * MISSED_ANSWER,
    )


def decide(matches: Sequence[Match]) -> Decision:
    """The outcome of least expected cost."""
    shown = tuple(matches)
    if not shown:
        return Decision("unknown", (), shown)
    expected = costs(shown)
    if expected.answer == min(expected):
        return Decision(shown[0].entry.outcome, shown[:1], shown)
    if expected.clarify == min(expected):
        return Decision("clarify", options(shown), shown)
    return Decision("unknown", (), shown)
