"""What a sentence does is told by its words and signs: asking, wishing, telling, pointing back."""

from __future__ import annotations

import pytest

from knowledge.speech_acts import (
    asks,
    asks_a_part,
    asks_for_help,
    asks_or_wishes,
    introduces,
    points_back,
    tells,
)


@pytest.mark.parametrize(
    "sentence",
    ["Quels sont les axes", "vos horaires ?", "How do I join", "Est-ce payant", "y a-t-il un bus"],
)
def test_a_question_asks(sentence: str) -> None:
    """By its sign, or by how it begins; what asks is a request, too."""
    assert asks(sentence)
    assert asks_or_wishes(sentence)
    assert not tells(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Nous cherchons un local de 300 m²",
        "J'aurais besoin de votre adresse.",
        "On veut embaucher deux soudeurs",
        "Merci de me rappeler demain",
        "Il nous faudrait un quai de déchargement",
        "We are considering a site near Rungis",
        "Please send me the figures",
        "I'd like to meet your team",
    ],
)
def test_a_wish_is_a_request_without_asking(sentence: str) -> None:
    """Wherever in the sentence the wish stands."""
    assert asks_or_wishes(sentence)
    assert not asks(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Je dirige une PME de douze salariés",
        "Notre entreprise est basée à Vitry",
        "Suite à notre échange de lundi",
        "Je m'appelle Paul",
        "We are a German company",
        "I'm writing on behalf of a client",
        "Further to our call",
    ],
)
def test_who_writes_is_introduced(sentence: str) -> None:
    """Neither asked nor wished for."""
    assert introduces(sentence)
    assert not asks_or_wishes(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Notre entreprise est en difficulté",
        "Je suis à la recherche d'un atelier",
        "Nous sommes en redressement",
        "We are going bankrupt",
        "I'm interested in the programme",
        "Je suis dans votre territoire ?",
        "Le label est récent",
    ],
)
def test_trouble_and_wishes_introduce_nobody(sentence: str) -> None:
    """They are what a message is about."""
    assert not introduces(sentence)


@pytest.mark.parametrize(
    ("sentence", "pointing", "partial"),
    [
        ("Est-ce que cette ville est chez vous ?", True, False),
        ("Does that town belong to you?", True, False),
        ("Pouvez-vous m'en donner la liste ?", False, True),
        ("Could you name three of them?", False, True),
        ("Quelle est votre adresse ?", False, False),
        ("What happened this year?", False, False),
    ],
)
def test_what_stands_for_another_sentences_matter(
    sentence: str, *, pointing: bool, partial: bool
) -> None:
    """It says "this" or "that" of a thing, or asks something "of it"."""
    assert points_back(sentence) is pointing
    assert asks_a_part(sentence) is partial


@pytest.mark.parametrize(
    ("sentence", "only"),
    [
        ("Pouvez-vous m'aider ?", True),
        ("Pouvez-vous nous accompagner sur ces deux sujets ?", True),
        ("Could you help us with this?", True),
        ("Merci de bien vouloir étudier notre demande", True),
        ("Pouvez-vous m'aider à recruter ?", False),
        ("Could you help us find land?", False),
    ],
)
def test_asking_for_help_alone_is_about_what_was_said(sentence: str, *, only: bool) -> None:
    """Unless it says with what."""
    assert asks_for_help(sentence) is only
