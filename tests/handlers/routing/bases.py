"""Knowledge bases, requests and random rules for the tests of routing."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from handlers.requests.model import Company, Details, Locality, Request, Surface
from knowledge.model import (
    Commune,
    Conditions,
    Entry,
    KnowledgeBase,
    Messages,
    Need,
    RequestForm,
    Routing,
    Rule,
    Team,
    Territory,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

TODAY = dt.date(2026, 11, 24)
NEEDS = ("premises", "recruitment", "other")
CITIES = {"Orly": "94054", "Vitry-sur-Seine": "94081", "Créteil": "94028"}
INSIDE = ("Orly", "Vitry-sur-Seine")


def base(
    rules: Sequence[Rule] = (), teams: Sequence[Team] = (), default: str | None = "desk"
) -> KnowledgeBase:
    """A folder with ``rules``; teams that are not given are made of their names."""
    named = {rule.team for rule in rules} | ({default} if default else set())
    given = {team.id for team in teams}
    made = [team(name) for name in sorted(named - given)]
    entry = Entry(id="a", questions={"fr": ("Où ?",)}, answer={"fr": "Ici.", "en": "Here."})
    return KnowledgeBase(
        entries=(entry,),
        messages=_messages(),
        territory=Territory(
            communes=tuple(Commune(name=name, code=CITIES[name]) for name in INSIDE),
            outside=(Commune(name="Créteil", code=CITIES["Créteil"]),),
        ),
        request_form=RequestForm(
            needs=tuple(Need(id=n, label={"fr": n.upper(), "en": n.title()}) for n in NEEDS)
        ),
        routing=Routing(teams=(*teams, *made), rules=tuple(rules), default=default),
    )


def _messages() -> Messages:
    texts = {
        name: {"fr": "…", "en": "…"} for name, f in Messages.model_fields.items() if f.is_required()
    }
    return Messages.model_validate(texts)


def team(team_id: str, **keys: Any) -> Team:  # noqa: ANN401 - any key of a team
    """A team of that id, named by it."""
    return Team(id=team_id, name={"fr": f"Équipe {team_id}", "en": f"Team {team_id}"}, **keys)


def rule(rule_id: str, to: str, **when: Any) -> Rule:  # noqa: ANN401 - any condition
    """A rule that gives to the team ``to``."""
    return Rule(id=rule_id, when=Conditions(**when), team=to)


def request(**details: Any) -> Request:  # noqa: ANN401 - any detail
    """A request in French from the web page, unless ``language`` or ``channel`` say otherwise."""
    language, channel = details.pop("language", "fr"), details.pop("channel", "web")
    return Request(
        reference="R",
        channel=channel,
        language=language,
        details=Details(**details),
        consented_at=dt.datetime(2026, 11, 24, 9, tzinfo=dt.UTC),
    )


def city(name: str) -> Locality:
    """The commune of that name, as a message names it."""
    return Locality(name=name, code=CITIES.get(name, ""), inside=name in INSIDE)


ACTIVITIES = ("C", "H", "25", "25.6", "25.62B", "49")
CODES = ("", "25.62B", "25.11Z", "49.41A", "62.01Z")
WORDS = ("atelier", "grand atelier", "ESS", "clause sociale")
TEXTS = ("", "Un grand atelier", "des clauses sociales", "une structure de l'ess", "atelier grand")
BANDS = ("", "10 à 19 salariés", "1 ou 2 salariés", "10 000 salariés et plus")


def _some(values: Sequence[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), max_size=3, unique=True).map(tuple)


def _bound(*values: int) -> st.SearchStrategy[int | None]:
    return st.none() | st.sampled_from(values)


CONDITIONS = st.builds(
    Conditions,
    needs=_some(NEEDS),
    communes=_some(("inside", "outside", *CITIES)),
    activities=_some(ACTIVITIES),
    headcount_at_least=_bound(0, 2, 10, 50),
    headcount_at_most=_bound(0, 2, 19, 50),
    surface_at_least=_bound(0, 300, 1000),
    languages=_some(("fr", "en")),
    channels=_some(("telegram", "web", "terminal")),
    words=_some(WORDS),
)
"""Any conditions at all."""

FEW_CONDITIONS = st.builds(
    lambda keys, when: Conditions(**{key: getattr(when, key) for key in keys}),
    st.sets(st.sampled_from(list(Conditions.model_fields)), max_size=2),
    CONDITIONS,
)
"""As people write them: a key or two."""


def rule_sets(size: int = 5) -> st.SearchStrategy[list[Rule]]:
    """Rules of a file, each with its own id, with few or many conditions."""
    teams = st.sampled_from(["one", "two", "desk"])
    conditions = st.lists(st.tuples(FEW_CONDITIONS | CONDITIONS, teams), max_size=size)
    return conditions.map(
        lambda drawn: [
            Rule(id=f"r{n}", when=when, team=name) for n, (when, name) in enumerate(drawn)
        ]
    )


_PLACES = st.sampled_from([*CITIES, "Nulle-Part"]).map(city)
_COMPANIES = st.builds(
    Company,
    activity=st.sampled_from(CODES),
    section=st.sampled_from(["", "C", "H", "J"]),
    headcount_band=st.sampled_from(BANDS),
    locality=st.none() | _PLACES,
)
REQUESTS = st.builds(
    request,
    need=st.none() | st.sampled_from(NEEDS),
    description=st.sampled_from(TEXTS),
    communes=st.lists(_PLACES, max_size=2).map(tuple),
    company=st.none() | _COMPANIES,
    headcount=st.none() | st.sampled_from([0, 1, 2, 15, 60]),
    surface=st.none()
    | st.builds(
        Surface, least_m2=st.sampled_from([0, 250, 800]), most_m2=st.none() | st.just(1200)
    ),
    language=st.sampled_from(["fr", "en"]),
    channel=st.sampled_from(["telegram", "web", "terminal"]),
)
"""Any request."""
