"""What is received and handled is counted and timed."""

from __future__ import annotations

import datetime as dt

from bot.inbox import Inbox
from bot.metrics import Metrics
from bot.storage.records import Stepped
from bot.storage.store import Store
from tests.bot.inbox.answering import answer, drained, fall_back, said, web
from tests.bot.storage.making import NOW, message
from tests.polling import running, until


async def test_what_is_received_and_handled_is_counted_once(sqlite_store: Store) -> None:
    """A second delivery does not count."""
    metrics = Metrics()
    inbox = Inbox(sqlite_store, answer, fallback=fall_back, metrics=metrics)
    async with running(inbox.run()):
        await inbox.receive([web("1"), web("2")])
        await inbox.receive([web("1")])
        await said(inbox, "2")
        await until(lambda: drained(sqlite_store))

    shown = metrics.render(figures=None, knowledge_entries=0, knowledge_fault=False).decode()
    assert 'assistant_messages_received_total{channel="web"} 2.0' in shown
    assert 'assistant_messages_handled_total{channel="web",outcome="answer"} 2.0' in shown


async def test_a_result_comes_with_its_figures(sqlite_store: Store) -> None:
    """Outcome and duration travel with the result until it is saved."""
    inbox = Inbox(sqlite_store, answer, fallback=fall_back)
    await inbox.receive([message(1)])
    items = await sqlite_store.claim_inbox(dt.datetime.now(dt.UTC), 1, 30)

    [result], failed = inbox._step_all(items, NOW)  # noqa: SLF001 - it is not seen from outside

    assert isinstance(result, Stepped)
    assert (result.outcome, failed) == ("answer", [])
