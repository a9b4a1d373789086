"""Files on this machine: those that a person attaches, and the one with their data."""

from __future__ import annotations

import itertools
import os
from pathlib import Path

from bot.file_names import safe_name
from bot.media_types import FILE_LIMIT_BYTES


class FileError(Exception):
    """The file cannot be attached; the message says why."""


def content_of(path: Path) -> bytes:
    """What the file of that path holds.

    Raises:
        FileError: it cannot be read, or is larger than what is accepted.
    """
    try:
        with path.expanduser().open("rb") as opened:
            content = opened.read(FILE_LIMIT_BYTES + 1)
    except (OSError, ValueError, RuntimeError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise FileError(f"{path}: {reason}") from None
    if len(content) > FILE_LIMIT_BYTES:
        raise FileError(f"{path}: larger than {FILE_LIMIT_BYTES // 1_000_000} MB")
    return content


def save(name: str, content: bytes) -> str:
    """Where ``content`` was written: nothing is overwritten, and nobody else may read it."""
    name = safe_name(name, "data.json")
    for number in itertools.count(1):
        path = Path(name if number == 1 else f"{number}-{name}").absolute()
        try:
            with open(path, "xb", opener=_for_oneself) as opened:
                opened.write(content)
        except FileExistsError:
            continue
        except OSError as error:
            return f"{path}: {error.strerror}"
        return str(path)
    raise AssertionError("numbers do not end")


def _for_oneself(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
