"""Whether a company is concerned: an honest answer from what is known, in both languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.eligibility import Assessment, assess
from handlers.requests.model import Company, Locality
from handlers.wording import Wording
from knowledge.markup import to_html, to_plain
from knowledge.model import LANGUAGES, TELEGRAM_TEXT_LIMIT, KnowledgeBase, Language
from tests.content import base as content
from tests.knowledge.sample import loaded

VITRY = Locality(name="Vitry-sur-Seine", code="94081", inside=True)
ORLY = Locality(name="Orly", code="94054", inside=True)
CRETEIL = Locality(name="Créteil", code="94028")
MACHINING = Company(name="Tournage Fictif", activity="25.62B", section="C", verified=True)
STORAGE = Company(name="Dépôt Fictif", activity="52.10B", section="H", verified=True)
BISTRO = Company(name="Bistro Fictif", activity="56.10A", section="I", verified=True)
UNKNOWN = Company(name="Maison Fictive")


def at(company: Company, locality: Locality | None, **fields: object) -> Company:
    """``company`` at ``locality``."""
    return company.model_copy(update={"locality": locality, **fields})


def told(
    company: Company | None,
    *communes: Locality,
    language: Language = "fr",
    base: KnowledgeBase | None = None,
) -> Assessment:
    """What there is to say."""
    assessment = assess(Wording(base or content(), language), company, communes)
    assert assessment is not None
    return assessment


CASES = {
    "inside and productive": (at(MACHINING, VITRY), (),
        ("dans le territoire", "activités productives", "Vous pouvez donc"),
        ("within the territory", "productive activities", "So you can turn"), ("n'est pas",)),
    "inside and perhaps productive": (at(STORAGE, VITRY), (),
        ("dans le territoire", "peut donc en faire partie", "Vous pouvez donc"),
        ("within the territory", "may be part of it", "So you can turn"), ("compte parmi",)),
    "inside and something else": (at(BISTRO, VITRY), (),
        ("dans le territoire", "comptent d'office comme productives"),
        ("within the territory", "productive as a matter of course"), ("Vous pouvez donc",)),
    "outside and productive": (at(MACHINING, CRETEIL), (),
        ("hors des 24 communes", "activités productives"),
        ("outside the 24 municipalities", "productive activities"), ("Vous pouvez donc",)),
    "outside, coming in": (at(MACHINING, CRETEIL), (VITRY, ORLY),
        ("(Créteil)", "Vitry-sur-Seine et Orly", "installation"),
        ("(Créteil)", "Vitry-sur-Seine and Orly", "settling"), ("Vous pouvez donc",)),
    "a commune and no company": (None, (ORLY,),
        ("Orly : c'est dans le territoire", "Sans connaître votre activité"),
        ("Orly: this is within the territory", "Without knowing your activity"),
        ("Vous pouvez donc",)),
    "communes on both sides": (UNKNOWN, (ORLY, CRETEIL),
        ("Orly : c'est dans", "Créteil : c'est hors"),
        ("Orly: this is within", "Créteil: this is outside"), ("Vous pouvez donc",)),
    "an activity and no commune": (MACHINING, (),
        ("Sans connaître votre commune", "activités productives"),
        ("Without knowing your municipality", "productive activities"), ("Vous pouvez donc",)),
    "closed": (at(MACHINING, VITRY, active=False), (),
        ("n'est plus en activité", "dans le territoire"),
        ("no longer active", "within the territory"),
        ("Vous pouvez donc", "activités productives")),
    "a code of the coming nomenclature": (at(Company(activity="25.53Y"), VITRY), (),
        ("produits métalliques", "activités productives", "Vous pouvez donc"),
        ("fabricated metal products", "productive activities", "So you can turn"), ("n'est pas",)),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_each_case_is_told_in_both_languages(name: str) -> None:
    """What is known is said, what is not is admitted, and nothing more is opened."""
    company, communes, french, english, unsaid = CASES[name]
    in_french = to_plain(told(company, *communes).text)
    in_english = to_plain(told(company, *communes, language="en").text)
    assert [part for part in french if part not in in_french] == []
    assert [part for part in english if part not in in_english] == []
    assert [part for part in unsaid if part in in_french.partition("indication")[0]] == []


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_promised(name: str, language: Language) -> None:
    """Each answer says that it is no decision, and fits one message with its sources."""
    company, communes, *_ = CASES[name]
    for base in (content(), loaded().base):
        text = to_plain(told(company, *communes, language=language, base=base).text)
        assert {"fr": "pas une décision", "en": "not a decision"}[language] in text
        assert "{" not in text
        assert len(text) < TELEGRAM_TEXT_LIMIT
    assert "deveco.grandorlyseinebievre.fr" in told(company, *communes, language=language).text


@pytest.mark.parametrize(
    ("company", "communes", "summary"),
    [
        (at(MACHINING, VITRY), (), "dans le territoire (Vitry-sur-Seine) · activité productive"),
        (at(BISTRO, CRETEIL), (ORLY,),
         "hors du territoire (Créteil), projet dans le territoire (Orly) · activité non"),
        (None, (CRETEIL,), "hors du territoire (Créteil) · activité inconnue"),
        (STORAGE, (), "commune inconnue · activité peut-être productive"),
        (at(MACHINING, VITRY, active=False), (),
         "entreprise ou site fermé d'après le répertoire · dans le territoire (Vitry-sur-Seine)"),
    ],
)  # fmt: skip
def test_the_team_reads_it_in_a_line(
    company: Company | None, communes: tuple[Locality, ...], summary: str
) -> None:
    """Place and activity in a few words."""
    assert told(company, *communes).summary.startswith(summary)


@pytest.mark.parametrize(
    "company", [None, UNKNOWN, Company(), Company(section="?"), at(UNKNOWN, Locality(name=" "))]
)
def test_without_anything_to_go_by_there_is_nothing_to_say(company: Company | None) -> None:
    """A name alone says nothing."""
    assert assess(Wording(content(), "fr"), company, ()) is None


def test_a_folder_says_what_counts_as_productive() -> None:
    """By section or by the beginning of a code."""
    base = loaded().base
    territory = base.territory.model_copy(update={"productive_activities": ("52.1",)})
    other = base.model_copy(update={"territory": territory})
    assert "compte parmi" in told(at(STORAGE, VITRY), base=other).text
    assert "compte parmi" not in told(at(MACHINING, VITRY), base=other).text
    assert "compte parmi" in told(at(MACHINING, VITRY), base=base).text


words = st.text(min_size=1, max_size=30).filter(str.strip) | st.sampled_from(
    ["**x**", "[x](https://example.org)", "<b>x</b>", "- x", "{contact}", "x\n\ny", "&lt;"]
)
localities = st.builds(Locality, name=words, inside=st.booleans())
companies = st.builds(
    Company,
    name=words,
    locality=st.none() | localities,
    activity=words | st.sampled_from(["", "25.62B", "62.10Y", "45.20A"]),
    activity_label=words,
    section=st.sampled_from(["", "C", "H", "S"]),
    active=st.booleans(),
)


@given(
    company=companies,
    communes=st.lists(localities, max_size=3),
    language=st.sampled_from(LANGUAGES),
)
def test_what_people_typed_stays_text(
    company: Company, communes: list[Locality], language: Language
) -> None:
    """No name becomes markup, none an error, and the card's line stays one line."""
    assessment = assess(Wording(content(), language), company, communes)
    if assessment is None:
        return
    plain = assess(Wording(content(), language), _named_plainly(company), [
        commune.model_copy(update={"name": "x"}) for commune in communes
    ])  # fmt: skip
    assert plain is not None
    assert _tags(assessment.text) == _tags(plain.text)
    assert len(assessment.summary.splitlines()) <= 1


def _named_plainly(company: Company) -> Company:
    locality = company.locality and company.locality.model_copy(update={"name": "x"})
    return company.model_copy(update={"locality": locality, "activity_label": "x"})


def _tags(text: str) -> list[str]:
    return [part.partition(">")[0] for part in to_html(text).split("<")[1:]]
