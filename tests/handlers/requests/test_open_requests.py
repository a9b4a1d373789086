"""Requests that are filed: one a need, listed, added to, taken back."""

from __future__ import annotations

import pytest

from handlers.effects import AddToRequest, FileRequest, WithdrawRequest
from handlers.events import ButtonPressed, CommandGiven, MessageReceived
from handlers.step import Step
from tests.handlers.conversing import REFERENCE, text
from tests.handlers.requests.forms import (
    NEED,
    TO_RECAP,
    fill,
    form_of,
    offered,
    press,
)


def open_one() -> Step:
    """A conversation with one open request."""
    return fill(*TO_RECAP, "j'accepte")


def test_a_second_request_of_the_same_need_joins_the_first() -> None:
    """One a need and person: it is offered, and one press sends it to the same team."""
    asked = fill("il me faut aussi un entrepôt de 200 m2", state=open_one().state)
    assert form_of(asked).step == "open_already"
    assert f"Ajouter à ma demande {REFERENCE}" in [button.label for button in offered(asked)]
    for added in (press(asked, "Ajouter"), fill("oui", state=asked.state)):
        [effect] = added.effects
        assert isinstance(effect, AddToRequest)
        assert (effect.reference, effect.text) == (
            REFERENCE,
            "il me faut aussi un entrepôt de 200 m2",
        )
        assert added.state.form is None


def test_no_way_leads_to_a_second_request_of_the_same_need() -> None:
    """Not by going on, not by another need and back."""
    asked = fill("il me faut aussi un entrepôt de 200 m2", state=open_one().state)
    for typed in ("j'accepte", "passer", "12", "retour"):
        result = fill(typed, state=asked.state)
        assert not [one for one in result.effects if isinstance(one, FileRequest)]
    needs = press(asked, "autre sujet")
    assert form_of(needs).step == "need"
    assert form_of(press(needs, "Locaux")).step == "open_already"


def test_a_request_of_another_need_is_another_request() -> None:
    """Both are open then."""
    asked = fill("il me faut aussi un entrepôt de 200 m2", state=open_one().state)
    result = press(press(asked, "autre sujet"), "Presse")
    done = fill("passer", "dans 3 mois", "p@journal.fr", state=result.state)
    assert form_of(done).step == "recap"
    state = fill("j'accepte", state=done.state).state
    assert [one.request.details.need for one in state.requests] == ["premises", "press"]


def test_the_open_request_can_be_looked_at_first() -> None:
    """And the form waits meanwhile."""
    asked = fill("il me faut aussi un entrepôt de 200 m2", state=open_one().state)
    seen = press(asked, f"Voir {REFERENCE}")
    assert NEED in text(seen)
    assert form_of(press(seen, "Reprendre")).step == "open_already"


@pytest.mark.parametrize("asked", ["mes demandes", "voir mes demandes", "my requests"])
def test_they_are_listed_with_their_status(asked: str) -> None:
    """By the command or in words."""
    state = open_one().state
    for result in (fill(asked, state=state), fill(CommandGiven(name="requests"), state=state)):
        shown = text(result)
        assert REFERENCE in shown
        assert "24 novembre 2026" in shown
        assert "reçue" in shown


def test_without_any_the_list_says_so() -> None:
    """And leads to a first one."""
    result = fill(CommandGiven(name="requests"))
    assert "pas de demande ouverte" in text(result)
    assert form_of(press(result, "Faire une demande")).step == "description"


def test_something_is_added_from_the_list() -> None:
    """The next message joins the request, whatever it resembles."""
    asked = press(fill("mes demandes", state=open_one().state), "Ajouter")
    added = fill("Nous avons besoin d'un quai de déchargement", state=asked.state)
    [effect] = added.effects
    assert isinstance(effect, AddToRequest)
    assert effect.text == "Nous avons besoin d'un quai de déchargement"
    assert REFERENCE in text(added)
    assert "L'axe 1" in text(fill("axe 1", state=added.state)), "the next is a message again"


