"""No pauses, for the tests of what fails."""

from __future__ import annotations

import pytest


@pytest.fixture
def quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Failed steps are repeated at once."""
    monkeypatch.setattr("bot.inbox.RETRY_SECONDS", (0.0, 0.0, 0.0))
