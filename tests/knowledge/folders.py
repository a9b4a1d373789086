"""Knowledge folders written for a test."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

TODAY = dt.date(2026, 11, 24)

ENTRY = """\
- id: opening-hours
  topic: contact
  questions:
    fr: ["Quels sont vos horaires ?"]
    en: ["When are you open?"]
  answer:
    fr: De 9 h à 17 h.
    en: From 9 am to 5 pm.
"""
"""A sound entry of eight lines in both languages; further keys can be appended."""


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write ``files`` by their paths within ``folder``, which has ``entries/`` in any case."""
    (folder / "entries").mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        raw = content if isinstance(content, bytes) else content.encode()
        (folder / name).write_bytes(raw)
    return folder


def entry(name: str, questions: str, answer: str = "x") -> str:
    """An entry, its first question on its fourth line."""
    lines = "\n".join(f'      - "{question}"' for question in questions.splitlines())
    return f"- id: {name}\n  questions:\n    fr:\n{lines}\n  answer: {{fr: {answer}}}\n"


def folder(path: Path, **entries: str) -> Path:
    """A folder with a file for each entry."""
    files = {f"entries/{name}.yaml": entry(name, text) for name, text in entries.items()}
    return write(path, files)
