"""The values of the buttons on personal data."""

from __future__ import annotations

SHOW = "privacy:show"
ERASE = "privacy:erase"
KEEP = "privacy:keep"

LASTING = frozenset({SHOW, ERASE})
"""They mean the same at any time."""

_PREFIX = "privacy:"
_YES = "privacy:yes:"


def yes(seal: str) -> str:
    """The button that erases everything, of the question of that ``seal``."""
    return f"{_YES}{seal}"


def seal_of(value: str) -> str | None:
    """The seal of such a button; None for any other."""
    return value.removeprefix(_YES) if value.startswith(_YES) else None


def is_ours(value: str) -> bool:
    """Whether the button of that value belongs to personal data."""
    return value.startswith(_PREFIX)
