"""Misspelt words find the word that was meant, and strange ones are left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from knowledge.frequencies import frequencies
from knowledge.spelling import Speller, Vocabulary, letter_bits

VOCABULARY = (
    "territoire programme eligibilite industrie industriel telephone formation emplois "
    "production signature protocole recruter bureaux combien numero binome axe projet".split()
)
QUESTIONS = [
    *([word] for word in VOCABULARY),
    "quel est le numero de telephone".split(),
    "je cherche un local a louer".split(),
    "je cherche un terrain pour mon usine".split(),
]
SPELLER = Speller(QUESTIONS, frequencies("fr"), elisions=True)


def repaired(message: str) -> str:
    """The words that ``message`` stands for."""
    return " ".join(word for words in SPELLER.repair(message.split()) for word in words)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("teritoire", "territoire"),
        ("eligibilte", "eligibilite"),
        ("telefone", "telephone"),
        ("formassion", "formation"),
        ("lindustriel", "l industriel"),
        ("demplois", "d emplois"),
        ("signatur", "signature"),
        ("buro", "bureaux"),
        ("porjet", "projet"),
        ("numeroprojet", "numero projet"),
    ],
)
def test_slips_of_the_pen_are_repaired(typed: str, meant: str) -> None:
    """Slips, phonetic spellings, lost apostrophes and lost spaces lead to the word meant."""
    assert repaired(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("je cherche un locl", "je cherche un local"),
        ("je cherch eun local", "je cherche un local"),
        ("le nuemro de tel", "le numero de tel"),
    ],
)
def test_neighbours_tell_what_was_meant(typed: str, meant: str) -> None:
    """The words beside a slip, and a space that slipped by a letter, lead to what was meant."""
    assert repaired(typed) == meant


@pytest.mark.parametrize(
    "word", ["zzzz", "restaurant", "xyz", "148", "{commune}", "forme", "actions", "piscine"]
)
def test_words_that_resemble_nothing_stay(word: str) -> None:
    """Neither a strange word nor a common one is bent into what the folder knows."""
    assert repaired(word) == word


@given(st.lists(st.sampled_from(VOCABULARY), min_size=1))
def test_known_words_are_never_changed(words: list[str]) -> None:
    """What is spelt right stays as it is."""
    assert SPELLER.repair(words) == [(word,) for word in words]


@given(st.lists(st.text(min_size=1, max_size=40), max_size=12))
def test_any_words_come_back_as_something(words: list[str]) -> None:
    """No input stops the repair, and it never loses a word."""
    meant = SPELLER.repair(words)
    assert len(meant) == len(words)
    assert all(map(all, meant))


@given(st.text(alphabet="abcdefghij", min_size=1, max_size=9), st.sampled_from(VOCABULARY))
def test_what_is_passed_over_is_too_far_away(typed: str, known: str) -> None:
    """Words are passed over by their letters only where no few slips lead from one to the other."""
    slips = OSA.distance(typed, known)
    assert (letter_bits(typed) ^ letter_bits(known)).bit_count() <= 2 * slips
    found = dict(Vocabulary.of(VOCABULARY).near(typed, 3))
    assert found.get(known) == (slips if slips <= 3 else None)
