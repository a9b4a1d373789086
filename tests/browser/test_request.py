"""A request made on the page, with the real content: asked, shown, agreed to, filed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
import pytest_asyncio
from playwright.async_api import expect

from bot.storage.records import Incoming
from handlers import dialogue
from handlers.events import CompaniesFound
from tests import files
from tests.browser.chat import file, open_chat, visitor
from tests.browser.request_screenshots import COMPANY, SIREN
from tests.browser.test_accessibility import SIZES, expect_accessible
from tests.content import matcher
from tests.servers.web_assistant import web_assistant

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    from playwright.async_api import Browser

    from knowledge.matching import Matcher
    from tests.browser.chat import Chat
    from tests.servers.web_assistant import WebAssistant

FIRST = "Je cherche un atelier de 500 m2 pour 12 personnes, dès que possible. ada@example.org"
NEEDS = 11


@pytest.fixture(scope="module")
def content() -> Matcher:
    """What the knowledge that comes with the assistant teaches."""
    return matcher()


@pytest_asyncio.fixture(loop_scope="session")
async def running(tmp_path: Path, content: Matcher) -> AsyncIterator[WebAssistant]:
    """The assistant with its own content."""
    step = partial(dialogue.step, content)
    async with web_assistant(tmp_path, step=step, knowledge=lambda: content.base) as assistant:
        yield assistant


async def answered(chat: Chat, before: int) -> None:
    """Wait for what comes after ``before`` replies, and until nothing is on its way."""
    await expect(chat.answers.nth(before)).to_be_visible()
    await expect(chat.page.locator("[data-state]:not([data-state=''])")).to_have_count(0)


async def press(chat: Chat, label: str) -> None:
    """Press one of the choices, and wait for what comes of it."""
    before = await chat.answers.count()
    await chat.suggestions.get_by_text(label, exact=True).click()
    await answered(chat, before)


async def say(chat: Chat, text: str) -> None:
    """Write ``text`` and wait for what comes of it."""
    before = await chat.answers.count()
    await chat.ask(text)
    await answered(chat, before)


async def find_company(chat: Chat, running: WebAssistant) -> None:
    """Have the directory answer, as its delivery does."""
    before = await chat.answers.count()
    conversation = await chat.page.evaluate(
        "JSON.parse(localStorage.getItem('assistant.conversation')).id"
    )
    found = CompaniesFound(query=SIREN, companies=(COMPANY,))
    event = Incoming("web", f"directory-{uuid4()}", conversation, found)
    await running.inbox.receive([event])
    await answered(chat, before)


async def go_through(
    chat: Chat, running: WebAssistant, look: Callable[[str], Awaitable[None]]
) -> None:
    """Make a request; ``look`` is called in each state."""
    await chat.page.get_by_role("button", name="Ma demande").click()
    await expect(chat.answers).to_have_count(2)
    await press(chat, "Faire une demande")
    await say(chat, "Nous avons un projet et aimerions en parler avec vous.")
    await press(chat, "Retour")
    await look("needs")
    assert await chat.suggestions.count() > NEEDS
    await press(chat, "Locaux ou terrain")
    await say(chat, FIRST)
    await look("communes")
    await say(chat, "Vitry ou Orly")
    await chat.choose(file("plan.pdf", files.PDF), file("atelier.png", files.png()))
    await chat.send()
    await expect(chat.said.locator(".file .name")).to_have_text(["plan.pdf", "atelier.png"])
    await expect(chat.page.locator("[data-state]:not([data-state=''])")).to_have_count(0)
    await look("files")
    await say(chat, SIREN)
    await find_company(chat, running)
    await look("company")
    await press(chat, "Oui, c'est nous")
    await look("recap")
    await press(chat, "J'accepte et j'envoie")
    await look("filed")


async def test_a_request_is_made_on_the_page(browser: Browser, running: WebAssistant) -> None:
    """From its first word to its reference; a reload in any state shows the same, buttons too.

    In the recap, each thing that was understood is an item of its own, files included.
    """
    lines: list[str] = []
    async with visitor(browser, running.url) as context:
        chat = await open_chat(context)

        async def look(state: str) -> None:
            before = await chat.page.locator("#messages").inner_text()
            await chat.page.reload()
            await expect(chat.answers.first).to_be_visible()
            assert await chat.page.locator("#messages").inner_text() == before, state
            if state == "recap":
                shown = await chat.answers.last.locator("li").all_inner_texts()
                lines.extend(line.replace("\u00a0", " ") for line in shown)

        await go_through(chat, running, look)
        filed = await chat.answers.last.inner_text()
        await chat.page.get_by_role("button", name="Ma demande").click()
        await expect(chat.suggestions.first).to_contain_text("Ajouter à ma demande")

    assert "Besoin : Locaux ou terrain" in lines
    assert "Communes : Vitry-sur-Seine, Orly" in lines
    assert "Pièces jointes : plan.pdf, atelier.png" in lines
    (reference,) = await running.store.references()
    assert f"enregistrée sous la référence {reference}" in filed
    stored = await running.store.request(reference)
    assert stored is not None
    kept = [await running.store.file(one.id) for one in stored.request.details.files]
    assert [one and one.content for one in kept] == [files.PDF, files.png()]


@pytest.mark.parametrize("size", SIZES)
async def test_axe_finds_nothing_in_a_request(
    browser: Browser, running: WebAssistant, size: str
) -> None:
    """Many choices, files, the company found, recap and reference, by day and by night."""
    async with visitor(browser, running.url, viewport=SIZES[size]) as context:
        chat = await open_chat(context)
        await go_through(chat, running, partial(expect_accessible, chat))


async def test_a_request_fits_any_screen(browser: Browser, running: WebAssistant) -> None:
    """No state overflows sideways, no control is smaller than 44 px, no choice is cut."""
    async with visitor(browser, running.url) as context:
        chat = await open_chat(context)

        async def look(state: str) -> None:
            for width in (1280, 390, 320):
                at = f"{state}, {width}"
                await chat.page.set_viewport_size({"width": width, "height": 640})
                assert await chat.page.evaluate("innerWidth") == width, at
                assert await chat.page.evaluate("document.documentElement.scrollWidth") == width, at
                wrong = await chat.page.evaluate(
                    """() => [...document.querySelectorAll("button")]
                        .filter((node) => node.checkVisibility())
                        .filter((node) => Math.min(node.offsetWidth, node.offsetHeight) < 44
                            || node.scrollWidth > node.clientWidth)
                        .map((node) => node.outerHTML)"""
                )
                assert wrong == [], at

        await go_through(chat, running, look)


@pytest.mark.parametrize("height", [844, 640])
async def test_the_forms_question_is_in_sight_below_an_answer(
    browser: Browser, running: WebAssistant, height: int
) -> None:
    """Whoever asks something in the middle of the form sees, on a telephone, how it goes on."""
    viewport = {"width": 390, "height": height}
    still: dict[str, Any] = {"viewport": viewport, "reduced_motion": "reduce"}
    async with visitor(browser, running.url, **still) as context:
        chat = await open_chat(context)
        await say(chat, "Je cherche un atelier de 500 m2 à Vitry")
        await say(chat, "Quels sont les quatre axes ?")
        asked = chat.answers.last
        await expect(asked).to_contain_text("Quelle est votre entreprise")
        await expect(chat.suggestions.last).to_be_in_viewport(ratio=1)
        above_the_field = """(node) => node.getBoundingClientRect().bottom
            <= document.querySelector("#composer").getBoundingClientRect().top"""
        assert await chat.suggestions.last.evaluate(above_the_field)
        await expect(asked).to_be_in_viewport(ratio=1)


async def test_two_answers_are_read_from_the_first(browser: Browser, running: WebAssistant) -> None:
    """On a telephone, which has no room for both, the first is in sight and the second below."""
    still: dict[str, Any] = {
        "viewport": {"width": 390, "height": 640},
        "reduced_motion": "reduce",
    }
    async with visitor(browser, running.url, **still) as context:
        chat = await open_chat(context)
        await chat.ask("Que font l'axe 1 et l'axe 2 ?")
        await expect(chat.answers).to_have_count(3)
        await expect(chat.said.last).to_be_in_viewport(ratio=1)
        await expect(chat.answers.nth(1).locator("p").first).to_be_in_viewport(ratio=1)


async def test_a_form_is_resumed_from_the_header(browser: Browser, running: WebAssistant) -> None:
    """Whoever left it in the middle finds it again by "Ma demande"."""
    async with visitor(browser, running.url) as context:
        chat = await open_chat(context)
        await say(chat, FIRST)
        await say(chat, "Quels sont les quatre axes ?")
        before = await chat.answers.count()
        await chat.page.get_by_role("button", name="Ma demande").click()
        await expect(chat.answers.nth(before)).to_be_visible()
        await press(chat, "Reprendre ma demande")

        await expect(chat.answers.last).to_contain_text("Dans quelle commune ?")
