"""What in a question only asks, and what it asks for, in messages and in questions alike."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.phrasing import asked_for, subject, without_opening
from knowledge.text import words


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


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ("C'est quoi le label ?", "label"),
        ("le label, c'est quoi au juste ?", "label"),
        ("Quels sont vos axes ?", "axes"),
        ("parlez-moi de l'ancienne usine", "ancienne usine"),
        ("infos sur les aides", "aides"),
        ("What is the label?", "label"),
        ("tell me more about your projects", "projects"),
        ("label", "label"),
        ("le label ces quoi", "label"),
        ("quel est le contenu de l'axe 2 ?", "axe 2"),
        ("the purpose of your manifesto", "manifesto"),
        ("qui a signé le manifeste ?", "qui a signe le manifeste"),
        ("c'est quoi ?", "c est quoi"),
        ("", ""),
    ],
)
def test_a_subject_is_what_a_question_names(typed: str, named: str) -> None:
    """What only asks about it, before or after, is left out, unless there is nothing else."""
    tokens = words(typed)
    assert " ".join(tokens[subject(tokens)]) == named


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("Le protocole a été signé à quelle heure ?", ["heure"]),
        ("Quels jours le marché ouvre-t-il ?", ["jours"]),
        ("Vous êtes combien d'agents ?", ["agents"]),
        ("le nombre de pages du manifeste", ["pages"]),
        ("Le fax de la CCI ?", ["fax"]),
        ("quel est le salaire du maire", ["salaire"]),
        ("Combien de milliards, et vers quels pays ?", ["milliards", "pays"]),
        ("les prochaines assises, c'est quand", ["prochaines"]),
        ("le budget en 2031", ["2031"]),
        ("How many runways does the airport have?", ["runways"]),
        ("How much CO2 does industry emit?", ["co2"]),
        ("How often do the groups meet?", ["often"]),
        ("Which other hotel is there?", ["hotel"]),
        ("what's the height of the tower", ["height"]),
        ("the number of signatories", ["signatories"]),
        ("Which political party is he in?", ["political", "party"]),
        ("Comment s'appelle le responsable de l'axe 3 ?", ["responsable"]),
        ("who is the head of the office", ["head"]),
        ("Quelles sont vos aides ?", []),
        ("which of you can help", []),
        ("How do I join?", []),
        ("What is the programme?", []),
        ("qui a signé le manifeste", []),
        ("combien", []),
        ("de quoi", []),
        ("", []),
    ],
)
def test_what_is_to_be_told_is_named(typed: str, asked: list[str]) -> None:
    """By a determiner that asks, before "of", or by which one is meant; else by nothing."""
    tokens = words(typed)
    assert [tokens[place] for place in asked_for(tokens)] == asked


@given(st.text(st.sampled_from("quelhowmanyd of1209\u00e9'? ")))
def test_of_any_text_it_can_be_said(text: str) -> None:
    """What is asked for is among the words, each at most once."""
    tokens = words(text)
    places = asked_for(tokens)
    assert places == sorted({place for place in places if 0 <= place < len(tokens)})
