"""Files on the page: chosen, dropped, pasted, sent, stopped, refused; none lost or doubled."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from bot.storage.records import Incoming
from handlers.events import CompaniesFound
from handlers.step import Step
from handlers.values import Reply
from tests import files
from tests.browser.chat import file, open_chat, visitor
from tests.browser.test_accessibility import SIZES, expect_accessible
from tests.polling import until
from tests.servers.web_assistant import web_assistant

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from playwright.async_api import Browser, BrowserContext, FileChooser, Locator, Route

    from handlers.events import Event
    from handlers.state import ConversationState
    from tests.browser.chat import Chat
    from tests.browser.conftest import Dialogue
    from tests.servers.web_assistant import WebAssistant

PLAN = file("Plan d’étage.pdf", files.PDF, "application/pdf")
PHOTO = file("photo.png", files.png(64), "image/png")
LARGE = file("grand.pdf", files.PDF + bytes(3_000_000), "application/pdf")

DROP = """([name, target]) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File(["%PDF-1.4"], name, {type: "application/pdf"}));
    const options = {bubbles: true, cancelable: true, dataTransfer: transfer};
    for (const type of target) {
        const event = new DragEvent(type, options);
        document.body.dispatchEvent(event);
        window.lastPrevented = event.defaultPrevented;
    }
}"""
PASTE = """([bytes, text]) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([new Uint8Array(bytes)], "image.png", {type: "image/png"}));
    if (text) transfer.setData("text/plain", text);
    const event = new ClipboardEvent("paste",
        {bubbles: true, cancelable: true, clipboardData: transfer});
    document.getElementById("question").dispatchEvent(event);
}"""


def bubbles(chat: Chat) -> Locator:
    """The files that the person sent, oldest first, by name."""
    return chat.said.locator(".file .name")


async def kept(assistant: WebAssistant, chat: Chat) -> list[str]:
    """The names of the files that the server knows of in the conversation."""
    conversation = await chat.page.evaluate(
        "JSON.parse(localStorage.getItem('assistant.conversation')).id"
    )
    events = [
        item.event
        for item in await assistant.store.transcript(conversation)
        if not hasattr(item, "reply")
    ]
    return [event.file.name for event in events if event.kind == "attachment" and event.file]


async def test_a_file_is_chosen_then_sent_with_a_message(
    chat: Chat, assistant: WebAssistant
) -> None:
    """Name and size show before it leaves; the message goes first, the file after it."""
    await chat.choose(PLAN)
    await expect(chat.chosen).to_contain_text(["Plan d’étage.pdf"])
    await expect(chat.chosen).to_contain_text(["octets"])
    await chat.ask("Quel est l'axe 1 ?")

    await expect(bubbles(chat)).to_have_text(["Plan d’étage.pdf"])
    await expect(chat.said).to_have_count(2)
    await expect(chat.answers).to_have_count(3)
    await expect(chat.chosen).to_have_count(0)
    await expect(chat.page.locator("[data-state]:not([data-state=''])")).to_have_count(0)
    assert await kept(assistant, chat) == ["Plan d’étage.pdf"]


async def test_sent_files_show_by_name_after_a_reload(chat: Chat) -> None:
    """Each with its size, in the order they were sent."""
    await chat.choose(PLAN, PHOTO)
    await chat.send()
    await expect(bubbles(chat)).to_have_text(["Plan d’étage.pdf", "photo.png"])
    await expect(chat.page.locator("[data-state]:not([data-state=''])")).to_have_count(0)
    before = await chat.page.locator("#messages").inner_text()
    await chat.page.reload()

    await expect(bubbles(chat)).to_have_text(["Plan d’étage.pdf", "photo.png"])
    assert await chat.page.locator("#messages").inner_text() == before


async def test_a_chosen_file_can_be_taken_away(chat: Chat, assistant: WebAssistant) -> None:
    """By its own button, which says which; nothing of it is sent, and the focus is not lost."""
    await chat.choose(PLAN, PHOTO)
    await chat.page.get_by_role("button", name="Retirer Plan d’étage.pdf").click()
    await expect(chat.chosen).to_contain_text(["photo.png"])
    await expect(chat.page.get_by_role("button", name="Joindre des fichiers")).to_be_focused()
    await chat.send()

    await expect(bubbles(chat)).to_have_text(["photo.png"])
    await expect(chat.page.locator("[data-state]:not([data-state=''])")).to_have_count(0)
    assert await kept(assistant, chat) == ["photo.png"]


async def test_what_cannot_be_sent_is_said_at_once(chat: Chat) -> None:
    """Too large, of another kind, empty, too many: in words, before anything leaves."""
    status = chat.page.get_by_role("status").filter(has_text=" ")
    for refused, says in (
        (file("énorme.pdf", bytes(10_000_001)), "énorme.pdf est trop lourd\u00a0: 10"),
        (file("film.mp4", b"x", "video/mp4"), "film.mp4 ne peut pas être joint"),
        (file("plan.svg", b"<svg/>", "image/svg+xml"), "plan.svg ne peut pas être joint"),
        (file("vide.pdf", b""), "vide.pdf est vide"),
    ):
        await chat.choose(refused)
        await expect(status.filter(has_text=says)).to_be_visible()
        await expect(chat.chosen).to_have_count(0)
    await chat.choose(*(file(f"{number}.pdf", files.PDF) for number in range(11)))
    await expect(status.filter(has_text="10 fichiers au plus")).to_be_visible()
    await expect(chat.chosen).to_have_count(10)


async def test_the_keyboard_alone_attaches_and_sends(chat: Chat) -> None:
    """Tab to the paper clip, Enter, the browser's dialogue, Tab to send."""
    keyboard = chat.page.keyboard
    # Watched from the start: a press is quicker than the browser's setting up of a watch.
    opened: list[FileChooser] = []
    chat.page.on("filechooser", lambda chooser: opened.append(chooser))  # noqa: PLW0108 - Playwright sets an attribute on it
    await chat.question.focus()
    await keyboard.press("Shift+Tab")
    await expect(chat.page.get_by_role("button", name="Joindre des fichiers")).to_be_focused()
    await keyboard.press("Enter")
    await until(lambda: bool(opened))
    await opened[0].set_files([PLAN])
    await expect(chat.chosen).to_have_count(1)
    await keyboard.press("Shift+Tab")
    await expect(chat.page.get_by_role("button", name="Retirer Plan d’étage.pdf")).to_be_focused()
    for _ in range(3):
        await keyboard.press("Tab")
    await expect(chat.page.get_by_role("button", name="Envoyer")).to_be_focused()
    await keyboard.press("Enter")

    await expect(bubbles(chat)).to_have_text(["Plan d’étage.pdf"])


