"""Conversations with the sample territory's assistant."""

from __future__ import annotations

import datetime as dt

from handlers.dialogue import step
from handlers.effects import RecordQuestion
from handlers.events import Event, MessageReceived
from handlers.state import ConversationState
from handlers.step import Step
from knowledge.markup import to_plain
from knowledge.matching import Matcher
from tests.knowledge.sample import matcher

REFERENCE = "K7M-4XR"
NOW = dt.datetime(2026, 11, 24, 22, 0, tzinfo=dt.UTC)


def say(
    *typed: str | Event, state: ConversationState | None = None, to: Matcher | None = None
) -> Step:
    """The last step of a conversation in which all of ``typed`` was said."""
    state = state or ConversationState()
    result = Step(state=state)
    for item in typed:
        event = MessageReceived(text=item) if isinstance(item, str) else item
        result = step(to or matcher(), result.state, event, NOW, REFERENCE)
    return result


def text(result: Step) -> str:
    """All the replies of a step as a person reads them."""
    return "\n".join(to_plain(reply.text) for reply in result.replies)


def buttons(result: Step) -> list[str]:
    """The values of all the buttons of a step."""
    return [button.value for reply in result.replies for button in reply.buttons]


def described(result: Step) -> str | None:
    """What the form under way takes for the request; None without a form."""
    return result.state.form.details.description if result.state.form else None


def recorded(result: Step) -> list[tuple[str, str]]:
    """Kind and text of each message that a step keeps for the people behind the assistant."""
    return [(e.kind, e.text) for e in result.effects if isinstance(e, RecordQuestion)]
