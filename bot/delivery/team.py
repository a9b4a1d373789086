"""Sending cards to a team's Telegram group, each request in a forum topic of its own."""

from __future__ import annotations

import logging
from collections import OrderedDict, deque
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from telegram import LinkPreviewOptions, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest, TelegramError

from bot.delivery import DeliveryError, PermanentError, TransientError
from bot.delivery.cards import telegram as rendering
from bot.delivery.cards.content import (
    card_files,
    closed_topic,
    content,
    left_behind,
)
from bot.delivery.files import FileUnavailableError
from bot.delivery.team_files import Album, Upload, albums, load, refused, send
from bot.delivery.team_topics import Place, TeamTopics, Topics
from bot.delivery.telegram_calls import BAD_MARKUP, GONE, NO_TOPIC, TelegramCalls, remember, says
from bot.delivery.telegram_rendering import TextPart
from bot.telegram_client import error_text
from handlers.requests.model import Card

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Sequence

    from bot.delivery.files import FileSource
    from bot.storage.records import OutboxItem
    from handlers.requests.model import File
    from knowledge.model import KnowledgeBase

TOPICS_MADE = 3
"""A topic that is deleted while its card is sent is made again so often at each try."""
TOPIC_CLOSED = ("topic_closed",)

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)

T = TypeVar("T")
logger = logging.getLogger(__name__)


@dataclass(slots=True)
class _Progress:
    """What is still to be sent of a card, and which files Telegram would not take."""

    place: Place
    steps: deque[TextPart | Album]
    left: list[File] = field(default_factory=list)


class _TopicGoneError(Exception):
    """The topic was deleted."""


