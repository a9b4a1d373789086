"""Taking away what a team's Telegram group shows of requests that were erased."""

from __future__ import annotations

import datetime as dt
import itertools
import logging
from typing import TYPE_CHECKING

from telegram.error import BadRequest, TelegramError

from bot.delivery import DeliveryError, PermanentError, TransientError
from bot.delivery.telegram_calls import GONE, NO_TOPIC, TelegramCalls, says
from bot.telegram_client import error_text
from handlers.privacy.model import WipeGroup

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Sequence

    from bot.storage.records import OutboxItem
    from bot.storage.store import Store
    from handlers.requests.model import Card

AT_ONCE = 100
"""Messages of one call (Bot API, ``deleteMessages``)."""
_NOT_THERE = ("message to delete not found", "message_id_invalid")

logger = logging.getLogger(__name__)


class GroupWiping:
    """Deletes topics with all that is in them, then single messages, then tells the group.

    Repeated after a crash it finds things gone, which is what it wants. What Telegram does not let
    a bot delete (messages older than 48 hours where it may not delete messages, topics where it
    may not) is counted, and the card that tells the group asks its members to do it.
    """

    def __init__(
        self,
        calls: TelegramCalls,
        store: Store,
        clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        self._calls = calls
        self._store = store
        self._clock = clock

    async def deliver(self, item: OutboxItem) -> None:
        """Wipe what ``item`` names.

        Raises:
            TransientError: the network, Telegram itself or its limits.
            PermanentError: it names nothing of a group.
        """
        wipe = item.payload
        if not isinstance(wipe, WipeGroup):
            raise PermanentError("it names nothing of a group")
        try:
            left = await self._wipe(wipe)
        except TransientError:
            raise
        except DeliveryError as error:
            # The group is out of reach: the card that cannot be sent there tells the default team.
            logger.warning("Telegram group %s: nothing is deleted: %s", item.address, error)
            left = len(wipe.shown.topics) + len(wipe.shown.messages)
        await self._store.wiped(item.id, _cards(wipe, left), self._clock())

    async def _wipe(self, wipe: WipeGroup) -> int:
        """How many messages and topics are left."""
        group = wipe.shown.group
        topics_left = [
            thread for thread in wipe.shown.topics if not await self._delete_topic(group, thread)
        ]
        messages_left = 0
        for start in range(0, len(wipe.shown.messages), AT_ONCE):
            some = wipe.shown.messages[start : start + AT_ONCE]
            messages_left += await self._delete_messages(group, some)
        # In a topic that could not be deleted there may be more than is known of.
        return len(topics_left) + messages_left

    async def _delete_topic(self, group: str, thread: int) -> bool:
        async def call(chat: str) -> object:
            return await self._calls.bot.delete_forum_topic(chat, thread)

        return await self._gone(group, call, NO_TOPIC)

    async def _delete_messages(self, group: str, ids: Sequence[int]) -> int:
        """Together, and one by one where that is refused; how many are left."""

        async def all_of_them(chat: str) -> object:
            return await self._calls.bot.delete_messages(chat, ids)

        if await self._gone(group, all_of_them, ()):
            return 0
        gone = [await self._delete_message(group, one) for one in ids]
        return gone.count(False)

    async def _delete_message(self, group: str, message: int) -> bool:
        async def call(chat: str) -> object:
            return await self._calls.bot.delete_message(chat, message)

        return await self._gone(group, call, _NOT_THERE)

    async def _gone(
        self, group: str, call: Callable[[str], Awaitable[object]], gone: tuple[str, ...]
    ) -> bool:
        """Whether ``call`` took it away, or a refusal in one of the words ``gone`` says that it is.

        Raises:
            DeliveryError: the group cannot be reached.
        """
        try:
            await self._calls.send(group, call, staff=True)
        except BadRequest as error:
            if says(error, GONE):
                raise self._calls.delivery_error(error, group) from error
            if says(error, gone):
                return True
            logger.info("Telegram group %s: %s", group, error_text(error))
            return False
        except TelegramError as error:
            raise self._calls.delivery_error(error, group) from error
        return True


def _cards(wipe: WipeGroup, left: int) -> list[Card]:
    """What the group is told; of what goes by itself with time, only what is left."""
    cards: Iterable[Card] = wipe.cards
    if not left:
        cards = itertools.filterfalse(lambda card: card.erased_by == "retention", cards)
    return [card.model_copy(update={"left": left}) for card in cards]