async def test_a_file_can_be_dropped_on_the_page(chat: Chat) -> None:
    """The page shows where, takes the file, and is not left for it."""
    await chat.page.evaluate(DROP, ["plan.pdf", ["dragover"]])
    await expect(chat.page.get_by_text("Déposez vos fichiers ici")).to_be_visible()
    await chat.page.evaluate(DROP, ["plan.pdf", ["dragover", "drop"]])

    assert await chat.page.evaluate("window.lastPrevented")
    await expect(chat.page.get_by_text("Déposez vos fichiers ici")).to_be_hidden()
    await expect(chat.chosen).to_contain_text(["plan.pdf"])


async def test_a_picture_can_be_pasted(chat: Chat) -> None:
    """A screenshot joins; a table copied from a spreadsheet, text beside its picture, does not."""
    picture = list(files.png())
    await chat.page.evaluate(PASTE, [picture, "commune\tm²"])
    await expect(chat.chosen).to_have_count(0)
    await chat.page.evaluate(PASTE, [picture, ""])

    await expect(chat.chosen).to_contain_text(["image.png"])


async def slow_down(chat: Chat, bytes_per_second: int) -> None:
    """Give the person a slow connection, or with -1 their own again."""
    session = await chat.page.context.new_cdp_session(chat.page)
    await session.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": 0,
            "downloadThroughput": -1,
            "uploadThroughput": bytes_per_second,
        },
    )


