"""The need that a person names when asked what a request is about."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from handlers.requests.understanding import understand
from knowledge.text import words

if TYPE_CHECKING:
    from knowledge.matching import Matcher
    from knowledge.model import Language, Need

_LEAST_LETTERS = 4


def need_said(matcher: Matcher, text: str, language: Language, today: dt.date) -> str | None:
    """The id of the need that ``text`` names by its button's words, or speaks of."""
    named = _named(matcher.base.request_form.needs, text)
    return named or understand(matcher, text, language, today).need


def _named(needs: tuple[Need, ...], text: str) -> str | None:
    """The one need whose label, in any language, has all the longer words of ``text``."""
    said = {word for word in words(text) if len(word) >= _LEAST_LETTERS}
    found = {
        need.id for need in needs for label in need.label.values() if said and said <= _words(label)
    }
    return found.pop() if len(found) == 1 else None


def _words(label: str) -> set[str]:
    return set(words(label))
