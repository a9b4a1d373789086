"""What the assistant calls in a run, none of it reliable: Telegram, mail, directory, webhooks."""

from __future__ import annotations

import base64
import contextlib
import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.chaos.process import UNLIMITED
from tests.servers import directory_faults
from tests.servers.directory import DirectoryServer
from tests.servers.smtp import SmtpTestServer
from tests.servers.telegram import BotApiServer
from tests.servers.telegram_faults import KINDS, Kind, Seeded
from tests.servers.webhook import WebhookTestServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator, Sequence

QUICK: tuple[Kind, ...] = tuple(kind for kind in KINDS if kind not in {"time_out", "late"})
"""What costs no waiting: for runs that must be short."""

_OF_THE_DIRECTORY: dict[Kind, directory_faults.Kind] = {
    "rate_limited": "rate_limited",
    "server_error": "server_error",
    "time_out": "time_out",
    "closed": "closed",
    "cut": "truncated",
    "late": "time_out",
}


@dataclass
class Outside:
    """The servers; each has its own faults, drawn from one seed."""

    telegram: BotApiServer
    smtp: SmtpTestServer
    directory: DirectoryServer
    webhooks: dict[str, WebhookTestServer]
    """By team."""
    faults: dict[str, Seeded] = field(default_factory=dict)
    """By what fails."""

    @classmethod
    @contextlib.asynccontextmanager
    async def running(
        cls, seed: int, failing: float, teams: Iterable[str], kinds: Sequence[Kind] = KINDS
    ) -> AsyncIterator[Outside]:
        """A share of ``failing`` of the calls fails, each of ``kinds`` as often."""
        faults = {
            name: Seeded(seed + number, failing, dict.fromkeys(kinds, 1))
            for number, name in enumerate(("Telegram", "SMTP", "directory", "webhook"))
        }
        outside = cls(
            telegram=BotApiServer(faults=faults["Telegram"]),
            smtp=SmtpTestServer(faults=faults["SMTP"]),
            directory=DirectoryServer(faults=_directory_faults(faults["directory"])),
            webhooks={
                team: WebhookTestServer(_secret(team), faults=faults["webhook"]) for team in teams
            },
            faults=faults,
        )
        async with contextlib.AsyncExitStack() as stack:
            await stack.enter_async_context(outside.telegram.running())
            await stack.enter_async_context(outside.smtp.running())
            await stack.enter_async_context(outside.directory.running())
            for webhook in outside.webhooks.values():
                await stack.enter_async_context(webhook.running())
            yield outside

    @property
    def settings(self) -> dict[str, str]:
        """Environment variables with which an assistant talks to these servers and nobody else."""
        return {
            "TELEGRAM_API_URL": self.telegram.url,
            "TELEGRAM_BOT_TOKEN": self.telegram.token,
            "TELEGRAM_MESSAGES_PER_SECOND": UNLIMITED,
            "TELEGRAM_CHAT_MESSAGES_PER_SECOND": UNLIMITED,
            "TELEGRAM_GROUP_MESSAGES_PER_MINUTE": UNLIMITED,
            "WEB_MESSAGES_PER_MINUTE": UNLIMITED,
            "WEB_FILES_PER_MINUTE": UNLIMITED,
            "WEB_CONVERSATIONS_PER_MINUTE": UNLIMITED,
            # Each page says from which address it comes.
            "WEB_TRUSTED_PROXIES": "1",
            "SMTP_URL": f"smtp://127.0.0.1:{self.smtp.port}",
            "EMAIL_FROM": "Assistant <assistant@example.org>",
            "COMPANY_DIRECTORY_URL": self.directory.url,
            "COMPANY_DIRECTORY_REQUESTS_PER_SECOND": UNLIMITED,
            **{
                f"WEBHOOK_SECRET_{team.upper()}": server.secret
                for team, server in self.webhooks.items()
            },
        }

    def figures(self) -> dict[str, object]:
        """How many calls there were, and how many failed in which way."""
        figures: dict[str, object] = {}
        for name, faults in self.faults.items():
            figures[f"calls: {name}"] = faults.calls
            figures[f"  made to fail: {name}"] = sum(faults.injected.values())
        for kind in KINDS:
            figures[f"  of all: {kind}"] = sum(one.injected[kind] for one in self.faults.values())
        return figures


def _directory_faults(faults: Seeded) -> Iterator[directory_faults.Fault | None]:
    while True:
        fault = faults.next_fault("search")
        yield directory_faults.Fault(_OF_THE_DIRECTORY[fault.kind]) if fault else None


def _secret(team: str) -> str:
    return "whsec_" + base64.b64encode(hashlib.sha256(team.encode()).digest()).decode()
