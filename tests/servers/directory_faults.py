"""What goes wrong between the assistant and the directory: planned by hand, or from a seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "time_out",  # the answer never comes
    "rate_limited",  # 429 with Retry-After
    "bad_request",  # 400 with what is wrong
    "refused",  # 403
    "server_error",  # 500 with a page
    "bad_gateway",  # 502
    "moved",  # 302 to another address
    "closed",  # the connection is closed without an answer
    "broken_json",  # half of a document
    "wrong_shape",  # JSON of another form
    "wrong_values",  # values of another kind
    "no_json",  # a page
    "truncated",  # fewer bytes than announced, then the connection is closed
    "endless",  # far too large an answer
]
KINDS: tuple[Kind, ...] = (
    "time_out", "rate_limited", "bad_request", "refused", "server_error", "bad_gateway", "moved",
    "closed", "broken_json", "wrong_shape", "wrong_values", "no_json", "truncated", "endless",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong; ``retry_after`` is the header of a 429, none if it is empty."""

    kind: Kind
    retry_after: str = "1"


def seeded(seed: int, share: float, kinds: tuple[Kind, ...] = KINDS) -> Iterator[Fault | None]:
    """A share of all requests fails, each kind alike; a seed's draws are always the same."""
    draw = random.Random(seed)  # noqa: S311 - repeatable on purpose
    while True:
        yield Fault(draw.choice(kinds)) if draw.random() < share else None
