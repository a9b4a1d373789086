"""What teams were shown, groups that moved, timers, and answers that give way to a person."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.storage.parts.conversations import lock_conversations
from bot.storage.records import ShownMessage, Stepped
from bot.storage.store import Store
from handlers.events import MessageReceived
from handlers.state import ConversationState, FiledRequest
from handlers.team.model import TEAM, GroupMoved, SetTimer, TimeCame, WordsDelivered
from handlers.values import Receipt, Reply
from tests.bot.storage.making import (
    NOW,
    claim,
    execute,
    later,
    message,
    stepped,
    transaction_beside,
    waiting_for_locks,
)
from tests.bot.storage.requesting import filing, request, take
from tests.polling import until

if TYPE_CHECKING:
    import datetime as dt

    from bot.storage.records import InboxItem, OutboxItem
    from handlers.effects import Effect
    from handlers.events import Event

PERSON = "200"


async def of_team(store: Store, event: Event, *effects: Effect, reference: str = "R1") -> None:
    """Handle ``event`` of a request's conversation with its team; it leads to ``effects``."""
    told = message(f"{reference}-{event.kind}", reference, channel=TEAM)
    await store.receive([told], NOW)
    [item] = await claim(store)
    assert await store.save([stepped(item, effects=effects)], NOW) == []


async def due(store: Store) -> list[OutboxItem]:
    """The head of that person's lane."""
    items = await store.claim_outbox(NOW, 100, 30.0, {"telegram"})
    return [item for item in items if item.address == PERSON]


async def told(store: Store, now: dt.datetime = NOW) -> list[tuple[str, Event]]:
    """What conversations wait to handle, with their addresses; it is handled."""
    items = await claim(store, now)
    assert await store.save([stepped(item) for item in items], now) == []
    return [(item.address, item.event) for item in items]


async def test_a_message_in_a_group_is_of_a_request(store: Store) -> None:
    """With what a reply to it is for; a message of that id in another group is not."""
    await take(store, 1, filing(request("R1")), filing(request("R2")))
    await store.keep_message("-100", 7, "R1", "card", NOW)
    await store.keep_message("-100", 8, "R1", "note", NOW)
    await store.keep_message("-100", 9, "R2", "card", NOW)
    await store.keep_message("-100", 11, "R1", "card", NOW)

    assert await store.shown_message("-100", 8) == ShownMessage("R1", "note")
    assert await store.shown_message("-200", 8) is None
    assert await store.shown_card("-100", "R1") == 11
    assert await store.shown_card("-200", "R1") is None


async def test_a_topic_leads_to_its_request(store: Store) -> None:
    """In its own group."""
    await take(store, 1, filing(request("R1")))
    await store.keep_topic("R1", "-100", 7, NOW)

    assert await store.request_in_topic("-100", 7) == "R1"
    assert await store.request_in_topic("-200", 7) is None
    assert await store.has_request("R1")
    assert not await store.has_request("r1")


async def test_a_timer_rings_once_when_it_is_due(store: Store) -> None:
    """Also one that was set anew; not one that was taken back."""
    await take(store, 1, filing(request("R1")))
    beginning = MessageReceived(text="a")
    await of_team(
        store,
        beginning,
        SetTimer(name="remind", due_at=later(10)),
        SetTimer(name="release", due_at=later(10)),
        SetTimer(name="remind", due_at=later(60)),
        SetTimer(name="other", due_at=later(10)),
        SetTimer(name="other", due_at=None),
    )

    assert await store.ring_timers(later(9)) == 0
    assert await store.ring_timers(later(30)) == 1
    assert await told(store, later(30)) == [("R1", TimeCame(name="release"))]
    assert await store.ring_timers(later(60)) == 1
    assert await told(store, later(60)) == [("R1", TimeCame(name="remind"))]
    assert await store.ring_timers(later(1_000)) == 0


async def test_a_timer_can_be_set_again_after_it_rang(store: Store) -> None:
    """A second ring is another event than the first."""
    await take(store, 1, filing(request("R1")))
    for turn in ("a", "b"):
        timer = SetTimer(name="remind", due_at=NOW)
        await store.receive([message(turn, "R1", channel=TEAM)], NOW)
        [item] = await claim(store)
        assert await store.save([stepped(item, effects=(timer,))], NOW) == []
        assert await store.ring_timers(NOW) == 1
        assert await told(store) == [("R1", TimeCame(name="remind"))]


async def test_a_group_that_moved_is_told_of_once_to_its_requests(store: Store) -> None:
    """What it was shown is out of reach; another group's is not."""
    await take(store, 1, filing(request("R1")), filing(request("R2")))
    await store.keep_message("-100", 7, "R1", "card", NOW)
    await store.keep_message("-200", 7, "R2", "card", NOW)
    await store.keep_topic("R1", "-100", 3, NOW)

    await store.move_group("-100", "-1001", NOW)
    assert await told(store) == [("R1", GroupMoved())]
    assert await store.shown_message("-100", 7) is None
    assert await store.topic("R1", "-100") is None
    assert await store.shown_message("-200", 7) == ShownMessage("R2", "card")
    assert await store.group_moves() == {"-100": "-1001"}
    assert await store.groups_moved_to("-1001") == ["-100"]
    assert await store.groups_moved_to("-100") == []

    await store.keep_message("-100", 2, "R1", "card", NOW)
    await store.move_group("-100", "-1001", NOW)
    assert await told(store) == []
    assert await store.shown_message("-100", 2) == ShownMessage("R1", "card")


