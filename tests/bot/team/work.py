"""A company on Telegram or a page, and a team in its group, at work on a request.

All is real but the people: the assistant as it is served, a Bot API server, HTTP between them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.servers import telegram_updates as people
from tests.servers.team_group import TeamGroup
from tests.servers.telegram import BotApiServer
from tests.servers.telegram_company import press, read_by

if TYPE_CHECKING:
    from tests.servers.telegram import Sent

ADA, EVE = 42, 43
NEED = (
    "Je cherche un atelier de 500 m2 à Vitry pour 12 personnes, dès que possible. "
    "Ada Martin, ada.martin@example.org"
)
FORM = (NEED, "Ateliers du Val", "12", "j'accepte")


@dataclass(frozen=True)
class Work:
    """A served assistant, the group of the team that has premises, and that of the default."""

    server: BotApiServer
    url: str
    group: TeamGroup
    default: TeamGroup

    async def say(self, text: str, chat: int = ADA) -> None:
        """A company writes, and nothing need come of it."""
        await self.server.push(people.text(chat, text))

    async def ask(self, text: str, chat: int = ADA) -> str:
        """A company writes; the first message that comes of it."""
        before = len(self.server.texts(chat))
        await self.say(text, chat)
        await self.server.wait_for(lambda: len(self.server.texts(chat)) > before)
        return self.server.texts(chat)[before]

    async def file(self, chat: int = ADA) -> Sent:
        """A company goes through the form; the card that the team reads of it."""
        before = len(self.group.shown)
        for text in FORM:
            await self.ask(text, chat)
        await self.server.wait_for(lambda: len(self.group.shown) > before)
        return self.group.shown[before]

    async def taken(self, chat: int = ADA) -> Sent:
        """The same, and Anne has the request."""
        card = await self.file(chat)
        await self.group.press(card, "Prendre")
        await self.reads("Anne, de l'équipe", chat=chat)
        return card

    async def reads(self, *words: str, chat: int = ADA) -> Sent:
        """Wait until the company reads a message with all of ``words``."""
        return await read_by(self.server, chat, *words)

    async def presses(self, under: Sent, label: str, chat: int = ADA) -> None:
        """The company presses a button."""
        await press(self.server, under, label, chat)

    async def settled(self) -> None:
        """Wait until whatever was done so far has had its effect: a stranger's word is answered."""
        await self.ask("Bonjour", chat=99)
