"""An explanation says what happened: its figures are the matcher's own."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.asking import ask, explain_asked
from knowledge.explanation import explain, text_of
from knowledge.features import features
from tests.knowledge import sample

MESSAGES = [
    "Bonjour, votre adresse svp",
    "quel est l'axe 1 ? et le 2 ?",
    "Quel est l'axe 1 ?",
    "cest koi laxe 2",
    "vos buraux sont ou",
    "je cherche un atelié a rumily",
    "is annecy part of the valley?",
    "tel svp",
    "zorglub",
    "3 et 4",
    "locaux locaux locaux",
    "Où sont vos bureaux ? Et votre téléphone ?",
]


@pytest.mark.parametrize("message", MESSAGES)
def test_what_the_words_say_adds_up(message: str) -> None:
    """Words, pairs and letters add up to the logit, and their differences to what parts two."""
    for part in explain(sample.matcher(), message).parts:
        for account in filter(None, (part.first, part.second)):
            assert sum(points for _, points in account.said) == pytest.approx(
                account.logit, abs=1e-3
            )
        if part.first and part.second:
            assert sum(points for _, points in part.difference) == pytest.approx(
                part.first.logit - part.second.logit, abs=1e-3
            )


def test_what_an_entry_does_not_tell_is_said() -> None:
    """Words that are refused elsewhere count against an answer without them, not a refusal."""
    [part] = explain(sample.matcher(), "la météo de l'axe 1").parts
    assert part.first is not None
    assert part.second is not None
    assert part.first.entry == "axe-1"
    [(word, points)] = part.first.missed
    assert (word, points < 0) == ("meteo", True)
    assert part.second.entry == "meteo"
    assert not part.second.missed
    shown = text_of(explain(sample.matcher(), "la météo de l'axe 1"))
    assert re.search(r"meteo: refused elsewhere, not told here +-\d", shown)


@given(
    st.lists(
        st.sampled_from([w for m in MESSAGES for w in m.split()] + ["Rumilly", "1er", "axe", "x²"]),
        max_size=9,
    ).map(" ".join)
)
@settings(max_examples=60)
def test_every_feature_has_a_name(message: str) -> None:
    """Whatever is written, each feature that speaks is named: nothing goes unexplained."""
    reading = sample.matcher().read(message, "fr")
    index = sample.matcher().learned.index
    row = index.row(reading.terms)
    columns, held = index.vectorizer.columns([each.key for each in features(reading.terms)])
    assert set(row.columns.tolist()) == set(columns[held].tolist())


@pytest.mark.parametrize("message", MESSAGES)
def test_it_explains_the_reply_that_is_given(message: str) -> None:
    """Scores and outcome are those with which the message is answered."""
    asked = ask(sample.matcher(), message)
    explanation = explain_asked(sample.matcher(), message)
    assert asked.language == explanation.language
    assert asked.outcome in {part.outcome for part in explanation.parts}
    if len(explanation.parts) == 1 and explanation.parts[0].first:
        first = explanation.parts[0].first
        assert (first.entry, round(first.score, 4)) == (asked.entries[0].id, asked.entries[0].score)


def test_the_cheapest_outcome_is_taken() -> None:
    """The outcome is the one of least expected cost among those possible."""
    for message in MESSAGES:
        for part in explain(sample.matcher(), message).parts:
            if part.costs:
                least = min(part.costs, key=lambda outcome: part.costs[outcome])
                taken = "answer" if len(part.chosen) == 1 else part.outcome
                assert taken == least


@pytest.mark.parametrize(
    ("message", "lines"),
    [
        ("cest koi laxe 2", ["Read as   c est quoi l axe 2", "Repaired  laxe → l axe"]),
        ("Je cherche un local à rumily", ["Places    rumily → Rumilly, in the territory"]),
        ("Is Annecy part of it?", ["Places    annecy → Annecy, outside the territory"]),
        ("l'axe 1 du zorglub", ["Unknown   zorglub"]),
        ("à quelle heure ouvre l'axe 1", ["Asks for  heure"]),
        ("Quel est l'axe 1 ?", ["First     axe-1", "word for word", "Why not   axe-2"]),
        ("What is axis 1?", ["Language  English, by the words what, is"]),
        ("zorglub", ["Outcome   unknown"]),
        ("3", ["Language  French, the message does not tell"]),
        ("¿Dónde puedo encontrar trabajo en esta ciudad?", ["neither French nor English"]),
        ("Où sont vos bureaux ? Et votre téléphone ?", ["Question 1 of 2", "Question 2 of 2"]),
        ("axe 1", ["  letters of axe ", "  axe 1 ", "  begins with axe ", "  ends with axe 1 "]),
        ("Je cherche un local à Rumilly", ["  un + local ", "  a commune "]),
    ],
)
def test_it_is_told_in_plain_words(message: str, lines: list[str]) -> None:
    """Whoever wrote the message finds its own words, and what became of each."""
    told = text_of(explain(sample.matcher(), message))
    for line in lines:
        assert line in told, told


def test_figures_stand_below_each_other() -> None:
    """Every figure ends in the same column."""
    told = text_of(explain(sample.matcher(), "Où sont vos bureaux, adresse ?")).splitlines()
    ends = {len(line) for line in told if line.startswith("  ")}
    assert len(ends) == 1
