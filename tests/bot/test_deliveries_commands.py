"""Staff see what did not arrive and have it sent again, while the assistant runs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.delivery.dispatcher import Dispatcher
from bot.storage.records import OutboxItem, Stepped
from bot.storage.store import Store
from handlers.effects import LookUpCompany
from handlers.state import ConversationState, FiledRequest
from handlers.values import Reply
from tests.bot.shell import run, set_means
from tests.bot.storage.making import NOW, claim, later, message
from tests.bot.storage.requesting import CRM, GROUP, MAILBOX, due, filing, request, stored, take
from tests.polling import running, until


@pytest.fixture(autouse=True)
def means(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Mail and webhook, no Telegram."""
    set_means(monkeypatch, tmp_path)


async def filed(store: Store) -> list[int]:
    """A request with a card sent, one dead, one waiting: their ids."""
    await take(store, 1, filing(request("K7M-4XR"), GROUP, MAILBOX, CRM))
    group, mailbox, crm = await due(store)
    await store.mark_sent([group.id], NOW)
    await store.mark_dead(mailbox, "550 no such user\ntrace", NOW)
    await store.mark_retry(crm, "502", later(60))
    return [group.id, mailbox.id, crm.id]


async def test_what_did_not_arrive_is_listed_with_the_reason(
    store: Store, database_url: str
) -> None:
    """What waits and what was given up; replies and look-ups only if asked for."""
    _, mailbox, crm = await filed(store)
    await take(store, 2, filing(request("M2K-9FF"), GROUP), LookUpCompany(query="x"))

    lines = (await run(database_url, "deliveries", "list")).stdout.splitlines()
    dead = (await run(database_url, "deliveries", "list", "--dead")).stdout.splitlines()
    everything = (
        await run(database_url, "deliveries", "list", "--all", "--json")
    ).stdout.splitlines()

    assert lines[0].split() == "ID REFERENCE WHAT CHANNEL TO STATUS FAILED SINCE WHY".split()
    assert len(lines) == 4
    assert lines[1].endswith("no TELEGRAM_BOT_TOKEN is set")
    assert lines[2].split()[:7] == [
        str(crm), "K7M-4XR", "filed", "webhook", "https://crm.example.org/in", "pending", "1",
    ]  # fmt: skip
    assert lines[3].startswith(str(mailbox))
    assert lines[3].endswith("550 no such user")
    assert [line.split()[0] for line in dead] == ["ID", str(mailbox)]
    kinds = [json.loads(line)["kind"] for line in everything]
    assert sorted(kinds) == ["card", "card", "card", "look_up", "reply", "reply"]


