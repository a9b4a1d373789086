"""The knowledge folder, and who gets what by it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.delivery.absent import unserved_destinations
from bot.doctor.examining import Examination, examine_all
from bot.doctor.finding import Finding, Level, Matter, fault, ok, warning
from bot.errors import ReportedError
from bot.routing.doubts import doubts
from handlers.routing.cards import destinations
from knowledge.loading import KnowledgeError, count, load

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from bot.delivery.absent import Unserved
    from bot.settings import Settings
    from knowledge.loading import Fault, Loaded

_SHOWN = 5
"""More of one kind are only counted: the command that lists them all is named."""


async def examine_knowledge(
    folder: Path, within_seconds: float
) -> tuple[Loaded | None, Sequence[Finding]]:
    """The folder's knowledge if it can be used, and what is wrong or doubtful in it."""
    read: list[Loaded] = []

    async def examine() -> list[Finding]:
        try:
            loaded = await asyncio.to_thread(load, folder)
        except KnowledgeError as error:
            errors = [one for one in error.faults if one.severity == "error"]
            return _told("knowledge", "fault", errors, "knowledge check")
        read.append(loaded)
        return _loaded(loaded, folder)

    found = await examine_all([Examination("knowledge", str(folder), examine)], within_seconds)
    return (read[0] if read else None), found


def _loaded(loaded: Loaded, folder: Path) -> list[Finding]:
    found = _told("knowledge", "warning", loaded.warnings, "knowledge check")
    entries = count(len(loaded.base.entries), "entry", "entries")
    languages = ", ".join(loaded.base.languages)
    return found or [ok("knowledge", f"{folder}: {entries} ({languages})")]


def in_use(trouble: str | None) -> list[Finding]:
    """What the watched folder of a running assistant says: ``trouble`` since its last edit."""
    if trouble is None:
        return [ok("knowledge", "the folder is in use as it is")]
    return [fault("knowledge", trouble, "mend the file; the assistant takes it up by itself")]


def examine_routing(loaded: Loaded, settings: Settings, today: dt.date) -> list[Finding]:
    """Doubtful rules, and destinations to which nothing can be sent as things are set."""
    routing = loaded.base.routing
    reached = [team for team in routing.teams if destinations(team)]
    if not reached:
        teams = count(len(routing.teams), "team")
        return [ok("routing", f"no destination ({teams}): requests are kept, `requests list`")]
    try:
        unserved = unserved_destinations(settings, routing)
    except ReportedError:
        unserved = []  # an unusable key: told among the settings
    doubtful = doubts(loaded, lambda _: None, today)
    found = [
        *map(_lacking, unserved),
        *_told("routing", "warning", doubtful, "routing check"),
    ]
    sent = f"{count(len(reached), 'team')} of {len(routing.teams)} have a destination"
    return found or [ok("routing", f"{count(len(routing.rules), 'rule')}, {sent}")]


def _lacking(unserved: Unserved) -> Finding:
    if unserved.sent:
        return warning("routing", str(unserved), "write https:// in routing.yaml")
    return fault("routing", str(unserved), "set it where the assistant runs: its requests wait")


def _told(matter: Matter, level: Level, faults: Iterable[Fault], command: str) -> list[Finding]:
    """The first of ``faults`` whole, and how many more there are."""
    listed: Sequence[Fault] = sorted(faults)
    found = [
        Finding(matter, level, f"{one.file}:{one.line}: {one.what}", one.mend)
        for one in listed[:_SHOWN]
    ]
    more = len(listed) - len(found)
    return [*found, Finding(matter, level, f"and {more} more", f"`{command}`")] if more else found
