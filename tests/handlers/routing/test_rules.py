"""Who gets a request: the first rule that applies, and who stands in for whom."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.requests.model import Company, Request, Surface
from handlers.routing import Away, Default, Foreign, Tried, route
from handlers.routing.conditions import applies, headcount, judge
from knowledge.model import Absence, Conditions, Rule
from tests.handlers.routing.bases import (
    CONDITIONS,
    REQUESTS,
    TODAY,
    base,
    city,
    request,
    rule,
    rule_sets,
    team,
)

BASE = base()
AWAY = (Absence(first=dt.date(2026, 11, 20), last=TODAY),)


def _holds(when: Conditions, of: Request) -> bool:
    return applies(judge(when, of, BASE.territory))


# name: (what a rule is for, a request that it applies to, one that it does not apply to)
CASES: dict[str, tuple[dict[str, object], Request, Request]] = {
    "need": ({"needs": ["premises"]}, request(need="premises"), request()),
    "one of two needs": (
        {"needs": ["other", "premises"]}, request(need="premises"), request(need="recruitment"),
    ),
    "commune": (
        {"communes": ["Orly"]},
        request(communes=(city("Créteil"), city("Orly"))),
        request(communes=(city("Créteil"),)),
    ),
    "commune without its accents": (
        {"communes": ["creteil"]}, request(communes=(city("Créteil"),)), request(),
    ),
    "commune of the company": (
        {"communes": ["Orly"]},
        request(company=Company(locality=city("Orly"))),
        request(company=Company(locality=city("Orly")), communes=(city("Créteil"),)),
    ),
    "inside": (
        {"communes": ["inside"]},
        request(communes=(city("Orly"),)),
        request(communes=(city("Créteil"),)),
    ),
    "outside": (
        {"communes": ["outside"]}, request(communes=(city("Nulle-Part"),)), request(),
    ),
    "section": (
        {"activities": ["C"]},
        request(company=Company(activity="25.62B")),
        request(company=Company(activity="49.41A")),
    ),
    "section that only the directory tells": (
        {"activities": ["C"]}, request(company=Company(section="C")), request(company=Company()),
    ),
    "beginning of a code": (
        {"activities": ["25.6"]},
        request(company=Company(activity="25.62B", section="C")),
        request(company=Company(activity="25.11Z", section="C")),
    ),
    "large": ({"headcount_at_least": 50}, request(headcount=50), request(headcount=49)),
    "small": ({"headcount_at_most": 9}, request(headcount=9), request(headcount=10)),
    "small, of unknown size": ({"headcount_at_most": 9}, request(headcount=0), request()),
    "large by its band": (
        {"headcount_at_least": 10},
        request(company=Company(headcount_band="10 à 19 salariés")),
        request(company=Company(headcount_band="6 à 9 salariés")),
    ),
    "what is told comes before the band": (
        {"headcount_at_most": 9},
        request(headcount=8, company=Company(headcount_band="10 à 19 salariés")),
        request(headcount=12, company=Company(headcount_band="6 à 9 salariés")),
    ),
    "band without an end": (
        {"headcount_at_least": 10_000},
        request(company=Company(headcount_band="10 000 salariés et plus")),
        request(company=Company(headcount_band="5 000 à 9 999 salariés")),
    ),
    "surface": (
        {"surface_at_least": 1000},
        request(surface=Surface(least_m2=800, most_m2=1200)),
        request(surface=Surface(least_m2=900)),
    ),
    "language": ({"languages": ["en"]}, request(language="en"), request()),
    "channel": ({"channels": ["telegram"]}, request(channel="telegram"), request()),
    "word": (
        {"words": ["Économie sociale"]},
        request(description="une structure de l'ECONOMIE SOCIALE"),
        request(description="l'économie, sociétale"),
    ),
    "word in the plural": (
        {"words": ["clause sociale"]},
        request(description="Comment répondre aux clauses sociales ?"),
        request(description="la clause est sociale"),
    ),
    "short word": (
        {"words": ["ESS"]}, request(description="projet ess"), request(description="essai"),
    ),
    "all of several": (
        {"needs": ["premises"], "surface_at_least": 500},
        request(need="premises", surface=Surface(least_m2=500)),
        request(need="other", surface=Surface(least_m2=500)),
    ),
    "nothing": ({}, request(), request()),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_condition(name: str) -> None:
    """Each condition holds for what it names, and for nothing else."""
    when, yes, no = CASES[name]
    assert _holds(Conditions.model_validate(when), yes)
    assert _holds(Conditions.model_validate(when), no) is (name == "nothing")


@pytest.mark.parametrize(
    ("band", "shown"),
    [
        ("1 ou 2 salariés", "1-2"),
        ("0 salarié", "0"),
        ("1\u202f000 à 1\u202f999 salariés", "1000-1999"),
        ("10 000 salariés et plus", "10000+"),
    ],
)
def test_bands_are_read_as_ranges(band: str, shown: str) -> None:
    """The ranges in which the State's directory tells a headcount are numbers to a rule."""
    assert str(headcount(request(company=Company(headcount_band=band)).details)) == shown


