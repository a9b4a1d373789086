"""Is this company concerned: so far, whether the commune it names is in the territory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from handlers.wording import Wording

if TYPE_CHECKING:
    from knowledge.model import Entry
    from knowledge.places import Place

_AND = {"fr": " et ", "en": " and "}


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
