"""What the store tells of personal data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from handlers.privacy.last_words import LastWords
from handlers.privacy.model import Asker, Erased

LastWordsOf = Callable[[Erased], LastWords]
"""What is to be said of what was erased; called within the transaction, so it must be pure."""


@dataclass(frozen=True, slots=True)
class Proof:
    """That something was erased, and how much; nothing of it, and nobody, can be told from it."""

    at: dt.datetime
    asked_by: Asker
    channel: str
    """Of the conversation; empty for what was erased of many at once."""
    counts: Mapping[str, int]
    references: tuple[str, ...] = ()
    """Of requests."""


@dataclass(frozen=True, slots=True)
class Expiry:
    """What is older than these is erased."""

    conversations: dt.datetime
    """Without a message since, and without a request."""
    messages: dt.datetime
    """Handled since."""
    questions: dt.datetime
    files: dt.datetime
    """That joined no request."""
    requests: dt.datetime
    """Filed since, whatever became of them: companies agreed to that."""


@dataclass(slots=True)
class Purged:
    """How many of what were erased because their time was over, or would be."""

    conversations: int = 0
    messages: int = 0
    deliveries: int = 0
    questions: int = 0
    files: int = 0
    requests: int = 0
    references: list[str] = field(default_factory=list)
    """Of those requests."""

    @property
    def counts(self) -> dict[str, int]:
        """By kind, those of which there were any."""
        found = {
            "conversations": self.conversations,
            "requests": self.requests,
            "messages": self.messages,
            "deliveries": self.deliveries,
            "questions": self.questions,
            "files": self.files,
        }
        return {kind: count for kind, count in found.items() if count}
