"""Answers, slips and questions in the middle of the form."""

from __future__ import annotations

import pytest

from handlers.events import CommandGiven, MessageReceived
from knowledge.markup import to_plain
from tests.handlers.conversing import text
from tests.handlers.requests.forms import (
    NEED,
    SIRET,
    TO_RECAP,
    fill,
    form_matcher,
    form_of,
    offered,
    press,
)

AT = {
    "description": (CommandGiven(name="request"),),
    "surface": ("nous cherchons un local", "oui"),
    "communes": ("nous cherchons un local", "oui", "500 m2"),
    "company": TO_RECAP[:1],
    "headcount": TO_RECAP[:2],
    "deadline": TO_RECAP[:3],
    "contact": TO_RECAP[:4],
}
"""What was said before each question."""


@pytest.mark.parametrize(
    ("step", "slip", "example"),
    [
        ("surface", "assez grand", "500 m²"),
        ("communes", "dans les étoiles", "44000"),
        ("headcount", "plein de monde", "une trentaine"),
        ("deadline", "le 3 mars 2019", "mars 2027"),
        ("company", "732 829 320 00075", "732 829 320 00074"),
        ("company", "732 829", "732 829 320 00074"),
        ("contact", "marie@ateliers", "marie.martin@exemple.fr"),
        ("contact", "06 12 34", "01 23 45 67 89"),
        ("contact", "par pigeon voyageur", "marie.martin@exemple.fr"),
    ],
)
def test_a_slip_is_told_with_an_example_and_asked_again(step: str, slip: str, example: str) -> None:
    """Courteously, and nothing is taken of it."""
    before = fill(*AT[step])
    assert form_of(before).step == step
    result = fill(slip, state=before.state)
    assert form_of(result).step == step
    assert form_of(result).details == form_of(before).details
    assert example in result.replies[-1].text.replace("\u202f", " ")
    assert offered(result)


@pytest.mark.parametrize("step", AT)
@pytest.mark.parametrize(
    "asked", ["pourquoi ?", "pourquoi vous demandez ça ?", "je ne comprends pas"]
)
def test_each_question_can_be_asked_why(step: str, asked: str) -> None:
    """The reason is told, and the question stands below it."""
    before = fill(*AT[step])
    result = fill(asked, state=before.state)
    assert form_of(result) == form_of(before)
    why = getattr(form_matcher().base.messages, f"request_why_{step}")["fr"]
    assert to_plain(why) in text(result)
    assert offered(result)


@pytest.mark.parametrize("step", AT)
@pytest.mark.parametrize(
    "asked", ["c'est quoi un siret ?", "où trouver mon SIRET ?", "what is a SIREN?"]
)
def test_what_a_siret_is_is_told_at_any_question(step: str, asked: str) -> None:
    """It is the word that people stumble over."""
    before = fill(*AT[step])
    result = fill(asked, state=before.state)
    assert "14" in text(result)
    assert form_of(result).details == form_of(before).details
    assert form_of(result).step == step


@pytest.mark.parametrize("step", AT)
@pytest.mark.parametrize(
    ("asked", "fact"),
    [
        ("C'est quoi le programme ?", "aide les entreprises"),
        ("quel est votre numéro de téléphone ?", "01 23 45 67 89"),
        ("Rumilly fait partie de la vallée ?", "Oui, Rumilly"),
        ("combien ça coûte ?", "Je ne sais pas répondre"),
    ],
)
def test_a_question_is_answered_and_the_form_goes_on(step: str, asked: str, fact: str) -> None:
    """The answer or an honest word, then the form's question; it is not taken for an answer."""
    before = fill(*AT[step])
    result = fill(asked, state=before.state)
    if step == "description" and fact.startswith("Je ne sais pas"):
        assert form_of(result).details.description == asked, "a request may be put as a question"
        return
    assert fact in text(result)
    assert len(result.replies) >= 2
    assert form_of(result).details == form_of(before).details
    assert form_of(result).step == step
    assert not form_of(result).paused
    assert offered(result)


def test_an_unanswered_question_in_mid_form_reaches_the_writers() -> None:
    """It is kept for them, as at any other time."""
    result = fill(*AT["company"], "acceptez-vous les dinosaures zzzz ?")
    assert [effect.kind for effect in result.effects] == ["unanswered"]


