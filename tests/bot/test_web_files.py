"""Files sent by the web API, over real HTTP."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from functools import partial
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from bot.channels import web as web_channel
from bot.channels import web_files
from bot.channels.web_files import UPLOADS_OF_NETWORK
from bot.media_types import FILE_LIMIT_BYTES
from bot.storage.records import Incoming
from handlers.events import CompaniesFound
from tests import files
from tests.bot.web_client import WebClient
from tests.polling import DEADLINE_SECONDS
from tests.servers.web_assistant import web_assistant

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from tests.servers.web_assistant import WebAssistant


@contextlib.asynccontextmanager
async def conversation(assistant: WebAssistant, address: str = "") -> AsyncIterator[WebClient]:
    """A client with a conversation of its own, behind a proxy if it has an ``address``."""
    headers = {"X-Forwarded-For": address} if address else {}
    async with aiohttp.ClientSession(headers=headers) as session:
        opened = WebClient(assistant.url, session)
        await opened.open()
        yield opened


@pytest.fixture
async def assistant(tmp_path: Path) -> AsyncIterator[WebAssistant]:
    """A running assistant."""
    async with web_assistant(tmp_path, web_files_per_minute=1000) as running:
        yield running


@pytest.fixture
async def client(assistant: WebAssistant) -> AsyncIterator[WebClient]:
    """A client of it with a conversation."""
    async with conversation(assistant) as opened:
        yield opened


async def test_a_file_is_kept_and_answered(assistant: WebAssistant, client: WebClient) -> None:
    """The dialogue is told of it, its content is in the store, the transcript shows its name."""
    file_id = str(uuid.uuid4())
    response = await client.send_file(files.PDF, "Plan d’étage.pdf", id=file_id)

    assert response.status == 200
    (reply,) = response.json["replies"]
    assert reply["text"].startswith("Fichier reçu : Plan d’étage")
    assert reply["in_reply_to"] == file_id
    kept = await assistant.store.file(f"{client.conversation}:{file_id}")
    assert kept is not None
    assert (kept.content, kept.media_type) == (files.PDF, "application/pdf")
    shown = (await client.transcript())[0]
    assert (shown["id"], shown["text"]) == (file_id, "")
    assert shown["file"] == {
        "name": "Plan d’étage.pdf",
        "media_type": "application/pdf",
        "size_bytes": len(files.PDF),
    }


async def test_a_file_sent_again_counts_once(assistant: WebAssistant, client: WebClient) -> None:
    """The same id, several times at once or later: one file, one event, the same replies."""
    file_id, times = str(uuid.uuid4()), range(UPLOADS_OF_NETWORK)
    sent = await asyncio.gather(*(client.send_file(files.PDF, id=file_id) for _ in times))
    later = await client.send_file(files.JPEG, "photo.jpg", id=file_id)

    assert {response.status for response in [*sent, later]} == {200}
    assert len({response.json["replies"][0]["id"] for response in [*sent, later]}) == 1
    assert len(await client.transcript()) == 2
    kept = await assistant.store.file(f"{client.conversation}:{file_id}")
    assert kept is not None
    assert kept.content == files.PDF


async def test_an_id_counts_within_its_conversation(assistant: WebAssistant) -> None:
    """Nobody can take the place of another's file by its id."""
    file_id = str(uuid.uuid4())
    async with conversation(assistant) as one, conversation(assistant) as other:
        await one.send_file(files.PDF, id=file_id)
        await other.send_file(files.JPEG, id=file_id)
        kept = [await assistant.store.file(f"{of.conversation}:{file_id}") for of in (one, other)]

    assert [file and file.content for file in kept] == [files.PDF, files.JPEG]


async def test_the_declared_type_is_not_believed(client: WebClient) -> None:
    """What is in the file decides, and a name that says otherwise is mended."""
    await client.send_file(files.JPEG, "plan.png", "image/png")
    refused = await client.send_file(files.PROGRAM, "plan.pdf", "application/pdf")

    shown = (await client.transcript())[0]["file"]
    assert (shown["name"], shown["media_type"]) == ("plan.jpg", "image/jpeg")
    assert (refused.status, refused.json["error"]["code"]) == (415, "unsupported_type")


