"""A look-up is answered by an event in the conversation that asks, whatever happens."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.app import open_assistant
from bot.company_directory import CompanyDirectory, DirectoryUnavailable, NoDirectory
from bot.company_directory.state_search import StateSearch
from bot.delivery import PermanentError, TransientError
from bot.delivery.directory import DirectoryDelivery
from bot.inbox import Inbox
from bot.settings import Settings
from bot.storage.records import Incoming, OutboxItem
from bot.storage.store import Store
from handlers.effects import LookUpCompany
from handlers.events import CompaniesFound, Event, MessageReceived
from handlers.requests.model import Company
from handlers.state import ConversationState
from handlers.step import Step
from handlers.values import Reply
from knowledge.model import Territory
from tests.bot.storage.making import NOW, claim, execute, reply
from tests.polling import running, until
from tests.servers import directory_firms as firms
from tests.servers.directory import DirectoryServer
from tests.servers.directory_faults import KINDS, Fault, Kind, seeded

SAMPLE = Path(__file__).parents[1] / "sample"
WORKSHOP = firms.TOURNAGE.siret(firms.TOURNAGE.sites[1])
CONVERSATION = Incoming(
    "telegram", "700", "-100200", MessageReceived(text="Bonjour"), {"message_thread_id": "12"}
)


@pytest.fixture
async def server() -> AsyncIterator[DirectoryServer]:
    """A company search with invented companies."""
    async with DirectoryServer().running() as running_server:
        yield running_server


@pytest.fixture
async def directory(server: DirectoryServer) -> AsyncIterator[StateSearch]:
    """The adapter to it."""
    async with StateSearch.open(
        server.url, Territory, request_seconds=5, per_second=10_000, user_agent="tests"
    ) as opened:
        yield opened


@pytest.fixture
async def asking(sqlite_store: Store) -> Store:
    """A store with a conversation whose first message is handled."""
    await sqlite_store.receive([CONVERSATION], NOW)
    for item in await claim(sqlite_store):
        await sqlite_store.fail_inbox(item, "", reply("Bonjour"), NOW)
    return sqlite_store


def delivery(
    store: Store, directory: CompanyDirectory, within_seconds: float = 30
) -> DirectoryDelivery:
    """The delivery, with the real inbox on ``store``."""
    inbox = Inbox(store, _no_step, fallback=_no_fallback, clock=lambda: NOW)
    return DirectoryDelivery(directory, inbox, within_seconds=within_seconds)


def look_up(query: str = WORKSHOP, item_id: int = 7, **context: str) -> OutboxItem:
    """What the outbox holds for a look-up of that conversation."""
    asker = {"reply_channel": "telegram", "reply_address": "-100200", "message_thread_id": "12"}
    return OutboxItem(
        id=item_id,
        channel="directory",
        address="conversation",
        conversation_id="conversation",
        payload=LookUpCompany(query=query),
        context=asker | context,
        attempts=0,
        created_at=NOW,
    )


async def heard(store: Store) -> CompaniesFound:
    """The one event that waits in the inbox."""
    [item] = await claim(store)
    assert isinstance(item.event, CompaniesFound)
    return item.event


async def test_what_is_found_comes_into_the_conversation_that_asks(
    asking: Store, directory: StateSearch
) -> None:
    """As an event of its own, on the same channel, in the same topic."""
    await delivery(asking, directory).deliver(look_up())
    [item] = await claim(asking)
    assert (item.channel, item.address, item.external_id) == ("telegram", "-100200", "directory-7")
    assert item.context == {"message_thread_id": "12"}
    assert isinstance(item.event, CompaniesFound)
    assert item.event.query == WORKSHOP
    assert [company.siret for company in item.event.companies] == [WORKSHOP]
    assert item.event.fault == ""
    assert (await asking.figures(NOW)).conversations == 1


async def test_a_company_that_is_not_known_is_no_fault(
    asking: Store, directory: StateSearch
) -> None:
    """The form asks for it then."""
    await delivery(asking, directory).deliver(look_up("123456782"))
    assert await heard(asking) == CompaniesFound(query="123456782")


async def test_a_repeated_look_up_has_its_effect_once(
    asking: Store, directory: StateSearch
) -> None:
    """As after a crash before the mark; another look-up is another event."""
    deliver = delivery(asking, directory).deliver
    await deliver(look_up())
    await deliver(look_up())
    await deliver(look_up(item_id=8))
    assert (await asking.figures(NOW)).inbox_pending == 2


@pytest.mark.parametrize("kind", KINDS)
async def test_the_form_goes_on_whatever_fails(
    asking: Store, server: DirectoryServer, kind: Kind, caplog: pytest.LogCaptureFixture
) -> None:
    """Every fault ends in an event, and the log does not say what was asked."""
    caplog.set_level(logging.DEBUG, logger="bot")
    server.faults = _always(kind)
    async with StateSearch.open(
        server.url, Territory, request_seconds=0.2, per_second=10_000, user_agent="tests"
    ) as directory:
        await delivery(asking, directory, within_seconds=0.5).deliver(look_up())
    assert await heard(asking) == CompaniesFound(query=WORKSHOP, fault="unavailable")
    assert WORKSHOP not in caplog.text
    assert "look-up 7" in caplog.text


@pytest.mark.parametrize("kind", ["server_error", "bad_gateway", "truncated", "closed"])
async def test_a_passing_fault_is_not_noticed(
    asking: Store, server: DirectoryServer, directory: StateSearch, kind: Kind
) -> None:
    """Twice it is asked again."""
    server.faults = iter([Fault(kind), Fault(kind)])
    await delivery(asking, directory).deliver(look_up())
    assert len((await heard(asking)).companies) == 1


@pytest.mark.parametrize("kind", ["bad_request", "refused", "moved", "wrong_shape", "no_json"])
async def test_a_lasting_fault_is_not_asked_for_again(
    asking: Store, server: DirectoryServer, directory: StateSearch, kind: Kind
) -> None:
    """It would be the same."""
    server.faults = iter([Fault(kind)])
    await delivery(asking, directory).deliver(look_up())
    assert (await heard(asking)).fault == "unavailable"
    assert len(server.requests) == 1


async def test_of_many_look_ups_each_is_answered_once(
    asking: Store, server: DirectoryServer
) -> None:
    """With a third of all requests failing, in every way, and each look-up delivered twice."""
    server.faults = seeded(4, share=1 / 3)
    async with StateSearch.open(
        server.url, Territory, request_seconds=0.3, per_second=10_000, user_agent="tests"
    ) as directory:
        deliver = delivery(asking, directory).deliver
        look_ups = [look_up(item_id=number) for number in range(1, 61)]
        await asyncio.gather(*map(deliver, look_ups))
        await asyncio.gather(*map(deliver, look_ups))

    answers = []
    while claimed := await claim(asking):
        for item in claimed:
            assert isinstance(item.event, CompaniesFound)
            assert item.event.fault or len(item.event.companies) == 1
            answers.append(item.external_id)
            await asking.fail_inbox(item, "", reply("x"), NOW)
    assert sorted(answers) == sorted(f"directory-{item.id}" for item in look_ups)


async def test_a_directory_that_never_answers_is_given_up(asking: Store) -> None:
    """The limit is the delivery's own, whatever a directory does."""
    await delivery(asking, _Silent(), within_seconds=0.05).deliver(look_up())
    assert (await heard(asking)).fault == "unavailable"


