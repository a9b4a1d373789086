"""The chat page as a person meets it, and a watch over what they must never meet."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from playwright.async_api import expect

from tests.polling import DEADLINE_SECONDS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import (
        Browser,
        BrowserContext,
        ConsoleMessage,
        FilePayload,
        Locator,
        Page,
        Request,
    )

# Generous, because machines that run tests are slow at times; nothing waits this long when well.
expect.set_options(timeout=DEADLINE_SECONDS * 1000)


def file(name: str, content: bytes, media_type: str = "") -> FilePayload:
    """A file as a person's browser hands it over."""
    return {"name": name, "mimeType": media_type, "buffer": content}


class Chat:
    """One open page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @property
    def question(self) -> Locator:
        """Where one writes."""
        return self.page.get_by_role("textbox")

    @property
    def answers(self) -> Locator:
        """The assistant's replies, oldest first."""
        return self.page.locator(".answer")

    @property
    def said(self) -> Locator:
        """What the person said, oldest first."""
        return self.page.locator("li.person:not(.silent)")

    @property
    def suggestions(self) -> Locator:
        """The choices offered now."""
        return self.page.get_by_role("group").get_by_role("button")

    async def ask(self, text: str) -> None:
        """Write ``text`` and send it; does not wait for the answer."""
        await self.question.fill(text)
        await self.question.press("Enter")

    @property
    def chosen(self) -> Locator:
        """The files that will be sent with the next message."""
        return self.page.get_by_role("list", name="Fichiers à envoyer").get_by_role("listitem")

    async def choose(self, *files: FilePayload) -> None:
        """Choose ``files`` in the browser's dialogue; does not send them."""
        async with self.page.expect_file_chooser() as opening:
            await self.page.get_by_role("button", name=re.compile("Joindre|Attach")).click()
        await (await opening.value).set_files(files)

    async def send(self) -> None:
        """Press the button."""
        await self.page.get_by_role("button", name=re.compile("^(Envoyer|Send)$")).click()

    async def expect_conversation(self, *, said: list[str], answers: int) -> None:
        """Exactly these messages and so many answers: none lost, none doubled."""
        await expect(self.answers).to_have_count(answers)
        await expect(self.said.locator("p:not(.status)")).to_have_text(said)
        await expect(self.page.locator("[data-state]:not([data-state=''])")).to_have_count(0)


class Watch:
    """Collects what no visit may cause: errors, policy violations, requests to others."""

    def __init__(self, url: str, context: BrowserContext) -> None:
        self._host = urlsplit(url).netloc
        self.found: list[str] = []
        context.on("request", self._request)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.found.append(f"error: {error.error}"))

    def _request(self, request: Request) -> None:
        # What the page made itself (blob:) is of its own origin.
        if urlsplit(request.url.removeprefix("blob:")).netloc != self._host:
            self.found.append(f"request to {request.url}")

    def _console(self, message: ConsoleMessage) -> None:
        # A request that failed is reported by the browser itself: the page deals with it.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.found.append(f"console: {message.text}")


@contextlib.asynccontextmanager
async def visitor(browser: Browser, url: str, **options: Any) -> AsyncIterator[BrowserContext]:  # noqa: ANN401 - Playwright's
    """A person with a fresh browser; ``options`` are Playwright's for a context."""
    settings = {"locale": "fr-FR", "viewport": {"width": 1280, "height": 800}, **options}
    context = await browser.new_context(base_url=url, **settings)
    watch = Watch(url, context)
    try:
        yield context
    finally:
        await context.close()
    assert watch.found == [], watch.found


async def open_chat(context: BrowserContext) -> Chat:
    """Open the page; returns once the assistant has greeted."""
    chat = Chat(await context.new_page())
    await chat.page.goto("/")
    await expect(chat.answers.first).to_be_visible()
    return chat
