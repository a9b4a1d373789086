"""Two companies, two teams, three ways out: everything between them is real.

With ``SCREENSHOTS=DIR`` in the environment, what each of them sees is photographed there.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from tests.browser.chat import open_chat, visitor
from tests.polling import until
from tests.servers import telegram_updates as people
from tests.servers.served import served
from tests.servers.smtp import SmtpTestServer
from tests.servers.team_group import TeamGroup
from tests.servers.telegram import BotApiServer
from tests.servers.webhook import WebhookTestServer

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from playwright.async_api import Browser, Page

    from tests.browser.chat import Chat
    from tests.servers.smtp import Received

GROUP = -1_001_002
SECRET = "whsec_" + "c2VjcmV0LW9mLXRoZS10ZXN0cy0xMjM0NTY3ODkwMTI="
ROUTING = """
teams:
  - id: accueil
    name: {{fr: Accueil des entreprises, en: Business front desk}}
    email: accueil@example.org
  - id: immobilier
    name: {{fr: Immobilier productif, en: Business premises}}
    telegram: {{group: "{group}"}}
    email: immobilier@example.org
    webhook: {{url: "{hook}", secret: crm}}
  - id: emploi
    name: {{fr: Emploi et formation, en: Jobs and training}}
    languages: [en, fr]
    email: emploi@example.org
rules:
  - id: locaux-a-vitry
    when: {{needs: [premises], communes: [Vitry-sur-Seine]}}
    team: immobilier
  - id: recrutement
    when: {{needs: [recruitment]}}
    team: emploi
default: accueil
"""
ADA = 42
TYPED = (
    "bonjour, je cherhce un atelié de 500 m2 a vitri pour 12 persones, dès que possible",
    "Ateliers du Val",
    "12",
    "Ada Martin, ada.martin@example.org",
    "j'accepte",
)


async def test_two_needs_go_two_ways(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """French with slips on Telegram, English on the page; group, mailboxes and CRM have them."""
    monkeypatch.setenv("WEBHOOK_SECRET_CRM", SECRET)
    async with (
        BotApiServer().running() as telegram,
        SmtpTestServer().running() as smtp,
        WebhookTestServer(SECRET).running() as crm,
    ):
        group = TeamGroup(telegram, GROUP)
        routing = ROUTING.format(group=GROUP, hook=crm.url)
        values = {
            "smtp_url": f"smtp://127.0.0.1:{smtp.port}",
            "email_from": "Assistant <assistant@example.org>",
        }
        async with served(tmp_path, telegram, routing=routing, **values) as url:
            await _on_telegram(telegram)
            card = await group.sees("Nouvelle demande")
            await until(lambda: len(smtp.mails) == 1 and len(crm.taken) == 1)
            reference = card.text.splitlines()[0].split()[-1]
            _check_french(card.text, smtp.mails[0], crm, reference)
            async with visitor(browser, url, locale="en-GB") as context:
                chat = await open_chat(context)
                await _in_english(chat)
                await until(lambda: len(smtp.mails) == 2)
                await _photograph(chat.page, "page-filed")
            _check_english(smtp.mails[1])
            assert len(group.shown) == len(crm.taken) == 1
        for name, mail in zip(("locaux", "emploi"), smtp.mails, strict=True):
            page = await browser.new_page(viewport={"width": 390, "height": 844})
            await page.set_content(mail.html)
            await _photograph(page, f"mail-{name}", whole=True)
            await page.close()


async def _on_telegram(telegram: BotApiServer) -> None:
    """A burst: people do not wait for each answer."""
    await telegram.push(*(people.text(ADA, text) for text in TYPED))
    await telegram.wait_for(lambda: any("est enregistrée" in one for one in telegram.texts(ADA)))


def _check_french(card: str, mail: Received, crm: WebhookTestServer, reference: str) -> None:
    [taken] = crm.taken
    data = taken.shape["data"]
    assert (data["reference"], data["rule"]) == (reference, "locaux-a-vitry")
    assert mail.recipients == ("immobilier@example.org",)
    assert reference in str(mail.message["Subject"])
    assert mail.message["Reply-To"].addresses[0].addr_spec == "ada.martin@example.org"
    for fact in ("500 m²", "Vitry-sur-Seine", "Ateliers du Val", "cherhce"):
        assert fact in card
        assert fact in mail.text
    assert data["surface"] == {"least_m2": 500, "most_m2": None}


async def _in_english(chat: Chat) -> None:
    """A company in a hurry, by words and by buttons."""
    await _answered(chat, chat.ask("We need to hire three welders in Ivry, quickly"))
    await _answered(chat, _press(chat, "Yes, pass it on"))
    await _answered(chat, chat.ask("Welding Works Ltd"))
    await _answered(chat, _press(chat, "10 to 49 people"))
    await _answered(chat, _press(chat, "Within 3 months"))
    await _answered(chat, chat.ask("Eve Smith, eve@example.org"))
    await _photograph(chat.page, "page-recap")
    await _answered(chat, _press(chat, "I agree"))
    await expect(chat.answers.last).to_contain_text("Jobs and training")


async def _answered(chat: Chat, doing: Awaitable[None]) -> None:
    before = await chat.answers.count()
    await doing
    await expect(chat.answers.nth(before)).to_be_visible()


async def _press(chat: Chat, label: str) -> None:
    await chat.suggestions.get_by_text(label).first.click()


def _check_english(mail: Received) -> None:
    assert mail.recipients == ("emploi@example.org",)
    assert "New request" in mail.text
    assert "recrutement" in mail.text


async def _photograph(page: Page, name: str, *, whole: bool = False) -> None:
    folder = os.environ.get("SCREENSHOTS")
    if folder:
        await page.screenshot(path=Path(folder) / f"{name}.png", full_page=whole)