async def test_an_upload_shows_how_far_it_is_and_can_be_stopped(
    chat: Chat, assistant: WebAssistant
) -> None:
    """A bar grows; after cancelling nothing of the file is left, and what comes next is sent."""
    await slow_down(chat, 100_000)
    await chat.choose(LARGE)
    await chat.send()
    bar = chat.page.get_by_role("progressbar", name="Envoi de grand.pdf")
    await expect(bar).to_be_visible()
    await expect(bar).to_have_js_property("max", 1)

    async def has_begun() -> bool:
        return bool(0 < await bar.evaluate("(it) => it.value") < 1)

    await until(has_begun)
    await chat.page.get_by_role("button", name="Annuler l’envoi de grand.pdf").click()
    await slow_down(chat, -1)
    await expect(bubbles(chat)).to_have_count(0)
    await chat.ask("adresse")

    await chat.expect_conversation(said=["adresse"], answers=2)
    assert await kept(assistant, chat) == []


async def test_a_file_chosen_offline_leaves_on_return(
    chat: Chat, context: BrowserContext, assistant: WebAssistant
) -> None:
    """It waits visibly, survives nothing being there, and arrives once."""
    await context.set_offline(True)
    await chat.choose(PLAN)
    await chat.send()
    await expect(chat.page.get_by_text("En attente d’envoi")).to_be_visible()
    await context.set_offline(False)

    await expect(chat.answers).to_have_count(2)
    await expect(chat.page.get_by_text("En attente d’envoi")).to_have_count(0)
    assert await kept(assistant, chat) == ["Plan d’étage.pdf"]


async def test_a_waiting_file_survives_a_reload(
    chat: Chat, context: BrowserContext, assistant: WebAssistant
) -> None:
    """A page reloaded before its file could leave still sends it, once, with its content."""

    async def cut(route: Route) -> None:
        await route.abort()

    await context.route("**/files", cut)
    await chat.choose(PLAN)
    await chat.send()
    await expect(chat.page.get_by_text("En attente d’envoi")).to_be_visible()
    await chat.page.reload()
    await expect(chat.page.get_by_text("En attente d’envoi")).to_be_visible()
    await expect(bubbles(chat)).to_have_text(["Plan d’étage.pdf"])
    await context.unroute("**/files", cut)

    await expect(chat.answers).to_have_count(2)
    await expect(chat.page.get_by_text("En attente d’envoi")).to_have_count(0)
    assert await kept(assistant, chat) == ["Plan d’étage.pdf"]


async def test_an_upload_whose_answer_is_lost_is_not_doubled(
    chat: Chat, context: BrowserContext, assistant: WebAssistant
) -> None:
    """It is sent again under the same id."""
    lost: list[str] = []

    async def lose_first(route: Route) -> None:
        if lost:
            await route.continue_()
        else:
            lost.append(route.request.url)
            await route.fetch()
            await route.abort()

    await context.route("**/files", lose_first)
    await chat.choose(PLAN)
    await chat.send()

    await expect(chat.answers).to_have_count(2)
    await expect(chat.page.locator("[data-state]:not([data-state=''])")).to_have_count(0)
    assert len(lost) == 1
    assert await kept(assistant, chat) == ["Plan d’étage.pdf"]
    await chat.page.reload()
    await expect(bubbles(chat)).to_have_count(1)
    await expect(chat.answers).to_have_count(2)


async def test_a_file_that_waits_can_be_given_up(
    chat: Chat, context: BrowserContext, assistant: WebAssistant
) -> None:
    """What stands behind it then leaves."""
    await context.set_offline(True)
    await chat.choose(PLAN)
    await chat.send()
    await chat.ask("adresse")
    await expect(chat.page.get_by_text("En attente d’envoi")).to_have_count(2)
    await chat.page.get_by_role("button", name="Annuler l’envoi").click()
    await context.set_offline(False)

    await chat.expect_conversation(said=["adresse"], answers=2)
    assert await kept(assistant, chat) == []


