"""The commands that Telegram shows to people as they type a slash."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from telegram import BotCommand
from telegram.error import TelegramError

from bot.telegram_client import error_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from telegram import Bot

    from knowledge.model import Language, Messages

_NAMES: dict[Language, list[str]] = {
    "fr": "start demande demandes menu contact langue aide mesdonnees effacer".split(),
    "en": "start request requests menu contact language help mydata erase".split(),
}

logger = logging.getLogger(__name__)


async def introduce(bot: Bot, messages: Messages, languages: Sequence[Language]) -> None:
    """Tell Telegram the commands to show, in each language; the first is everybody's.

    A failure is logged: the commands work without it.
    """
    try:
        for position, language in enumerate(languages):
            commands = _commands(messages, language)
            if position == 0:
                await bot.set_my_commands(commands)
            await bot.set_my_commands(commands, language_code=language)
    except TelegramError as error:
        logger.warning("Telegram: the commands could not be set (%s)", error_text(error))


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
        for name, text in zip(_NAMES[language], texts, strict=True)
    ]
