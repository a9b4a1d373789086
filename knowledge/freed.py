"""Memory that was freed, given back to the system."""

from __future__ import annotations

import ctypes
import sys


def give_back() -> None:
    """Give back what the C library holds of freed memory; where it is not glibc, nothing is done.

    After large arrays came and went, glibc keeps tens of megabytes for later, which neither small
    Python objects nor other processes get: malloc_trim(3).
    """
    if sys.platform != "linux":
        return
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
