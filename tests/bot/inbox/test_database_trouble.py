"""What the database refuses holds up nobody else, and nothing is given up because it is away."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
import sqlalchemy as sa
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import create_async_engine

from bot.inbox import RETRY_SECONDS, Inbox
from bot.storage.store import Store
from handlers.effects import RecordQuestion
from handlers.events import Event
from handlers.state import ConversationState
from handlers.step import Step
from tests.bot.inbox.answering import FALLBACK, answer, drained, fall_back, said, web
from tests.bot.storage.making import NOW, execute, reply
from tests.polling import DEADLINE_SECONDS, running, until


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
