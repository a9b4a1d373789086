"""What a team reads of a request, on Telegram, by mail and at its webhook."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from bot.delivery.cards import mail, telegram, webhook
from bot.delivery.cards.content import Content, content, topic_name
from handlers.requests.model import Card, Company, Surface
from handlers.values import File
from knowledge.model import Hours, Team
from tests.bot.cards.making import (
    ADDED,
    BASE,
    COMPANY,
    CONSENTED,
    FULL,
    MINIMAL,
    PLAN,
    UNDELIVERED,
    WITHDRAWN,
)
from tests.servers.telegram_html import parse_html, utf16_length

AT_A_GLANCE = [
    "D-7K2M4",
    "Locaux ou terrain",
    "avec un quai et du triphasé.",
    "Notre bail se termine fin mars. Merci !",
    "Entreprise : Mécanique Exemple SAS\n",
    "Vérification : trouvée dans l'annuaire des entreprises",
    "123 456 782 00010",
    "25.62B · Mécanique industrielle",
    "10 à 19 salariés",
    "500 – 1 200 m²",
    "Vitry-sur-Seine, Créteil (hors du territoire)",
    "fin mars (31 mars 2027)",
    "Ada Martin",
    "+33 6 12 34 56 78",
    "ada.martin@example.org",
    "Vitry-sur-Seine fait partie du territoire.",
    "plan-atelier.pdf (1,2 Mo)",
    "façade.jpg (340 Ko)",
    "Telegram",
    "français",
    "25 novembre 2026, 10:42",
    "Immobilier d'entreprise",
    "premises-inside",
]


def on_telegram(card: Card) -> str:
    """What a group reads of ``card``, as one text."""
    return "\n".join(part.plain for part in telegram.messages(content(card, BASE)))


def in_mail(card: Card) -> str:
    """What a mail program without HTML shows of ``card``."""
    return mail.to_text(content(card, BASE))


def changed(**fields: object) -> Card:
    """The full card with other details of its request."""
    details = FULL.request.details.model_copy(update=fields)
    request = FULL.request.model_copy(update={"details": details})
    return FULL.model_copy(update={"request": request})


@pytest.mark.parametrize("render", [on_telegram, in_mail])
@pytest.mark.parametrize("fact", AT_A_GLANCE)
def test_a_card_says_all_that_a_team_needs(render: object, fact: str) -> None:
    """Need, company, place, dates, contact, and how the request came: nothing to look up."""
    assert callable(render)
    assert fact in render(FULL)


def test_a_card_shows_only_what_is_known() -> None:
    """No empty line, no "None": a request with a sentence and a number is a short card."""
    assert on_telegram(MINIMAL) == (
        "New request D-9QX3C\n\nNeed: Other\n\nThe company's message\nWho can I talk to?\n\n"
        "Telephone: +33 1 23 45 67 89\n\nTeam: Welcome desk\nRouting rule: none, default team\n"
        "Received by: the web page\nThe company's language: English\n"
        "Consent given on: 25 November 2026, 10:42\n\n"
        "Reply to this message: the company reads you where it wrote."
    )


def test_the_words_are_those_of_the_cards_language() -> None:
    """A team that works in English reads English labels, whatever the company wrote in."""
    card = FULL.model_copy(update={"language": "en", "need": "Premises"})
    text = on_telegram(card)
    assert "New request D-7K2M4" in text
    assert "Floor area: 500 – 1,200 m²" in text
    assert "The company's language: French" in text


@pytest.mark.parametrize(
    ("band", "shown"),
    [
        ("10 à 19 salariés", "10 to 19 people"),
        ("10 000 salariés et plus", "10,000 people or more"),
        ("Non renseigné", "Non renseigné"),
    ],
)
def test_what_the_directory_says_in_french_is_said_in_the_cards_language(
    band: str, shown: str
) -> None:
    """Activity and range of headcount; a team that reads French has the directory's own words."""
    card = changed(company=COMPANY.model_copy(update={"headcount_band": band}))
    assert "25.62B · Mécanique industrielle\n" in on_telegram(card)
    assert f"{band}\n" in on_telegram(card)
    english = on_telegram(card.model_copy(update={"language": "en"}))
    assert "25.62B · Manufacture of fabricated metal products" in english
    assert f"{shown}\n" in english


