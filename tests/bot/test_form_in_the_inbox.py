"""A request from its first message to the database, with the real dialogue, inbox and store."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bot.inbox import Inbox
from bot.storage.records import Incoming
from handlers import dialogue
from handlers.events import ButtonPressed, Event, MessageReceived
from handlers.values import Reply
from tests.handlers.requests.forms import TO_RECAP, form_matcher
from tests.polling import DEADLINE_SECONDS, running

if TYPE_CHECKING:
    from bot.storage.store import Store


class Person:
    """Somebody on the page."""

    def __init__(self, inbox: Inbox) -> None:
        self.inbox = inbox
        self._sent = 0

    async def says(self, said: str | Event) -> list[Reply]:
        """The replies to it."""
        self._sent += 1
        event = MessageReceived(text=said) if isinstance(said, str) else said
        name = str(self._sent)
        await self.inbox.receive([Incoming("web", name, "c1", event)])
        replies = await self.inbox.replies_to("web", name, timeout_seconds=DEADLINE_SECONDS)
        assert replies is not None
        return [one.reply for one in replies]


async def test_an_agreed_request_is_in_the_database_once(store: Store) -> None:
    """Across a restart in the middle of the form, with the agreement given twice."""
    step = partial(dialogue.step, form_matcher())

    def fallback(_state: object, _event: object) -> Reply:
        raise AssertionError("a step failed")

    first = Inbox(store, step, fallback=fallback)
    person = Person(first)
    async with running(first.run()):
        for text in TO_RECAP[:3]:
            await person.says(text)
    restarted = Inbox(store, step, fallback=fallback)
    person.inbox = restarted
    async with running(restarted.run()):
        for text in TO_RECAP[3:]:
            [recap] = await person.says(text)
        send = ButtonPressed(value=recap.buttons[0].value)
        [thanks] = await person.says(send)
        [again] = await person.says(send)

    [filed] = await store.requests()
    assert filed.request.reference in thanks.text.replace("\\", "")
    assert filed.request.reference in again.text.replace("\\", "")
    assert filed.request.channel == "web"
    assert filed.status == "open"