async def test_a_harmful_name_is_made_safe(client: WebClient) -> None:
    """No folder and no turned reading direction is kept."""
    await client.send_file(files.PDF, "../../\u202efdp.exe.pdf")

    assert (await client.transcript())[0]["file"]["name"] == "fdp.exe.pdf"


async def test_files_sent_at_once_are_spoken_of_once(client: WebClient) -> None:
    """They share an album: the first is answered, the others join it without a word."""
    album = str(uuid.uuid4())
    sent = [await client.send_file(files.PDF, album=album) for _ in range(3)]

    assert [len(response.json["replies"]) for response in sent] == [1, 0, 0]
    assert [message["author"] for message in await client.transcript()].count("person") == 3


async def test_the_largest_file_is_taken_and_a_larger_one_refused(client: WebClient) -> None:
    """10 MB pass; one byte more is a 413, whether the length was announced or not."""
    largest = files.PDF + bytes(FILE_LIMIT_BYTES - len(files.PDF))
    assert (await client.send_file(largest)).status == 200

    announced = await client.send_file(largest + b"\0")
    assert (announced.status, announced.json["error"]["code"]) == (413, "too_large")

    async def chunks() -> AsyncIterator[bytes]:
        yield head("file", 'filename="plan.pdf"')
        for _ in range(20):
            yield bytes(1_000_000)

    unannounced = await raw(client, chunks())
    assert (unannounced.status, unannounced.json["error"]["code"]) == (413, "too_large")


BOUNDARY = "the-boundary"


def head(name: str, more: str = "") -> bytes:
    """The beginning of a part."""
    disposition = f'Content-Disposition: form-data; name="{name}"; {more}'.rstrip("; ")
    return f"--{BOUNDARY}\r\n{disposition}\r\n\r\n".encode()


def part(name: str, value: bytes, more: str = "") -> bytes:
    """A whole part."""
    return head(name, more) + value + b"\r\n"


ID = part("id", str(uuid.uuid4()).encode())
FILE = part("file", files.PDF, 'filename="plan.pdf"')
END = f"--{BOUNDARY}--\r\n".encode()


async def raw(client: WebClient, body: Any) -> Any:  # noqa: ANN401 - whatever aiohttp takes
    """Send ``body`` as it is."""
    content_type = f"multipart/form-data; boundary={BOUNDARY}"
    headers = {**client.authorization, "Content-Type": content_type}
    path = client.path.replace("messages", "files")
    return await client.request("POST", path, data=body, headers=headers)


async def insist(client: WebClient, body: Callable[[], Any]) -> Any:  # noqa: ANN401 - as above
    """Send what ``body`` makes until there is room: another file may be in its place."""
    while (response := await raw(client, body())).status == 429:
        pass
    return response


async def test_the_order_of_parts_does_not_matter(client: WebClient) -> None:
    """A client may write the file first."""
    assert (await raw(client, FILE + ID + END)).status == 200


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (ID + FILE + FILE + END, "RFC 7578"),
        (ID + part("name", b"x") + FILE + END, "name: "),
        (ID + FILE + part("caption", b"x") + END, "caption: "),
        (FILE + END, "id: "),
        (ID + END, "file: "),
        (part("id", b"1") + FILE + END, "id: "),
        (part("id", b"\xff") + FILE + END, "RFC 7578"),
        (ID + part("album", b"9") + FILE + END, "album: "),
        (ID + part("file", b"", 'filename="plan.pdf"') + END, "file.content: "),
        (b"".join(part(f"x{number}", b"1") for number in range(9)) + END, "RFC 7578"),
        (ID + FILE[:-20], "RFC 7578"),
        (ID + head("file") + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n", "RFC 7578"),
        (part("", b"1") + END, "RFC 7578"),
        (b"no parts at all", "RFC 7578"),
        (b"", "RFC 7578"),
    ],
)
async def test_what_is_no_file_is_refused_in_plain_words(
    client: WebClient, body: bytes, says: str
) -> None:
    """A clear 422, and nothing reaches the inbox."""
    response = await raw(client, body)

    assert response.status == 422, response.body
    assert response.json["error"]["code"] == "invalid_file"
    assert says in response.json["error"]["message"]
    assert await client.transcript() == []


