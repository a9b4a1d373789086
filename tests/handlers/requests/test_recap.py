"""The recap, the consent, and filing: once, what was shown, to the right team."""

from __future__ import annotations

import datetime as dt

import pytest

from handlers.dialogue import step
from handlers.effects import FileRequest
from handlers.events import ButtonPressed, CommandGiven, MessageReceived
from handlers.requests.attachments import MOST_FILES
from handlers.requests.model import Company, Deadline, Locality
from handlers.state import ConversationState
from handlers.step import Step
from handlers.values import File
from knowledge.markup import to_plain
from knowledge.model import TELEGRAM_TEXT_LIMIT
from tests.handlers.conversing import NOW, REFERENCE, text
from tests.handlers.requests.forms import (
    FOUND,
    NEED,
    SIRET,
    TO_RECAP,
    filed,
    fill,
    form_matcher,
    form_of,
    offered,
    press,
    pressed,
)


def agree(result: Step, now: dt.datetime = NOW, channel: str = "telegram") -> Step:
    """The step after the agreement, at that time, on that channel."""
    event = MessageReceived(text="j'accepte")
    return step(form_matcher(), result.state, event, now, REFERENCE, channel)


def test_every_line_is_shown_with_its_value() -> None:
    """What is not known is said so."""
    shown = text(fill(NEED, "Ateliers Martin", "passer", "dans 6 mois", "Marie Martin 0612345678"))
    for line in (
        "Besoin : Locaux ou terrain",
        f"Votre demande : {NEED}",
        "Surface : 500 m²",
        "Communes : Rumilly",
        "Entreprise : Ateliers Martin",
        "Effectif : non précisé",
        "Échéance : dans 6 mois (24 mai 2027)",
        "Coordonnées : Marie Martin, +33 6 12 34 56 78",
    ):
        assert line in shown


def test_an_english_reader_has_the_company_in_english() -> None:
    """What it does and how many it has: the directory says both in French."""
    state = fill("In English please").state
    result = fill("we need 500 m2 of workshop in Rumilly", SIRET, FOUND, state=state)
    assert "Manufacture of fabricated metal products" in text(result)
    recap = fill(pressed(result, "Yes"), "within 6 months", "m@x.fr", state=result.state)
    assert form_of(recap).step == "recap"
    shown = text(recap)
    assert "10 to 19 people" in shown
    assert "Manufacture of fabricated metal products" in shown
    assert "salariés" not in shown


def test_the_consent_says_purpose_retention_and_rights() -> None:
    """Before anything is filed, with a way to the entry on personal data."""
    recap = fill(*TO_RECAP)
    shown = text(recap)
    assert "à cette seule fin" in shown
    assert "18 mois" in shown
    assert "consulter" in shown
    assert "effacer" in shown
    assert "entry:programme" in [button.value for button in offered(recap)]


@pytest.mark.parametrize(
    "typed", ["j'accepte", "J'accepte et j'envoie", "oui", "ok", "Envoyer ma demande", "I agree"]
)
def test_a_word_of_agreement_files(typed: str) -> None:
    """As does the button."""
    assert filed(fill(*TO_RECAP, typed)).request.details.need == "premises"


@pytest.mark.parametrize(
    "typed",
    ["non", "merci", "peut-être", "je n'accepte pas", "super", "c'est à qui ?", "plus tard"],
)
def test_anything_else_does_not(typed: str) -> None:
    """The recap stands, with the words that would."""
    result = fill(*TO_RECAP, typed)
    assert not [effect for effect in result.effects if isinstance(effect, FileRequest)]
    assert form_of(result).step == "recap"


def test_an_edited_message_never_agrees() -> None:
    """What is edited was said before the recap."""
    result = fill(*TO_RECAP, MessageReceived(text="j'accepte", edited=True))
    assert not result.effects
    assert form_of(result).step == "recap"


def test_a_second_press_files_nothing() -> None:
    """It gets the reference again, as does the word."""
    recap = fill(*TO_RECAP)
    send = pressed(recap, "J'accepte")
    once = fill(send, state=recap.state)
    assert filed(once).request.reference == REFERENCE
    for event in (send, MessageReceived(text="j'accepte")):
        twice = fill(event, state=once.state)
        assert not twice.effects
        assert REFERENCE in text(twice)
        assert twice.state.requests == once.state.requests


