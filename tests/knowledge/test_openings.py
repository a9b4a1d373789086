"""A courteous opening says nothing of what is asked, in messages and in questions alike."""

from __future__ import annotations

import pytest

from knowledge.text import stem, without_opening, words


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Je voudrais connaître les aides", "les aides"),
        ("J'aimerais savoir si ma boîte est éligible", "ma boite est eligible"),
        ("nous souhaitons former nos salariés", "former nos salaries"),
        ("Pouvez-vous me dire qui dirige", "qui dirige"),
        ("est-ce que vous pouvez m'indiquer votre adresse", "votre adresse"),
        ("peux-tu m'expliquer l'axe 1", "l axe 1"),
        ("dites-moi votre adresse", "votre adresse"),
        ("I would like to know about grants", "grants"),
        ("I'd like to submit a project", "to submit a project"),
        ("can you please tell me the address", "the address"),
        ("tell me about axis 1", "axis 1"),
        ("I was wondering if we qualify", "we qualify"),
    ],
)
def test_an_opening_is_left_out(text: str, asked: str) -> None:
    """What remains is what is asked."""
    assert " ".join(without_opening(words(text))) == asked


@pytest.mark.parametrize(
    "text",
    ["je voudrais", "tell me", "what would you like", "I want to buy", "les souhaits", "dis-moi"],
)
def test_what_asks_nothing_else_is_kept(text: str) -> None:
    """An opening alone is all that was said; other words are no opening."""
    assert without_opening(words(text)) == words(text)


def test_communication_is_not_what_municipalities_do() -> None:
    """Words in "-ication" keep more of their stem than Snowball leaves them."""
    assert stem("communication", "fr") == stem("communications", "fr") == "communic"
    assert stem("commune", "fr") == "commun"
    assert stem("communication", "en") == "communic"
