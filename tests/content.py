"""The knowledge that comes with the assistant, read and learnt once for all tests of a process."""

from __future__ import annotations

import fcntl
from functools import cache
from pathlib import Path

from bot.matcher_cache import build_matcher
from bot.settings import CONTENT
from knowledge.loading import load
from knowledge.matching import Matcher
from knowledge.model import KnowledgeBase
from knowledge.vectors import Packages

LEARNT = Path("data/cache").resolve()
"""Where its matcher is kept for all who serve it: other teams teach it nothing."""


@cache
def base() -> KnowledgeBase:
    """The folder."""
    return load(CONTENT).base


@cache
def matcher() -> Matcher:
    """Its matcher, as the application keeps it between runs."""
    return learn(base())


def learn(base: KnowledgeBase, packages: Packages | None = None) -> Matcher:
    """The matcher of a folder that may differ in its teams.

    Where nobody has learnt it yet, one process does, while others wait for what it keeps.
    """
    LEARNT.mkdir(parents=True, exist_ok=True)
    with (LEARNT / "learning.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return build_matcher(base, LEARNT, packages=packages)
