"""First messages as companies write them, and what is to be understood of each, slot by slot.

``python -m tests.handlers.requests.first_messages`` prints what was understood of them all.

A line of ``tests/data/first_messages.jsonl`` names only the slots that its message fills:
``surface`` as least and most square metres, ``communes`` by name, ``deadline`` as the day it comes
to (null where the words name none), ``need`` as the ids that a sensible colleague might choose.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from handlers.requests.model import Details
from handlers.requests.understanding import understand
from knowledge.matching import Matcher
from tests.content import matcher

MESSAGES = Path(__file__).parents[2] / "data" / "first_messages.jsonl"
TODAY = dt.date(2026, 11, 24)
SLOTS = (
    *("need", "surface", "communes", "headcount", "deadline", "siren", "siret", "company"),
    *("person", "email", "phone"),
)


@dataclass(frozen=True)
class Slot:
    """One slot of one message: what is to be understood, and what was."""

    message: str
    name: str
    wanted: Any
    found: Any

    @property
    def empty(self) -> bool:
        """Whether the message says nothing of it."""
        return self.wanted in (None, ("null",))

    @property
    def right(self) -> bool:
        """Whether it was understood as meant."""
        if self.name == "need" and self.wanted is not None:
            return (self.found or "null") in self.wanted
        return bool(self.found == self.wanted)

    @property
    def invented(self) -> bool:
        """Whether something was understood where nothing was said."""
        return self.empty and self.found is not None


def understood(knowledge: Matcher) -> Iterator[Slot]:
    """Every slot of every message."""
    for line in MESSAGES.read_text(encoding="utf-8").splitlines():
        message = json.loads(line)
        found = slots(understand(knowledge, message["text"], message["language"], TODAY))
        for name in SLOTS:
            yield Slot(message["text"], name, _wanted(message, name), found[name])


def slots(details: Details) -> dict[str, Any]:
    """What is known, in the table's form; None for what is not."""
    company, surface = details.company, details.surface
    area = (surface.least_m2, surface.most_m2) if surface else ()
    return {
        "need": details.need,
        "surface": [metres for metres in area if metres is not None] or None,
        "communes": [commune.name for commune in details.communes] or None,
        "headcount": details.headcount,
        "deadline": details.deadline and str(details.deadline.day),
        "siren": (company and company.siren) or None,
        "siret": (company and company.siret) or None,
        "company": (company and company.name) or None,
        "person": details.person or None,
        "email": details.email or None,
        "phone": details.phone or None,
    }


def _wanted(message: dict[str, Any], name: str) -> Any:  # noqa: ANN401 - as JSON has it
    if name == "need":
        return tuple((message["need"] or "null").split("|"))
    if name == "deadline" and name in message:
        return str(message[name])
    return message.get(name)


def _print() -> None:
    message = ""
    every = list(understood(matcher()))
    for slot in every:
        if slot.message != message:
            message = slot.message
            print(f"\n{message}")  # noqa: T201
        if slot.found is not None or not slot.right:
            print(f"  {'ok' if slot.right else 'NO':3}{slot.name}: {slot.found}")  # noqa: T201
    said = [slot for slot in every if not slot.empty]
    right = sum(slot.right for slot in said)
    print(f"\n{right} of {len(said)} slots said are right, ", end="")  # noqa: T201
    print(f"{sum(slot.invented for slot in every)} invented.")  # noqa: T201


if __name__ == "__main__":
    _print()
