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
import random
from collections import defaultdict
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from aiohttp import web
from telegram import BotCommand, Update
from telegram.constants import ChatAction
from telegram.error import Conflict, EndPointNotFound, InvalidToken, RetryAfter, TelegramError

from bot.channels.telegram_updates import ALLOWED_UPDATES, blocked_address, to_incoming
from bot.errors import without_message
from bot.telegram_client import READ_TIMEOUT_SECONDS, error_text, retry_after_seconds
from handlers.events import ButtonPressed, MessageReceived
from handlers.wording import is_lasting

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence

    from telegram import Bot

    from bot.channels.telegram_team import TeamUpdate, TeamUpdates
    from bot.inbox import Inbox
    from bot.storage.records import Incoming
    from knowledge.model import Language, Messages

WEBHOOK_PATH = "/telegram/webhook"
COURTESIES_AT_ONCE = 32
"""Calls that nobody waits for (typing, a button's spinner); more are left out under load."""

_PRIVACY = {"fr": ("mesdonnees", "effacer"), "en": ("mydata", "erase")}
_COMMAND_NAMES: dict[Language, tuple[str, ...]] = {
    "fr": ("start", "demande", "demandes", "menu", "contact", "langue", "aide", *_PRIVACY["fr"]),
    "en": ("start", "request", "requests", "menu", "contact", "language", "help", *_PRIVACY["en"]),
}

_UNREADABLE = (AttributeError, LookupError, TypeError, ValueError)
"""What reading an update raises that is not as the Bot API says; an outage raises others."""

