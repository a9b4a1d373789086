"""``python -m tests.browser.screenshots DIR``: the page in each state, for eyes to judge.

``telephone-fr-answer.png`` is docs/images/page-telephone.png, ``desk-fr-answer.png`` is
page-desktop.png.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.async_api import async_playwright, expect

from bot.matcher_cache import build_matcher
from bot.settings import Settings
from handlers import dialogue
from knowledge.loading import load
from tests.browser.chat import open_chat, visitor
from tests.browser.chromium import ARGUMENTS, find
from tests.browser.request_screenshots import RequestVisit
from tests.browser.team_screenshots import TeamVisit
from tests.browser.team_visit import staffed
from tests.servers.web_assistant import web_assistant

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from playwright.async_api import Browser, BrowserContext, Route

    from knowledge.model import Language
    from tests.browser.chat import Chat

SIZES = {"telephone": {"width": 390, "height": 844}, "desk": {"width": 1280, "height": 800}}
SCALES = {"telephone": 1.5, "desk": 1}
LOCALES: dict[Language, str] = {"fr": "fr-FR", "en": "en-GB"}
MESSAGES = {
    "fr": {
        "answer": "c koi l'axe 2 ?",
        "place": "adresse",
        "clarify": "le label ?",
        "unknown": "une recette de crêpes",
        "offline": "Et l'axe 3 ?",
    },
    "en": {
        "answer": "What is axis 2?",
        "place": "address",
        "clarify": "industry",
        "unknown": "a pancake recipe",
        "offline": "And axis 3?",
    },
}


async def take_all(folder: Path) -> None:
    """Save each state in each language and size to ``folder``."""
    settings = Settings.model_validate({})
    base = staffed(load(settings.knowledge_dir).base)
    matcher = await asyncio.to_thread(build_matcher, base, settings.cache_dir)
    with tempfile.TemporaryDirectory() as database:
        async with (
            async_playwright() as playwright,
            web_assistant(
                Path(database), step=partial(dialogue.step, matcher), knowledge=lambda: base
            ) as running,
        ):
            browser = await playwright.chromium.launch(executable_path=find(), args=list(ARGUMENTS))
            for size in SIZES:
                for language in LOCALES:
                    prefix = f"{folder / size}-{language}"
                    async with _person(browser, running.url, size, language) as context:
                        await _take(context, prefix, MESSAGES[language])
                    async with _person(browser, running.url, size, language) as context:
                        chat = await open_chat(context)
                        visit = RequestVisit(chat, running, base.messages, language, prefix)
                        await visit.take()
                    async with _person(browser, running.url, size, language) as context:
                        chat = await open_chat(context)
                        await TeamVisit(chat, running, language, prefix).take()
            await browser.close()


def _person(
    browser: Browser, url: str, size: str, language: Language
) -> AbstractAsyncContextManager[BrowserContext]:
    return visitor(
        browser,
        url,
        viewport=SIZES[size],
        device_scale_factor=SCALES[size],
        locale=LOCALES[language],
        reduced_motion="reduce",
    )


async def _take(context: BrowserContext, prefix: str, messages: dict[str, str]) -> None:
    chat = await open_chat(context)
    await chat.page.screenshot(path=f"{prefix}-greeting.png")
    for number, state in enumerate(["answer", "place", "clarify", "unknown"]):
        await chat.ask(messages[state])
        await expect(chat.answers).to_have_count(number + 2)
        await chat.page.screenshot(path=f"{prefix}-{state}.png")
    await _take_troubles(context, chat, prefix, messages["offline"])


async def _take_troubles(context: BrowserContext, chat: Chat, prefix: str, message: str) -> None:
    """Waiting for an answer, its failure, and being offline."""
    failing = asyncio.Event()

    async def fail(route: Route) -> None:
        await failing.wait()
        await route.fulfill(status=500, json={})

    await context.route("**/messages", fail)
    await chat.ask(message)
    await expect(chat.page.locator(".dots")).to_be_visible()
    await chat.page.screenshot(path=f"{prefix}-answering.png")
    failing.set()
    await expect(chat.page.locator(".retry")).to_be_visible()
    await chat.page.screenshot(path=f"{prefix}-failed.png")
    await context.unroute_all()
    await context.set_offline(True)
    await chat.page.locator(".retry").click()
    await expect(chat.page.locator("[data-state=waiting]")).to_have_count(1)
    await chat.page.screenshot(path=f"{prefix}-offline.png")


def main() -> None:
    """The command."""
    if len(sys.argv) != 2:
        sys.exit("usage: python -m tests.browser.screenshots DIR")
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(take_all(folder))


if __name__ == "__main__":
    main()
