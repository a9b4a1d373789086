"""Whatever was received is handled once, in order, and answered even when handling fails."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import threading

import pytest
import sqlalchemy as sa
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import create_async_engine

from bot.inbox import RETRY_SECONDS, Inbox
from bot.metrics import Metrics
from bot.storage.records import Incoming, News, Stepped
from bot.storage.store import Store
from handlers.effects import RecordQuestion
from handlers.events import Event, MessageReceived
from handlers.requests.references import normalised
from handlers.state import ConversationState, Turn
from handlers.step import Step
from handlers.team.model import TEAM, Mark, Member, MemberWrote, TeamWrote, TimeCame
from handlers.values import Reply
from tests.bot.storage.making import NOW, execute, message, reply
from tests.bot.storage.requesting import GROUP, filing, request, send_all, take
from tests.polling import DEADLINE_SECONDS, running, until

FALLBACK = reply("Désolé, votre message n’a pas pu être traité.")


@pytest.fixture
def quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Failed steps are repeated at once."""
    monkeypatch.setattr("bot.inbox.RETRY_SECONDS", (0.0, 0.0, 0.0))


def answer(state: ConversationState, event: Event, _now: dt.datetime, *_: str) -> Step:
    """Say what was said before and now; fail on messages that ask for it."""
    assert isinstance(event, MessageReceived)
    if event.text.startswith("fail"):
        raise ValueError(event.text)
    before = state.last.text if state.last else "nothing"
    return Step(
        state=ConversationState(last=Turn(text=event.text)),
        replies=(reply(f"{event.text} after {before}"),),
        outcome="answer",
    )


def fall_back(_state: ConversationState, _event: Event) -> Reply:
    """What a person reads when all failed."""
    return FALLBACK


def web(external_id: str, address: str = "c1", text: str | None = None) -> Incoming:
    """A message from a page."""
    return message(external_id, address, channel="web", text=text)


async def said(inbox: Inbox, external_id: str) -> list[str]:
    """The replies to a page's message, once they are there."""
    replies = await inbox.replies_to("web", external_id, timeout_seconds=DEADLINE_SECONDS)
    assert replies is not None
    return [line.reply.text for line in replies]


async def test_what_is_received_is_answered_in_order(store: Store) -> None:
    """Each message is stepped with what the one before left."""
    inbox = Inbox(store, answer, fallback=fall_back)
    async with running(inbox.run()):
        await inbox.receive([web("1", text="a"), web("2", text="b"), web("3", text="c")])
        answers = [await said(inbox, number) for number in "123"]

    assert answers == [["a after nothing"], ["b after a"], ["c after b"]]


async def test_what_was_received_before_the_start_is_answered(store: Store) -> None:
    """Nothing that was acknowledged is left behind by a restart."""
    await store.receive([web("1", text="a")], NOW)
    inbox = Inbox(store, answer, fallback=fall_back)

    async with running(inbox.run()):
        assert await said(inbox, "1") == ["a after nothing"]


async def test_a_second_delivery_is_not_answered_again(store: Store) -> None:
    """A page may send again what it does not know to have arrived."""
    inbox = Inbox(store, answer, fallback=fall_back)
    async with running(inbox.run()):
        for _ in range(3):
            await inbox.receive([web("1", text="a")])
            assert await said(inbox, "1") == ["a after nothing"]

    assert len(await store.replies_after((await conversation(store, "c1")), 0)) == 1


async def test_many_conversations_are_all_answered(store: Store) -> None:
    """More than fits into one batch."""
    inbox = Inbox(store, answer, fallback=fall_back)
    items = [web(f"{c}-{n}", f"c{c}", text=str(n)) for n in range(3) for c in range(150)]
    async with running(inbox.run()):
        await inbox.receive(items)
        await until(lambda: drained(store))
        assert await said(inbox, "149-2") == ["2 after 1"]

    assert (await store.figures(NOW)).inbox_dead == 0


