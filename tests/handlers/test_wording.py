"""Entries as replies and buttons."""

from __future__ import annotations

from handlers.wording import entry_button
from knowledge.model import Entry
from knowledge.model.parts import SLUG_LIMIT

TELEGRAM_BYTES = 64
"""Of a button's data (Bot API, ``InlineKeyboardButton``)."""


def test_a_button_names_its_entry_whole() -> None:
    """The longest id there may be fits what Telegram brings back, so none is cut."""
    entry = Entry(id="x" * SLUG_LIMIT, questions={"fr": ("?",)}, answer={"fr": "…"})
    value = entry_button(entry, "fr").value
    assert value == f"entry:{entry.id}"
    assert len(value.encode()) <= TELEGRAM_BYTES
