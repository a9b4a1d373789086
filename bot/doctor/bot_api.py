"""Calls of the Bot API whose answers are read as they come, whatever its server's age."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from telegram import Bot

Json = dict[str, Any]


async def call(bot: Bot, method: str, **arguments: object) -> Json:
    """The result of ``method`` (as ``getChat``).

    Not by the library's own methods: they take an answer that lacks a newer field for none.

    Raises:
        TelegramError: the Bot API refused, or did not answer.
    """
    # The odd spelling (``get_Chat``) is of the same method; the library minds the usual one.
    spelling = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", method)
    result: Json = await bot.do_api_request(spelling, api_kwargs=dict(arguments))
    return result
