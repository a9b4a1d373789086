"""A running assistant follows its knowledge folder."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import shutil
from typing import TYPE_CHECKING

import pytest

from bot import knowledge_watch
from bot.knowledge_watch import KnowledgeWatch, signature
from knowledge.loading import Loaded, load
from tests.knowledge.folders import ENTRY, TODAY, write
from tests.polling import DEADLINE_SECONDS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from knowledge.model import KnowledgeBase

A = "entries/a.yaml"


def _hours(base: KnowledgeBase) -> str:
    return base.entries[0].answer["en"]


def _says(hours: str) -> str:
    return ENTRY.replace("From 9 am to 5 pm.", hours)


async def _until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(DEADLINE_SECONDS):
        while not holds():  # noqa: ASYNC110 - a file system rings no bell
            await asyncio.sleep(0.02)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A sound folder on disk."""
    return write(tmp_path / "knowledge", {A: ENTRY})


@pytest.fixture
async def watch(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[KnowledgeWatch[str]]:
    """A watch at work on the folder, that looks at it often."""
    monkeypatch.setattr(knowledge_watch, "LOOK_SECONDS", 0.2)
    async with _running(KnowledgeWatch(folder, load(folder, TODAY).base, _hours)) as watch:
        yield watch


@contextlib.asynccontextmanager
async def _running(watch: KnowledgeWatch[str]) -> AsyncIterator[KnowledgeWatch[str]]:
    task = asyncio.create_task(watch.run())
    try:
        yield watch
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def test_an_edit_is_answered_from(watch: KnowledgeWatch[str], folder: Path) -> None:
    """Who edits an answer sees it change, without a restart."""
    assert watch.current == "From 9 am to 5 pm."
    write(folder, {A: _says("All day.")})
    await _until(lambda: watch.current == "All day.")
    assert watch.fault is None


async def test_a_replaced_file_is_an_edit(watch: KnowledgeWatch[str], folder: Path) -> None:
    """Editors that write another file and rename it over the first are followed each time."""
    for hours in ("Mornings.", "Evenings."):
        write(folder, {"entries/.a.yaml.tmp": _says(hours)})
        (folder / "entries/.a.yaml.tmp").rename(folder / A)
        await _until(lambda hours=hours: watch.current == hours)  # type: ignore[misc]


async def test_a_new_file_is_an_edit(watch: KnowledgeWatch[str], folder: Path) -> None:
    """A file that comes, and one that goes, change the knowledge."""
    write(folder, {"entries/0.yaml": _says("Never.").replace("opening-hours", "first")})
    await _until(lambda: watch.current == "Never.")
    (folder / "entries/0.yaml").unlink()
    await _until(lambda: watch.current == "From 9 am to 5 pm.")


async def test_a_broken_edit_keeps_the_last_good_knowledge(
    watch: KnowledgeWatch[str], folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A broken file is logged with its place and told to whoever runs it, until it is mended."""
    write(folder, {A: "- id: a\n\tanswer: x\n"})
    await _until(lambda: watch.fault is not None)
    assert watch.current == "From 9 am to 5 pm."
    assert watch.fault is not None
    assert watch.fault.startswith("since 20")
    assert f"{folder}/{A}:2:1: a tab" in watch.fault
    errors = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert any(f"{folder}/{A}:2:1: a tab" in record.getMessage() for record in errors)
    write(folder, {A: _says("Mended.")})
    await _until(lambda: watch.current == "Mended." and watch.fault is None)


async def test_a_fault_taken_back_is_forgotten(watch: KnowledgeWatch[str], folder: Path) -> None:
    """Undoing a broken edit leaves no fault behind, though nothing new is there to be built."""
    write(folder, {A: "- id: a\n"})
    await _until(lambda: watch.fault is not None)
    write(folder, {A: ENTRY})
    await _until(lambda: watch.fault is None)
    assert watch.current == "From 9 am to 5 pm."


async def test_the_first_of_two_broken_edits_counts(
    watch: KnowledgeWatch[str], folder: Path
) -> None:
    """A folder is broken since the first edit that broke it, and the fault told is the last."""
    write(folder, {A: "- id: a\n"})
    await _until(lambda: watch.fault is not None)
    assert watch.fault is not None
    since = watch.fault.split()[1]
    write(folder, {A: "hello\n"})
    await _until(lambda: "not a list of entries" in (watch.fault or ""))
    assert watch.fault.split()[1] == since


async def test_a_folder_that_goes_and_comes_back(watch: KnowledgeWatch[str], folder: Path) -> None:
    """A folder replaced by another (a checkout, a mount) is followed as before."""
    shutil.rmtree(folder)
    await _until(lambda: watch.fault is not None)
    assert watch.current == "From 9 am to 5 pm."
    write(folder, {A: _says("Back.")})
    await _until(lambda: watch.current == "Back." and watch.fault is None)
    write(folder, {A: _says("Still here.")})
    await _until(lambda: watch.current == "Still here.")


async def test_a_disk_that_tells_nothing_is_looked_at(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files that change unannounced, behind a link or on a network disk, are noticed as well."""
    monkeypatch.setattr(knowledge_watch, "LOOK_SECONDS", 0.2)
    linked = tmp_path / "linked"
    linked.mkdir()
    (linked / "entries").symlink_to(folder / "entries")
    watch = KnowledgeWatch(linked, load(linked, TODAY).base, _hours)
    async with _running(watch):
        write(folder, {A: _says("Elsewhere.")})
        await _until(lambda: watch.current == "Elsewhere.")


async def test_knowledge_that_cannot_be_built(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failure to build leaves the last good knowledge, is told, and does not end the watch."""
    monkeypatch.setattr(knowledge_watch, "LOOK_SECONDS", 0.2)

    def build(base: KnowledgeBase) -> str:
        if _hours(base) == "Fail.":
            raise ValueError("no such hours")
        return _hours(base)

    watch = KnowledgeWatch(folder, load(folder, TODAY).base, build)
    async with _running(watch):
        write(folder, {A: _says("Fail.")})
        await _until(lambda: "no such hours" in (watch.fault or ""))
        assert watch.current == "From 9 am to 5 pm."
        write(folder, {A: _says("Well.")})
        await _until(lambda: watch.current == "Well." and watch.fault is None)


async def test_what_was_read_at_the_start_is_not_read_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder as it was seen then is left alone; an edit since, however early, is followed."""
    monkeypatch.setattr(knowledge_watch, "LOOK_SECONDS", 0.2)
    read: list[str] = []

    def reading(path: Path) -> Loaded:
        loaded = load(path)
        read.append(_hours(loaded.base))
        return loaded

    monkeypatch.setattr(knowledge_watch, "load", reading)
    untouched = write(folder.with_name("untouched"), {A: ENTRY})
    seen, base = signature(untouched), load(untouched, TODAY).base
    edited, early = signature(folder), load(folder, TODAY).base
    write(folder, {A: _says("All day.")})
    async with (
        _running(KnowledgeWatch(untouched, base, _hours, seen)),
        _running(KnowledgeWatch(folder, early, _hours, edited)) as watch,
    ):
        await _until(lambda: watch.current == "All day.")
        write(folder, {A: _says("Never.")})
        await _until(lambda: watch.current == "Never.")
    assert "From 9 am to 5 pm." not in read
