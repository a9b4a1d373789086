"""The request form: begun with the first message, gone through, left, resumed."""

from __future__ import annotations

import pytest

from handlers.events import ButtonPressed, CommandGiven, Event, MessageReceived
from handlers.requests.additions import LONGEST
from handlers.state import ConversationState
from tests.handlers.conversing import recorded, say, text
from tests.handlers.requests.forms import (
    NEED,
    TO_RECAP,
    filed,
    fill,
    form_of,
    offered,
    press,
)

BEGUN = "nous avons un projet de four solaire"


# -- Beginning ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("turns", "agreement", "told"),
    [
        (
            [NEED, "Ateliers Martin", "12", "dans 6 mois", "Marie Martin, marie@ateliers.fr"],
            "j'accepte",
            "votre demande est enregistrée sous la référence K7M-4XR",
        ),
        (
            [
                "Hello, we are looking for 500 m2 of premises in Rumilly",
                "ACME Ltd",
                "skip",
                "in 6 months",
                "Mary Smith, mary@acme.com, +33 6 12 34 56 78",
            ],
            "I agree",
            "your request is recorded under the reference K7M-4XR",
        ),
    ],
)
def test_a_need_becomes_a_request(turns: list[str], agreement: str, told: str) -> None:
    """From the first message to the reference, in the person's language, asked only the rest."""
    result = fill(*turns)
    assert form_of(result).step == "recap"
    done = fill(agreement, state=result.state)
    assert told in text(done)
    request = filed(done).request
    details = request.details
    assert details.need == "premises"
    assert details.description == turns[0]
    assert details.surface is not None
    assert details.surface.least_m2 == 500
    assert [commune.name for commune in details.communes] == ["Rumilly"]
    assert request.language == done.replies[0].language
    assert done.state.form is None


def test_the_first_message_is_the_request() -> None:
    """What it says is shown as it was understood, and is not asked for."""
    shown = text(fill(NEED))
    assert "Voici ce que j'ai compris" in shown
    assert "500 m²" in shown
    assert "Rumilly" in shown
    assert "Quelle est votre entreprise" in shown


def test_a_plain_need_is_offered_first() -> None:
    """Without further details it gets its answer and an offer; «oui» makes it the request."""
    offer = fill("nous cherchons un local")
    assert offer.state.form is None
    assert "Notre équipe recense" in text(offer)
    result = fill("oui", state=offer.state)
    assert form_of(result).details.description == "nous cherchons un local"
    assert form_of(result).step == "surface"


def test_a_burst_of_messages_makes_one_request() -> None:
    """What a need is followed by is part of it, and each further message answers the form."""
    result = fill("nous cherchons un local", "500 m2 à Rumilly", "mon mail : marie@ateliers.fr")
    details = form_of(result).details
    assert details.description == "nous cherchons un local\n500 m2 à Rumilly"
    assert details.need == "premises"
    assert details.email == "marie@ateliers.fr"
    assert "marie@ateliers.fr" in text(result), "nothing is taken unseen"


@pytest.mark.parametrize(
    "event",
    [
        ButtonPressed(value="team"),
        CommandGiven(name="request"),
        MessageReceived(text="je voudrais faire une demande"),
    ],
    ids=["team", "command", "words"],
)
def test_a_request_can_be_begun_with_nothing(event: Event) -> None:
    """Then it is asked for, then its need by buttons, and nothing is passed on so far."""
    begun = fill(event)
    assert form_of(begun).step == "description"
    assert "Rien n'est transmis sans votre accord" in text(begun)
    asked = fill(BEGUN, state=begun.state)
    assert {"need:premises", "need:press", "need:other"} <= {b.value for b in offered(asked)}
    assert form_of(press(asked, "Presse")).details.need == "press"
    assert not begun.effects


def test_what_is_written_behind_the_command_is_the_request() -> None:
    """``/demande`` with words, as people type it, does not lose them; nor while a form is open."""
    command = CommandGiven(name="request", argument="nous cherchons 500 m2 à Rumilly")
    for result in (fill(command), fill(CommandGiven(name="request"), command)):
        details = form_of(result).details
        assert (details.need, details.description) == ("premises", command.argument)
        assert details.surface is not None
        assert form_of(result).step == "company"


def test_a_question_is_no_request() -> None:
    """A surface in a question, or in what is answered otherwise, begins no form."""
    assert fill("avez-vous 500 m2 d'atelier ?").state.form is None
    assert fill("C'est quoi le programme ? mon mail marie@ateliers.fr").state.form is None


def test_what_a_request_says_beside_is_for_the_team() -> None:
    """What the assistant would refuse to answer is in the request, and is not refused."""
    result = fill(f"{NEED}. Voici la météo de ce week-end.")
    assert form_of(result).details.description.endswith("ce week-end.")
    assert "pas de mon ressort" not in text(result)
    assert "Notre équipe recense" in text(result)


def test_a_letter_can_still_become_a_request() -> None:
    """What is too long to be answered is offered to the team, whole."""
    letter = "Nous cherchons un local pour notre atelier. " * 50
    result = press(fill(letter), "équipe")
    assert form_of(result).details.description == letter.strip()


