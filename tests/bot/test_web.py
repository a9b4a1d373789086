"""The web API over real HTTP, on a real store."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import uuid
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from bot.channels import web as web_channel
from bot.channels import web_stream
from bot.storage.records import Incoming
from handlers.events import CompaniesFound
from handlers.requests.model import Company
from handlers.step import Step
from handlers.values import Reply
from tests.bot.web_client import WebClient
from tests.polling import DEADLINE_SECONDS, until
from tests.servers.web_assistant import small_step, web_assistant

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import AsyncIterator
    from pathlib import Path

    from handlers.events import Event
    from handlers.state import ConversationState
    from tests.servers.web_assistant import WebAssistant


@contextlib.asynccontextmanager
async def conversation(assistant: WebAssistant) -> AsyncIterator[WebClient]:
    """A client with a conversation of its own."""
    async with aiohttp.ClientSession() as session:
        client = WebClient(assistant.url, session)
        await client.open()
        yield client


@pytest.fixture
async def assistant(tmp_path: Path) -> AsyncIterator[WebAssistant]:
    """A running assistant."""
    async with web_assistant(tmp_path) as running:
        yield running


@pytest.fixture
async def client(assistant: WebAssistant) -> AsyncIterator[WebClient]:
    """A client of it."""
    async with conversation(assistant) as opened:
        yield opened


async def test_a_message_is_answered_in_the_response(client: WebClient) -> None:
    """A reply comes with its Markdown, safe HTML, language and buttons."""
    response = await client.say(text="Où êtes-vous ?")

    (reply,) = response.json["replies"]
    assert response.status == 200
    assert reply["text"].startswith("**Reçu** : Où êtes\\-vous \\?")
    assert reply["html"].startswith("<p><strong>Reçu</strong> : Où êtes-vous ?</p>")
    assert reply["language"] == "fr"
    assert reply["buttons"] == [{"label": "L’axe 1", "value": "entry:axe-1"}]


async def test_the_same_id_is_answered_once(client: WebClient) -> None:
    """A message sent again after a lost connection gets the same replies and no second turn."""
    message_id = str(uuid.uuid4())
    answers = [await client.say(message_id, text="Bonjour") for _ in range(2)]
    # The same id in capitals is the same id.
    answers.append(await client.say(message_id.upper(), text="Bonjour"))

    assert [answer.json for answer in answers] == [answers[0].json] * 3
    assert len(await client.transcript()) == 2


async def test_the_same_id_at_the_same_time_is_answered_once(client: WebClient) -> None:
    """Two tabs that send one queued message at once do not double it."""
    message_id = str(uuid.uuid4())
    answers = await asyncio.gather(*(client.say(message_id, text="Bonjour") for _ in range(5)))

    assert {answer.body for answer in answers} == {answers[0].body}
    assert len(await client.transcript()) == 2


async def test_two_conversations_may_use_the_same_id(assistant: WebAssistant) -> None:
    """A message id counts within its conversation: nobody can block or read another's."""
    message_id = str(uuid.uuid4())
    async with conversation(assistant) as one, conversation(assistant) as other:
        await one.say(message_id, text="Un secret")
        response = await other.say(message_id, text="Autre chose")

    assert "Autre chose" in response.json["replies"][0]["text"]


async def test_buttons_and_commands_reach_the_dialogue(client: WebClient) -> None:
    """A button's value, and a command with the page's language, are events like messages."""
    pressed = await client.say(button="entry:axe-1")
    started = await client.say(command="start", language="en")

    (reply,) = pressed.json["replies"]
    assert reply["html"] == "<p>Vous avez choisi entry:axe-1.</p>"
    assert reply["venue"]["address"] == "1 rue"
    assert reply["phone"]["number"] == "+33123456789"
    assert started.json["replies"][0]["language"] == "en"


async def test_the_transcript_shows_both_sides_in_order(client: WebClient) -> None:
    """A page that reloads gets what was said, a pressed button under the label it had."""
    await client.say(text="Bonjour")
    await client.say(button="entry:axe-1")
    await client.say(command="menu")

    shown = [
        (message["author"], message.get("command") or message["text"].split("\n")[0])
        for message in await client.transcript()
    ]
    assert shown == [
        ("person", "Bonjour"),
        ("assistant", "**Reçu** : Bonjour"),
        ("person", "L’axe 1"),
        ("assistant", "Vous avez choisi entry\\:axe\\-1."),
        ("person", "menu"),
        ("assistant", "Commande menu"),
    ]


