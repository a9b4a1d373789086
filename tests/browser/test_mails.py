"""The mail that a team reads, as a telephone shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.async_playwright import Axe

from bot.delivery.cards.content import content
from bot.delivery.cards.mail import to_html
from tests.bot.cards.making import ADDED, BASE, FULL, MINIMAL, UNDELIVERED, WITHDRAWN, hostile
from tests.browser.test_accessibility import RULES

if TYPE_CHECKING:
    from playwright.async_api import Browser

    from handlers.requests.model import Card

CARDS = {
    "full": FULL,
    "minimal": MINIMAL,
    "added": ADDED,
    "withdrawn": WITHDRAWN,
    "undelivered": UNDELIVERED,
    "long-words": hostile("W" * 200),
    "right-to-left": hostile("שלום <b>" + "ע" * 80),
}
LANDMARKS = ["region", "landmark-one-main"]
"""Of pages; a mail stands within the page of its program."""


@pytest.mark.parametrize("name", CARDS)
@pytest.mark.parametrize("width", [320, 390])
async def test_a_mail_reads_well_on_a_telephone(browser: Browser, name: str, width: int) -> None:
    """Nothing to scroll sideways for, nothing that axe-core minds, nothing loaded or run."""
    card: Card = CARDS[name]
    context = await browser.new_context(viewport={"width": width, "height": 844})
    loaded: list[str] = []
    try:
        page = await context.new_page()
        page.on("request", lambda request: loaded.append(request.url))
        await page.set_content(to_html(content(card, BASE)))
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        off = {"rules": {rule: {"enabled": False} for rule in LANDMARKS}}
        results = await Axe().run(page, options=RULES | off)
        assert results.violations_count == 0, results.generate_report()
        assert loaded == []
        assert await page.locator("script, img, link, style, iframe, object").count() == 0
    finally:
        await context.close()


async def test_what_to_tap_is_large_enough(browser: Browser) -> None:
    """Telephone and address: at least 24 pixels high, as WCAG 2.2 asks (2.5.8)."""
    context = await browser.new_context(viewport={"width": 390, "height": 844})
    try:
        page = await context.new_page()
        await page.set_content(to_html(content(FULL, BASE)))
        links = page.locator("a")
        assert await links.count() == 2
        for number in range(2):
            box = await links.nth(number).bounding_box()
            assert box is not None
            assert box["height"] >= 24
    finally:
        await context.close()
