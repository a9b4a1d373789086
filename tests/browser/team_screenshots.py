"""A team's answer on the page, photographed from the taking of the request to its rating."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.async_api import expect

from tests import files
from tests.browser.team_visit import company
from tests.servers.team_members import ANNE

if TYPE_CHECKING:
    from knowledge.model import Language
    from tests.browser.chat import Chat
    from tests.browser.team_visit import Company
    from tests.servers.web_assistant import WebAssistant

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"
SAID = {
    "fr": {
        "first": "Bonjour Madame Martin,\n\ndeux ateliers correspondent : 480 m² à Vitry-sur-Seine "
        "et 520 m² à Ivry-sur-Seine. Une visite est possible mardi à 10 h.",
        "corrected": "Bonjour Madame Martin,\n\ndeux ateliers correspondent : 480 m² à "
        "Vitry-sur-Seine et 520 m² à Ivry-sur-Seine. Une visite est possible jeudi à 10 h.",
        "photo": "Voici le premier.",
        "answer": "Merci beaucoup ! Jeudi me convient. Y a-t-il un quai de déchargement ?",
        "mine": "Ma demande",
        "see": "Voir ",
        "yes": "Oui",
        "new": "Nouvelle conversation",
        "plan": "Plan de l'étage et réseaux, version du 3 novembre.pdf",
    },
    "en": {
        "first": "Good morning Ms Martin,\n\ntwo workshops fit: 480 m² in Vitry-sur-Seine and "
        "520 m² in Ivry-sur-Seine. You could visit on Tuesday at 10.",
        "corrected": "Good morning Ms Martin,\n\ntwo workshops fit: 480 m² in Vitry-sur-Seine and "
        "520 m² in Ivry-sur-Seine. You could visit on Thursday at 10.",
        "photo": "This is the first.",
        "answer": "Thank you very much! Thursday suits me. Is there a loading dock?",
        "mine": "My request",
        "see": "See ",
        "yes": "Yes",
        "new": "New conversation",
        "plan": "Floor plan and utilities, as of 3 November.pdf",
    },
}  # fmt: skip


@dataclass(frozen=True)
class TeamVisit:
    """A company that is answered; each state becomes ``PREFIX-team-STATE.png``."""

    chat: Chat
    running: WebAssistant
    language: Language
    prefix: str

    async def take(self) -> None:
        """Go through all of it."""
        visit = await company(self.chat, self.running, self.language)
        await self._photograph("filed")
        await self._taken(visit)
        await self._answered(visit)
        await self._looked_up()
        await self._ended(visit)

    async def _taken(self, visit: Company) -> None:
        await visit.team.press("take")
        await visit.holds()
        await self._photograph("taken")
        await visit.team.press("reply")
        await expect(self.chat.page.locator("#writing")).not_to_be_empty()
        await self._photograph("writing")

    async def _answered(self, visit: Company) -> None:
        said, page = SAID[self.language], self.chat.page
        members = page.locator(".member")
        message = await visit.team.write(said["first"])
        await expect(members).to_have_count(1)
        await self._photograph("answered")
        await visit.team.correct(message, said["corrected"])
        await expect(members).to_have_count(2)
        await self._photograph("corrected")
        picture = (IMAGES / "page-desktop.png").read_bytes()
        photo = await visit.file("atelier-vitry.png", picture, "image/png")
        await visit.team.write(said["photo"], file=photo)
        await visit.team.write(
            "", file=await visit.file(said["plan"], files.PDF * 9_000, "application/pdf")
        )
        await expect(members).to_have_count(4)
        await members.nth(2).scroll_into_view_if_needed()
        await expect(page.locator(".picture img")).to_be_visible()
        await members.nth(3).scroll_into_view_if_needed()
        await self._photograph("files")
        await self.chat.ask(said["answer"])
        last = self.chat.said.last
        await expect(last).to_have_attribute("data-state", "")
        await expect(last.locator(".status")).not_to_be_empty()
        await self._photograph("passed-on")

    async def _looked_up(self) -> None:
        said = SAID[self.language]
        await self._press(said["mine"])
        await self._photograph("list")
        await self._choose(said["see"])
        await self._photograph("history")
        await self.chat.page.get_by_role("button", name=said["new"]).click()
        await self._photograph("leaving")
        await self.chat.page.keyboard.press("Escape")

    async def _ended(self, visit: Company) -> None:
        before = await self.chat.answers.count()
        await visit.team.press("close", ANNE)
        await expect(self.chat.answers).to_have_count(before + 1)
        await self._photograph("arrived")
        await self.chat.page.locator("#arrived").click()
        await expect(self.chat.suggestions.first).to_be_in_viewport()
        await self._photograph("closed")
        await self._choose(SAID[self.language]["yes"])
        await self._photograph("rated")
        await self._press(SAID[self.language]["mine"])
        await self._photograph("ended")

    async def _press(self, name: str) -> None:
        before = await self.chat.answers.count()
        await self.chat.page.get_by_role("button", name=name, exact=True).click()
        await expect(self.chat.answers).to_have_count(before + 1)

    async def _choose(self, label: str) -> None:
        before = await self.chat.answers.count()
        await self.chat.suggestions.get_by_text(label).first.click()
        await expect(self.chat.answers).to_have_count(before + 1)

    async def _photograph(self, state: str) -> None:
        await self.chat.page.screenshot(path=f"{self.prefix}-team-{state}.png")
