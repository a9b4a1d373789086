"""What is held of a person is erased, all of it, once, whatever happens meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from bot.storage.parts.conversations import lock_conversations
from bot.storage.records import Incoming, Stepped
from bot.storage.rows import inbox_row
from bot.storage.store import Store
from bot.storage.tables import inbox
from handlers.effects import AddToRequest
from handlers.events import CompaniesFound, MessageReceived
from handlers.privacy.model import WipeGroup
from handlers.requests.model import Card, Company
from handlers.state import ConversationState
from handlers.team.model import (
    TEAM,
    Address,
    CompanyWithdrew,
    Notify,
    SendCards,
    TeamMoved,
)
from tests.bot.privacy.bytes_held import everything, found_in
from tests.bot.privacy.people import (
    AMELIE,
    BRUNO,
    confirm,
    incoming,
    live_through,
    request_of,
    say,
    send,
    words,
)
from tests.bot.storage.making import (
    NOW,
    claim,
    execute,
    later,
    transaction_beside,
    waiting_for_locks,
)
from tests.bot.storage.requesting import CRM, GROUP, MAILBOX, card
from tests.polling import until

ALL = frozenset({"telegram", "team", "email", "webhook", "directory", "erasure", "wipe"})


async def test_no_byte_is_left_of_who_was_erased(store: Store, database_url: str) -> None:
    """Neither in rows nor in the free pages and logs of SQLite; another person keeps everything."""
    await live_through(store, BRUNO)
    await live_through(store, AMELIE)
    before = await everything(database_url)
    assert set(AMELIE.secrets) <= set(found_in(before, AMELIE.secrets))

    assert await store.erase(await confirm(store, AMELIE), NOW, words)

    after = await everything(database_url)
    assert found_in(after, AMELIE.secrets) == []
    assert set(found_in(after, BRUNO.secrets)) == set(found_in(before, BRUNO.secrets))
    assert await store.request(BRUNO.reference) is not None
    assert await store.request(AMELIE.reference) is None


async def test_who_has_copies_is_asked_to_erase_them(store: Store) -> None:
    """Mailbox and webhook by a card of the reference alone; the group is cleaned, then told."""
    await live_through(store, AMELIE)
    await store.erase(await confirm(store, AMELIE), NOW, words)

    items = await store.claim_outbox(NOW, 100, 60.0, ALL)
    cards = {i.channel: i.payload for i in items if isinstance(i.payload, Card)}
    [wipe] = [item for item in items if isinstance(item.payload, WipeGroup)]

    assert {to.address for to in (MAILBOX, CRM)} == {
        item.address for item in items if item.channel in cards
    }
    for told in cards.values():
        assert (told.news, told.erased_by) == ("erased", "person")
        assert told.request.reference == AMELIE.reference
        assert found_in(told.model_dump_json().encode(), AMELIE.secrets) == []
    assert isinstance(wipe.payload, WipeGroup)
    number = int(AMELIE.address)
    assert wipe.address == GROUP.address
    assert wipe.payload.shown.topics == (100 + number,)
    assert wipe.payload.shown.messages == (1000 + number, 2000 + number)
    assert [told.request.reference for told in wipe.payload.cards] == [AMELIE.reference]


async def test_the_person_reads_that_it_is_done(store: Store) -> None:
    """One last word, after which everything before it is gone."""
    await live_through(store, AMELIE)
    await store.erase(await confirm(store, AMELIE), NOW, words)

    said = [
        item.payload
        for item in await store.claim_outbox(NOW, 100, 60.0, {"telegram"})
        if item.address == AMELIE.address
    ]
    assert [one.erases for one in said if hasattr(one, "erases")] == [True]


async def test_a_proof_is_left_that_names_nobody(store: Store) -> None:
    """When, on which channel, how many of what, and references, which stand for nothing now."""
    await live_through(store, AMELIE)
    await store.erase(await confirm(store, AMELIE), NOW, words)

    [proof] = await store.proofs()
    assert (proof.at, proof.asked_by, proof.channel) == (NOW, "person", "telegram")
    assert proof.references == (AMELIE.reference,)
    assert proof.counts == {
        "messages": 5,
        "replies": 5,
        "look_ups": 1,
        "requests": 1,
        "files": 1,
        "questions": 1,
        "groups": 1,
        "copies": 3,
    }


async def test_an_erasure_repeated_changes_nothing(store: Store) -> None:
    """A dispatcher that was killed, or two at once: one erasure, one last word, one proof."""
    await live_through(store, AMELIE)
    order = await confirm(store, AMELIE)
    assert await store.erase(order, NOW, words)
    items = await store.claim_outbox(NOW, 100, 60.0, ALL)

    assert await store.erase(order, NOW, words)

    assert len(await store.proofs()) == 1
    assert await store.claim_outbox(NOW, 100, 60.0, ALL) == []
    assert await store.claim_outbox(later(120), 100, 60.0, ALL) == items


async def test_what_waits_to_be_sent_is_not_sent(store: Store) -> None:
    """From the confirmation on nothing of the person goes out but the word that it is begun."""
    await live_through(store, AMELIE)
    await say(store, AMELIE, 5, AddToRequest(reference=AMELIE.reference, text=AMELIE.words))
    await confirm(store, AMELIE)

    left = await store.claim_outbox(NOW, 100, 60.0, ALL)

    assert [item.payload.text for item in left if hasattr(item.payload, "text")] == ["J'efface."]


async def test_what_is_on_its_way_is_waited_for(store: Store, database_url: str) -> None:
    """What a card on its way makes in a group must be known to be taken away again."""
    await live_through(store, AMELIE)
    await say(store, AMELIE, 5, AddToRequest(reference=AMELIE.reference, text=AMELIE.words))

    await say(store, AMELIE, 6, SendCards(cards=(card(request_of(AMELIE)),)))
    [under_way] = await store.claim_outbox(NOW, 100, 60.0, {"team"})
    order = await confirm(store, AMELIE)

    assert not await store.erase(order, NOW, words)
    assert await store.request(AMELIE.reference) is not None
    await store.keep_topic(AMELIE.reference, GROUP.address, 999, NOW)
    await store.mark_sent([under_way.id], NOW)
    assert await store.erase(order, NOW, words)

    wipes = [
        item.payload
        for item in await store.claim_outbox(NOW, 100, 60.0, {"wipe"})
        if isinstance(item.payload, WipeGroup)
    ]
    assert [wipe.shown.topics for wipe in wipes] == [(999,)]
    assert found_in(await everything(database_url), AMELIE.secrets) == []


async def test_a_lease_that_ran_out_is_not_waited_for(store: Store) -> None:
    """The process that was sending is dead: nobody will say what became of it."""
    await live_through(store, AMELIE)

    await say(store, AMELIE, 6, SendCards(cards=(card(request_of(AMELIE)),)))
    assert await store.claim_outbox(NOW, 100, 60.0, {"team"})
    order = await confirm(store, AMELIE)

    assert not await store.erase(order, later(30), words)
    assert await store.erase(order, later(61), words)


async def test_messages_that_come_meanwhile_bring_nothing_back(
    store: Store, database_url: str
) -> None:
    """Neither what was written during the erasure, nor what its channel gives once more after."""
    await live_through(store, AMELIE)
    order = await confirm(store, AMELIE)
    during = incoming(AMELIE, 91, MessageReceived(text=f"{AMELIE.words}, encore"))
    assert await store.receive([during], NOW) == 1

    assert await store.erase(order, NOW, words)

    again = [during, *(incoming(AMELIE, n, MessageReceived(text=AMELIE.words)) for n in (1, 3, 90))]
    assert await store.receive(again, later(60)) == 0
    assert await claim(store, later(60)) == []
    assert found_in(await everything(database_url), AMELIE.secrets) == []


async def test_a_step_that_was_under_way_is_not_saved(store: Store, database_url: str) -> None:
    """Neither the person's own, nor a member's, whose words would go to nobody."""
    await live_through(store, AMELIE)
    order = await confirm(store, AMELIE)
    await store.receive([incoming(AMELIE, 91, MessageReceived(text=AMELIE.words))], NOW)

    await store.receive([Incoming(TEAM, "pressed", AMELIE.reference, CompanyWithdrew())], NOW)
    held = {item.channel: item for item in await claim(store)}
    assert set(held) == {"telegram", TEAM}

    assert await store.erase(order, NOW, words)

    told = Notify(
        to=Address(channel="telegram", address="31337"),
        event=TeamMoved(reference=AMELIE.reference, status="taken", by=AMELIE.name),
    )
    results = [
        Stepped(held["telegram"], ConversationState(asked=AMELIE.words), (), ()),
        Stepped(held[TEAM], ConversationState(asked=AMELIE.words), (), (told,)),
    ]
    assert await store.save(results, NOW) == []
    assert found_in(await everything(database_url), AMELIE.secrets) == []
    assert await store.conversation_id("telegram", "31337") is None
    assert await store.conversation_id(TEAM, AMELIE.reference) is None


async def test_what_is_told_to_an_erased_request_is_lost(store: Store, database_url: str) -> None:
    """A member who replies to a card that is still on their screen begins nothing."""
    await live_through(store, AMELIE)
    await store.erase(await confirm(store, AMELIE), NOW, words)
    found = CompaniesFound(query=AMELIE.name, companies=(Company(name=AMELIE.name),))

    await store.receive([Incoming("team", "late", AMELIE.reference, found)], NOW)

    assert await claim(store) == []
    assert found_in(await everything(database_url), AMELIE.secrets) == []


async def test_who_comes_back_begins_anew(store: Store) -> None:
    """What they write after the last word is a conversation of its own."""
    await live_through(store, AMELIE)
    await store.erase(await confirm(store, AMELIE), NOW, words)
    await store.receive([incoming(AMELIE, 200, MessageReceived(text="Bonjour"))], later(60))

    [item] = await claim(store, later(60))

    assert item.state == ConversationState()
    await store.save([Stepped(item, ConversationState(asked="Bonjour"), (), ())], later(60))
    assert await store.emptied_conversations(later(3 * 86_400), None) == []


async def test_the_chat_number_goes_too(store: Store) -> None:
    """Two days later, when Telegram can no longer give an old message once more."""
    await live_through(store, AMELIE)
    await store.erase(await confirm(store, AMELIE), NOW, words)
    await send(store)

    assert await store.emptied_conversations(later(86_400), None) == []
    emptied = await store.emptied_conversations(later(3 * 86_400), None)
    assert len(emptied) == 1
    await store.drop_emptied(emptied, later(3 * 86_400))
    assert await store.conversation_id("telegram", AMELIE.address) is None


async def test_who_comes_back_while_the_chat_number_goes_keeps_it(store: Store) -> None:
    """What they write between the search and the erasure is kept."""
    await live_through(store, AMELIE)
    await store.erase(await confirm(store, AMELIE), NOW, words)
    await send(store)
    then = later(3 * 86_400)
    emptied = await store.emptied_conversations(then, None)

    await store.receive([incoming(AMELIE, 200, MessageReceived(text="Bonjour"))], then)
    await store.drop_emptied(emptied, then)

    assert len(await claim(store, then)) == 1


async def test_a_message_that_the_purge_waited_for_is_kept(postgresql_url: str) -> None:
    """It was being written in another process when the purge wanted the conversation."""
    store = await Store.open(postgresql_url)
    await live_through(store, AMELIE)
    await store.erase(await confirm(store, AMELIE), NOW, words)
    await send(store)
    then = later(3 * 86_400)
    [emptied] = await store.emptied_conversations(then, None)
    back = incoming(AMELIE, 200, MessageReceived(text="Bonjour"))

    async with transaction_beside(postgresql_url) as receiving:
        await receiving.execute(lock_conversations([emptied]))
        purging = asyncio.create_task(store.drop_emptied([emptied], then))
        await until(lambda: waiting_for_locks(postgresql_url, 1))
        await receiving.execute(sa.insert(inbox).values(inbox_row(back, emptied, then)))
    await purging

    assert len(await claim(store, then)) == 1
    await store.close()


async def test_staff_may_erase_in_a_persons_name(store: Store, database_url: str) -> None:
    """After a written demand, by the reference of a request."""
    await live_through(store, AMELIE)
    conversation = await store.whose(AMELIE.reference)
    assert conversation == await store.whose(f"telegram:{AMELIE.address}")
    assert conversation is not None

    order = await store.order_erasure(conversation, "fr", NOW)

    assert await store.erase(order, NOW, words)

    assert found_in(await everything(database_url), AMELIE.secrets) == []
    assert [proof.asked_by for proof in await store.proofs()] == ["staff"]


async def test_a_killed_process_leaves_the_overwriting_to_the_next(sqlite_url: str) -> None:
    """Between the erasure and the overwriting of SQLite's files: the next start does it."""
    store = await Store.open(sqlite_url)
    await live_through(store, AMELIE)
    order = await confirm(store, AMELIE)
    async with kept_from_overwriting(sqlite_url):
        await store.erase(order, NOW, words)
        assert found_in(await everything(sqlite_url), AMELIE.secrets)
        await store.close()

    store = await Store.open(sqlite_url)

    assert found_in(await everything(sqlite_url), AMELIE.secrets) == []
    await store.close()


