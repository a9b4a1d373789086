"""A whole deployment on real servers, all well, for a doctor to examine and a test to harm."""

from __future__ import annotations

import base64
import contextlib
import json
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.storage.store import Store
from tests.bot.shell import run
from tests.servers.directory import DirectoryServer
from tests.servers.smtp import SmtpTestServer
from tests.servers.telegram import TOKEN, BotApiServer
from tests.servers.telegram_chats import OwnChat
from tests.servers.webhook import WebhookTestServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import pytest

SAMPLE = Path(__file__).parents[2] / "sample"
GROUP = -1001234
KEY = f"whsec_{base64.b64encode(bytes(32)).decode()}"
PASSWORD = "tr0ub4dor"  # noqa: S105 - opens the tests' own server only
NEEDS = """\
needs:
  - {id: premises, label: {fr: Locaux, en: Premises}, entries: [besoin-locaux]}
  - {id: other, label: {fr: Autre, en: Other}, topics: [contact]}
"""
ROUTING = """\
teams:
  - {id: desk, name: {fr: Accueil, en: Desk}, email: accueil@example.org}
  - id: sites
    name: {fr: Locaux, en: Premises}
    webhook: {url: "RECEIVER?token=s3cr3t", secret: crm}
    telegram: {group: "-1001234"}
rules:
  - {id: premises, when: {needs: [premises]}, team: sites}
default: desk
"""
_SETTINGS = (
    "TELEGRAM_BOT_TOKEN", "TELEGRAM_API_URL", "TELEGRAM_MODE", "TELEGRAM_WEBHOOK_SECRET",
    "PUBLIC_URL", "SMTP_URL", "EMAIL_FROM", "WEBHOOK_SECRET_CRM", "COMPANY_DIRECTORY_URL",
    "KNOWLEDGE_DIR", "CACHE_DIR", "DATABASE_URL", "DISK_FREE_MEGABYTES", "HOST", "PORT",
)  # fmt: skip


@dataclass(frozen=True)
class Told:
    """What the command printed, and its exit code."""

    code: int
    status: str
    findings: list[dict[str, str]]
    printed: str

    def at(self, level: str) -> list[dict[str, str]]:
        """The findings of that level."""
        return [finding for finding in self.findings if finding["level"] == level]

    def troubled(self) -> dict[str, str]:
        """The level of each matter that is not well; the worse where there are two."""
        return {one["matter"]: level for level in ("warning", "fault") for one in self.at(level)}


@dataclass
class Deployment:
    """The servers, the folder and the settings; :meth:`set` changes one of these."""

    folder: Path
    database_url: str
    patch: pytest.MonkeyPatch
    telegram: BotApiServer = field(default_factory=BotApiServer)
    smtp: SmtpTestServer = field(default_factory=SmtpTestServer)
    receiver: WebhookTestServer = field(default_factory=lambda: WebhookTestServer(KEY))
    directory: DirectoryServer = field(default_factory=DirectoryServer)
    stops: dict[str, contextlib.AsyncExitStack] = field(default_factory=dict)

    @property
    def knowledge(self) -> Path:
        """The knowledge folder."""
        return self.folder / "knowledge"

    @property
    def routing(self) -> Path:
        """Who gets what."""
        return self.knowledge / "routing.yaml"

    @property
    def group(self) -> OwnChat:
        """The team's group as it is on Telegram."""
        return self.telegram.chats.by_id[GROUP]

    def set(self, **settings: object) -> None:
        """Change settings by their names; None takes one away."""
        for name, value in settings.items():
            if value is None:
                self.patch.delenv(name)
            else:
                self.patch.setenv(name, str(value))

    def rewrite(self, old: str, new: str) -> None:
        """Edit ``routing.yaml``."""
        text = self.routing.read_text(encoding="utf-8")
        assert old in text
        self.routing.write_text(text.replace(old, new), encoding="utf-8")

    async def stop(self, server: str) -> None:
        """End a server for good."""
        await self.stops[server].aclose()

    async def doctor(self, *arguments: str) -> Told:
        """``doctor --json`` as from a shell."""
        result = await run(self.database_url, "doctor", "--json", *arguments)
        told: dict[str, Any] = json.loads(result.stdout)
        return Told(result.exit_code, told["status"], told["findings"], result.output)


@contextlib.asynccontextmanager
async def deployed(
    folder: Path, database_url: str, patch: pytest.MonkeyPatch
) -> AsyncIterator[Deployment]:
    """Everything set up, and a database that an assistant was started on once."""
    made = Deployment(folder, database_url, patch)
    async with contextlib.AsyncExitStack() as stack:
        for name in ("telegram", "smtp", "receiver", "directory"):
            made.stops[name] = own = await stack.enter_async_context(contextlib.AsyncExitStack())
            await own.enter_async_context(getattr(made, name).running())
        made.telegram.chats.by_id[GROUP] = OwnChat()
        shutil.copytree(SAMPLE, made.knowledge)
        (made.knowledge / "requests.yaml").write_text(NEEDS, encoding="utf-8")
        routing = ROUTING.replace("RECEIVER", made.receiver.url)
        made.routing.write_text(routing, encoding="utf-8")
        patch.chdir(folder)
        for name in _SETTINGS:
            patch.delenv(name, raising=False)
        made.smtp.credentials = ("assistant", PASSWORD)
        made.set(
            TELEGRAM_BOT_TOKEN=TOKEN,
            TELEGRAM_API_URL=made.telegram.url,
            SMTP_URL=f"smtp://assistant:{PASSWORD}@127.0.0.1:{made.smtp.port}",
            EMAIL_FROM="assistant@example.org",
            WEBHOOK_SECRET_CRM=KEY,
            COMPANY_DIRECTORY_URL=made.directory.url,
            KNOWLEDGE_DIR=made.knowledge,
            CACHE_DIR=folder / "cache",
            DISK_FREE_MEGABYTES=1,
            PORT=0,
        )
        await (await Store.open(database_url)).close()
        yield made
