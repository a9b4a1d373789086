"""What a person writes after the first message is part of the request, in their own words."""

from __future__ import annotations

import pytest

from handlers.requests.additions import LONGEST
from tests.handlers.conversing import text
from tests.handlers.requests.forms import NEED, TO_RECAP, filed, fill, form_of

LOCAL = ("nous cherchons un local", "oui")


@pytest.mark.parametrize(
    ("before", "typed", "step"),
    [
        (LOCAL, "avec un quai de déchargement", "surface"),
        (LOCAL, "500 m2 avec un quai de déchargement", "communes"),
        ((*LOCAL, "500"), "à Rumilly, près de la rocade nord", "company"),
        (TO_RECAP[:1], "il nous faut aussi un pont roulant", "company"),
        (TO_RECAP[:1], "we also need a crane", "company"),
        (TO_RECAP[:2], "il nous faut aussi un pont roulant", "headcount"),
        (TO_RECAP[:2], "nous sommes 12, et il nous faut un pont roulant", "deadline"),
        (TO_RECAP[:3], "la dalle doit porter des presses lourdes", "deadline"),
        (TO_RECAP[:3], "dans 6 mois, le bail actuel finit alors", "contact"),
        (TO_RECAP, "ajoutez un pont roulant", "recap"),
        (TO_RECAP, "en fait il faut 600 m2 et un pont roulant", "recap"),
    ],
)
def test_what_is_said_beside_the_answers_joins_the_request(
    before: tuple[str, ...], typed: str, step: str
) -> None:
    """It is said so at once, and stands in the recap and in what is filed."""
    first = form_of(fill(*before)).details.description
    result = fill(typed, state=fill(*before).state)
    details = form_of(result).details
    assert details.description == f"{first}\n{typed}"
    assert form_of(result).step == step
    assert typed in text(result)
    company = details.company.name if details.company else ""
    assert company in {"", "Ateliers Martin"}


def test_the_recap_and_the_filed_request_have_it() -> None:
    """Whatever question it was written to."""
    turns = (NEED, "il nous faut aussi un pont roulant", *TO_RECAP[1:])
    recap = fill(*turns)
    assert f"Votre demande : {NEED} / il nous faut aussi un pont roulant" in text(recap)
    description = filed(fill("j'accepte", state=recap.state)).request.details.description
    assert description == f"{NEED}\nil nous faut aussi un pont roulant"


def test_a_burst_is_one_request_whatever_its_messages_say() -> None:
    """What follows a need before it is passed on is not lost when it holds no number."""
    result = fill("nous cherchons un local", "il nous faut aussi un quai", "500 m2 à Rumilly")
    description = form_of(result).details.description
    assert description == "nous cherchons un local\nil nous faut aussi un quai"
    assert form_of(result).details.surface is not None


@pytest.mark.parametrize(
    "typed",
    [
        ("Ateliers Martin", "nous sommes 12 personnes", "avant fin juin 2027", "06 12 34 56 78"),
        ("mon siret 732 829 320 00074", "une trentaine de salariés", "dès que possible", "m@x.fr"),
        (
            "SARL Annecy Métal",
            "environ 15 employés",
            "dans 6 mois",
            "vous pouvez m'appeler au 06 12 34 56 78",
        ),
    ],
)
def test_a_mere_answer_is_not_repeated(typed: tuple[str, ...]) -> None:
    """Its value has a line of its own; who writes is never part of the text."""
    result = fill(NEED, *typed)
    assert form_of(result).step == "recap"
    assert form_of(result).details.description == NEED


def test_a_date_is_no_company() -> None:
    """It is noted as what it is, and the company is asked for again."""
    result = fill(NEED, "pour juin 2027")
    assert form_of(result).step == "company"
    assert form_of(result).details.deadline is not None
    assert form_of(result).details.company is None


def test_the_text_of_a_request_has_an_end() -> None:
    """What is too much is said so, and what was written before stays."""
    words = "il nous faut aussi un pont roulant " + "solide " * 500
    result = fill(NEED, words, words + "et haut")
    assert "trop long" in text(result)
    assert len(form_of(result).details.description) <= LONGEST
