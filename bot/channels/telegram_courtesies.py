"""What people see at once, before they are answered: somebody types, a button is done with."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from telegram.constants import ChatAction
from telegram.error import TelegramError

from bot.telegram_client import error_text
from handlers.events import ButtonPressed, MessageReceived
from handlers.wording import is_lasting

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator

    from telegram import Bot

    from bot.channels.telegram_team import TeamUpdate
    from bot.storage.records import Incoming

AT_ONCE = 32
"""Calls that nobody waits for; more are left out under load."""

logger = logging.getLogger(__name__)


class Courtesies:
    """Calls made as best one can, and never waited for."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._tasks: set[asyncio.Task[None]] = set()

    def show(self, item: Incoming | None, press: TeamUpdate | None) -> None:
        """Show whoever sent ``item``, or pressed a button of a team's, that it was noticed.

        A button's spinner stops, and the buttons of a question that is now answered go; for a
        message, somebody is seen typing.
        """
        for call in self._calls(item, press):
            if len(self._tasks) >= AT_ONCE:
                call.close()
                continue
            task = asyncio.create_task(_tried(call))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Leave off those that are under way."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _calls(
        self, item: Incoming | None, press: TeamUpdate | None
    ) -> Iterator[Coroutine[Any, Any, object]]:
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


async def _tried(call: Coroutine[Any, Any, object]) -> None:
    try:
        await call
    except TelegramError as error:
        logger.debug("Telegram: a courtesy failed (%s)", error_text(error))
