"""What the people of a run want, and how each goes about it; the same seed, the same plan."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from tests.chaos.requests.content import COMMUNES, DEFAULT_TEAM, TEAM_OF_NEED
from tests.servers.directory_firms import BOULANGERIE, FUTURE, TOURNAGE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from knowledge.model import Language

Ending = Literal["agrees", "cancels", "leaves"]
"""``leaves``: reads the recap and never says anything to it."""
Doing = Literal["back", "correct", "question", "twice", "words"]
"""``twice``: presses the last button twice; ``words``: types what there is a button for."""

WEB_SHARE = 0.2
SECOND_WISH_SHARE = 0.3
UNCONSENTED_SHARE = 0.1

_FIRST: dict[str, dict[Language, tuple[str, ...]]] = {
    "premises": {
        "fr": (
            "je cherche {surface} m2 d'atelier a {commune}, on est {count}",
            "Bonjour, il nous faut un local de {surface} m² à {commune} pour dans 6 mois",
            "besoin d'un terrain",
        ),
        "en": (
            "We are looking for {surface} sqm of workshop in {commune}, we are {count} people",
            "We need premises in {commune}",
        ),
    },
    "recruitment": {
        "fr": (
            "on veut recruter des soudeurs à {commune}, nous sommes {count} salariés",
            "je cherche à recruter",
        ),
        "en": ("We want to recruit two welders in {commune}, we are {count} people",),
    },
    "training": {
        "fr": ("nous voulons accueillir un apprenti",),
        "en": ("We would like to take on an apprentice",),
    },
    "environment": {
        "fr": ("je veux réduire ma facture d'énergie",),
        "en": ("We want to cut our energy bill",),
    },
    "other": {
        "fr": ("j'aurais une demande un peu spéciale",),
        "en": ("I have an unusual question for the team",),
    },
}

_COMPANIES = (
    BOULANGERIE.siren,
    TOURNAGE.siret(TOURNAGE.sites[1]),
    FUTURE.siren,
    "Mécanique imaginaire",  # several are found
    "Atelier du Chat Perché",  # none is
)


@dataclass(frozen=True, slots=True)
class Wish:
    """One request that somebody has in mind, to its end."""

    need: str
    first: str
    surface: int
    count: int
    commune: str
    company: str
    contact: str
    ending: Ending = "agrees"
    habits: frozenset[Doing] = frozenset()
    file: str = ""
    """The name of a document that goes with it; no other has that name."""
    addition: str = ""
    """What is added once it is filed; no other addition reads so."""

    @property
    def email(self) -> str:
        """What tells it from all others, wherever it is shown."""
        return self.contact.rpartition(" ")[2]

    @property
    def in_words(self) -> bool:
        """Whether words are typed where there are buttons."""
        return "words" in self.habits

    @property
    def team(self) -> str:
        """Who is to have it."""
        return TEAM_OF_NEED.get(self.need, DEFAULT_TEAM)


@dataclass(frozen=True, slots=True)
class Plan:
    """One person: where they write, in which language, and what they want, in order."""

    number: int
    channel: Literal["telegram", "web"]
    language: Language
    wishes: tuple[Wish, ...]


def plan(requests: int, seed: int) -> list[Plan]:
    """People who agree to ``requests`` requests, and some who stop short of it."""
    draw = random.Random(seed)  # noqa: S311 - repeatable on purpose
    plans: list[Plan] = []
    agreed = 0
    while agreed < requests:
        endings = list(_endings(draw, requests - agreed))
        agreed += endings.count("agrees")
        number = len(plans) + 1
        language: Language = "en" if draw.random() < 0.25 else "fr"
        needs = draw.sample(sorted(_FIRST), len(endings))
        wishes = [
            _wish(draw, f"{number}-{place}", need, language, ending)
            for place, (need, ending) in enumerate(zip(needs, endings, strict=True), start=1)
        ]
        on_web = draw.random() < WEB_SHARE
        plans.append(Plan(number, "web" if on_web else "telegram", language, tuple(wishes)))
    return plans


def _endings(draw: random.Random, wanted: int) -> Iterator[Ending]:
    """Those of one person's wishes; who leaves does not come back."""
    if draw.random() < UNCONSENTED_SHARE:
        yield draw.choice(("cancels", "leaves"))
        return
    yield "agrees"
    if wanted > 1 and draw.random() < SECOND_WISH_SHARE:
        yield "agrees"
    elif draw.random() < UNCONSENTED_SHARE:
        yield draw.choice(("cancels", "leaves"))


def _wish(draw: random.Random, name: str, need: str, language: Language, ending: Ending) -> Wish:
    surface, count = draw.randrange(100, 3000, 50), draw.randrange(2, 240)
    commune = draw.choice(list(COMMUNES))
    habits: dict[Doing, float] = {
        "back": 0.15, "correct": 0.15, "question": 0.15, "twice": 0.15, "words": 0.3,
    }  # fmt: skip
    said = draw.choice(_FIRST[need][language])
    return Wish(
        need=need,
        first=said.format(surface=surface, commune=commune, count=count),
        surface=surface,
        count=count,
        commune=commune,
        company=draw.choice(_COMPANIES),
        contact=f"Camille Modèle, camille.{name}@example.org",
        ending=ending,
        habits=frozenset(habit for habit, share in habits.items() if draw.random() < share),
        file=f"plan-{name}.pdf" if draw.random() < 0.2 else "",
        addition=f"Dossier {name} complet" if draw.random() < 0.1 else "",
    )
