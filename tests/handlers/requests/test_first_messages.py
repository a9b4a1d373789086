"""What is understood of a company's first message."""

from __future__ import annotations

from functools import cache

from tests.content import matcher
from tests.handlers.requests.first_messages import Slot, understood


@cache
def every_slot() -> tuple[Slot, ...]:
    """Of all messages, understood once."""
    return tuple(understood(matcher()))


def test_first_messages_are_understood_and_nothing_is_invented() -> None:
    """95 % of the slots that 60 messages or more fill are right; no other slot is filled."""
    slots = every_slot()
    said = [slot for slot in slots if not slot.empty]
    wrong = [slot for slot in said if not slot.right]
    invented = [slot for slot in slots if slot.invented]
    assert len({slot.message for slot in slots}) >= 60
    assert not invented, invented
    assert len(wrong) <= 0.05 * len(said), wrong


def test_a_need_is_rather_left_open_than_mistaken() -> None:
    """No message has a need that a sensible colleague would not choose."""
    mistaken = [
        slot
        for slot in every_slot()
        if slot.name == "need" and slot.found is not None and not slot.right
    ]
    assert not mistaken
