"""No message is lost or doubled, whatever the network and the server do."""

from __future__ import annotations

import contextlib
from functools import partial
from typing import TYPE_CHECKING

from playwright.async_api import expect
from yarl import URL

from bot.channels import web as web_channel
from bot.channels.web_access import MESSAGE_LIMIT
from tests.browser.chat import open_chat, visitor
from tests.servers.web_assistant import web_assistant

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from playwright.async_api import Browser, BrowserContext, Route

    from tests.browser.chat import Chat
    from tests.browser.conftest import Dialogue
    from tests.servers.web_assistant import WebAssistant

OFFLINE = "Vous êtes hors connexion"
INTERRUPTED = "Connexion interrompue"


async def test_what_is_written_offline_leaves_on_return(
    chat: Chat, context: BrowserContext
) -> None:
    """Offline is said, messages wait visibly, and go in order once the network is back."""
    await context.set_offline(True)
    await chat.ask("adresse")
    await chat.ask("téléphone")
    await expect(chat.page.get_by_text(OFFLINE)).to_be_visible()
    await expect(chat.page.get_by_text("En attente d’envoi")).to_have_count(2)
    await context.set_offline(False)

    await chat.expect_conversation(said=["adresse", "téléphone"], answers=3)
    await expect(chat.page.get_by_text(OFFLINE)).to_have_count(0)
    await expect(chat.answers.nth(1)).to_contain_text("place du Marché")
    await expect(chat.answers.nth(2)).to_contain_text("01 23 45 67 89")
    await chat.page.reload()
    await chat.expect_conversation(said=["adresse", "téléphone"], answers=3)


async def test_a_waiting_message_survives_a_reload(chat: Chat, context: BrowserContext) -> None:
    """A page reloaded before its message could leave still sends it, once."""

    async def cut(route: Route) -> None:
        await route.abort()

    await context.route("**/messages", cut)
    await chat.ask("adresse")
    await expect(chat.page.get_by_text("En attente d’envoi")).to_be_visible()
    await chat.page.reload()
    await expect(chat.page.get_by_text(INTERRUPTED)).to_be_visible()
    await expect(chat.page.get_by_text("En attente d’envoi")).to_be_visible()
    await context.unroute("**/messages", cut)

    await chat.expect_conversation(said=["adresse"], answers=2)


