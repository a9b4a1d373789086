"""Communes are found as people write them, and only where they are meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.places import PlaceFinder
from knowledge.text import words
from tests import content

TERRITORY = content.base().territory
FINDER = PlaceFinder(TERRITORY, {"nice", "contact", "sens", "tours", "site", "21500"})


@pytest.mark.parametrize(
    ("message", "found"),
    [
        ("je cherche 500 m2 d'atelier à Vitry", {"Vitry-sur-Seine": True}),
        ("chevily larue c dedans ?", {"Chevilly-Larue": True}),
        ("villeneuve st georges", {"Villeneuve-Saint-Georges": True}),
        ("Villeneuve Le Roi", {"Villeneuve-le-Roi": True}),
        ("kremlin bicetre", {"Le Kremlin-Bicêtre": True}),
        ("L’HAY LES ROSES", {"L'Haÿ-les-Roses": True}),
        ("94400", {"Vitry-sur-Seine": True}),
        ("Paris", {"Paris": False}),
        ("75013 ?", {"Paris": False}),
        ("et lyon sa compte", {"Lyon": False}),
        ("Ablon-sur-Seine et Massy", {"Ablon-sur-Seine": True, "Massy": False}),
        ("c'est nice ici", {}),
        ("Le Grand-Orly Seine Bièvre", {}),
        ("où trouver un terrain ?", {}),
        ("axe 3", {}),
        ("21500", {}),
        ("21200", {"Beaune": False}),
        ("un local a vitri", {"Vitry-sur-Seine": True}),
        ("un local a vittry", {"Vitry-sur-Seine": True}),
        ("vitryy", {"Vitry-sur-Seine": True}),
        ("vitri ?", {"Vitry-sur-Seine": True}),
        ("500 m2 vitré", {}),
        ("vilneuve le roy", {"Villeneuve-le-Roi": True}),
        ("vitri c ds votre perimetre ?", {"Vitry-sur-Seine": True}),
        ("a house near paves", {}),
    ],
)
def test_communes_are_found(message: str, found: dict[str, bool]) -> None:
    """With or without article, saint or st, by postal code, misspelt; in the territory or not."""
    assert {place.name: place.inside for place in FINDER.find(message)} == found


@pytest.mark.parametrize(
    ("message", "spans"),
    [
        ("is ivry sur siene inside", [(1, 3)]),
        ("savigny sur orj ou villeneuve st georje", [(0, 3), (4, 3)]),
        ("ivry sur le plan", [(0, 1)]),
        ("villeneuve le roi et vitry", [(0, 3), (4, 1)]),
    ],
)
def test_a_name_is_taken_in_full(message: str, spans: list[tuple[int, int]]) -> None:
    """Though the rest of it is misspelt; and no more than it."""
    found = FINDER.locate(words(message), message)
    assert [(place.start, place.length) for place in found] == spans


def test_a_commune_that_a_question_names_is_still_one() -> None:
    """Unless the folder uses its name as a word, too."""
    asked = ["Le trajet vers Lille", "Have a nice day", "Nice to meet you", "Sens du mot ?"]
    finder = PlaceFinder.of(TERRITORY, [(text, words(text)) for text in asked])
    assert [place.name for place in finder.find("les projets de Lille")] == ["Lille"]
    assert finder.find("Nice to see you") == ()
    assert finder.find("Sens de ce mot") == ()


@pytest.mark.parametrize("commune", TERRITORY.communes, ids=lambda commune: commune.name)
def test_each_commune_of_the_territory_is_inside(commune: object) -> None:
    """Each of the territory's communes is recognised by its name and by its postal codes."""
    assert [(p.name, p.inside) for p in FINDER.find(commune.name)] == [(commune.name, True)]  # type: ignore[attr-defined]
    for code in commune.postal_codes:  # type: ignore[attr-defined]
        assert all(place.inside for place in FINDER.find(code))


@given(st.text(max_size=60))
def test_any_text_can_be_searched(text: str) -> None:
    """No text stops the search."""
    FINDER.find(text)
