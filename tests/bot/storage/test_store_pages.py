"""What pages and the people behind the assistant read back."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from bot.storage.records import Figures, Incoming, News, ReceivedEvent, StoredReply
from bot.storage.store import Store
from handlers.effects import Effect, RecordQuestion
from handlers.events import MessageReceived
from handlers.state import ConversationState
from handlers.team.model import TeamMoved
from tests.bot.storage.making import NOW, claim, execute, handle, later, message, stepped
from tests.bot.storage.requesting import adding, filing, request


async def test_a_page_has_its_conversation_and_token(store: Store) -> None:
    """The token's hash is found by the conversation's id, which is its address."""
    await store.create_web_conversation("c1", "hash", NOW)
    await handle(store, message("m1", "c1", channel="web"))

    assert await store.web_token_hash("c1") == "hash"
    assert await store.web_token_hash("c2") is None
    assert [r.inbox_external_id for r in await store.replies_after("c1", 0)] == ["m1"]


async def test_a_conversation_is_made_once(store: Store) -> None:
    """Nobody takes over a conversation by making it again."""
    await store.create_web_conversation("c1", "hash", NOW)

    with pytest.raises(sa.exc.IntegrityError):
        await store.create_web_conversation("c1", "other", NOW)
    assert await store.web_token_hash("c1") == "hash"


async def test_replies_to_a_page_wait_for_nobody(store: Store) -> None:
    """Pages come for them: no dispatcher sends them."""
    await handle(store, message("m1", "c1", channel="web"))

    assert await store.claim_outbox(NOW, 10, 30, {"web"}) == []
    assert (await store.figures(NOW)).outbox_pending == 0


async def test_a_page_reads_on_from_its_cursor(store: Store) -> None:
    """Each reply is read once, oldest first, and only those of the conversation."""
    await store.create_web_conversation("c1", "hash", NOW)
    await handle(store, *(message(f"m{n}", f"c{n % 2}", channel="web") for n in range(1, 8)))

    first = await store.replies_after("c1", 0, limit=3)
    rest = await store.replies_after("c1", first[-1].id)

    assert [line.reply.text for line in first + rest] == [f"reply m{n}" for n in (1, 3, 5, 7)]
    assert first[0].created_at == NOW
    assert await store.replies_after("c1", rest[-1].id) == []


async def test_a_terminal_finds_its_conversation_and_where_it_ends(store: Store) -> None:
    """By its address, and only its own; a new session reads on from the newest reply."""
    assert await store.conversation_id("terminal", "t") is None
    await handle(store, message("m1", "t", channel="terminal"))
    await handle(store, message("m2", "other", channel="terminal"))
    conversation_id = await store.conversation_id("terminal", "t")

    assert conversation_id is not None
    (reply,) = await store.replies_after(conversation_id, 0)
    assert await store.newest_reply_id(conversation_id) == reply.id
    assert await store.newest_reply_id("nobody's") == 0


async def test_replies_to_an_event_are_there_once_it_is_handled(store: Store) -> None:
    """None says "not yet"; no replies at all is an answer too."""
    await store.receive([message(1)], NOW)
    assert await store.replies_to("telegram", "1") is None
    assert await store.replies_to("telegram", "2") is None

    await store.save([stepped(item) for item in await claim(store)], NOW)

    assert await store.replies_to("telegram", "1") == ()


async def test_a_page_that_reloads_shows_both_sides(store: Store) -> None:
    """Events and replies in the order of time, the newest when there are too many."""
    await store.create_web_conversation("c1", "hash", NOW)
    for number in range(3):
        await store.receive([message(f"m{number}", "c1", channel="web")], later(number))
        items = await claim(store, later(number))
        await store.save([stepped(item, f"reply {number}") for item in items], later(number))
    await store.receive([message("m3", "c1", channel="web")], later(3))

    lines = await store.transcript("c1", limit=4)

    assert [_shown(line) for line in lines] == ["reply 1", "message m2", "reply 2", "message m3"]
    handled = [line.handled for line in lines if isinstance(line, ReceivedEvent)]
    assert handled == [True, False]
    assert await store.transcript("c2") == []


async def test_a_page_is_told_what_is_new_to_it(store: Store, database_url: str) -> None:
    """Replies beyond its cursor, and the state of its conversation once it has moved on."""
    await store.create_web_conversation("c1", "hash", NOW)
    first = await store.news("c1", 0, -1)
    assert (first.replies, first.version, first.state) == ((), 0, ConversationState())
    assert await store.news("c1", 0, 0) == News()

    await handle(store, message("m1", "c1", channel="web"))
    await handle(store, message("m2", "c2", channel="web"))
    news = await store.news("c1", 0, 0)
    assert [one.reply.text for one in news.replies] == ["reply m1"]
    assert (news.version, news.state is not None) == (1, True)
    assert await store.news("c1", news.replies[-1].id, 1) == News()
    assert await store.news("nobody's", 0, -1) == News()

    await execute(database_url, "UPDATE conversations SET state = '' WHERE id = 'c1'")
    unread = await store.news("c1", 0, 0)
    assert (len(unread.replies), unread.version, unread.state) == (1, 1, None)


async def test_one_reply_is_found_in_its_conversation_only(store: Store) -> None:
    """Whoever asks for another's gets nothing."""
    await store.create_web_conversation("c1", "hash", NOW)
    await store.create_web_conversation("c2", "hash", NOW)
    await handle(store, message("m1", "c1", channel="web"))
    [reply] = await store.replies_after("c1", 0)

    assert await store.reply("c1", reply.id) == reply
    assert await store.reply("c2", reply.id) is None
    assert await store.reply("c1", reply.id + 1) is None


