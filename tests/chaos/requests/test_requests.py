"""The short forms of the requests' chaos run, and that its verdict finds what is planted.

``make chaos`` has the long forms.
"""

from __future__ import annotations

import asyncio
import dataclasses
from typing import TYPE_CHECKING

import pytest

from tests.chaos import impatient
from tests.chaos.outside import QUICK
from tests.chaos.requests.planting import FAULTS, Planting
from tests.chaos.requests.run import Settings, judge, run
from tests.servers.postgresql import empty_database

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.chaos.requests.run import Evidence

SHORT = Settings(
    requests=8,
    failing=0.15,
    kills=2,
    seed=33,
    kinds=QUICK,
    latest_moment_seconds=1.0,
    command=impatient.SERVE,
)
"""Its plan has all that can be spoilt below: files, additions, each team, both channels."""
ON_POSTGRESQL = dataclasses.replace(SHORT, requests=5, seed=27, processes=2)


@pytest.fixture(scope="module")
def runs(
    tmp_path_factory: pytest.TempPathFactory, postgresql_folder: Path
) -> dict[Settings, Evidence]:
    """What both have left. They mostly wait, and so do it side by side."""

    async def both() -> tuple[Evidence, Evidence]:
        folders = [tmp_path_factory.mktemp("chaos") for _ in (SHORT, ON_POSTGRESQL)]
        urls = (
            f"sqlite+aiosqlite:///{folders[0] / 'assistant.db'}",
            await empty_database(postgresql_folder),
        )
        return await asyncio.gather(
            run(SHORT, folders[0], urls[0]), run(ON_POSTGRESQL, folders[1], urls[1])
        )

    return dict(zip((SHORT, ON_POSTGRESQL), asyncio.run(both()), strict=True))


@pytest.fixture
def evidence(runs: dict[Settings, Evidence]) -> Evidence:
    """What the one on SQLite has left; plantings are undone after each test."""
    return runs[SHORT]


@pytest.mark.parametrize("settings", [SHORT, ON_POSTGRESQL], ids=["sqlite", "postgresql"])
def test_killed_and_cut_off_it_files_and_delivers_each_request(
    runs: dict[Settings, Evidence], settings: Settings
) -> None:
    """SIGKILL at random moments, failing calls: filed once as agreed, at each destination.

    With two processes, updates arrive at either or both, and one takes over from the other.
    """
    findings = judge(runs[settings])
    assert findings.violations == {}, findings.table()
    assert findings.figures["requests agreed to"] == settings.requests
    kills = findings.figures["kills (SIGKILL)"]
    assert isinstance(kills, int)
    assert kills >= settings.kills
    failed = [sum(one.injected.values()) for one in runs[settings].outside.faults.values()]
    assert sum(failed)


@pytest.mark.parametrize(("spoil", "promise"), FAULTS)
def test_a_planted_fault_is_found(
    evidence: Evidence,
    monkeypatch: pytest.MonkeyPatch,
    spoil: Callable[[Planting], None],
    promise: str,
) -> None:
    """What is spoilt in the evidence of a run that kept its promises breaks this one."""
    assert promise not in judge(evidence).violations
    spoil(Planting(evidence, monkeypatch))
    findings = judge(evidence)
    assert promise in findings.violations, findings.table()
    assert f"BROKEN: {promise}" in findings.table()


def test_doubles_are_counted_and_no_fault(
    evidence: Evidence, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At least once is promised to Telegram and mailboxes: once more is told, not blamed."""
    plant = Planting(evidence, monkeypatch)
    before = judge(evidence).figures
    plant.send(lambda one: [one, one])
    plant.mail(lambda one: [one, one])
    for server in evidence.outside.webhooks.values():
        plant.set(server, "calls", server.calls + server.calls)
    after = judge(evidence)
    assert after.violations == {}
    for figure in (
        "cards shown once more, group -1001000001",
        "cards shown once more, mailbox emploi@example.org",
        "  of them read twice or more",
        "calls of webhooks made once more",
        "mails with a Message-ID that came before",
    ):
        assert after.figures[figure] > before[figure], figure  # type: ignore[operator]
