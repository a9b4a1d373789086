"""What holds of the territory is not told of another place."""

from __future__ import annotations

import pytest

from handlers.asking import ask
from knowledge.matching import Matcher
from tests.knowledge import sample


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    """The sample, whose axes and telephone are its own."""
    base = sample.loaded().base
    topics = {"elsewhere_entry": "meteo", "elsewhere_topics": ("axes", "contact")}
    territory = base.territory.model_copy(update=topics)
    return Matcher(base.model_copy(update={"territory": territory}))


def _entry(matcher: Matcher, message: str) -> str:
    return ask(matcher, message).entries[0].id


@pytest.mark.parametrize(
    "message",
    [
        "Quel est l'axe 1 à Lyon ?",
        "l'axe 2 de Saint-Étienne",
        "what is axis 1 in Marseille",
        "quel est l'axe 2 en Bretagne",
        "l'axe 1 en Franche-Comté",
        "l'axe 1 de la Seine-Saint-Denis ?",
        "Quel est l'axe 1 du département du Nord ?",
        "what is axis 2 in Normandy",
        "Quel est l'axe 2 de Vitry-le-François ?",
        "Quel est l'axe 1 autour de Marseille ?",
        "à quel numéro dois-je appeler à Lyon ?",
        "what number should I call in Marseille",
    ],
)
def test_another_place_is_not_told_what_holds_here(matcher: Matcher, message: str) -> None:
    """Communes, départements and regions, in either language: the folder says what it covers."""
    assert ask(matcher, message).outcome == "unknown"
    assert _entry(matcher, message) == "meteo"


@pytest.mark.parametrize(
    ("message", "entry"),
    [
        ("Quel est l'axe 1 à Rumilly ?", "axe-1"),
        ("Quel est l'axe 1 en Haute-Savoie ?", "axe-1"),
        ("l'axe 2 en Auvergne-Rhône-Alpes", "axe-2"),
        ("l'axe 2 en Rhône-Alpes", "axe-2"),
        ("Nous sommes à Lyon, quel est l'axe 1 ?", "axe-1"),
        ("Quel est l'axe 1 vu depuis Lyon ?", "axe-1"),
        ("Quel est l'axe 1 près de Lyon ?", "axe-1"),
        ("Une usine de Lyon peut-elle entrer dans l'axe 1 ?", "axe-1"),
        ("Quel est l'axe le plus au nord, l'axe 1 ?", "axe-1"),
        ("C'est quoi le programme à Lyon ?", "programme"),
        ("Étant à Lyon nous-mêmes, à quel numéro dois-je appeler ?", "telephone"),
    ],
)
def test_what_is_asked_of_here_is_answered(matcher: Matcher, message: str, entry: str) -> None:
    """The territory's own places, people who come from elsewhere, ordinary words, other topics."""
    assert _entry(matcher, message) == entry


def test_a_place_that_an_entry_speaks_of_is_its_own_matter() -> None:
    """Its answer says what there is to say."""
    base = sample.loaded().base
    topics = {"elsewhere_entry": "meteo", "elsewhere_topics": ("axes",)}
    axis = next(entry for entry in base.entries if entry.id == "axe-1")
    told = {**axis.answer, "fr": "L'axe 1 forme aussi à Lyon."}
    entries = tuple(
        entry.model_copy(update={"answer": told}) if entry.id == axis.id else entry
        for entry in base.entries
    )
    territory = base.territory.model_copy(update=topics)
    matcher = Matcher(base.model_copy(update={"territory": territory, "entries": entries}))
    assert _entry(matcher, "Quel est l'axe 1 à Lyon ?") == "axe-1"
    assert _entry(matcher, "Quel est l'axe 1 à Marseille ?") == "meteo"


def test_a_single_commune_is_not_told_what_holds_of_the_whole() -> None:
    """Unless the person asks what is open to somebody from there."""
    base = sample.loaded().base
    topics = {"commune_entry": "meteo", "commune_topics": ("axes",)}
    territory = base.territory.model_copy(update=topics)
    matcher = Matcher(base.model_copy(update={"territory": territory}))
    assert _entry(matcher, "Quel est l'axe 1 à Rumilly ?") == "meteo"
    assert _entry(matcher, "what is axis 2 in Rumilly") == "meteo"
    assert _entry(matcher, "Une usine de Rumilly peut-elle entrer dans l'axe 1 ?") == "axe-1"
    assert _entry(matcher, "Quel est l'axe 1 autour de Rumilly ?") == "axe-1"
    assert _entry(matcher, "Quel est l'axe 1 à Lyon ?") == "axe-1"
    assert _entry(matcher, "Quel est l'axe 1 ?") == "axe-1"


def test_a_commune_in_the_name_of_the_territory_is_not_spoken_of() -> None:
    """An answer that says "Grand Rumilly" tells nothing of Rumilly."""
    base = sample.loaded().base
    told = {"fr": "L'axe 1 du Grand Rumilly forme.", "en": "Axis 1 of Grand Rumilly trains."}
    entries = tuple(
        entry.model_copy(update={"answer": told}) if entry.id == "axe-1" else entry
        for entry in base.entries
    )
    topics = {"names": ("Grand Rumilly",), "commune_entry": "meteo", "commune_topics": ("axes",)}
    territory = base.territory.model_copy(update=topics)
    matcher = Matcher(base.model_copy(update={"territory": territory, "entries": entries}))
    assert _entry(matcher, "Quel est l'axe 1 à Rumilly ?") == "meteo"
    assert _entry(matcher, "Quel est l'axe 1 du Grand Rumilly ?") == "axe-1"


def test_a_folder_that_says_nothing_of_it_answers_as_before() -> None:
    """Both keys are optional."""
    assert _entry(sample.matcher(), "Quel est l'axe 1 à Lyon ?") == "axe-1"
