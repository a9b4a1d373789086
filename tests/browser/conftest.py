"""A Chromium for the session, and an assistant with a small knowledge folder for each test."""

from __future__ import annotations

import threading
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from playwright.async_api import async_playwright

from bot.matcher_cache import build_matcher
from handlers import dialogue
from knowledge.loading import load
from tests.browser.chat import open_chat, visitor
from tests.browser.chromium import ARGUMENTS, find
from tests.servers.web_assistant import web_assistant

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import AsyncIterator, Iterator

    from playwright.async_api import Browser, BrowserContext

    from handlers.events import Event
    from handlers.state import ConversationState
    from handlers.step import Step
    from knowledge.matching import Matcher
    from tests.browser.chat import Chat
    from tests.servers.web_assistant import WebAssistant

SAMPLE = Path(__file__).resolve().parents[1] / "sample"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run these tests in one event loop, which the browser lives in."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


class Dialogue:
    """The real one; a test may have it hold its answers back."""

    def __init__(self, matcher: Matcher) -> None:
        self.matcher = matcher
        self._step = partial(dialogue.step, matcher)
        self.answering = threading.Event()
        self.answering.set()

    def step(self, state: ConversationState, event: Event, now: dt.datetime, *about: str) -> Step:
        """The dialogue's step, once :attr:`answering` is set."""
        assert self.answering.wait(60), "a test forgot to let the dialogue go on"
        return self._step(state, event, now, *about)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Started once."""
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=find(), args=list(ARGUMENTS))
        yield launched
        await launched.close()


@pytest.fixture(scope="session")
def matcher(tmp_path_factory: pytest.TempPathFactory) -> Matcher:
    """What the small knowledge folder teaches."""
    return build_matcher(load(SAMPLE).base, tmp_path_factory.mktemp("matchers"))


@pytest.fixture
def talk(matcher: Matcher) -> Iterator[Dialogue]:
    """The dialogue of the assistant."""
    made = Dialogue(matcher)
    yield made
    made.answering.set()


@pytest_asyncio.fixture(loop_scope="session")
async def assistant(tmp_path: Path, talk: Dialogue) -> AsyncIterator[WebAssistant]:
    """A running assistant with an empty database."""
    async with web_assistant(
        tmp_path, step=talk.step, knowledge=lambda: talk.matcher.base
    ) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def context(browser: Browser, assistant: WebAssistant) -> AsyncIterator[BrowserContext]:
    """A French-speaking person at a desk."""
    async with visitor(browser, assistant.url) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def chat(context: BrowserContext) -> Chat:
    """Their page, with the greeting."""
    return await open_chat(context)
