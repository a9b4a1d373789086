"""What a company sees and presses in its Telegram chat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.servers import telegram_updates as people

if TYPE_CHECKING:
    from tests.servers.telegram import BotApiServer, Sent


async def read_by(server: BotApiServer, chat: int, *words: str) -> Sent:
    """Wait until ``chat`` has a message with all of ``words``: the last such."""

    def found() -> list[Sent]:
        return [
            sent
            for sent in server.sent
            if sent.chat_id == chat and all(word in sent.text for word in words)
        ]

    await server.wait_for(lambda: bool(found()))
    return found()[-1]


async def press(server: BotApiServer, under: Sent, label: str, chat: int) -> None:
    """Press the button of that ``label`` under a message."""
    value = next(b["callback_data"] for row in under.buttons for b in row if label in b["text"])
    await server.push(people.callback(chat, value))
