"""Events come in once and are handled in order, by one process at a time."""

from __future__ import annotations

import asyncio
import random

import pytest

from bot.storage.store import Store
from handlers.effects import RecordQuestion
from handlers.events import MessageReceived
from tests.bot.storage.making import (
    LEASE_SECONDS,
    NOW,
    claim,
    execute,
    handle,
    later,
    message,
    reply,
    stepped,
)


async def test_an_event_comes_back_as_it_was_received(store: Store) -> None:
    """What a channel hands in, the loop gets, whatever characters are in it."""
    text = "cest koi les axes svp ? é œ 🎉 \0 \\ ' \""
    await store.receive([message(1, text=text)], NOW)

    [item] = await claim(store)

    assert item.event == MessageReceived(text=text)
    assert (item.channel, item.external_id, item.address) == ("telegram", "1", "100")
    assert item.context == {"message_id": "1"}
    assert (item.state_version, item.attempts, item.received_at) == (0, 0, NOW)


async def test_half_a_character_does_not_stop_the_rest(store: Store) -> None:
    """A lone surrogate, which no database takes, becomes a question mark."""
    await store.receive([message(1, "1", text="a\ud800b"), message(2, "2")], NOW)

    events = [item.event for item in await claim(store)]

    assert events == [MessageReceived(text="a?b"), MessageReceived(text="message 2")]


async def test_a_known_event_changes_nothing(store: Store) -> None:
    """A second delivery of an id is not handled again, in the same batch or much later."""
    assert await store.receive([message(1), message(1), message(2)], NOW) == 2
    await handle(store)

    assert await store.receive([message(1), message(2)], later(60)) == 0
    assert await claim(store, later(120)) == []
    assert len(await store.claim_outbox(NOW, 10, LEASE_SECONDS, {"telegram"})) == 1


async def test_ids_are_those_of_a_channel(store: Store) -> None:
    """Two channels may use the same id, and the same address is then another person."""
    items = [message(1, channel="telegram"), message(1, channel="web")]

    assert await store.receive(items, NOW) == 2
    assert len({item.conversation_id for item in await claim(store)}) == 2


async def test_nothing_received_is_nothing_done(store: Store) -> None:
    """An empty batch is fine."""
    assert await store.receive([], NOW) == 0
    assert await store.save([], NOW) == []
    assert await claim(store) == []


async def test_many_events_are_committed_at_once(store: Store) -> None:
    """A thousand people write at the same moment."""
    items = [message(n, address=str(n)) for n in range(1000)]

    assert await store.receive(items, NOW) == 1000
    claimed = await claim(store, limit=600)
    assert [item.external_id for item in claimed] == [str(n) for n in range(600)]


async def test_a_conversation_is_handled_in_order(store: Store) -> None:
    """A later message waits until the earlier ones are done, others do not wait with it."""
    await store.receive([message(1, "a"), message(2, "a"), message(3, "b")], NOW)

    first = await claim(store)
    assert [item.external_id for item in first] == ["1", "3"]
    assert await claim(store) == []
    await store.save([stepped(item) for item in first], NOW)
    assert [item.external_id for item in await claim(store)] == ["2"]


async def test_the_state_goes_from_one_event_to_the_next(store: Store) -> None:
    """What a step remembers, the next one knows."""
    await store.receive([message(1), message(2)], NOW)
    [item] = await claim(store)
    await store.save([stepped(item)], NOW)

    [following] = await claim(store)

    assert following.state.last is not None
    assert following.state.last.text == "message 1"
    assert following.state_version == 1


async def test_a_killed_process_loses_nothing(store: Store) -> None:
    """What it had claimed is free again when its lease has run out, and not before."""
    await store.receive([message(1)], NOW)
    assert len(await claim(store)) == 1

    assert await claim(store, later(LEASE_SECONDS - 1)) == []
    assert [item.external_id for item in await claim(store, later(LEASE_SECONDS))] == ["1"]


async def test_whoever_comes_second_does_not_double(store: Store) -> None:
    """Two processes hold the same event, one by a lease that ran out: one result counts."""
    await store.receive([message(1)], NOW)
    [slow] = await claim(store)
    [quick] = await claim(store, later(LEASE_SECONDS))

    assert await store.save([stepped(quick, "quick")], later(31)) == []
    assert await store.save([stepped(slow, "slow")], later(32)) == []

    said = await store.replies_to("telegram", "1")
    assert said is not None
    assert [line.reply.text for line in said] == ["quick"]


async def test_a_step_on_an_old_state_is_repeated(store: Store, database_url: str) -> None:
    """If the conversation moved on meanwhile, nothing is written, and the new state comes back."""
    await store.receive([message(1), message(2)], NOW)
    [first] = await claim(store)
    await store.save([stepped(first, "one")], NOW)
    [second] = await claim(store)
    await execute(database_url, "UPDATE conversations SET version = 7")

    [again] = await store.save([stepped(second, "too early")], NOW)

    assert (again.id, again.state_version) == (second.id, 7)
    assert await store.replies_to("telegram", "2") is None
    assert await store.save([stepped(again, "two")], NOW) == []
    assert [r.reply.text for r in await store.replies_after(second.conversation_id, 0)] == [
        "one",
        "two",
    ]