def test_a_request_that_is_put_as_a_question_can_be_taken_for_what_it_is() -> None:
    """Where an entry answers it, one press says that it was the request."""
    asked = fill(*AT["description"], "C'est quoi le programme ?")
    result = press(asked, "C'est bien ma demande")
    assert form_of(result).details.description == "C'est quoi le programme ?"
    assert form_of(result).step == "need"


@pytest.mark.parametrize(
    ("step", "typed", "field", "value"),
    [
        ("contact", "vous pouvez m'appeler au 06 12 34 56 78 ?", "phone", "+33612345678"),
        ("contact", "marie@ateliers.fr, ça vous va ?", "email", "marie@ateliers.fr"),
    ],
)
def test_an_answer_that_sounds_like_a_question_is_an_answer(
    step: str, typed: str, field: str, value: str
) -> None:
    """Nobody writes an address by chance."""
    result = fill(*AT[step], typed)
    assert getattr(form_of(result).details, field) == value


def test_an_answer_to_another_question_is_taken_and_said() -> None:
    """What was not asked for yet is noted, and the question stands."""
    before = fill(*AT["surface"])
    result = fill("Marie Martin, 06 12 34 56 78", state=before.state)
    assert form_of(result).step == "surface"
    assert form_of(result).details.phone == "+33612345678"
    assert "Marie Martin, +33 6 12 34 56 78" in text(result)


def test_an_answer_may_hold_further_ones() -> None:
    """A surface with a commune: neither is asked for again."""
    result = fill(*AT["surface"], "500 m2 à Rumilly")
    assert form_of(result).step == "company"
    assert "Rumilly" in text(result), "what was not asked for is shown"


def test_an_answer_does_not_change_what_was_said_before_unasked() -> None:
    """A company with a place in its name is no new commune."""
    result = fill(*AT["company"], "SARL Annecy Métal")
    assert [commune.name for commune in form_of(result).details.communes] == ["Rumilly"]


def test_an_edited_message_corrects_its_answer() -> None:
    """The last one that was an answer; the question that stands is asked again."""
    before = fill(NEED, "Ateliers Martin", "12")
    result = fill(MessageReceived(text="15", edited=True), state=before.state)
    assert form_of(result).details.headcount == 15
    assert "C'est corrigé" in text(result)
    assert form_of(result).step == "deadline"


def test_an_edited_first_message_is_the_request() -> None:
    """All that it now says counts."""
    edited = MessageReceived(text=NEED.replace("500", "600"), edited=True)
    details = form_of(fill(NEED, edited)).details
    assert details.surface is not None
    assert details.surface.least_m2 == 600
    assert "600" in details.description


def test_an_edit_that_corrects_nothing_is_said_so() -> None:
    """Rather than guessed at, or taken for the next answer."""
    before = fill(NEED, "Ateliers Martin", "12")
    result = fill(MessageReceived(text="bonne journée", edited=True), state=before.state)
    assert "modifié un message" in text(result)
    assert form_of(result).details == form_of(before).details


def test_what_a_person_typed_is_shown_as_it_is() -> None:
    """No markup of theirs is rendered, anywhere in the form."""
    typed = "*nous* [cherchons](http://x.example) <b>500 m2</b> de local à Rumilly {months}"
    result = fill("nous cherchons un local", typed, "Martin *& fils*", "12", "passer", "m@x.fr")
    assert form_of(result).step == "recap"
    shown = text(result)
    assert typed in shown
    assert "Martin *& fils*" in shown


def test_a_number_is_looked_up_beside_the_form() -> None:
    """At once, and the next question does not wait for it."""
    result = fill(NEED, "mon siret 732 829 320 00074")
    assert [getattr(effect, "query", "") for effect in result.effects] == [SIRET]
    assert form_of(result).step == "headcount"


def test_a_question_says_whether_it_asks_for_a_number() -> None:
    """So that a channel where buttons are numbered knows what a number means."""
    expecting = {step for step, before in AT.items() if fill(*before).replies[-1].expects_number}
    assert expecting == {"surface", "headcount"}