def test_the_button_of_an_earlier_recap_sends_nothing() -> None:
    """Consent is to what that recap showed: the present one is shown instead."""
    recap = fill(*TO_RECAP)
    old = pressed(recap, "J'accepte")
    corrected = fill("600", state=press(press(recap, "Corriger"), "Surface").state)
    result = fill(old, state=corrected.state)
    assert not result.effects
    assert "600 m²" in text(result)
    assert filed(fill(pressed(result, "J'accepte"), state=result.state))


def test_the_button_of_a_request_given_up_sends_nothing() -> None:
    """Not the next one either."""
    recap = fill(*TO_RECAP)
    old = pressed(recap, "J'accepte")
    other = fill("annuler", NEED, "Menuiserie Durand", "3", "passer", "p@x.fr", state=recap.state)
    assert not fill(old, state=other.state).effects
    assert not fill(old, state=fill("annuler", state=recap.state).state).effects


@pytest.mark.parametrize(
    ("line", "typed", "shown"),
    [
        ("Surface", "de 300 à 400 m2", "Surface : de 300 à 400 m²"),
        ("Communes", "Annecy", "Communes : Annecy (hors du territoire)"),
        ("Effectif", "30", "Effectif : 30"),
        ("Entreprise", "Menuiserie Durand", "Entreprise : Menuiserie Durand"),
        ("Échéance", "mars 2027", "Échéance : mars 2027 (31 mars 2027)"),
        ("Coordonnées", "06 12 34 56 78", "Coordonnées : Marie Martin, marie@ateliers.fr, +33"),
        ("Votre demande", "Un hangar", "Votre demande : Un hangar"),
    ],
)
def test_any_line_can_be_corrected(line: str, typed: str, shown: str) -> None:
    """By its button or its name, then the recap again."""
    recap = fill(*TO_RECAP)
    lines = fill("corriger", state=recap.state)
    for asked in (press(lines, line), fill(line.lower(), state=lines.state)):
        assert form_of(asked).correcting
        result = fill(typed, state=asked.state)
        assert form_of(result).step == "recap"
        assert shown in text(result)


def test_a_correction_can_be_given_up() -> None:
    """The recap comes back as it was."""
    recap = fill(*TO_RECAP)
    asked = press(press(recap, "Corriger"), "Surface")
    for result in (press(asked, "récapitulatif"), fill("retour", state=asked.state)):
        assert text(result) == text(recap)


def test_another_need_asks_what_it_asks() -> None:
    """A corrected need brings its own questions, and keeps what was told."""
    asked = press(press(fill(*TO_RECAP), "Corriger"), "Besoin")
    recap = press(asked, "Presse")
    assert form_of(recap).step == "recap"
    assert form_of(recap).details.need == "press"


def test_a_correction_in_so_many_words_is_understood() -> None:
    """«plutôt 600 m2» at the recap changes that line."""
    result = fill(*TO_RECAP, "plutôt 600 m2")
    assert "600 m²" in text(result)
    assert not result.effects
    assert filed(agree(result)).request.details.surface.least_m2 == 600  # type: ignore[union-attr]


def test_a_question_at_the_recap_is_answered() -> None:
    """And the recap stands below."""
    result = fill(*TO_RECAP, "C'est quoi le programme ?")
    assert "aide les entreprises" in text(result)
    assert "Récapitulatif" in text(result)


def test_the_privacy_entry_leads_back_to_the_recap() -> None:
    """Who reads about personal data first has lost nothing."""
    aside = press(fill(*TO_RECAP), "Mes données")
    assert "aide les entreprises" in text(aside)
    assert "Récapitulatif" in text(press(aside, "Reprendre"))


def test_it_goes_to_the_team_of_the_first_rule() -> None:
    """One card a destination; the company reads the team's name."""
    done = fill(*TO_RECAP, "j'accepte")
    effect = filed(done)
    assert (effect.request.team, effect.request.rule) == ("immobilier", "locaux")
    assert [card.destination.channel for card in effect.cards] == ["team", "webhook"]
    assert {card.news for card in effect.cards} == {"filed"}
    assert "Immobilier" in text(done)


