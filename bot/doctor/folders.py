"""Folders that the assistant writes to, before it was ever started too."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def existing(folder: Path) -> Path:
    """``folder``, or the nearest above it that is there: the first start makes what is missing.

    Where a file is in the way, that file.
    """
    absolute = folder.absolute()
    return next(one for one in (absolute, *absolute.parents) if one.exists())


def why_not_writable(folder: Path) -> str | None:
    """Why ``folder`` cannot be written or made, or None.

    Tried with a file that nobody sees: rights alone do not tell of a disk that is read-only.
    """
    try:
        with tempfile.TemporaryFile(dir=existing(folder)):
            return None
    except OSError as error:
        return error.strerror
