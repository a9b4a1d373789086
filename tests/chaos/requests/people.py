"""The people of a run, each with a company and its wishes, on Telegram or on the web page."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import random
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from tests.chaos.requests.acts import Attach, Press, Say
from tests.chaos.requests.company import Errand
from tests.chaos.web import WebConversation
from tests.servers import telegram_updates as updates

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from knowledge.model import Language
    from tests.chaos.kept import Place
    from tests.chaos.reading import Shown, Unread
    from tests.chaos.requests.acts import Act
    from tests.chaos.requests.reading import Reader
    from tests.chaos.requests.wishes import Plan
    from tests.chaos.telegram import Chats, Updates
    from tests.servers.telegram_files import Files

FIRST_CHAT = 1_000
MOST_ACTS = 80
"""Of one wish: who is no further after so many is going round in circles."""
PATIENCE_SECONDS = 300.0
"""Without any answer for so long, a wish is given up: something is lost."""
SAME_AGAIN_SECONDS = 5.0
"""A message that reads as the last one may be that one, come twice: the answer is waited for."""
PDF = b"%PDF-1.7\n%%EOF\n"


class Voice(Protocol):
    """How somebody speaks and reads."""

    unread: Unread

    async def do(self, act: Act) -> None:
        """What the channel has for it."""


class OnTelegram:
    """In a private chat."""

    def __init__(
        self, chat_id: int, language: Language, brought: Updates, chats: Chats, files: Files
    ) -> None:
        self._chat_id = chat_id
        self._language = language
        self._updates = brought
        self._files = files
        self.unread = chats.unread(chat_id)

    async def do(self, act: Act) -> None:
        """One update, or as many as there are presses."""
        match act:
            case Say(text=text):
                await self._updates.bring(
                    updates.text(self._chat_id, text, language=self._language)
                )
            case Press(value=value, times=times):
                for _ in range(times):
                    await self._updates.bring(updates.callback(self._chat_id, value))
            case Attach(name=name):
                described = {
                    "file_id": self._files.keep("document", name, PDF),
                    "file_name": name,
                    "mime_type": "application/pdf",
                    "file_size": len(PDF),
                }
                await self._updates.bring(updates.document(self._chat_id, None, **described))


class OnTheWeb:
    """On the page, which sends what it must until it is taken."""

    def __init__(self, conversation: WebConversation) -> None:
        self._conversation = conversation
        self.unread = conversation.unread

    async def do(self, act: Act) -> None:
        """One call, or as many at once as there are presses."""
        match act:
            case Say(text=text):
                await self._conversation.send(text=text)
            case Press(value=value, times=times):
                presses = (self._conversation.send(button=value) for _ in range(times))
                await asyncio.gather(*presses)
            case Attach(name=name):
                await self._conversation.attach(name, PDF)


@dataclass
class World:
    """Where people go, and what becomes of them there."""

    addresses: Sequence[str]
    updates: Updates
    chats: Chats
    files: Files
    reader: Reader
    seed: int
    errands: list[Errand] = field(default_factory=list)
    silences: list[float] = field(default_factory=list)
    """Seconds from each act to the next thing read."""
    on_the_web: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    """What was read there, by conversation."""
    _pages: list[WebConversation] = field(default_factory=list, init=False)

    async def live(self, plan: Plan) -> None:
        """All that one person wants, one thing after the other."""
        draw = random.Random(f"{self.seed}-{plan.number}")  # noqa: S311 - repeatable on purpose
        async with self._voice(plan, draw) as voice:
            known: set[str] = set()
            for wish in plan.wishes:
                errand = Errand(wish, plan.language, self.reader, draw, known)
                self.errands.append(errand)
                await self._pursue(errand, voice)
                if errand.reference:
                    known.add(errand.reference)
                if not errand.ended:
                    return

    @contextlib.asynccontextmanager
    async def _voice(self, plan: Plan, draw: random.Random) -> AsyncIterator[Voice]:
        if plan.channel == "telegram":
            chat_id = FIRST_CHAT + plan.number
            yield OnTelegram(chat_id, plan.language, self.updates, self.chats, self.files)
            return
        conversation = WebConversation(self.addresses, draw)
        self._pages.append(conversation)
        await conversation.open()
        self.on_the_web[conversation.id] = conversation.read
        following = asyncio.create_task(conversation.follow())
        try:
            yield OnTheWeb(conversation)
        finally:
            following.cancel()
            await asyncio.wait([following])

    async def look_again(self, replies: Mapping[Place, Sequence[tuple[int, str]]]) -> None:
        """Who has left their page comes back to it: for ``replies`` that came later."""
        for page in self._pages:
            made = replies.get(("web", page.id))
            if made:
                await page.read_up_to(made[-1][0])

    async def aclose(self) -> None:
        """Everybody leaves for good."""
        for page in self._pages:
            await page.close()

    async def _pursue(self, errand: Errand, voice: Voice) -> None:
        """Until the wish has come to its end, or to none."""
        act: Act | None = errand.begin()
        answered: Shown | None = None
        for _ in range(MOST_ACTS):
            acted_at = time.monotonic()
            if act:
                await voice.do(act)
            shown = await _next(voice.unread, answered)
            if not shown:
                return
            self.silences.append(time.monotonic() - acted_at)
            act = None
            for one in reversed(shown):
                act = errand.react(one)
                if errand.ended:
                    return
                if act:
                    answered = one
                    break


async def _next(unread: Unread, answered: Shown | None) -> list[Shown]:
    """What is new. What reads as the message ``answered`` may be that one, come twice.

    It then comes before all that follows; and where nothing does, it was asked once more.
    """
    shown = await unread.take(PATIENCE_SECONDS)
    while shown and all(one == answered for one in shown):
        further = await unread.take(SAME_AGAIN_SECONDS)
        if not further:
            return shown
        shown = further
    return list(itertools.dropwhile(lambda one: one == answered, shown))
