"""What a person sees and does on the page, in a real browser with the real dialogue."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from tests.browser.chat import open_chat, visitor

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext

    from tests.browser.chat import Chat
    from tests.servers.web_assistant import WebAssistant

SCRIPTS = (
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "[lien](javascript:alert(1)) **gras**",
    '"><svg onload=alert(1)>',
    "&lt;b&gt; ${alert(1)} {{7*7}}",
)

BUILD_FORGED_ANSWER = """async () => {
    const source = document.querySelector("script[src]").src;
    const { safeFragment } = await import(new URL("./safe_html.js", source));
    const box = document.createElement("div");
    box.append(safeFragment(`<p onclick="x()" class="y">a<img src=x onerror=x()>
        <script>x()</script><a href="javascript:x()">b</a><a href="/c">c</a>
        <a href="https://d.example/">d</a><iframe src="//e"></iframe></p>`,
        "nouvel onglet"));
    return box.innerHTML.replace(/\\s+/g, " ");
}
"""


KEPT_TOGETHER = """async () => {
    const source = document.querySelector("script[src]").src;
    const { unbroken } = await import(new URL("./typography.js", source));
    return unbroken("Qui est concerné ? « Oui » : 1 500 m² à 30 €, au 01 78 18 22 22 !")
        .replaceAll("\u00a0", "_");
}
"""


async def test_a_first_visit_is_greeted(chat: Chat) -> None:
    """The page names the territory, greets, offers choices and speaks the browser's language."""
    await expect(chat.page).to_have_title("Assistant · Vallée active")
    heading = chat.page.get_by_role("heading", level=1)
    await expect(heading).to_have_text("Vallée active Assistant des entreprises")
    await expect(chat.page.locator("html")).to_have_attribute("lang", "fr")
    await expect(chat.answers).to_have_count(1)
    await expect(chat.suggestions.first).to_be_visible()
    await expect(chat.said).to_have_count(0)


async def test_no_line_begins_with_a_mark_or_within_a_number(chat: Chat) -> None:
    """A narrow page breaks between words, and nowhere else."""
    kept = await chat.page.evaluate(KEPT_TOGETHER)
    assert kept == "Qui est concerné_? «_Oui_»_: 1_500_m² à 30_€, au 01_78_18_22_22_!"
    await chat.ask("Quel est l'axe 1 ?")
    await expect(chat.answers.nth(1).locator(".source").first).to_contain_text("Source\u00a0:")


async def test_a_question_is_answered_with_its_source(chat: Chat) -> None:
    """The question shows at once, the answer after it, its source as a link to a new tab."""
    await chat.ask("Quel est l'axe 1 ?")

    answer = chat.answers.nth(1)
    await expect(answer).to_contain_text("métiers de la vallée")
    source = answer.locator(".source").get_by_role("link")
    await expect(source).to_have_attribute("href", "https://vallee.example/axes")
    await expect(source).to_have_attribute("rel", "noopener noreferrer")
    await expect(source).to_have_attribute("target", "_blank")
    await expect(answer).to_have_attribute("lang", "fr")
    await expect(chat.question).to_have_value("")
    await chat.expect_conversation(said=["Quel est l'axe 1 ?"], answers=2)


async def test_buttons_ask_and_older_ones_go(chat: Chat) -> None:
    """A pressed choice reads as what the person said; only the last reply offers choices."""
    label = await chat.suggestions.first.inner_text()
    await chat.suggestions.first.click()

    await chat.expect_conversation(said=[label], answers=2)
    await expect(chat.page.get_by_role("group")).to_have_count(1)
    await expect(chat.page.locator("li.assistant").first.get_by_role("button")).to_have_count(0)


async def test_a_place_and_a_telephone_can_be_used(chat: Chat) -> None:
    """An address opens on OpenStreetMap, a number calls."""
    await chat.ask("adresse")
    place = chat.page.get_by_role("link", name="Voir sur OpenStreetMap")
    await expect(place).to_have_attribute(
        "href", "https://www.openstreetmap.org/?mlat=45.9&mlon=5.9#map=17/45.9/5.9"
    )
    await chat.ask("téléphone")
    number = chat.page.get_by_role("link", name="Appeler 01 23 45 67 89")
    await expect(number).to_have_attribute("href", "tel:+33123456789")