def test_a_folder_without_entries_for_its_needs_asks_by_buttons() -> None:
    """The neutral needs are chosen, and whatever was written is the description."""
    result = say("nous cherchons un local à Rumilly", "oui")
    assert form_of(result).step == "need"
    assert form_of(result).details.description == "nous cherchons un local à Rumilly"


# -- Going through --------------------------------------------------------------------------------


def test_progress_is_shown() -> None:
    """Each question says which one it is of how many."""
    assert "Étape 5/8" in text(fill(NEED))
    assert "Étape 6/8" in text(fill(NEED, "Ateliers Martin"))


def test_what_is_optional_can_be_skipped_and_what_is_needed_cannot() -> None:
    """By the button or by the word; a needed answer is asked for again, courteously."""
    at_company = fill(NEED)
    assert "Passer" not in [button.label for button in offered(at_company)]
    refused = fill("passer", state=at_company.state)
    assert form_of(refused).step == "company"
    assert "nécessaire" in text(refused)
    at_headcount = fill("Ateliers Martin", state=at_company.state)
    for skipping in (press(at_headcount, "Passer"), fill("je passe", state=at_headcount.state)):
        assert form_of(skipping).step == "deadline"
        assert form_of(skipping).details.headcount is None


@pytest.mark.parametrize("word", ["je ne sais pas", "non", "aucune idée"])
def test_who_does_not_know_goes_on(word: str) -> None:
    """An optional answer that is not known is left out."""
    assert form_of(fill(NEED, "Ateliers Martin", word)).step == "deadline"


def test_back_leads_to_the_question_before_and_shows_its_answer() -> None:
    """The answer stands under the question, and can be kept or given anew."""
    result = press(fill(NEED, "Ateliers Martin"), "Retour")
    assert form_of(result).step == "company"
    assert "Réponse actuelle : Ateliers Martin" in text(result)
    assert form_of(press(result, "Garder")).step == "headcount"
    again = fill("Menuiserie Durand", state=result.state)
    company = form_of(again).details.company
    assert company is not None
    assert company.name == "Menuiserie Durand"


def test_back_at_the_first_question_says_so() -> None:
    """There is nothing before it."""
    result = fill(CommandGiven(name="request"), "retour")
    assert form_of(result).step == "description"
    assert "première question" in text(result)


def test_buttons_of_lists_answer() -> None:
    """A commune, a headcount band, a deadline by one press each."""
    result = fill("I need a workshop", "yes", "500 m2")
    result = press(result, "Saint-Félix")
    assert [one.code for one in form_of(result).details.communes] == ["74237"]
    result = fill("ACME Ltd", state=result.state)
    result = press(result, "10 to 49")
    result = press(result, "Within 3 months")
    deadline = form_of(result).details.deadline
    assert deadline is not None
    assert str(deadline.day) == "2027-02-24"
    recap = fill("mary@acme.com", state=result.state)
    assert "10 to 49 people" in text(recap)
    assert "24 February 2027" in text(recap)


def test_an_optional_answer_can_be_taken_out_again() -> None:
    """From the recap: the line says that nothing was stated."""
    recap = fill(*TO_RECAP)
    headcount = press(press(recap, "Corriger"), "Effectif")
    cleared = press(headcount, "Effacer")
    assert form_of(cleared).step == "recap"
    assert form_of(cleared).details.headcount is None
    assert "Effectif : non précisé" in text(cleared)


def test_a_press_on_an_earlier_question_changes_nothing() -> None:
    """Nor does a second press of the same button: the present question is shown again."""
    first = fill(NEED, "Ateliers Martin")
    [skip] = [button for button in offered(first) if button.label == "Passer"]
    once = fill(ButtonPressed(value=skip.value), state=first.state)
    twice = fill(ButtonPressed(value=skip.value), state=once.state)
    assert form_of(twice) == form_of(once)
    assert text(twice) == text(once)


def test_a_button_of_a_form_that_is_gone_says_so() -> None:
    """And leads on."""
    result = fill(ButtonPressed(value="request:skip:headcount"))
    assert "ne sert plus" in text(result)
    assert {"request:new", "menu"} <= {button.value for button in offered(result)}


def test_a_text_beyond_what_a_team_is_sent_is_declined() -> None:
    """The question stands, and says what can be done."""
    result = fill(CommandGiven(name="request"), "a" * (LONGEST + 1))
    assert "trop long" in text(result)
    assert form_of(result).details.description == ""


# -- Leaving and resuming -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "word", ["annuler", "Annulez ma demande", "cancel", "stop", "laisse tomber"]
)
def test_cancelling_forgets_everything(word: str) -> None:
    """At any question, by the word or the button; nothing was passed on."""
    begun = fill(NEED)
    for result in (fill(word, state=begun.state), press(begun, "Annuler")):
        assert result.state.form is None
        assert "Rien n'a été transmis" in text(result)
        assert (
            NEED
            not in result.state.model_copy(update={"asked": "", "last": None}).model_dump_json()
        )


