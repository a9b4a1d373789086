"""axe-core finds nothing, in any state of the page, by day and by night."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import expect

from tests.browser.chat import open_chat, visitor

if TYPE_CHECKING:
    from playwright.async_api import Browser

    from tests.browser.chat import Chat
    from tests.servers.web_assistant import WebAssistant

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    # It counts what the fixed head and foot leave to be seen of a control, as the page happens
    # to be scrolled. Whole controls are measured, more strictly, in the tests of its sizes.
    "rules": {"target-size": {"enabled": False}},
    "resultTypes": ["violations"],
}
FINISH = """
for (const animation of document.getAnimations()) {
  if (animation.effect.getComputedTiming().endTime < Infinity) animation.finish();
}
"""
"""What moves in to stay is there at once; what moves until an answer comes goes on."""

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
"""Only the style sheet knows them: each state of a conversation is looked at in both."""
SIZES = {"telephone": {"width": 390, "height": 844}, "desk": {"width": 1280, "height": 800}}


async def expect_accessible(chat: Chat, state: str) -> None:
    """Fail with what axe-core found by day or by night, if anything."""
    for scheme in SCHEMES:
        await chat.page.emulate_media(color_scheme=scheme)
        await chat.page.evaluate(FINISH)
        results = await Axe().run(chat.page, options=RULES)
        found = f"{state}, {scheme}: {results.generate_report()}"
        assert results.violations_count == 0, found


@pytest.mark.parametrize("size", SIZES)
async def test_axe_finds_nothing(browser: Browser, assistant: WebAssistant, size: str) -> None:
    """Greeting, answer, choices, unknown, place, failure, offline and dialogue box all pass."""
    async with visitor(browser, assistant.url, viewport=SIZES[size]) as context:
        chat = await open_chat(context)
        await expect_accessible(chat, "greeting")
        for number, text in enumerate(["axe 1", "vallée", "Il va pleuvoir ?", "adresse", "tel"]):
            await chat.ask(text)
            await expect(chat.answers).to_have_count(number + 2)
            await expect_accessible(chat, text)
        await context.route("**/messages", lambda route: route.fulfill(status=500, json={}))
        await chat.ask("Et après ?")
        await expect(chat.page.get_by_role("button", name="Réessayer")).to_be_visible()
        await expect_accessible(chat, "failure")
        await chat.page.get_by_role("button", name="Nouvelle conversation").click()
        await expect_accessible(chat, "dialogue box")
        await chat.page.keyboard.press("Escape")
        await context.set_offline(True)
        await expect(chat.page.get_by_text("hors connexion")).to_be_visible()
        await expect_accessible(chat, "offline")


async def test_a_screen_reader_is_told_who_speaks(
    browser: Browser, assistant: WebAssistant
) -> None:
    """Each message begins with its author, in a log that is read out politely as it grows."""
    async with visitor(browser, assistant.url) as context:
        chat = await open_chat(context)
        await chat.ask("adresse")
        await expect(chat.answers).to_have_count(2)

        log = chat.page.get_by_role("log", name="Conversation")
        await expect(log).to_have_attribute("aria-live", "polite")
        await expect(log.locator("li.person").last).to_contain_text("Vous\u00a0: adresse")
        answer = log.locator("li.assistant").last
        await expect(answer).to_contain_text("L’assistant\u00a0: 1 place du Marché")
        await expect(chat.question).to_have_accessible_name("Votre question")
        send = chat.page.get_by_role("button", name="Envoyer")
        await expect(send).to_be_visible()