@asynccontextmanager
async def kept_from_overwriting(url: str) -> AsyncIterator[None]:
    """A reader that holds on to the state as it was, as in another process."""
    engine = create_async_engine(url)
    async with engine.connect() as connection:
        await connection.execute(sa.text("BEGIN"))
        await connection.execute(sa.text("SELECT count(*) FROM inbox"))
        yield
    await engine.dispose()


async def test_two_processes_erase_once(postgresql_url: str) -> None:
    """Both have the order, and messages come in all the while: one erasure, and nothing is left."""
    first, second = await Store.open(postgresql_url), await Store.open(postgresql_url)
    await live_through(first, AMELIE)
    order = await confirm(first, AMELIE)

    async def writes(store: Store, number: int) -> None:
        event = MessageReceived(text=f"{AMELIE.words}, {number}")
        await store.receive([incoming(AMELIE, number, event)], NOW)

    before = [writes(store, 300 + n) for n, store in enumerate((first, second) * 5)]
    done = await asyncio.gather(
        first.erase(order, NOW, words), *before, second.erase(order, NOW, words)
    )

    assert (done[0], done[-1]) == (True, True)
    assert len(await first.proofs()) == 1
    said = await first.claim_outbox(NOW, 100, 60.0, {"telegram"})
    assert len([item for item in said if item.reply.erases]) == 1
    # What came after the erasure is a conversation of its own, of which nothing is known.
    for item in await claim(first):
        assert item.state == ConversationState()
    await first.close()
    await second.close()


async def test_a_large_file_is_overwritten_later(sqlite_store: Store, sqlite_url: str) -> None:
    """Nobody waits for it: what is owed stays noted until a call that sets no limit."""
    database = sqlite_store._database  # noqa: SLF001 - what the purge calls is tried at its limit
    async with database.write() as connection:
        await database.owe_overwriting(connection)

    await database.overwrite_erased(up_to_bytes=0)
    assert await execute(sqlite_url, "PRAGMA user_version") == [(1,)]
    await sqlite_store.overwrite_erased()
    assert await execute(sqlite_url, "PRAGMA user_version") == [(0,)]
