"""What a company reads of its team on the page, live, after a reload and after days."""

from __future__ import annotations

import datetime as dt
import re
import threading
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio
from playwright.async_api import expect

from bot.channels import web as web_channel
from handlers import dialogue
from handlers.requests import team_words
from tests import files
from tests.browser.chat import file, open_chat, visitor
from tests.browser.team_visit import Company, company, staffed
from tests.browser.test_accessibility import SIZES, expect_accessible
from tests.content import base, learn
from tests.polling import until
from tests.servers.team_members import ANNE, BASILE
from tests.servers.web_assistant import web_assistant

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser, Locator, Page

    from handlers.step import Step
    from handlers.values import File
    from knowledge.matching import Matcher
    from tests.browser.chat import Chat
    from tests.servers.web_assistant import WebAssistant


@pytest.fixture(scope="module")
def content() -> Matcher:
    """What the knowledge that comes with the assistant teaches, with teams at work."""
    return learn(staffed(base()))


@pytest_asyncio.fixture(loop_scope="session")
async def running(tmp_path: Path, content: Matcher) -> AsyncIterator[WebAssistant]:
    """The assistant with its own content."""
    step = partial(dialogue.step, content)
    async with web_assistant(
        tmp_path, step=step, knowledge=lambda: content.base, web_messages_per_minute=600
    ) as assistant:
        yield assistant


@pytest_asyncio.fixture(loop_scope="session")
async def visit(browser: Browser, running: WebAssistant) -> AsyncIterator[Company]:
    """A French-speaking company whose request is filed."""
    async with visitor(browser, running.url, accept_downloads=True) as context:
        yield await company(await open_chat(context), running)


def words(visit: Company) -> Locator:
    """What members have said, oldest first."""
    return visit.chat.page.locator(".member .words")


async def test_a_members_words_come_live_and_look_like_a_persons(visit: Company) -> None:
    """With a name and "de l'équipe", as text, apart from the assistant's; also after a reload."""
    page = visit.chat.page
    await visit.team.press("take")
    await expect(visit.chat.answers.last).to_contain_text("suit maintenant votre demande")
    before = await visit.chat.answers.count()
    await visit.team.write("Bonjour, <b>deux</b> *ateliers* sont libres.")

    member = page.locator("li.member")
    await expect(words(visit)).to_have_text(["Bonjour, <b>deux</b> *ateliers* sont libres."])
    await expect(member).to_contain_text(
        re.compile(rf"Anne Petit\s+de l’équipe · demande {visit.team.reference}")
    )
    assert await visit.chat.answers.count() == before
    assert await member.locator("b, em").count() == 0
    shown = await member.inner_text()
    await page.reload()
    await expect(words(visit)).to_have_count(1)
    assert await member.inner_text() == shown


async def test_what_came_while_the_page_was_closed_is_there(
    browser: Browser, running: WebAssistant
) -> None:
    """Hidden, closed, or gone for days: each word once, in order."""
    async with visitor(browser, running.url) as context:
        visit = await company(await open_chat(context), running)
        await visit.team.press("take")
        await visit.holds()
        await visit.chat.page.close()
        for number in range(3):
            await visit.team.write(f"message {number}")
        chat = await open_chat(context)
        await expect(chat.page.locator(".member .words")).to_have_text(
            ["message 0", "message 1", "message 2"]
        )
        await context.set_offline(True)
        await visit.team.write("message 3")
        await context.set_offline(False)
        await expect(chat.page.locator(".member .words")).to_have_text(
            [f"message {number}" for number in range(4)]
        )


async def test_an_edit_is_shown_as_a_correction(visit: Company) -> None:
    """Below, as one, and what it corrects is marked; live and after a reload."""
    message = await visit.team.write("Visite mardi.")
    await visit.team.write("À bientôt !")
    await visit.team.correct(message, "Visite jeudi.")

    await expect(words(visit)).to_have_text(["Visite mardi.", "À bientôt !", "Visite jeudi."])
    for _ in range(2):
        members = visit.chat.page.locator("li.member")
        await expect(members.nth(0).locator(".tag")).to_have_text("corrigé plus bas")
        await expect(members.nth(1).locator(".tag")).to_have_count(0)
        await expect(members.nth(2).locator(".tag")).to_have_text("correction")
        await visit.chat.page.reload()
        await expect(words(visit)).to_have_count(3)


