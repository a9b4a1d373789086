"""Is this company concerned: its commune, in the territory or not, and what its activity counts as.

An honest answer, never a promise: what the directory shows and the folder says, and what only the
team can tell. No size, age or legal form is a condition here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from handlers.requests.model import Company, Locality
from handlers.values import Value
from handlers.wording import Wording
from knowledge import activities
from knowledge.markup import escape

if TYPE_CHECKING:
    from knowledge.model import Entry, Messages, Texts
    from knowledge.places import Place

_AND = {"fr": " et ", "en": " and "}


class Assessment(Value):
    """Whether a company is concerned: what it is told, and the same in a few words for a card.

    ``text`` is light Markdown with its sources; ``summary`` is one line of plain text.
    """

    text: str
    summary: str


def assess(
    wording: Wording, company: Company | None, communes: Sequence[Locality]
) -> Assessment | None:
    """What ``company``'s commune and activity say, with the ``communes`` that its request names.

    The company's own commune counts before those of its request. None when there is nothing to
    go by: neither a commune nor an activity, and nothing that says that the company is closed.
    """
    company = company or Company()
    messages = wording.base.messages
    closed = [] if company.active else [_closed(messages)]
    places = list(_places(wording, company, communes))
    activity = _activity(wording, company)
    if not (closed or places or activity):
        return None
    said = [*closed, *(places or [_unknown_place(messages)])]
    if not closed:
        said.append(activity or _unknown_activity(messages))
    return Assessment(
        text=_told(wording, said, opens=not closed and all(part.favours for part in said)),
        summary=" · ".join(_on_one_line(wording.text(p.summary, **p.values)) for p in said),
    )


@dataclass(frozen=True, slots=True)
class _Said:
    """One thing that is known or not, as the company is told it and as a card sums it up.

    ``favours`` when it speaks for the company's being concerned.
    """

    text: Texts
    summary: Texts
    values: dict[str, str] = field(default_factory=dict)
    favours: bool = False


def _told(wording: Wording, said: Sequence[_Said], *, opens: bool) -> str:
    messages, territory = wording.base.messages, wording.base.territory
    paragraphs = [wording.text(part.text, **_escaped(part.values)) for part in said]
    if opens:
        paragraphs.append(wording.text(messages.eligibility_opens))
    paragraphs.append(wording.text(messages.eligibility_team))
    source = wording.base.entry(territory.eligibility_entry or "")
    paragraphs.append(wording.sources(source.sources) if source else "")
    return "\n\n".join(filter(None, paragraphs))


def _on_one_line(text: str) -> str:
    return " ".join(text.split())


def _escaped(values: dict[str, str]) -> dict[str, str]:
    return {name: escape(value) for name, value in values.items()}


def _places(wording: Wording, company: Company, communes: Sequence[Locality]) -> Iterator[_Said]:
    own = company.locality if company.locality and company.locality.name.strip() else None
    communes = [commune for commune in communes if commune.name.strip()]
    inside = [commune.name for commune in communes if commune.inside]
    if own is not None and not own.inside and inside:
        yield _settling(wording, own.name, inside)
        return
    named = communes if own is None else [own]
    inside = [commune.name for commune in named if commune.inside]
    outside = [commune.name for commune in named if not commune.inside]
    messages = wording.base.messages
    if inside:
        values = {"communes": _listed(inside, wording)}
        yield _Said(
            messages.eligibility_inside, messages.eligibility_summary_inside, values, favours=True
        )
    if outside:
        values = {"communes": _listed(outside, wording)}
        yield _Said(messages.eligibility_outside, messages.eligibility_summary_outside, values)


def _settling(wording: Wording, own: str, wanted: list[str]) -> _Said:
    messages = wording.base.messages
    return _Said(
        messages.eligibility_settling,
        messages.eligibility_summary_settling,
        {"company_commune": own, "communes": _listed(wanted, wording)},
    )


def _activity(wording: Wording, company: Company) -> _Said | None:
    """What the activity counts as; None when it is not known."""
    activity = activities.read(company.activity)
    section = company.section or (activity.section if activity else "")
    name = _activity_name(wording, company, activity)
    if not section or not name:
        return None
    messages, territory = wording.base.messages, wording.base.territory
    values = {"activity": name}
    if activities.is_among(company.activity, section, territory.productive_activities):
        return _Said(
            messages.eligibility_productive,
            messages.eligibility_summary_productive,
            values,
            favours=True,
        )
    if activities.is_among(company.activity, section, territory.related_activities):
        return _Said(
            messages.eligibility_related, messages.eligibility_summary_related, values, favours=True
        )
    return _Said(
        messages.eligibility_other_activity, messages.eligibility_summary_other_activity, values
    )


def _activity_name(wording: Wording, company: Company, activity: activities.Activity | None) -> str:
    if activity is None:
        label = company.activity_label.strip()
        return label or activities.section_name(company.section, wording.language)
    return f"{activity.names[wording.language]}, {activity.code}"


def _closed(messages: Messages) -> _Said:
    return _Said(messages.eligibility_closed, messages.eligibility_summary_closed)


def _unknown_place(messages: Messages) -> _Said:
    return _Said(messages.eligibility_place_unknown, messages.eligibility_summary_place_unknown)


def _unknown_activity(messages: Messages) -> _Said:
    return _Said(
        messages.eligibility_activity_unknown, messages.eligibility_summary_activity_unknown
    )


def membership(wording: Wording, places: Sequence[Place]) -> str:
    """Which of ``places`` the territory covers and which it does not, or nothing."""
    messages = wording.base.messages
    sentences = [
        wording.text(texts, communes=_listed([place.name for place in named], wording))
        for texts, named in (
            (messages.commune_inside, [place for place in places if place.inside]),
            (messages.commune_outside, [place for place in places if not place.inside]),
        )
        if named
    ]
    return "\n\n".join(sentences)


def says_membership(wording: Wording, entry: Entry) -> bool:
    """Whether an answer with this entry begins with the communes that the message names."""
    territory = wording.base.territory
    return entry.id == territory.membership_entry or entry.topic in territory.membership_topics


def _listed(names: list[str], wording: Wording) -> str:
    *others, last = names
    return _AND[wording.language].join(filter(None, [", ".join(others), last]))
