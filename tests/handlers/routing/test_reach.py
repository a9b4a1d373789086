"""Rules that never apply are found, and no rule that can apply is taken for one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.requests.model import Request
from handlers.routing import route
from handlers.routing.conditions import applies, judge
from handlers.routing.reach import changes_nothing, implies, unreachable
from knowledge.model import Conditions, Rule
from tests.handlers.routing.bases import CONDITIONS, REQUESTS, TODAY, base, rule, rule_sets

TERRITORY = base().territory

# name: (an earlier rule's conditions, a later rule's, whether the later one is out of reach)
PAIRS: dict[str, tuple[dict[str, object], dict[str, object], bool]] = {
    "for all": ({}, {"needs": ["premises"]}, True),
    "the same": ({"needs": ["premises"]}, {"needs": ["premises"]}, True),
    "one more condition": ({"needs": ["premises"]}, {"needs": ["premises"], "words": ["x"]}, True),
    "one less": ({"needs": ["premises"], "words": ["x"]}, {"needs": ["premises"]}, False),
    "fewer needs": ({"needs": ["premises", "other"]}, {"needs": ["other"]}, True),
    "more needs": ({"needs": ["premises"]}, {"needs": ["premises", "other"]}, False),
    "inside": ({"communes": ["inside"]}, {"communes": ["Orly", "Vitry-sur-Seine"]}, True),
    "not all inside": ({"communes": ["inside"]}, {"communes": ["Orly", "Créteil"]}, False),
    "outside": ({"communes": ["outside"]}, {"communes": ["creteil"]}, True),
    "in and out": ({"communes": ["Orly"]}, {"communes": ["inside"]}, False),
    "section": ({"activities": ["C"]}, {"activities": ["25.6"]}, True),
    "code": ({"activities": ["25"]}, {"activities": ["25.62B"]}, True),
    "wider code": ({"activities": ["25.6"]}, {"activities": ["25"]}, False),
    "another section": ({"activities": ["H"]}, {"activities": ["25"]}, False),
    "larger": ({"headcount_at_least": 10}, {"headcount_at_least": 50}, True),
    "less large": ({"headcount_at_least": 50}, {"headcount_at_least": 10}, False),
    "smaller": ({"headcount_at_most": 50}, {"headcount_at_most": 9}, True),
    "large is not small": ({"headcount_at_most": 50}, {"headcount_at_least": 10}, False),
    "unknown size": ({"headcount_at_least": 0}, {"needs": ["other"]}, False),
    "larger surface": ({"surface_at_least": 300}, {"surface_at_least": 1000}, True),
    "both languages": ({"languages": ["en", "fr"]}, {"needs": ["other"]}, True),
    "one language": ({"languages": ["en"]}, {"needs": ["other"]}, False),
    "all channels": ({"channels": ["web", "telegram", "terminal"]}, {"words": ["x"]}, True),
    "longer phrase": ({"words": ["clause"]}, {"words": ["Clauses sociales"]}, True),
    "shorter phrase": ({"words": ["clauses sociales"]}, {"words": ["clause"]}, False),
    "part of a word": ({"words": ["clau"]}, {"words": ["clause"]}, False),
}  # fmt: skip


@pytest.mark.parametrize("name", PAIRS)
def test_a_rule_covered_by_an_earlier_one(name: str) -> None:
    """A rule that implies an earlier one never applies, no other is said to."""
    before, after, expected = PAIRS[name]
    served = base([rule("before", "one", **before), rule("after", "two", **after)])
    found = unreachable(served.routing, served.territory)
    assert [one.rule.id for one in found] == (["after"] if expected else [])


def test_a_rule_covered_by_several_together() -> None:
    """Two rules that have one need each leave nothing to a third that has both."""
    rules = [
        rule("a", "one", needs=["premises"]),
        rule("b", "two", needs=["other"]),
        rule("c", "three", needs=["other", "premises"], words=["x"]),
        rule("d", "one", languages=["fr"], words=["x"]),
        rule("e", "one", languages=["en"]),
        rule("f", "one", words=["x y"]),
    ]
    served = base(rules)
    found = unreachable(served.routing, served.territory)
    assert [(one.rule.id, [r.id for r in one.earlier]) for one in found] == [
        ("c", ["b", "a"]),
        ("f", ["d", "e"]),
    ]


@settings(max_examples=300)
@given(rules=rule_sets(), asked=st.lists(REQUESTS, min_size=10, max_size=40))
def test_no_false_alarm(rules: list[Rule], asked: list[Request]) -> None:
    """A rule that is said never to apply has no request, whatever the request."""
    served = base(rules)
    dead = {one.rule.id for one in unreachable(served.routing, served.territory)}
    if dead:
        assert dead.isdisjoint(route(served, one, TODAY).rule for one in asked)


@settings(max_examples=400)
@given(when=CONDITIONS, then=CONDITIONS, asked=REQUESTS)
def test_what_is_implied_holds(when: Conditions, then: Conditions, asked: Request) -> None:
    """Where conditions imply others, each request that meets them meets the others."""
    if implies(when, then, TERRITORY) and applies(judge(when, asked, TERRITORY)):
        assert applies(judge(then, asked, TERRITORY))


@settings(max_examples=400)
@given(rules=rule_sets(), asked=REQUESTS)
def test_a_rule_without_effect_has_none(rules: list[Rule], asked: Request) -> None:
    """Without a rule that is said to change nothing, the same team has every request."""
    served = base(rules)
    for one in served.routing.rules:
        if changes_nothing(served.routing, one):
            others = [other for other in rules if other.id != one.id]
            assert route(served, asked, TODAY).team == route(base(others), asked, TODAY).team


def test_a_rule_to_the_default_team_may_be_needed() -> None:
    """It is without effect unless a later rule could give the request to somebody else."""
    rules = [
        rule("kept", "desk", needs=["premises"], words=["x"]),
        rule("idle", "desk", needs=["other"]),
        rule("given", "one", needs=["premises"]),
        rule("last", "desk", words=["y"]),
    ]
    routing = base(rules).routing
    assert [one.id for one in routing.rules if changes_nothing(routing, one)] == ["idle", "last"]
