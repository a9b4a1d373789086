"""What is to happen in one conversation, drawn from a seed: who says what, in which order."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Literal

Doing = Literal[
    "reply", "photo", "album", "correct", "note", "stranger", "talk", "add", "ask", "transfer"
]
MIDDLE: tuple[Doing, ...] = (
    "reply", "reply", "photo", "album", "correct", "note", "note", "stranger", "talk", "add",
    "ask", "transfer",
)  # fmt: skip
"""What may happen between the taking and the closing, the likelier the more often it is here."""


@dataclass(frozen=True, slots=True)
class Script:
    """One conversation. ``early``: the company asks something just as the request is taken."""

    number: int
    channel: Literal["telegram", "web"]
    early: bool
    middle: tuple[Doing, ...]

    @property
    def email(self) -> str:
        """The company's, by which its card is known."""
        return f"camille.{self.number}@example.org"

    def word(self, who: str, count: int) -> str:
        """A text that occurs nowhere else."""
        return f"{who}{self.number}x{count}z"


def scripts(count: int, seed: int) -> list[Script]:
    """``count`` of them, the same for a seed."""
    draw = random.Random(f"teams-{seed}")  # noqa: S311 - repeatable on purpose
    return [
        Script(
            number=number,
            channel="web" if draw.random() < 1 / 3 else "telegram",
            early=draw.random() < 1 / 3,
            middle=_middle(draw),
        )
        for number in range(count)
    ]


def _middle(draw: random.Random) -> tuple[Doing, ...]:
    """A few things; at least one answer, and at most one transfer, since there are two teams."""
    drawn = [draw.choice(MIDDLE) for _ in range(draw.randint(2, 6))]
    if drawn.count("transfer") > 1:
        drawn = [one for one in drawn if one != "transfer"]
    return ("reply", *drawn, "reply")
