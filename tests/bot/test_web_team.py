"""What a company reads and has of its team by the web API: words, files, and who is writing."""

from __future__ import annotations

import asyncio
import datetime as dt
import uuid
from collections import deque
from functools import partial
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from openapi_schema_validator import OAS31Validator

from bot.channels import web as web_channel
from bot.storage.records import Incoming, StoredFile
from handlers import dialogue
from handlers.events import CompaniesFound
from handlers.team.model import TeamWrote
from handlers.values import File
from tests import files
from tests.bot.test_web_openapi import check, described
from tests.bot.web_client import WebClient
from tests.handlers.requests.forms import TO_RECAP, form_matcher
from tests.polling import DEADLINE_SECONDS, until
from tests.servers.team_members import ANNE, BASILE, TeamMembers
from tests.servers.telegram import BotApiServer
from tests.servers.telegram_assistant import client as telegram_client
from tests.servers.telegram_faults import Fault, Planned
from tests.servers.web_assistant import web_assistant

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.storage.store import Store
    from tests.servers.web_assistant import WebAssistant

FILE_PATH = "/api/conversations/{id}/files/{file}"


@pytest.fixture
async def assistant(tmp_path: Path) -> AsyncIterator[WebAssistant]:
    """A running assistant whose territory has teams."""
    step = partial(dialogue.step, form_matcher())
    async with web_assistant(
        tmp_path, step=step, knowledge=lambda: form_matcher().base, web_messages_per_minute=600
    ) as running:
        yield running


@pytest.fixture
async def client(assistant: WebAssistant) -> AsyncIterator[WebClient]:
    """A company that has filed a request."""
    async with aiohttp.ClientSession() as session:
        company = WebClient(assistant.url, session)
        await company.open()
        for typed in (*TO_RECAP, "j'accepte"):
            await company.say(text=typed)
        yield company


@pytest.fixture
async def team(assistant: WebAssistant, client: WebClient) -> TeamMembers:
    """Those who have its request."""
    del client
    [reference] = await assistant.store.references()
    return TeamMembers(assistant.inbox, reference)


async def latest(client: WebClient) -> int:
    """The cursor of who has read all."""
    ids: list[int] = [one["id"] for one in await client.transcript() if "html" in one]
    return max(ids)


async def next_replies(client: WebClient, after: int, count: int = 1) -> list[dict[str, Any]]:
    """So many replies of the stream after the cursor."""
    found: list[dict[str, Any]] = []
    async with asyncio.timeout(DEADLINE_SECONDS):
        async for reply in client.events(**{"Last-Event-ID": str(after)}):
            found.append(reply)
            if len(found) == count:
                break
    return found


async def next_words(client: WebClient, after: int) -> dict[str, Any]:
    """The first of a member's words after the cursor, past what the assistant says of them."""
    async with asyncio.timeout(DEADLINE_SECONDS):
        async for reply in client.events(f"?after={after}"):
            if reply["author"] == "team":
                return reply
    raise AssertionError("the stream ended")


async def told_of_the_team(client: WebClient, count: int) -> list[dict[str, Any]]:
    """So many events of the team, from the opening of the stream on."""
    client.team.clear()
    following = asyncio.ensure_future(_follow(client))
    try:
        await until(lambda: len(client.team) >= count)
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
    return client.team[:count]


async def _follow(client: WebClient) -> None:
    async for _ in client.events("?after=999999"):
        pass


async def test_a_members_words_come_live_with_who_wrote_them(
    client: WebClient, team: TeamMembers
) -> None:
    """By the stream, after a reload, and with nothing of the group that they were written in."""
    after = await latest(client)
    await team.press("take")
    await team.write("Un *local* vous attend <b>.")
    taken, answer = await next_replies(client, after, 2)
    assert (taken["author"], taken["in_reply_to"]) == ("assistant", None)
    assert (answer["author"], answer["by"]) == ("team", "Anne Petit")
    assert answer["html"] == "<p>Un *local* vous attend &lt;b&gt;.</p>"
    assert (answer["reference"], answer["corrects"]) == (team.reference, False)
    assert answer["files"] == []
    assert (await client.transcript())[-1] == answer
    assert team.group not in str(await client.transcript())