async def test_a_fault_of_ours_does_not_hold_the_form_up(
    asking: Store, caplog: pytest.LogCaptureFixture
) -> None:
    """It is an error in the log, without what was asked."""
    await delivery(asking, _Faulty()).deliver(look_up())
    assert (await heard(asking)).fault == "unavailable"
    assert "KeyError" in caplog.text
    assert WORKSHOP not in caplog.text


async def test_without_a_directory_the_answer_comes_at_once(asking: Store) -> None:
    """The form goes on by asking, and has nothing to be sorry for."""
    await delivery(asking, NoDirectory()).deliver(look_up())
    assert await heard(asking) == CompaniesFound(query=WORKSHOP, fault="off")


async def test_an_inbox_that_cannot_be_written_is_tried_again(
    asking: Store, sqlite_url: str
) -> None:
    """That alone is a failure of the delivery: the event must not be lost."""
    deliver = delivery(asking, NoDirectory()).deliver
    await execute(sqlite_url, "ALTER TABLE inbox RENAME TO away")
    with pytest.raises(TransientError):
        await deliver(look_up())
    await execute(sqlite_url, "ALTER TABLE away RENAME TO inbox")
    await deliver(look_up())
    assert (await heard(asking)).fault == "off"


async def test_an_answer_to_a_person_who_is_gone_begins_nothing(sqlite_store: Store) -> None:
    """Who was erased while the directory was asked is not remembered again by its answer."""
    await delivery(sqlite_store, NoDirectory()).deliver(look_up())
    assert await claim(sqlite_store) == []
    assert (await sqlite_store.figures(NOW)).conversations == 0


