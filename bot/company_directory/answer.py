"""The answer of the State's company search, and the companies in it.

Form: the OpenAPI description of *API Recherche d'entreprises* (DINUM), ``GET /search``. Only what
is used is read, and strictly; directors, addresses and accounts are neither asked for nor read.
Data: Sirene, Licence Ouverte 2.0.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from handlers.requests.model import Company, Locality
from knowledge import activities, headcounts, places

if TYPE_CHECKING:
    from knowledge.activities import Activity
    from knowledge.model import Territory

_MASK = re.compile(r"\[[A-Z -]+\]")
_SOLE_TRADER = "1"
"""Legal forms (INSEE's *catégories juridiques*) that begin so are persons."""


def _unmasked(value: object) -> object:
    """None for what the service hides: ``[NON-DIFFUSIBLE]``."""
    return None if isinstance(value, str) and _MASK.fullmatch(value.strip()) else value


_Text = Annotated[Annotated[str, Field(max_length=500)] | None, BeforeValidator(_unmasked)]
_CommuneCode = Annotated[
    Annotated[str, Field(pattern=r"^\d[\dAB]\d{3}$")] | None, BeforeValidator(_unmasked)
]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)


class Site(_Part):
    """An establishment; ``etat_administratif`` is A (open) or F (closed)."""

    siret: Annotated[str, Field(pattern=r"^\d{14}$")]
    commune: _CommuneCode = None
    libelle_commune: _Text = None
    etat_administratif: Literal["A", "F"]
    activite_principale: _Text = None
    activite_principale_naf25: _Text = None
    tranche_effectif_salarie: _Text = None

    @property
    def is_open(self) -> bool:
        """Whether somebody works there."""
        return self.etat_administratif == "A"


class Unit(_Part):
    """A company; ``etat_administratif`` is A (active) or C (ceased)."""

    siren: Annotated[str, Field(pattern=r"^\d{9}$")]
    nom_complet: _Text = None
    nom_raison_sociale: _Text = None
    etat_administratif: Literal["A", "C"]
    nature_juridique: _Text = None
    statut_diffusion: _Text = None
    activite_principale: _Text = None
    activite_principale_naf25: _Text = None
    tranche_effectif_salarie: _Text = None
    siege: Site | None = None
    matching_etablissements: tuple[Site, ...] | None = None

    @property
    def sites(self) -> list[Site]:
        """Those that the answer has, the head office first."""
        return [*filter(None, [self.siege]), *(self.matching_etablissements or ())]

    def site(self, siret: str) -> Site | None:
        """Its establishment of that number, if the answer has it."""
        return next((site for site in self.sites if site.siret == siret), None)

    def site_in(self, communes: Iterable[str]) -> Site | None:
        """An open establishment in one of ``communes``, the head office if that is one."""
        codes = frozenset(communes)
        return next((site for site in self.sites if site.is_open and site.commune in codes), None)

    @property
    def name(self) -> str:
        """Its name; none for a person who asked for it to be hidden, should it be there anyway."""
        is_person = (self.nature_juridique or "").startswith(_SOLE_TRADER)
        if self.statut_diffusion == "P" and is_person:
            return ""
        return self.nom_complet or self.nom_raison_sociale or ""


class Answer(_Part):
    """What ``GET /search`` answers."""

    results: tuple[Unit, ...]


def company(unit: Unit, site: Site | None, territory: Territory) -> Company:
    """``unit`` at ``site``, or with what is known of the whole company if that is None."""
    activity = _activity(unit, site)
    return Company(
        name=unit.name,
        siren=unit.siren,
        siret=site.siret if site else "",
        locality=_locality(site, territory) if site else None,
        activity=activity.code if activity else "",
        activity_label=activity.names["fr"] if activity else "",
        section=activity.section if activity else "",
        headcount_band=headcounts.words(unit.tranche_effectif_salarie or ""),
        active=unit.etat_administratif == "A" and (site is None or site.is_open),
        verified=True,
    )


def _activity(unit: Unit, site: Site | None) -> Activity | None:
    """The site's before the company's; NAF rév. 2 for as long as the service has both.

    From 2027 on ``activite_principale`` is of NAF 2025, and the other field is gone.
    """
    codes = [
        code
        for part in (site, unit)
        if part is not None
        for code in (part.activite_principale, part.activite_principale_naf25)
    ]
    return next(filter(None, map(activities.read, filter(None, codes))), None)


def _locality(site: Site, territory: Territory) -> Locality | None:
    if site.commune is None:
        return None
    known = {commune.code: commune.name for commune in (*territory.outside, *territory.communes)}
    shown = (site.libelle_commune or "").title()
    name = known.get(site.commune) or places.commune_name(site.commune) or shown
    inside = any(commune.code == site.commune for commune in territory.communes)
    return Locality(name=name, code=site.commune, inside=inside) if name else None
