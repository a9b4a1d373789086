"""A person sees on the page what is held of them, saves it, and has it erased there."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from playwright.async_api import expect

from bot.delivery.dispatcher import Dispatcher
from bot.delivery.erasure import ErasureDelivery
from handlers import dialogue
from tests.browser.chat import open_chat, visitor
from tests.browser.team_visit import company, staffed
from tests.browser.test_accessibility import SIZES, expect_accessible
from tests.content import base, learn
from tests.polling import running as running_jobs
from tests.servers.web_assistant import web_assistant

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser

    from knowledge.matching import Matcher
    from tests.servers.web_assistant import WebAssistant


@pytest.fixture(scope="module")
def content() -> Matcher:
    """What the knowledge that comes with the assistant teaches, with teams that work in groups."""
    return learn(staffed(base()))


@pytest_asyncio.fixture(loop_scope="session")
async def running(tmp_path: Path, content: Matcher) -> AsyncIterator[WebAssistant]:
    """The assistant with its own content, and what carries out erasures."""
    step = partial(dialogue.step, content)
    async with web_assistant(tmp_path, step=step, knowledge=lambda: content.base) as assistant:
        erasing = ErasureDelivery(assistant.store, lambda: content.base)
        dispatcher = Dispatcher(assistant.store, {"erasure": erasing})
        async with running_jobs(dispatcher.run()):
            yield assistant


async def test_a_person_saves_what_is_held_and_has_it_erased(
    browser: Browser, running: WebAssistant, tmp_path: Path
) -> None:
    """Typed as on Telegram; nothing of the conversation stays on the screen, nor comes back."""
    async with visitor(browser, running.url, accept_downloads=True) as context:
        chat = await open_chat(context)
        held = await company(chat, running)
        await chat.ask("/mesdonnees")
        shown = chat.answers.filter(has_text="Voici ce que je garde de vous")
        await expect(shown).to_contain_text(held.team.reference)
        save = shown.get_by_role("button", name="Enregistrer mes-donnees-")
        async with chat.page.expect_download() as downloading:
            await save.click()
        download = await downloading.value
        assert download.suggested_filename.startswith("mes-donnees-")
        await download.save_as(tmp_path / "data.json")
        assert "Ada Martin" in str(_read(tmp_path / "data.json")["requests"])

        await chat.ask("/effacer")
        await expect(chat.answers.last).to_contain_text("Tout effacer ?")
        await chat.page.get_by_role("button", name="Oui, tout effacer").click()

        await expect(chat.answers).to_have_count(1)
        await expect(chat.answers).to_contain_text("C'est effacé")
        await expect(chat.said).to_have_count(0)
        assert "Ada" not in await chat.page.content()
        await chat.page.reload()
        await expect(chat.answers).to_have_count(1)
        await chat.ask("Bonjour")
        await expect(chat.answers).to_have_count(2)


def _read(path: Path) -> dict[str, list[dict[str, object]]]:
    found: dict[str, list[dict[str, object]]] = json.loads(path.read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("size", SIZES)
async def test_the_notice_leads_to_both(browser: Browser, running: WebAssistant, size: str) -> None:
    """From the line at the foot of the page; everybody can use it."""
    async with visitor(browser, running.url, viewport=SIZES[size]) as context:
        chat = await open_chat(context)
        await chat.page.get_by_role("button", name="Vos données").click()
        await expect(chat.answers.last).to_contain_text("Combien de temps ?")
        await expect(chat.answers.last).to_contain_text("365 jours")
        await expect_accessible(chat, "the notice")
        await chat.page.get_by_role("button", name="Voir mes données").click()
        await expect(chat.answers.last).to_contain_text("Voici ce que je garde")
        await expect_accessible(chat, "the data")
