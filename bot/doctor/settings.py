"""Settings: those that cannot be used, that need another, or that are misspelt."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from dotenv import dotenv_values

from bot.delivery.webhook import PREFIX
from bot.delivery.webhook_secrets import SecretError, webhook_secrets
from bot.doctor.finding import Finding, fault, ok, warning
from bot.settings import Settings
from knowledge.loading.faults import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import ValidationError

_TELEGRAM_PORTS = {None, 443, 80, 88, 8443}
"""Where Telegram calls webhooks (Bot API, ``setWebhook``)."""
_WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
"""As ``setWebhook`` takes a secret token."""


def unusable(error: ValidationError) -> list[Finding]:
    """Each setting that cannot be used; its value is not told."""
    return [
        fault(
            "settings",
            f"{str(one['loc'][0]).upper()}: {one['msg']}",
            "mend it in the environment or .env; nothing else was examined",
        )
        for one in error.errors(include_url=False)
    ]


def examine_settings(settings: Settings) -> list[Finding]:
    """What is set by halves, keys that are none, and names in ``.env`` that mean nothing."""
    found = [*_halves(settings), *_keys(settings), *_misspelt()]
    if found:
        return found
    where = "environment and .env" if Path(".env").is_file() else "environment (no .env here)"
    return [ok("settings", f"{where} can be used")]


def _halves(settings: Settings) -> Iterator[Finding]:
    if settings.smtp_url is None and settings.email_from is not None:
        yield fault("settings", "EMAIL_FROM is set, SMTP_URL is not", "set both, or none")
    if settings.smtp_url is not None and settings.email_from is None:
        yield fault("settings", "SMTP_URL is set, EMAIL_FROM is not", "set both, or none")
    if settings.telegram_bot_token is None or settings.telegram_mode != "webhook":
        return
    if settings.public_url is None:
        what = "TELEGRAM_MODE is webhook, and PUBLIC_URL is not set: it polls instead"
        yield fault("settings", what, "set PUBLIC_URL, or TELEGRAM_MODE=polling")
        return
    address = urlsplit(settings.public_url)
    public = settings.telegram_api_url == Settings.model_fields["telegram_api_url"].default
    if public and (address.scheme != "https" or address.port not in _TELEGRAM_PORTS):
        what = "PUBLIC_URL is not where Telegram calls: https on port 443, 80, 88 or 8443"
        yield fault("settings", what, "set one that is, or TELEGRAM_MODE=polling")


def _keys(settings: Settings) -> Iterator[Finding]:
    try:
        webhook_secrets()
    except SecretError as error:
        what, _, mend = str(error).partition("; ")
        yield fault("settings", what, mend)
    secret = settings.telegram_webhook_secret
    if secret is not None and not _WEBHOOK_SECRET.fullmatch(secret.get_secret_value()):
        what = "TELEGRAM_WEBHOOK_SECRET is refused by Telegram"
        yield fault("settings", what, "write 1 to 256 of A-Z a-z 0-9 _ and -, or leave it out")


def _misspelt() -> Iterator[Finding]:
    known = [name.upper() for name in Settings.model_fields]
    for name in dotenv_values(Path(".env")):
        if name.upper() in known or name.startswith(PREFIX) or name in os.environ:
            continue
        meant = nearest(name.upper(), known)
        if meant is not None:
            what = f".env sets {name}, which is no setting of the assistant"
            yield warning("settings", what, f"did you mean {meant}?")