async def test_the_language_can_be_switched(chat: Chat) -> None:
    """One press turns the page and the assistant to English, and a reload keeps it."""
    header = chat.page.get_by_role("banner")
    await header.get_by_role("button", name="English").click()

    await expect(chat.page.locator("html")).to_have_attribute("lang", "en")
    await expect(chat.question).to_have_attribute("placeholder", "Write your question…")
    await expect(chat.answers.nth(1)).to_have_attribute("lang", "en")
    await expect(chat.answers.nth(0)).to_have_attribute("lang", "fr")
    await chat.page.reload()
    await expect(header.get_by_role("button", name="Français")).to_be_visible()
    await expect(chat.answers).to_have_count(2)


async def test_an_english_browser_is_greeted_in_english(
    browser: Browser, assistant: WebAssistant
) -> None:
    """Nobody has to look for their language first."""
    async with visitor(browser, assistant.url, locale="en-GB") as context:
        chat = await open_chat(context)
        await expect(chat.page.locator("html")).to_have_attribute("lang", "en")
        await expect(chat.answers.first).to_have_attribute("lang", "en")


async def test_the_keyboard_alone_is_enough(chat: Chat) -> None:
    """Skip link, question, answer, choice, language: by Tab, Enter and Shift alone."""
    keyboard = chat.page.keyboard
    await keyboard.press("Tab")
    await expect(chat.page.get_by_role("link", name="Aller à la zone de question")).to_be_focused()
    await keyboard.press("Enter")
    await expect(chat.question).to_be_focused()
    await keyboard.type("Quel est")
    await keyboard.press("Shift+Enter")
    await keyboard.type("l'axe 1 ?")
    await expect(chat.question).to_have_value("Quel est\nl'axe 1 ?")
    await keyboard.press("Enter")
    await chat.expect_conversation(said=["Quel est\nl'axe 1 ?"], answers=2)
    await expect(chat.question).to_be_focused()

    await keyboard.press("Shift+Tab")
    await expect(chat.page.get_by_role("button", name="Joindre des fichiers")).to_be_focused()
    await keyboard.press("Shift+Tab")
    await expect(chat.suggestions.last).to_be_focused()
    label = await chat.suggestions.last.inner_text()
    await keyboard.press("Enter")
    await chat.expect_conversation(said=["Quel est\nl'axe 1 ?", label], answers=3)
    # The focus went to what was said: the next Tab leads into its answer.
    await expect(chat.said.last).to_be_focused()


async def test_focus_is_always_seen(chat: Chat) -> None:
    """Each control that Tab reaches has an outline and lies on the screen, not under a bar."""
    await chat.ask("Quel est l'axe 1 ?")
    await chat.expect_conversation(said=["Quel est l'axe 1 ?"], answers=2)
    await chat.page.reload()
    await chat.expect_conversation(said=["Quel est l'axe 1 ?"], answers=2)
    # Skip link, three in the header, source, choice, attach, field, send.
    for _ in range(9):
        await chat.page.keyboard.press("Tab")
        seen = await chat.page.evaluate(
            """() => {
                const focused = document.activeElement;
                const box = focused.getBoundingClientRect();
                const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
                const top = document.elementFromPoint(x, y);
                const outlined = (node) => getComputedStyle(node).outlineStyle !== "none";
                return {
                    name: focused.outerHTML.slice(0, 80),
                    outlined: outlined(focused) || outlined(focused.parentElement),
                    uncovered: focused.contains(top) || top === focused,
                };
            }"""
        )
        assert seen["outlined"], seen
        assert seen["uncovered"], seen


@pytest.mark.parametrize("text", SCRIPTS)
async def test_what_a_person_types_stays_text(chat: Chat, text: str) -> None:
    """Markup, script and Markdown typed by a person are shown as typed, before and after reload."""
    await chat.ask(text)

    await chat.expect_conversation(said=[text], answers=2)
    await chat.page.reload()
    await chat.expect_conversation(said=[text], answers=2)
    assert await chat.page.locator("#messages :is(img, script, svg)").count() == 0
    assert await chat.page.locator("li.person a, li.person strong").count() == 0


async def test_only_harmless_html_is_built(browser: Browser, assistant: WebAssistant) -> None:
    """Even if an answer were forged and no policy held, nothing in it would run or lead astray."""
    async with visitor(browser, assistant.url, bypass_csp=True) as context:
        chat = await open_chat(context)
        built = await chat.page.evaluate(BUILD_FORGED_ANSWER)

    assert built == (
        "<p>a x()<a>b</a><a>c</a> "
        '<a href="https://d.example/" target="_blank" rel="noopener noreferrer">d'
        '<span class="unseen"> (nouvel onglet)</span></a></p>'
    )