async def test_mail_without_a_server_waits_and_says_so(
    sqlite_store: Store, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is neither lost nor given up, and staff read what is missing."""
    monkeypatch.delenv("SMTP_URL")
    await take(sqlite_store, 1, filing(request("K7M-4XR"), MAILBOX))

    listed = await run(sqlite_url, "deliveries", "list")
    shown = await run(sqlite_url, "requests", "show", "K7M-4XR")

    assert listed.stdout.splitlines()[1].endswith("no SMTP_URL is set")
    assert shown.stdout.endswith("email equipe@example.org pending: no SMTP_URL is set\n")


async def test_nothing_to_list_is_said(sqlite_store: Store, sqlite_url: str) -> None:
    """An empty table would leave it open."""
    assert (await sqlite_store.figures(NOW)).outbox_pending == 0
    assert (
        await run(sqlite_url, "deliveries", "list")
    ).stdout == "Nothing waits, and nothing was given up.\n"
    assert (
        await run(sqlite_url, "deliveries", "list", "--dead")
    ).stdout == "Nothing was given up.\n"


class Counting:
    """Notes what it is given."""

    def __init__(self) -> None:
        self.sent: list[int] = []

    async def deliver(self, item: OutboxItem) -> None:
        """Send ``item``."""
        self.sent.append(item.id)


async def test_a_running_assistant_sends_what_is_retried(store: Store, database_url: str) -> None:
    """Staff need not stop it, on SQLite neither; it is sent once, and the history tells all."""
    _, mailbox, _ = await filed(store)
    delivery = Counting()
    async with running(Dispatcher(store, {"email": delivery}).run()):
        result = await run(database_url, "deliveries", "retry", str(mailbox))
        await until(lambda: delivery.sent == [mailbox])
        await until(lambda: delivered(store))

    assert (result.exit_code, result.stdout) == (0, "1 to be sent again\n")
    kinds = [line.kind for line in (await stored(store, "K7M-4XR")).history]
    assert kinds == ["filed", "delivered", "undelivered", "retried", "delivered"]


async def delivered(store: Store) -> bool:
    """The history's last line says that it arrived."""
    return (await stored(store, "K7M-4XR")).history[-1].kind == "delivered"


async def test_all_that_was_given_up_is_retried(store: Store, database_url: str) -> None:
    """And no more than once."""
    _, mailbox, _ = await filed(store)

    first = await run(database_url, "deliveries", "retry", "--all")
    second = await run(database_url, "deliveries", "retry", "--all")

    assert first.stdout == "1 to be sent again\n"
    assert (second.exit_code, second.stdout) == (0, "Nothing is to be sent again.\n")
    assert [item.id for item in await due(store, later(1e9)) if item.channel == "email"] == [
        mailbox
    ]


async def test_what_cannot_be_retried_is_named(sqlite_store: Store, sqlite_url: str) -> None:
    """The rest is retried all the same."""
    sent, mailbox, waiting = await filed(sqlite_store)
    await take(sqlite_store, 2, LookUpCompany(query="x"))
    [asked] = await sqlite_store.claim_outbox(NOW, 9, 30, {"directory"})
    await sqlite_store.mark_dead(asked, "late", NOW)

    wanted = [sent, mailbox, waiting, asked.id, 999]
    result = await run(sqlite_url, "deliveries", "retry", *map(str, wanted))

    assert (result.exit_code, result.stdout) == (1, "1 to be sent again\n")
    assert result.stderr.removeprefix("Error: ").splitlines() == [
        "999 is no delivery",
        f"{sent} was sent already",
        f"{waiting} waits already, and is tried by itself",
        f"{asked.id} is a look-up: the conversation went on without it",
    ]


async def test_an_answer_that_gave_way_is_not_retried(sqlite_store: Store, sqlite_url: str) -> None:
    """A member of the team was put the question instead, and whoever asks for it reads so."""
    filed_request = request("K7M-4XR")
    await take(sqlite_store, 1, filing(filed_request))
    await sqlite_store.receive([message(2)], NOW)
    [asked] = await claim(sqlite_store)
    held = ConversationState(requests=(FiledRequest(request=filed_request, held_by="Anne"),))
    said = Reply(text="Quatre axes.", language="fr", automatic=True)
    await sqlite_store.save([Stepped(asked, held, (said,), ())], NOW)
    [noted] = await sqlite_store.claim_outbox(NOW, 9, 30, {"telegram"})
    await sqlite_store.mark_sent([noted.id], NOW)
    [answer] = await sqlite_store.claim_outbox(NOW, 9, 30, {"telegram"})
    assert await sqlite_store.withhold_if_held(answer, NOW)

    result = await run(sqlite_url, "deliveries", "retry", str(answer.id))

    assert (result.exit_code, result.stdout) == (1, "Nothing is to be sent again.\n")
    assert result.stderr == (
        f"Error: {answer.id} is an answer that was withheld: a member of the team had taken the "
        "conversation, and the question was put to them\n"
    )


async def test_what_still_cannot_be_sent_is_said(sqlite_store: Store, sqlite_url: str) -> None:
    """Retrying on a channel that is not set up only makes it wait."""
    await take(sqlite_store, 1, filing(request(), GROUP))
    [group] = await due(sqlite_store)
    await sqlite_store.mark_dead(group, "kicked", NOW)

    result = await run(sqlite_url, "deliveries", "retry", "--all")

    assert result.stderr == f"{group.id} waits: no TELEGRAM_BOT_TOKEN is set\n"


@pytest.mark.parametrize("arguments", [[], ["--all", "1"]])
async def test_what_to_retry_must_be_said(sqlite_url: str, arguments: list[str]) -> None:
    """Neither nothing nor both."""
    result = await run(sqlite_url, "deliveries", "retry", *arguments)

    assert (result.exit_code, "or --all" in result.stderr) == (2, True)