@pytest.mark.parametrize(
    "event",
    [
        CommandGiven(name="menu"),
        CommandGiven(name="start"),
        CommandGiven(name="help"),
        CommandGiven(name="contact"),
        CommandGiven(name="requests"),
        ButtonPressed(value="entry:axe-1"),
        ButtonPressed(value="topic:axes"),
        MessageReceived(text="mes demandes"),
    ],
    ids=repr,
)
def test_the_menu_works_in_mid_form_and_leads_back(event: Event) -> None:
    """The form is paused, and one press, one word or one command resumes it where it was."""
    before = fill(NEED)
    aside = fill(event, state=before.state)
    assert form_of(aside).paused
    for resuming in (
        press(aside, "Reprendre"),
        fill("reprendre", state=aside.state),
        fill(CommandGiven(name="request"), state=aside.state),
    ):
        assert form_of(resuming).step == form_of(before).step
        assert form_of(resuming).details == form_of(before).details
        assert "Reprenons votre demande" in text(resuming)
        assert not form_of(resuming).paused


def test_while_it_is_paused_messages_are_messages() -> None:
    """A question is answered, with the way back below it, and a need is not mixed in."""
    paused = fill(NEED, CommandGiven(name="menu"))
    answered = fill("et l'axe 2 ?", state=paused.state)
    assert "L'axe 2" in text(answered)
    assert form_of(answered).paused
    assert "request:resume" in [button.value for button in offered(answered)]


def test_the_answer_that_was_waited_for_resumes_a_paused_form() -> None:
    """Who answers after all need not press a button first."""
    paused = fill(*TO_RECAP[:4], CommandGiven(name="menu"))
    result = fill("marie@ateliers.fr", state=paused.state)
    assert form_of(result).step == "recap"


def test_agreement_while_paused_shows_the_recap_and_files_nothing() -> None:
    """Consent is given to what is before one's eyes."""
    result = fill(*TO_RECAP, CommandGiven(name="menu"), "j'accepte")
    assert "Récapitulatif" in text(result)
    assert not result.effects
    assert filed(fill("j'accepte", state=result.state)).request.details.need == "premises"


def test_it_is_resumed_after_days_and_restarts() -> None:
    """The state is all there is to it, and it is durable; «bonjour» is greeted and goes on."""
    stored = fill(NEED).state.model_dump_json()
    result = fill("Bonjour", state=ConversationState.model_validate_json(stored))
    assert "Reprenons votre demande" in text(result)
    assert "Quelle est votre entreprise" in text(result)


def test_a_state_from_before_there_were_requests_is_read() -> None:
    """A person who was asked to compose a message is answered as anybody."""
    state = ConversationState.model_validate_json(
        '{"version": 1, "language": "fr", "composing": true}'
    )
    assert "L'axe 1" in text(fill("axe 1", state=state))


def test_beginning_another_asks_which() -> None:
    """While a form is paused, a new need does not replace it unasked."""
    result = fill(NEED, CommandGiven(name="menu"), "il me faut un entrepôt", "oui")
    assert "déjà une demande en préparation" in text(result)
    assert form_of(press(result, "Reprendre")).details.description == NEED
    another = press(result, "En commencer une autre")
    assert form_of(another).details.description == "il me faut un entrepôt"


@pytest.mark.parametrize("before", [(NEED,), (NEED, CommandGiven(name="menu")), TO_RECAP])
def test_the_command_with_words_is_no_answer_of_the_form_under_way(
    before: tuple[str | Event, ...],
) -> None:
    """It is asked whether they join it or begin another; neither loses them."""
    words = "il nous faut aussi 30 m2 de bureaux et un pont roulant"
    asked = fill(*before, CommandGiven(name="request", argument=words))
    assert "déjà une demande en préparation" in text(asked)
    assert form_of(asked).details == form_of(fill(*before)).details
    joined = press(asked, "L'ajouter à ma demande")
    assert form_of(joined).details.description == f"{NEED}\n{words}"
    assert form_of(joined).details.company == form_of(asked).details.company
    assert form_of(press(asked, "En commencer une autre")).details.description == words
    assert form_of(press(asked, "Reprendre")).details.description == NEED


def test_starting_over_forgets_the_answers() -> None:
    """«recommencer» begins with an empty form."""
    result = fill(NEED, "recommencer")
    assert form_of(result).step == "description"
    assert form_of(result).details.surface is None


def test_the_language_can_be_switched_in_mid_form() -> None:
    """The same question, in the other language; nothing is lost."""
    before = fill(NEED)
    for event in (MessageReceived(text="in english please"), ButtonPressed(value="language:en")):
        result = fill(event, state=before.state)
        assert "Which is your company?" in text(result)
        assert form_of(result).details == form_of(before).details
        assert not form_of(result).paused


def test_a_company_name_in_another_language_does_not_switch_it() -> None:
    """Names tell no language."""
    result = fill(NEED, "The Good Bread Company")
    assert result.replies[0].language == "fr"


def test_nothing_is_recorded_beside_requests() -> None:
    """A need that is passed on is a request, not a question that nobody answered."""
    result = fill(*TO_RECAP, "j'accepte")
    assert recorded(result) == []
