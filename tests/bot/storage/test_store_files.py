"""Files of pages, and the topics of requests in Telegram groups."""

from __future__ import annotations

import dataclasses

import pytest
import sqlalchemy as sa

from bot.storage.records import StoredFile
from bot.storage.store import Store
from tests.bot.storage.making import NOW
from tests.bot.storage.requesting import filing, request, take

PLAN = StoredFile("f1", "c1", "plan \0 é.pdf", "application/pdf", b"%PDF\0\xff" * 1000, NOW)


async def test_a_file_comes_back_as_it_was_given(store: Store) -> None:
    """Its bytes, its name as a database can hold it, and whose it is."""
    await store.create_web_conversation("c1", "hash", NOW)

    assert await store.add_file(PLAN)

    found = await store.file("f1")
    assert found == dataclasses.replace(PLAN, name="plan  é.pdf")
    assert found.size_bytes == 6000
    assert await store.file("f2") is None


async def test_a_file_sent_again_changes_nothing(store: Store) -> None:
    """An upload may be repeated; nobody replaces another's file by its id."""
    await store.create_web_conversation("c1", "hash", NOW)
    await store.create_web_conversation("c2", "hash", NOW)
    await store.add_file(PLAN)

    assert not await store.add_file(StoredFile("f1", "c2", "x", "text/plain", b"x", NOW))

    found = await store.file("f1")
    assert found is not None
    assert (found.conversation_id, found.content) == ("c1", PLAN.content)


async def test_a_file_of_nobody_is_refused(store: Store) -> None:
    """Its conversation must be there: what is erased takes its files with it."""
    with pytest.raises(sa.exc.IntegrityError):
        await store.add_file(PLAN)


async def test_a_topic_is_that_of_a_request_in_a_group(store: Store) -> None:
    """One each; a new one takes the place of the old."""
    await take(store, 1, filing(request("R1")), filing(request("R2")))
    await store.keep_topic("R1", "-100", 7, NOW)
    await store.keep_topic("R1", "-200", 8, NOW)
    await store.keep_topic("R1", "-100", 9, NOW)

    assert await store.topic("R1", "-100") == 9
    assert await store.topic("R1", "-200") == 8
    assert await store.topic("R2", "-100") is None


async def test_a_topic_that_is_gone_is_forgotten(store: Store) -> None:
    """But not the one that another process made in its place meanwhile."""
    await take(store, 1, filing(request()))
    await store.keep_topic("R1", "-100", 7, NOW)
    await store.keep_topic("R1", "-100", 8, NOW)

    await store.forget_topic("R1", "-100", 7)
    assert await store.topic("R1", "-100") == 8
    await store.forget_topic("R1", "-100", 8)
    assert await store.topic("R1", "-100") is None
