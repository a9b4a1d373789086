"""Rules that no request can come to, because earlier ones have all that they are for.

A rule is split into its alternatives (one need, one commune … each). It is out of reach when each
of them implies an earlier rule: whatever request meets the alternative meets that rule. Nothing is
claimed that does not follow from the conditions themselves; that no farm is at Orly is not known.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

from handlers.routing.conditions import INSIDE, OUTSIDE, commune_code, phrase, within
from knowledge import activities
from knowledge.model import LANGUAGES
from knowledge.model.routing import Channel
from knowledge.text import fold

if TYPE_CHECKING:
    from collections.abc import Callable

    from knowledge.model import Conditions, Routing, Rule, Territory

_MOST_ALTERNATIVES = 2_000
"""A rule with more of them is taken as a whole: it is missed rather than waited for."""

# What every request has one of: a rule that names none names all.
_ALWAYS: dict[str, tuple[str, ...]] = {"languages": LANGUAGES, "channels": get_args(Channel)}
_LISTS = ("needs", "communes", "activities", "languages", "channels", "words")


@dataclass(frozen=True, slots=True)
class Unreachable:
    """``rule`` never applies: ``earlier`` rules, together, have all its requests."""

    rule: Rule
    earlier: tuple[Rule, ...]


def unreachable(routing: Routing, territory: Territory) -> tuple[Unreachable, ...]:
    """The rules that never apply, each with the earlier ones that have its requests."""
    found = []
    for position, rule in enumerate(routing.rules):
        earlier = _covering(rule, routing.rules[:position], territory)
        if earlier:
            found.append(Unreachable(rule, earlier))
    return tuple(found)


def _covering(rule: Rule, before: Sequence[Rule], territory: Territory) -> tuple[Rule, ...]:
    """The rules of ``before`` that have all requests of ``rule``, or none."""
    used: dict[str, Rule] = {}
    for alternative in _alternatives(rule.when):
        first = next((one for one in before if implies(alternative, one.when, territory)), None)
        if first is None:
            return ()
        used[first.id] = first
    return tuple(used.values())


def _alternatives(when: Conditions) -> Iterator[Conditions]:
    choices = {key: getattr(when, key) or _ALWAYS.get(key, ()) for key in _LISTS}
    named = {key: values for key, values in choices.items() if values}
    total = 1
    for values in named.values():
        total *= len(values)
    if total > _MOST_ALTERNATIVES:
        yield when
        return
    for chosen in itertools.product(*named.values()):
        yield when.model_copy(
            update={key: (value,) for key, value in zip(named, chosen, strict=True)}
        )


def implies(when: Conditions, then: Conditions, territory: Territory) -> bool:
    """Whether every request that meets ``when`` surely meets ``then``."""
    return all(
        _IMPLIED[key](when, then, territory) for key in type(then).model_fields if _has(then, key)
    )


def _has(conditions: Conditions, key: str) -> bool:
    return getattr(conditions, key) not in ((), None)


def _every(wanted: Iterable[str], one_of: Iterable[str], holds: Callable[[str, str], bool]) -> bool:
    """Whether there are some ``wanted``, and each of them makes one of ``one_of`` hold."""
    listed, known = list(wanted), list(one_of)
    return bool(listed) and all(any(holds(one, other) for other in known) for one in listed)


def _same(one: str, other: str) -> bool:
    return one == other


def _needs(when: Conditions, then: Conditions, _: Territory) -> bool:
    return _every(when.needs, then.needs, _same)


def _languages(when: Conditions, then: Conditions, _: Territory) -> bool:
    return _every(when.languages or _ALWAYS["languages"], then.languages, _same)


def _channels(when: Conditions, then: Conditions, _: Territory) -> bool:
    return _every(when.channels or _ALWAYS["channels"], then.channels, _same)


def _communes(when: Conditions, then: Conditions, territory: Territory) -> bool:
    def holds(one: str, other: str) -> bool:
        if fold(one) == fold(other):
            return True
        if one in (INSIDE, OUTSIDE):
            return False
        code = commune_code(one, territory)
        if other in (INSIDE, OUTSIDE):
            inside = any(commune.code == code for commune in territory.communes)
            return bool(code) and inside == (other == INSIDE)
        return bool(code) and code == commune_code(other, territory)

    return _every(when.communes, then.communes, holds)


def _activities(when: Conditions, then: Conditions, _: Territory) -> bool:
    return _every(
        when.activities, then.activities, lambda one, other: activities.covers(other, one, one)
    )


def _words(when: Conditions, then: Conditions, _: Territory) -> bool:
    return _every(when.words, then.words, lambda one, other: within(phrase(other), phrase(one)))


def _headcount_at_least(when: Conditions, then: Conditions, _: Territory) -> bool:
    return _at_least(when.headcount_at_least, then.headcount_at_least)


def _surface_at_least(when: Conditions, then: Conditions, _: Territory) -> bool:
    return _at_least(when.surface_at_least, then.surface_at_least)


def _at_least(least: int | None, bound: int | None) -> bool:
    return least is not None and bound is not None and least >= bound


def _headcount_at_most(when: Conditions, then: Conditions, _: Territory) -> bool:
    most, bound = when.headcount_at_most, then.headcount_at_most
    return most is not None and bound is not None and most <= bound


_IMPLIED: dict[str, Callable[[Conditions, Conditions, Territory], bool]] = {
    "needs": _needs,
    "communes": _communes,
    "activities": _activities,
    "headcount_at_least": _headcount_at_least,
    "headcount_at_most": _headcount_at_most,
    "surface_at_least": _surface_at_least,
    "languages": _languages,
    "channels": _channels,
    "words": _words,
}


def changes_nothing(routing: Routing, rule: Rule) -> bool:
    """Whether ``rule`` gives to the default team what it would have without the rule.

    That is so where every later rule that could have some of its requests gives them to that team.
    """
    if rule.team != routing.default:
        return False
    later = routing.rules[routing.rules.index(rule) + 1 :]
    return all(other.team == rule.team or _apart(rule.when, other.when) for other in later)


def _apart(one: Conditions, other: Conditions) -> bool:
    """Whether surely no request meets both: of these, a request has one only."""
    if any(
        _has(one, key)
        and _has(other, key)
        and not set(getattr(one, key)) & set(getattr(other, key))
        for key in ("needs", "languages", "channels")
    ):
        return True
    return _beyond(one, other) or _beyond(other, one)


def _beyond(small: Conditions, large: Conditions) -> bool:
    most, least = small.headcount_at_most, large.headcount_at_least
    return most is not None and least is not None and most < least
