"""Which channels a deployment cannot send on, since it was not given the means."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.settings import Settings


def absent_channels(settings: Settings) -> dict[str, str]:
    """Why nothing can be sent, by channel; what is for such a channel waits in the outbox."""
    reasons: dict[str, str] = {}
    if settings.telegram_bot_token is None:
        reasons |= dict.fromkeys(("telegram", "team"), "no TELEGRAM_BOT_TOKEN is set")
    return reasons
