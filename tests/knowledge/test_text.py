"""Messages are read alike however they are typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.model import LanguageLexicon
from knowledge.text import Lexis, fold, join_numerals, numbered_nouns, stem, words

NOUNS = frozenset({"axe", "axis"})


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Éligibilité", "eligibilite"),
        ("ŒUVRE", "oeuvre"),
        ("l\u2019axe", "l'axe"),
        ("l\u02bcaxe", "l'axe"),
        ("500 m²", "500 m2"),
        ("\ufb01nance", "finance"),
    ],
)
def test_case_accents_and_typography_do_not_count(typed: str, folded: str) -> None:
    """Capitals, accents, ligatures and every kind of apostrophe fold to one form."""
    assert fold(typed) == folded


@given(st.text())
def test_folding_is_final(text: str) -> None:
    """Folding what is folded changes nothing more, for any text."""
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_any_text_has_words(text: str) -> None:
    """No text, however odd, stops the reading: words come out, none of them empty."""
    assert all(words(text)) or not words(text)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("axe 1", ["axe", "axe#1"]),
        ("l'axe un", ["l", "axe", "axe#1"]),
        ("le 1er axe", ["le", "axe", "axe#1"]),
        ("le premier axe", ["le", "axe", "axe#1"]),
        ("axe n° 2", ["axe", "axe#2"]),
        ("axe numéro deux", ["axe", "axe#2"]),
        ("les axes 2 et 3", ["les", "axe", "axe#2", "axe#3"]),
        ("first axis", ["axis", "axis#1"]),
        ("axe IV", ["axe", "axe#4"]),
        ("les quatre axes", ["les", "quatre", "axes"]),
        ("un axe", ["un", "axe"]),
    ],
)
def test_numerals_join_what_they_number(typed: str, expected: list[str]) -> None:
    """«axe un», «axe 1» and «1er axe» are the same; «les quatre axes» is none of them."""
    assert join_numerals(words(typed), NOUNS) == expected


def test_numbered_nouns_are_learnt_from_the_folder() -> None:
    """What a folder numbers is read from its questions, not from the code."""
    assert numbered_nouns([["pilier", "1"], ["pilier", "2"], ["le", "3"]]) == {"pilier"}


def test_abbreviations_are_written_out_and_synonyms_meet() -> None:
    """«bcp» is read as «beaucoup», and «boîtes» counts as «entreprise»."""
    lexicon = LanguageLexicon(
        abbreviations={"bcp": "beaucoup", "c": "c'est"},
        synonyms=(("entreprise", "boîte"), ("téléphone", "coup de fil")),
    )
    lexis = Lexis(lexicon, "fr")
    assert lexis.expand(words("c bcp")) == ["c", "est", "beaucoup"]
    sequence = lexis.terms(words("mes boîtes, un coup de fil"), NOUNS).sequence
    assert "=entreprise" in sequence
    assert "=telephone" in sequence


def test_communication_is_not_what_municipalities_do() -> None:
    """Words in "-ication" keep more of their stem than Snowball leaves them."""
    assert stem("communication", "fr") == stem("communications", "fr") == "communic"
    assert stem("commune", "fr") == "commun"
    assert stem("communication", "en") == "communic"