async def test_one_collision_does_not_hold_back_the_others(store: Store, database_url: str) -> None:
    """The rest of the batch is saved."""
    await store.receive([message(1, "a"), message(2, "b")], NOW)
    claimed = await claim(store)
    await execute(database_url, "UPDATE conversations SET version = 1 WHERE address = 'a'")

    again = await store.save([stepped(item, "said") for item in claimed], NOW)

    assert [item.external_id for item in again] == ["1"]
    assert await store.replies_to("telegram", "2") is not None


async def test_a_failed_event_waits_and_comes_again(store: Store) -> None:
    """It is tried again when due; its conversation waits behind it, to keep the order."""
    await store.receive([message(1), message(2)], NOW)
    [item] = await claim(store)

    await store.retry_inbox(item, "ValueError", later(2))

    assert await claim(store, later(1)) == []
    [again] = await claim(store, later(2))
    assert (again.external_id, again.attempts) == ("1", 1)


async def test_an_event_given_up_is_answered_and_lets_the_next_through(store: Store) -> None:
    """The person reads that it failed, and the conversation goes on."""
    await store.receive([message(1), message(2)], NOW)
    [item] = await claim(store)

    await store.fail_inbox(item, "ValueError", reply("désolé"), NOW)
    await store.fail_inbox(item, "ValueError", reply("désolé"), NOW)

    said = await store.replies_to("telegram", "1")
    assert said is not None
    assert [line.reply.text for line in said] == ["désolé"]
    assert [item.external_id for item in await claim(store)] == ["2"]
    assert (await store.figures(NOW)).inbox_dead == 1


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ('UPDATE inbox SET event = \'{"kind": "telepathy", "text": "secret"}\'', "event"),
        ("UPDATE inbox SET event = 'secret'", "event"),
        ("UPDATE conversations SET state = '{\"version\": 99}'", "state: version 99"),
        ('UPDATE conversations SET state = \'{"offered": "secret"}\'', "state: offered"),
    ],
)
async def test_what_cannot_be_read_is_said_without_quoting_it(
    store: Store, database_url: str, statement: str, told: str
) -> None:
    """A row of a newer version, or a damaged one, is handed on as such."""
    await store.receive([message(1)], NOW)
    await execute(database_url, statement.replace(":", "\\:"))

    [item] = await claim(store)

    assert item.unreadable is not None
    assert told in item.unreadable
    assert "secret" not in item.unreadable


async def test_questions_for_the_team_are_kept_with_the_step(store: Store) -> None:
    """What could not be answered can be listed, newest first."""
    unanswered = RecordQuestion(kind="unanswered", text="prix\0 du bateau", language="fr")
    later = RecordQuestion(kind="unanswered", text="any boats", language="en")
    await store.receive([message(1)], NOW)
    [item] = await claim(store)
    await store.save([stepped(item, effects=(unanswered, later))], NOW)

    assert [q.text for q in await store.open_questions()] == ["any boats", "prix du bateau"]
    [question] = await store.open_questions("unanswered", limit=1)
    assert (question.kind, question.language, question.created_at) == ("unanswered", "en", NOW)
    assert question.conversation_id == item.conversation_id


async def test_messages_for_the_team_from_before_there_were_requests_are_listed(
    store: Store, database_url: str
) -> None:
    """They were kept beside the questions, as ``handoff``, and nobody has read them yet."""
    await store.receive([message(1)], NOW)
    [item] = await claim(store)
    question = RecordQuestion(kind="unanswered", text="call me", language="en")
    await store.save([stepped(item, effects=(question,))], NOW)
    await execute(database_url, "UPDATE open_questions SET kind = 'handoff'")

    assert [(q.kind, q.text) for q in await store.open_questions()] == [("handoff", "call me")]
    assert await store.open_questions("unanswered") == []


async def test_two_instances_share_the_work(postgresql_url: str) -> None:
    """On one PostgreSQL, each event is handled once and in order, whoever claims it."""
    stores = [await Store.open(postgresql_url) for _ in range(2)]
    handled: list[tuple[str, int]] = []
    items = [message(n, address=str(n % 7)) for n in range(210)]

    async def work(store: Store) -> None:
        while (await store.figures(NOW)).inbox_pending:
            claimed = await claim(store, limit=random.randint(1, 4))  # noqa: S311 - varies batches
            await asyncio.sleep(0)
            results = [stepped(item, f"reply {item.external_id}") for item in claimed]
            assert await store.save(results, NOW) == []
            handled.extend((item.address, int(item.external_id)) for item in claimed)

    async def bring(store: Store) -> None:
        for start in range(0, len(items), 10):
            await store.receive(items[start : start + 10], NOW)

    await asyncio.gather(*(bring(store) for store in stores))
    await asyncio.gather(*(work(store) for store in stores for _ in range(2)))

    assert sorted(number for _, number in handled) == list(range(210))
    for address in {address for address, _ in handled}:
        numbers = [number for other, number in handled if other == address]
        assert numbers == sorted(numbers)
    assert (await stores[0].figures(NOW)).outbox_pending == 210
    for store in stores:
        await store.close()
