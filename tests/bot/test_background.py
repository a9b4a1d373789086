"""What the loops share."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from bot.background import Bell, Bells, Gathered, finished
from tests.polling import DEADLINE_SECONDS, until


async def test_a_bell_rung_before_the_wait_is_heard() -> None:
    """No wake is lost between two waits."""
    bell = Bell()
    bell.ring()
    async with asyncio.timeout(DEADLINE_SECONDS):
        await bell.wait(3600)


async def test_bells_ring_by_key() -> None:
    """Only who waits at the key is woken, and nothing is kept of who left."""
    bells = Bells()
    with bells.at("a") as first, bells.at("a") as second, bells.at("b") as other:
        bells.ring("a")
        async with asyncio.timeout(DEADLINE_SECONDS):
            await first.wait(3600)
            await second.wait(3600)
        assert not other._rung.is_set()  # noqa: SLF001 - to see that nothing happened
    assert not bells._bells  # noqa: SLF001 - to see that nothing is left


async def test_work_is_finished_before_a_cancellation() -> None:
    """Who is cancelled halfway through a commit still makes it."""
    go_on, done = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        await go_on.wait()
        done.set()

    task = asyncio.create_task(finished(work()))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.sleep(0)
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert done.is_set()


async def test_calls_share_a_commit() -> None:
    """All that comes during one commit is in the next, in order."""
    commits: list[list[int]] = []
    go_on = asyncio.Event()

    async def commit(items: Sequence[int]) -> None:
        commits.append(list(items))
        await go_on.wait()

    gathered = Gathered(commit)
    calls = [asyncio.create_task(gathered([n, -n])) for n in range(1, 5)]
    await until(lambda: bool(commits))
    await asyncio.sleep(0)
    go_on.set()
    await asyncio.gather(*calls)

    assert [n for items in commits for n in items] == [1, -1, 2, -2, 3, -3, 4, -4]
    assert len(commits) <= 2


async def test_a_call_that_fails_fails_alone() -> None:
    """What is wrong with one is no trouble of the others that shared its commit."""
    committed: list[int] = []

    async def commit(items: Sequence[int]) -> None:
        await asyncio.sleep(0)
        if 3 in items:
            raise ValueError("3")
        committed.extend(items)

    gathered = Gathered(commit)
    results = await asyncio.gather(*(gathered([n]) for n in range(6)), return_exceptions=True)

    assert committed == [0, 1, 2, 4, 5]
    assert [type(result) for result in results].count(ValueError) == 1
    assert isinstance(results[3], ValueError)


async def test_a_cancelled_call_does_not_lose_the_others() -> None:
    """Whoever makes the commit makes it for all."""
    committed: list[int] = []
    go_on = asyncio.Event()

    async def commit(items: Sequence[int]) -> None:
        await go_on.wait()
        committed.extend(items)

    gathered = Gathered(commit)
    calls = [asyncio.create_task(gathered([n])) for n in range(3)]
    await asyncio.sleep(0)
    calls[0].cancel()
    calls[1].cancel()
    go_on.set()
    await asyncio.gather(*calls, return_exceptions=True)

    assert committed[-1] == 2
    assert committed[0] == 0