async def test_what_reached_a_team_is_known(store: Store) -> None:
    """Of each event by itself, in its channel only, and in the transcript."""
    await store.create_web_conversation("c1", "hash", NOW)
    request_effects: tuple[Effect, ...] = (filing(request("R1")), adding(request("R1"), "un quai"))
    for number, effect in enumerate(request_effects, 1):
        await store.receive([message(f"m{number}", "c1", channel="web")], NOW)
        [item] = await claim(store)
        await store.save([stepped(item, effects=(effect,))], NOW)
        await store.save([stepped(one) for one in await claim(store)], NOW)
    await handle(store, message("m3", "c1", channel="web"))

    told = [await store.passed_on("web", name) for name in ("m1", "m2", "m3", "m4")]
    assert told == [True, True, False, False]
    assert not await store.passed_on("telegram", "m1")
    lines = [line for line in await store.transcript("c1") if isinstance(line, ReceivedEvent)]
    assert [line.passed_on for line in lines] == [True, True, False]


async def test_the_transcript_is_what_was_said(store: Store) -> None:
    """What others tell the conversation takes no line of it, nor the place of one."""
    await store.create_web_conversation("c1", "hash", NOW)
    await handle(store, message("m1", "c1", channel="web"))
    moved = TeamMoved(reference="D-1", status="writing")
    for number in range(3):
        await store.receive([Incoming("web", f"n{number}", "c1", moved)], later(1))
        await store.save([stepped(item) for item in await claim(store, later(1))], later(1))

    assert [_shown(one) for one in await store.transcript("c1", limit=4)] == [
        "message m1", "reply m1",
    ]  # fmt: skip


async def test_lines_that_cannot_be_read_are_left_out(store: Store, database_url: str) -> None:
    """A damaged row does not take the page away."""
    await store.create_web_conversation("c1", "hash", NOW)
    await handle(store, *(message(f"m{n}", "c1", channel="web") for n in range(2)))
    await execute(database_url, "UPDATE inbox SET event = '' WHERE external_id = 'm0'")
    await execute(database_url, "UPDATE outbox SET payload = '' WHERE id = 1")

    assert [_shown(line) for line in await store.transcript("c1")] == ["message m1", "reply m1"]
    assert len(await store.replies_after("c1", 0)) == 1


async def test_figures_tell_what_waits_and_since_when(store: Store) -> None:
    """Health checks see the backlog and its age."""
    question = RecordQuestion(kind="unanswered", text="?", language="fr")
    await store.receive([message(1, "a"), message(2, "a"), message(3, "b")], NOW)
    [item, _] = await claim(store)
    await store.save([stepped(item, "one", "two", effects=(question,))], later(5))

    assert await store.figures(later(20)) == Figures(
        inbox_pending=2,
        inbox_oldest_seconds=20.0,
        inbox_dead=0,
        outbox_pending=2,
        outbox_oldest_seconds=15.0,
        outbox_dead=0,
        conversations=2,
        open_questions=1,
        requests_open=0,
        cards_dead=0,
        outbox_pending_by_channel={"telegram": 2},
    )


async def test_figures_of_an_empty_store_are_nought(store: Store) -> None:
    """Nothing waits, nothing is old."""
    assert await store.figures(NOW) == Figures(0, 0.0, 0, 0, 0.0, 0, 0, 0, 0, 0, {})


def _shown(line: ReceivedEvent | StoredReply) -> str:
    if isinstance(line, StoredReply):
        return line.reply.text
    assert isinstance(line.event, MessageReceived)
    return line.event.text
