"""Which channels and destinations a deployment cannot send to: it was not given the means."""

from __future__ import annotations

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


def unserved_destinations(settings: Settings, routing: Routing) -> list[str]:
    """A line for each destination of ``routing`` that cannot be served, or not safely.

    Raises:
        SecretError: a webhook's key cannot be used.
    """
    absent = absent_channels(settings)
    known = webhook_secrets()
    return [
        f"routing.yaml sends {_SENDS[destination.channel]} to the team {team.id}, but {fault}"
        for team in routing.teams
        for destination in destinations(team)
        for fault in _faults(destination, absent, known)
    ]


def _faults(destination: Destination, absent: Mapping[str, str], secrets: Secrets) -> Iterator[str]:
    if destination.channel == "webhook":
        if destination.secret not in secrets:
            yield f"{variable(destination.secret)} is not set"
        address = urlsplit(destination.address)
        if address.scheme != "https" and address.hostname not in _THIS_MACHINE:
            yield "to an http address, where anybody on the way can read them: use https"
    elif destination.channel in absent:
        yield absent[destination.channel]
