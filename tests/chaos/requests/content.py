"""The knowledge folder of a run: three teams, two rules, what companies ask for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

NEEDS = {
    "premises": {"fr": "Locaux ou terrain", "en": "Premises or land"},
    "recruitment": {"fr": "Recruter", "en": "Recruiting"},
    "training": {"fr": "Former, accueillir un apprenti", "en": "Training and apprentices"},
    "environment": {"fr": "Environnement et énergie", "en": "Environment and energy"},
    "other": {"fr": "Autre demande", "en": "Something else"},
}
TEAM_OF_NEED = {"premises": "locaux", "recruitment": "emploi", "training": "emploi"}
"""What the two rules come to; the default team has the others."""
DEFAULT_TEAM = "accueil"
COMMUNES = {"Vitry-sur-Seine": "94081", "Choisy-le-Roi": "94022", "Orly": "94054"}
"""Codes by name."""
QUESTION = {"fr": "Quels sont vos horaires ?", "en": "What are your opening hours?"}
"""One that has an answer, asked in mid-form."""


@dataclass(frozen=True, slots=True)
class Team:
    """A team and where it reads; ``topics``: its group is a forum."""

    id: str
    group: int | None = None
    topics: bool = False
    mailbox: str = ""
    webhook: bool = True


TEAMS = (
    Team("locaux", group=-1_001_000_001, topics=True),
    Team("emploi", mailbox="emploi@example.org"),
    Team(DEFAULT_TEAM, group=-1_001_000_003, mailbox="accueil@example.org"),
)

_ASKS: dict[str, dict[str, str]] = {
    "premises": {"surface": "required", "communes": "required", "company": "required",
                 "headcount": "optional", "deadline": "optional"},
    "recruitment": {"communes": "optional", "company": "required", "headcount": "optional"},
    "training": {"company": "required", "deadline": "optional"},
    "environment": {"company": "required", "communes": "optional"},
    "other": {"company": "optional"},
}  # fmt: skip

_ENTRIES: list[dict[str, Any]] = [
    {
        "id": "besoin-locaux",
        "outcome": "handoff",
        "questions": {
            "fr": ["Je cherche un atelier", "Il nous faut un local", "besoin d'un terrain"],
            "en": ["We are looking for a workshop", "We need premises", "looking for land"],
        },
        "answer": {"fr": "L'équipe cherche avec vous.", "en": "The team looks with you."},
    },
    {
        "id": "besoin-recrutement",
        "outcome": "handoff",
        "questions": {
            "fr": ["Je cherche à recruter", "Nous voulons embaucher", "On recrute des soudeurs"],
            "en": ["We want to recruit", "We would like to hire people", "hiring welders"],
        },
        "answer": {"fr": "L'équipe recrute avec vous.", "en": "The team helps you recruit."},
    },
    {
        "id": "horaires",
        "questions": {
            "fr": [QUESTION["fr"], "Quand êtes-vous ouverts ?", "horaires d'ouverture"],
            "en": [QUESTION["en"], "When are you open?", "opening hours"],
        },
        "answer": {"fr": "Du lundi au vendredi.", "en": "Monday to Friday."},
    },
]

_POSTAL_CODES = {"Vitry-sur-Seine": "94400", "Choisy-le-Roi": "94600", "Orly": "94310"}
_TERRITORY = {
    "name": {"fr": "Val d'essai", "en": "Trial valley"},
    "communes": [
        {"name": name, "code": code, "postal_codes": [_POSTAL_CODES[name]]}
        for name, code in COMMUNES.items()
    ],
    "contact": {"fr": "L'équipe répond au 01 23 45 67 89.", "en": "Call +33 1 23 45 67 89."},
}


def write_knowledge(folder: Path, webhooks: Mapping[str, str]) -> None:
    """The folder; ``webhooks`` are URLs by team."""
    entries = {"needs": {"premises": ["besoin-locaux"], "recruitment": ["besoin-recrutement"]}}
    needs = [
        {"id": need, "label": label, "asks": _ASKS[need]}
        | ({"entries": entries["needs"][need]} if need in entries["needs"] else {})
        for need, label in NEEDS.items()
    ]
    routing = {
        "teams": [_team(team, webhooks[team.id]) for team in TEAMS],
        "rules": [
            {"id": "locaux", "when": {"needs": ["premises"]}, "team": "locaux"},
            {"id": "emploi", "when": {"needs": ["recruitment", "training"]}, "team": "emploi"},
        ],
        "default": DEFAULT_TEAM,
    }
    (folder / "entries").mkdir(parents=True)
    for name, content in (
        ("entries/chaos.yaml", _ENTRIES),
        ("territory.yaml", _TERRITORY),
        ("requests.yaml", {"needs": needs, "other": "other"}),
        ("routing.yaml", routing),
    ):
        text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
        (folder / name).write_text(text, encoding="utf-8")


def _team(team: Team, url: str) -> dict[str, Any]:
    written: dict[str, Any] = {
        "id": team.id,
        "name": {"fr": f"Équipe {team.id}", "en": f"Team {team.id}"},
        "languages": ["fr"],
        "webhook": {"url": url, "secret": team.id},
    }
    if team.group is not None:
        written["telegram"] = {"group": str(team.group), "topics": team.topics}
    if team.mailbox:
        written["email"] = team.mailbox
    return written