async def test_a_reload_resumes_the_conversation(chat: Chat) -> None:
    """Messages, answers, choices and place cards are back, and the talk goes on."""
    await chat.ask("adresse")
    await chat.expect_conversation(said=["adresse"], answers=2)
    before = await chat.page.locator("#messages").inner_text()
    await chat.page.reload()

    await chat.expect_conversation(said=["adresse"], answers=2)
    assert await chat.page.locator("#messages").inner_text() == before
    await chat.ask("téléphone")
    await chat.expect_conversation(said=["adresse", "téléphone"], answers=3)


async def test_a_new_conversation_is_begun_only_when_meant(chat: Chat) -> None:
    """The button asks first; keeping keeps, starting clears and greets."""
    await chat.ask("adresse")
    await chat.expect_conversation(said=["adresse"], answers=2)
    renew = chat.page.get_by_role("button", name="Nouvelle conversation")
    await renew.click()
    await chat.page.get_by_role("button", name="Garder celle-ci").click()
    await chat.expect_conversation(said=["adresse"], answers=2)
    await renew.click()
    await chat.page.get_by_role("button", name="Commencer", exact=True).click()

    await chat.expect_conversation(said=[], answers=1)
    await chat.page.reload()
    await chat.expect_conversation(said=[], answers=1)


async def test_two_tabs_share_a_conversation(chat: Chat, context: BrowserContext) -> None:
    """What is said in one tab appears in the other, once."""
    await chat.ask("adresse")
    await chat.expect_conversation(said=["adresse"], answers=2)
    other = await open_chat(context)
    await other.expect_conversation(said=["adresse"], answers=2)
    await other.ask("téléphone")

    await other.expect_conversation(said=["adresse", "téléphone"], answers=3)
    await chat.expect_conversation(said=["adresse", "téléphone"], answers=3)


async def test_a_text_that_is_too_long_is_not_lost(chat: Chat) -> None:
    """It stays in the field, and the page says how long it may be."""
    await chat.ask("a" * 4001)

    await expect(chat.page.get_by_text("Message trop long")).to_be_visible()
    await expect(chat.question).to_have_attribute("aria-invalid", "true")
    await expect(chat.question).to_have_value("a" * 4001)
    await expect(chat.said).to_have_count(0)


async def test_the_data_notice_asks_the_assistant(chat: Chat) -> None:
    """Which data are kept is one press away, at any moment."""
    await chat.page.get_by_role("button", name="Vos données").click()

    await chat.expect_conversation(said=["Quelles données gardez-vous\u00a0?"], answers=2)


@pytest.mark.parametrize("width", [320, 390])
async def test_a_small_telephone_shows_all(
    browser: Browser, assistant: WebAssistant, width: int
) -> None:
    """Nothing overflows sideways, long words included, and every control is 44 px or more."""
    size = {"width": width, "height": 640}
    async with visitor(browser, assistant.url, viewport=size, has_touch=True) as context:
        chat = await open_chat(context)
        long_word = "anticonstitutionnellement" * 8
        await chat.ask(f"adresse {long_word}")
        await chat.expect_conversation(said=[f"adresse {long_word}"], answers=2)
        assert await chat.page.evaluate("document.documentElement.scrollWidth") == width
        sizes = await chat.page.evaluate(
            """() => [...document.querySelectorAll("button, .card a, textarea")]
                .filter((node) => node.checkVisibility())
                .map((node) => [node.outerHTML, node.offsetWidth, node.offsetHeight])"""
        )
        assert len(sizes) >= 5
        assert [control for control in sizes if min(control[1:]) < 44] == []


async def test_much_enlarged_text_can_be_read(browser: Browser, assistant: WebAssistant) -> None:
    """At 400 % zoom (320 by 200 px) the bars give way, so that the answer has the screen."""
    size = {"width": 320, "height": 200}
    async with visitor(browser, assistant.url, viewport=size) as context:
        chat = await open_chat(context)
        for bar in ("header", "footer"):
            await expect(chat.page.locator(bar)).to_have_css("position", "static")


async def test_reduced_motion_is_respected(chat: Chat, context: BrowserContext) -> None:
    """Whoever asked their system for less motion gets none."""
    del chat
    page = await context.new_page()
    await page.emulate_media(reduced_motion="reduce")
    await page.goto("/")
    await page.evaluate(
        """() => {
            const dots = document.createElement("span");
            dots.className = "dots";
            dots.append(document.createElement("i"));
            document.body.append(dots);
        }"""
    )
    assert await page.evaluate("document.getAnimations().length") == 0
    await expect(page.locator("html")).to_have_css("scroll-behavior", "auto")