async def test_a_cursor_finds_what_came_days_ago(client: WebClient, team: TeamMembers) -> None:
    """However long the page was closed: by the reply's id, and by no window of time."""
    after = await latest(client)
    await team.press("take")
    for number in range(3):
        await team.write(f"message {number}")
    first = await next_replies(client, after, 4)
    again = await next_replies(client, after, 4)
    assert again == first
    rest = await next_replies(client, first[1]["id"], 2)
    assert [reply["text"] for reply in rest] == ["message 1", "message 2"]


async def test_an_edit_comes_as_a_correction_of_the_same_message(
    client: WebClient, team: TeamMembers
) -> None:
    """So that a page can mark the first as corrected."""
    after = await latest(client)
    message = await team.write("500 m2")
    await team.correct(message, "600 m2")
    await team.write("autre chose")
    _, wrong, right, other = await next_replies(client, after, 4)
    assert (wrong["corrects"], right["corrects"], other["corrects"]) == (False, True, False)
    assert wrong["message"] == right["message"] == message
    assert other["message"] != message


async def test_a_note_never_reaches_the_page(client: WebClient, team: TeamMembers) -> None:
    """Neither in the transcript nor in the history that the company may ask for."""
    await team.press("take")
    await team.note("client difficile")
    await team.write("Bonjour")
    [listed] = (await client.say(command="requests")).json["replies"]
    see = next(one["value"] for one in listed["buttons"] if one["label"].startswith("Voir"))
    [shown] = (await client.say(button=see)).json["replies"]
    assert "Bonjour" in shown["text"]
    assert "difficile" not in str(await client.transcript())


async def test_what_is_told_to_the_conversation_is_not_what_the_person_said(
    assistant: WebAssistant, client: WebClient, team: TeamMembers
) -> None:
    """The transcript has the person's own words, not the events of team and directory."""
    before = await client.transcript()
    await team.press("take")
    await team.press("reply")
    found = CompaniesFound(query="x")
    await assistant.inbox.receive([Incoming("web", "directory-1", client.conversation, found)])
    await team.write("Bonjour")
    said = [one["text"] for one in before if one["author"] == "person"]

    async def is_there() -> bool:
        return bool((await client.transcript())[-1]["text"] == "Bonjour")

    await until(is_there)
    after = await client.transcript()
    assert [one["text"] for one in after if one["author"] == "person"] == said


async def test_what_is_written_to_a_person_is_said_to_be_passed_on(
    client: WebClient, team: TeamMembers
) -> None:
    """In the response, however often it is sent, and after a reload; before, it is answered."""
    answered = await client.say(text="axe 1")
    assert (len(answered.json["replies"]), answered.json["passed_on"]) == (1, False)
    await team.press("take")
    await until_held(client)
    message_id = str(uuid.uuid4())
    for _ in range(2):
        passed = await client.say(message_id, text="Et le parking ?")
        assert passed.json == {"replies": [], "passed_on": True}
    last = (await client.transcript())[-1]
    assert (last["text"], last["answered"], last["passed_on"]) == ("Et le parking ?", True, True)
    sent = await client.send_file(files.PDF)
    assert sent.json == {"replies": [], "passed_on": True}


async def until_held(client: WebClient) -> None:
    """Wait until the company has read that a member has its request."""

    async def is_told() -> bool:
        return "suit maintenant votre demande" in str((await client.transcript())[-1])

    await until(is_told)


async def test_the_stream_tells_who_has_the_conversation_and_who_is_writing(
    assistant: WebAssistant, client: WebClient, team: TeamMembers
) -> None:
    """As it changes, and at once to a page that opens later."""
    following = asyncio.ensure_future(told_of_the_team(client, 4))
    await until(lambda: bool(client.team))
    await team.press("take")
    await until_held(client)
    await team.press("reply")
    await until(lambda: len(client.team) == 3)
    async with aiohttp.ClientSession() as session:
        other = WebClient(assistant.url, session)
        other.conversation, other.token = client.conversation, client.token
        [first] = await told_of_the_team(other, 1)
    assert first["writing"]["by"] == "Anne Petit"
    await team.write("Voilà.")
    waiting, taken, writing, written = await following
    assert waiting == {"held_by": "", "writing": None, "open_requests": 1}
    assert taken == {"held_by": "Anne Petit", "writing": None, "open_requests": 1}
    assert writing["writing"]["by"] == "Anne Petit"
    assert 0 < writing["writing"]["seconds"] <= 600
    assert written == taken