@pytest.mark.parametrize(
    ("company", "shown"),
    [
        (COMPANY, "Vérification : trouvée dans l'annuaire des entreprises\n"),
        (
            Company(name="Nous (trouvée dans l'annuaire)"),
            "Entreprise : Nous (trouvée dans l'annuaire)\nVérification : déclarée, non vérifiée\n",
        ),
        (
            COMPANY.model_copy(update={"active": False}),
            "trouvée dans l'annuaire des entreprises, FERMÉE d'après l'annuaire\n",
        ),
        (Company(siren="123456782"), "SIREN : 123 456 782"),
    ],
)
def test_a_card_says_how_far_the_company_is_known(company: Company, shown: str) -> None:
    """A colleague must not take a name that somebody typed for a verified one."""
    assert shown in on_telegram(changed(company=company))


@pytest.mark.parametrize(
    ("surface", "shown"),
    [
        (Surface(least_m2=500), "500 m²"),
        (Surface(least_m2=500, most_m2=500), "500 m²"),
        (Surface(least_m2=0, most_m2=1800), "≤ 1 800 m²"),
        (Surface(least_m2=10_000, most_m2=20_000), "10 000 – 20 000 m²"),
    ],
)
def test_a_surface_reads_as_it_was_meant(surface: Surface, shown: str) -> None:
    """One figure, the most, or a range."""
    assert f"Surface : {shown}\n" in on_telegram(changed(surface=surface))


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("+33612345678", "+33 6 12 34 56 78"),
        ("+442071838750", "+44 20 7183 8750"),
        ("poste 12", "poste 12"),
    ],
)
def test_a_number_is_grouped_to_be_read_and_dialled(phone: str, shown: str) -> None:
    """As its own country writes it."""
    assert f"Téléphone : {shown}\n" in on_telegram(changed(phone=phone))


def test_consent_is_in_the_teams_own_time() -> None:
    """Whoever reads the card reads the clock on the wall."""
    team = Team(id="premises", name={"fr": "Locaux"}, hours=Hours(timezone="America/Martinique"))
    routing = BASE.routing.model_copy(update={"teams": (team,)})
    base = BASE.model_copy(update={"routing": routing})
    consent = content(FULL, base).traces[-1]
    assert consent.values == ("25 novembre 2026, 05:42",)


def test_later_cards_show_what_is_new() -> None:
    """An addition is short, and names request, company and contact for whoever missed the first."""
    text = on_telegram(ADDED)
    assert text.startswith("Complément à la demande D-7K2M4")
    for shown in ["Encore un mot.", "plan-atelier.pdf", "Mécanique Exemple SAS", "+33 6 12 34"]:
        assert shown in text
    assert "façade.jpg" not in text
    assert "triphasé" not in text


def test_a_withdrawal_says_so() -> None:
    """Nobody goes on with what the company no longer wants."""
    text = on_telegram(WITHDRAWN)
    assert text.startswith("Demande D-7K2M4 retirée\nL'entreprise ne souhaite plus")
    assert "triphasé" not in text


def test_an_undelivered_request_is_shown_whole_with_its_destination() -> None:
    """The default team can act at once, and knows which address to mend."""
    text = on_telegram(UNDELIVERED)
    assert text.startswith("Demande D-7K2M4 non remise")
    assert "https://crm.example.org/demandes" in text
    assert "triphasé" in text


def test_a_card_can_be_shown_again_whole() -> None:
    """Where its topic was deleted, the addition comes after the request it adds to."""
    again = content(ADDED.model_copy(update={"news": "again"}), BASE)
    assert again.title == "Demande D-7K2M4"
    assert [quote.text for quote in again.quotes] == [FULL.request.details.description]


def test_files_that_stay_behind_are_named() -> None:
    """What is too large for a mail is not passed over in silence."""
    shown = mail.to_text(content(FULL, BASE, left=(PLAN,)))
    assert "Pièces jointes : façade.jpg (340 Ko)" in shown
    assert (
        "Pièces non transmises (trop volumineuses ou indisponibles) : plan-atelier.pdf (1,2 Mo)"
        in shown
    )


def test_a_card_is_one_message_where_it_fits_and_whole_where_it_does_not() -> None:
    """4,096 characters a message, as Telegram counts; a long story is several, nothing lost."""
    assert len(telegram.messages(content(FULL, BASE))) == 1

    words = [f"mot{number}🏭" for number in range(2_000)]
    parts = telegram.messages(content(changed(description=" ".join(words)), BASE))

    assert len(parts) > 1
    shown = [parse_html(part.html) for part in parts]
    assert all(utf16_length(part.text) <= 4096 for part in shown)
    assert set(words) <= set(" ".join(part.text for part in shown).split())


