"""The short forms of the teams' chaos run, and that its verdict finds what is planted.

``make chaos`` has the long forms.
"""

from __future__ import annotations

import asyncio
import dataclasses
from typing import TYPE_CHECKING

import pytest

from tests.chaos import impatient
from tests.chaos.outside import QUICK
from tests.chaos.teams.conversation import ANSWER, Picture
from tests.chaos.teams.run import Settings, judge, run
from tests.servers.postgresql import empty_database

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from bot.storage.records import StoredRequest
    from tests.chaos.teams.run import Evidence

SHORT = Settings(
    conversations=4,
    failing=0.1,
    kills=2,
    seed=3,
    kinds=QUICK,
    latest_moment_seconds=1.0,
    command=impatient.SERVE,
)
ON_POSTGRESQL = dataclasses.replace(SHORT, conversations=2, kills=1, seed=4, processes=2)


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


@pytest.mark.parametrize("settings", [SHORT, ON_POSTGRESQL], ids=["sqlite", "postgresql"])
def test_killed_and_cut_off_each_side_has_what_was_for_it(
    runs: dict[Settings, Evidence], settings: Settings
) -> None:
    """SIGKILL at random moments, failing calls: replies in order, notes kept, one owner."""
    findings = judge(runs[settings])
    assert findings.violations == {}, findings.table()
    assert findings.figures["replies written"]
    assert sum(runs[settings].outside.faults["Telegram"].injected.values())


class Planting:
    """Spoils what the run on SQLite has left, one thing at a time; undone after each test."""

    def __init__(self, evidence: Evidence, monkeypatch: pytest.MonkeyPatch) -> None:
        self._evidence = evidence
        self._patch = monkeypatch
        self._course = evidence.courses[0]

    def extend(self, name: str, *added: object) -> None:
        """The first course has these too."""
        self._patch.setattr(self._course, name, [*getattr(self._course, name), *added])

    def swap_replies(self) -> None:
        """The last is said to have been written first."""
        replies = self._course.replies
        self._patch.setattr(self._course, "replies", [replies[-1], *replies[:-1]])

    def leak(self) -> None:
        """A word that the company read was for the team alone."""
        self.extend("secret", self._course.replies[0])

    def answer_in_hand(self) -> None:
        """The assistant answered right after a person took over."""
        read: Sequence[str] = self._course.company.read()
        taken = next(n for n, text in enumerate(read) if "suit maintenant" in text)
        spoilt = [*read[: taken + 1], f"Il y a {ANSWER}.", *read[taken + 1 :]]
        self._patch.setattr(type(self._course.company), "read", lambda _company: spoilt)

    def never_ended(self) -> None:
        """It stopped on the way."""
        self._patch.setattr(self._course, "ended", False)

    def unmarked(self) -> None:
        """A member wrote what nothing came of."""
        group, _ = self._course.marked[0]
        self.extend("marked", (group, 1))

    def change_requests(self, change: Callable[[StoredRequest], Sequence[StoredRequest]]) -> None:
        """The database holds others."""
        changed = tuple(one for kept in self._evidence.kept.requests for one in change(kept))
        kept = dataclasses.replace(self._evidence.kept, requests=changed)
        self._patch.setattr(self._evidence, "kept", kept)


def _taken_twice(request: StoredRequest) -> list[StoredRequest]:
    taken = next(line for line in request.history if line.kind == "taken")
    return [dataclasses.replace(request, history=(taken, taken, *request.history))]


def _rated_twice(request: StoredRequest) -> list[StoredRequest]:
    rated = next(line for line in request.history if line.kind == "rated")
    return [dataclasses.replace(request, history=(*request.history, rated))]


FAULTS: list[tuple[Callable[[Planting], None], str]] = [
    (Planting.never_ended, "conversations that did not come to their end"),
    (
        lambda plant: plant.extend("replies", "nowhere"),
        "replies that never reached their company, or not in order",
    ),
    (Planting.swap_replies, "replies that never reached their company, or not in order"),
    (
        lambda plant: plant.extend("pictures", Picture("nowhere.jpg", 1)),
        "pictures that never reached their company",
    ),
    (Planting.leak, "words that no company may read, and one did"),
    (
        Planting.answer_in_hand,
        "companies that the assistant answered while a person had the conversation",
    ),
    (lambda plant: plant.extend("added", "nowhere"), "words of companies that no team read"),
    (Planting.unmarked, "replies without the mark that they arrived"),
    (lambda plant: plant.change_requests(lambda _: []), "requests that are not there"),
    (lambda plant: plant.change_requests(lambda one: [one, one]), "requests too many"),
    (lambda plant: plant.change_requests(_taken_twice), "requests with two owners"),
    (lambda plant: plant.change_requests(_rated_twice), "requests not closed, or not rated once"),
]


@pytest.mark.parametrize(("spoil", "promise"), FAULTS)
def test_a_planted_fault_is_found(
    runs: dict[Settings, Evidence],
    monkeypatch: pytest.MonkeyPatch,
    spoil: Callable[[Planting], None],
    promise: str,
) -> None:
    """What is spoilt in the evidence of a run that kept its promises breaks this one."""
    evidence = runs[SHORT]
    assert promise not in judge(evidence).violations
    spoil(Planting(evidence, monkeypatch))
    assert promise in judge(evidence).violations