async def test_a_stream_begins_with_how_the_team_stands(assistant: WebAssistant) -> None:
    """Also where there is no request: a page may remember an earlier one. Once, not each turn."""
    async with aiohttp.ClientSession() as session:
        other = WebClient(assistant.url, session)
        await other.open()
        await other.say(text="axe 1")
        following = asyncio.ensure_future(next_replies(other, 0, 3))
        await until(lambda: bool(other.team))
        for _ in range(2):
            await other.say(text="axe 1")
        await following
    assert other.team == [{"held_by": "", "writing": None, "open_requests": 0}]


# -- Files ----------------------------------------------------------------------------------------


async def stored(store: Store, conversation: str, content: bytes, name: str) -> File:
    """A file as the database keeps it."""
    file_id = f"{conversation}:{uuid.uuid4()}"
    await store.add_file(
        StoredFile(
            id=file_id,
            conversation_id=conversation,
            name=name,
            media_type="text/html",
            content=content,
            created_at=dt.datetime.now(dt.UTC),
        )
    )
    # The type is what its sender says of it.
    return File(channel="web", id=file_id, name=name, media_type="text/html", size_bytes=9)


async def sent_by_team(
    assistant: WebAssistant, client: WebClient, team: TeamMembers, content: bytes, name: str
) -> dict[str, Any]:
    """What the company reads of a file that a member sends."""
    file = await stored(assistant.store, client.conversation, content, name)
    after = await latest(client)
    await team.write("", file=file)
    [shown] = (await next_words(client, after))["files"]
    found: dict[str, Any] = shown
    return found


@pytest.mark.parametrize(
    ("content", "name", "media_type", "disposition"),
    [
        (files.png(), "photo.png", "image/png", "inline; filename*=UTF-8''photo.png"),
        (files.PDF, "Plan d'été.pdf", "application/pdf",
         "attachment; filename*=UTF-8''Plan%20d%27%C3%A9t%C3%A9.pdf"),
        (b"<script>alert(1)</script>", "photo.png", "application/octet-stream",
         "attachment; filename*=UTF-8''photo.png"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "logo.svg",
         "application/octet-stream", "attachment; filename*=UTF-8''logo.svg"),
    ],
)  # fmt: skip
async def test_a_file_of_the_team_can_be_had(  # noqa: PLR0913, PLR0917 - a row of the table
    assistant: WebAssistant,
    client: WebClient,
    team: TeamMembers,
    content: bytes,
    name: str,
    media_type: str,
    disposition: str,
) -> None:
    """Whole, by its content's own type; pictures are shown, all else is saved, nothing runs."""
    shown = await sent_by_team(assistant, client, team, content, name)
    assert (shown["name"], shown["size_bytes"]) == (name, 9)
    response = await client.file(shown["id"])
    assert (response.status, response.body) == (200, content)
    headers = response.headers
    assert (headers["Content-Type"], headers["Content-Disposition"]) == (media_type, disposition)
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"


async def test_nobody_else_has_the_file(
    assistant: WebAssistant, client: WebClient, team: TeamMembers
) -> None:
    """No token, another conversation's, its own token under our address, our file under its own."""
    shown = await sent_by_team(assistant, client, team, files.PDF, "plan.pdf")
    path = f"/api/conversations/{client.conversation}/files/{shown['id']}"
    async with aiohttp.ClientSession() as session:
        stranger = WebClient(assistant.url, session)
        await stranger.open()
        assert (await stranger.request("GET", path)).status == 401
        foreign = await stranger.request("GET", path, headers=stranger.authorization)
        assert (foreign.status, foreign.json["error"]["code"]) == (403, "wrong_token")
        own = await stranger.file(shown["id"])
        assert (own.status, own.json["error"]["code"]) == (404, "unknown_file")
        stranger.conversation = str(uuid.uuid4())
        assert (await stranger.file(shown["id"])).status == 404


@pytest.mark.parametrize(
    "file_id", ["0-0", "1-0", "99999999999999999-0", "9" * 40 + "-0", "a", "-1", "1-", "1-0-0",
                "%2e%2e%2f1-0", "١-٠"],
)  # fmt: skip
async def test_a_file_that_there_is_not_is_not_found(client: WebClient, file_id: str) -> None:
    """Whatever the address says; the first reply has no file."""
    response = await client.file(file_id)
    assert response.status == 404
    check(await described(client), "get", FILE_PATH, response)