async def test_a_field_that_is_too_long_is_refused(client: WebClient) -> None:
    """Nobody fills the memory by another way."""
    assert (await raw(client, part("id", b"1" * 5000) + FILE + END)).status == 413


@pytest.mark.parametrize("content_type", ["application/pdf", "multipart/mixed; boundary=x", ""])
async def test_only_a_form_is_read(client: WebClient, content_type: str) -> None:
    """Anything but multipart/form-data is a 415."""
    headers = {**client.authorization, "Content-Type": content_type}
    path = client.path.replace("messages", "files")
    response = await client.request("POST", path, data=b"x", headers=headers)

    assert (response.status, response.json["error"]["code"]) == (415, "not_multipart")


async def test_a_file_needs_its_conversations_token(client: WebClient) -> None:
    """As messages do; another site's page may not send one either."""
    path = client.path.replace("messages", "files")
    for headers, status in (
        ({}, 401),
        ({"Authorization": "Bearer wrong"}, 403),
        ({**client.authorization, "Origin": "https://elsewhere.example"}, 403),
    ):
        form = aiohttp.FormData({"id": str(uuid.uuid4())})
        form.add_field("file", files.PDF, filename="plan.pdf")
        assert (await client.request("POST", path, data=form, headers=headers)).status == status


async def test_one_address_may_not_flood(tmp_path: Path) -> None:
    """Past its limit an address gets 429 with Retry-After, whichever conversation it uses."""
    async with (
        web_assistant(tmp_path, web_files_per_minute=2) as limited,
        conversation(limited) as one,
        conversation(limited) as other,
    ):
        statuses = [(await client.send_file(files.PDF)).status for client in (one, other)]
        refused = await other.send_file(files.PDF)

    assert statuses == [200, 200]
    assert (refused.status, refused.json["error"]["code"]) == (429, "too_many")
    assert 1 <= int(refused.headers["Retry-After"]) <= 31


@pytest.mark.parametrize(
    ("limit", "value"), [("CONVERSATION_FILES", 2), ("CONVERSATION_BYTES", 2 * len(files.PDF))]
)
async def test_a_conversation_sends_so_much_and_no_more(
    client: WebClient,
    assistant: WebAssistant,
    monkeypatch: pytest.MonkeyPatch,
    limit: str,
    value: int,
) -> None:
    """Neither in number nor in bytes; what it sends again is no further file."""
    monkeypatch.setattr(web_files, limit, value)
    first = str(uuid.uuid4())
    sent = [await client.send_file(files.PDF, id=first), await client.send_file(files.PDF)]
    refused = await client.send_file(files.PDF)
    again = await client.send_file(files.PDF, id=first)
    assert [one.status for one in (*sent, again)] == [200, 200, 200]
    assert (refused.status, refused.json["error"]["code"]) == (409, "conversation_full")
    async with conversation(assistant) as other:
        assert (await other.send_file(files.PDF)).status == 200


