"""The Bot API client's settings and what it keeps to itself."""

from __future__ import annotations

import pytest
from telegram.error import InvalidToken

from bot.settings import Settings
from bot.telegram_client import error_text, telegram_bot, webhook_secret

TOKEN = "123456:a-token-to-be-kept-secret"  # noqa: S105 - opens nothing


def test_the_webhooks_secret_follows_from_the_token() -> None:
    """All instances agree on it without being told; it does not give the token away."""
    settings = Settings.model_validate({"telegram_bot_token": TOKEN})

    secret = webhook_secret(settings)

    assert secret == webhook_secret(settings)
    assert secret.isalnum()
    assert len(secret) == 64


def test_the_webhooks_secret_can_be_set() -> None:
    """Whoever prefers their own has it."""
    values = {"telegram_bot_token": TOKEN, "telegram_webhook_secret": "mine"}
    assert webhook_secret(Settings.model_validate(values)) == "mine"


async def test_there_is_no_client_without_a_token() -> None:
    """Said by name, so that it can be mended."""
    without = Settings.model_validate({"telegram_bot_token": None})
    with pytest.raises(ValueError, match="TELEGRAM_BOT_TOKEN"):
        async with telegram_bot(without):
            pass
    with pytest.raises(ValueError, match="TELEGRAM_BOT_TOKEN"):
        webhook_secret(without)


@pytest.mark.parametrize(
    "error",
    [InvalidToken(f"The token `{TOKEN}` was rejected"), ValueError(f"a person wrote {TOKEN}")],
)
def test_an_error_tells_neither_the_token_nor_a_persons_words(error: Exception) -> None:
    """Logs and error columns can be shown to anybody."""
    assert TOKEN not in error_text(error)