async def test_the_stream_starts_after_the_cursor(client: WebClient) -> None:
    """Last-Event-ID, else ?after=, says what is known: nothing is lost or sent twice."""
    ids = [(await client.say(text=text)).json["replies"][0]["id"] for text in "abc"]

    async def first_ids(count: int, query: str = "", **headers: str) -> list[int]:
        found: list[int] = []
        async with asyncio.timeout(DEADLINE_SECONDS):
            async with contextlib.aclosing(client.events(query, **headers)) as events:  # type: ignore[type-var]
                async for reply in events:
                    found.append(reply["id"])
                    if len(found) == count:
                        break
        return found

    assert await first_ids(3) == ids
    assert await first_ids(2, f"?after={ids[0]}") == ids[1:]
    assert await first_ids(1, f"?after={ids[0]}", **{"Last-Event-ID": str(ids[1])}) == ids[2:]


async def test_a_late_reply_comes_by_the_stream(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What takes too long for the response is announced with 202 and then streamed."""
    monkeypatch.setattr(web_channel, "ANSWER_WITHIN_SECONDS", 0.05)
    released = threading.Event()

    def slow_step(state: ConversationState, event: Event, now: dt.datetime, *_: str) -> Step:
        released.wait(DEADLINE_SECONDS)
        return small_step(state, event, now)

    async with web_assistant(tmp_path, step=slow_step) as slow, conversation(slow) as client:
        response = await client.say(text="Prenez votre temps")
        asked = (await client.transcript())[0]
        released.set()
        async with asyncio.timeout(DEADLINE_SECONDS):
            reply = await anext(client.events())

    assert (response.status, response.json) == (202, {"replies": []})
    assert not asked["answered"]
    assert "Prenez votre temps" in reply["text"]
    assert reply["in_reply_to"] == asked["id"]


async def test_what_a_look_up_finds_comes_by_the_stream(tmp_path: Path) -> None:
    """It answers no message of the page, and nobody is shown to have said it."""

    def step(state: ConversationState, event: Event, now: dt.datetime, *_: str) -> Step:
        if not isinstance(event, CompaniesFound):
            return small_step(state, event, now)
        reply = Reply(text=f"Trouvé : {event.companies[0].name}", language="fr")
        return Step(state=state, replies=(reply,))

    async with web_assistant(tmp_path, step=step) as running, conversation(running) as client:
        (answer,) = (await client.say(text="000 000 018 00028")).json["replies"]
        found = CompaniesFound(query="00000001800028", companies=(Company(name="Tournage"),))
        await running.inbox.receive([Incoming("web", "directory-7", client.conversation, found)])
        async with asyncio.timeout(DEADLINE_SECONDS):
            reply = await anext(client.events(f"?after={answer['id']}"))
        transcript = await client.transcript()

    assert (reply["text"], reply["in_reply_to"]) == ("Trouvé : Tournage", None)
    assert [message["author"] for message in transcript] == ["person", "assistant", "assistant"]


async def test_the_stream_stays_alive_and_ends_with_the_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Silence is filled with heart-beats; at shutdown the stream ends, and so does the server."""
    monkeypatch.setattr(web_stream, "HEARTBEAT_SECONDS", 0.05)
    async with contextlib.AsyncExitStack() as stack:
        running = await stack.enter_async_context(web_assistant(tmp_path))
        client = await stack.enter_async_context(conversation(running))
        url = f"{running.url}api/conversations/{client.conversation}/events"
        session = await stack.enter_async_context(aiohttp.ClientSession())
        async with session.get(url, headers=client.authorization) as response:
            async with asyncio.timeout(DEADLINE_SECONDS):
                beats = [await response.content.readline() for _ in range(8)]
                closing = asyncio.create_task(running.app.shutdown())
                await response.content.read()
                await closing

    opened, team, _, *silence = [beat for beat in beats if beat.strip()]
    assert (opened, team, silence) == (b": open\n", b"event: team\n", [b": still here\n"] * 2)
    assert response.content.at_eof()


@pytest.mark.parametrize(
    ("authorization", "status", "code"),
    [
        ({}, 401, "no_token"),
        ({"Authorization": "Basic YTpi"}, 401, "no_token"),
        ({"Authorization": "Bearer wrong"}, 403, "wrong_token"),
        ({"Authorization": "Bearer é"}, 403, "wrong_token"),
    ],
)
async def test_only_its_token_opens_a_conversation(
    client: WebClient, authorization: dict[str, str], status: int, code: str
) -> None:
    """Reading, streaming and writing all need the conversation's own token."""
    for method, path in [
        ("GET", client.path),
        ("POST", client.path),
        ("GET", client.path.replace("messages", "events")),
    ]:
        response = await client.request(method, path, headers=authorization)
        assert (response.status, response.json["error"]["code"]) == (status, code)


async def test_an_unknown_conversation_is_said_to_be_so(client: WebClient) -> None:
    """404 tells a page that its conversation is gone, so that it opens another."""
    for conversation_id in (str(uuid.uuid4()), "nothing", "a%00b"):
        path = f"/api/conversations/{conversation_id}/messages"
        response = await client.request("GET", path, headers=client.authorization)
        assert (response.status, response.json["error"]["code"]) == (404, "unknown_conversation")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ({}, "exactly one of"),
        ({"text": "a", "button": "b"}, "exactly one of"),
        ({"text": " \n"}, "text: is empty"),
        ({"text": "\x00"}, "text: is empty"),
        ({"text": "a" * 4001}, "text: String should have at most 4000 characters"),
        ({"text": 5}, "text: "),
        ({"button": "é" * 33}, "button: "),
        ({"command": "quit"}, "command: "),
        ({"command": "start", "language": "de"}, "language: "),
        ({"text": "a", "language": "fr"}, "language goes with command"),
        ({"text": "a", "unknown": 1}, "unknown: "),
    ],
)
async def test_a_wrong_message_is_refused_in_plain_words(
    client: WebClient, content: dict[str, Any], says: str
) -> None:
    """422 names what is wrong, and nothing reaches the inbox."""
    response = await client.say(**content)

    assert response.status == 422
    assert response.json["error"]["code"] == "invalid_message"
    assert says in response.json["error"]["message"]
    assert await client.transcript() == []


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"\xff", b'{"id": "x", "text": "a"}', b'{"text": "\\ud800"}']
)
async def test_what_is_no_message_is_refused(client: WebClient, body: bytes) -> None:
    """Broken JSON, wrong types and half characters are a client's mistake, never ours."""
    headers = {**client.authorization, "Content-Type": "application/json"}
    response = await client.request("POST", client.path, data=body, headers=headers)

    assert (response.status, response.json["error"]["code"]) == (422, "invalid_message")


