"""Staff answer written demands beside a running assistant."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

import pytest

from bot.commands import privacy
from handlers.team.model import SendCards
from tests.bot.privacy.bytes_held import everything, found_in
from tests.bot.privacy.people import AMELIE, BRUNO, confirm, live_through, request_of, say, words
from tests.bot.shell import run, set_means
from tests.bot.storage.making import NOW
from tests.bot.storage.requesting import card

if TYPE_CHECKING:
    from pathlib import Path

    from bot.storage.store import Store


@pytest.fixture(autouse=True)
def means(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Mail and webhook, no Telegram."""
    set_means(monkeypatch, tmp_path)


@pytest.mark.parametrize(
    "whose", [AMELIE.reference, "aaa 111", f"telegram:{AMELIE.address}", "the id"]
)
async def test_what_is_held_is_shown(store: Store, database_url: str, whose: str) -> None:
    """By the reference of a request however it is typed, or by the conversation."""
    await live_through(store, BRUNO)
    await live_through(store, AMELIE)
    if whose == "the id":
        whose = await store.whose(AMELIE.reference) or ""

    shown = await run(database_url, "privacy", "show", whose)

    assert shown.exit_code == 0
    for line in (
        "messages      4, replies 4, look-ups 1",
        f"file          plan-{AMELIE.name}.pdf",
        f"request       {AMELIE.reference}, taken",
        "sent to      Locaux by email",
    ):
        assert line in shown.stdout
    assert BRUNO.reference not in shown.stdout


async def test_all_of_it_is_printed_as_json(store: Store, database_url: str) -> None:
    """The same file that the person may have."""
    await live_through(store, AMELIE)
    shown = await run(database_url, "privacy", "show", AMELIE.reference, "--json")
    assert json.loads(shown.stdout)["requests"][0]["reference"] == AMELIE.reference


async def test_erasing_asks_first(store: Store, database_url: str) -> None:
    """Nothing is erased without a yes; then everything of that person, and of nobody else."""
    await live_through(store, BRUNO)
    await live_through(store, AMELIE)

    refused = await run(database_url, "privacy", "erase", AMELIE.reference)
    assert refused.exit_code == 1
    assert "Erase all of this for good?" in refused.stdout
    assert found_in(await everything(database_url), AMELIE.secrets)

    erased = await run(database_url, "privacy", "erase", "--yes", AMELIE.reference)

    assert erased.exit_code == 0
    assert erased.stdout == "Erased.\n"
    held = await everything(database_url)
    assert found_in(held, AMELIE.secrets) == []
    assert found_in(held, BRUNO.secrets)


async def test_what_is_on_its_way_is_left_to_the_assistant(
    store: Store, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The order stands: whoever runs carries it out."""
    monkeypatch.setattr(privacy, "_TRIES", 1)
    await live_through(store, AMELIE)
    await say(store, AMELIE, 6, SendCards(cards=(card(request_of(AMELIE)),)))
    now = dt.datetime.now(dt.UTC)
    [under_way] = await store.claim_outbox(now, 100, 600.0, {"team"})

    ordered = await run(database_url, "privacy", "erase", "--yes", AMELIE.reference)
    assert "the assistant that runs erases it shortly" in ordered.stdout

    await store.mark_sent([under_way.id], now)
    due = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=5)
    [order] = await store.claim_outbox(due, 10, 60.0, {"erasure"})
    assert await store.erase(order.id, now, words)
    assert found_in(await everything(database_url), AMELIE.secrets) == []


async def test_an_unknown_person_is_said_so(store: Store, database_url: str) -> None:
    """With what could be given instead."""
    await live_through(store, AMELIE)
    for command in (("show",), ("erase", "--yes")):
        result = await run(database_url, "privacy", *command, "ZZZ-999")
        assert result.exit_code == 1
        assert "nothing is held of ZZZ-999: give a conversation's id" in result.stderr


async def test_proofs_are_listed(store: Store, database_url: str) -> None:
    """When, at whose wish, how much."""
    nothing = await run(database_url, "privacy", "proofs")
    assert nothing.stdout == "Nothing was erased.\n"
    await live_through(store, AMELIE)
    await store.erase(await confirm(store, AMELIE), NOW, words)

    listed = await run(database_url, "privacy", "proofs")

    _, line = listed.stdout.splitlines()
    for shown in ("person", "telegram", '"messages": 5', AMELIE.reference):
        assert shown in line


async def test_purging_can_be_tried(store: Store, database_url: str) -> None:
    """A dry run names what is too old; the purge erases it."""
    await live_through(store, AMELIE)

    tried = await run(database_url, "privacy", "purge", "--dry-run")
    assert tried.stdout.startswith("To be erased: 1 requests, ")
    assert f"({AMELIE.reference})" in tried.stdout
    assert await store.request(AMELIE.reference) is not None

    done = await run(database_url, "privacy", "purge")
    assert done.stdout.startswith("Erased: 1 conversations, 1 requests")
    assert found_in(await everything(database_url), AMELIE.secrets) == []
    again = await run(database_url, "privacy", "purge", "--dry-run")
    assert again.stdout == "To be erased: nothing.\n"
