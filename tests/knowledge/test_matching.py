"""What a message is matched to does not hang on how it is typed, nor on which run matches it."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from handlers.asking import ask
from knowledge.explanation import explain, text_of
from knowledge.learned import Learned
from knowledge.matching import VERBATIM_SCORE, Matcher
from tests.knowledge.sample import loaded, matcher

BASE = loaded().base
QUESTIONS = [
    (language, question)
    for entry in BASE.entries
    for language, questions in entry.questions.items()
    for question in questions
]


def outcome(text: str) -> tuple[str, str, list[str]]:
    """What ``text`` leads to: outcome, language and the entries of the reply."""
    asked = ask(matcher(), text)
    return asked.outcome, asked.language, [entry.id for entry in asked.entries[:1]]


def _without_accents(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


@pytest.mark.parametrize(
    "typed",
    [
        str.upper,
        str.lower,
        _without_accents,
        lambda text: unicodedata.normalize("NFD", text),
        lambda text: text.replace("'", "\u2019"),
        lambda text: text.replace("'", "\u02bc"),
        lambda text: text.replace("'", "`"),
        lambda text: text.rstrip(" ?.!"),
        lambda text: text.rstrip(" ?.!") + "???!",
        lambda text: f"  {text.replace(' ', '   ')} \n",
        lambda text: text.replace(" ", "\u00a0"),
    ],
    ids="upper lower bare decomposed quote modifier grave unmarked marked blanks hard".split(),
)
@pytest.mark.parametrize(("language", "question"), QUESTIONS)
def test_how_it_is_typed_changes_nothing(language: str, question: str, typed: object) -> None:
    """Case, accents, apostrophes, punctuation and blanks do not change what a message asks."""
    del language
    assert outcome(typed(question)) == outcome(question)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("language", "before", "after"),
    [
        ("fr", "Bonjour, ", ""),
        ("fr", "bonjour ", " merci"),
        ("fr", "Bonsoir ! ", " Merci d'avance."),
        ("en", "Hello, ", ""),
        ("en", "Hi there! ", " Thank you."),
        ("en", "hello ", " thanks"),
    ],
)
def test_courtesies_change_nothing(language: str, before: str, after: str) -> None:
    """A greeting before and thanks after do not change what a message asks."""
    for spoken, question in QUESTIONS:
        if spoken == language:
            assert outcome(before + question + after)[2] == outcome(question)[2], question


@given(st.text(max_size=300))
@example("K:OA")  # doubtful repairs: two rankings are mixed
def test_any_text_is_matched_or_not(text: str) -> None:
    """Whatever is typed, scores are probabilities, best first."""
    for language in BASE.languages:
        scores = [match.score for match in matcher().match(text, language)]
        assert scores == sorted(scores, reverse=True)
        assert all(0 <= score <= 1 for score in scores)
        assert sum(scores) <= 1 + 1e-6


@settings(deadline=None, max_examples=10)
@given(st.text(min_size=1, max_size=20), st.integers(1_000, 5_000))
def test_a_very_long_text_is_answered(piece: str, times: int) -> None:
    """Texts of up to 100,000 characters, in any script, get a reply."""
    assert ask(matcher(), (piece * times)[:100_000]).text


def test_what_was_kept_matches_the_same() -> None:
    """A matcher started from what another learnt gives the same scores to the last bit."""
    kept = {name: np.array(array) for name, array in matcher().learned.arrays().items()}
    restored = Matcher(BASE, Learned.restore(kept))
    for language, question in QUESTIONS:
        for text in (question, question[2:], question.replace("e", "r", 1)):
            expected = [(m.entry.id, m.score) for m in matcher().match(text, language)]
            assert [(m.entry.id, m.score) for m in restored.match(text, language)] == expected


@cache
def with_keywords() -> Matcher:
    """The sample, whose telephone is also found by words that no question has."""
    entries = tuple(
        entry.model_copy(
            update={
                "keywords": {"fr": ("bigophone", "coup de bigophone"), "en": ("hotline", "fax")}
            }
        )
        if entry.id == "telephone"
        else entry
        for entry in BASE.entries
    )
    return Matcher(BASE.model_copy(update={"entries": entries}))


@pytest.mark.parametrize(
    "typed",
    [
        "bigophone",
        "Un coup de bigophone ?",
        "c'est quoi le bigophone",
        "bigofone",
        "hotline",
        "hotlne",
    ],
)
def test_a_keyword_alone_leads_to_its_entry(typed: str) -> None:
    """However it is typed, and misspelt."""
    asked = ask(with_keywords(), typed)
    assert (asked.outcome, asked.entries[0].id) == ("answer", "telephone")
    assert asked.entries[0].score > 0.9


def test_what_may_be_no_slip_at_all_is_no_keyword() -> None:
    """So few letters are a slip away from anything."""
    found = with_keywords().called("fax", "en")
    assert found is not None
    assert found.entry.id == "telephone"
    assert with_keywords().called("fux", "en") is None


def test_nothing_is_learnt_of_a_keyword() -> None:
    """What else is said is matched as if there were none."""
    for language, question in QUESTIONS:
        expected = [(m.entry.id, m.score) for m in matcher().match(question, language)]
        found = [(m.entry.id, m.score) for m in with_keywords().match(question, language)]
        assert found == expected


def test_an_explanation_says_that_a_keyword_leads() -> None:
    """Its words alone would lead elsewhere, or nowhere."""
    assert "Keyword   of telephone" in text_of(explain(with_keywords(), "bigofone"))
    assert "Keyword" not in text_of(explain(with_keywords(), "mon bigophone est en panne"))


def test_a_question_without_words_is_kept() -> None:
    """What an entry is asked with marks alone ("???") comes back as no word, not an empty one."""
    learned = replace(matcher().learned, tokens=((), ("axe", "1"), ()))
    kept = {name: np.array(array) for name, array in learned.arrays().items()}
    assert Learned.restore(kept).tokens == learned.tokens


@pytest.mark.parametrize(
    ("typed", "entry"),
    [
        ("Téléphone", "telephone"),
        ("c'est quoi votre téléphone ?", "telephone"),
        ("tell me about the telephone", "telephone"),
        ("Axe 1 : Former", "axe-1"),
    ],
)
def test_a_button_may_be_typed(typed: str, entry: str) -> None:
    """What an entry is called on its button leads to it, in so many words."""
    best = matcher().match(typed, "fr")[0]
    assert (best.entry.id, best.score) == (entry, VERBATIM_SCORE)


def test_what_was_learnt_of_another_folder_is_refused() -> None:
    """Kept data of a folder that has changed since is not taken for its own."""
    fewer = BASE.model_copy(update={"entries": BASE.entries[:-1]})
    with pytest.raises(ValueError, match="another folder"):
        Matcher(fewer, matcher().learned)
