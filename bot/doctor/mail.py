"""The mail server: reached, encrypted, and taking user and password. No mail is sent."""

from __future__ import annotations

import contextlib
import datetime as dt
import socket
import ssl
from typing import TYPE_CHECKING

from aiosmtplib import SMTP
from aiosmtplib.errors import (
    SMTPAuthenticationError,
    SMTPException,
    SMTPResponseException,
    SMTPSenderRefused,
)

from bot.doctor.certificates import days_left
from bot.doctor.finding import Finding, fault, ok, warning
from bot.mailbox import parse_mailbox
from bot.smtp_url import parse_smtp_url

if TYPE_CHECKING:
    from bot.mailbox import Mailbox
    from bot.settings import Settings
    from bot.smtp_url import SmtpServer

_SIGN_IN = {530, 534, 535, 538}
"""Replies on how one signs in (RFC 4954)."""
_ENCRYPTION = {"tls": "TLS", "starttls": "STARTTLS", "none": "no encryption"}


async def examine_mail(settings: Settings, within_seconds: float) -> list[Finding]:
    """The server of ``settings``, if there is one."""
    if settings.smtp_url is None or settings.email_from is None:
        return [ok("mail", "not configured (no SMTP_URL and EMAIL_FROM)")]
    server = parse_smtp_url(settings.smtp_url.get_secret_value())
    return [await examine_server(server, parse_mailbox(settings.email_from), within_seconds)]


async def examine_server(server: SmtpServer, sender: Mailbox, within_seconds: float) -> Finding:
    """Connect, encrypt and sign in as for a mail of ``sender``, and take leave instead."""
    client = SMTP(
        hostname=server.host,
        port=server.port,
        username=server.username,
        password=server.password,
        use_tls=server.security == "tls",
        start_tls=server.security == "starttls",
        local_hostname=sender.domain,
        timeout=within_seconds,
    )
    try:
        await client.connect()
        tls = client.get_transport_info("ssl_object")
        await client.mail(sender.address)  # some servers ask for a sign-in only now
        with contextlib.suppress(SMTPException, OSError):
            await client.rset()
            await client.quit()
    except (SMTPException, OSError, ValueError) as error:
        return _trouble(error, server)
    finally:
        client.close()
    where = f"{server.host}:{server.port}"
    days = days_left(tls.getpeercert() if tls is not None else None, dt.datetime.now(dt.UTC))
    if days is not None:
        what = f"the certificate of {where} ends in {days} days"
        return warning("mail", what, "have whoever runs the mail server renew it")
    signed_in = "signed in" if server.username else "without a user"
    return ok("mail", f"{where}: {_ENCRYPTION[server.security]}, {signed_in}")


def about(settings: Settings) -> str:
    """The mail server by name."""
    if settings.smtp_url is None:
        return "the mail server"
    server = parse_smtp_url(settings.smtp_url.get_secret_value())
    return f"the mail server {server.host}:{server.port}"


def _trouble(error: Exception, server: SmtpServer) -> Finding:
    """Codes, not the server's words: these may name the user."""
    where = f"{server.host}:{server.port}"
    if isinstance(error, SMTPResponseException):
        return _refused(error, where)
    cause = error.__cause__ or error
    if isinstance(cause, socket.gaierror):
        return fault("mail", f"the name {server.host} is not known", "mend the host in SMTP_URL")
    if isinstance(cause, ssl.SSLCertVerificationError):
        what = f"the certificate of {where} is not trusted: {cause.verify_message}"
        return fault("mail", what, "have it renewed, or mend the host in SMTP_URL")
    if isinstance(cause, ssl.SSLError):
        what = f"{where} does not speak TLS ({cause.reason})"
        return fault("mail", what, "write smtp:// for STARTTLS in SMTP_URL, or mend its port")
    if type(cause) is SMTPException:  # the library has no type for what is not offered
        starttls = cause.message.startswith("SMTP STARTTLS")
        lacking = "STARTTLS" if starttls else "a way to sign in"
        what = f"{where} does not offer {lacking}"
        return fault("mail", what, "mend SMTP_URL: smtps://, another port, or ?tls=no")
    what = f"{where} does not answer ({type(cause).__name__})"
    return fault("mail", what, "see that it runs, and mend host and port in SMTP_URL")


def _refused(error: SMTPResponseException, where: str) -> Finding:
    if isinstance(error, SMTPAuthenticationError) or error.code in _SIGN_IN:
        what = f"{where} refuses user and password ({error.code})"
        mend = "mend them in SMTP_URL, percent-encoded; some servers want an application password"
        return fault("mail", what, mend)
    if isinstance(error, SMTPSenderRefused):
        what = f"{where} takes no mail from EMAIL_FROM ({error.code})"
        return fault("mail", what, "have the server let this sender use it, or mend EMAIL_FROM")
    what = f"{where} turns the assistant away ({error.code})"
    return fault("mail", what, "ask whoever runs the mail server")
