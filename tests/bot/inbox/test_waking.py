"""Whoever waits for what the inbox does is woken by it, in whichever process."""

from __future__ import annotations

import asyncio
import logging

import pytest

from bot.inbox import Inbox
from bot.storage.records import News
from bot.storage.store import Store
from tests.bot.inbox.answering import answer, fall_back, said, web
from tests.bot.storage.making import NOW, execute, message
from tests.polling import DEADLINE_SECONDS, running, until


async def test_waiting_for_replies_ends(sqlite_store: Store) -> None:
    """Whoever waits for what never comes is told so."""
    inbox = Inbox(sqlite_store, answer, fallback=fall_back)
    await inbox.receive([web("1")])

    assert await inbox.replies_to("web", "1", timeout_seconds=0.01) is None
    assert await inbox.replies_to("web", "unknown", timeout_seconds=0.01) is None
    assert await inbox.replies_after("c1", 0, timeout_seconds=0.01) == []


async def test_whoever_waits_on_sqlite_does_not_ask_again_and_again(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once at first and once at the end, unless a bell rings: a thousand pages may be open."""
    monkeypatch.setattr("bot.inbox.POLL_SECONDS", 0.001)
    await sqlite_store.create_web_conversation("c1", "hash", NOW)
    asked = 0
    read = sqlite_store.news

    async def counted(conversation_id: str, after_id: int, version: int) -> News:
        nonlocal asked
        asked += 1
        return await read(conversation_id, after_id, version)

    monkeypatch.setattr(sqlite_store, "news", counted)
    inbox = Inbox(sqlite_store, answer, fallback=fall_back)

    assert await inbox.news("c1", 0, 0, timeout_seconds=0.2) == News()

    assert asked <= 3, "a timer may be a hair early, and then it is asked once more"


async def test_a_page_is_told_of_new_replies(store: Store) -> None:
    """Reading on from a cursor waits until there is something."""
    await store.create_web_conversation("c1", "hash", NOW)
    inbox = Inbox(store, answer, fallback=fall_back)
    reading = asyncio.create_task(inbox.replies_after("c1", 0, timeout_seconds=DEADLINE_SECONDS))
    async with running(inbox.run()):
        await inbox.receive([web("1", text="a")])
        first = await reading
        reading = asyncio.create_task(
            inbox.replies_after("c1", first[-1].id, timeout_seconds=DEADLINE_SECONDS)
        )
        await inbox.receive([web("2", text="b")])
        second = await reading

    assert [line.reply.text for line in first + second] == ["a after nothing", "b after a"]


async def test_the_dispatcher_is_woken(sqlite_store: Store) -> None:
    """Replies go out as soon as they are saved."""
    woken = asyncio.Event()
    inbox = Inbox(sqlite_store, answer, fallback=fall_back, on_saved=woken.set)
    async with running(inbox.run()):
        await inbox.receive([message(1)])
        await until(woken.is_set)

    assert (await sqlite_store.figures(NOW)).outbox_pending == 1


async def test_instances_wake_each_other(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On PostgreSQL, one process receives and waits, another answers, neither by polling."""
    monkeypatch.setattr("bot.inbox.POLL_SECONDS", 3600.0)
    stores = [await Store.open(postgresql_url) for _ in range(2)]
    front, back = (Inbox(store, answer, fallback=fall_back) for store in stores)
    async with running(back.run(), stores[0].listen(lambda: None, front._announce)):  # noqa: SLF001 - a process that only listens
        await until(lambda: listeners(postgresql_url, 2))
        await stores[0].create_web_conversation("c1", "hash", NOW)
        reading = asyncio.create_task(
            front.replies_after("c1", 0, timeout_seconds=DEADLINE_SECONDS)
        )
        await front.receive([web("1", text="a")])
        assert await said(front, "1") == ["a after nothing"]
        assert len(await reading) == 1
    for store in stores:
        await store.close()


async def test_a_lost_connection_is_listened_on_again(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A restart of PostgreSQL does not end the notices."""
    caplog.set_level(logging.CRITICAL)  # the pool logs the connection's end, rightly
    monkeypatch.setattr("bot.storage.notices._RECONNECT_SECONDS", 0.01)
    store = await Store.open(postgresql_url)
    heard: list[str] = []
    async with running(store.listen(lambda: heard.append("received"), lambda _: None)):
        await until(lambda: listeners(postgresql_url, 1))
        await execute(
            postgresql_url,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'",
        )
        await until(lambda: listeners(postgresql_url, 1))
        await store.receive([message(1)], NOW)
        await until(lambda: heard == ["received"])
    await store.close()


async def listeners(url: str, count: int) -> bool:
    """So many connections have begun to listen to the last of the topics."""
    query = (
        "SELECT pid FROM pg_stat_activity "
        "WHERE query LIKE 'LISTEN%handled%' AND datname = current_database()"
    )
    return len(await execute(url, query)) == count