async def test_a_server_error_offers_to_try_again(
    chat: Chat, assistant: WebAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One press, and the file is there once."""

    async def fails(*_: object) -> bool:
        message = "the disk is full"
        raise OSError(message)

    with monkeypatch.context() as patched:
        patched.setattr(assistant.store, "add_file", fails)
        await chat.choose(PLAN)
        await chat.send()
        await expect(chat.page.get_by_text("n’a pas pu recevoir ce message")).to_be_visible()
    await chat.page.get_by_role("button", name="Réessayer").click()

    await expect(chat.answers).to_have_count(2)
    assert await kept(assistant, chat) == ["Plan d’étage.pdf"]


async def test_what_the_server_refuses_is_said_in_words(
    chat: Chat, assistant: WebAssistant
) -> None:
    """A program that is called a PDF; the talk goes on."""
    await chat.choose(file("plan.pdf", files.PROGRAM))
    await chat.send()
    await expect(chat.page.get_by_text("ni un document, ni un tableur")).to_be_visible()
    await chat.ask("adresse")

    await expect(chat.answers).to_have_count(2)
    assert await kept(assistant, chat) == []


async def test_too_many_files_leave_a_little_later(
    browser: Browser, tmp_path: Path, talk: Dialogue
) -> None:
    """Who is asked to slow down sees why, and the file leaves by itself."""
    async with (
        web_assistant(
            tmp_path, step=talk.step, knowledge=lambda: talk.matcher.base, web_files_per_minute=60
        ) as limited,
        visitor(browser, limited.url) as context,
    ):
        chat = await open_chat(context)
        responses: list[int] = []

        async def refuse_first(route: Route) -> None:
            if responses:
                await route.continue_()
            else:
                responses.append(429)
                await route.fulfill(status=429, headers={"Retry-After": "1"}, json={})

        await context.route("**/files", refuse_first)
        await chat.choose(PLAN)
        await chat.send()
        await expect(chat.page.get_by_text("Beaucoup de messages")).to_be_visible()
        await expect(chat.answers).to_have_count(2)
        assert await kept(limited, chat) == ["Plan d’étage.pdf"]


async def test_without_storage_files_can_be_sent(browser: Browser, assistant: WebAssistant) -> None:
    """A browser that keeps nothing, as private windows do, can still attach."""
    async with visitor(browser, assistant.url) as context:
        await context.add_init_script(
            """for (const name of ["localStorage", "indexedDB"]) {
                Object.defineProperty(window, name, {get() { throw new Error("blocked") }});
            }"""
        )
        chat = await open_chat(context)
        await chat.choose(PLAN)
        await chat.send()
        await expect(chat.answers).to_have_count(2)
        await expect(bubbles(chat)).to_have_text(["Plan d’étage.pdf"])


async def test_a_new_conversation_takes_no_file_along(
    chat: Chat, context: BrowserContext, assistant: WebAssistant
) -> None:
    """What waited to be sent is forgotten with the conversation it was meant for."""
    await context.set_offline(True)
    await chat.choose(PLAN)
    await chat.send()
    await expect(chat.page.get_by_text("En attente d’envoi")).to_be_visible()
    await chat.page.get_by_role("button", name="Nouvelle conversation").click()
    await chat.page.get_by_role("button", name="Commencer", exact=True).click()
    await context.set_offline(False)

    await expect(chat.answers).to_have_count(1)
    await chat.ask("adresse")
    await chat.expect_conversation(said=["adresse"], answers=2)
    assert await kept(assistant, chat) == []


async def test_my_request_is_one_press_away(chat: Chat) -> None:
    """From anywhere in the page, in the page's language."""
    await chat.page.get_by_role("button", name="Ma demande").click()
    await chat.expect_conversation(said=["Ma demande"], answers=2)
    await chat.page.get_by_role("button", name="English").click()
    await expect(chat.answers).to_have_count(3)
    await chat.page.get_by_role("button", name="My request").click()
    await expect(chat.said.last.locator("p:not(.status)")).to_have_text("My request")


async def is_above_the_footer(answer: Locator) -> bool:
    """Whether all of ``answer`` can be read without scrolling."""
    return bool(
        await answer.evaluate(
            """(it) => it.getBoundingClientRect().bottom
                <= document.querySelector("footer").getBoundingClientRect().top"""
        )
    )


async def test_what_the_directory_found_shows_once_and_in_order(
    browser: Browser, tmp_path: Path, talk: Dialogue
) -> None:
    """On the open page as it comes, without a press; after a reload in the same place."""

    def step(state: ConversationState, event: Event, now: dt.datetime, *about: str) -> Step:
        if not isinstance(event, CompaniesFound):
            return talk.step(state, event, now, *about)
        reply = Reply(text=f"Entreprise {event.query}", language="fr")
        return Step(state=state, replies=(reply,))

    async with (
        web_assistant(tmp_path, step=step, knowledge=lambda: talk.matcher.base) as running,
        visitor(browser, running.url, viewport={"width": 390, "height": 500}) as context,
    ):
        chat = await open_chat(context)
        await chat.ask("adresse")
        await expect(chat.answers).to_have_count(2)
        await chat.page.evaluate("scrollTo({top: 100_000, behavior: 'instant'})")
        conversation = await chat.page.evaluate(
            "JSON.parse(localStorage.getItem('assistant.conversation')).id"
        )
        found = Incoming(
            "web", f"directory-{uuid.uuid4()}", conversation, CompaniesFound(query="Alpha")
        )
        await running.inbox.receive([found])
        await expect(chat.answers).to_have_count(3)
        await expect(chat.answers.last).to_have_text("Entreprise Alpha")
        await until(lambda: is_above_the_footer(chat.answers.last))
        await chat.ask("téléphone")
        for _ in range(2):
            await chat.expect_conversation(said=["adresse", "téléphone"], answers=4)
            await expect(chat.answers.nth(2)).to_have_text("Entreprise Alpha")
            await chat.page.reload()


@pytest.mark.parametrize("size", SIZES)
async def test_axe_finds_nothing_with_files(
    browser: Browser, assistant: WebAssistant, size: str
) -> None:
    """Chosen, refused at once, on its way, waiting, failed, refused by the server, sent."""
    async with visitor(browser, assistant.url, viewport=SIZES[size]) as context:
        chat = await open_chat(context)
        await chat.choose(PLAN, file("film.mp4", b"x"))
        await expect_accessible(chat, "chosen")
        await chat.send()
        await expect(chat.answers).to_have_count(2)
        await expect_accessible(chat, "sent")
        await chat.choose(file("plan.pdf", files.PROGRAM))
        await chat.send()
        await expect(chat.page.get_by_text("ni un document")).to_be_visible()
        await expect_accessible(chat, "refused")
        await context.set_offline(True)
        await chat.choose(PLAN)
        await chat.send()
        await expect(chat.page.get_by_text("En attente d’envoi")).to_be_visible()
        await expect_accessible(chat, "waiting")
        await context.set_offline(False)
        await expect(chat.answers).to_have_count(3)
        await slow_down(chat, 10_000)
        await chat.choose(LARGE)
        await chat.send()
        await expect(chat.page.get_by_role("progressbar")).to_be_visible()
        await expect_accessible(chat, "on its way")
        await expect(chat.page.get_by_role("progressbar")).to_be_visible()


@pytest.mark.parametrize("width", [320, 390, 1280])
async def test_long_names_fit(browser: Browser, assistant: WebAssistant, width: int) -> None:
    """Nothing overflows sideways, and every control is 44 px or more."""
    name = "Étude préalable d’implantation " + "x" * 80 + ".pdf"
    async with visitor(browser, assistant.url, viewport={"width": width, "height": 640}) as context:
        chat = await open_chat(context)
        await chat.choose(file(name, files.PDF), PLAN, PHOTO)
        assert await chat.page.evaluate("document.documentElement.scrollWidth") == width
        small = await chat.page.evaluate(
            """() => [...document.querySelectorAll("button")]
                .filter((node) => node.checkVisibility())
                .filter((node) => Math.min(node.offsetWidth, node.offsetHeight) < 44)
                .map((node) => node.outerHTML)"""
        )
        assert small == []
        await chat.send()
        await expect(chat.answers).to_have_count(2)
        assert await chat.page.evaluate("document.documentElement.scrollWidth") == width
