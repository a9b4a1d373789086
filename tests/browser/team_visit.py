"""A company whose request is filed, on its page, and the team that has it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

import aiohttp
from playwright.async_api import expect

from bot.storage.records import StoredFile
from handlers.values import File
from knowledge.model import Hours, TelegramGroup
from tests.bot.web_client import WebClient
from tests.polling import until
from tests.servers.team_members import TeamMembers

if TYPE_CHECKING:
    from knowledge.model import KnowledgeBase, Language
    from tests.browser.chat import Chat
    from tests.servers.web_assistant import WebAssistant

GROUP = "-1001"
_DAY = ("09:00-12:30", "13:30-17:00")
HOURS = Hours(monday=_DAY, tuesday=_DAY, wednesday=_DAY, thursday=_DAY, friday=_DAY)
_NEEDS = {
    "fr": "Je cherche un atelier de 500 m2 à Vitry pour 12 personnes, dès que possible.",
    "en": "I am looking for a workshop of 500 m2 in Vitry for 12 people, as soon as possible.",
}
_AGREES = {"fr": "j'accepte", "en": "I agree"}
_CONTACT = "Ada Martin, ada.martin@example.org"


def staffed(base: KnowledgeBase) -> KnowledgeBase:
    """``base`` whose teams work in a group, at their hours."""
    teams = tuple(
        team.model_copy(update={"telegram": TelegramGroup(group=GROUP), "hours": HOURS})
        for team in base.routing.teams
    )
    return base.model_copy(update={"routing": base.routing.model_copy(update={"teams": teams})})


@dataclass(frozen=True)
class Company:
    """An open page with one request of its conversation."""

    chat: Chat
    running: WebAssistant
    team: TeamMembers
    conversation: str

    async def holds(self) -> None:
        """Wait until the page knows that a member has the conversation."""
        await expect(self.chat.page.locator("#presence")).not_to_be_empty()

    async def file(self, name: str, content: bytes, media_type: str) -> File:
        """A file that a member can send; the database keeps it, as Telegram would."""
        file_id = f"{self.conversation}:{uuid4()}"
        now = dt.datetime.now(dt.UTC)
        await self.running.store.add_file(
            StoredFile(file_id, self.conversation, name, media_type, content, now)
        )
        return File(
            channel="web", id=file_id, name=name, media_type=media_type, size_bytes=len(content)
        )


async def company(chat: Chat, running: WebAssistant, language: Language = "fr") -> Company:
    """File a request in the page's conversation, and show it there."""
    kept = await chat.page.evaluate("JSON.parse(localStorage.getItem('assistant.conversation'))")
    known = set(await running.store.references())
    async with aiohttp.ClientSession() as session:
        client = WebClient(running.url, session)
        client.conversation, client.token = kept["id"], kept["token"]
        for typed in (f"{_NEEDS[language]} {_CONTACT}", "Ateliers du Val", "12", _AGREES[language]):
            assert (await client.say(text=typed)).status == 200
    await chat.page.reload()
    [reference] = set(await running.store.references()) - known

    async def is_filed() -> bool:
        address = await running.store.conversation_id("team", reference)
        return address is not None

    await until(is_filed)
    await expect(chat.answers.last).to_contain_text(reference)
    return Company(chat, running, TeamMembers(running.inbox, reference, GROUP), kept["id"])