@pytest.mark.parametrize("word", ["non", "annuler", "terminé", "retour"])
def test_adding_can_be_left(word: str) -> None:
    """Nothing is sent then."""
    asked = press(fill("mes demandes", state=open_one().state), "Ajouter")
    for left in (fill(word, state=asked.state), press(asked, "Terminé")):
        assert not left.effects
        assert left.state.doing is None
        assert left.state.requests == asked.state.requests


def test_a_form_under_way_is_resumed_from_adding() -> None:
    """«reprendre» is no addition, nor is «mes demandes»."""
    asked = fill("il me faut aussi un entrepôt de 200 m2", state=open_one().state)
    adding = press(press(asked, f"Voir {REFERENCE}"), "Ajouter")
    assert form_of(fill("reprendre", state=adding.state)).step == "open_already"
    listed = fill("mes demandes", state=adding.state)
    assert listed.state.doing is None
    assert not listed.effects


def test_an_edited_message_is_not_added() -> None:
    """It was said before."""
    asked = press(fill("mes demandes", state=open_one().state), "Ajouter")
    result = fill(MessageReceived(text="un quai", edited=True), state=asked.state)
    assert not result.effects
    assert "Que souhaitez-vous ajouter" in text(result)


def test_the_menu_leaves_adding() -> None:
    """Who looks elsewhere adds nothing by mistake."""
    asked = press(fill("mes demandes", state=open_one().state), "Ajouter")
    result = fill(CommandGiven(name="menu"), "axe 1", state=asked.state)
    assert not result.effects
    assert "L'axe 1" in text(result)


def test_taking_back_is_asked_twice() -> None:
    """The team is told, and it is no longer open."""
    asked = press(fill("mes demandes", state=open_one().state), "Retirer")
    assert not asked.effects
    for withdrawn in (press(asked, "Oui"), fill("oui", state=asked.state)):
        [effect] = withdrawn.effects
        assert isinstance(effect, WithdrawRequest)
        assert effect.reference == REFERENCE
        assert withdrawn.state.requests == ()


def test_taking_back_can_be_thought_better_of() -> None:
    """A no, or anything else, keeps it; a later yes means something else."""
    asked = press(fill("mes demandes", state=open_one().state), "Retirer")
    for kept in (
        press(asked, "Non"),
        fill("non", state=asked.state),
        fill("axe 1", state=asked.state),
    ):
        assert not kept.effects
        assert kept.state.requests == asked.state.requests
        assert not fill("oui", state=kept.state).effects


def test_an_old_confirmation_takes_nothing_back() -> None:
    """The button of a question that was left asks again."""
    asked = press(fill("mes demandes", state=open_one().state), "Retirer")
    left = fill("non", state=asked.state)
    result = fill(ButtonPressed(value=f"request:withdrawn:{REFERENCE}"), state=left.state)
    assert not result.effects
    assert "vraiment" in text(result)


@pytest.mark.parametrize("action", ["see", "add", "withdraw", "withdrawn", "files"])
def test_a_request_that_is_gone_is_said_to_be(action: str) -> None:
    """Its old buttons do nothing else."""
    result = fill(ButtonPressed(value=f"request:{action}:222-222"), state=open_one().state)
    assert "n'est plus ouverte" in text(result)
    assert not result.effects


def test_after_taking_back_the_same_need_may_be_asked_again() -> None:
    """It is a new request."""
    asked = press(fill("mes demandes", state=open_one().state), "Retirer")
    withdrawn = press(asked, "Oui")
    assert form_of(fill(NEED, state=withdrawn.state)).step == "company"


def test_the_welcome_keeps_what_is_open() -> None:
    """/start begins the conversation anew, not the requests."""
    result = fill(CommandGiven(name="start"), state=open_one().state)
    assert REFERENCE in text(fill("mes demandes", state=result.state))