async def test_so_many_uploads_at_once_are_held_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One more is asked to come again, and is taken once another is through."""
    monkeypatch.setattr(web_channel, "UPLOADS_AT_ONCE", 1)
    begun, go_on = asyncio.Event(), asyncio.Event()
    probe = str(uuid.uuid4())

    async def slowly() -> AsyncIterator[bytes]:
        yield ID + head("file", 'filename="plan.pdf"')
        begun.set()
        await go_on.wait()
        yield files.PDF + b"\r\n" + END

    async with (
        web_assistant(tmp_path) as busy,
        conversation(busy) as one,
        conversation(busy) as other,
    ):
        first = asyncio.create_task(insist(one, slowly))
        async with asyncio.timeout(DEADLINE_SECONDS):
            await begun.wait()
            # The same file again: the first one's beginning may not have arrived yet.
            while (refused := await other.send_file(files.PDF, id=probe)).status == 200:
                pass
        go_on.set()
        taken = await first
        later = await other.send_file(files.PDF)

    assert (refused.status, refused.headers["Retry-After"]) == (429, "5")
    assert (taken.status, later.status) == (200, 200)


async def test_one_address_leaves_room_for_the_files_of_others(tmp_path: Path) -> None:
    """Whatever it begins to send; and what is through has left its place."""
    go_on, probe = asyncio.Event(), str(uuid.uuid4())

    async def slowly(begun: asyncio.Event) -> AsyncIterator[bytes]:
        yield part("id", str(uuid.uuid4()).encode())
        begun.set()
        await go_on.wait()
        yield FILE + END

    async with (
        web_assistant(tmp_path, web_trusted_proxies=1, web_files_per_minute=1000) as busy,
        conversation(busy, "192.0.2.1") as one,
        conversation(busy, "192.0.2.1") as same,
        conversation(busy, "192.0.2.2") as other,
    ):
        all_begun = [asyncio.Event() for _ in range(UPLOADS_OF_NETWORK)]
        sending = [asyncio.create_task(insist(one, partial(slowly, begun))) for begun in all_begun]
        async with asyncio.timeout(DEADLINE_SECONDS):
            for begun in all_begun:
                await begun.wait()
            # The same file again: the beginning of one of them may not have arrived yet.
            while (refused := await same.send_file(files.PDF, id=probe)).status == 200:
                pass
        elsewhere = await other.send_file(files.PDF)
        go_on.set()
        taken = [(await response).status for response in sending]
        later = await same.send_file(files.PDF)

    assert (refused.status, refused.json["error"]["code"]) == (429, "too_many")
    assert elsewhere.status == 200
    assert (taken, later.status) == ([200] * UPLOADS_OF_NETWORK, 200)


@pytest.mark.parametrize("limit", ["UPLOAD_WITHIN_SECONDS", "FIRST_SECONDS"])
async def test_a_file_that_does_not_arrive_is_given_up(
    client: WebClient, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    """A client that stops in the middle does not hold its place for ever, nor for long."""
    monkeypatch.setattr(web_files, limit, 0.05)
    stopped = asyncio.Event()

    async def half() -> AsyncIterator[bytes]:
        yield ID + head("file", 'filename="plan.pdf"') + files.PDF
        await stopped.wait()

    sending = asyncio.create_task(raw(client, half()))
    async with asyncio.timeout(DEADLINE_SECONDS):
        response = await sending

    assert (response.status, response.json["error"]["code"]) == (408, "too_slow")


async def test_what_the_directory_found_comes_once_and_in_order(
    assistant: WebAssistant, client: WebClient
) -> None:
    """It reaches an open page by the stream, and after a reload shows as the assistant's alone."""
    async with contextlib.aclosing(client.events()) as events:  # type: ignore[type-var]
        await client.say(text="a")
        for query in ("552100554", "Atelier"):
            event = CompaniesFound(query=query)
            found = Incoming("web", f"directory-{query}", client.conversation, event)
            await assistant.inbox.receive([found])
            await assistant.inbox.receive([found])
            await assistant.inbox.replies_to(
                "web", found.external_id, timeout_seconds=DEADLINE_SECONDS
            )
        await client.say(text="b")
        async with asyncio.timeout(DEADLINE_SECONDS):
            streamed = [await anext(events) for _ in range(4)]

    texts = [reply["text"].split("\n")[0] for reply in streamed]
    assert texts[1:3] == ["Entreprise trouvée : 552100554", "Entreprise trouvée : Atelier"]
    assert ("a" in texts[0], "b" in texts[3]) == (True, True)
    assert [reply["in_reply_to"] for reply in streamed[1:3]] == [None, None]
    shown = await client.transcript()
    assert [message["author"] for message in shown] == [
        "person", "assistant", "assistant", "assistant", "person", "assistant",
    ]  # fmt: skip
    assert [message["id"] for message in shown if message["author"] == "assistant"] == [
        reply["id"] for reply in streamed
    ]