async def test_a_document_is_named_and_saved(visit: Company, tmp_path: Path) -> None:
    """With its size, by a press, whole; a second press too."""
    file = await visit.file("Plan d’été.pdf", files.PDF, "application/pdf")
    await visit.team.write("", file=file)

    save = visit.chat.page.get_by_role("button", name="Enregistrer Plan d’été.pdf, 69 octets")
    await expect(save).to_have_text(re.compile(r"Plan d’été\.pdf\s+69\s+octets"))
    for number in range(2):
        async with visit.chat.page.expect_download() as downloading:
            await save.click()
        download = await downloading.value
        assert download.suggested_filename == "Plan d’été.pdf"
        await download.save_as(tmp_path / f"{number}.pdf")
        assert (tmp_path / f"{number}.pdf").read_bytes() == files.PDF


async def test_a_photograph_is_seen(visit: Company) -> None:
    """In place, with a text of its own, and by itself in a new tab; after a reload too."""
    photo = await visit.file("hall.png", files.png(40), "image/png")
    await visit.team.write("Voici le hall.", file=photo)

    image = visit.chat.page.get_by_role("img", name="Image envoyée par Anne Petit : hall.png")
    for _ in range(2):
        await expect(image).to_be_visible()
        assert await image.evaluate("image => [image.naturalWidth, image.complete]") == [40, True]
        link = visit.chat.page.locator(".picture a")
        await expect(link).to_have_attribute("href", re.compile("^blob:"))
        await visit.chat.page.reload()


@pytest.mark.parametrize("name", ["page.png", "page.svg"])
async def test_a_web_page_sent_as_a_picture_is_never_shown(visit: Company, name: str) -> None:
    """Whatever it is called or said to be: it can only be saved."""
    script = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    await visit.team.write("", file=await visit.file(name, script, "image/png"))

    await expect(visit.chat.page.get_by_role("button", name=f"Enregistrer {name}")).to_be_visible()
    await expect(visit.chat.page.locator(".picture")).to_have_count(0)
    assert await visit.chat.page.locator(".member img").count() == 0


async def test_a_file_that_is_gone_is_said_to_be(visit: Company) -> None:
    """In plain words, below it; a later try may succeed."""
    gone = (await visit.file("bail.pdf", files.PDF, "application/pdf")).model_copy(
        update={"id": "erased"}
    )
    await visit.team.write("", file=gone)
    page = visit.chat.page
    save = page.get_by_role("button", name="Enregistrer bail.pdf")
    await save.click()
    await expect(page.locator(".trouble")).to_have_text(re.compile("n’est plus disponible"))
    await page.context.set_offline(True)
    await save.click()
    await expect(page.locator(".trouble")).to_have_text(re.compile("Réessayez"))
    await page.context.set_offline(False)


async def test_it_is_shown_that_a_person_prepares_an_answer(visit: Company) -> None:
    """From the press on, after a reload too, until their words are there."""
    writing = visit.chat.page.locator("#writing")
    await expect(writing).to_be_empty()
    await visit.team.press("reply")
    for _ in range(2):
        await expect(writing).to_have_text("Anne Petit prépare une réponse")
        await visit.chat.page.reload()
    await expect(writing).not_to_be_empty()
    await visit.team.write("Voilà.")
    await expect(words(visit)).to_have_text(["Voilà."])
    await expect(writing).to_be_empty()


