"""Room where the database and the cache live, and whether it may be written there."""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from bot.doctor.finding import Finding, fault, ok, warning
from bot.doctor.folders import existing, why_not_writable
from bot.storage.database import StoreError, parse_url

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.settings import Settings

_MEGABYTE = 1_000_000
_NEARLY_NONE = 10
"""A tenth of the room that is asked for is as good as none."""


def examine_disk(settings: Settings) -> list[Finding]:
    """How much room is left on each disk that the assistant writes to."""
    least = settings.disk_free_megabytes
    return [_room(folder, least) for folder in _one_a_disk(_folders(settings))]


def unreadable() -> Finding:
    """The disk does not even say how much room is left."""
    return fault("disk", "does not answer", "see whether its server or its mount is gone")


def examine_cache(settings: Settings) -> list[Finding]:
    """Whether what is learnt can be kept."""
    folder = settings.cache_dir
    reason = why_not_writable(folder)
    if reason is None:
        return [ok("cache", f"{folder} can be written")]
    what = f"CACHE_DIR {folder} cannot be written ({reason}): each start learns anew"
    return [warning("cache", what, f"let user {os.geteuid()} write there, or name another")]


def _folders(settings: Settings) -> Iterable[Path]:
    with contextlib.suppress(StoreError):  # told of the database
        url = parse_url(settings.database_url)
        if url.get_backend_name() == "sqlite":
            yield existing(Path(str(url.database)).parent)
    yield existing(settings.cache_dir)


def _one_a_disk(folders: Iterable[Path]) -> Iterable[Path]:
    return {folder.stat().st_dev: folder for folder in reversed(list(folders))}.values()


def _room(folder: Path, least_megabytes: float) -> Finding:
    free = shutil.disk_usage(folder).free / _MEGABYTE
    what = f"{_size(free)} free where {folder} is"
    if free >= least_megabytes:
        return ok("disk", what)
    level = fault if free < least_megabytes / _NEARLY_NONE else warning
    mend = f"make room: at {_size(least_megabytes)} (DISK_FREE_MEGABYTES) this is said no more"
    return level("disk", what, mend)


def _size(megabytes: float) -> str:
    return f"{megabytes / 1000:.1f} GB" if megabytes >= 1000 else f"{megabytes:.0f} MB"  # noqa: PLR2004 - the next unit
