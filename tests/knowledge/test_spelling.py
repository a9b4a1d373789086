"""Misspelt words find the word that was meant, and strange ones are left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.frequencies import frequencies
from knowledge.spelling import Speller

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
    return " ".join(word for words in SPELLER.wordings(message.split())[0].words for word in words)


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
        ("je chrche u local", "je cherche un local"),
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


def test_two_letters_are_not_taken_for_a_matter() -> None:
    """Any two letters are a slip away from some abbreviation: only small words are seen in them."""
    speller = Speller([["bn"], ["tel"], ["un", "local"]], frequencies("fr"), elisions=True)
    assert [speller.wordings([typed])[0].words for typed in ("bh", "tl")] == [
        (("bh",),),
        (("tl",),),
    ]
    assert speller.wordings(["nu", "locla"])[0].words == (("un",), ("local",))


@given(st.lists(st.sampled_from(VOCABULARY), min_size=1))
def test_known_words_are_never_changed(words: list[str]) -> None:
    """What is spelt right stays as it is."""
    assert [each.words for each in SPELLER.wordings(words)] == [tuple((word,) for word in words)]


def test_a_known_word_may_be_a_slip_too_in_a_misspelt_message() -> None:
    """Where another word is strange, one that the folder has may be a slip for its neighbour."""
    language = frequencies("en")
    others = ([word] for word in sorted(language)[:2000])
    questions = [*["which tax form today".split()] * 9, "from home".split(), *others]
    speller = Speller(questions, language, elisions=False)

    def meant(message: str) -> list[tuple[str, ...]]:
        return list(speller.wordings(message.split())[0].words)

    assert meant("which tax from today") == [("which",), ("tax",), ("from",), ("today",)]
    assert meant("whch tax from today") == [("which",), ("tax",), ("form",), ("today",)]


def test_what_else_may_be_meant_comes_after() -> None:
    """Other wordings follow, the less likely the later, and none twice."""
    wordings = SPELLER.wordings("je cherche des bureau".split())
    likelihoods = [each.likelihood for each in wordings]
    assert likelihoods == sorted(likelihoods, reverse=True)
    assert len({each.words for each in wordings}) == len(wordings) > 1


@given(st.lists(st.text(min_size=1, max_size=40), max_size=12))
def test_any_words_come_back_as_something(words: list[str]) -> None:
    """No input stops the repair, and it never loses a word."""
    for each in SPELLER.wordings(words):
        assert len(each.words) == len(words)
        assert all(map(all, each.words))
