"""One conversation: what the company and the members of two teams do, as its script says."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from handlers.requests import buttons
from tests.chaos.teams.group import reference_of
from tests.servers.team_group import ANNE, BASILE, STRANGER

if TYPE_CHECKING:
    from tests.chaos.teams.company import Company
    from tests.chaos.teams.group import Group
    from tests.chaos.teams.script import Doing, Script
    from tests.servers.telegram import Sent
    from tests.servers.telegram_files import Files
    from tests.servers.telegram_updates import Json

QUESTION = "Quels sont les axes du programme ?"
ANSWER = "quatre axes"
"""What only the assistant says."""
_NEED = (
    "Je cherche un atelier de 500 m2 à Vitry pour 12 personnes, dès que possible. "
    "Camille Martin, {email}"
)


@dataclass(frozen=True, slots=True)
class Picture:
    """A photograph that a member sent, by the name in which each channel shows it."""

    name: str
    message: int

    @property
    def names(self) -> set[str]:
        """On Telegram the file is the same; a page names it after the message it came in."""
        return {self.name, f"photo-{self.message}.jpg"}


@dataclass
class Course:
    """What became of a script, for the verdict."""

    script: Script
    company: Company
    reference: str = ""
    replies: list[str] = field(default_factory=list)
    """Words that were for the company, in the order in which they were written."""
    pictures: list[Picture] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    """The company's words that were for the team."""
    secret: list[str] = field(default_factory=list)
    """Words that no company may read: notes, talk, strangers'."""
    marked: list[tuple[Group, int]] = field(default_factory=list)
    """Members' replies, which must each be marked in the end."""
    ended: bool = False


class Conversation:
    """Carries a script out."""

    def __init__(
        self, course: Course, own: Group, other: Group, files: Files, draw: random.Random
    ) -> None:
        self._course = course
        self._script = course.script
        self._company = course.company
        self._group, self._other = own, other
        self._files = files
        self._draw = draw
        self._count = 0
        self._card: Sent
        self._owner: Json

    async def run(self) -> None:
        """All of it.

        Raises:
            NothingHappens: something that had to come never came.
        """
        await self._file()
        await self._take()
        for one in self._script.middle:
            await self._do(one)
        await self._close()
        self._course.ended = True

    async def _file(self) -> None:
        for text in (
            _NEED.format(email=self._script.email), "Ateliers du Val", "12", "j'accepte",
        ):  # fmt: skip
            await self._company.say(text)
        self._card = await self._group.card(self._script.email)
        self._course.reference = reference_of(self._card)
        await self._company.reads("est enregistrée")

    async def _take(self) -> None:
        """Both press at once; whoever has it goes on."""
        presses = [self._group.press(self._card, "take", by) for by in (ANNE, BASILE)]
        self._draw.shuffle(presses)
        if self._script.early:
            presses.append(self._company.say(QUESTION))
        await asyncio.gather(*presses)
        told = await self._group.sees("who has it", "prend la demande", self._course.reference)
        self._owner = ANNE if "Anne" in told.text else BASILE
        await self._company.reads("suit maintenant votre demande", self._owner["first_name"])

    async def _do(self, what: Doing) -> None:
        word = self._word(what[0].upper())
        match what:
            case "reply":
                await self._reply(word)
            case "photo":
                await self._reply(word, picture=True, caption=word)
            case "album":
                await self._album(word)
            case "correct":
                await self._correct(word)
            case "add" | "ask":
                said = "Encore ceci :" if what == "add" else QUESTION
                await self._company.say(f"{said} {word}")
                self._course.added.append(word)
            case "transfer":
                await self._transfer()
            case _:
                self._course.secret.append(word)
                await self._among_themselves(what, word)

    async def _among_themselves(self, what: Doing, word: str) -> None:
        match what:
            case "note":
                await self._note(word)
            case "talk":
                await self._group.talk(self._card.thread, word, BASILE)
            case "stranger":
                await self._group.reply(self._card, word, STRANGER)

    async def _reply(self, word: str, *, picture: bool = False, **content: object) -> int:
        self._course.replies.append(word)
        return await self._write(word, picture=picture, **content)

    async def _write(self, word: str, *, picture: bool = False, **content: object) -> int:
        name = f"{self._word('P')}.jpg" if picture else ""
        if picture:
            content["photo"] = self._photo(name)
        number = await self._group.reply(self._card, word, self._owner, **content)
        self._course.marked.append((self._group, number))
        if picture:
            self._course.pictures.append(Picture(name, number))
        return number

    async def _album(self, word: str) -> None:
        """Three pictures; what is said of them stands at the first."""
        album = {"media_group_id": f"album-{word}"}
        await self._reply(word, picture=True, caption=word, **album)
        for _ in range(2):
            await self._write("", picture=True, **album)

    async def _correct(self, word: str) -> None:
        number = await self._reply(word)
        corrected = self._word("K")
        self._course.replies.append(corrected)
        await self._group.correct(number, self._card, corrected, self._owner)

    async def _note(self, word: str) -> None:
        """Asked for under the card; it is the answer to the assistant's own question."""
        before = self._group.board.of(self._group.people.chat_id)[-1].message_id
        await self._group.press(self._card, "note", self._owner)
        ask = await self._group.board.shows(
            self._group.people.chat_id,
            "the question for a note",
            lambda sent: (
                "votre note reste dans l'équipe" in sent.text and sent.thread == self._card.thread
            ),
            before,
        )
        await self._group.reply(ask, word, self._owner)

    async def _transfer(self) -> None:
        self._group, self._other = self._other, self._group
        await self._other.press(self._card, "transfer", self._owner, argument=self._group.name)
        self._card = await self._group.card(self._script.email, "transférée")
        self._owner = ANNE
        await self._group.press(self._card, "take", self._owner)
        await self._group.sees("who has it", "prend la demande", self._course.reference)

    async def _close(self) -> None:
        await self._group.press(self._card, "close", self._owner)
        await self._company.reads("a clos votre demande")
        await self._company.press(buttons.valued("rate", f"{self._course.reference}:yes"))
        await self._group.sees("that it helped", "l'a aidée", self._course.reference)

    def _photo(self, name: str) -> list[Json]:
        kept = self._files.keep("photo", name)
        return [{"file_id": kept, "file_unique_id": kept, "width": 9, "height": 9}]

    def _word(self, who: str) -> str:
        self._count += 1
        return self._script.word(who, self._count)
