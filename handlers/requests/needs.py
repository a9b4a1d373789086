"""The need that a person names when asked what a request is about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from knowledge.text import words

if TYPE_CHECKING:
    from knowledge.model import Need

_LEAST_LETTERS = 4


def need_named(needs: Iterable[Need], text: str) -> str | None:
    """The one need whose label, in any language, has all the longer words of ``text``."""
    said = {word for word in words(text) if len(word) >= _LEAST_LETTERS}
    if not said:
        return None
    found = {
        need.id for need in needs for label in need.label.values() if said <= set(words(label))
    }
    return found.pop() if len(found) == 1 else None
