"""Commands as staff run them, with the means of a deployment that has all but Telegram."""

from __future__ import annotations

import asyncio
import base64
from pathlib import Path
from typing import TYPE_CHECKING

from click.testing import CliRunner, Result

from bot.cli import main

if TYPE_CHECKING:
    import pytest

SAMPLE = Path(__file__).parents[1] / "sample"


def set_means(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """No settings but mail, webhook and a small knowledge folder; nobody's ``.env``."""
    monkeypatch.chdir(folder)
    monkeypatch.setenv("KNOWLEDGE_DIR", str(SAMPLE))
    monkeypatch.delenv("TELEGRAM_BOT_TOKEN", raising=False)
    monkeypatch.setenv("SMTP_URL", "smtp://127.0.0.1:1")
    monkeypatch.setenv("EMAIL_FROM", "assistant@example.org")
    key = base64.b64encode(bytes(32)).decode()
    monkeypatch.setenv("WEBHOOK_SECRET_CRM", f"whsec_{key}")


async def run(url: str, *arguments: str) -> Result:
    """The command on the database at ``url`` with its output, as from a shell."""
    return await asyncio.to_thread(
        CliRunner().invoke, main, [*arguments, "--database", url], catch_exceptions=False
    )
