"""What is built from the knowledge folder, kept up to date while the assistant runs."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import logging
import os
from typing import TYPE_CHECKING, Generic, TypeVar

from watchfiles import awatch

from knowledge.loading import KnowledgeError, load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from knowledge.loading import Fault
    from knowledge.model import KnowledgeBase

_log = logging.getLogger(__name__)
_BuiltT = TypeVar("_BuiltT")

Signature = frozenset[tuple[str, int, int, int]]
"""Of a folder's files: path, time of change, size and inode."""

LOOK_SECONDS = 5.0
"""How often the folder is looked at where the system does not tell of changes (network mounts)."""


class KnowledgeWatch(Generic[_BuiltT]):
    """Holds what ``build`` makes of a folder's knowledge, and renews it when a file changes.

    A folder that cannot be used leaves the last good knowledge in place, and :attr:`fault` says
    so until it is mended. ``seen`` is the folder's :func:`signature` from before ``base`` was read
    of it; without it, the folder is read once more when the watch begins.
    """

    def __init__(
        self,
        folder: Path,
        base: KnowledgeBase,
        build: Callable[[KnowledgeBase], _BuiltT],
        seen: Signature | None = None,
    ) -> None:
        self._folder = folder
        self._build = build
        self._current = build(base)
        self._content_hash = base.content_hash
        self._fault: str | None = None
        self._broken_since: dt.datetime | None = None
        self._seen = seen

    @property
    def current(self) -> _BuiltT:
        """What was built of the last knowledge that was good: one consistent whole."""
        return self._current

    @property
    def fault(self) -> str | None:
        """What is wrong with the folder and since when, or None."""
        return self._fault

    async def run(self) -> None:
        """Renew :attr:`current` at each change of the folder, until cancelled."""
        while True:
            try:
                await self._watch()
            except (OSError, RuntimeError) as problem:
                # The folder is gone or cannot be watched: look at it from time to time.
                _log.debug("Watching %s stopped: %s", self._folder, problem)
                await self._look()
                await asyncio.sleep(LOOK_SECONDS)

    async def _watch(self) -> None:
        """Follow the folder until another one takes its place."""
        watched = _identity(self._folder)
        changes = awatch(self._folder, rust_timeout=int(LOOK_SECONDS * 1000), yield_on_timeout=True)
        async with contextlib.aclosing(changes):
            await self._look()
            async for changed in changes:
                await self._look(told=bool(changed))
                if _identity(self._folder) != watched:
                    return

    async def _look(self, *, told: bool = False) -> None:
        """Reload the folder if it changed, as the system ``told`` or its files show."""
        seen = await asyncio.to_thread(signature, self._folder)
        if told or seen != self._seen:
            self._seen = seen
            await asyncio.to_thread(self._reload)

    def _reload(self) -> None:
        try:
            loaded = load(self._folder)
            if loaded.base.content_hash != self._content_hash:
                self._current = self._build(loaded.base)
                self._content_hash = loaded.base.content_hash
                _log.info(
                    "Knowledge reloaded from %s: %d entries, %d warnings",
                    self._folder,
                    len(loaded.base.entries),
                    len(loaded.warnings),
                )
        except KnowledgeError as problem:
            self._break(problem.faults)
        except Exception as problem:  # noqa: BLE001 - whatever an edit brings to light in the
            # code, people go on being answered from what was good
            _log.exception("The knowledge of %s could not be used", self._folder)
            self._break((), repr(problem))
        else:
            self._mend()

    def _break(self, faults: tuple[Fault, ...], otherwise: str = "") -> None:
        self._broken_since = self._broken_since or dt.datetime.now(dt.UTC)
        errors = [fault for fault in faults if fault.severity == "error"]
        for fault in errors:
            _log.error("%s", fault)
        first = str(errors[0]) if errors else otherwise
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        self._fault = (
            f"since {self._broken_since.isoformat(timespec='seconds')} the knowledge folder"
            f" cannot be used and the last good knowledge answers: {first}{more}"
        )
        _log.error("%s", self._fault)

    def _mend(self) -> None:
        if self._fault:
            _log.info("The knowledge folder %s can be used again", self._folder)
        self._broken_since = None
        self._fault = None


def _identity(folder: Path) -> tuple[int, int]:
    """Which folder it is on which disk: another one under the same name is not watched yet.

    Raises:
        OSError: there is none.
    """
    status = (folder / "entries").stat()
    return status.st_dev, status.st_ino


def signature(folder: Path) -> Signature:
    """What tells, without reading them, that any of the folder's files changed."""
    return frozenset(_statuses(folder)) | frozenset(_statuses(folder / "entries"))


def _statuses(folder: Path) -> Iterator[tuple[str, int, int, int]]:
    with contextlib.suppress(OSError), os.scandir(folder) as files:
        for file in files:
            with contextlib.suppress(OSError):
                status = file.stat()
                yield file.path, status.st_mtime_ns, status.st_size, status.st_ino
