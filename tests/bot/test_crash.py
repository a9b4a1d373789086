"""SIGKILL in the middle of work, again and again: nothing is lost, nothing handled twice."""

from __future__ import annotations

import random
import signal
from collections import defaultdict
from typing import TYPE_CHECKING

from bot.storage.store import Store
from tests import processes
from tests.bot.crash_worker import CONVERSATIONS, DESTINATIONS, ROUND, work
from tests.bot.storage.making import execute

if TYPE_CHECKING:
    from pathlib import Path

COUNT = 400
KILLS = 6


async def test_killed_and_restarted_each_event_is_handled_once(
    database_url: str, tmp_path: Path
) -> None:
    """Inside the database exactly once; to the outside at least once, in order."""
    sent = tmp_path / "sent.txt"
    moments = random.Random(2026)  # noqa: S311 - the same moments each time
    codes = [
        await _run(database_url, sent, kill_after=moments.randint(1, 60)) for _ in range(KILLS)
    ]
    assert -signal.SIGKILL in codes
    assert await _run(database_url, sent, kill_after=None) == 0

    await _assert_handled_once(database_url)
    await _assert_filed_once(database_url)
    await _assert_all_sent_in_order(database_url, _lines(sent))


async def _run(url: str, sent: Path, *, kill_after: int | None) -> int | None:
    """Run the worker, killed after so many saves unless it ended before; its exit code."""
    return await processes.run(work, url, sent, COUNT, kill_after=kill_after)


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


async def _assert_handled_once(url: str) -> None:
    rows = await execute(url, "SELECT status, attempts, count(*) FROM inbox GROUP BY 1, 2")
    told = COUNT // ROUND * (ROUND - 1)  # to the requests' teams
    assert rows == [("done", 0, COUNT + told)]
    versions = await execute(
        url, "SELECT DISTINCT version FROM conversations WHERE channel <> 'team'"
    )
    assert versions == [(COUNT // CONVERSATIONS,)]
    replies = await execute(url, "SELECT payload FROM outbox WHERE kind = 'reply'")
    said = sorted(reply.split('"text":"')[1].split('"')[0] for (reply,) in replies)
    expected = [
        f"{n} after {n - CONVERSATIONS if n >= CONVERSATIONS else 'none'}" for n in range(COUNT)
    ]
    assert said == sorted(expected)


async def _assert_filed_once(url: str) -> None:
    """Every request is there, with each of its events and each of its deliveries once."""
    store = await Store.open(url)
    references = await store.references()
    requests = [await store.request(reference) for reference in references]
    await store.close()
    expected = [n for n in range(COUNT) if n // CONVERSATIONS % ROUND == 0]
    assert sorted(references) == sorted(f"R{n}" for n in expected)
    for request in requests:
        assert request is not None
        assert request.status == "withdrawn"
        cards = [(line.news, line.channel, line.status) for line in request.deliveries]
        assert cards == [("filed", to.channel, "sent") for to in DESTINATIONS]
        by_company = [line.kind for line in request.history if line.author == "company"]
        assert by_company == ["filed", "added", "withdrawn"]
        delivered = [line.data["delivery"] for line in request.history if line.kind == "delivered"]
        assert sorted(delivered) == sorted(line.id for line in request.deliveries)


async def _assert_all_sent_in_order(url: str, lines: list[str]) -> None:
    rows = await execute(
        url, "SELECT channel, address, id FROM outbox WHERE status = 'sent' ORDER BY id"
    )
    cards = COUNT // ROUND * len(DESTINATIONS)
    assert len(rows) == COUNT + cards
    lanes: defaultdict[str, list[int]] = defaultdict(list)
    for channel, address, number in rows:
        lanes[f"{channel}:{address}"].append(number)
    seen: defaultdict[str, list[int]] = defaultdict(list)
    for lane, number in (line.split() for line in lines):
        if int(number) not in seen[lane]:
            seen[lane].append(int(number))
    assert seen == lanes
