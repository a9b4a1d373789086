"""A person on the page, and one in a terminal, have their data and have it erased there."""

from __future__ import annotations

import asyncio
import json
import stat
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from bot.delivery.dispatcher import Dispatcher
from bot.delivery.erasure import ErasureDelivery
from handlers import dialogue
from tests import files
from tests.bot.privacy.bytes_held import everything, found_in
from tests.bot.test_terminal import at_terminal
from tests.bot.test_web_openapi import check, described
from tests.bot.web_client import WebClient
from tests.handlers.requests.forms import TO_RECAP, form_matcher
from tests.polling import DEADLINE_SECONDS, running
from tests.servers.web_assistant import web_assistant

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.storage.store import Store
    from tests.servers.web_assistant import WebAssistant

SECRETS = ("Marie Martin", "marie@ateliers", "Ateliers Martin", "atelier à Rumilly", "plan-secret")


def erasing(store: Store) -> Dispatcher:
    """What carries out erasures."""
    return Dispatcher(store, {"erasure": ErasureDelivery(store, lambda: form_matcher().base)})


@pytest.fixture
async def assistant(tmp_path: Path) -> AsyncIterator[WebAssistant]:
    """A running assistant whose territory has teams."""
    step = partial(dialogue.step, form_matcher())
    async with (
        web_assistant(
            tmp_path, step=step, knowledge=lambda: form_matcher().base, web_messages_per_minute=600
        ) as served,
        running(erasing(served.store).run()),
    ):
        yield served


@pytest.fixture
async def client(assistant: WebAssistant) -> AsyncIterator[WebClient]:
    """A company that has filed a request and sent a file."""
    async with aiohttp.ClientSession() as session:
        company = WebClient(assistant.url, session)
        await company.open()
        for typed in TO_RECAP:
            await company.say(text=typed)
        await company.send_file(files.PDF, name="plan-secret.pdf")
        await company.say(text="j'accepte")
        yield company


async def later(client: WebClient, words: str) -> dict[str, Any]:
    """The reply of the event stream that has ``words``."""
    async with asyncio.timeout(DEADLINE_SECONDS):
        async for reply in client.events("?after=0"):
            if words in reply["text"]:
                return reply
    raise AssertionError(f"the stream ended without {words!r}")


async def test_a_command_typed_on_the_page_gives_the_file(client: WebClient) -> None:
    """To this conversation alone, as a download."""
    said = await client.say(text="/mesdonnees")
    assert "Je rassemble" in said.json["replies"][0]["text"]

    reply = await later(client, "Voici ce que je garde de vous")

    [file] = reply["files"]
    assert file["media_type"] == "application/json"
    assert file["name"].endswith(".json")
    had = await client.file(file["id"])
    assert had.status == 200
    assert had.headers["Content-Disposition"].startswith("attachment")
    assert had.headers["Cache-Control"] == "no-store"
    assert set(found_in(had.body, SECRETS)) == set(SECRETS)
    assert json.loads(had.body)["conversation"]["id"] == client.conversation


async def test_a_stranger_has_nothing_of_it(client: WebClient, assistant: WebAssistant) -> None:
    """Neither with another conversation's token, nor by the number under their own address."""
    await client.say(command="mydata", language="fr")
    [file] = (await later(client, "Voici ce que je garde"))["files"]
    async with aiohttp.ClientSession() as session:
        stranger = WebClient(assistant.url, session)
        await stranger.open()
        own = await stranger.file(file["id"])
        path = f"/api/conversations/{client.conversation}/files/{file['id']}"
        theirs = await stranger.request("GET", path, headers=stranger.authorization)
        without = await stranger.request("GET", path)

    assert (own.status, theirs.status, without.status) == (404, 403, 401)


async def test_a_page_erases_everything(client: WebClient, assistant: WebAssistant) -> None:
    """The page is told to show nothing of it any more, and reads nothing of it again."""
    url = f"sqlite+aiosqlite:///{assistant.database}"
    await client.say(text="/effacer")
    asked = await later(client, "Tout effacer ?")
    assert set(found_in(await everything(url), SECRETS)) == set(SECRETS)

    pressed = await client.say(button=asked["buttons"][0]["value"])
    assert "J'efface vos données" in pressed.json["replies"][0]["text"]
    last = await later(client, "C'est effacé")

    assert last["erases"] is True
    assert [one["text"] for one in await client.transcript()] == [last["text"]]
    assert found_in(await everything(url), SECRETS) == []
    again = await client.say(text="Bonjour")
    assert again.json["replies"]


