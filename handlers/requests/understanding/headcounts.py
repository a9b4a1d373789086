"""How many people the company has."""

from __future__ import annotations

from handlers.requests.understanding.passage import Passage


def find_headcount(passage: Passage) -> tuple[int | None, Passage]:
    """The company's own size, and the rest."""
    return None, passage
