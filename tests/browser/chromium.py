"""Finds the browser where ``tests/browser.sh`` leaves it, in the same order."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
_FETCHED = Path(__file__).resolve().parents[2] / ".cache" / "browser" / "chromium"


def find() -> str:
    """The path of a Chromium.

    Raises:
        FileNotFoundError: there is none; the message says what to do.
    """
    if not os.environ.get("BROWSER_IGNORE_PATH"):
        for name in _NAMES:
            if found := shutil.which(name):
                return found
    if _FETCHED.exists():
        return str(_FETCHED)
    raise FileNotFoundError("there is no Chromium: run `sh tests/browser.sh`")
