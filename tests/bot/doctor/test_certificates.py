"""Mail servers and receivers of webhooks over TLS: trusted, expired, about to expire, none."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import TYPE_CHECKING

import pytest
from aiohttp import web

from bot.doctor.certificates import days_left
from bot.doctor.mail import examine_server
from bot.doctor.webhooks import Receiver, examine_receiver
from bot.mailbox import parse_mailbox
from bot.smtp_url import SmtpServer
from tests.servers.certificates import certificate, server_context
from tests.servers.raw import raw_server
from tests.servers.smtp import SmtpTestServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.smtp_url import Security

SENDER = parse_mailbox("assistant@example.org")
DAY = dt.timedelta(days=1)
VALID = {
    "long": (-DAY, 90 * DAY),
    "soon": (-60 * DAY, 3 * DAY + dt.timedelta(hours=1)),
    "over": (-60 * DAY, -DAY),
}
PROBLEMS = {
    "long": "",
    "soon": "ends in 3 days",
    "over": "is not trusted: certificate has expired",
}


@pytest.fixture(scope="module", params=list(VALID))
def made(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, Path]:
    """How long it is valid, and a certificate that is."""
    folder = tmp_path_factory.mktemp("tls") / request.param
    return request.param, certificate(folder, *VALID[request.param])


@pytest.fixture
async def receiver(made: tuple[str, Path]) -> AsyncIterator[Receiver]:
    """A server with that certificate, which takes nothing."""
    runner = web.AppRunner(web.Application(), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=server_context(made[1])).start()
    yield Receiver("https", "127.0.0.1", runner.addresses[0][1], ("sites",))
    await runner.cleanup()


def level(which: str) -> str:
    """What is to be said of such a certificate, where it is trusted."""
    return {"long": "ok", "soon": "warning", "over": "fault"}[which]


async def test_a_receivers_certificate(
    made: tuple[str, Path], receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unknown, it is a fault; known, it depends on how long it is still valid."""
    (found,) = await examine_receiver(receiver)
    assert found.level == "fault"
    assert "certificate is not trusted" in found.what

    which, path = made
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    (found,) = await examine_receiver(receiver)
    assert (found.level, PROBLEMS[which] in found.what) == (level(which), True)


@pytest.mark.parametrize("security", ["tls", "starttls"])
async def test_a_mail_servers_certificate(
    made: tuple[str, Path], security: Security, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same, from the start or after STARTTLS; no mail is sent."""
    which, path = made
    tls = {"tls": server_context(path), "tls_from_start": security == "tls"}
    async with SmtpTestServer(**tls).running() as smtp:  # type: ignore[arg-type]
        server = SmtpServer("127.0.0.1", smtp.port, security)
        unknown = await examine_server(server, SENDER, 30.0)
        monkeypatch.setenv("SSL_CERT_FILE", str(path))
        known = await examine_server(server, SENDER, 30.0)

        assert unknown.level == "fault"
        assert "is not trusted" in unknown.what
        assert (known.level, PROBLEMS[which] in known.what) == (level(which), True)
        assert smtp.mails == []


async def test_a_mail_server_that_speaks_otherwise() -> None:
    """No STARTTLS offered, no TLS from the start, a sign-in asked for."""
    async with SmtpTestServer().running() as smtp:
        for security, what in (
            ("starttls", "does not offer STARTTLS"),
            ("tls", "does not speak TLS"),
        ):
            server = SmtpServer("127.0.0.1", smtp.port, security)  # type: ignore[arg-type]
            found = await examine_server(server, SENDER, 30.0)
            assert (found.level, what in found.what) == ("fault", True), found
        smtp.credentials = ("assistant", "x")
        server = SmtpServer("127.0.0.1", smtp.port, "none")
        found = await examine_server(server, SENDER, 30.0)
        assert "refuses user and password (530)" in found.what


@pytest.mark.parametrize(
    ("greeting", "what"),
    [
        ("220 mail.test", "does not offer a way to sign in"),
        ("554 5.7.1 your address is on a list", "turns the assistant away (554)"),
    ],
)
async def test_a_mail_server_that_wants_nothing_of_us(greeting: str, what: str) -> None:
    """It knows no users, or does not even let us in."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(f"{greeting}\r\n".encode())
        while await reader.readline():
            writer.write(b"250 mail.test\r\n")

    async with raw_server(talk) as port:
        server = SmtpServer("127.0.0.1", port, "none", "assistant", "x")
        found = await examine_server(server, SENDER, 30.0)
    assert (found.level, found.what) == ("fault", f"127.0.0.1:{port} {what}")


async def test_a_sender_that_is_refused() -> None:
    """The server would not take what EMAIL_FROM stands for."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.test\r\n")
        while line := await reader.readline():
            refused = line.upper().startswith(b"MAIL")
            writer.write(b"550 not yours\r\n" if refused else b"250 mail.test\r\n")

    async with raw_server(talk) as port:
        found = await examine_server(SmtpServer("127.0.0.1", port, "none"), SENDER, 30.0)
    assert (found.level, "takes no mail from EMAIL_FROM (550)" in found.what) == ("fault", True)


async def test_a_mail_server_whose_name_nobody_knows() -> None:
    """Told as such, since the mend is in the name."""
    server = SmtpServer("mail.example.invalid", 25, "none")
    found = await examine_server(server, SENDER, 30.0)
    assert (found.level, found.what) == ("fault", "the name mail.example.invalid is not known")


async def test_a_receiver_that_speaks_no_tls() -> None:
    """The address says https, the server http."""
    runner = web.AppRunner(web.Application(), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    (found,) = await examine_receiver(
        Receiver("https", "127.0.0.1", runner.addresses[0][1], ("sites",))
    )
    await runner.cleanup()
    assert (found.level, "no TLS can be agreed on" in found.what) == ("fault", True)


def test_certificates_for_some_days_are_renewed_in_their_last_third() -> None:
    """They would else be warned of for as long as they live."""
    now = dt.datetime(2026, 11, 25, tzinfo=dt.UTC)
    short = {"notBefore": "Nov 24 00:00:00 2026 GMT", "notAfter": "Nov 30 00:00:00 2026 GMT"}
    assert days_left(short, now) is None
    assert days_left(short, now + 3.5 * DAY) == 1
    assert days_left(None, now) is None
