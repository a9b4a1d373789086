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
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Evidence:
    """What a short run on SQLite has left; plantings are undone after each test."""
    folder = tmp_path_factory.mktemp("chaos")
    return asyncio.run(run(SHORT, folder, f"sqlite+aiosqlite:///{folder / 'assistant.db'}"))


def test_killed_and_cut_off_it_files_and_delivers_each_request(evidence: Evidence) -> None:
    """SIGKILL at random moments, failing calls: filed once as agreed, at each destination."""
    findings = judge(evidence)
    assert findings.violations == {}, findings.table()
    assert findings.figures["requests agreed to"] == SHORT.requests
    assert findings.figures["kills (SIGKILL)"] == SHORT.kills
    assert sum(sum(one.injected.values()) for one in evidence.outside.faults.values())


async def test_two_processes_on_one_postgresql_do_so_too(
    tmp_path: Path, postgresql_url: str
) -> None:
    """Updates arrive at either or both, and one takes over what another had begun."""
    findings = judge(await run(ON_POSTGRESQL, tmp_path, postgresql_url))
    assert findings.violations == {}, findings.table()
    assert findings.figures["requests agreed to"] == ON_POSTGRESQL.requests


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
