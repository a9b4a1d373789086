"""The decision costs least: answer when sure, ask back when it helps, else say so."""

from __future__ import annotations

import pytest

from knowledge.decision import decide
from knowledge.matching import Match
from knowledge.model import Entry


def match(score: float, name: str = "a", outcome: str = "answer") -> Match:
    """A match of that score."""
    entry = Entry.model_validate(
        {"id": name, "questions": {"fr": ["?"]}, "answer": {"fr": "x"}, "outcome": outcome}
    )
    return Match(entry, score, score)


@pytest.mark.parametrize(
    ("scores", "outcome"),
    [
        ((0.95, 0.03), "answer"),
        ((0.45, 0.4, 0.1), "clarify"),
        ((0.1, 0.05, 0.02), "unknown"),
        ((), "unknown"),
        ((0.3,), "unknown"),
    ],
)
def test_outcome_follows_the_scores(scores: tuple[float, ...], outcome: str) -> None:
    """A sure match is answered, two likely ones are asked about, unlikely ones are refused."""
    matches = [match(score, f"e-{n}") for n, score in enumerate(scores)]
    assert decide(matches).outcome == outcome


def test_at_most_three_options() -> None:
    """A question back never offers more than three entries."""
    assert len(decide([match(0.3, f"e-{n}") for n in range(5)]).chosen) <= 3


def test_a_need_is_handed_over() -> None:
    """A sure match with an entry that the team takes over is a handoff."""
    assert decide([match(0.97, outcome="handoff")]).outcome == "handoff"


def test_a_refusal_is_given_in_its_own_words() -> None:
    """An entry that says what is not known is chosen like any other, and never a choice."""
    decision = decide([match(0.8, "a", "unknown"), match(0.1, "b")])
    assert [chosen.entry.id for chosen in decision.chosen] == ["a"]
    doubtful = decide([match(0.35, "a", "unknown"), match(0.3, "b"), match(0.1, "c", "unknown")])
    assert doubtful.outcome == "unknown"
    assert not doubtful.chosen


def test_no_courtesy_is_offered() -> None:
    """Thanks are answered, never asked back: one does not choose to be thanked."""
    thanks = match(0.3, "merci")
    polite = Match(thanks.entry.model_copy(update={"courtesy": True}), 0.3, 0.3)
    decision = decide([match(0.35, "a"), polite, match(0.3, "b")])
    assert [chosen.entry.id for chosen in decision.chosen] == ["a", "b"]
