"""An assistant reduced to its store and its loops, in a process that is to be killed.

It is sent all messages again at each start, as by a channel that got no acknowledgement, and
tells of every batch handled. It ends when everything is handled and sent. In each
conversation a request is filed, added to, withdrawn; then comes a message without any, and so on.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import TYPE_CHECKING

from bot import inbox as inbox_module
from bot.delivery import dispatcher as dispatcher_module
from bot.delivery.dispatcher import Dispatcher
from bot.inbox import Inbox
from bot.storage.records import Incoming, OutboxItem
from bot.storage.store import Store
from handlers.effects import AddToRequest, Effect, FileRequest, WithdrawRequest
from handlers.events import Event, MessageReceived
from handlers.requests.model import Card, Destination, Details, Request
from handlers.state import ConversationState, Turn
from handlers.step import Step
from handlers.values import Reply

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from pathlib import Path

CONVERSATIONS = 20
BATCH = 10
ROUND = 4
"""So many messages of a conversation belong to one request."""
DESTINATIONS = (
    Destination(channel="team", address="-100"),
    Destination(channel="webhook", address="https://crm.example.org", secret="crm"),  # noqa: S106 - a key's name
)


def step(state: ConversationState, event: Event, _now: dt.datetime, *_: str) -> Step:
    """Say which message this is, and which one was handled before it."""
    if not isinstance(event, MessageReceived):  # what the company did, told to its team
        return Step(state=state)
    before = state.last.text if state.last else "none"
    text = f"{event.text} after {before}"
    return Step(
        state=ConversationState(last=Turn(text=event.text)),
        replies=(Reply(text=text, language="en"),),
        effects=effects(int(event.text)),
    )


def effects(number: int) -> tuple[Effect, ...]:
    """What message ``number`` does to the request that its conversation filed last."""
    part = number // CONVERSATIONS % ROUND
    request = Request(
        reference=f"R{number - part * CONVERSATIONS}",
        channel="telegram",
        language="en",
        details=Details(need="other"),
        consented_at=dt.datetime(2026, 11, 24, tzinfo=dt.UTC),
    )
    if part == 0:
        return (FileRequest(request=request, cards=cards(request)),)
    if part == 1:
        reference = request.reference
        return (AddToRequest(reference=reference, text="more"),)
    if part == 2:
        return (WithdrawRequest(reference=request.reference),)
    return ()


def cards(request: Request) -> tuple[Card, ...]:
    """One for each destination."""
    return tuple(
        Card(destination=to, language="en", need="Other", team="All", request=request)
        for to in DESTINATIONS
    )


def fall_back(_state: ConversationState, _event: Event) -> Reply:
    """Never said here."""
    return Reply(text="failed", language="en")


class FileDelivery:
    """Appends what is sent to a file, which survives the kill."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def deliver(self, item: OutboxItem) -> None:
        """Send ``item``."""
        with self._path.open("a", encoding="utf-8") as file:
            file.write(f"{item.channel}:{item.address} {item.id}\n")


async def run(saved: Connection, url: str, sent: Path, count: int) -> None:
    """Receive ``count`` messages, handle them, send the replies."""
    store = await Store.open(url)
    delivery = FileDelivery(sent)
    dispatcher = Dispatcher(store, dict.fromkeys(("telegram", "team", "webhook"), delivery))

    def on_saved() -> None:
        dispatcher.wake()
        saved.send_bytes(b"saved")  # whoever kills counts these

    inbox = Inbox(store, step, fallback=fall_back, on_saved=on_saved)
    loops = [asyncio.create_task(loop.run()) for loop in (inbox, dispatcher)]
    for start in range(0, count, BATCH):
        await inbox.receive(
            [
                Incoming("telegram", str(n), str(n % CONVERSATIONS), MessageReceived(text=str(n)))
                for n in range(start, start + BATCH)
            ]
        )
    while True:
        figures = await store.figures(dt.datetime.now(dt.UTC))
        if not figures.inbox_pending and not figures.outbox_pending:
            break
        await asyncio.sleep(0.01)
    for loop in loops:
        loop.cancel()
    await asyncio.gather(*loops, return_exceptions=True)
    await store.close()


def work(saved: Connection, url: str, sent: Path, count: int) -> None:
    """All that the process does."""
    # A killed worker's successor is not to wait for half a minute.
    inbox_module.LEASE_SECONDS = 0.5
    dispatcher_module.LEASE_SECONDS = 0.5
    asyncio.run(run(saved, url, sent, count))
