"""The company, as the directory knows it: confirmed with a press, or left as it was typed."""

from __future__ import annotations

import pytest

from handlers.effects import LookUpCompany
from handlers.events import AttachmentReceived, CommandGiven, CompaniesFound, Event, MessageReceived
from handlers.requests.company import MOST_FOUND
from handlers.requests.model import Company
from handlers.state import ConversationState
from handlers.values import File
from knowledge.markup import to_plain
from tests.handlers.conversing import text
from tests.handlers.requests.forms import (
    FOUND,
    NEED,
    SIRET,
    TO_RECAP,
    WORKSHOP,
    filed,
    fill,
    form_of,
    offered,
    press,
    pressed,
)

NAMESAKES = tuple(
    WORKSHOP.model_copy(update={"name": f"MARTIN {n}", "siret": f"7328293200{n:04}"})
    for n in range(8)
)
SEVERAL = CompaniesFound(query="Ateliers Martin", companies=NAMESAKES)


def looked_up(effects: object) -> list[str]:
    """What the directory is asked."""
    return [effect.query for effect in effects if isinstance(effect, LookUpCompany)]  # type: ignore[attr-defined]


def test_one_company_found_is_confirmed_instead_of_typed() -> None:
    """Its headcount is not asked for, and it is told at once whether it is concerned."""
    asked = fill(NEED, SIRET, FOUND)
    assert "ATELIERS *MARTIN*, Rumilly, Mécanique industrielle, 732 829 320 00074" in text(asked)
    for confirmed in (press(asked, "Oui"), fill("oui", state=asked.state)):
        company = form_of(confirmed).details.company
        assert company is not None
        assert company.verified
        assert form_of(confirmed).step == "deadline"
        assert "Rumilly : c'est dans" in text(confirmed)


@pytest.mark.parametrize("number", ["000 000 026", "000000026", "00000002600013"])
def test_a_number_may_begin_with_zeros(number: str) -> None:
    """The oldest companies' do; nothing else in an answer to "which company?" looks like one."""
    result = fill(NEED, number)
    company = form_of(result).details.company
    assert company is not None
    assert company.siren == "000000026"
    assert looked_up(result.effects) == [number.replace(" ", "")]


def test_what_the_company_was_told_goes_with_the_request() -> None:
    """The team reads, on one line, what the company has read."""
    recap = fill(NEED, SIRET, FOUND, "oui", "passer", "marie@ateliers.fr")
    assert "10 à 19 salariés" in text(recap)
    request = filed(fill("j'accepte", state=recap.state)).request
    assert "Rumilly" in request.eligibility
    assert "\n" not in request.eligibility


def test_nothing_is_told_or_filed_of_eligibility_without_a_confirmed_company() -> None:
    """A name alone says nothing."""
    assert filed(fill(*TO_RECAP, "j'accepte")).request.eligibility == ""


def test_a_number_that_is_another_companys_is_asked_for_again() -> None:
    """And typed again it is looked up again."""
    asked = fill(NEED, SIRET, FOUND)
    for refused in (press(asked, "Non"), fill("non", state=asked.state)):
        assert form_of(refused).step == "company"
        assert form_of(refused).details.company is None
        assert looked_up(fill(SIRET, state=refused.state).effects) == [SIRET]


def test_a_name_that_is_not_among_those_found_stays() -> None:
    """No number is forced on anybody."""
    asked = fill(NEED, "Ateliers Martin", SEVERAL)
    for refused in (press(asked, "Aucune"), fill("aucune", state=asked.state)):
        assert form_of(refused).step == "headcount"
        assert form_of(refused).details.company == Company(name="Ateliers Martin")
        assert "comme vous l'avez écrit" in text(refused)


def test_of_several_companies_the_first_five_are_offered() -> None:
    """By a press, or by its number in the list."""
    asked = fill(NEED, "Ateliers Martin", SEVERAL)
    values = [button.value for button in offered(asked) if "company" in button.value]
    assert len(values) == MOST_FOUND + 1
    for chosen in (press(asked, "MARTIN 1"), fill("2", state=asked.state)):
        company = form_of(chosen).details.company
        assert company is not None
        assert (company.name, company.verified) == ("MARTIN 1", True)


@pytest.mark.parametrize(
    ("event", "told"),
    [
        (CompaniesFound(query=SIRET), "ne connaît pas"),
        (CompaniesFound(query=SIRET, fault="unavailable"), "ne répond pas"),
    ],
)
def test_without_an_answer_the_form_goes_on(event: CompaniesFound, told: str) -> None:
    """It is said once, courteously; what was typed stays, and the present question too."""
    result = fill(NEED, SIRET, event)
    assert told in text(result)
    assert form_of(result).step == "headcount"
    company = form_of(result).details.company
    assert company is not None
    assert company.siret == SIRET
    again = fill(event, state=result.state)
    assert not again.replies
    assert again.state == result.state