async def test_a_step_does_not_hold_up_the_program(sqlite_store: Store) -> None:
    """Steps run beside the event loop, which goes on serving."""
    threads: list[int] = []

    def step(state: ConversationState, event: Event, now: dt.datetime, *_: str) -> Step:
        threads.append(threading.get_ident())
        return answer(state, event, now)

    inbox = Inbox(sqlite_store, step, fallback=fall_back)
    async with running(inbox.run()):
        await inbox.receive([web("1")])
        await said(inbox, "1")

    assert threads
    assert threading.get_ident() not in threads


async def test_a_step_is_given_the_clock(sqlite_store: Store) -> None:
    """The time is handed in, so that a step can be repeated."""
    times: list[dt.datetime] = []

    def step(state: ConversationState, event: Event, now: dt.datetime, *_: str) -> Step:
        times.append(now)
        return answer(state, event, now)

    inbox = Inbox(sqlite_store, step, fallback=fall_back, clock=lambda: NOW)
    async with running(inbox.run()):
        await inbox.receive([web("1")])
        await said(inbox, "1")

    assert times == [NOW]


@pytest.mark.usefixtures("quick_retries")
async def test_each_event_has_a_reference_of_its_own_that_repeating_keeps(
    sqlite_store: Store,
) -> None:
    """A request that a repeated step files again is the same; the channel is told beside it."""
    given: list[tuple[str, str, str]] = []

    def step(
        state: ConversationState, event: Event, now: dt.datetime, reference: str, channel: str
    ) -> Step:
        assert isinstance(event, MessageReceived)
        given.append((event.text, reference, channel))
        if len(given) == 1:
            raise ValueError("once")
        return answer(state, event, now)

    inbox = Inbox(sqlite_store, step, fallback=fall_back)
    async with running(inbox.run()):
        await inbox.receive([web("1", text="a"), web("2", text="b")])
        await said(inbox, "1")
        await said(inbox, "2")

    references = {text: {ref for other, ref, _ in given if other == text} for text in "ab"}
    assert [len(found) for found in references.values()] == [1, 1]
    assert references["a"] != references["b"]
    assert all(normalised(reference) == reference for _, reference, _ in given)
    assert {channel for _, _, channel in given} == {"web"}


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


async def test_a_collision_is_stepped_again_on_the_newer_state(
    store: Store, database_url: str
) -> None:
    """If the conversation moved on during a step, its result is thrown away."""
    states: list[str | None] = []
    in_step, go_on = threading.Event(), threading.Event()

    def step(state: ConversationState, event: Event, now: dt.datetime, *_: str) -> Step:
        states.append(state.last.text if state.last else None)
        in_step.set()
        go_on.wait(DEADLINE_SECONDS)
        return answer(state, event, now)

    inbox = Inbox(store, step, fallback=fall_back)
    async with running(inbox.run()):
        await inbox.receive([web("1", text="a")])
        await until(in_step.is_set)
        newer = ConversationState(last=Turn(text="z")).model_dump_json()
        await execute(
            database_url, "UPDATE conversations SET version = 5, state = :state", state=newer
        )
        go_on.set()
        assert await said(inbox, "1") == ["a after z"]

    assert states == [None, "z"]


