"""What is older than it is kept goes, by kind, and nothing else does."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

import pytest

from bot import retention
from bot.retention import RetentionJob
from bot.storage.privacy_records import Proof
from bot.storage.records import StoredFile
from handlers.effects import FileRequest
from handlers.events import MessageReceived
from handlers.privacy.model import WipeGroup
from handlers.requests.model import Card
from handlers.team.model import SendCards
from knowledge.model import RequestForm, Retention
from tests.bot.privacy.bytes_held import everything, found_in
from tests.bot.privacy.people import (
    AMELIE,
    BRUNO,
    incoming,
    live_through,
    request_of,
    say,
    send,
    step,
    words,
)
from tests.bot.storage.making import NOW, claim, execute, reply
from tests.bot.storage.requesting import CRM, MAILBOX, card
from tests.servers.web_assistant import KNOWLEDGE

if TYPE_CHECKING:
    from bot.storage.store import Store

KEPT = Retention(conversation_days=100, message_days=40, question_days=30, file_days=20)
PLAN = StoredFile("f1", "c1", "plan.pdf", "application/pdf", b"%PDF", NOW)
BASE = KNOWLEDGE.model_copy(update={"request_form": RequestForm(retention_months=6)})


def job(store: Store, days: float) -> RetentionJob:
    """The job, so many days after everything was said."""
    return RetentionJob(store, lambda: BASE, KEPT, lambda: NOW + dt.timedelta(days=days))


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches that do not fit what there is, and no pauses."""
    monkeypatch.setattr(retention, "BATCH", 3)
    monkeypatch.setattr(retention, "PAUSE_SECONDS", 0)


async def test_nothing_goes_before_its_time(store: Store, database_url: str) -> None:
    """A day early, nothing at all."""
    await live_through(store, AMELIE)
    before = found_in(await everything(database_url), AMELIE.secrets)
    purged = await job(store, 19).purge()
    assert purged.counts == {}
    assert found_in(await everything(database_url), AMELIE.secrets) == before
    assert await store.proofs() == []


async def test_questions_go(store: Store) -> None:
    """Those that nobody could answer."""
    await live_through(store, AMELIE)
    assert (await job(store, 29).purge()).questions == 0
    assert (await job(store, 31).purge()).questions == 1
    assert await store.open_questions() == []


async def test_files_go_unless_a_request_has_them(store: Store, database_url: str) -> None:
    """What was uploaded and never sent."""
    await live_through(store, AMELIE)
    await execute(
        database_url,
        "INSERT INTO files (id, conversation_id, name, media_type, size, content, created_at) "
        "SELECT 'loose', conversation_id, name, media_type, size, content, created_at FROM files",
    )
    assert (await job(store, 21).purge()).files == 1
    assert await store.file("loose") is None
    assert await store.file(f"file-{AMELIE.name}") is not None


async def test_messages_go_while_the_conversation_goes_on(store: Store, database_url: str) -> None:
    """Their words and the replies; the request is kept, and its cards with it."""
    await live_through(store, AMELIE)
    later = NOW + dt.timedelta(days=39)
    await store.receive([incoming(AMELIE, 70, MessageReceived(text="encore moi"))], later)
    for item in await claim(store, later):
        await store.fail_inbox(item, "x", reply("…"), later)

    purged = await job(store, 41).purge()

    # Four messages, and what their team was told, filed and written.
    assert purged.messages >= 4
    assert purged.deliveries >= 4
    assert purged.requests == purged.conversations == 0
    texts = await _texts(database_url)
    assert [text for text in texts if "secret de" in text] == []
    assert any("encore moi" in text for text in texts)
    request = await store.request(AMELIE.reference)
    assert request is not None
    assert len(request.deliveries) == 3
    # What was received once is not taken in again.
    assert (
        await store.receive([incoming(AMELIE, 1, MessageReceived(text=AMELIE.words))], later) == 0
    )


async def _texts(url: str) -> list[str]:
    """What inbox and replies still say."""
    events = await execute(url, "SELECT event FROM inbox")
    replies = await execute(url, "SELECT payload FROM outbox WHERE kind <> 'card'")
    return [row[0] for row in events + replies]


async def test_requests_go_when_companies_were_told_that_they_would(store: Store) -> None:
    """After the months that the consent names, whatever became of them, with all their copies."""
    await live_through(store, AMELIE)
    assert (await job(store, 181).purge()).requests == 0
    await say(store, AMELIE, 80, text="un mot neutre")

    purged = await job(store, 184).purge()

    assert (purged.requests, purged.references) == (1, [AMELIE.reference])
    assert await store.request(AMELIE.reference) is None
    assert await store.file(f"file-{AMELIE.name}") is None
    items = await store.claim_outbox(NOW + dt.timedelta(days=184), 100, 60.0, EVERYWHERE)
    asked = {i.address for i in items if isinstance(i.payload, Card)}
    assert asked == {MAILBOX.address, CRM.address}
    assert [i.payload.shown.references for i in items if isinstance(i.payload, WipeGroup)] == [
        (AMELIE.reference,)
    ]
    assert {i.payload.erased_by for i in items if isinstance(i.payload, Card)} == {"retention"}
    [proof] = [proof for proof in await store.proofs() if proof.references]
    assert (proof.asked_by, proof.counts["requests"]) == ("retention", 1)