@pytest.mark.parametrize(
    "item",
    [
        look_up(reply_channel=""),
        look_up(reply_address=""),
        replace(look_up(), context={}),
        replace(look_up(), payload=reply("x")),
    ],
)
async def test_what_is_no_look_up_is_given_up(asking: Store, item: OutboxItem) -> None:
    """A row of another kind, or of nobody."""
    with pytest.raises(PermanentError):
        await delivery(asking, NoDirectory()).deliver(item)
    assert await claim(asking) == []


@pytest.mark.parametrize("off", [False, True])
async def test_the_assistant_answers_its_own_look_ups(
    server: DirectoryServer, tmp_path: Path, *, off: bool
) -> None:
    """Wired whole: from a row of the outbox to a handled event, with a directory and without."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'assistant.db'}"
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]
        knowledge_dir=SAMPLE,
        database_url=url,
        cache_dir=tmp_path,
        company_directory_url="off" if off else server.url,
    )
    async with open_assistant(settings) as assistant:
        await assistant.store.receive([replace(CONVERSATION, channel="terminal")], NOW)
        await _ask(url)
        async with running(assistant.inbox.run(), assistant.dispatcher.run()):
            await until(lambda: _handled(url))
    [(stored,)] = await execute(url, "SELECT event FROM inbox WHERE external_id = 'directory-1'")
    event = CompaniesFound.model_validate_json(stored)
    assert event.fault == ("off" if off else "")
    assert [company.siret for company in event.companies] == ([] if off else [WORKSHOP])
    assert len(server.requests) == (0 if off else 1)


async def _ask(url: str) -> None:
    """Put a look-up of the only conversation into the outbox."""
    asker = {"reply_channel": "terminal", "reply_address": "-100200"}
    await execute(
        url,
        "INSERT INTO outbox (channel, address, conversation_id, kind, payload, context, created_at,"
        " due_at, attempts, status) SELECT 'directory', id, id, 'look_up', :payload, :context,"
        " created_at, created_at, 0, 'pending' FROM conversations",
        payload=LookUpCompany(query=WORKSHOP).model_dump_json(),
        context=json.dumps(asker),
    )


async def _handled(url: str) -> bool:
    query = "SELECT count(*) FROM inbox WHERE external_id = 'directory-1' AND status = 'done'"
    return await execute(url, query) == [(1,)]


class _Silent:
    async def find(self, query: str) -> tuple[Company, ...]:
        """Never answer."""
        del query
        await asyncio.Event().wait()
        raise DirectoryUnavailable("never reached")


class _Faulty:
    async def find(self, query: str) -> tuple[Company, ...]:
        """Fail as no directory should."""
        raise KeyError(query)


def _always(kind: Kind) -> Iterator[Fault]:
    while True:
        yield Fault(kind)


def _no_step(state: ConversationState, event: Event, now: dt.datetime, *_: str) -> Step:
    del event, now
    return Step(state=state)


def _no_fallback(state: ConversationState, event: Event) -> Reply:
    del state, event
    return reply("?")