async def test_a_database_that_is_away_for_a_moment_is_waited_for(
    store: Store, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The loop goes on when the database is back."""
    monkeypatch.setattr("bot.inbox.POLL_SECONDS", 0.01)
    await execute(database_url, "ALTER TABLE inbox RENAME TO away")
    inbox = Inbox(store, answer, fallback=fall_back)
    async with running(inbox.run()):
        with pytest.raises(Exception, match="inbox"):
            await inbox.receive([web("1")])
        await execute(database_url, "ALTER TABLE away RENAME TO inbox")
        await inbox.receive([web("1", text="a")])
        assert await said(inbox, "1") == ["a after nothing"]


async def test_a_commit_that_fails_holds_nobody_up_for_a_lease(
    store: Store,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Whoever shares a batch with it is answered when the database takes it, not a lease later."""
    monkeypatch.setattr("bot.inbox.POLL_SECONDS", 0.01)
    monkeypatch.setattr("bot.inbox.LEASE_SECONDS", 3600.0)
    await execute(database_url, "ALTER TABLE outbox RENAME TO away")
    inbox = Inbox(store, answer, fallback=fall_back)
    async with running(inbox.run()):
        await inbox.receive([web("1", "c1", text="a"), web("2", "c2", text="b")])
        await until(lambda: "the inbox pauses" in caplog.text)
        await execute(database_url, "ALTER TABLE away RENAME TO outbox")
        assert await said(inbox, "1") == ["a after nothing"]
        assert await said(inbox, "2") == ["b after nothing"]


async def refuse(url: str, table: str, event: str, column: str, words: str) -> None:
    """From now on the database refuses rows of ``table`` with ``words`` in ``column``."""
    refused = f"NEW.{column} LIKE '%{words}%'"
    when = f"CREATE TRIGGER refuses BEFORE {event} ON {table} FOR EACH ROW WHEN ({refused})"
    if url.startswith("sqlite"):
        await execute(url, f"{when} BEGIN SELECT RAISE(ABORT, 'it is refused'); END")
        return
    raising = "BEGIN RAISE EXCEPTION 'it is refused'; END"
    await execute(
        url, f"CREATE FUNCTION refusing() RETURNS trigger LANGUAGE plpgsql AS '{quoted(raising)}'"
    )
    await execute(url, f"{when} EXECUTE FUNCTION refusing()")


def quoted(text: str) -> str:
    """Within single quotes of SQL."""
    return text.replace("'", "''")


@pytest.mark.usefixtures("quick_retries")
async def test_a_row_that_the_database_refuses_holds_up_nobody_else(
    store: Store, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """It is given up after the usual tries; the batch that it was in and its conversation go on."""
    await refuse(database_url, "conversations", "UPDATE", "state", "poison")
    items = [
        web("1", "c1", "a"),
        web("2", "c2", "poison"),
        web("3", "c2", "b"),
        web("4", "c3", "c"),
    ]
    await store.receive(items, NOW)
    inbox = Inbox(store, answer, fallback=fall_back)

    async with running(inbox.run()):
        answers = [await said(inbox, number) for number in "1423"]

    assert answers == [
        ["a after nothing"],
        ["c after nothing"],
        [FALLBACK.text],
        ["b after nothing"],
    ]
    dead = await execute(
        database_url, "SELECT external_id, attempts FROM inbox WHERE status = 'dead'"
    )
    assert dead == [("2", 4)]
    assert "poison" not in caplog.text


@pytest.mark.usefixtures("quick_retries")
async def test_an_event_is_given_up_even_if_nothing_can_be_said_of_it(
    store: Store, database_url: str
) -> None:
    """Its conversation does not stand still because the last word is refused too."""
    await refuse(database_url, "outbox", "INSERT", "conversation_id", "")
    await store.receive([web("1", text="a")], NOW)
    inbox = Inbox(store, answer, fallback=fall_back)

    async with running(inbox.run()):
        await until(lambda: drained(store))

    assert await store.replies_to("web", "1") == ()
    assert (await store.figures(NOW)).inbox_dead == 1


@pytest.mark.usefixtures("quick_retries")
async def test_a_database_in_trouble_is_no_reason_to_give_up(
    store: Store,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A failure that is not of the row is no attempt, even where an attempt could be written."""
    monkeypatch.setattr("bot.inbox.POLL_SECONDS", 0.01)
    await execute(database_url, "ALTER TABLE outbox RENAME TO away")
    await store.receive([web("1", "c1", "a"), web("2", "c2", "b")], NOW)
    inbox = Inbox(store, answer, fallback=fall_back)
    async with running(inbox.run()):
        await until(lambda: caplog.text.count("the inbox pauses") > len(RETRY_SECONDS) + 1)
        attempts = await execute(database_url, "SELECT attempts, status FROM inbox")
        await execute(database_url, "ALTER TABLE away RENAME TO outbox")
        assert await said(inbox, "1") == ["a after nothing"]
        assert await said(inbox, "2") == ["b after nothing"]
    assert attempts == [(0, "pending"), (0, "pending")]


@pytest.mark.usefixtures("quick_retries")
async def test_a_full_disk_is_no_reason_to_give_up(
    sqlite_store: Store,
    sqlite_url: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Though there is room for an attempt, which is small, and none for the answer."""
    monkeypatch.setattr("bot.inbox.POLL_SECONDS", 0.01)
    most_pages = 1  # at most as many as there are

    def limit(connection: DBAPIConnection, *_: object) -> None:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA max_page_count = {most_pages}")
        cursor.close()

    def step(state: ConversationState, event: Event, now: dt.datetime, *_: str) -> Step:
        done = answer(state, event, now)
        return done.model_copy(update={"replies": (*done.replies, reply("long " * 50_000))})

    await sqlite_store.receive([web("1", text="a")], NOW)
    await execute(sqlite_url, "CREATE TABLE room AS SELECT zeroblob(60000)")
    await execute(sqlite_url, "DROP TABLE room")
    sa.event.listen(sqlite_store._database.engine.sync_engine, "checkout", limit)  # noqa: SLF001 - the disk is not seen from outside
    inbox = Inbox(sqlite_store, step, fallback=fall_back)
    async with running(inbox.run()):
        await until(lambda: caplog.text.count("the inbox pauses") > len(RETRY_SECONDS) + 1)
        attempts = await execute(sqlite_url, "SELECT attempts, status FROM inbox")
        most_pages = 1_000_000
        assert (await said(inbox, "1"))[0] == "a after nothing"
    assert attempts == [(0, "pending")]
    assert "OperationalError" in caplog.text


async def test_what_cannot_be_written_for_now_holds_up_nobody_else(
    store: Store, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One conversation whose trouble is none of its row's waits, however long; the others go on."""
    monkeypatch.setattr("bot.inbox.POLL_SECONDS", 0.01)
    await execute(database_url, "ALTER TABLE open_questions RENAME TO away")

    def step(state: ConversationState, event: Event, now: dt.datetime, *_: str) -> Step:
        done = answer(state, event, now)
        asked = state.last is None and done.replies[0].text.startswith("a ")
        effects = (RecordQuestion(text="a", language="fr"),) if asked else ()
        return done.model_copy(update={"effects": effects})

    await store.receive([web("1", "c1", "a"), web("2", "c2", "b"), web("3", "c2", "c")], NOW)
    inbox = Inbox(store, step, fallback=fall_back)
    async with running(inbox.run()):
        assert await said(inbox, "2") == ["b after nothing"]
        assert await said(inbox, "3") == ["c after b"]
        assert await store.replies_to("web", "1") is None
        await execute(database_url, "ALTER TABLE away RENAME TO open_questions")
        assert await said(inbox, "1") == ["a after nothing"]


@pytest.mark.usefixtures("quick_retries")
async def test_a_postgresql_that_is_away_is_no_reason_to_give_up(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """However often it is asked meanwhile; what was being handled is answered once it is back."""
    monkeypatch.setattr("bot.inbox.POLL_SECONDS", 0.01)
    monkeypatch.setattr("bot.inbox.LEASE_SECONDS", 3600.0)
    in_step, go_on = threading.Event(), threading.Event()

    def step(state: ConversationState, event: Event, now: dt.datetime, *_: str) -> Step:
        in_step.set()
        go_on.wait(DEADLINE_SECONDS)
        return answer(state, event, now)

    store = await Store.open(postgresql_url)
    await store.receive([web("1", "c1", "a"), web("2", "c2", "b")], NOW)
    inbox = Inbox(store, step, fallback=fall_back)
    async with running(inbox.run()):
        await until(in_step.is_set)
        await let_in(postgresql_url, anybody=False)
        go_on.set()
        await until(lambda: caplog.text.count("the inbox pauses") > len(RETRY_SECONDS) + 1)
        await let_in(postgresql_url, anybody=True)
        assert await said(inbox, "1") == ["a after nothing"]
        assert await said(inbox, "2") == ["b after nothing"]
    assert await execute(postgresql_url, "SELECT DISTINCT attempts FROM inbox") == [(0,)]
    await store.close()


async def let_in(url: str, *, anybody: bool) -> None:
    """Whether the database of ``url`` takes connections; if not, those that it has are cut."""
    parsed = sa.make_url(url)
    engine = create_async_engine(parsed.set(database="postgres"), isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(
            sa.text(f"ALTER DATABASE {parsed.database} ALLOW_CONNECTIONS {str(anybody).lower()}")
        )
        if not anybody:
            cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"
            await connection.execute(sa.text(cut), {"name": parsed.database})
    await engine.dispose()


async def test_stopping_finishes_what_was_begun(sqlite_store: Store) -> None:
    """A turn under way is saved before the loop ends."""
    in_step, go_on = threading.Event(), threading.Event()

    def step(state: ConversationState, event: Event, now: dt.datetime, *_: str) -> Step:
        in_step.set()
        go_on.wait(DEADLINE_SECONDS)
        return answer(state, event, now)

    inbox = Inbox(sqlite_store, step, fallback=fall_back)
    loop = asyncio.create_task(inbox.run())
    await inbox.receive([web("1")])
    await until(in_step.is_set)
    loop.cancel()
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await loop

    assert await sqlite_store.replies_to("web", "1") is not None


async def test_waiting_for_replies_ends(sqlite_store: Store) -> None:
    """Whoever waits for what never comes is told so."""
    inbox = Inbox(sqlite_store, answer, fallback=fall_back)
    await inbox.receive([web("1")])

    assert await inbox.replies_to("web", "1", timeout_seconds=0.01) is None
    assert await inbox.replies_to("web", "unknown", timeout_seconds=0.01) is None
    assert await inbox.replies_after("c1", 0, timeout_seconds=0.01) == []


async def test_whoever_waits_on_sqlite_does_not_ask_again_and_again(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once at first and once at the end, unless a bell rings: a thousand pages may be open."""
    monkeypatch.setattr("bot.inbox.POLL_SECONDS", 0.001)
    await sqlite_store.create_web_conversation("c1", "hash", NOW)
    asked = 0
    read = sqlite_store.news

    async def counted(conversation_id: str, after_id: int, version: int) -> News:
        nonlocal asked
        asked += 1
        return await read(conversation_id, after_id, version)

    monkeypatch.setattr(sqlite_store, "news", counted)
    inbox = Inbox(sqlite_store, answer, fallback=fall_back)

    assert await inbox.news("c1", 0, 0, timeout_seconds=0.2) == News()

    assert asked <= 3, "a timer may be a hair early, and then it is asked once more"


async def test_a_page_is_told_of_new_replies(store: Store) -> None:
    """Reading on from a cursor waits until there is something."""
    await store.create_web_conversation("c1", "hash", NOW)
    inbox = Inbox(store, answer, fallback=fall_back)
    reading = asyncio.create_task(inbox.replies_after("c1", 0, timeout_seconds=DEADLINE_SECONDS))
    async with running(inbox.run()):
        await inbox.receive([web("1", text="a")])
        first = await reading
        reading = asyncio.create_task(
            inbox.replies_after("c1", first[-1].id, timeout_seconds=DEADLINE_SECONDS)
        )
        await inbox.receive([web("2", text="b")])
        second = await reading

    assert [line.reply.text for line in first + second] == ["a after nothing", "b after a"]


async def test_the_dispatcher_is_woken(sqlite_store: Store) -> None:
    """Replies go out as soon as they are saved."""
    woken = asyncio.Event()
    inbox = Inbox(sqlite_store, answer, fallback=fall_back, on_saved=woken.set)
    async with running(inbox.run()):
        await inbox.receive([message(1)])
        await until(woken.is_set)

    assert (await sqlite_store.figures(NOW)).outbox_pending == 1


async def test_what_is_received_and_handled_is_counted_once(sqlite_store: Store) -> None:
    """A second delivery does not count."""
    metrics = Metrics()
    inbox = Inbox(sqlite_store, answer, fallback=fall_back, metrics=metrics)
    async with running(inbox.run()):
        await inbox.receive([web("1"), web("2")])
        await inbox.receive([web("1")])
        await said(inbox, "2")
        await until(lambda: drained(sqlite_store))

    shown = metrics.render(figures=None, knowledge_entries=0, knowledge_fault=False).decode()
    assert 'assistant_messages_received_total{channel="web"} 2.0' in shown
    assert 'assistant_messages_handled_total{channel="web",outcome="answer"} 2.0' in shown


async def test_instances_wake_each_other(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On PostgreSQL, one process receives and waits, another answers, neither by polling."""
    monkeypatch.setattr("bot.inbox.POLL_SECONDS", 3600.0)
    stores = [await Store.open(postgresql_url) for _ in range(2)]
    front, back = (Inbox(store, answer, fallback=fall_back) for store in stores)
    async with running(back.run(), stores[0].listen(lambda: None, front._announce)):  # noqa: SLF001 - a process that only listens
        await until(lambda: listeners(postgresql_url, 2))
        await stores[0].create_web_conversation("c1", "hash", NOW)
        reading = asyncio.create_task(
            front.replies_after("c1", 0, timeout_seconds=DEADLINE_SECONDS)
        )
        await front.receive([web("1", text="a")])
        assert await said(front, "1") == ["a after nothing"]
        assert len(await reading) == 1
    for store in stores:
        await store.close()


async def test_a_lost_connection_is_listened_on_again(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A restart of PostgreSQL does not end the notices."""
    caplog.set_level(logging.CRITICAL)  # the pool logs the connection's end, rightly
    monkeypatch.setattr("bot.storage.notices._RECONNECT_SECONDS", 0.01)
    store = await Store.open(postgresql_url)
    heard: list[str] = []
    async with running(store.listen(lambda: heard.append("received"), lambda _: None)):
        await until(lambda: listeners(postgresql_url, 1))
        await execute(
            postgresql_url,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'",
        )
        await until(lambda: listeners(postgresql_url, 1))
        await store.receive([message(1)], NOW)
        await until(lambda: heard == ["received"])
    await store.close()


async def test_a_result_comes_with_its_figures(sqlite_store: Store) -> None:
    """Outcome and duration travel with the result until it is saved."""
    inbox = Inbox(sqlite_store, answer, fallback=fall_back)
    await inbox.receive([message(1)])
    items = await sqlite_store.claim_inbox(dt.datetime.now(dt.UTC), 1, 30)

    [result], failed = inbox._step_all(items, NOW)  # noqa: SLF001 - it is not seen from outside

    assert isinstance(result, Stepped)
    assert (result.outcome, failed) == ("answer", [])


async def conversation(store: Store, address: str) -> str:
    """The conversation's id, by its first event."""
    async with store._database.read() as connection:  # noqa: SLF001 - nothing else needs it
        rows = await connection.exec_driver_sql(
            f"SELECT id FROM conversations WHERE address = '{address}'"  # noqa: S608 - a test's own
        )
        return str(rows.scalar_one())


async def drained(store: Store) -> bool:
    """No event waits any more."""
    return (await store.figures(NOW)).inbox_pending == 0


async def listeners(url: str, count: int) -> bool:
    """So many connections have begun to listen to the last of the topics."""
    query = (
        "SELECT pid FROM pg_stat_activity "
        "WHERE query LIKE 'LISTEN%handled%' AND datname = current_database()"
    )
    return len(await execute(url, query)) == count
