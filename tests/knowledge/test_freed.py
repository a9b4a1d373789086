"""What learning took and no longer needs is not kept from others."""

from __future__ import annotations

import platform
import resource
from pathlib import Path

import numpy as np
import pytest

from knowledge.freed import give_back

_CHUNK = 100_000
"""Bytes: too few to be mapped by themselves, so that the C library keeps them when freed."""
_CHUNKS = 500


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library")
def test_freed_memory_goes_back() -> None:
    """Of fifty megabytes that were freed at least half are given back."""
    held = [np.ones(_CHUNK, np.uint8) for _ in range(_CHUNKS)]
    last = held.pop()  # what stands above them keeps them from going by themselves
    del held
    before = _resident()
    give_back()
    assert before - _resident() > _CHUNK * _CHUNKS / 2
    assert last.all()


def _resident() -> int:
    """Bytes of memory that this process holds."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize()
