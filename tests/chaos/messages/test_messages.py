"""The short form of the chaos run; ``make chaos`` has the long one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.chaos.messages.run import Settings, run

if TYPE_CHECKING:
    from pathlib import Path

SHORT = Settings(updates=200, conversations=40, kills=3, failing=0.05, seed=7)


async def test_killed_and_cut_off_it_answers_everybody_in_order(tmp_path: Path) -> None:
    """SIGKILL at random moments, failing calls: each message answered, in order, handled once."""
    verdict = await run(SHORT, tmp_path)

    assert verdict.violations == {}, verdict.table()
    assert verdict.kills == SHORT.kills
    assert sum(verdict.faults.values()) > 0
