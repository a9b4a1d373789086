"""The Telegram channel: takes updates in, by long polling or by webhook.

An update is acknowledged only when it is in the database: neither python-telegram-bot's polling
nor its webhook can promise that, so only its :class:`telegram.Bot` is used.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import json
import logging
from collections import defaultdict
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from aiohttp import web
from telegram import Update

from bot.channels.telegram_courtesies import Courtesies
from bot.channels.telegram_outages import Outages, Patience, TokenRefusedError
from bot.channels.telegram_updates import ALLOWED_UPDATES, blocked_address, to_incoming
from bot.errors import without_message
from bot.telegram_client import READ_TIMEOUT_SECONDS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from telegram import Bot

    from bot.channels.telegram_team import TeamUpdate, TeamUpdates
    from bot.inbox import Inbox
    from bot.storage.records import Incoming

WEBHOOK_PATH = "/telegram/webhook"

_UNREADABLE = (AttributeError, LookupError, TypeError, ValueError)
"""What reading an update raises that is not as the Bot API says; an outage raises others."""

logger = logging.getLogger(__name__)


class TelegramChannel:
    """Updates in. What goes out is :class:`bot.delivery.telegram.TelegramDelivery`'s."""

    def __init__(
        self,
        bot: Bot,
        inbox: Inbox,
        *,
        on_blocked: Callable[[str], Awaitable[None]],
        team: TeamUpdates,
        patience: Patience | None = None,
    ) -> None:
        """``on_blocked`` is told the address of a chat that blocked or removed the assistant.

        ``team`` reads what members of teams do in their groups.
        """
        self._bot = bot
        self._inbox = inbox
        self._team = team
        self._on_blocked = on_blocked
        self._patience = patience or Patience()
        self._outages = Outages(self._patience)
        self._courtesies = Courtesies(bot)
        self._username: str | None = None

    @property
    def fault(self) -> str | None:
        """What keeps Telegram from being served, for health checks; None when all is well."""
        return self._outages.fault

    async def poll(self) -> None:
        """Take updates in by long polling until cancelled.

        A batch is committed before the next call's offset acknowledges it. What is cut between
        the two comes again and is recognised by its ``update_id``. With a token that Telegram
        refuses, nothing more is done: the other channels go on.
        """
        try:
            await self._connect()
            await self._outages.wait_out("delete the webhook", self._bot.delete_webhook)
            await self._poll_for_ever()
        except TokenRefusedError:
            await asyncio.Event().wait()
        finally:
            await self.close()

    async def receive_by_webhook(self, public_url: str, secret: str) -> None:
        """Have Telegram call ``public_url``'s webhook route; return when that is arranged."""
        url = f"{public_url.rstrip('/')}{WEBHOOK_PATH}"

        async def register() -> bool:
            return await self._bot.set_webhook(
                url, allowed_updates=ALLOWED_UPDATES, secret_token=secret
            )

        with contextlib.suppress(TokenRefusedError):
            await self._connect()
            await self._outages.wait_out("set the webhook", register)
            logger.info("Telegram: updates come in by webhook at %s", url)

    def add_webhook_route(self, app: web.Application, secret: str) -> None:
        """Give ``app`` the address that Telegram posts updates to."""

        async def receive(http_request: web.Request) -> web.Response:
            return await self._webhook(http_request, secret)

        async def close(_app: web.Application) -> None:
            await self.close()

        app.router.add_post(WEBHOOK_PATH, receive)
        app.on_cleanup.append(close)

    async def close(self) -> None:
        """Leave off the calls that nobody waits for."""
        await self._courtesies.close()

    async def _connect(self) -> None:
        await self._outages.wait_out("connect", self._bot.initialize)
        self._username = self._bot.username
        logger.info("Telegram: connected as @%s", self._username)

    async def _poll_for_ever(self) -> None:
        offset: int | None = None
        while True:
            batch = await self._outages.wait_out("get updates", partial(self._get_updates, offset))
            await self._outages.wait_out("keep updates", partial(self._take_in, batch))
            if batch:
                # The last one's, not the highest: after an idle week ids start anew anywhere.
                offset = batch[-1]["update_id"] + 1

    async def _get_updates(self, offset: int | None) -> list[dict[str, Any]]:
        """The next batch as it came.

        Not by ``Bot.get_updates``: it parses a batch whole, and one update that it cannot read
        would hold up all others for ever. The odd spelling is that of the same method for
        ``do_api_request``, which warns where the usual one exists.
        """
        arguments = {
            "timeout": int(self._patience.poll_seconds),
            "allowed_updates": list(ALLOWED_UPDATES),
        }
        if offset is not None:
            arguments["offset"] = offset
        updates: list[dict[str, Any]] = await self._bot.do_api_request(
            "get_Updates",
            api_kwargs=arguments,
            read_timeout=self._patience.poll_seconds + READ_TIMEOUT_SECONDS,
        )
        return updates

    async def _take_in(self, batch: Sequence[dict[str, Any]]) -> None:
        """Commit a batch; only what it raises keeps the batch from being acknowledged."""
        found = [await self._understand(raw) for raw in batch]
        items = [one.incoming for one in found if one.incoming]
        blocked: dict[str, None] = {}
        by_channel: defaultdict[str, list[Incoming]] = defaultdict(list)
        for item in items:
            by_channel[item.channel].append(item)
        for of_one_channel in by_channel.values():
            await self._inbox.receive(of_one_channel)
        for one in found:
            if one.incoming:
                blocked.pop(one.incoming.address, None)
            elif one.blocked:
                blocked[one.blocked] = None
        for address in blocked:
            await self._on_blocked(address)
        for one in found:
            self._courtesies.show(one.incoming, one.press)

    async def _understand(self, raw: dict[str, Any]) -> _Understood:
        """What an update brings to the inbox, and whose chat it says is closed to us.

        Raises:
            Exception: what is needed to know cannot be asked now: the batch is to come again.
        """
        try:
            update = Update.de_json(raw, self._bot)
            of_team = await self._team.read(update)
            if of_team is not None:
                return _Understood(of_team.incoming, press=of_team)
            incoming = to_incoming(update, self._username or "")
            return _Understood(incoming, blocked=blocked_address(update))
        except _UNREADABLE as error:
            # One update that cannot be read must not hold up the others.
            given_id, fault = raw.get("update_id"), without_message(error)
            logger.warning("Telegram: update %s is passed over: %s", given_id, fault)
            return _Understood()

    async def _webhook(self, http_request: web.Request, secret: str) -> web.Response:
        """200 once the update is in the database; what is not makes Telegram send it again."""
        given = http_request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        if not hmac.compare_digest(given.encode(), secret.encode()):
            return web.Response(status=403)
        try:
            raw = json.loads(await http_request.read())
        except ValueError:
            return web.Response(status=400)
        if not isinstance(raw, dict) or not isinstance(raw.get("update_id"), int):
            return web.Response(status=400)
        if self._username is None:
            return web.Response(status=503)
        try:
            await self._take_in([raw])
        except Exception as error:  # noqa: BLE001 - whatever failed, Telegram is to send it again
            self._outages.note("keep updates", error)
            return web.Response(status=503)
        self._outages.over()
        return web.Response()


@dataclass(frozen=True, slots=True)
class _Understood:
    """What an update brings to the inbox; whose chat it says is closed; a team's press."""

    incoming: Incoming | None = None
    blocked: str | None = None
    press: TeamUpdate | None = None
