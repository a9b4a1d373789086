"""Telegram in a run: what people do comes in, what is sent to a chat is read there."""

from __future__ import annotations

import asyncio
import itertools
from collections import defaultdict
from typing import TYPE_CHECKING

from aiohttp import ClientError, ClientSession, ClientTimeout

from bot.channels.telegram import WEBHOOK_PATH
from tests.chaos.reading import Shown, Unread

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

    from tests.servers.telegram import BotApiServer
    from tests.servers.telegram_updates import Json

TWICE_SHARE = 0.05
"""Of the updates: Telegram delivers at least once."""
RESEND_SECONDS = 0.3
FIRST_UPDATE_ID = 50_001
_TIMEOUT = ClientTimeout(total=15.0)
_FOR_EVER = 1e9


class Updates:
    """Brings updates to the assistants, as Telegram does: until they are taken, some twice.

    Asked for by long polling, or, with ``addresses``, by a call of the webhook of any of them.
    """

    def __init__(
        self, server: BotApiServer, draw: random.Random, addresses: Sequence[str] = ()
    ) -> None:
        self._server = server
        self._draw = draw
        self._addresses = addresses
        self._numbers = itertools.count(FIRST_UPDATE_ID)
        self._calls: set[asyncio.Task[None]] = set()
        self.ids: list[int] = []
        self.twice = 0
        """Updates that were delivered twice on purpose."""
        self.again = 0
        """Webhook calls that were not answered by a 200, and so made again."""

    async def bring(self, update: Json) -> None:
        """A person did this; it is on its way from now on."""
        number = next(self._numbers)
        self.ids.append(number)
        numbered = {"update_id": number, **update}
        times = 2 if self._draw.random() < TWICE_SHARE else 1
        self.twice += times - 1
        if not self._addresses:
            await self._server.push(*[numbered] * times)
            return
        for _ in range(times):
            call = asyncio.create_task(self._call(numbered))
            self._calls.add(call)
            call.add_done_callback(self._calls.discard)

    async def bring_in_turn(self, update: Json) -> None:
        """:meth:`bring`, and wait until it is taken: what the same person does next comes after."""
        before = set(self._calls)
        await self.bring(update)
        await asyncio.gather(*(self._calls - before))

    async def all_taken(self) -> None:
        """Return once none is on its way to a webhook."""
        await asyncio.gather(*self._calls)

    async def _call(self, update: Json) -> None:
        async with ClientSession(timeout=_TIMEOUT) as session:
            while not await self._is_taken(session, update):
                self.again += 1
                await asyncio.sleep(RESEND_SECONDS)

    async def _is_taken(self, session: ClientSession, update: Json) -> bool:
        url = self._draw.choice(self._addresses) + WEBHOOK_PATH
        secret = self._server.webhook.get("secret_token", "not set yet")
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret}
        try:
            async with session.post(url, json=update, headers=headers) as response:
                return response.status == 200
        except (ClientError, TimeoutError, OSError):
            return False


class Chats:
    """Hands what reaches a chat to whoever reads it."""

    def __init__(self, server: BotApiServer) -> None:
        self._server = server
        self._unread: defaultdict[int, Unread] = defaultdict(Unread)

    def unread(self, chat_id: int) -> Unread:
        """Of this chat, from when the run began."""
        return self._unread[chat_id]

    async def run(self) -> None:
        """Until cancelled."""
        sent = self._server.sent
        seen = 0
        while True:
            await self._server.wait_for(lambda known=seen: len(sent) > known, _FOR_EVER)  # type: ignore[misc]
            for message in sent[seen:]:
                pressable = itertools.chain.from_iterable(message.buttons)
                values = tuple(button["callback_data"] for button in pressable)
                self._unread[message.chat_id].put(Shown(message.text, values))
            seen = len(sent)
