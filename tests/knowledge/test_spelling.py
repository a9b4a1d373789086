"""Misspelt words find the word that was meant, and strange ones are left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.frequencies import frequencies
from knowledge.spelling import Speller

VOCABULARY = (
    "territoire programme eligibilite industrie industriel telephone formation emplois "
    "production signature protocole recruter bureaux combien numero binome axe projet "
    "equipe".split()
)
QUESTIONS = [
    *([word] for word in VOCABULARY),
    "quel est le numero de telephone".split(),
    "je cherche un local a louer".split(),
    "je cherche un terrain pour mon usine".split(),
]
SPELLER = Speller(QUESTIONS, frequencies("fr"), french=True)


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


ENGLISH = Speller(
    [
        "i need to know the date".split(),
        "i am in need of help".split(),
        "what is the date of the meeting".split(),
    ],
    frequencies("en"),
    french=False,
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("i nneed to know", "i need to know"),
        ("i ineed help", "i need help"),
        ("whati s the date", "what is the date"),
        ("th edate", "the date"),
    ],
)
def test_a_letter_too_many_is_likelier_than_a_space_that_slipped(typed: str, meant: str) -> None:
    """A letter is only moved over a space where each word by itself needs more than that."""
    wording = ENGLISH.wordings(typed.split())[0]
    assert " ".join(word for words in wording.words for word in words) == meant


@pytest.mark.parametrize(
    "word", ["zzzz", "restaurant", "xyz", "148", "{commune}", "forme", "actions", "piscine"]
)
def test_words_that_resemble_nothing_stay(word: str) -> None:
    """Neither a strange word nor a common one is bent into what the folder knows."""
    assert repaired(word) == word


def test_two_letters_are_taken_for_a_matter_only_where_one_was_left_out() -> None:
    """Any two letters are a slip away from some abbreviation."""
    speller = Speller([["bn"], ["tel"], ["un", "local"]], frequencies("fr"), french=True)
    assert speller.wordings(["bh"])[0].words == (("bh",),)
    assert speller.wordings(["tl"])[0].words == (("tel",),)
    assert speller.wordings(["nu", "locla"])[0].words == (("un",), ("local",))


def sense(message: str) -> float:
    """The chance that ``message`` was meant as it is read."""
    typed = message.split()
    return SPELLER.sense(SPELLER.wordings(typed)[0], typed)


@pytest.mark.parametrize(
    "message",
    ["telefone", "signatur", "je cherche un locla", "numro", "demplois", "quel est le telphone"],
)
def test_slips_make_sense(message: str) -> None:
    """Long words, and short ones among others, are no strings of letters that only look alike."""
    assert sense(message) > 0.95


@pytest.mark.parametrize("message", ["emtoi", "qsdf bina", "xqe pojo"])
def test_what_may_be_anything_makes_none(message: str) -> None:
    """A short string of letters is always near some word."""
    assert repaired(message) != message
    assert sense(message) < 0.5


@given(st.lists(st.text(min_size=1, max_size=40), min_size=1, max_size=40))
def test_sense_is_a_chance(typed: list[str]) -> None:
    """Of any message, however long."""
    assert 0 <= SPELLER.sense(SPELLER.wordings(typed)[0], typed) <= 1


@given(st.lists(st.sampled_from(VOCABULARY), min_size=1))
def test_known_words_are_never_changed(words: list[str]) -> None:
    """What is spelt right stays as it is."""
    assert [each.words for each in SPELLER.wordings(words)] == [tuple((word,) for word in words)]


def test_a_known_word_may_be_a_slip_too_in_a_misspelt_message() -> None:
    """Where another word is strange, one that the folder has may be a slip for its neighbour."""
    language = frequencies("en")
    others = ([word] for word in sorted(language)[:2000])
    questions = [*["which tax form today".split()] * 9, "from home".split(), *others]
    speller = Speller(questions, language, french=False)

    def meant(message: str) -> list[tuple[str, ...]]:
        return list(speller.wordings(message.split())[0].words)

    assert meant("which tax from today") == [("which",), ("tax",), ("from",), ("today",)]
    assert meant("whch tax from today") == [("which",), ("tax",), ("form",), ("today",)]


@pytest.mark.parametrize(("french", "heard"), [(True, "bateau"), (False, "bato")])
def test_what_sounds_alike_is_meant_in_french(french: bool, heard: str) -> None:  # noqa: FBT001
    """Written as it is heard; English is not heard as French is."""
    speller = Speller([["bateau"]], {}, french=french)
    assert speller.wordings(["bato"])[0].words == ((heard,),)


def test_what_sounds_alike_may_have_lost_its_apostrophe() -> None:
    """Written as it is heard, all of it: no slip of the pen leads from "lekipe" to "l'équipe"."""
    assert repaired("lekipe") == "l equipe"


def test_a_message_that_is_spelt_right_is_hardly_bent() -> None:
    """Nothing shows haste: a common word is hardly a slip, unless beside a word that is none."""
    questions = [*["comment venir chez vous".split()] * 9, ["tramway"]]
    speller = Speller(questions, frequencies("fr"), french=True)

    def second(message: str) -> tuple[str, ...]:
        return speller.wordings(message.split())[0].words[1]

    assert second("comment tenir chez soi") == ("tenir",)
    assert second("comment tenir chez soi xqzzt") == ("venir",)


def test_short_words_are_not_heard() -> None:
    """A rough key of one or two letters fits too many words."""
    speller = Speller([["shots"], ["hier"]], {}, french=True)
    assert speller.wordings(["koe", "yes"])[0].words == (("koe",), ("yes",))


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
