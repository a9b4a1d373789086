"""One question without a conversation kept: for the command line, evaluation and tests."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from handlers.dialogue import step
from handlers.events import MessageReceived
from handlers.phrases import without_courtesies
from handlers.requests.references import reference
from handlers.state import ConversationState
from handlers.step import Step
from handlers.values import Value
from knowledge.explanation import Explanation, explain
from knowledge.markup import to_plain
from knowledge.model import Language, Outcome

if TYPE_CHECKING:
    from knowledge.matching import Matcher


_REFERENCE = reference(0)
"""No request is filed by one question."""


class Score(Value):
    """An entry that was considered, and its score."""

    id: str
    score: float


class Asked(Value):
    """What a question led to; ``text`` is the whole reply as a person reads it."""

    outcome: Outcome
    language: Language
    entries: tuple[Score, ...]
    text: str


def ask(matcher: Matcher, text: str, context: Sequence[str] = ()) -> Asked:
    """The answer to ``text`` after the messages of ``context``."""
    state = ConversationState()
    now = dt.datetime.now(dt.UTC)
    for earlier in context:
        state = step(matcher, state, MessageReceived(text=earlier), now, _REFERENCE).state
    return as_asked(step(matcher, state, MessageReceived(text=text), now, _REFERENCE))


def explain_asked(matcher: Matcher, text: str) -> Explanation:
    """Why ``text`` is answered as :func:`ask` answers it: read without greeting and thanks."""
    return replace(explain(matcher, without_courtesies(text)), text=text)


def as_asked(result: Step) -> Asked:
    """A step's replies as one."""
    return Asked(
        outcome=result.outcome or "answer",
        language=result.replies[0].language,
        entries=tuple(Score(id=name, score=round(score, 4)) for name, score in result.entries),
        text="\n\n".join(to_plain(reply.text) for reply in result.replies),
    )
