"""What is held of a person, and what was erased, as text for whoever answers a demand."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bot.listing.text import at, harmless, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.storage.privacy_records import Proof, Purged
    from handlers.privacy.model import Held

_TITLES = ("ERASED", "ASKED BY", "CHANNEL", "WHAT", "REQUESTS")


def as_text(held: Held) -> list[str]:
    """How much of what, and where requests went; `--json` shows it word for word."""
    lines = [
        f"conversation  {held.conversation}, since {at(held.since)}",
        f"messages      {held.messages}, replies {held.replies}, look-ups {held.look_ups}",
        f"questions     {held.questions} without an answer",
    ]
    lines += [f"file          {harmless(name)}" for name in held.files]
    for one in held.requests:
        lines.append(
            f"request       {one.reference}, {one.status}, filed {at(one.filed_at)}, "
            f"{one.notes} internal notes"
        )
        lines += [
            f" sent to      {harmless(to.team)} by {to.channel}, {at(to.at) if to.at else 'no'}"
            for to in one.deliveries
        ]
    return lines


def proofs_as_table(proofs: Sequence[Proof]) -> list[str]:
    """A line for each erasure."""
    rows = [
        (
            at(proof.at),
            proof.asked_by,
            proof.channel or "-",
            json.dumps(proof.counts),
            ", ".join(proof.references) or "-",
        )
        for proof in proofs
    ]
    return table(_TITLES, rows)


def purged_as_text(purged: Purged) -> str:
    """How many of what, on one line."""
    counts = ", ".join(f"{count} {kind}" for kind, count in purged.counts.items())
    named = f" ({', '.join(purged.references)})" if purged.references else ""
    return f"{counts}{named}" if counts else "nothing"
