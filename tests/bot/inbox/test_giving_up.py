"""What cannot be handled is given up visibly, and answered even so."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.inbox import Inbox
from bot.storage.records import Incoming
from bot.storage.store import Store
from handlers.events import Event, MessageReceived
from handlers.state import ConversationState
from handlers.step import Step
from handlers.team.model import TEAM, Mark, Member, MemberWrote, TeamWrote, TimeCame
from tests.bot.inbox.answering import FALLBACK, answer, drained, fall_back, said, web
from tests.bot.storage.making import NOW, execute, reply
from tests.bot.storage.requesting import GROUP, filing, request, send_all, take
from tests.polling import running, until


@pytest.mark.usefixtures("quick_retries")
async def test_a_message_that_cannot_be_handled_is_answered_all_the_same(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    """After a few tries the person reads so; others, and their own next message, go on."""
    inbox = Inbox(store, answer, fallback=fall_back)
    bad = web("1", text="fail: my number is 06 12 34 56 78")
    async with running(inbox.run()):
        await inbox.receive([bad, web("2", text="b"), web("3", "c2", text="c")])
        assert await said(inbox, "3") == ["c after nothing"]
        assert await said(inbox, "1") == [FALLBACK.text]
        assert await said(inbox, "2") == ["b after nothing"]

    assert (await store.figures(NOW)).inbox_dead == 1
    assert "ValueError" in caplog.text
    assert "06 12 34" not in caplog.text


@pytest.mark.usefixtures("quick_retries")
@pytest.mark.parametrize(
    ("channel", "address", "event"),
    [
        (TEAM, "R1", MemberWrote(member=Member(id="1", name="Anne"), group="-100", message="7")),
        ("telegram", "100", TeamWrote(reference="R1", by="Anne", group="-100", message="7")),
    ],
    ids=["not-read", "not-passed-on"],
)
async def test_a_members_words_that_are_given_up_are_marked_so(
    store: Store, channel: str, address: str, event: Event
) -> None:
    """They never arrive, and nobody else is told of a trouble that is not theirs."""
    await take(store, 1, filing(request("R1")))
    await send_all(store)
    inbox = Inbox(store, answer, fallback=fall_back, clock=lambda: NOW)

    async with running(inbox.run()):
        await inbox.receive([Incoming(channel, "w", address, event)])
        await until(lambda: drained(store))

    [shown] = await store.claim_outbox(NOW, 10, 60.0, {"team"})
    mark = Mark(destination=GROUP, reference="R1", message="7", ok=False)
    assert (shown.address, shown.payload) == (GROUP.address, mark)
    said = await store.claim_outbox(NOW, 10, 60.0, {"telegram"})
    assert [item.reply.text for item in said] == ["noted"]
    assert (await store.figures(NOW)).inbox_dead == 1


@pytest.mark.usefixtures("quick_retries")
@pytest.mark.parametrize(
    "event",
    [
        TimeCame(name="remind"),
        MemberWrote(member=Member(id="1", name="Anne"), group="-100", message="7", purpose="talk"),
    ],
    ids=["timer", "talk"],
)
async def test_what_a_team_is_told_in_vain_has_no_reply(store: Store, event: Event) -> None:
    """There is nobody at a request's conversation with its team who would read one."""
    await take(store, 1, filing(request("R1")))
    await send_all(store)
    inbox = Inbox(store, answer, fallback=fall_back, clock=lambda: NOW)

    async with running(inbox.run()):
        await inbox.receive([Incoming(TEAM, "w", "R1", event)])
        await until(lambda: drained(store))

    assert await store.claim_outbox(NOW, 10, 60.0, {"team"}) == []
    assert (await store.figures(NOW)).inbox_dead == 1


@pytest.mark.usefixtures("quick_retries")
async def test_a_failure_that_passes_leaves_no_trace(store: Store) -> None:
    """A second try that works is an answer like any other."""
    failures = iter([ValueError()])

    def step(state: ConversationState, event: Event, now: dt.datetime, *_: str) -> Step:
        for failure in failures:
            raise failure
        return answer(state, event, now)

    inbox = Inbox(store, step, fallback=fall_back)
    async with running(inbox.run()):
        await inbox.receive([web("1", text="a")])
        assert await said(inbox, "1") == ["a after nothing"]

    assert (await store.figures(NOW)).inbox_dead == 0


@pytest.mark.usefixtures("quick_retries")
async def test_an_event_that_cannot_be_read_is_answered_and_passed(
    store: Store, database_url: str
) -> None:
    """A damaged row is given up like a step that fails."""
    await store.receive([web("1"), web("2", text="b")], NOW)
    await execute(database_url, "UPDATE inbox SET event = '{}' WHERE external_id = '1'")
    inbox = Inbox(store, answer, fallback=fall_back)

    async with running(inbox.run()):
        assert await said(inbox, "1") == [FALLBACK.text]
        assert await said(inbox, "2") == ["b after nothing"]


async def test_a_reference_that_is_taken_is_given_up_visibly(
    store: Store, database_url: str, quick_retries: None, caplog: pytest.LogCaptureFixture
) -> None:
    """It is named in log and inbox, the person is answered, and nobody else is held up."""
    del quick_retries

    def file(state: ConversationState, event: Event, _now: dt.datetime, *_: str) -> Step:
        if not isinstance(event, MessageReceived):
            return Step(state=state)  # what the team's conversation is told of it
        replies = (reply(f"filed as {event.text}"),)
        return Step(state=state, replies=replies, effects=(filing(request(event.text)),))

    await store.receive([web("1", "a", "R1"), web("2", "b", "R1"), web("3", "c", "R2")], NOW)
    inbox = Inbox(store, file, fallback=fall_back)
    async with running(inbox.run()):
        answers = [await said(inbox, number) for number in "123"]

    assert answers == [["filed as R1"], [FALLBACK.text], ["filed as R2"]]
    assert await store.references() == ["R1", "R2"]
    dead = "SELECT external_id, last_error FROM inbox WHERE status = 'dead'"
    assert await execute(database_url, dead) == [("2", "the reference R1 is taken")]
    assert "the reference R1 is taken" in caplog.text
