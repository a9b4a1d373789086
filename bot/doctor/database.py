"""The database: there, whole, of the right version, and writable."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from bot.doctor.finding import Finding, fault, ok, warning
from bot.doctor.folders import why_not_writable
from bot.storage.database import StoreError, parse_url
from bot.storage.examining import Condition, examine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.storage.database import Schema

_LOOK_SHARE = 0.8
"""So much of the time is for looking at every page of an SQLite file; a large one takes longer."""

_WAY_IN = {
    True: "mend DATABASE_URL, or give the assistant's user the right to write file and folder",
    False: "start its server, or mend DATABASE_URL (host, name, user, password)",
}


async def examine_database(url: str, within_seconds: float) -> list[Finding]:
    """What the database at ``url`` is like."""
    try:
        condition = await examine(url, within_seconds * _LOOK_SHARE)
    except StoreError as error:
        return [fault("database", str(error), _WAY_IN[url.startswith("sqlite")])]
    if condition is None:
        return [await asyncio.to_thread(_not_there, Path(str(parse_url(url).database)).parent)]
    return list(_troubles(condition)) or [ok("database", _praise(condition))]


def _not_there(folder: Path) -> Finding:
    reason = why_not_writable(folder)
    if reason is None:
        return ok("database", "does not exist yet: the first start makes it")
    what = f"does not exist yet, and {folder} cannot be written: {reason}"
    return fault("database", what, "give the assistant's user the right, or change DATABASE_URL")


def _praise(condition: Condition) -> str:
    kind = "PostgreSQL" if condition.journal_mode is None else "SQLite, every page looked at"
    if condition.schema.current is None:
        return f"{kind}; empty: the first start makes its tables"
    return f"{kind}; schema {condition.schema.current}, can be written"


def _troubles(condition: Condition) -> Iterator[Finding]:
    if condition.schema.current is not None:
        yield from examine_schema(condition.schema)
    if condition.damage:
        what = f"SQLite finds damage: {'; '.join(condition.damage)}"
        mend = "stop the assistant, keep a copy of the file, and restore a backup (or `.recover`)"
        yield fault("database", what, mend)
    if condition.not_writable:
        what = f"cannot be written: {condition.not_writable}"
        where = "its tables" if condition.journal_mode is None else "the file and its folder"
        yield fault("database", what, f"give the assistant's user the right to write {where}")
    if condition.locked:
        what = "another program has kept it locked for some seconds"
        yield warning("database", what, "if it lasts, find and end it (`fuser` names it)")
    if condition.damage is None:
        what = "is too large to look at every page in the time"
        yield warning("database", what, "`doctor --timeout 120` gives it more")
    if condition.journal_mode not in (None, "wal") and not condition.not_writable:
        what = f"keeps no write-ahead log ({condition.journal_mode}): a look stops all writes"
        yield warning("database", what, "start the assistant: it switches it on")


def examine_schema(schema: Schema) -> list[Finding]:
    """Whether ``schema`` is the one that this program needs."""
    if schema.current == schema.needed:
        return []
    what = f"its schema is {schema.current or 'missing'}, {schema.needed} is needed"
    if schema.newer:
        what = f"its schema is {schema.current}, of a newer program than this ({schema.needed})"
        return [fault("database", what, "run the newer program everywhere")]
    return [fault("database", what, "start the assistant: it brings the database up to date")]


def in_use(schema: Schema | None) -> list[Finding]:
    """What the database of a running assistant says; ``schema`` is None where it is silent."""
    if schema is None:
        return [fault("database", "does not answer", "start its server, or see the log")]
    return examine_schema(schema) or [ok("database", f"answers; schema {schema.current}")]
