"""Deliveries as text and as data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from bot.listing.text import at, cut, table
from bot.storage.records import StoredDelivery

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_STORED = TypeAdapter(StoredDelivery)
_TITLES = ("ID", "REFERENCE", "WHAT", "CHANNEL", "TO", "STATUS", "FAILED", "SINCE", "WHY")
_ADDRESS = 36
_REASON = 72


def as_data(delivery: StoredDelivery, absent: Mapping[str, str]) -> dict[str, Any]:
    """Everything as JSON, with ``why`` it did not arrive yet."""
    return {**_STORED.dump_python(delivery, mode="json"), "why": because(delivery, absent)}


def as_table(deliveries: Sequence[StoredDelivery], absent: Mapping[str, str]) -> list[str]:
    """A line for each; ``absent`` says of channels why nothing can be sent on them."""
    rows = [
        (
            str(delivery.id),
            delivery.reference or "-",
            delivery.news or delivery.kind,
            delivery.channel,
            cut(delivery.address, _ADDRESS),
            delivery.status,
            str(delivery.attempts),
            at(delivery.created_at),
            cut(because(delivery, absent) or "-", _REASON),
        )
        for delivery in deliveries
    ]
    return table(_TITLES, rows)


def because(delivery: StoredDelivery, absent: Mapping[str, str]) -> str:
    """Why it did not arrive, or not yet; empty for what did, or was not tried so far."""
    if delivery.status == "sent":
        return ""
    if delivery.status == "pending" and delivery.channel in absent:
        return absent[delivery.channel]
    return first_line(delivery.last_error or "")


def first_line(error: str) -> str:
    """What an error says, without where in the program it came up."""
    return error.splitlines()[0] if error else ""
