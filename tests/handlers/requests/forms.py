"""Request forms of the sample territory: its needs, its teams, and conversations that fill them."""

from __future__ import annotations

from functools import cache

from handlers.effects import FileRequest
from handlers.events import ButtonPressed, CompaniesFound, Event
from handlers.requests.model import Company, Locality
from handlers.state import ConversationState, Form
from handlers.step import Step
from handlers.values import Button
from knowledge.matching import Matcher
from knowledge.model import RequestForm, Routing
from tests.handlers.conversing import say, text
from tests.knowledge.sample import matcher

NEEDS = RequestForm.model_validate(
    {
        "needs": [
            {
                "id": "premises",
                "label": {"fr": "Locaux ou terrain", "en": "Premises or land"},
                "entries": ["besoin-locaux"],
                "asks": {
                    "surface": "required",
                    "communes": "required",
                    "company": "required",
                    "headcount": "optional",
                    "deadline": "optional",
                },
            },
            {
                "id": "recruitment",
                "label": {"fr": "Recruter", "en": "Recruiting"},
                "asks": {"company": "required", "communes": "optional", "headcount": "optional"},
            },
            {
                "id": "press",
                "label": {"fr": "Presse", "en": "Press"},
                "asks": {"company": "optional", "deadline": "required"},
            },
            {"id": "other", "label": {"fr": "Autre demande", "en": "Something else"}},
        ],
        "retention_months": 18,
        "privacy_entry": "programme",
    }
)
ROUTING = Routing.model_validate(
    {
        "teams": [
            {
                "id": "accueil",
                "name": {"fr": "Accueil", "en": "Front desk"},
                "email": "a@x.example",
            },
            {
                "id": "immobilier",
                "name": {"fr": "Immobilier", "en": "Premises team"},
                "telegram": {"group": "-1001"},
                "webhook": {"url": "https://crm.example/in", "secret": "crm"},
                "hours": {"wednesday": ["09:00-12:30"]},
            },
        ],
        "rules": [{"id": "locaux", "when": {"needs": ["premises"]}, "team": "immobilier"}],
        "default": "accueil",
    }
)
SIRET = "73282932000074"
"""A published example whose check digits hold."""
WORKSHOP = Company(
    name="ATELIERS *MARTIN*",
    siren=SIRET[:9],
    siret=SIRET,
    locality=Locality(name="Rumilly", code="74225", inside=True),
    activity="25.62B",
    activity_label="Mécanique industrielle",
    section="C",
    headcount_band="10 à 19 salariés",
)
FOUND = CompaniesFound(query=SIRET, companies=(WORKSHOP,))
NEED = "Bonjour, nous cherchons 500 m2 d'atelier à Rumilly"
TO_RECAP = (NEED, "Ateliers Martin", "12", "dans 6 mois", "Marie Martin, marie@ateliers.fr")
"""From the first message to the recap, without a directory."""


@cache
def form_matcher() -> Matcher:
    """The sample's matcher, with needs and teams."""
    base = matcher().base.model_copy(update={"request_form": NEEDS, "routing": ROUTING})
    return Matcher(base, matcher().learned)


def fill(*typed: str | Event, state: ConversationState | None = None) -> Step:
    """The last step of a conversation with the assistant that has needs and teams."""
    return say(*typed, state=state, to=form_matcher())


def press(result: Step, label: str) -> Step:
    """The step after the press of the button that has ``label`` in its label."""
    return fill(pressed(result, label), state=result.state)


def pressed(result: Step, label: str) -> ButtonPressed:
    """The press of the button that has ``label`` in its label."""
    found = [one for one in offered(result) if label.lower() in one.label.lower()]
    assert found, f"no button {label!r} among {[one.label for one in offered(result)]}"
    return ButtonPressed(value=found[0].value)


def offered(result: Step) -> list[Button]:
    """All the buttons of a step."""
    return [button for reply in result.replies for button in reply.buttons]


def form_of(result: Step) -> Form:
    """The form under way."""
    assert result.state.form is not None, f"no form after: {text(result)}"
    return result.state.form


def filed(result: Step) -> FileRequest:
    """The one request that a step files."""
    [effect] = [effect for effect in result.effects if isinstance(effect, FileRequest)]
    return effect
