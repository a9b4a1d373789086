"""Sending replies on Telegram."""

from __future__ import annotations

import logging
import time
from collections import OrderedDict, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from telegram import InlineKeyboardMarkup, LinkPreviewOptions, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)

from bot.delivery import Blocked, DeliveryError, PermanentError, TransientError
from bot.delivery.telegram_limits import Limits, SendingRate
from bot.delivery.telegram_rendering import TextPart, keyboard, text_parts
from bot.telegram_client import error_text, retry_after_seconds
from handlers.events import Reply
from knowledge.model import Phone, Venue

if TYPE_CHECKING:
    from collections.abc import Callable

    from telegram import Bot

    from bot.storage.records import OutboxItem

LONGEST_WAIT_SECONDS = 5.0
"""A chat that must wait longer for its limit gives its place back to others."""
TOKEN_RETRY_SECONDS = 60.0
FLOOD_CHATS = 5
FLOOD_SECONDS = 2.0
"""Refusals (429) in so many chats within so long mean the overall limit, not one chat's."""
REMEMBERED = 10_000

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_GONE = ("chat not found", "user is deactivated", "peer_id_invalid", "user not found")
_MARKUP = ("can't parse entities",)
_NO_TOPIC = "message thread not found"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Text:
    part: TextPart
    keyboard: InlineKeyboardMarkup | None


_Message = _Text | Venue | Phone


