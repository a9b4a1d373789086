"""Where requests are posted to: an address, a name, a connection. Nothing is posted."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import socket
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from bot.doctor.certificates import days_left
from bot.doctor.finding import Finding, fault, ok, warning

if TYPE_CHECKING:
    from knowledge.model import Routing

_MATTER: Final = "webhooks"
_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class Receiver:
    """A server that teams' requests are posted to. Not the path, which may hold a token."""

    scheme: str
    host: str
    port: int
    teams: tuple[str, ...]

    def __str__(self) -> str:
        noun = "team" if len(self.teams) == 1 else "teams"
        return f"{self.scheme}://{self.host}:{self.port} ({noun} {', '.join(self.teams)})"


def receivers_of(routing: Routing) -> tuple[list[Receiver], list[Finding]]:
    """The servers that ``routing`` names, each once, and the addresses that are none."""
    teams: dict[tuple[str, str, int], list[str]] = {}
    found = []
    for team in routing.teams:
        if team.webhook is None:
            continue
        try:
            parts = urlsplit(team.webhook.url)
            key = parts.scheme, str(parts.hostname or ""), parts.port or _PORTS[parts.scheme]
        except (ValueError, KeyError):
            key = "", "", 0
        if key[1]:
            teams.setdefault(key, []).append(team.id)
        else:
            what = f"the address of the team {team.id} is no URL"
            found.append(fault(_MATTER, what, "write `url: https://…` in routing.yaml"))
    return [Receiver(*key, tuple(ids)) for key, ids in teams.items()], found


async def examine_receiver(receiver: Receiver) -> list[Finding]:
    """Whether ``receiver`` can be connected to, and its certificate is good for a while."""
    context = ssl.create_default_context() if receiver.scheme == "https" else None
    try:
        _, writer = await asyncio.open_connection(receiver.host, receiver.port, ssl=context)
    except OSError as error:
        return [_trouble(error, receiver)]
    tls = writer.get_extra_info("ssl_object")
    certificate = tls.getpeercert() if tls is not None else None
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    days = days_left(certificate, dt.datetime.now(dt.UTC))
    if days is not None:
        what = f"{receiver}: its certificate ends in {days} days"
        return [warning(_MATTER, what, "have whoever runs it renew the certificate")]
    return [ok(_MATTER, f"{receiver} can be reached")]


def _trouble(error: OSError, receiver: Receiver) -> Finding:
    if isinstance(error, socket.gaierror):
        what = f"{receiver}: the name is not known"
        return fault(_MATTER, what, "mend `url` in routing.yaml")
    if isinstance(error, ssl.SSLCertVerificationError):
        what = f"{receiver}: its certificate is not trusted: {error.verify_message}"
        return fault(_MATTER, what, "have whoever runs it renew the certificate")
    if isinstance(error, ssl.SSLError):
        what = f"{receiver}: no TLS can be agreed on ({error.reason})"
        return fault(_MATTER, what, "see that the port is the right one for https")
    what = f"{receiver}: no connection ({error.strerror or type(error).__name__})"
    return fault(_MATTER, what, "see that it runs and can be reached from here")
