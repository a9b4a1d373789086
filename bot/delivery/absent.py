"""Which channels and destinations a deployment cannot send to: it was not given the means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.delivery.webhook import PREFIX, variable
from bot.delivery.webhook_secrets import webhook_secrets
from bot.storage.rows import WIPE
from handlers.routing.cards import destinations

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.delivery.webhook_secrets import Secrets
    from bot.settings import Settings
    from handlers.requests.model import Destination
    from knowledge.model import Routing

_THIS_MACHINE = {"localhost", "127.0.0.1", "::1"}
_SENDS = {"team": "Telegram messages", "email": "e-mail", "webhook": "webhooks"}


def absent_channels(settings: Settings) -> dict[str, str]:
    """Why nothing can be sent, by channel; what is for such a channel waits in the outbox.

    Raises:
        SecretError: a webhook's key cannot be used.
    """
    reasons: dict[str, str] = {}
    if settings.telegram_bot_token is None:
        reasons |= dict.fromkeys(("telegram", "team", WIPE), "no TELEGRAM_BOT_TOKEN is set")
    if settings.smtp_url is None:
        reasons["email"] = "no SMTP_URL is set"
    elif settings.email_from is None:
        reasons["email"] = "no EMAIL_FROM is set"
    if not webhook_secrets():
        reasons["webhook"] = f"no {PREFIX}… is set"
    return reasons


@dataclass(frozen=True, slots=True)
class Unserved:
    """A destination that nothing is sent to, or (``sent``) that is not reached safely."""

    team: str
    channel: str
    reason: str
    sent: bool = False

    def __str__(self) -> str:
        what = f"{_SENDS[self.channel]} to the team {self.team}"
        return f"routing.yaml sends {what}, but {self.reason}"


def unserved_destinations(settings: Settings, routing: Routing) -> list[Unserved]:
    """Each destination of ``routing`` that cannot be served, or not safely; its text is a line.

    Raises:
        SecretError: a webhook's key cannot be used.
    """
    absent = absent_channels(settings)
    known = webhook_secrets()
    return [
        unserved
        for team in routing.teams
        for destination in destinations(team)
        for unserved in _unserved(team.id, destination, absent, known)
    ]


def _unserved(
    team: str, destination: Destination, absent: Mapping[str, str], secrets: Secrets
) -> Iterator[Unserved]:
    channel = destination.channel
    if channel == "webhook":
        if destination.secret not in secrets:
            yield Unserved(team, channel, f"{variable(destination.secret)} is not set")
        address = urlsplit(destination.address)
        if address.scheme != "https" and address.hostname not in _THIS_MACHINE:
            reason = "to an http address, where anybody on the way can read them: use https"
            yield Unserved(team, channel, reason, sent=True)
    elif channel in absent:
        yield Unserved(team, channel, absent[channel])
