"""Where in a team's Telegram group a card goes: the topic of its request, or the group itself."""

from __future__ import annotations

import datetime as dt
import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from telegram.error import BadRequest, TelegramError

from bot.delivery.cards.content import topic_name
from bot.delivery.telegram_calls import GONE, TelegramCalls, says
from bot.telegram_client import error_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from handlers.requests.model import Card

WITHOUT_TOPICS_SECONDS = 600.0
"""How long a group that allows no topics is believed to; its administrators may mend it."""

logger = logging.getLogger(__name__)


class Topics(Protocol):
    """Which forum topic of a group a request has; kept across restarts."""

    async def topic(self, reference: str, group: str) -> int | None:
        """Its thread id, or None while it has none."""

    async def keep_topic(
        self, reference: str, group: str, thread_id: int, now: dt.datetime
    ) -> None:
        """From now on it has this one."""

    async def forget_topic(self, reference: str, group: str, thread_id: int) -> None:
        """That topic was deleted."""


@dataclass(frozen=True, slots=True)
class Place:
    """A topic, perhaps the request's ``own``, or without a ``thread`` the group itself.

    ``again``: nothing of the request is in it yet.
    """

    thread: int | None = None
    own: bool = False
    again: bool = False


class TeamTopics:
    """Makes topics, keeps them, and opens closed ones again."""

    def __init__(
        self,
        calls: TelegramCalls,
        topics: Topics,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._calls = calls
        self._topics = topics
        self._clock = clock
        self._without_topics: dict[str, float] = {}

    async def place(self, card: Card) -> Place:
        """Where ``card`` goes; a topic that is made for it is kept before this returns.

        Raises:
            DeliveryError: the group cannot be reached.
        """
        destination, reference = card.destination, card.request.reference
        if destination.topic is not None:
            return Place(destination.topic)
        if not destination.topics:
            return Place()
        known = await self._topics.topic(reference, destination.address)
        if known is not None:
            return Place(known, own=True)
        made = await self._make(card)
        if made is None:
            return Place()
        now = dt.datetime.now(dt.UTC)
        await self._topics.keep_topic(reference, destination.address, made, now)
        return Place(made, own=True, again=True)

    async def lose(self, card: Card, place: Place) -> Place | None:
        """The topic of ``place`` was deleted: where else to go, or None where to ask anew."""
        group = card.destination.address
        if place.own and place.thread is not None:
            await self._topics.forget_topic(card.request.reference, group, place.thread)
            return None
        logger.warning(
            "Telegram group %s has no topic %s: cards go into the group itself; mend routing.yaml",
            group,
            place.thread,
        )
        return Place()

    async def reopen(self, card: Card, thread: int) -> bool:
        """Open a closed topic again; False if the assistant may not.

        Raises:
            DeliveryError: the group cannot be reached.
        """
        group = card.destination.address

        async def call(chat: str) -> bool:
            return await self._calls.bot.reopen_forum_topic(chat, thread)

        try:
            return await self._calls.send(group, call, staff=True)
        except BadRequest as error:
            logger.warning(
                "Telegram group %s: topic %d stays closed: %s", group, thread, error_text(error)
            )
            return False
        except TelegramError as error:
            raise self._calls.delivery_error(error, group) from error

    async def _make(self, card: Card) -> int | None:
        """A new topic, or None where the group has none or does not let the assistant make any."""
        group, name = card.destination.address, topic_name(card)
        if self._clock() < self._without_topics.get(group, 0.0):
            return None

        async def call(chat: str) -> int:
            topic = await self._calls.bot.create_forum_topic(chat, name)
            return topic.message_thread_id

        try:
            return await self._calls.send(group, call, staff=True)
        except BadRequest as error:
            if says(error, GONE):
                raise self._calls.delivery_error(error, group) from error
            self._without_topics[group] = self._clock() + WITHOUT_TOPICS_SECONDS
            logger.warning(
                "Telegram group %s: no topic can be made (%s): cards go into the group itself. "
                "Make the assistant an administrator who may manage topics, or write "
                "`topics: false` in routing.yaml",
                group,
                error_text(error),
            )
            return None
        except TelegramError as error:
            raise self._calls.delivery_error(error, group) from error