async def test_a_lost_response_does_not_double(chat: Chat, context: BrowserContext) -> None:
    """When only the answer got lost, the message sent again is not handled again."""
    lost: list[str] = []

    async def lose_first(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(str(route.request.post_data))
            await route.fetch()
            await route.abort()
        else:
            await route.continue_()

    await context.route("**/messages", lose_first)
    await chat.ask("adresse")

    await chat.expect_conversation(said=["adresse"], answers=2)
    assert len(lost) == 1
    await chat.page.reload()
    await chat.expect_conversation(said=["adresse"], answers=2)


async def test_after_a_server_error_one_press_tries_again(
    chat: Chat, assistant: WebAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failed message says so and offers to try again; it is then answered once."""

    async def fails(*_: object) -> int:
        message = "the disk is full"
        raise OSError(message)

    with monkeypatch.context() as patched:
        patched.setattr(assistant.store, "receive", fails)
        await chat.ask("adresse")
        await expect(chat.page.get_by_text("n’a pas pu recevoir ce message")).to_be_visible()
    await chat.page.get_by_role("button", name="Réessayer").click()

    await chat.expect_conversation(said=["adresse"], answers=2)


async def test_a_first_visit_that_fails_can_be_repeated(
    context: BrowserContext, assistant: WebAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even the greeting's failure is said, with a way out."""

    async def fails(*_: object) -> None:
        message = "the disk is full"
        raise OSError(message)

    page = await context.new_page()
    with monkeypatch.context() as patched:
        patched.setattr(assistant.store, "create_web_conversation", fails)
        await page.goto("/")
        await expect(page.get_by_text("ne répond pas pour le moment")).to_be_visible()
    await page.get_by_role("button", name="Réessayer").click()

    await expect(page.locator(".answer")).to_have_count(1)
    await expect(page.get_by_text("ne répond pas pour le moment")).to_be_hidden()


async def test_a_restarted_server_goes_unnoticed(
    browser: Browser, tmp_path: Path, talk: Dialogue
) -> None:
    """While the server is away messages wait; when it is back they are answered."""
    serve = partial(web_assistant, tmp_path, step=talk.step, knowledge=lambda: talk.matcher.base)
    async with contextlib.AsyncExitStack() as stack:
        async with serve() as first:
            context = await stack.enter_async_context(visitor(browser, first.url))
            chat = await open_chat(context)
        await chat.ask("adresse")
        await expect(chat.page.get_by_text(INTERRUPTED)).to_be_visible()
        await stack.enter_async_context(serve(port=URL(first.url).port))
        await chat.expect_conversation(said=["adresse"], answers=2)
        await expect(chat.page.get_by_text(INTERRUPTED)).to_have_count(0)
        await context.close()


async def test_a_late_answer_comes_by_itself(
    chat: Chat, talk: Dialogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sent but not yet answered shows as such; the answer then appears without a press."""
    monkeypatch.setattr(web_channel, "ANSWER_WITHIN_SECONDS", 0.05)
    talk.answering.clear()
    await chat.ask("adresse")
    await expect(chat.page.get_by_text("prépare sa réponse")).to_be_attached()
    await expect(chat.said.first).to_have_attribute("data-state", "")
    await expect(chat.answers).to_have_count(1)
    talk.answering.set()

    await chat.expect_conversation(said=["adresse"], answers=2)
    await expect(chat.page.get_by_text("prépare sa réponse")).to_have_count(0)


async def test_an_unknown_conversation_is_replaced_courteously(
    chat: Chat, context: BrowserContext
) -> None:
    """A conversation the server no longer has becomes a new one; nothing typed is lost."""
    forged = '{"id": "7d7f3c52-0000-4000-8000-000000000000", "token": "x"}'
    await chat.page.evaluate("(it) => localStorage.setItem('assistant.conversation', it)", forged)
    await chat.ask("adresse")
    await expect(chat.page.get_by_text("n’est plus disponible")).to_be_visible()
    await chat.expect_conversation(said=["adresse"], answers=2)

    await chat.page.evaluate("(it) => localStorage.setItem('assistant.conversation', it)", forged)
    again = await open_chat(context)
    await expect(again.page.get_by_text("n’est plus disponible")).to_be_visible()
    await again.expect_conversation(said=[], answers=1)


async def test_too_many_messages_are_sent_a_little_later(
    browser: Browser, tmp_path: Path, talk: Dialogue
) -> None:
    """Who is asked to slow down sees why, and the message leaves by itself."""
    async with (
        web_assistant(
            tmp_path,
            step=talk.step,
            knowledge=lambda: talk.matcher.base,
            web_messages_per_minute=30,
        ) as limited,
        visitor(browser, limited.url) as context,
    ):
        chat = await open_chat(context)
        limit = limited.app[MESSAGE_LIMIT]
        conversation = await chat.page.evaluate(
            "JSON.parse(localStorage.getItem('assistant.conversation')).id"
        )
        while not limit.wait_seconds(conversation):
            pass
        await chat.ask("adresse")
        await expect(chat.page.get_by_text("Beaucoup de messages")).to_be_visible()
        await chat.expect_conversation(said=["adresse"], answers=2)


async def test_without_storage_the_page_still_works(
    browser: Browser, assistant: WebAssistant
) -> None:
    """A browser that keeps nothing can still ask."""
    async with visitor(browser, assistant.url) as context:
        await context.add_init_script(
            "Object.defineProperty(window, 'localStorage', {get() { throw new Error('blocked') }})"
        )
        chat = await open_chat(context)
        await chat.ask("adresse")
        await chat.expect_conversation(said=["adresse"], answers=2)


async def test_an_address_without_https_works_too(
    browser: Browser, assistant: WebAssistant
) -> None:
    """On a plain-http address of a local network, where browsers offer less, one can ask."""
    async with visitor(browser, assistant.url) as context:
        await context.add_init_script("delete Crypto.prototype.randomUUID")
        chat = await open_chat(context)
        await chat.ask("adresse")
        await chat.expect_conversation(said=["adresse"], answers=2)