async def test_a_page_that_sends_once_more_brings_nothing_back(
    client: WebClient, assistant: WebAssistant
) -> None:
    """A message whose answer was lost, sent again under its id after everything was erased."""
    sent_again = "3d6ff5c9-3a1f-4f0b-8d8a-4dfd0fbb5d11"
    await client.say(sent_again, text="Nous sommes les Ateliers Martin")
    await client.say(text="/effacer")
    asked = await later(client, "Tout effacer ?")
    await client.say(button=asked["buttons"][0]["value"])
    await later(client, "C'est effacé")

    again = await client.say(sent_again, text="Nous sommes les Ateliers Martin")

    assert again.json["replies"] == []
    held = await everything(f"sqlite+aiosqlite:///{assistant.database}")
    assert found_in(held, SECRETS) == []


async def test_a_stranger_erases_nothing(client: WebClient, assistant: WebAssistant) -> None:
    """The value of another's button is but a question about their own."""
    await client.say(text="/effacer")
    asked = await later(client, "Tout effacer ?")
    async with aiohttp.ClientSession() as session:
        stranger = WebClient(assistant.url, session)
        await stranger.open()
        pressed = await stranger.say(button=asked["buttons"][0]["value"])
        assert "plus d'actualité" in pressed.json["replies"][0]["text"]
    held = await everything(f"sqlite+aiosqlite:///{assistant.database}")
    assert set(found_in(held, SECRETS)) == set(SECRETS)


async def test_what_the_page_is_sent_is_described(client: WebClient) -> None:
    """Files of the assistant's, and the word that everything is gone."""
    await client.say(text="/mesdonnees")
    await later(client, "Voici ce que je garde")
    description = await described(client)
    path = "/api/conversations/{id}/messages"
    before = await client.request("GET", client.path, headers=client.authorization)
    check(description, "get", path, before)
    await client.say(text="/effacer")
    asked = await later(client, "Tout effacer ?")
    await client.say(button=asked["buttons"][0]["value"])
    await later(client, "C'est effacé")
    after = await client.request("GET", client.path, headers=client.authorization)
    check(description, "get", path, after)


async def test_in_a_terminal_the_file_is_written_here(
    sqlite_store: Store,
    sqlite_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    """Where it is, is said; nobody else may read it, and none before it is lost."""
    monkeypatch.chdir(tmp_path)
    step = partial(dialogue.step, form_matcher())
    async with (
        at_terminal(sqlite_store, monkeypatch, capsys, step) as person,
        running(erasing(sqlite_store).run()),
    ):
        person.type("Marie Martin cherche un atelier à Rumilly\n")
        for number in (1, 2):
            person.type("/mesdonnees\n")
            await person.reads(f"{'2-' if number == 2 else ''}mes-donnees-")
            await person.reads(".json\n")
        person.type("/effacer\n")
        await person.reads("[1] Oui, tout effacer")
        person.type("1\n")
        await person.reads("C'est effacé")

    written = _written(tmp_path)
    assert len(written) == 2
    for path, (rights, content) in written.items():
        assert rights == 0o600
        assert b"Marie Martin" in content
        assert str(path) in person.screen
    assert found_in(await everything(sqlite_url), SECRETS) == []


def _written(folder: Path) -> dict[Path, tuple[int, bytes]]:
    """Each file with who may read it."""
    return {
        path: (stat.S_IMODE(path.stat().st_mode), path.read_bytes())
        for path in folder.glob("*mes-donnees-*.json")
    }


async def test_a_file_that_was_offered_is_gone_with_the_rest(client: WebClient) -> None:
    """Its address leads nowhere."""
    await client.say(text="/mesdonnees")
    [file] = (await later(client, "Voici ce que je garde"))["files"]
    await client.say(text="/effacer")
    asked = await later(client, "Tout effacer ?")
    await client.say(button=asked["buttons"][0]["value"])
    await later(client, "C'est effacé")

    assert (await client.file(file["id"])).status == 404