async def test_nobody_is_said_to_write_for_ever(
    visit: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the time that the server tells, though nothing else happens."""
    monkeypatch.setattr(team_words, "WRITING_FOR", team_words.WRITING_FOR / 200)
    await visit.team.press("reply")
    writing = visit.chat.page.locator("#writing")
    await expect(writing).not_to_be_empty()
    await expect(writing).to_be_empty()
    await visit.chat.page.reload()
    await visit.holds()
    await expect(writing).to_be_empty()


async def test_what_is_written_to_a_person_is_passed_on(visit: Company) -> None:
    """It says so below it, and whom one writes to; nothing answers, before and after a reload."""
    chat, page = visit.chat, visit.chat.page
    await visit.team.press("take")
    await visit.holds()
    presence = page.locator("#presence")
    await expect(presence).to_have_text("Vous écrivez à Anne Petit, de l’équipe")
    await expect(chat.question).to_have_attribute("placeholder", "Écrivez à l’équipe…")
    answers = await chat.answers.count()
    await chat.ask("Y a-t-il un quai ?")
    for _ in range(2):
        await expect(chat.said.last.locator("p:not(.status)")).to_have_text("Y a-t-il un quai ?")
        await expect(chat.said.last.locator(".status")).to_have_text("Transmis à l’équipe")
        await expect(page.locator(".dots")).to_have_count(0)
        await expect(chat.answers).to_have_count(answers)
        await page.reload()
    await page.get_by_role("button", name="Ma demande").click()
    await expect(chat.answers).to_have_count(answers + 1)
    await expect(chat.answers.last).to_contain_text("prise en charge par Anne Petit")
    await expect(chat.said.last.locator(".status")).to_be_empty()


async def test_what_is_passed_on_late_is_said_to_be(
    browser: Browser, tmp_path: Path, content: Matcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A message that waited longer than its response: nothing will answer it, and that shows."""
    going_on = threading.Event()
    going_on.set()

    def step(*about: Any) -> Step:  # noqa: ANN401 - the dialogue's
        assert going_on.wait(60)
        return dialogue.step(content, *about)

    async with (
        web_assistant(tmp_path, step=step, knowledge=lambda: content.base) as slow,
        visitor(browser, slow.url) as context,
    ):
        await context.clock.install()
        visit = await company(await open_chat(context), slow)
        await visit.team.press("take")
        await visit.holds()
        monkeypatch.setattr(web_channel, "ANSWER_WITHIN_SECONDS", 0.05)
        going_on.clear()
        await visit.chat.ask("Y a-t-il un quai ?")
        asked = visit.chat.said.last
        await expect(asked).to_have_attribute("data-state", "")
        await expect(asked.locator(".status")).to_be_empty()
        going_on.set()
        await until(lambda: _is_handled(slow))
        await context.clock.fast_forward(16_000)
        await expect(asked.locator(".status")).to_have_text("Transmis à l’équipe")
        await expect(visit.chat.page.locator(".dots")).to_have_count(0)


async def _is_handled(running: WebAssistant) -> bool:
    return (await running.store.figures(dt.datetime.now(dt.UTC))).inbox_pending == 0


async def test_a_file_to_a_person_is_passed_on_too(visit: Company) -> None:
    """As text is."""
    await visit.team.press("take")
    await visit.holds()
    await visit.chat.choose(file("kbis.pdf", files.PDF))
    await visit.chat.send()
    await expect(visit.chat.said.last.locator(".status")).to_have_text("Transmis à l’équipe")


async def test_a_closed_request_is_rated_by_one_press(visit: Company) -> None:
    """Then thanks, no more choices to rate, the assistant answers again, and the list has it."""
    chat, page = visit.chat, visit.chat.page
    await visit.team.write("Voilà.")
    await visit.team.press("close")
    await expect(chat.answers.last).to_contain_text("Cette réponse vous a-t-elle aidé")
    await expect(page.locator("#presence")).to_be_empty()
    await chat.suggestions.get_by_text("👍 Oui").click()
    await expect(chat.answers.last).to_contain_text("Merci, c'est noté")
    await page.get_by_role("button", name="Ma demande").click()
    await expect(chat.answers.last).to_contain_text("close le ")
    await chat.suggestions.get_by_text(f"Voir {visit.team.reference}").click()
    await expect(chat.answers.last).to_contain_text("Anne Petit vous répond : « Voilà. »")
    await expect(page.get_by_role("button", name="👍 Oui")).to_have_count(0)
    await chat.ask("C'est quoi l'axe 2 ?")
    await expect(chat.answers.last).to_contain_text("axe 2")
    stored = await visit.running.store.request(visit.team.reference)
    assert stored is not None
    assert [line.kind for line in stored.history].count("rated") == 1


async def test_an_open_request_is_added_to_and_taken_back(visit: Company) -> None:
    """From the list, by buttons; the team is told."""
    chat, page = visit.chat, visit.chat.page
    await page.get_by_role("button", name="Ma demande").click()
    await chat.suggestions.get_by_text("Ajouter à ma demande").click()
    await expect(chat.answers.last).to_contain_text("Que souhaitez-vous ajouter")
    await chat.ask("Avec un quai de déchargement.")
    await expect(chat.answers.last).to_contain_text("C'est ajouté à votre demande")
    await expect(chat.said.last.locator(".status")).to_be_empty()
    await page.get_by_role("button", name="Ma demande").click()
    await chat.suggestions.get_by_text("Retirer").click()
    await chat.suggestions.get_by_text("Oui, la retirer").click()
    await expect(chat.answers.last).to_contain_text("est retirée")
    await page.get_by_role("button", name="Ma demande").click()
    await expect(chat.answers.last).to_contain_text("retirée le ")
    stored = await visit.running.store.request(visit.team.reference)
    assert stored is not None
    assert {"added", "withdrawn"} <= {line.kind for line in stored.history}


async def test_who_leaves_an_open_request_is_warned(visit: Company) -> None:
    """A new conversation would not have the team's answer; once the team has closed, none comes."""
    page = visit.chat.page
    dialog = page.get_by_role("dialog")
    await page.get_by_role("button", name="Nouvelle conversation").click()
    await expect(dialog).to_contain_text("vous ne la liriez pas ici")
    await visit.team.press("close")
    await expect(dialog).to_contain_text("quittera cet écran")
    await dialog.get_by_role("button", name="Commencer").click()
    await expect(page.locator(".member")).to_have_count(0)
    await expect(page.locator("#presence")).to_be_empty()


async def test_choices_stay_while_the_team_speaks(visit: Company) -> None:
    """A word that asks nothing does not take the buttons of the question before it away."""
    chat = visit.chat
    await chat.page.get_by_role("button", name="Ma demande").click()
    await expect(chat.suggestions.first).to_contain_text("Ajouter à ma demande")
    await visit.team.write("Bonjour.")
    await expect(words(visit)).to_have_count(1)
    await expect(chat.suggestions.first).to_contain_text("Ajouter à ma demande")


async def test_what_arrives_out_of_sight_is_announced(visit: Company) -> None:
    """Who reads further up is not moved: a button leads to it, and goes once one is there."""
    page = visit.chat.page
    arrived = page.get_by_role("button", name="Nouveau message plus bas")
    await visit.team.write("Bonjour.")
    await expect(words(visit).last).to_be_in_viewport()
    await expect(arrived).to_be_hidden()
    for pressed in (True, False):
        await at_rest(page)
        await page.evaluate("scrollTo({top: 0, behavior: 'instant'})")
        await visit.team.write("Encore un mot.")
        await expect(arrived).to_be_in_viewport()
        assert await page.evaluate("scrollY") < 100
        await (arrived.click() if pressed else page.mouse.wheel(0, 100_000))
        await expect(words(visit).last).to_be_in_viewport()
        await expect(arrived).to_be_hidden()


async def at_rest(page: Page) -> None:
    """Wait until nothing glides: Chromium adds what is left of a glide to a jump made within it."""
    await page.evaluate(
        """async () => {
            for (let still = 0, last = scrollY; still < 10; last = scrollY) {
                await new Promise(requestAnimationFrame);
                still = scrollY === last ? still + 1 : 0;
            }
        }"""
    )


async def test_two_members_are_told_apart(visit: Company) -> None:
    """Each word has its own author."""
    await visit.team.write("Je transmets à un collègue.", ANNE)
    await visit.team.press("close", ANNE)
    await visit.team.press("take", BASILE)
    await visit.team.write("Bonjour.", BASILE)
    await expect(visit.chat.page.locator(".who strong")).to_have_text(["Anne Petit", "Basile"])
    await expect(visit.chat.page.locator("#presence")).to_contain_text("Basile")


@pytest.mark.parametrize("size", SIZES)
async def test_axe_finds_nothing_while_a_team_answers(
    browser: Browser, running: WebAssistant, size: str
) -> None:
    """Words, correction, files, who writes, what was passed on, history, ratings all pass."""
    look: dict[str, Any] = {"viewport": SIZES[size], "reduced_motion": "reduce"}
    async with visitor(browser, running.url, **look) as context:
        visit = await company(await open_chat(context), running)
        await _answer(visit)
        await expect_accessible(visit.chat, "answered")
        await visit.chat.page.get_by_role("button", name="Ma demande").click()
        await visit.chat.suggestions.get_by_text(f"Voir {visit.team.reference}").click()
        await expect(visit.chat.answers.last).to_contain_text("Ce qui s'est passé")
        await expect_accessible(visit.chat, "history")
        await visit.team.press("close")
        await expect(visit.chat.suggestions.first).to_contain_text("Oui")
        await expect_accessible(visit.chat, "ratings")


async def _answer(visit: Company) -> None:
    chat: Chat = visit.chat
    message = await visit.team.write("Visite mardi.")
    await visit.team.correct(message, "Visite jeudi.")
    photo: File = await visit.file("hall.png", files.png(40), "image/png")
    await visit.team.write("Voici le hall.", file=photo)
    await visit.team.write("", file=await visit.file("plan.pdf", files.PDF, "application/pdf"))
    await expect(chat.page.locator(".picture img")).to_be_visible()
    await chat.ask("Merci !")
    await expect(chat.said.last.locator(".status")).to_have_text("Transmis à l’équipe")
    await visit.team.press("reply")
    await expect(chat.page.locator("#writing")).not_to_be_empty()
