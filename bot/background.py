"""What the long-running loops share: being woken, and stopping without leaving work half done."""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Hashable, Iterator, Sequence

T = TypeVar("T")


class Bell:
    """Wakes whoever waits; a ring that comes before the wait is not lost."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wake the waiter, or the next one."""
        self._rung.set()

    async def wait(self, timeout_seconds: float) -> None:
        """Return when rung since the last wait, or after ``timeout_seconds``."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_seconds):
                await self._rung.wait()
        self._rung.clear()


class Bells:
    """Bells by key; only those that somebody waits at exist."""

    def __init__(self) -> None:
        self._bells: defaultdict[Hashable, set[Bell]] = defaultdict(set)

    @contextlib.contextmanager
    def at(self, key: Hashable) -> Iterator[Bell]:
        """A bell that rings with ``key`` for as long as the context lasts."""
        bell = Bell()
        self._bells[key].add(bell)
        try:
            yield bell
        finally:
            self._bells[key].discard(bell)
            if not self._bells[key]:
                del self._bells[key]

    def ring(self, key: Hashable) -> None:
        """Wake all who wait at ``key``."""
        for bell in self._bells.get(key, ()):
            bell.ring()


async def finished(work: Coroutine[None, None, T]) -> T:
    """Do ``work`` to its end even when cancelled; the cancellation is raised afterwards."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        if not task.cancelled():
            task.exception()  # looked at, or asyncio complains; the cancellation goes first
        raise


@dataclass(eq=False, slots=True)
class _Call(Generic[T]):
    items: Sequence[T]
    done: bool = False
    error: Exception | None = None


class Gathered(Generic[T]):
    """Calls that come while one is under way share the next: one commit for all of them."""

    def __init__(self, commit: Callable[[Sequence[T]], Awaitable[None]]) -> None:
        self._commit = commit
        self._calls: list[_Call[T]] = []
        self._turn = asyncio.Lock()

    async def __call__(self, items: Sequence[T]) -> None:
        """Commit ``items``, perhaps with others'; raises only what is due to ``items``."""
        call = _Call(items)
        self._calls.append(call)
        async with self._turn:
            if not call.done:
                calls, self._calls = self._calls, []
                await finished(self._commit_all(calls))
        if call.error is not None:
            raise call.error

    async def _commit_all(self, calls: Sequence[_Call[T]]) -> None:
        try:
            await self._commit([item for call in calls for item in call.items])
        except Exception as error:  # noqa: BLE001 - it is raised where it belongs
            if len(calls) > 1:
                for call in calls:
                    await self._commit_all([call])
                return
            calls[0].error = error
        for call in calls:
            call.done = True