class TelegramDelivery:
    """Sends a reply as one or more Telegram messages, within Telegram's limits.

    At least once: when the answer to a call is lost, or the process is killed before the
    delivery is marked, the person may read a message twice, as the Bot API knows no idempotency
    key. A reply of several messages that fails on the way goes on, within the process, with the
    one that failed; after a restart it begins anew.
    """

    def __init__(
        self, bot: Bot, limits: Limits, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._bot = bot
        self._rate = SendingRate(limits, clock)
        self._flood = _Flood(clock)
        self._progress: OrderedDict[int, int] = OrderedDict()
        self._moved: OrderedDict[str, str] = OrderedDict()

    async def deliver(self, item: OutboxItem) -> None:
        """Send ``item``.

        Raises:
            TransientError: the network, Telegram itself or its limits.
            PermanentError: Telegram refuses it for good.
            Blocked: the person blocked the assistant or left, or the chat is gone.
        """
        messages = _messages(item.reply)
        try:
            for position in range(self._progress.get(item.id, 0), len(messages)):
                await self._send(item, messages[position], first=position == 0)
                _remember(self._progress, item.id, position + 1)
        except TransientError:
            raise
        except DeliveryError:
            self._progress.pop(item.id, None)
            raise
        self._progress.pop(item.id, None)

    async def _send(self, item: OutboxItem, message: _Message, *, first: bool) -> None:
        """One message, once more where Telegram's refusal says how it would be taken.

        Raises:
            DeliveryError: as :meth:`deliver`.
        """
        address = self._moved.get(item.address, item.address)
        wait = self._rate.wait_seconds(address)
        if wait > LONGEST_WAIT_SECONDS:
            raise TransientError("this chat's own limit", retry_after_seconds=wait)
        options = _options(item.context, first=first)
        try:
            await self._call(address, message, options)
        except ChatMigrated as error:
            _remember(self._moved, item.address, str(error.new_chat_id))
            await self._again(str(error.new_chat_id), message, options)
        except BadRequest as error:
            if _NO_TOPIC in error.message.lower() and "message_thread_id" in options:
                await self._again(address, message, _without(options, "message_thread_id"))
            elif isinstance(message, _Text) and _says(error, _MARKUP):
                logger.error("delivery %d: sent without markup: %s", item.id, error_text(error))  # noqa: TRY400 - the refusal says all
                await self._again(address, message, options, parse_mode=None)
            elif not isinstance(message, _Text) and not _says(error, _GONE):
                # The text says the place and the number too: the reply is not lost with its card.
                logger.warning("delivery %d: a card is left out: %s", item.id, error_text(error))
            else:
                raise self._delivery_error(error, address) from error
        except TelegramError as error:
            raise self._delivery_error(error, address) from error

    async def _again(
        self,
        address: str,
        message: _Message,
        options: dict[str, Any],
        parse_mode: str | None = ParseMode.HTML,
    ) -> None:
        try:
            await self._call(address, message, options, parse_mode)
        except TelegramError as error:
            raise self._delivery_error(error, address) from error

    async def _call(
        self,
        address: str,
        message: _Message,
        options: dict[str, Any],
        parse_mode: str | None = ParseMode.HTML,
    ) -> None:
        await self._rate.take(address)
        match message:
            case _Text():
                await self._bot.send_message(
                    address,
                    message.part.html if parse_mode else message.part.plain,
                    parse_mode=parse_mode,
                    reply_markup=message.keyboard,
                    link_preview_options=_NO_PREVIEW,
                    **options,
                )
            case Venue():
                await self._bot.send_venue(
                    address,
                    latitude=message.latitude,
                    longitude=message.longitude,
                    title=message.title,
                    address=message.address,
                    **options,
                )
            case Phone():
                await self._bot.send_contact(
                    address, phone_number=message.number, first_name=message.name, **options
                )

    def _delivery_error(self, error: TelegramError, address: str) -> DeliveryError:
        if isinstance(error, RetryAfter):
            return TransientError(
                error_text(error),
                retry_after_seconds=retry_after_seconds(error),
                whole_channel=self._flood.is_overall(address),
            )
        if isinstance(error, InvalidToken | EndPointNotFound):
            return TransientError(
                error_text(error), retry_after_seconds=TOKEN_RETRY_SECONDS, whole_channel=True
            )
        if isinstance(error, Forbidden) or (isinstance(error, BadRequest) and _says(error, _GONE)):
            return Blocked(error_text(error))
        if isinstance(error, BadRequest | ChatMigrated):
            return PermanentError(error_text(error))
        return TransientError(error_text(error))


class _Flood:
    """Tells from refusals (429) whether one chat gets too much or all together do.

    Telegram does not say which limit was hit. One chat's refusal must not silence the others;
    several chats' at the same time can only be the overall limit.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._refusals: deque[tuple[float, str]] = deque(maxlen=100)

    def is_overall(self, address: str) -> bool:
        """Note a refusal in the chat ``address``; whether it was the overall limit."""
        now = self._clock()
        self._refusals.append((now, address))
        recent = {chat for at, chat in self._refusals if now - at < FLOOD_SECONDS}
        return len(recent) >= FLOOD_CHATS


def _messages(reply: Reply) -> list[_Message]:
    parts = text_parts(reply.text)
    buttons = keyboard(reply.buttons)
    last = len(parts) - 1
    messages: list[_Message] = [
        _Text(part, buttons if position == last else None) for position, part in enumerate(parts)
    ]
    messages += [card for card in (reply.venue, reply.phone) if card]
    return messages


def _options(context: dict[str, str], *, first: bool) -> dict[str, Any]:
    options: dict[str, Any] = {}
    if "message_thread_id" in context:
        options["message_thread_id"] = int(context["message_thread_id"])
    if first and "reply_to_message_id" in context:
        options["reply_parameters"] = ReplyParameters(
            int(context["reply_to_message_id"]), allow_sending_without_reply=True
        )
    return options


def _without(options: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in options.items() if name != key}


def _says(error: TelegramError, signs: tuple[str, ...]) -> bool:
    return any(sign in error.message.lower() for sign in signs)


def _remember(memory: OrderedDict[Any, Any], key: object, value: object) -> None:
    memory[key] = value
    memory.move_to_end(key)
    if len(memory) > REMEMBERED:
        memory.popitem(last=False)