def test_a_band_without_a_number_is_no_headcount() -> None:
    """What the directory does not tell is nothing to a rule, and not zero."""
    assert headcount(request(company=Company(headcount_band="Non renseigné")).details) is None


@given(rules=rule_sets(), asked=REQUESTS)
def test_the_first_rule_that_applies_wins(rules: list[Rule], asked: Request) -> None:
    """A request goes where the first rule that applies sends it, and the reasons say so."""
    routed = route(base(rules), asked, TODAY)
    first = next((r for r in rules if _holds(r.when, asked)), None)
    assert routed.rule == (first.id if first else None)
    assert routed.team == (first.team if first else "desk")
    tried = [reason for reason in routed.reasons if isinstance(reason, Tried)]
    assert [reason.rule for reason in tried] == [r.id for r in rules][: len(tried)]
    assert [reason.applied for reason in tried[:-1]] == [False] * (len(tried) - 1 if tried else 0)
    assert all(
        reason.applied == all(condition.held for condition in reason.conditions) for reason in tried
    )
    assert any(isinstance(reason, Default) for reason in routed.reasons) == (first is None)


@given(when=CONDITIONS, other=CONDITIONS, asked=REQUESTS, data=st.data())
def test_conditions_are_monotone(
    when: Conditions, other: Conditions, asked: Request, data: st.DataObject
) -> None:
    """One more condition never lets a request in, one more alternative never keeps one out."""
    written = [key for key in Conditions.model_fields if getattr(when, key) not in ((), None)]
    if written:
        key = data.draw(st.sampled_from(written))
        without = when.model_copy(update={key: Conditions.model_fields[key].default})
        assert _holds(when, asked) <= _holds(without, asked)
    lists = [key for key in written if isinstance(getattr(when, key), tuple)]
    if lists:
        key = data.draw(st.sampled_from(lists))
        wider = when.model_copy(update={key: getattr(when, key) + getattr(other, key)})
        assert _holds(when, asked) <= _holds(wider, asked)


def test_a_backup_stands_in() -> None:
    """While a team is absent, its backup has its requests; on the next day it has them itself."""
    teams = [team("one", absences=AWAY, backup="two"), team("two")]
    served = base([rule("r", "one")], teams)
    routed = route(served, request(), TODAY)
    assert (routed.team, routed.rule) == ("two", "r")
    assert routed.reasons[-1] == Away(team="one", first=AWAY[0].first, last=TODAY, backup="two")
    assert route(served, request(), TODAY + dt.timedelta(days=1)).team == "one"


def test_a_backup_has_a_backup() -> None:
    """Where the backup is absent too, its own backup has the request."""
    teams = [
        team("one", absences=AWAY, backup="two"),
        team("two", absences=AWAY, backup="three"),
        team("three"),
    ]
    routed = route(base([rule("r", "one")], teams), request(), TODAY)
    assert routed.team == "three"
    away = [reason.backup for reason in routed.reasons if isinstance(reason, Away)]
    assert away == ["two", "three"]


@pytest.mark.parametrize("backup", [None, "one", "two", "gone"])
def test_nobody_stands_in(backup: str | None) -> None:
    """Where all are absent, back each other up or are gone, the team has it, and it is said."""
    teams = [team("one", absences=AWAY, backup=backup), team("two", absences=AWAY, backup="one")]
    routed = route(base([rule("r", "one")], teams), request(), TODAY)
    assert routed.team == "one"
    last = routed.reasons[-1]
    assert isinstance(last, Away)
    assert last.backup is None


def test_the_default_team_may_be_absent() -> None:
    """The default team has a backup as any other has."""
    teams = [team("desk", absences=AWAY, backup="two"), team("two")]
    routed = route(base([], teams), request(), TODAY)
    assert (routed.team, routed.rule) == ("two", None)


def test_without_teams_nobody_has_it() -> None:
    """A folder without teams files requests for nobody in particular."""
    routed = route(base(default=None), request(), TODAY)
    assert (routed.team, routed.rule, routed.reasons) == (None, None, (Default(team=None),))


def test_a_language_that_the_team_does_not_name_is_told() -> None:
    """A team gets what its rule gives it in any language; that it is not its own is said."""
    served = base([rule("r", "one")], [team("one", languages=("fr",))])
    routed = route(served, request(language="en"), TODAY)
    assert routed.team == "one"
    assert routed.reasons[-1] == Foreign(team="one", language="en")
    assert not any(isinstance(r, Foreign) for r in route(served, request(), TODAY).reasons)