def test_what_the_company_wrote_is_set_apart() -> None:
    """Words of the company's cannot pass for a line of the card: they are quoted everywhere."""
    forged = changed(description="Bonjour\n\nTéléphone : +33 9 99 99 99 99")
    (part,) = telegram.messages(content(forged, BASE))
    assert "<blockquote>Bonjour\n\nTéléphone : +33 9 99 99 99 99</blockquote>" in part.html
    assert "> Téléphone : +33 9 99 99 99 99" in in_mail(forged)


def test_contacts_are_links_in_the_mail() -> None:
    """One tap calls, one writes."""
    page = mail.to_html(content(FULL, BASE))
    assert 'href="tel:+33612345678"' in page
    assert 'href="mailto:ada.martin@example.org"' in page


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("phone", "javascript:alert(1)"),
        ("phone", "12"),
        ("email", "ada@"),
        ("email", "a@b?bcc=c@d"),
    ],
)
def test_what_is_no_contact_is_no_link(field: str, value: str) -> None:
    """It is shown as the company wrote it."""
    page = mail.to_html(content(changed(**{"phone": "", "email": "", field: value}), BASE))
    assert "<a " not in page
    assert value in page


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("ada@example.org", "ada@example.org"),
        ("ada@société.example.org", "ada@xn--socit-esab.example.org"),
        ("zoé@example.org", ""),
        ("ada@example.org\r\nBcc: all@example.org", ""),
        ("Ada <ada@example.org>", ""),
        ("", ""),
    ],
)
def test_an_answer_goes_only_to_a_sound_address(address: str, found: str) -> None:
    """Whatever cannot stand in a header is left out of it."""
    assert content(changed(email=address), BASE).reply_to == found


def test_topic_names_tell_requests_apart() -> None:
    """Reference first; 128 characters, as Telegram counts, are never exceeded."""
    assert topic_name(FULL) == "D-7K2M4 · Locaux ou terrain · Mécanique Exemple SAS"
    assert topic_name(MINIMAL) == "D-9QX3C · Other"
    name = topic_name(changed(company=Company(name="🏭" * 200)))
    assert utf16_length(name) <= 128
    assert name.startswith("D-7K2M4 · Locaux ou terrain · 🏭🏭")
    assert name.endswith("…")


def test_the_webhook_has_every_field() -> None:
    """The shape that docs/webhooks.md describes."""
    shape = json.loads(webhook.body(FULL, "D-7K2M4-31", CONSENTED + dt.timedelta(seconds=2)))
    data = shape.pop("data")
    assert shape == {
        "id": "D-7K2M4-31",
        "type": "request.filed",
        "version": 1,
        "created_at": "2026-11-25T09:42:02Z",
    }
    assert data["need"] == {"id": "premises", "label": "Locaux ou terrain"}
    assert data["team"] == {"id": "premises", "label": "Immobilier d'entreprise"}
    assert data["surface"] == {"least_m2": 500, "most_m2": 1200}
    assert data["communes"][1] == {"name": "Créteil", "code": "94028", "inside": False}
    assert data["deadline"] == {"text": "fin mars", "day": "2027-03-31"}
    assert data["company"]["siret"] == "12345678200010"
    assert data["company"]["verified"] is True
    assert data["contact"]["email"] == "ada.martin@example.org"
    assert data["message"] == FULL.request.details.description
    assert data["eligibility"] == "Vitry-sur-Seine fait partie du territoire."
    assert data["consented_at"] == "2026-11-25T09:42:00Z"
    assert [file["name"] for file in data["files"]] == ["plan-atelier.pdf", "façade.jpg"]


def test_the_webhook_says_what_is_new() -> None:
    """A reader need not compare two requests to see it; file ids mean nothing elsewhere."""
    added = json.loads(webhook.body(ADDED, "x", CONSENTED))
    assert added["type"] == "request.added"
    assert added["data"]["addition"]["text"] == "Encore un mot."
    assert added["data"]["addition"]["files"] == [
        {"name": "plan-atelier.pdf", "media_type": "application/pdf", "size_bytes": 1_240_000}
    ]
    undelivered = json.loads(webhook.body(UNDELIVERED, "x", CONSENTED))
    assert undelivered["data"]["undelivered_to"] == "https://crm.example.org/demandes"


def test_file_sizes_read_as_programs_show_them() -> None:
    """Small ones in bytes, an unknown one not at all."""
    files = (
        File(channel="web", id="1", name="a", size_bytes=12),
        File(channel="web", id="2", name="b"),
    )
    shown: Content = content(changed(files=files), BASE)
    assert shown.groups[-1][0].values == ("a (12 o)", "b")