def test_without_a_rule_the_default_team_has_it() -> None:
    """Nothing is left without a team."""
    recap = press(fill(CommandGiven(name="request"), "une visite de presse"), "Presse")
    done = fill("passer", "dans 3 mois", "p@journal.fr", "j'accepte", state=recap.state)
    assert (filed(done).request.team, filed(done).request.rule) == ("accueil", None)


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (dt.datetime(2026, 11, 24, 22, 0, tzinfo=dt.UTC), "le 25 novembre 2026 à 09:00"),
        (dt.datetime(2026, 11, 25, 9, 0, tzinfo=dt.UTC), "à son poste en ce moment"),
        (dt.datetime(2026, 11, 11, 9, 0, tzinfo=dt.UTC), "le 18 novembre 2026 à 09:00"),
    ],
)
def test_when_the_team_answers_is_told_by_its_hours(now: dt.datetime, told: str) -> None:
    """On its own clock, and never on a public holiday (11 November)."""
    assert told in text(agree(fill(*TO_RECAP), now))


def test_a_team_without_hours_promises_nothing() -> None:
    """No moment is named."""
    recap = press(fill(CommandGiven(name="request"), "une visite de presse"), "Presse")
    done = fill("passer", "dans 3 mois", "p@journal.fr", "j'accepte", state=recap.state)
    assert "répondra" not in text(done)


def test_what_is_filed_says_when_and_where_it_was_agreed_to() -> None:
    """The consent can be shown later."""
    request = filed(agree(fill(*TO_RECAP), channel="web")).request
    assert request.consented_at == NOW
    assert request.channel == "web"


def test_a_repeated_step_gives_the_same_reference() -> None:
    """A crash between step and save files the same request, not another."""
    recap = fill(*TO_RECAP)
    assert agree(recap) == agree(recap)


def test_the_state_comes_back_from_the_database_as_it_was() -> None:
    """The recap's seal holds across a restart."""
    recap = fill(*TO_RECAP)
    stored = ConversationState.model_validate_json(recap.state.model_dump_json())
    assert filed(fill(pressed(recap, "J'accepte"), state=stored))


def test_a_need_that_left_the_folder_is_asked_for_again() -> None:
    """An edit of the folder between two messages strands nobody."""
    recap = fill(*TO_RECAP)
    form = form_of(recap)
    gone = form.model_copy(update={"details": form.details.model_copy(update={"need": "gone"})})
    state = recap.state.model_copy(update={"form": gone})
    result = fill("j'accepte", state=state)
    assert not result.effects
    assert form_of(result).step == "need"
    assert fill(ButtonPressed(value="need:premises"), state=result.state).replies


@pytest.mark.parametrize("sign", ["😀", "*", "é", "mot "])
def test_the_longest_recap_fits_into_one_message(sign: str) -> None:
    """With all that a person can type in every field, Telegram's 4,096 units are enough."""
    recap = fill(*TO_RECAP)
    long = (sign * 4_096)[:4_096]
    details = form_of(recap).details.model_copy(
        update={
            "description": long,
            "person": long[:100],
            "email": "a" * 64 + "@" + "b" * 185 + ".fr",
            "phone": "+33612345678",
            "deadline": Deadline(text=long[:200], day=dt.date(2027, 9, 30)),
            "communes": tuple(Locality(name=long[:45], code=str(n)) for n in range(30)),
            "company": Company(
                name=long[:100],
                siren="732829320",
                siret="73282932000074",
                locality=Locality(name=long[:45]),
                activity_label=long[:200],
                active=False,
            ),
            "files": tuple(
                File(channel="web", id=str(n), name=long[:200]) for n in range(MOST_FILES)
            ),
        }
    )
    form = form_of(recap).model_copy(update={"details": details})
    for language in ("fr", "en"):
        state = recap.state.model_copy(update={"form": form, "language": language})
        result = fill(CommandGiven(name="request"), state=state)
        assert form_of(result).step == "recap"
        [reply] = result.replies
        assert len(to_plain(reply.text).encode("utf-16-le")) // 2 <= TELEGRAM_TEXT_LIMIT