async def test_a_members_words_are_said_to_have_arrived_or_not(store: Store) -> None:
    """Their conversation is told when the delivery ends, either way, whatever they wrote."""
    await take(store, 1, filing(request("R1")))
    for number, text in (("5", "Bonjour"), ("6", "Bonjour \ud83d")):
        await _member_says(store, number, text)
    [first] = await due(store)
    await store.mark_sent([first.id], NOW)
    [second] = await due(store)
    await store.mark_dead(second, "gone", NOW)
    ends = [WordsDelivered(group="-100", message=str(n), ok=n == 5) for n in (5, 6)]
    assert [await told(store) for _ in ends] == [[("R1", end)] for end in ends]


async def _member_says(store: Store, number: str, text: str = "Bonjour") -> str:
    """A member's words wait to be sent to the person; the person's conversation."""
    await store.receive([message(f"m{number}", PERSON)], NOW)
    [item] = await claim(store)
    receipt = Receipt(reference="R1", group="-100", message=number)
    said = Reply(text=text, language="fr", author="Anne", receipt=receipt)
    assert await store.save([Stepped(item, ConversationState(), (said,), ())], NOW) == []
    return item.conversation_id


FIRST = "0"
"""The id of a conversation that is locked before all others."""


async def _file_with_first_team(url: str, store: Store) -> None:
    """File a request whose conversation with its team is the first in the order of locks."""
    await execute(
        url,
        "INSERT INTO conversations (id, channel, address, state, version, created_at)"
        " VALUES (:id, 'team', 'R1', '{}', 0, '2024-11-24 22:00:00')",
        id=FIRST,
    )
    await take(store, 1, filing(request("R1")))


async def test_a_block_locks_person_and_team_in_the_order_of_all(postgresql_url: str) -> None:
    """A step of both conversations that is being written in another process is waited for."""
    store = await Store.open(postgresql_url)
    await _file_with_first_team(postgresql_url, store)
    person = await _member_says(store, "5")

    async with transaction_beside(postgresql_url) as saving:
        await saving.execute(lock_conversations([FIRST]))
        blocking = asyncio.create_task(store.mark_blocked(person, NOW))
        await until(lambda: waiting_for_locks(postgresql_url, 1))
        await saving.execute(lock_conversations([person]))
    await blocking

    end = WordsDelivered(group="-100", message="5", ok=False)
    assert await told(store) == [("R1", end)]
    await store.close()


async def test_a_block_and_the_end_of_a_delivery_do_not_wait_for_each_other(
    postgresql_url: str,
) -> None:
    """Both write the member's words that were on their way, and tell the team of it: one does."""
    store = await Store.open(postgresql_url)
    await _file_with_first_team(postgresql_url, store)
    person = await _member_says(store, "5")
    [words] = await due(store)

    async with transaction_beside(postgresql_url) as saving:
        await saving.execute(lock_conversations([FIRST]))
        blocking = asyncio.create_task(store.mark_blocked(person, NOW))
        await until(lambda: waiting_for_locks(postgresql_url, 1))
        marking = asyncio.create_task(store.mark_sent([words.id], NOW))
        await until(lambda: waiting_for_locks(postgresql_url, 2))
    await asyncio.gather(blocking, marking)

    assert len(await told(store)) == 1
    await store.close()


async def _answered(store: Store, external_id: str, state: ConversationState) -> InboxItem:
    """A message is handled: the assistant answers, and the state is ``state`` from then on."""
    await store.receive([message(external_id, PERSON)], NOW)
    [item] = await claim(store)
    said = (
        Reply(text="Quatre axes.", language="fr", automatic=True),
        Reply(text="Et une carte.", language="fr", automatic=True),
    )
    assert await store.save([Stepped(item, state, said, ())], NOW) == []
    return item


async def test_an_answer_gives_way_to_who_has_the_conversation_by_then(store: Store) -> None:
    """It is not sent; what it would have answered comes again, once."""
    await take(store, 1, filing(request("R1")))
    filed = FiledRequest(request=request("R1"), held_by="Anne")
    asked = await _answered(store, "q", ConversationState(requests=(filed,)))
    for _ in range(2):
        [item] = await due(store)
        assert await store.withhold_if_held(item, later(1))
    assert await due(store) == []
    [again] = await claim(store, later(1))
    assert (again.address, again.event, again.context) == (
        asked.address,
        asked.event,
        asked.context,
    )


async def test_an_answer_goes_out_where_nobody_has_the_conversation(store: Store) -> None:
    """A request is open, but no member has it."""
    await take(store, 1, filing(request("R1")))
    await _answered(store, "q", ConversationState(requests=(FiledRequest(request=request("R1")),)))
    [item] = await due(store)
    assert not await store.withhold_if_held(item, later(1))
    assert await claim(store) == []
