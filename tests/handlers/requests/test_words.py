"""Words that steer a form are recognised alone; within a sentence they are just words."""

from __future__ import annotations

import pytest

from handlers.requests.words import asks, asks_about_company_number, asks_why, control


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("Annuler", "cancel"), ("annulez ma demande svp", "cancel"), ("STOP", "cancel"),
        ("cancel my request please", "cancel"), ("laissez tomber", "cancel"), ("quit", "cancel"),
        ("retour", "back"), ("Revenir en arrière", "back"), ("go back", "back"),
        ("question précédente", "back"), ("previous", "back"),
        ("passer", "skip"), ("je passe", "skip"), ("question suivante", "skip"),
        ("skip it", "skip"),
        ("je sais pas", "unsure"), ("je ne sais pas encore", "unsure"), ("no idea", "unsure"),
        ("I don't know", "unsure"), ("J'en sais rien", "unsure"),
        ("recommencer", "restart"), ("on recommence", "restart"), ("start over", "restart"),
        ("recommencer ma demande depuis le début", "restart"),
        ("Reprendre", "resume"), ("reprendre ma demande", "resume"), ("je continue", "resume"),
        ("resume my request", "resume"), ("go on", "resume"),
        ("corriger", "correct"), ("je veux modifier", "correct"), ("change something", "correct"),
        ("J'accepte", "agree"), ("oui j'accepte", "agree"), ("envoyez ma demande", "agree"),
        ("I agree and send", "agree"), ("send it", "agree"), ("je confirme", "agree"),
        ("mes demandes", "list"), ("Voir mes demandes en cours", "list"), ("my requests", "list"),
        ("Terminé", "done"), ("c'est tout", "done"),
        ("faire une demande", "new"), ("Je voudrais faire une demande svp", "new"),
        ("nouvelle demande", "new"), ("make a request", "new"), ("new request", "new"),
    ],
)  # fmt: skip
def test_words_that_steer(typed: str, word: str) -> None:
    """In both languages, whatever the case, with or without a please."""
    assert control(typed) == word


@pytest.mark.parametrize(
    "typed",
    [
        "annuler un permis de construire", "nous voulons passer à 500 m2", "non", "oui", "ok", "",
        "retour sur investissement", "je n'accepte pas", "j'accepte ?", "reprendre une entreprise",
        "changer de locaux", "la suite de mes demandes de subvention", "stop and go",
        "envoyer un colis", "continuer mon activité", "passer une annonce", "modifier mes locaux",
        "faire une demande de subvention",
    ],
)  # fmt: skip
def test_words_within_a_sentence_are_just_words(typed: str) -> None:
    """What companies write about is not taken for a command."""
    assert control(typed) is None


@pytest.mark.parametrize(
    "typed",
    [
        "c'est quoi un siret ?", "combien ça coûte", "Quels sont vos horaires", "what is this?",
        "est-ce que c'est gratuit", "pourquoi ?", "can I call you", "et vous êtes où ?",
    ],
)  # fmt: skip
def test_what_asks(typed: str) -> None:
    """With a question mark, or begun as questions are."""
    assert asks(typed)


@pytest.mark.parametrize(
    "typed",
    ["500 m2", "Ateliers Martin", "http://x.example/?a=b", "Nous cherchons un local", "Vitry", ""],
)
def test_what_does_not_ask(typed: str) -> None:
    """An address is no question."""
    assert not asks(typed)


@pytest.mark.parametrize(
    "typed",
    ["pourquoi ?", "Pourquoi vous demandez ça ?", "why do you need this?", "pk", "why do you ask",
     "à quoi ça sert ?", "pourquoi cette question"],
)  # fmt: skip
def test_asking_why(typed: str) -> None:
    """Why the form asks, and not why anything else is so."""
    assert asks_why(typed)
    assert not asks_why("pourquoi Rumilly est-elle chère ?")
    assert not asks_why("un atelier")


def test_asking_what_a_number_is() -> None:
    """The word itself is not enough: it may stand before the number."""
    assert asks_about_company_number("c'est quoi un SIRET ?")
    assert asks_about_company_number("where do I find the siren?")
    assert not asks_about_company_number("SIRET 732 829 320 00074")
