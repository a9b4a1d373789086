"""Sending replies on Telegram."""

from __future__ import annotations

import logging
from collections import OrderedDict, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from telegram import InlineKeyboardMarkup, LinkPreviewOptions, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest, TelegramError

from bot.delivery import DeliveryError, PermanentError, TransientError
from bot.delivery.files import FileUnavailableError
from bot.delivery.team_files import Kind, albums, load, refused, send
from bot.delivery.telegram_calls import BAD_MARKUP, GONE, NO_TOPIC, TelegramCalls, remember, says
from bot.delivery.telegram_rendering import TextPart, keyboard, text_parts
from bot.telegram_client import error_text
from handlers.values import File, Reply
from knowledge.model import Phone, Venue

if TYPE_CHECKING:
    from telegram import Bot

    from bot.delivery.files import FileSource
    from bot.storage.records import OutboxItem

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Text:
    part: TextPart
    keyboard: InlineKeyboardMarkup | None


_Shown = _Text | Venue | Phone
_Message = _Shown | File


class TelegramDelivery:
    """Sends a reply as one or more Telegram messages, within Telegram's limits.

    At least once: when the answer to a call is lost, or the process is killed before the
    delivery is marked, the person may read a message twice, as the Bot API knows no idempotency
    key. A reply of several messages that fails on the way goes on, within the process, with the
    one that failed; after a restart it begins anew.
    """

    def __init__(self, calls: TelegramCalls, files: FileSource) -> None:
        self._calls = calls
        self._files = files
        self._progress: OrderedDict[int, int] = OrderedDict()

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
                message, first = messages[position], position == 0
                if isinstance(message, File):
                    await self._send_file(item, message, first=first)
                else:
                    await self._send(item, message, first=first)
                remember(self._progress, item.id, position + 1)
        except TransientError:
            raise
        except DeliveryError:
            self._progress.pop(item.id, None)
            raise
        self._progress.pop(item.id, None)

    async def _send_file(self, item: OutboxItem, file: File, *, first: bool) -> None:
        """One file: as the kind that it seems to be, else as a document.

        Raises:
            DeliveryError: as :meth:`deliver`; PermanentError too if the file cannot be had.
        """
        try:
            media = [await load(file, self._files)]
        except FileUnavailableError as error:
            raise PermanentError(f"a file cannot be passed on: {error}") from error
        options = _options(item.context, first=first)
        attempts = deque(albums([file]))
        while attempts:
            album = attempts.popleft()

            async def call(chat: str, kind: Kind = album.kind) -> object:
                return await send(self._calls.bot, chat, kind, media, options)

            try:
                await self._calls.send(item.address, call)
            except BadRequest as error:
                if says(error, NO_TOPIC) and options.pop("message_thread_id", None):
                    attempts.appendleft(album)
                    continue
                attempts.extend([] if says(error, GONE) else refused(album))
                if not attempts:
                    raise self._calls.delivery_error(error, item.address) from error
            except TelegramError as error:
                raise self._calls.delivery_error(error, item.address) from error

    async def _send(self, item: OutboxItem, message: _Shown, *, first: bool) -> None:
        """One message, once more where Telegram's refusal says how it would be taken.

        Raises:
            DeliveryError: as :meth:`deliver`.
        """
        address = item.address
        options = _options(item.context, first=first)
        try:
            await self._call(address, message, options)
        except BadRequest as error:
            if says(error, NO_TOPIC) and "message_thread_id" in options:
                await self._again(address, message, _without(options, "message_thread_id"))
            elif isinstance(message, _Text) and says(error, BAD_MARKUP):
                logger.error("delivery %d: sent without markup: %s", item.id, error_text(error))  # noqa: TRY400 - the refusal says all
                await self._again(address, message, options, parse_mode=None)
            elif not isinstance(message, _Text) and not says(error, GONE):
                # The text says the place and the number too: the reply is not lost with its card.
                logger.warning("delivery %d: a card is left out: %s", item.id, error_text(error))
            else:
                raise self._calls.delivery_error(error, address) from error
        except TelegramError as error:
            raise self._calls.delivery_error(error, address) from error

    async def _again(
        self,
        address: str,
        message: _Shown,
        options: dict[str, Any],
        parse_mode: str | None = ParseMode.HTML,
    ) -> None:
        try:
            await self._call(address, message, options, parse_mode)
        except TelegramError as error:
            raise self._calls.delivery_error(error, address) from error

    async def _call(
        self,
        address: str,
        message: _Shown,
        options: dict[str, Any],
        parse_mode: str | None = ParseMode.HTML,
    ) -> None:
        async def call(chat: str) -> None:
            await _send_shown(self._calls.bot, chat, message, options, parse_mode)

        await self._calls.send(address, call)


async def _send_shown(
    bot: Bot, chat: str, message: _Shown, options: dict[str, Any], parse_mode: str | None
) -> None:
    match message:
        case _Text():
            await bot.send_message(
                chat,
                message.part.html if parse_mode else message.part.plain,
                parse_mode=parse_mode,
                reply_markup=message.keyboard,
                link_preview_options=_NO_PREVIEW,
                **options,
            )
        case Venue():
            await bot.send_venue(
                chat,
                latitude=message.latitude,
                longitude=message.longitude,
                title=message.title,
                address=message.address,
                **options,
            )
        case Phone():
            await bot.send_contact(
                chat, phone_number=message.number, first_name=message.name, **options
            )


def _messages(reply: Reply) -> list[_Message]:
    parts = text_parts(reply.text) if reply.text else []
    buttons = keyboard(reply.buttons)
    last = len(parts) - 1
    messages: list[_Message] = [
        _Text(part, buttons if position == last else None) for position, part in enumerate(parts)
    ]
    messages += reply.files
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
