"""What the dialogue makes of one event."""

from __future__ import annotations

from handlers.effects import Effect
from handlers.state import ConversationState
from handlers.values import Reply, Value
from knowledge.model import Outcome


class Step(Value):
    """What one event leads to. ``outcome`` and ``entries`` are for figures and explanations."""

    state: ConversationState
    replies: tuple[Reply, ...] = ()
    effects: tuple[Effect, ...] = ()
    outcome: Outcome | None = None
    entries: tuple[tuple[str, float], ...] = ()
