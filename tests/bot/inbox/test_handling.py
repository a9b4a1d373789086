"""Whatever was received is handled once and in order."""

from __future__ import annotations

import asyncio
import datetime as dt
import threading

import pytest

from bot.inbox import Inbox
from bot.storage.store import Store
from handlers.events import Event, MessageReceived
from handlers.requests.references import normalised
from handlers.state import ConversationState, Turn
from handlers.step import Step
from tests.bot.inbox.answering import answer, drained, fall_back, said, web
from tests.bot.storage.making import NOW, execute
from tests.polling import DEADLINE_SECONDS, running, until


async def test_what_is_received_is_answered_in_order(store: Store) -> None:
    """Each message is stepped with what the one before left."""
    inbox = Inbox(store, answer, fallback=fall_back)
    async with running(inbox.run()):
        await inbox.receive([web("1", text="a"), web("2", text="b"), web("3", text="c")])
        answers = [await said(inbox, number) for number in "123"]

    assert answers == [["a after nothing"], ["b after a"], ["c after b"]]


async def test_what_was_received_before_the_start_is_answered(store: Store) -> None:
    """Nothing that was acknowledged is left behind by a restart."""
    await store.receive([web("1", text="a")], NOW)
    inbox = Inbox(store, answer, fallback=fall_back)

    async with running(inbox.run()):
        assert await said(inbox, "1") == ["a after nothing"]


async def test_a_second_delivery_is_not_answered_again(store: Store) -> None:
    """A page may send again what it does not know to have arrived."""
    inbox = Inbox(store, answer, fallback=fall_back)
    async with running(inbox.run()):
        for _ in range(3):
            await inbox.receive([web("1", text="a")])
            assert await said(inbox, "1") == ["a after nothing"]

    assert len(await store.replies_after((await conversation(store, "c1")), 0)) == 1


async def test_many_conversations_are_all_answered(store: Store) -> None:
    """More than fits into one batch."""
    inbox = Inbox(store, answer, fallback=fall_back)
    items = [web(f"{c}-{n}", f"c{c}", text=str(n)) for n in range(3) for c in range(150)]
    async with running(inbox.run()):
        await inbox.receive(items)
        await until(lambda: drained(store))
        assert await said(inbox, "149-2") == ["2 after 1"]

    assert (await store.figures(NOW)).inbox_dead == 0


async def test_a_step_does_not_hold_up_the_program(sqlite_store: Store) -> None:
    """Steps run beside the event loop, which goes on serving."""
    threads: list[int] = []

    def step(state: ConversationState, event: Event, now: dt.datetime, *_: str) -> Step:
        threads.append(threading.get_ident())
        return answer(state, event, now)

    inbox = Inbox(sqlite_store, step, fallback=fall_back)
    async with running(inbox.run()):
        await inbox.receive([web("1")])
        await said(inbox, "1")

    assert threads
    assert threading.get_ident() not in threads


async def test_a_step_is_given_the_clock(sqlite_store: Store) -> None:
    """The time is handed in, so that a step can be repeated."""
    times: list[dt.datetime] = []

    def step(state: ConversationState, event: Event, now: dt.datetime, *_: str) -> Step:
        times.append(now)
        return answer(state, event, now)

    inbox = Inbox(sqlite_store, step, fallback=fall_back, clock=lambda: NOW)
    async with running(inbox.run()):
        await inbox.receive([web("1")])
        await said(inbox, "1")

    assert times == [NOW]


@pytest.mark.usefixtures("quick_retries")
async def test_each_event_has_a_reference_of_its_own_that_repeating_keeps(
    sqlite_store: Store,
) -> None:
    """A request that a repeated step files again is the same; the channel is told beside it."""
    given: list[tuple[str, str, str]] = []

    def step(
        state: ConversationState, event: Event, now: dt.datetime, reference: str, channel: str
    ) -> Step:
        assert isinstance(event, MessageReceived)
        given.append((event.text, reference, channel))
        if len(given) == 1:
            raise ValueError("once")
        return answer(state, event, now)

    inbox = Inbox(sqlite_store, step, fallback=fall_back)
    async with running(inbox.run()):
        await inbox.receive([web("1", text="a"), web("2", text="b")])
        await said(inbox, "1")
        await said(inbox, "2")

    references = {text: {ref for other, ref, _ in given if other == text} for text in "ab"}
    assert [len(found) for found in references.values()] == [1, 1]
    assert references["a"] != references["b"]
    assert all(normalised(reference) == reference for _, reference, _ in given)
    assert {channel for _, _, channel in given} == {"web"}


async def test_a_collision_is_stepped_again_on_the_newer_state(
    store: Store, database_url: str
) -> None:
    """If the conversation moved on during a step, its result is thrown away."""
    states: list[str | None] = []
    in_step, go_on = threading.Event(), threading.Event()

    def step(state: ConversationState, event: Event, now: dt.datetime, *_: str) -> Step:
        states.append(state.last.text if state.last else None)
        in_step.set()
        go_on.wait(DEADLINE_SECONDS)
        return answer(state, event, now)

    inbox = Inbox(store, step, fallback=fall_back)
    async with running(inbox.run()):
        await inbox.receive([web("1", text="a")])
        await until(in_step.is_set)
        newer = ConversationState(last=Turn(text="z")).model_dump_json()
        await execute(
            database_url, "UPDATE conversations SET version = 5, state = :state", state=newer
        )
        go_on.set()
        assert await said(inbox, "1") == ["a after z"]

    assert states == [None, "z"]


async def test_stopping_finishes_what_was_begun(sqlite_store: Store) -> None:
    """A turn under way is saved before the loop ends."""
    in_step, go_on = threading.Event(), threading.Event()

    def step(state: ConversationState, event: Event, now: dt.datetime, *_: str) -> Step:
        in_step.set()
        go_on.wait(DEADLINE_SECONDS)
        return answer(state, event, now)

    inbox = Inbox(sqlite_store, step, fallback=fall_back)
    loop = asyncio.create_task(inbox.run())
    await inbox.receive([web("1")])
    await until(in_step.is_set)
    loop.cancel()
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await loop

    assert await sqlite_store.replies_to("web", "1") is not None


async def conversation(store: Store, address: str) -> str:
    """The conversation's id, by its first event."""
    async with store._database.read() as connection:  # noqa: SLF001 - nothing else needs it
        rows = await connection.exec_driver_sql(
            f"SELECT id FROM conversations WHERE address = '{address}'"  # noqa: S608 - a test's own
        )
        return str(rows.scalar_one())
