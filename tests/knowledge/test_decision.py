"""The decision costs least: answer when sure, ask back when it helps, else say so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, replace

import pytest

from knowledge.decision import USUAL_COSTS, Costs, Decision, decide
from knowledge.matching import Match
from knowledge.model import Entry


def match(score: float, name: str = "a", outcome: str = "answer") -> Match:
    """A match of that score."""
    entry = Entry.model_validate(
        {"id": name, "questions": {"fr": ["?"]}, "answer": {"fr": "x"}, "outcome": outcome}
    )
    return Match(entry, score, score)


def decided(matches: Sequence[Match]) -> Decision:
    """What is decided with the usual costs."""
    return decide(matches, USUAL_COSTS)


@pytest.mark.parametrize(
    ("scores", "outcome"),
    [
        ((0.95, 0.03), "answer"),
        ((0.35, 0.3, 0.2), "clarify"),
        ((0.1, 0.05, 0.02), "unknown"),
        ((), "unknown"),
        ((0.3,), "unknown"),
    ],
)
def test_outcome_follows_the_scores(scores: tuple[float, ...], outcome: str) -> None:
    """A sure match is answered, two likely ones are asked about, unlikely ones are refused."""
    matches = [match(score, f"e-{n}") for n, score in enumerate(scores)]
    assert decided(matches).outcome == outcome


def test_at_most_three_options() -> None:
    """A question back never offers more than three entries."""
    assert len(decided([match(0.3, f"e-{n}") for n in range(5)]).chosen) <= 3


def test_a_need_is_handed_over() -> None:
    """A sure match with an entry that the team takes over is a handoff."""
    assert decided([match(0.97, outcome="handoff")]).outcome == "handoff"


def test_which_need_it_is_is_not_asked_back() -> None:
    """The form puts right another need; that it is none at all costs as much as any answer."""
    needs = [match(0.45, "a", "handoff"), match(0.3, "b", "handoff"), match(0.2, "c", "handoff")]
    assert decided(needs).outcome == "handoff"
    assert [chosen.entry.id for chosen in decided(needs).chosen] == ["a"]
    assert decided([needs[0], match(0.3, "b"), match(0.2, "c")]).outcome == "clarify"
    assert decide(needs, Costs(other_need=1.15)).outcome == "clarify"


def test_a_refusal_is_given_in_its_own_words() -> None:
    """An entry that says what is not known is chosen like any other, and never a choice."""
    decision = decided([match(0.8, "a", "unknown"), match(0.1, "b")])
    assert [chosen.entry.id for chosen in decision.chosen] == ["a"]
    doubtful = decided([match(0.35, "a", "unknown"), match(0.3, "b"), match(0.1, "c", "unknown")])
    assert doubtful.outcome == "unknown"
    assert not doubtful.chosen


def test_what_is_hardly_meant_is_not_asked_about() -> None:
    """Beside a refusal that is far likelier, a question back would offer what nobody asked."""
    refusal = replace(match(0.29, "a", "unknown"), score=0.82)
    assert decided([refusal, match(0.05, "b"), match(0.05, "c")]).outcome == "unknown"
    assert decided([refusal, match(0.15, "b"), match(0.15, "c")]).outcome == "clarify"


def test_no_courtesy_is_offered() -> None:
    """Thanks are answered, never asked back: one does not choose to be thanked."""
    thanks = match(0.3, "merci")
    polite = Match(thanks.entry.model_copy(update={"courtesy": True}), 0.3, 0.3)
    decision = decided([match(0.35, "a"), polite, match(0.3, "b")])
    assert [chosen.entry.id for chosen in decision.chosen] == ["a", "b"]


@pytest.mark.parametrize(
    ("costs", "outcome"),
    [
        (USUAL_COSTS, "answer"),
        (Costs(false_answer=2.0, second_answer=0.5), "clarify"),
        (Costs(false_answer=3.0, question_back=2.0, second_answer=1.0), "unknown"),
        (Costs(false_answer=3.0, question_back=2.0, missed_answer=3.0), "answer"),
    ],
)
def test_costs_decide(costs: Costs, outcome: str) -> None:
    """The same matches are answered, asked about or refused, as mistakes are said to cost."""
    assert decide([match(0.65, "a"), match(0.25, "b")], costs).outcome == outcome


def test_both_of_two_are_answered_where_it_is_one_of_them() -> None:
    """To read two answers costs less than to be asked; not where it may be a third, or is sure."""

    def chosen(*scores: float) -> list[str]:
        decision = decided([match(score, f"e-{n}") for n, score in enumerate(scores)])
        return [each.entry.id for each in decision.chosen] if decision.outcome == "answer" else []

    assert chosen(0.5, 0.4, 0.02) == ["e-0", "e-1"]
    assert chosen(0.5, 0.2, 0.2) == []
    assert chosen(0.85, 0.1) == ["e-0"]


def test_two_long_answers_are_not_given_together() -> None:
    """Nobody reads two pages to find what the one question was about."""
    long = {"fr": "x" * 1_000}
    matches = [match(0.5, "a"), match(0.4, "b"), match(0.02, "c")]
    lengthy = [
        replace(each, entry=each.entry.model_copy(update={"answer": long})) for each in matches
    ]
    assert len(decided(matches).chosen) == 2
    assert decided(lengthy).outcome == "clarify"


@pytest.mark.parametrize("other", ["unknown", "handoff"])
def test_only_answers_are_given_together(other: str) -> None:
    """A refusal or an offer to pass a need on beside an answer would say two things at once."""
    decision = decided([match(0.5, "a"), match(0.4, "b", other), match(0.05, "c")])
    assert decision.outcome != "answer"


def test_only_the_ratios_of_costs_count() -> None:
    """Costs may be in any unit: minutes of the team, or money."""
    hundredfold = Costs(*(100 * cost for cost in astuple(USUAL_COSTS)))
    for likely in (0.1, 0.3, 0.5, 0.59, 0.61, 0.9):
        matches = [match(likely, "a"), match((1 - likely) / 2, "b")]
        assert decide(matches, hundredfold) == decided(matches)


@pytest.mark.parametrize(
    "given",
    [
        {"false_answer": -1.0},
        {"question_back": -0.1},
        {"missed_options": float("nan")},
        {"missed_answer": float("inf")},
        {"second_answer": -0.1},
        {"other_need": -0.1},
        {"false_answer": 0.0},
        {"missed_answer": 0.0},
    ],
)
def test_costs_that_make_no_sense_are_refused(given: dict[str, float]) -> None:
    """A cost is a finite number, not negative; where wrong is free nothing can be decided."""
    with pytest.raises(ValueError, match="must"):
        Costs(**given)
