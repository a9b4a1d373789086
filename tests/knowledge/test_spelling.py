"""Misspelt words find the word that was meant, and strange ones are left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.spelling import Speller

VOCABULARY = dict.fromkeys(
    "territoire programme eligibilite industrie industriel telephone formation emplois "
    "production signature protocole recruter bureaux combien numero binome axe projet".split(),
    1,
)
SPELLER = Speller(VOCABULARY, elisions=True)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("teritoire", ("territoire",)),
        ("eligibilte", ("eligibilite",)),
        ("telefone", ("telephone",)),
        ("formassion", ("formation",)),
        ("lindustriel", ("l", "industriel")),
        ("demplois", ("d", "emplois")),
        ("signatur", ("signature",)),
        ("buro", ("bureaux",)),
        ("porjet", ("projet",)),
        ("numeroprojet", ("numero", "projet")),
    ],
)
def test_slips_of_the_pen_are_repaired(typed: str, meant: tuple[str, ...]) -> None:
    """Slips, phonetic spellings, lost apostrophes and lost spaces lead to the word meant."""
    assert SPELLER.repair(typed, "fr") == meant


@pytest.mark.parametrize(
    "word", ["zzzz", "restaurant", "xyz", "148", "{commune}", "ab", "forme", "actions"]
)
def test_words_that_resemble_nothing_stay(word: str) -> None:
    """Neither a strange word nor a common one is bent into what the folder knows."""
    assert SPELLER.repair(word, "fr") == (word,)


@given(st.sampled_from(sorted(VOCABULARY)))
def test_known_words_are_never_changed(word: str) -> None:
    """What is spelt right stays as it is."""
    assert SPELLER.repair(word, "fr") == (word,)


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz", max_size=20))
def test_any_word_comes_back_as_something(word: str) -> None:
    """No input stops the repair, and it never loses a word."""
    assert SPELLER.repair(word, "fr") or not word