async def test_half_a_character_does_not_reach_the_store(client: WebClient) -> None:
    """A lone surrogate, which no database keeps, is refused as a mistake."""
    body = f'{{"id": "{uuid.uuid4()}", "text": "a\\ud800"}}'.encode()
    headers = {**client.authorization, "Content-Type": "application/json"}
    response = await client.request("POST", client.path, data=body, headers=headers)

    assert response.status == 422


async def test_a_nul_in_a_text_is_kept_out_of_the_store(client: WebClient) -> None:
    """PostgreSQL keeps no NUL: the rest of the text is answered."""
    response = await client.say(text="a\x00b")

    assert response.json["replies"][0]["text"].startswith("**Reçu** : a b")


async def test_the_longest_text_is_taken(client: WebClient) -> None:
    """4,000 characters pass even when each is written as two escapes."""
    assert (await client.say(text="\U0001f3ed" * 4000)).status == 200


async def test_only_json_of_reasonable_size_is_read(client: WebClient) -> None:
    """Anything but JSON is a 415, and a huge body is cut off with a 413."""
    headers = {**client.authorization, "Content-Type": "text/plain"}
    as_text = await client.request("POST", client.path, data=b"{}", headers=headers)
    headers["Content-Type"] = "application/json"
    huge = await client.request("POST", client.path, data=b"x" * 200_000, headers=headers)

    assert (as_text.status, as_text.json["error"]["code"]) == (415, "not_json")
    assert (huge.status, huge.json["error"]["code"]) == (413, "too_large")


async def test_another_sites_page_may_not_post(client: WebClient) -> None:
    """A foreign Origin is refused; our own, and programs that send none, are served."""
    own = {"Origin": str(client._url)}  # noqa: SLF001 - its own address is what is tested
    foreign = {"Origin": "https://elsewhere.example"}

    assert (await client.request("POST", "/api/conversations", headers=own)).status == 201
    for path in ("/api/conversations", client.path):
        for headers in (foreign, {"Origin": "null"}):
            response = await client.request("POST", path, headers=headers)
            assert (response.status, response.json["error"]["code"]) == (403, "foreign_origin")


async def test_the_public_address_is_our_own_too(tmp_path: Path) -> None:
    """Behind a proxy that changes Host, PUBLIC_URL says which Origin is ours."""
    public = "https://assistant.example"
    async with (
        web_assistant(tmp_path, public_url=f"{public}/") as running,
        conversation(running) as client,
    ):
        response = await client.request("POST", "/api/conversations", headers={"Origin": public})

    assert response.status == 201


