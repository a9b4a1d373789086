"""Changes to what a team's group already shows: marks on members' messages, the card's standing."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Protocol

from telegram import LinkPreviewOptions, ReactionTypeEmoji, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest, TelegramError

from bot.delivery.team_steps import head
from bot.delivery.telegram_calls import GONE, TelegramCalls, says
from bot.telegram_client import error_text

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from handlers.team.model import Mark, Refresh
    from knowledge.model import KnowledgeBase

DELIVERED, LOST = "👌", "👎"
"""Two of the reactions that Telegram lets everybody give (Bot API, ``ReactionTypeEmoji``)."""
_SIGNS = {True: "✓", False: "✗"}
_REACTIONS_REFUSED = ("reaction",)
_MESSAGE_GONE = ("message to react not found", "message_id_invalid", "message to edit not found")
_UNCHANGED = ("message is not modified",)

logger = logging.getLogger(__name__)


class ShownCards(Protocol):
    """Which message of a group shows the card of a request."""

    async def shown_card(self, group: str, reference: str) -> int | None:
        """The newest one; None if there is none."""


class TeamChanges:
    """Marks messages and edits cards. What is gone meanwhile is passed over: nobody misses it."""

    def __init__(
        self,
        calls: TelegramCalls,
        shown: ShownCards,
        knowledge: Callable[[], KnowledgeBase],
    ) -> None:
        self._calls = calls
        self._shown = shown
        self._knowledge = knowledge

    async def mark(self, mark: Mark) -> None:
        """Show on a member's message whether it reached the company.

        A reaction; where the group allows none, a reply.

        Raises:
            DeliveryError: the group cannot be reached.
        """
        message = int(mark.message)
        reaction = ReactionTypeEmoji(DELIVERED if mark.ok else LOST)

        async def react(chat: str) -> object:
            return await self._calls.bot.set_message_reaction(chat, message, reaction)

        async def reply(chat: str) -> object:
            return await self._calls.bot.send_message(
                chat, _SIGNS[mark.ok], reply_parameters=ReplyParameters(message)
            )

        group = mark.destination.address
        try:
            await self._calls.send(group, react, staff=True)
        except BadRequest as error:
            if says(error, _MESSAGE_GONE):
                return
            if not says(error, _REACTIONS_REFUSED):
                raise self._calls.delivery_error(error, group) from error
            await self._call(group, reply)
        except TelegramError as error:
            raise self._calls.delivery_error(error, group) from error

    async def refresh(self, refresh: Refresh) -> None:
        """Show the card as the request now stands.

        Raises:
            DeliveryError: the group cannot be reached.
        """
        card = refresh.card
        group = card.destination.address
        message = await self._shown.shown_card(group, card.request.reference)
        if message is None:
            return
        text = head(card, self._knowledge())

        async def edit(chat: str) -> object:
            return await self._calls.bot.edit_message_text(
                text.part.html,
                chat,
                message,
                parse_mode=ParseMode.HTML,
                reply_markup=text.keyboard,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            )

        await self._call(group, edit)

    async def _call(self, group: str, call: Callable[[str], Awaitable[object]]) -> None:
        try:
            await self._calls.send(group, call, staff=True)
        except BadRequest as error:
            if says(error, GONE):
                raise self._calls.delivery_error(error, group) from error
            if not says(error, _UNCHANGED):
                logger.info("Telegram group %s: nothing changed: %s", group, error_text(error))
        except TelegramError as error:
            raise self._calls.delivery_error(error, group) from error
