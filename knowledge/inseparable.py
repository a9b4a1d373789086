"""What a joint such as "et" does not part, by what a folder knows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from weakref import WeakKeyDictionary

from knowledge.matching import Matcher
from knowledge.model import KnowledgeBase
from knowledge.places import Place
from knowledge.sentences import Inseparable, is_set, set_phrases
from knowledge.text import words

_WORDS_AROUND_A_PLACE = 2
_NEXT_JOINT = re.compile(r"[,;?]|\b(?:et|and|ou|or)\b", re.IGNORECASE)

_PHRASES: WeakKeyDictionary[Matcher, frozenset[tuple[str, str]]] = WeakKeyDictionary()


def inseparable(matcher: Matcher) -> Inseparable:
    """The set phrases of ``matcher``'s folder, and places listed one after another."""
    if matcher not in _PHRASES:
        _PHRASES[matcher] = set_phrases(_own_words(matcher.base))
    known = _PHRASES[matcher]

    def belong_together(before: str, after: str) -> bool:
        if is_set(before, after, known):
            return True
        following = _NEXT_JOINT.split(after, maxsplit=1)[0]
        places, others = _places_in(matcher, following)
        listed, beside = _places_in(matcher, before)
        if not places or not listed:
            return False
        # "Orly et Cachan en font partie toutes les deux ?" begins with a list.
        return others <= _WORDS_AROUND_A_PLACE or (not beside and not places[0].start)

    return belong_together


def _places_in(matcher: Matcher, text: str) -> tuple[list[Place], int]:
    """The places that ``text`` names, and how many words it has beside them."""
    typed = words(text)
    places = matcher.places.locate(typed, text)
    return places, len(typed) - sum(place.length for place in places)


def _own_words(base: KnowledgeBase) -> Iterator[str]:
    for entry in base.entries:
        for language, questions in entry.questions.items():
            yield from questions
            yield entry.label.get(language, "")