async def test_one_conversation_may_not_flood(tmp_path: Path) -> None:
    """Past its limit a conversation gets 429 with Retry-After; others are served on."""
    async with (
        web_assistant(tmp_path, web_messages_per_minute=3) as limited,
        conversation(limited) as one,
        conversation(limited) as other,
    ):
        statuses = [(await one.say(text="a")).status for _ in range(3)]
        refused = await one.say(text="a")
        served = await other.say(text="a")

    assert statuses == [200, 200, 200]
    assert (refused.status, refused.json["error"]["code"]) == (429, "too_many")
    assert 1 <= int(refused.headers["Retry-After"]) <= 21
    assert served.status == 200


async def test_one_address_may_not_open_conversations_without_end(tmp_path: Path) -> None:
    """Opening conversations is limited for each address, as the trusted proxy names it."""
    settings: dict[str, Any] = {"web_conversations_per_minute": 2, "web_trusted_proxies": 1}
    async with web_assistant(tmp_path, **settings) as limited, aiohttp.ClientSession() as session:
        client = WebClient(limited.url, session)

        async def opened(forwarded: str) -> int:
            headers = {"X-Forwarded-For": forwarded}
            return (await client.request("POST", "/api/conversations", headers=headers)).status

        assert [await opened("192.0.2.1") for _ in range(3)] == [201, 201, 429]
        # What the client itself wrote in front does not make it another.
        assert await opened("198.51.100.9, 192.0.2.1") == 429
        assert await opened("192.0.2.2") == 201


@pytest.mark.parametrize("limit", ["STREAMS_OF_CONVERSATION", "STREAMS_OF_NETWORK"])
async def test_streams_are_not_opened_without_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    """Neither for one conversation nor for one address; a client that goes makes room."""
    monkeypatch.setattr(web_channel, limit, 2)
    monkeypatch.setattr(web_stream, "HEARTBEAT_SECONDS", 0.05)
    async with (
        web_assistant(tmp_path, web_trusted_proxies=1) as limited,
        conversation(limited) as one,
        conversation(limited) as other,
        aiohttp.ClientSession() as session,
        contextlib.AsyncExitStack() as streams,
    ):

        async def follow(client: WebClient, address: str) -> aiohttp.ClientResponse:
            url = f"{limited.url}api/conversations/{client.conversation}/events"
            headers = {**client.authorization, "X-Forwarded-For": address}
            return await streams.enter_async_context(session.get(url, headers=headers))

        async def is_served_again() -> bool:
            return (await follow(one, "192.0.2.1")).status == 200

        followed = [await follow(one, "192.0.2.1") for _ in range(2)]
        refused = await follow(one, "192.0.2.1")
        elsewhere = await follow(other, "192.0.2.2")
        assert [stream.status for stream in (*followed, elsewhere)] == [200, 200, 200]
        assert (refused.status, refused.headers["Retry-After"]) == (429, "5")
        assert (await refused.json())["error"]["code"] == "too_many"
        followed[0].close()
        await until(is_served_again)


async def test_errors_of_the_api_are_json(client: WebClient) -> None:
    """Unknown paths, methods and cursors are answered in the same form as all errors."""
    missing = await client.request("GET", "/api/nothing")
    wrong_method = await client.request("DELETE", "/api/conversations")
    events = client.path.replace("messages", "events")
    bad_cursor = await client.request("GET", f"{events}?after=x", headers=client.authorization)

    assert (missing.status, missing.json["error"]["code"]) == (404, "not_found")
    assert (wrong_method.status, wrong_method.json["error"]["code"]) == (405, "method_not_allowed")
    assert wrong_method.headers["Allow"] == "POST"
    assert (bad_cursor.status, bad_cursor.json["error"]["code"]) == (422, "invalid_cursor")


async def test_a_message_that_could_not_be_kept_is_not_acknowledged(
    assistant: WebAssistant, client: WebClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the store fails the client hears so, without inner workings, and may send again."""

    async def fails(*_: object) -> int:
        message = "disk full at /secret/path"
        raise OSError(message)

    message_id = str(uuid.uuid4())
    with monkeypatch.context() as patched:
        patched.setattr(assistant.store, "receive", fails)
        failed = await client.say(message_id, text="Bonjour")
    again = await client.say(message_id, text="Bonjour")

    assert (failed.status, failed.json["error"]["code"]) == (500, "internal")
    assert b"secret" not in failed.body
    assert again.status == 200
    assert len(await client.transcript()) == 2