class TeamDelivery:
    """Sends a card, then its files, into the topic of its request.

    The topic is kept before anything is sent into it. One that was deleted is made again with
    the whole card; one that was closed is opened again. A group without topics, or where the
    assistant may not make them, has its cards in the group itself, later ones as replies to the
    first for as long as the process runs.

    At least once: a lost answer or a killed process may leave an empty topic or show a message
    twice. Within the process a card that failed on the way goes on where it stopped.
    """

    def __init__(
        self,
        calls: TelegramCalls,
        topics: Topics,
        files: FileSource,
        knowledge: Callable[[], KnowledgeBase],
    ) -> None:
        self._calls = calls
        self._topics = TeamTopics(calls, topics)
        self._files = files
        self._knowledge = knowledge
        self._progress: OrderedDict[int, _Progress] = OrderedDict()
        self._first_messages: OrderedDict[tuple[str, str], int] = OrderedDict()

    async def deliver(self, item: OutboxItem) -> None:
        """Send ``item``.

        Raises:
            TransientError: the network, Telegram itself or its limits.
            PermanentError: the group is gone, or refuses the assistant; names the group.
        """
        if not isinstance(item.payload, Card):
            raise PermanentError("no card")
        try:
            await self._deliver(item, item.payload)
        except TransientError:
            raise
        except DeliveryError as error:
            self._progress.pop(item.id, None)
            # Never Blocked: that would close the conversation of the company.
            raise PermanentError(f"Telegram group {item.address}: {error}") from error
        self._progress.pop(item.id, None)

    async def _deliver(self, item: OutboxItem, card: Card) -> None:
        for _ in range(TOPICS_MADE):
            progress = self._progress.get(item.id)
            if progress is None:
                progress = self._begin(item, card, await self._topics.place(card))
            try:
                await self._send_rest(card, progress)
            except _TopicGoneError:
                self._progress.pop(item.id)
                elsewhere = await self._topics.lose(card, progress.place)
                if elsewhere is not None:
                    self._begin(item, card, elsewhere)
            else:
                return
        raise TransientError("its topic is deleted again and again")

    def _begin(self, item: OutboxItem, card: Card, place: Place) -> _Progress:
        progress = _Progress(place, deque(self._steps(card, place)))
        remember(self._progress, item.id, progress)
        return progress

    def _steps(self, card: Card, place: Place) -> Iterator[TextPart | Album]:
        base = self._knowledge()
        if place.again:
            yield from rendering.messages(content(card, base, again=True))
            yield from albums(card_files(card, again=True))
        yield from rendering.messages(content(card, base))
        yield from albums(card_files(card))

    async def _send_rest(self, card: Card, progress: _Progress) -> None:
        while progress.steps:
            step = progress.steps[0]
            if isinstance(step, TextPart):
                await self._send_text(card, progress, step)
                instead: list[Album] = []
            else:
                instead = await self._send_album(card, progress, step)
            progress.steps.popleft()
            progress.steps.extendleft(reversed(instead))
            if not progress.steps and progress.left:
                left, progress.left = progress.left, []
                progress.steps.extend(rendering.line(left_behind(card, self._knowledge(), left)))

    async def _send_text(self, card: Card, progress: _Progress, part: TextPart) -> None:
        async def call(chat: str, options: dict[str, Any], *, plain: bool = False) -> int:
            sent = await self._calls.bot.send_message(
                chat,
                part.plain if plain else part.html,
                parse_mode=None if plain else ParseMode.HTML,
                link_preview_options=_NO_PREVIEW,
                **options,
            )
            return sent.message_id

        async def call_plain(chat: str, options: dict[str, Any]) -> int:
            return await call(chat, options, plain=True)

        group, reference = card.destination.address, card.request.reference
        try:
            try:
                message_id = await self._call(card, progress, call)
            except BadRequest as error:
                if not says(error, BAD_MARKUP):
                    raise
                logger.error("request %s: sent without markup: %s", reference, error_text(error))  # noqa: TRY400 - the refusal says all
                message_id = await self._call(card, progress, call_plain)
        except BadRequest as error:
            raise self._calls.delivery_error(error, group) from error
        if not progress.place.own and (group, reference) not in self._first_messages:
            remember(self._first_messages, (group, reference), message_id)

    async def _send_album(self, card: Card, progress: _Progress, album: Album) -> list[Album]:
        """Send ``album``; what to send in its place, if Telegram refuses it."""
        files, media = await self._loaded(progress, album)
        if not media:
            return []

        async def call(chat: str, options: dict[str, Any]) -> None:
            await send(self._calls.bot, chat, album.kind, media, options)

        try:
            await self._call(card, progress, call, messages=len(media))
        except BadRequest as error:
            instead = refused(replace(album, files=tuple(files)))
            if not instead:
                reference = card.request.reference
                logger.warning("request %s: a file is left out: %s", reference, error_text(error))
                _leave(progress, files)
            return instead
        return []

    async def _loaded(
        self, progress: _Progress, album: Album
    ) -> tuple[list[File], list[str | Upload]]:
        """The files of ``album`` that can be had; the others are noted as left."""
        files, media = [], []
        for file in album.files:
            try:
                media.append(await load(file, self._files))
            except FileUnavailableError as error:
                logger.warning("a file cannot be passed on: %s", error)
                _leave(progress, [file])
            else:
                files.append(file)
        return files, media

    async def _call(
        self,
        card: Card,
        progress: _Progress,
        call: Callable[[str, dict[str, Any]], Awaitable[T]],
        *,
        messages: int = 1,
    ) -> T:
        """The result of ``call`` with the chat and what says where in it.

        Raises:
            _TopicGoneError: the topic was deleted.
            BadRequest: what was to be sent is refused.
            DeliveryError: as :meth:`deliver`.
        """
        group = card.destination.address
        for _ in range(TOPICS_MADE):
            place = progress.place
            options = self._options(card, place)
            try:
                return await self._calls.send(
                    group, partial(_called, call, options), messages=messages, staff=True
                )
            except BadRequest as error:
                if place.thread is not None and says(error, NO_TOPIC):
                    raise _TopicGoneError from error
                if place.thread is None or not says(error, TOPIC_CLOSED):
                    if says(error, GONE):
                        raise self._calls.delivery_error(error, group) from error
                    raise
                await self._go_on(card, progress, place.thread)
            except TelegramError as error:
                raise self._calls.delivery_error(error, group) from error
        raise TransientError("its topic is closed again and again")

    def _options(self, card: Card, place: Place) -> dict[str, Any]:
        options: dict[str, Any] = {"message_thread_id": place.thread} if place.thread else {}
        first = self._first_messages.get((card.destination.address, card.request.reference))
        if first is not None and not place.own:
            options["reply_parameters"] = ReplyParameters(first, allow_sending_without_reply=True)
        return options

    async def _go_on(self, card: Card, progress: _Progress, thread: int) -> None:
        """The topic is closed: open it again, or go on in the group itself and say so."""
        if not await self._topics.reopen(card, thread):
            progress.place = Place()
            for part in rendering.line(closed_topic(card, self._knowledge())):
                await self._send_text(card, progress, part)


def _leave(progress: _Progress, files: Sequence[File]) -> None:
    """Note each of ``files`` once, however often it is tried."""
    progress.left += [file for file in files if file not in progress.left]


async def _called(
    call: Callable[[str, dict[str, Any]], Awaitable[T]], options: dict[str, Any], chat: str
) -> T:
    return await call(chat, options)
