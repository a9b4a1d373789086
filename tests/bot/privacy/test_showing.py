"""What is held of a person is counted and exported, whole, and nothing of anybody else."""

from __future__ import annotations

import json

from bot.delivery.files import ExportedData
from bot.storage.records import Stepped
from bot.storage.store import Store
from handlers.events import CommandGiven
from handlers.privacy.model import EXPORT, DataGathered, GatherData, HeldDelivery
from handlers.state import ConversationState
from handlers.values import File
from tests.bot.privacy.bytes_held import found_in
from tests.bot.privacy.people import AMELIE, BRUNO, incoming, live_through, say
from tests.bot.storage.making import NOW, claim, reply
from tests.bot.storage.requesting import CRM, GROUP, MAILBOX


async def test_who_asks_is_answered_with_what_is_held(store: Store) -> None:
    """As an event of their conversation, in the transaction of the step that asked."""
    await live_through(store, BRUNO)
    await live_through(store, AMELIE)
    await store.receive([incoming(AMELIE, 50, CommandGiven(name="mydata"))], NOW)
    [item] = await claim(store)
    asking = Stepped(item, item.state, (reply("…"),), (GatherData(purpose="show"),))
    await store.save([asking], NOW)

    [answer] = await claim(store)

    assert answer.address == AMELIE.address
    assert isinstance(answer.event, DataGathered)
    held = answer.event.held
    assert (held.messages, held.replies, held.look_ups, held.questions) == (5, 5, 1, 1)
    assert held.files == (f"plan-{AMELIE.name}.pdf",)
    [request] = held.requests
    assert (request.reference, request.status, request.notes) == (AMELIE.reference, "taken", 1)
    assert request.deliveries == tuple(
        HeldDelivery(channel=to.channel, team="Locaux", at=NOW) for to in (GROUP, MAILBOX, CRM)
    )


async def test_the_file_holds_everything_of_one_person(store: Store) -> None:
    """Word for word, and nothing of the team's own or of another person."""
    await live_through(store, BRUNO)
    await live_through(store, AMELIE)
    conversation = await store.whose(AMELIE.reference)
    assert conversation is not None

    content = await ExportedData(store, lambda: NOW).read(
        File(channel=EXPORT, id=conversation, name="x.json")
    )

    data = json.loads(content)
    assert set(found_in(content, AMELIE.secrets)) == set(AMELIE.secrets)
    assert found_in(content, BRUNO.secrets) == []
    assert found_in(content, [f"note sur {AMELIE.name}", "à rappeler", MAILBOX.address]) == []
    assert data["format"] == 1
    assert data["conversation"]["address"] == AMELIE.address
    assert [one["text"] for one in data["messages"]] == [
        f"{AMELIE.words} ({n})" for n in range(1, 5)
    ]
    assert len(data["replies"]) == 4
    assert [one["asked"] for one in data["look_ups"]] == [f"{AMELIE.name} SARL"]
    [request] = data["requests"]
    assert request["request"]["details"]["phone"] == AMELIE.phone
    assert request["internal_notes_of_the_team"] == 1
    lines = [line["what"] for line in request["history"]]
    assert lines[:2] == ["filed", "added"]
    assert set(lines[2:]) == {"delivered"}
    assert [one["name"] for one in data["files"]] == [f"plan-{AMELIE.name}.pdf"]
    assert [one["text"] for one in data["questions_without_an_answer"]] == [AMELIE.words]


async def test_a_file_of_nobody_is_empty(store: Store) -> None:
    """Whoever was erased since the file was offered."""
    data = json.loads(await store.export("gone", NOW))
    assert data == {"format": 1, "written_at": "2024-11-24T22:00:00+00:00"}


async def test_a_state_of_another_version_is_exported_as_it_is(store: Store) -> None:
    """What this program cannot read is the person's all the same."""
    await store.receive([incoming(AMELIE, 1, CommandGiven(name="start"))], NOW)
    [item] = await claim(store)
    newer = ConversationState(asked=AMELIE.words, version=99)
    await store.save([Stepped(item, newer, (), ())], NOW)

    data = json.loads(await store.export(item.conversation_id, NOW))

    assert data["remembered"]["asked"] == AMELIE.words
    assert (await store.held(item.conversation_id)).messages == 1


async def test_a_message_with_half_a_character_is_counted_and_exported(store: Store) -> None:
    """As every other: what it is written with must not hide it."""
    item = await say(store, AMELIE, 1, text="coupé \ud83d")

    assert (await store.held(item.conversation_id)).messages == 1
    data = json.loads(await store.export(item.conversation_id, NOW))
    assert [message["text"] for message in data["messages"]] == ["coupé ?"]