T = TypeVar("T")
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long the channel waits, in seconds."""

    poll_seconds: float = 30.0
    """A long poll's own waiting time."""
    first_retry_seconds: float = 0.5
    longest_retry_seconds: float = 30.0
    conflict_seconds: float = 30.0
    """Before the next try while somebody else polls with the same token."""


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
        self._username: str | None = None
        self._courtesies: set[asyncio.Task[None]] = set()
        self.fault: str | None = None
        """What keeps Telegram from being served, for health checks; None when all is well."""

    async def poll(self) -> None:
        """Take updates in by long polling until cancelled.

        A batch is committed before the next call's offset acknowledges it. What is cut between
        the two comes again and is recognised by its ``update_id``. With a token that Telegram
        refuses, nothing more is done: the other channels go on.
        """
        try:
            await self._connect()
            await self._persist("delete the webhook", self._bot.delete_webhook)
            await self._poll_for_ever()
        except _TokenRefused:
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

        with contextlib.suppress(_TokenRefused):
            await self._connect()
            await self._persist("set the webhook", register)
            logger.info("Telegram: updates come in by webhook at %s", url)

    def add_webhook_route(self, app: web.Application, secret: str) -> None:
        """Give ``app`` the address that Telegram posts updates to."""

        async def receive(http_request: web.Request) -> web.Response:
            return await self._webhook(http_request, secret)

        async def close(_app: web.Application) -> None:
            await self.close()

        app.router.add_post(WEBHOOK_PATH, receive)
        app.on_cleanup.append(close)

    async def introduce(self, messages: Messages, languages: Sequence[Language]) -> None:
        """Tell Telegram the commands to show, in each language; the first is everybody's.

        A failure is logged: the commands work without it.
        """
        try:
            for position, language in enumerate(languages):
                commands = _commands(messages, language)
                if position == 0:
                    await self._bot.set_my_commands(commands)
                await self._bot.set_my_commands(commands, language_code=language)
        except TelegramError as error:
            logger.warning("Telegram: the commands could not be set (%s)", error_text(error))

    async def close(self) -> None:
        """Leave off the calls that nobody waits for."""
        tasks = tuple(self._courtesies)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _connect(self) -> None:
        await self._persist("connect", self._bot.initialize)
        self._username = self._bot.username
        logger.info("Telegram: connected as @%s", self._username)

    async def _poll_for_ever(self) -> None:
        offset: int | None = None
        while True:
            batch = await self._persist("get updates", partial(self._get_updates, offset))
            await self._persist("keep updates", partial(self._take_in, batch))
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
            self._show_attention(one)

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

    def _show_attention(self, one: _Understood) -> None:
        """Best effort, never waited for.

        A button's spinner stops, and the buttons of a question that is now answered go; for a
        message, somebody is seen typing.
        """
        for call in self._courtesies_for(one):
            if len(self._courtesies) >= COURTESIES_AT_ONCE:
                call.close()
                continue
            task = asyncio.create_task(_courtesy(call))
            self._courtesies.add(task)
            task.add_done_callback(self._courtesies.discard)

    def _courtesies_for(self, one: _Understood) -> Iterator[Coroutine[Any, Any, object]]:
        item, press = one.incoming, one.press
        if press is not None and press.query_id is not None:
            shown = press.alert is not None
            yield self._bot.answer_callback_query(press.query_id, press.alert, show_alert=shown)
        if item is None:
            return
        context = item.context or {}
        match item.event:
            case ButtonPressed(value=value):
                yield self._bot.answer_callback_query(context["callback_query_id"])
                if "message_id" in context and not is_lasting(value):
                    yield self._bot.edit_message_reply_markup(
                        item.address, int(context["message_id"]), reply_markup=None
                    )
            case MessageReceived():
                thread = context.get("message_thread_id")
                yield self._bot.send_chat_action(
                    item.address,
                    ChatAction.TYPING,
                    message_thread_id=int(thread) if thread else None,
                )

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
            self._note("keep updates", error)
            return web.Response(status=503)
        self.fault = None
        return web.Response()

    async def _persist(self, what: str, call: Callable[[], Awaitable[T]]) -> T:
        """``call``'s result, however often it takes.

        Raises:
            _TokenRefused: Telegram does not know the token; it is logged.
        """
        failures = 0
        while True:
            try:
                result = await call()
            except (InvalidToken, EndPointNotFound) as error:
                self.fault = error_text(error)
                logger.error("%s. Telegram is not served until a restart", self.fault)  # noqa: TRY400 - a traceback would show the token
                raise _TokenRefused from None
            except Exception as error:  # noqa: BLE001 - whatever fails, people still wait
                self._note(what, error)
                await asyncio.sleep(self._pause_seconds(error, failures))
                failures += 1
            else:
                self.fault = None
                return result

    def _note(self, what: str, error: Exception) -> None:
        fault = f"cannot {what}: {error_text(error)}"
        detail = "" if isinstance(error, TelegramError) else f"\n{without_message(error)}"
        if isinstance(error, Conflict):
            fault = "another program receives this bot's updates: stop it, or use another token"
        # Once, not at each try: a long outage is one line.
        level = logging.WARNING if fault != self.fault else logging.DEBUG
        logger.log(level, "Telegram: %s; trying again%s", fault, detail)
        self.fault = fault

    def _pause_seconds(self, error: Exception, failures: int) -> float:
        if isinstance(error, RetryAfter):
            return retry_after_seconds(error)
        if isinstance(error, Conflict):
            return self._patience.conflict_seconds
        longest = min(
            self._patience.longest_retry_seconds,
            self._patience.first_retry_seconds * 2.0 ** min(failures, 16),
        )
        return longest * random.uniform(0.5, 1.0)  # noqa: S311 - jitter is no secret


@dataclass(frozen=True, slots=True)
class _Understood:
    """What an update brings to the inbox; whose chat it says is closed; a team's press."""

    incoming: Incoming | None = None
    blocked: str | None = None
    press: TeamUpdate | None = None


class _TokenRefused(Exception):  # noqa: N818 - never leaves this module
    """Telegram does not know the token: polling on would not help."""


async def _courtesy(call: Coroutine[Any, Any, object]) -> None:
    try:
        await call
    except TelegramError as error:
        logger.debug("Telegram: a courtesy failed (%s)", error_text(error))


def _commands(messages: Messages, language: Language) -> list[BotCommand]:
    texts = (
        messages.command_start,
        messages.command_request,
        messages.command_requests,
        messages.command_menu,
        messages.command_contact,
        messages.command_language,
        messages.command_help,
        messages.command_mydata,
        messages.command_erase,
    )
    return [
        BotCommand(name, text.get(language) or next(iter(text.values())))
        for name, text in zip(_COMMAND_NAMES[language], texts, strict=True)
    ]
