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

    from knowledge.model import Language, Messages, Texts

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
    table: tuple[tuple[str, str, Texts], ...] = (
        ("start", "start", messages.command_start),
        ("demande", "request", messages.command_request),
        ("demandes", "requests", messages.command_requests),
        ("menu", "menu", messages.command_menu),
        ("contact", "contact", messages.command_contact),
        ("langue", "language", messages.command_language),
        ("aide", "help", messages.command_help),
        ("mesdonnees", "mydata", messages.command_mydata),
        ("effacer", "erase", messages.command_erase),
    )
    return [
        BotCommand({"fr": french, "en": english}[language], _in(language, texts))
        for french, english, texts in table
    ]


def _in(language: Language, texts: Texts) -> str:
    return texts.get(language) or next(iter(texts.values()))
