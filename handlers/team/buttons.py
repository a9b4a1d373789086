"""The buttons under a post of a request: what each brings back."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from handlers.team.model import TEAM

if TYPE_CHECKING:
    from handlers.team.course import Course
    from handlers.team.model import Action

_LONGEST_KEY = 36
"""So that with any action and reference it fits the 64 bytes of a Telegram button's data."""
_DIGEST = 8


def value(course: Course, action: Action, argument: str) -> str:
    """What a button of the course's request brings back."""
    return f"{TEAM}:{action}:{course.reference}:{argument}"


def key(slug: str) -> str:
    """An entry's or a team's id as an argument: a long one cut, and still no other's."""
    if len(slug) <= _LONGEST_KEY:
        return slug
    digest = hashlib.sha256(slug.encode()).hexdigest()[:_DIGEST]
    return f"{slug[: _LONGEST_KEY - _DIGEST]}{digest}"
