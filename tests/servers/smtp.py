"""A mail server to talk to over real SMTP, unreliable at will; what it accepted it keeps."""

from __future__ import annotations

import asyncio
import email
import email.policy
import warnings
from collections import Counter
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.servers.telegram_faults import FaultPlan, NoFaults

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator

METHOD = "DATA"
"""What a fault plan is asked about: each mail."""


@dataclass(frozen=True, slots=True)
class Received:
    """A mail that the server took responsibility for."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    encrypted: bool

    @property
    def message(self) -> EmailMessage:
        """As a mail program reads it."""
        return email.message_from_bytes(self.raw, EmailMessage, policy=email.policy.default)

    @property
    def text(self) -> str:
        """Its plain text."""
        return self._body("plain")

    @property
    def html(self) -> str:
        """Its HTML."""
        return self._body("html")

    def _body(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        assert part is not None
        return str(part.get_content()).replace("\r\n", "\n")


@dataclass
class SmtpTestServer:
    """The server's state; :meth:`running` serves it.

    ``refusals`` are replies by recipient (``550 no such user``). Of the kinds of faults,
    ``server_error`` and ``rate_limited`` are 4xx replies, ``closed`` drops the connection before
    the mail is accepted, ``cut`` after, and ``time_out`` and ``late`` leave the client waiting.
    """

    faults: FaultPlan = field(default_factory=NoFaults)
    refusals: dict[str, str] = field(default_factory=dict)
    mails: list[Received] = field(default_factory=list)
    credentials: tuple[str, str] | None = None
    tls: ssl.SSLContext | None = None
    tls_from_start: bool = False
    smtputf8: bool = True
    port: int = 0
    sessions: int = 0

    def __post_init__(self) -> None:
        self._stopping = asyncio.Event()
        self._servers: set[SMTP] = set()

    def doubles(self) -> int:
        """How many mails came more often than once, by recipient and Message-ID."""
        counts = Counter(
            (recipient, mail.message["Message-ID"])
            for mail in self.mails
            for recipient in mail.recipients
        )
        return sum(count - 1 for count in counts.values())

    @asynccontextmanager
    async def running(self) -> AsyncIterator[SmtpTestServer]:
        """Serve on a free port of the local host."""
        loop = asyncio.get_running_loop()
        context = self.tls if self.tls_from_start else None
        server = await loop.create_server(self._session, "127.0.0.1", 0, ssl=context)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            self._stopping.set()
            server.close()
            for session in self._servers:
                if session.transport is not None:
                    session.transport.close()
                handler = getattr(session, "_handler_coroutine", None)
                if handler is not None:
                    handler.cancel()  # one in the middle of STARTTLS would wait for ever
                    await asyncio.gather(handler, return_exceptions=True)
            await server.wait_closed()

    def _session(self) -> SMTP:
        self.sessions += 1
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it minds that a password is asked for without TLS
            session = SMTP(
                _Handler(self),
                hostname="mail.test",
                ident="test",
                enable_SMTPUTF8=self.smtputf8,
                tls_context=None if self.tls_from_start else self.tls,
                require_starttls=self.tls is not None and not self.tls_from_start,
                authenticator=self._authenticate if self.credentials else None,
                auth_required=self.credentials is not None,
                auth_require_tls=False,
                data_size_limit=20_000_000,
                loop=asyncio.get_running_loop(),
            )
        self._servers.add(session)
        return session

    def _authenticate(
        self,
        _server: SMTP,
        _session: Session,
        _envelope: Envelope,
        _mechanism: str,
        data: Any,  # noqa: ANN401 - as aiosmtpd has it
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        given = (data.login.decode(), data.password.decode())
        return AuthResult(success=given == self.credentials, handled=False)

    async def accept(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """The reply to a whole mail."""
        fault = self.faults.next_fault(METHOD)
        if fault and fault.kind in {"server_error", "rate_limited"}:
            return "451 4.3.2 try again later"
        if fault and fault.kind == "time_out":
            await self._stopping.wait()
        if fault and fault.kind in {"closed", "time_out"}:
            _cut(server)
            return "421 closing"
        content = envelope.content
        assert isinstance(content, bytes)
        encrypted = session.ssl is not None or self.tls_from_start
        sender = str(envelope.mail_from)
        self.mails.append(Received(sender, tuple(envelope.rcpt_tos), content, encrypted))
        if fault and fault.kind == "late":
            await self._stopping.wait()
        if fault:
            _cut(server)
        return "250 2.0.0 accepted"


def _cut(server: SMTP) -> None:
    if isinstance(server.transport, asyncio.WriteTransport):
        server.transport.abort()


class _Handler:
    """What aiosmtpd calls."""

    def __init__(self, server: SmtpTestServer) -> None:
        self._server = server

    async def handle_RCPT(  # noqa: N802 - as aiosmtpd has it
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        rcpt_options: list[str],
    ) -> str:
        """Whether the recipient is known."""
        del server, session, rcpt_options
        if address in self._server.refusals:
            return self._server.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - as aiosmtpd has it
        """Take the mail, or not."""
        return await self._server.accept(server, session, envelope)
