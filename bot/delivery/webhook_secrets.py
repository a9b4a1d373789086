"""The keys that webhooks are signed with: ``WEBHOOK_SECRET_<NAME>`` of the environment."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from dotenv import dotenv_values

from bot.delivery.webhook import PREFIX, parse_secret
from bot.errors import ReportedError

if TYPE_CHECKING:
    from collections.abc import Mapping

    Secrets = Mapping[str, tuple[bytes, ...]]
    """Keys by name, the newest first."""


class SecretError(ReportedError):
    """A key cannot be used; the message names its variable and quotes nothing of it."""


def webhook_secrets(environ: Mapping[str, str | None] | None = None) -> Secrets:
    """Keys by the name that routing.yaml has: ``crm`` is ``WEBHOOK_SECRET_CRM``.

    A variable holds one key, or several separated by commas, the newest first. From the
    environment, or else from ``.env``, as all settings.

    Raises:
        SecretError: a key is none.
    """
    if environ is None:
        environ = {**dotenv_values(Path(".env")), **os.environ}
    return {
        name.removeprefix(PREFIX).lower(): _keys(name, written)
        for name, written in environ.items()
        if name.startswith(PREFIX) and written
    }


def _keys(name: str, written: str) -> tuple[bytes, ...]:
    try:
        return tuple(parse_secret(one) for one in written.split(","))
    except ValueError as error:
        raise SecretError(
            f"{name} {error}; make one with `openssl rand -base64 32` and write whsec_ before it"
        ) from None
