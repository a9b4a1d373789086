"""Invented companies for the directory that tests talk to; no number of theirs is anybody's.

Numbers begin with seven zeros, which Sirene has never given, and have valid check digits.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from stdnum import luhn


@dataclass(frozen=True, slots=True)
class Site:
    """An establishment; ``number`` is its place in the company (NIC), the head office's is 1.

    ``state`` is A (open) or F (closed); ``naf25`` is None as from 2027 on, when ``naf`` is of
    NAF 2025. The commune is written as Sirene does.
    """

    commune: str
    commune_name: str
    postal_code: str
    naf: str
    naf25: str | None = None
    state: str = "A"
    band: str | None = None
    number: int = 1


@dataclass(frozen=True, slots=True)
class Firm:
    """A company. ``state`` is A (active) or C (ceased); ``diffusion`` P hides a part of it."""

    rank: int
    name: str
    sites: tuple[Site, ...]
    band: str | None = None
    state: str = "A"
    legal_form: str = "5710"
    diffusion: str = "O"
    director: str = "CAMILLE MODÈLE"

    @property
    def siren(self) -> str:
        """Eight digits and their check digit."""
        digits = f"{self.rank:08}"
        return digits + luhn.calc_check_digit(digits)

    def siret(self, site: Site) -> str:
        """The SIREN, the site's number and the check digit."""
        digits = f"{self.siren}{site.number:04}"
        return digits + luhn.calc_check_digit(digits)


_vitry = partial(Site, "94081", "VITRY-SUR-SEINE", "94400")
_paris = partial(Site, "75115", "PARIS 15", "75015")


TOURNAGE = Firm(
    1,
    "TOURNAGE FICTIF DE SEINE (TFS)",
    (
        _paris("70.10Z", "70.10Y"),
        _vitry("25.62B", "25.53Y", number=2, band="12"),
        Site("94022", "CHOISY-LE-ROI", "94600", "25.62B", state="F", number=3),
    ),
    band="21",
)
"""Head office in Paris, a workshop in Vitry, another that was closed in Choisy."""

MECANIQUE = [
    Firm(rank, f"MECANIQUE IMAGINAIRE {rank}", (site,))
    for rank, site in enumerate(
        [
            _paris("25.62A", "25.53Y"),
            Site("69123", "LYON", "69003", "28.41Z"),
            _vitry("25.62B", "25.53Y"),
            Site("59009", "VILLENEUVE-D'ASCQ", "59650", "25.62B"),
            Site("94054", "ORLY", "94310", "33.12Z", "33.12Y"),
            Site("27229", "EVREUX", "27000", "25.62B"),
            Site("13201", "MARSEILLE 1", "13001", "25.62B"),
        ],
        start=10,
    )
]
"""Seven of nearly the same name, two of them in the territory."""

BOULANGERIE = Firm(2, "BOULANGERIE INVENTEE", (_vitry("10.71C", "10.71J", band="02"),), band="02")
CEASED = Firm(3, "USINE DISPARUE", (_vitry("27.12Z", state="F"),), state="C")
HIDDEN = Firm(
    4, "SACHA EXEMPLE", (_vitry("43.21A", "43.21G"),), legal_form="1000", diffusion="P"
)  # fmt: skip
"""A person who asked not to be shown."""
HIDDEN_COMPANY = Firm(5, "SOCIETE DISCRETE", (_vitry("25.11Z", "25.11Y"),), diffusion="P")
FUTURE = Firm(6, "LOGICIELS DE DEMAIN", (Site("94054", "ORLY", "94310", "62.10Y"),), band="NN")
"""As the service will show it from 2027 on: one code, of NAF 2025."""
ABROAD = Firm(7, "MASCHINENBAU MUSTER GMBH", (Site("", "", "", "28.99B", "28.99Y"),))
"""A foreign company that is registered in France, with no site there."""
OLD = Firm(8, "FORGE D ANTAN", (_vitry("28.4A", state="F"),), state="C")
"""Ceased when codes were of a nomenclature before NAF rév. 2."""
SHORT = Firm(9, "3X", (_vitry("25.62B"),))

FIRMS = (
    TOURNAGE, *MECANIQUE, BOULANGERIE, CEASED, HIDDEN, HIDDEN_COMPANY, FUTURE, ABROAD, OLD, SHORT,
)  # fmt: skip
