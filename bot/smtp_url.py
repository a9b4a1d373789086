"""``SMTP_URL``: which server sends mails, and how well the way to it is guarded.

- ``smtps://user:password@mail.example.org`` speaks TLS from the start (port 465);
- ``smtp://user:password@mail.example.org`` must offer STARTTLS (port 587), or nothing is sent;
- ``smtp://localhost`` and the other names of this machine go without TLS (port 25);
- ``smtp://relay.internal:25?tls=no`` goes without TLS to another machine, where that is meant.

User and password are percent-encoded, as in any URL.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

Security = Literal["tls", "starttls", "none"]

_PORTS: dict[Security, int] = {"tls": 465, "starttls": 587, "none": 25}
_THIS_MACHINE = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where mails are handed over; the password is never printed."""

    host: str
    port: int
    security: Security
    username: str | None = None
    password: str | None = field(default=None, repr=False)


def parse_smtp_url(url: str) -> SmtpServer:
    """``url`` as a server.

    Raises:
        ValueError: it is none; the message says the mend and quotes nothing of it.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps"}:
        raise ValueError("begins with neither smtp:// nor smtps://")
    if not parts.hostname:
        raise ValueError("names no host; write smtp://user:password@mail.example.org")
    if parts.path not in {"", "/"} or parts.fragment:
        raise ValueError("has more after the host; percent-encode / and # in user and password")
    options = parse_qs(parts.query, keep_blank_values=True)
    if options not in ({}, {"tls": ["no"]}):
        raise ValueError("has an unknown option; the only one is ?tls=no")
    security = _security(parts.scheme, parts.hostname, plain=bool(options))
    return SmtpServer(
        host=parts.hostname,
        port=_port(parts.port, security),
        security=security,
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
    )


def _security(scheme: str, host: str, *, plain: bool) -> Security:
    if scheme == "smtps":
        if plain:
            raise ValueError("says both smtps:// and ?tls=no")
        return "tls"
    return "none" if plain or host in _THIS_MACHINE else "starttls"


def _port(given: int | None, security: Security) -> int:
    return _PORTS[security] if given is None else given
