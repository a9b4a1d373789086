"""What the company and the person call themselves."""

from __future__ import annotations

from handlers.requests.understanding.passage import Passage


def find_company_name(passage: Passage) -> tuple[str, Passage]:
    """The company's name where it is certain, and the rest."""
    return "", passage


def find_person(passage: Passage) -> tuple[str, Passage]:
    """The person's name where it is certain, and the rest."""
    return "", passage