STALE: list[tuple[str, tuple[str | Event, ...]]] = [
    ("no form", ()),
    ("cancelled", (NEED, SIRET, "annuler")),
    ("another query", (NEED, "Ateliers Martin")),
    ("asked again since", (NEED, SIRET, "retour", "Menuiserie Durand")),
    ("answered already", (NEED, SIRET, FOUND)),
    ("confirmed already", (NEED, SIRET, FOUND, "oui")),
    ("filed", (NEED, SIRET, "12", "passer", "marie@ateliers.fr", "j'accepte")),
    ("begun anew", (NEED, SIRET, "recommencer")),
]


@pytest.mark.parametrize("before", [turns for _, turns in STALE], ids=[name for name, _ in STALE])
def test_an_answer_that_nobody_waits_for_changes_nothing(before: tuple[str | Event, ...]) -> None:
    """However late it comes."""
    state = fill(*before).state if before else ConversationState()
    result = fill(FOUND, state=state)
    assert result.state == state
    assert not result.replies
    assert not result.effects


def test_while_the_form_is_paused_the_question_waits() -> None:
    """It is asked once the person comes back to the form."""
    paused = fill(NEED, SIRET, CommandGiven(name="menu"))
    silent = fill(FOUND, state=paused.state)
    assert not silent.replies
    assert form_of(silent).paused
    assert "Est-ce bien vous" in text(fill("reprendre", state=silent.state))


def test_while_a_line_is_corrected_the_question_waits() -> None:
    """First the line, then the company, then the recap."""
    recap = fill(NEED, SIRET, "12", "passer", "marie@ateliers.fr")
    correcting = press(press(recap, "Corriger"), "Surface")
    silent = fill(FOUND, state=correcting.state)
    assert not silent.replies
    asked = fill("600", state=silent.state)
    assert "Est-ce bien vous" in text(asked)
    assert form_of(press(asked, "Oui")).step == "recap"


def test_at_the_recap_the_company_is_asked_for_first() -> None:
    """What is agreed to is complete."""
    recap = fill(NEED, SIRET, "12", "passer", "marie@ateliers.fr")
    send = pressed(recap, "J'accepte")
    asked = fill(FOUND, state=recap.state)
    assert form_of(asked).step == "company_check"
    for early in (
        fill("j'accepte", state=asked.state),
        fill(send, state=asked.state),
    ):
        assert not early.effects
        assert form_of(early).step == "company_check"


def test_a_yes_typed_again_does_not_agree_to_the_recap_it_brought() -> None:
    """It may have been typed before the recap was read: when an answer is late, even often."""
    recap = fill(NEED, SIRET, "12", "passer", "marie@ateliers.fr", FOUND, "oui")
    assert form_of(recap).step == "recap"
    twice = fill("oui", state=recap.state)
    assert not twice.effects
    assert "Je n'ai rien envoyé" in text(twice)
    often = fill("oui", "ok", "merci", "oui", state=twice.state)
    assert not often.effects, "all of them may have been typed before the recap was read"
    assert filed(fill("j'accepte", state=often.state))
    press_it = pressed(often, "J'accepte")
    assert filed(fill(press_it, state=often.state))


def test_a_yes_typed_on_after_a_file_does_not_agree_either() -> None:
    """A file changes the recap; that it was read does not show."""
    recap = fill(NEED, SIRET, "12", "passer", "marie@ateliers.fr", FOUND, "oui")
    file = File(channel="telegram", id="1", name="plan.pdf")
    joined = fill(AttachmentReceived(what="document", file=file), state=recap.state)
    assert "plan.pdf" in to_plain(text(joined))
    yes = fill("oui", state=joined.state)
    assert not yes.effects
    assert form_of(yes).step == "recap"
    changed = fill("plutôt 700 m2", state=yes.state)
    assert filed(fill("oui", state=changed.state)), "who corrects the recap has read it"


def test_the_next_answer_given_too_early_is_taken() -> None:
    """Who answers the question before it still answers; the check stands."""
    result = fill(NEED, SIRET, FOUND, "marie@ateliers.fr")
    assert form_of(result).step == "company_check"
    assert form_of(result).details.email == "marie@ateliers.fr"


def test_a_question_at_the_check_is_answered() -> None:
    """And the check stands."""
    result = fill(NEED, SIRET, FOUND, "C'est quoi le programme ?")
    assert "aide les entreprises" in text(result)
    assert "Est-ce bien vous" in text(result)


def test_a_company_is_looked_up_once_a_name() -> None:
    """From the first message too; the same name again is not asked for again."""
    begun = fill(f"{NEED}, SIRET {SIRET}")
    assert looked_up(begun.effects) == [SIRET]
    kept = fill("retour", MessageReceived(text=SIRET), state=begun.state)
    assert looked_up(kept.effects) == []


def test_a_closed_company_is_shown_to_be_closed() -> None:
    """Honestly, before it is confirmed."""
    closed = WORKSHOP.model_copy(update={"active": False})
    result = fill(NEED, SIRET, CompaniesFound(query=SIRET, companies=(closed,)))
    assert "fermée d'après l'annuaire" in text(result)


def test_its_own_commune_is_offered_first() -> None:
    """The likeliest commune stands where it is seen."""
    result = fill("nous cherchons un local", "oui", f"500 m2, mon siret {SIRET}", FOUND, "oui")
    assert form_of(result).step == "communes"
    assert offered(result)[0].label == "Rumilly"
