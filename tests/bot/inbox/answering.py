"""Messages from a page, and a dialogue that says what was said before and now."""

from __future__ import annotations

import datetime as dt

from bot.inbox import Inbox
from bot.storage.records import Incoming
from bot.storage.store import Store
from handlers.events import Event, MessageReceived
from handlers.state import ConversationState, Turn
from handlers.step import Step
from handlers.values import Reply
from tests.bot.storage.making import NOW, message, reply
from tests.polling import DEADLINE_SECONDS

FALLBACK = reply("Désolé, votre message n’a pas pu être traité.")


def answer(state: ConversationState, event: Event, _now: dt.datetime, *_: str) -> Step:
    """Say what was said before and now; fail on messages that ask for it."""
    assert isinstance(event, MessageReceived)
    if event.text.startswith("fail"):
        raise ValueError(event.text)
    before = state.last.text if state.last else "nothing"
    return Step(
        state=ConversationState(last=Turn(text=event.text)),
        replies=(reply(f"{event.text} after {before}"),),
        outcome="answer",
    )


def fall_back(_state: ConversationState, _event: Event) -> Reply:
    """What a person reads when all failed."""
    return FALLBACK


def web(external_id: str, address: str = "c1", text: str | None = None) -> Incoming:
    """A message from a page."""
    return message(external_id, address, channel="web", text=text)


async def said(inbox: Inbox, external_id: str) -> list[str]:
    """The replies to a page's message, once they are there."""
    replies = await inbox.replies_to("web", external_id, timeout_seconds=DEADLINE_SECONDS)
    assert replies is not None
    return [line.reply.text for line in replies]


async def drained(store: Store) -> bool:
    """No event waits any more."""
    return (await store.figures(NOW)).inbox_pending == 0