EVERYWHERE = frozenset({"email", "webhook", "team", "wipe"})


async def test_a_conversation_without_a_word_goes_as_a_whole(
    store: Store, database_url: str
) -> None:
    """Once no request holds it; somebody who wrote since keeps theirs."""
    await live_through(store, AMELIE)
    await say(store, BRUNO, 1)
    late = NOW + dt.timedelta(days=90)
    await store.receive([incoming(BRUNO, 2, MessageReceived(text=BRUNO.words))], late)
    for item in await claim(store, late):
        await store.fail_inbox(item, "x", reply("…"), late)

    assert (await job(store, 101).purge()).conversations == 0
    # The request is gone first, then, in the same turn, the conversation that had it.
    assert (await job(store, 184).purge()).conversations == 1

    assert await store.conversation_id("telegram", AMELIE.address) is None
    assert await store.conversation_id("telegram", BRUNO.address) is not None
    assert found_in(await everything(database_url), AMELIE.secrets) == []


async def test_what_is_said_of_erasures_goes_too(store: Store) -> None:
    """Cards that asked to erase copies, once they are sent and old."""
    await live_through(store, AMELIE)
    await job(store, 184).purge()
    now = NOW + dt.timedelta(days=184)
    while items := await store.claim_outbox(now, 100, 60.0, EVERYWHERE):
        await store.mark_sent([item.id for item in items], now)
    assert (await job(store, 184 + 41).purge()).deliveries >= 3
    assert await store.deliveries(kinds={"card", "wipe_group"}) == []


async def test_a_dry_run_counts_and_changes_nothing(store: Store, database_url: str) -> None:
    """The figures are those of the purge that follows."""
    await live_through(store, AMELIE)
    before = await everything(database_url)
    due = await job(store, 41).due()
    after = await everything(database_url)
    assert found_in(after, AMELIE.secrets) == found_in(before, AMELIE.secrets)
    assert due == await job(store, 41).purge()
    assert set(due.counts) == {"messages", "deliveries", "questions"}
    assert (await job(store, 41).due()).counts == {}

    due = await job(store, 184).due()
    assert (due.requests, due.references) == (1, [AMELIE.reference])


async def test_what_went_one_by_one_has_one_line(store: Store) -> None:
    """How many of what, and of nobody."""
    await live_through(store, AMELIE)
    await job(store, 31).purge()
    [proof] = await store.proofs()
    when = NOW + dt.timedelta(days=31)
    assert proof == Proof(when, "retention", "", {"questions": 1})


async def test_what_is_on_its_way_is_left_to_the_next_time(store: Store) -> None:
    """Nobody could say what becomes of it."""
    await live_through(store, AMELIE)
    then = NOW + dt.timedelta(days=184)
    await say(store, AMELIE, 6, SendCards(cards=(card(request_of(AMELIE)),)))
    assert await store.claim_outbox(then, 100, 60.0, {"team"})
    assert (await job(store, 184).purge()).requests == 0
    await send(store, then + dt.timedelta(seconds=61))
    assert (await job(store, 185).purge()).requests == 1


@pytest.mark.parametrize("request_too", [False, True])
async def test_who_comes_back_while_the_purge_is_under_way_keeps_everything(
    store: Store, *, request_too: bool
) -> None:
    """Idle conversations are looked for once, and one may not be idle any more at its turn."""
    await say(store, AMELIE, 1)
    back = NOW + dt.timedelta(days=101)
    [found] = await store.idle_conversations(back - dt.timedelta(days=100), None)

    await store.receive([incoming(AMELIE, 2, MessageReceived(text="me revoilà"))], back)
    if request_too:
        [item] = await claim(store, back)
        await step(store, item, FileRequest(request=request_of(AMELIE)))

    before = back - dt.timedelta(days=100)
    assert await store.let_go_if_idle(found, before, back, words) is None
    assert await store.conversation_id("telegram", AMELIE.address) == found
    assert (await store.request(AMELIE.reference) is not None) == request_too
    assert await store.receive([incoming(AMELIE, 2, MessageReceived(text="…"))], back) == 0


async def test_a_file_that_was_sent_is_something_said(store: Store) -> None:
    """A page's conversation stays until the file's own message is there; an old file keeps none."""
    await store.create_web_conversation("c1", "hash", NOW)
    await store.add_file(dataclasses.replace(PLAN, id="old", created_at=NOW))
    back = NOW + dt.timedelta(days=101)
    before = back - dt.timedelta(days=100)
    assert await store.idle_conversations(before, None) == ["c1"]

    await store.add_file(dataclasses.replace(PLAN, id="new", created_at=back))

    assert await store.idle_conversations(before, None) == []
    assert await store.let_go_if_idle("c1", before, back, words) is None
    assert await store.file("new") is not None
