"""Sending to a team's Telegram group, each request in a forum topic of its own."""

from __future__ import annotations

import datetime as dt
import logging
from collections import OrderedDict, deque
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from telegram import ForceReply, LinkPreviewOptions, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest, TelegramError

from bot.delivery import DeliveryError, PermanentError, TransientError
from bot.delivery.cards.content import closed_topic, left_behind
from bot.delivery.files import FileUnavailableError
from bot.delivery.team_changes import ShownCards, TeamChanges
from bot.delivery.team_files import Album, Upload, load, refused, send
from bot.delivery.team_steps import Step, Text, card_steps, line, post_steps
from bot.delivery.team_topics import Place, TeamTopics, Topics
from bot.delivery.telegram_calls import BAD_MARKUP, GONE, NO_TOPIC, TelegramCalls, remember, says
from bot.telegram_client import error_text
from handlers.requests.model import Card
from handlers.team.model import Mark, Post, Refresh

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from bot.delivery.files import FileSource
    from bot.storage.records import OutboxItem, ShownPurpose
    from handlers.values import File
    from knowledge.model import KnowledgeBase

TOPICS_MADE = 3
"""A topic that is deleted while its card is sent is made again so often at each try."""
TOPIC_CLOSED = ("topic_closed",)

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)

T = TypeVar("T")
logger = logging.getLogger(__name__)


class ShownMessages(ShownCards, Topics, Protocol):
    """What was shown of requests, and where; kept across restarts."""

    async def keep_message(
        self, group: str, message_id: int, reference: str, purpose: ShownPurpose, now: dt.datetime
    ) -> None:
        """A message of the assistant's is of a request: replies to it are known by it."""


@dataclass(slots=True)
class _Progress:
    """What is still to be sent of a card, and which files Telegram would not take."""

    place: Place
    steps: deque[Step]
    left: list[File] = field(default_factory=list)


class _TopicGoneError(Exception):
    """The topic was deleted."""


class TeamDelivery:
    """Sends cards with their files, and posts, into the topic of their request.

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
        shown: ShownMessages,
        files: FileSource,
        knowledge: Callable[[], KnowledgeBase],
        clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        self._calls = calls
        self._shown = shown
        self._topics = TeamTopics(calls, shown)
        self._changes = TeamChanges(calls, shown, knowledge)
        self._clock = clock
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
        try:
            match item.payload:
                case Card() | Post():
                    await self._deliver(item, item.payload)
                case Mark():
                    await self._changes.mark(item.payload)
                case Refresh():
                    await self._changes.refresh(item.payload)
                case _:
                    raise PermanentError("nothing that a group is shown")
        except TransientError:
            raise
        except DeliveryError as error:
            self._progress.pop(item.id, None)
            # Never Blocked: that would close the conversation of the company.
            raise PermanentError(f"Telegram group {item.address}: {error}") from error
        self._progress.pop(item.id, None)

    async def _deliver(self, item: OutboxItem, payload: Card | Post) -> None:
        card = payload if isinstance(payload, Card) else payload.card
        for _ in range(TOPICS_MADE):
            progress = self._progress.get(item.id)
            if progress is None:
                progress = self._begin(item, payload, await self._topics.place(card))
            try:
                await self._send_rest(card, progress)
            except _TopicGoneError:
                self._progress.pop(item.id)
                elsewhere = await self._topics.lose(card, progress.place)
                if elsewhere is not None:
                    self._begin(item, payload, elsewhere)
            else:
                return
        raise TransientError("its topic is deleted again and again")

    def _begin(self, item: OutboxItem, payload: Card | Post, place: Place) -> _Progress:
        steps = (
            card_steps(payload, self._knowledge(), again=place.again)
            if isinstance(payload, Card)
            else post_steps(payload, self._knowledge(), again=place.again)
        )
        progress = _Progress(place, deque(steps))
        remember(self._progress, item.id, progress)
        return progress

    async def _send_rest(self, card: Card, progress: _Progress) -> None:
        while progress.steps:
            step = progress.steps[0]
            if isinstance(step, Text):
                await self._send_text(card, progress, step)
                instead: list[Album] = []
            else:
                instead = await self._send_album(card, progress, step)
            progress.steps.popleft()
            progress.steps.extendleft(reversed(instead))
            if not progress.steps and progress.left:
                left, progress.left = progress.left, []
                progress.steps.extend(line(left_behind(card, self._knowledge(), left)))

    async def _send_text(self, card: Card, progress: _Progress, text: Text) -> None:
        async def call(chat: str, options: dict[str, Any], *, plain: bool = False) -> int:
            if text.answers is not None:
                answered = ReplyParameters(text.answers, allow_sending_without_reply=True)
                options = {**options, "reply_parameters": answered}
            sent = await self._calls.bot.send_message(
                chat,
                text.part.plain if plain else text.part.html,
                parse_mode=None if plain else ParseMode.HTML,
                link_preview_options=_NO_PREVIEW,
                reply_markup=ForceReply(selective=True) if text.asks else text.keyboard,
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
        await self._shown.keep_message(group, message_id, reference, text.purpose, self._clock())

    async def _send_album(self, card: Card, progress: _Progress, album: Album) -> list[Album]:
        """Send ``album``; what to send in its place, if Telegram refuses it."""
        files, media = await self._loaded(progress, album)
        if not media:
            return []

        async def call(chat: str, options: dict[str, Any]) -> list[int]:
            return await send(self._calls.bot, chat, album.kind, media, options)

        group, reference = card.destination.address, card.request.reference
        try:
            shown = await self._call(card, progress, call, messages=len(media))
        except BadRequest as error:
            instead = refused(replace(album, files=tuple(files)))
            if not instead:
                logger.warning("request %s: a file is left out: %s", reference, error_text(error))
                _leave(progress, files)
            return instead
        for message_id in shown:
            await self._shown.keep_message(group, message_id, reference, "reply", self._clock())
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
            for step in line(closed_topic(card, self._knowledge())):
                if isinstance(step, Text):
                    await self._send_text(card, progress, step)


def _leave(progress: _Progress, files: Sequence[File]) -> None:
    """Note each of ``files`` once, however often it is tried."""
    progress.left += [file for file in files if file not in progress.left]


async def _called(
    call: Callable[[str, dict[str, Any]], Awaitable[T]], options: dict[str, Any], chat: str
) -> T:
    return await call(chat, options)
