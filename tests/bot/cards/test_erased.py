"""A team that has a copy of an erased request is asked to erase it, by the reference alone."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from bot.delivery.cards import mail, telegram, webhook
from bot.delivery.cards.content import content
from bot.delivery.mail_message import Mail, build
from bot.mailbox import parse_mailbox
from handlers.privacy.last_words import last_words
from handlers.privacy.model import Copy, Erased, ShownInGroup
from handlers.requests.model import Card, Destination
from tests.bot.cards.making import BASE, FULL

NOW = dt.datetime(2026, 11, 25, 10, tzinfo=dt.UTC)
GROUP = Destination(channel="team", address="-100", topic=7)
MAILBOX = Destination(channel="email", address="equipe@example.org")
CRM = Destination(channel="webhook", address="https://crm.example.org/in", secret="crm")  # noqa: S106 - a key's name
REFERENCE = FULL.request.reference


def erased(asked_by: str = "person") -> dict[str, Card]:
    """The cards that are sent after the request of FULL was erased, by channel."""
    words = last_words(
        BASE,
        Erased.model_validate(
            {
                "channel": "telegram",
                "asked_by": asked_by,
                "language": "fr",
                "requests": (REFERENCE,),
                "copies": tuple(
                    Copy(reference=REFERENCE, destination=to, language="fr", team="Locaux")
                    for to in (GROUP, MAILBOX, CRM)
                ),
                "groups": (ShownInGroup(group="-100", references=(REFERENCE,)),),
            }
        ),
        NOW,
    )
    [wipe] = words.wipes
    every = (*words.cards, *wipe.cards)
    return {card.destination.channel: card for card in every}


def test_in_a_group_it_is_a_word_without_buttons() -> None:
    """In the group itself, or the topic that all requests share: its own topic is gone."""
    card = erased()["team"]
    assert (card.destination.topics, card.destination.topic) == (False, 7)
    assert telegram.buttons(card, BASE) == ()
    [part] = telegram.messages(content(card, BASE))
    assert part.plain == (
        f"Demande {REFERENCE} effacée\n"
        "La personne a demandé l'effacement de ses données. Cette demande n'appelle plus de "
        "réponse. Son sujet et ses messages ont été supprimés de ce groupe."
    )


def test_what_telegram_kept_is_to_be_deleted_by_hand() -> None:
    """With how many there are."""
    card = erased()["team"].model_copy(update={"left": 3})
    [part] = telegram.messages(content(card, BASE))
    assert "pas laissé l'assistant supprimer 3 messages" in part.plain


@pytest.mark.parametrize(
    ("asked_by", "words"),
    [("staff", "par l'administrateur"), ("retention", "durée de conservation est écoulée")],
)
def test_why_is_said(asked_by: str, words: str) -> None:
    """Whoever wished it."""
    assert words in content(erased(asked_by)["email"], BASE).note


def test_in_a_mailbox_it_hangs_with_the_other_mails() -> None:
    """And asks to erase them; without a label for a need that is unknown."""
    card = erased()["email"]
    made = build(
        Mail(1, NOW, card, parse_mailbox("a@example.org"), parse_mailbox(MAILBOX.address)), BASE
    )
    text = mail.to_text(content(card, BASE))
    assert made["Subject"] == f"Re: {REFERENCE}"
    assert made["In-Reply-To"] == made["References"]
    assert made["Reply-To"] is None
    assert "Merci d'effacer à votre tour" in text
    assert "Besoin" not in text
    assert "<p" in mail.to_html(content(card, BASE))


def test_a_webhook_has_the_reference_and_nothing_else() -> None:
    """As an event of its own."""
    shape = json.loads(webhook.body(erased()["webhook"], "id-1", NOW))
    assert shape["type"] == "request.erased"
    assert shape["data"] == {"reference": REFERENCE, "erased_by": "person"}
