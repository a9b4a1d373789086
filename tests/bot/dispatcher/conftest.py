"""A clock that only tests move, and a dispatcher that looks at it often."""

from __future__ import annotations

import pytest

from tests.bot.dispatcher.wire import Clock


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still by itself."""
    return Clock()


@pytest.fixture(autouse=True)
def quick_polls(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' clock does not wake anybody: look often."""
    monkeypatch.setattr("bot.delivery.dispatcher.POLL_SECONDS", 0.01)