async def test_a_file_that_is_gone_is_said_to_be(client: WebClient, team: TeamMembers) -> None:
    """Erased, or kept by a channel that this process does not have."""
    for channel in ("web", "telegram"):
        after = await latest(client)
        await team.write("", file=File(channel=channel, id="gone", name="plan.pdf"))
        reply = await next_words(client, after)
        response = await client.file(reply["files"][0]["id"])
        assert (response.status, response.json["error"]["code"]) == (410, "file_gone")
        check(await described(client), "get", FILE_PATH, response)


async def test_a_file_that_telegram_keeps_comes_from_there(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Through the bot, whose token nobody reads; when Telegram does not answer, later."""
    async with BotApiServer().running() as server, telegram_client(server) as bot:
        file_id = server.files.keep("document", "plan.pdf", files.PDF)
        async with (
            web_assistant(tmp_path, bot=bot) as running,
            aiohttp.ClientSession() as session,
        ):
            client = WebClient(running.url, session)
            await client.open()
            file = File(channel="telegram", id=file_id, name="plan.pdf")
            words = TeamWrote(reference="D-1", by="Anne", file=file)
            await running.inbox.receive([Incoming("web", "n-1", client.conversation, words)])
            [shown] = (await next_words(client, 0))["files"]
            assert file_id not in str(shown)
            server.faults = Planned("getFile", deque([Fault("server_error")]))
            later = await client.file(shown["id"])
            assert (later.status, later.json["error"]["code"]) == (503, "try_later")
            assert later.headers["Retry-After"] == "5"
            response = await client.file(shown["id"])
    assert (response.status, response.body) == (200, files.PDF)
    assert bot.token not in caplog.text + str(response.headers) + str(later.body)


async def test_the_responses_are_as_described(
    assistant: WebAssistant, client: WebClient, team: TeamMembers
) -> None:
    """Words, file, correction and what was passed on fit the schemas; so do the stream's events."""
    description = await described(client)
    after = await latest(client)
    file = await stored(assistant.store, client.conversation, files.PDF, "plan.pdf")
    message = await team.write("Voici.", file=file)
    await team.correct(message, "Voilà.")
    replies = await next_replies(client, after, 3)
    passed = await client.say(text="Merci")
    check(description, "post", "/api/conversations/{id}/messages", passed)
    transcript = await client.request("GET", client.path, headers=client.authorization)
    check(description, "get", "/api/conversations/{id}/messages", transcript)
    await team.press("reply")
    schemas = {"components": description["components"]}
    for name, found in (("Reply", replies), ("Team", await told_of_the_team(client, 1))):
        for one in found:
            OAS31Validator({"$ref": f"#/components/schemas/{name}", **schemas}).validate(one)
    assert [one["author"] for one in replies] == ["assistant", "team", "team"]


async def test_downloads_are_limited_as_uploads_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the address that asks: each is read whole."""
    monkeypatch.setattr(web_channel, "DOWNLOADS_AT_ONCE", 1)
    async with (
        web_assistant(tmp_path, web_files_per_minute=2) as running,
        aiohttp.ClientSession() as session,
    ):
        client = WebClient(running.url, session)
        await client.open()
        file = await stored(running.store, client.conversation, files.PDF, "plan.pdf")
        words = TeamWrote(reference="D-1", by="Anne", file=file)
        await running.inbox.receive([Incoming("web", "n-1", client.conversation, words)])
        [reply] = await next_replies(client, 0)
        got = await asyncio.gather(*(client.file(reply["files"][0]["id"]) for _ in range(3)))
    assert sorted(one.status for one in got) == [200, 200, 429]


async def test_two_members_show_as_two(client: WebClient, team: TeamMembers) -> None:
    """Who has it next is told, and the words are theirs."""
    after = await latest(client)
    await team.write("Je transmets.")
    await team.press("close", ANNE)
    await team.press("take", BASILE)
    await team.write("Bonjour, Basile.", BASILE)
    replies = await next_replies(client, after, 5)
    assert [one.get("by") for one in replies] == [None, "Anne Petit", None, None, "Basile"]
    assert [one["label"] for one in replies[2]["buttons"]] == ["👍 Oui", "👎 Non"]
