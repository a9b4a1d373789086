"""A request on the page, photographed at each step from its first word to its reference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

from playwright.async_api import expect

from bot.storage.records import Incoming
from handlers.events import CompaniesFound
from handlers.requests.model import Company, Locality
from tests import files
from tests.browser.chat import file

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from knowledge.model import Language, Messages, Texts
    from tests.browser.chat import Chat
    from tests.servers.web_assistant import WebAssistant

SAID = {
    "fr": {
        "mine": "Ma demande",
        "project": "Nous avons un projet et aimerions en parler avec vous.",
        "request": "Atelier de 500 m2 pour 12 personnes, dès que possible. ada.martin@example.org",
        "communes": "Vitry ou Orly",
    },
    "en": {
        "mine": "My request",
        "project": "We have a project and would like to talk about it.",
        "request": "Workshop of 500 m2 for 12 people, as soon as possible. ada.martin@example.org",
        "communes": "Vitry or Orly",
    },
}
SIREN = "552100554"
COMPANY = Company(
    name="ATELIER DES CONFLUENCES",
    siren=SIREN,
    siret="55210055400013",
    locality=Locality(name="Vitry-sur-Seine", code="94081", inside=True),
    activity="25.62B",
    activity_label="Mécanique industrielle",
    section="C",
    headcount_band="10 à 19 salariés",
    verified=True,
)


@dataclass(frozen=True)
class RequestVisit:
    """A person who makes a request; each state becomes ``PREFIX-request-STATE.png``."""

    chat: Chat
    running: WebAssistant
    messages: Messages
    language: Language
    prefix: str

    async def take(self) -> None:
        """Go through all of it."""
        chat, messages, said = self.chat, self.messages, SAID[self.language]
        await self._see("none", chat.page.get_by_role("button", name=said["mine"]).click())
        await self._see("begun", self._press(messages.button_request_new))
        await self._answered(chat.ask(said["project"]))
        await self._see("needs", self._press(messages.button_request_back))
        await self._see("need", chat.suggestions.first.click())
        await self._see("understood", chat.ask(said["request"]))
        await self._attach()
        await self._see("communes", chat.ask(said["communes"]))
        await self._answered(chat.ask(SIREN))
        await self._see("company", self._find_company())
        await self._see("recap", self._press(messages.button_request_yes))
        await chat.suggestions.first.scroll_into_view_if_needed()
        await self._photograph("agreement")
        await self._see("filed", self._press(messages.button_request_send))
        await self._see("list", self._press(messages.button_request_list))

    async def _attach(self) -> None:
        plan, photo = (
            file("Plan du site.pdf", files.PDF * 9_000),
            file("atelier.png", files.png(2_000)),
        )
        await self.chat.choose(plan, photo, file("visite.mp4", files.PROGRAM))
        await self._photograph("files-chosen")
        await self._see("files", self.chat.send())

    async def _find_company(self) -> None:
        """The directory's answer, as its delivery puts it into the inbox."""
        kept = "JSON.parse(localStorage.getItem('assistant.conversation')).id"
        found = CompaniesFound(query=SIREN, companies=(COMPANY,))
        conversation = await self.chat.page.evaluate(kept)
        event = Incoming("web", f"directory-{uuid4()}", conversation, found)
        await self.running.inbox.receive([event])

    async def _press(self, label: Texts) -> None:
        await self.chat.suggestions.get_by_text(label[self.language], exact=True).click()

    async def _see(self, state: str, doing: Awaitable[None]) -> None:
        await self._answered(doing)
        await self._photograph(state)

    async def _answered(self, doing: Awaitable[None]) -> None:
        """Do it, and wait until the reply has come."""
        before = await self.chat.answers.count()
        await doing
        await expect(self.chat.answers.nth(before)).to_be_visible()
        await expect(self.chat.page.locator("[data-state]:not([data-state=''])")).to_have_count(0)

    async def _photograph(self, state: str) -> None:
        await self.chat.page.screenshot(path=f"{self.prefix}-request-{state}.png")
