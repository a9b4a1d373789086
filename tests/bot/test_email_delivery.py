"""Cards on their way to a mailbox, over real SMTP."""

from __future__ import annotations

import dataclasses
import datetime as dt
import shutil
import ssl
import subprocess
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.delivery import DeliveryError, PermanentError, TransientError, email
from bot.delivery.email import ATTACHMENTS_LIMIT_BYTES, EmailDelivery
from bot.delivery.files import FileUnavailableError
from bot.mailbox import parse_mailbox
from bot.smtp_url import parse_smtp_url
from bot.storage.records import OutboxItem
from handlers.requests.model import Card, Destination
from handlers.values import File
from tests.bot.cards.making import ADDED, BASE, FULL, MINIMAL, UNDELIVERED, WITHDRAWN, hostile
from tests.servers.smtp import METHOD, Received, SmtpTestServer
from tests.servers.telegram_faults import Fault, Kind, Planned

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

MAILBOX = "locaux@example.org"
SENDER = parse_mailbox("Assistant <assistant@example.fr>")
CREATED = dt.datetime(2026, 11, 25, 9, 42, tzinfo=dt.UTC)


class Files:
    """Files that a company sent, by their id."""

    def __init__(self) -> None:
        self.contents = {"plan": b"%PDF-1.7 plan", "front": b"\xff\xd8\xff front"}
        self.read_ids: list[str] = []
        self.away = False

    async def read(self, file: File) -> bytes:
        """As a FileSource does."""
        self.read_ids.append(file.id)
        if self.away:
            raise TransientError("Telegram is away")
        if file.id not in self.contents:
            raise FileUnavailableError("erased")
        return self.contents[file.id]


@pytest.fixture
def files() -> Files:
    """The files of the request."""
    return Files()


@pytest.fixture
async def server() -> AsyncIterator[SmtpTestServer]:
    """A mail server on this machine, without TLS."""
    async with SmtpTestServer().running() as running:
        yield running


def delivering(server: SmtpTestServer, files: Files, url: str = "") -> EmailDelivery:
    """A delivery to ``server``."""
    given = url or f"smtp://127.0.0.1:{server.port}"
    return EmailDelivery(parse_smtp_url(given), SENDER, files, lambda: BASE)


@pytest.fixture
def delivery(server: SmtpTestServer, files: Files) -> EmailDelivery:
    """A delivery to the server."""
    return delivering(server, files)


def item(card: Card, item_id: int = 31, address: str = MAILBOX) -> OutboxItem:
    """An outbox row of ``card``."""
    destination = Destination(channel="email", address=address)
    card = card.model_copy(update={"destination": destination})
    return OutboxItem(item_id, "email", address, "c", card, {}, 0, CREATED)


def with_files(*given: File) -> Card:
    """The full card with these files."""
    details = FULL.request.details.model_copy(update={"files": given})
    return FULL.model_copy(update={"request": FULL.request.model_copy(update={"details": details})})


async def failure(delivery: EmailDelivery, row: OutboxItem) -> DeliveryError:
    """The error that delivering ``row`` ends in."""
    with pytest.raises(DeliveryError) as caught:
        await delivery.deliver(row)
    return caught.value


def attachments(mail: Received) -> dict[str, tuple[str, bytes]]:
    """Type and content of each attached file by its name."""
    return {
        str(part.get_filename()): (part.get_content_type(), bytes(part.get_content()))
        for part in mail.message.iter_attachments()
    }


async def test_a_mail_has_the_card_as_text_and_html(
    server: SmtpTestServer, delivery: EmailDelivery
) -> None:
    """From the assistant, to the team, answered to the company."""
    await delivery.deliver(item(FULL))

    (mail,) = server.mails
    headers = mail.message
    assert (mail.sender, mail.recipients) == ("assistant@example.fr", (MAILBOX,))
    assert headers["From"] == "Assistant <assistant@example.fr>"
    assert headers["To"] == MAILBOX
    assert headers["Reply-To"] == "ada.martin@example.org"
    assert headers["Subject"] == "D-7K2M4 · Locaux ou terrain · Mécanique Exemple SAS"
    assert headers["Auto-Submitted"] == "auto-generated"
    assert headers["Date"].datetime == CREATED
    assert "triphasé" in mail.text
    assert "triphasé" in mail.html
    assert "En répondant à ce message" in mail.text


async def test_files_are_attached(server: SmtpTestServer, delivery: EmailDelivery) -> None:
    """With name, type and content."""
    await delivery.deliver(item(FULL))

    assert attachments(server.mails[0]) == {
        "plan-atelier.pdf": ("application/pdf", b"%PDF-1.7 plan"),
        "façade.jpg": ("image/jpeg", b"\xff\xd8\xff front"),
    }


async def test_without_an_address_nobody_is_told_to_answer(
    server: SmtpTestServer, delivery: EmailDelivery
) -> None:
    """There is no Reply-To, and the mail says so."""
    await delivery.deliver(item(MINIMAL))

    (mail,) = server.mails
    assert mail.message["Reply-To"] is None
    assert "Please do not answer this message" in mail.text


async def test_later_mails_hang_under_the_first(
    server: SmtpTestServer, delivery: EmailDelivery
) -> None:
    """Each has an id of its own and all the same root, so that programs show one conversation."""
    await delivery.deliver(item(FULL, 31))
    await delivery.deliver(item(ADDED, 44))
    await delivery.deliver(item(WITHDRAWN, 58))

    messages = [mail.message for mail in server.mails]
    assert [message["Message-ID"] for message in messages] == [
        "<D-7K2M4.31@example.fr>",
        "<D-7K2M4.44@example.fr>",
        "<D-7K2M4.58@example.fr>",
    ]
    assert {message["References"] for message in messages} == {"<D-7K2M4@example.fr>"}
    assert messages[1]["In-Reply-To"] == "<D-7K2M4@example.fr>"
    assert messages[1]["Subject"] == f"Re: {messages[0]['Subject']}"


async def test_what_could_not_be_delivered_says_so_in_its_subject(
    server: SmtpTestServer, delivery: EmailDelivery
) -> None:
    """The default team sees in its list of mails that it has to act."""
    await delivery.deliver(item(UNDELIVERED))
    subject = server.mails[0].message["Subject"]
    assert subject == "Demande D-7K2M4 non remise · Locaux ou terrain"


@pytest.mark.parametrize("kind", ["server_error", "closed", "cut"])
async def test_each_try_sends_the_same_mail(
    server: SmtpTestServer, delivery: EmailDelivery, kind: Kind
) -> None:
    """Same Message-ID, same date: where the last word was lost, a mailbox can tell the double."""
    server.faults = Planned(METHOD, deque([Fault(kind)]))

    assert isinstance(await failure(delivery, item(FULL)), TransientError)
    await delivery.deliver(item(FULL))

    assert server.doubles() == (1 if kind == "cut" else 0)
    assert {mail.message["Message-ID"] for mail in server.mails} == {"<D-7K2M4.31@example.fr>"}
    assert {mail.message["Date"] for mail in server.mails} == {"Wed, 25 Nov 2026 09:42:00 +0000"}


@pytest.mark.parametrize("kind", ["time_out", "late"])
async def test_a_server_that_says_nothing_is_not_waited_for(
    server: SmtpTestServer, files: Files, monkeypatch: pytest.MonkeyPatch, kind: Kind
) -> None:
    """It ends in a time-out, and is tried again."""
    monkeypatch.setattr(email, "TIMEOUT_SECONDS", 0.3)
    server.faults = Planned(METHOD, deque([Fault(kind)]))
    assert isinstance(await failure(delivering(server, files), item(FULL)), TransientError)


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("550 5.1.1 no such mailbox", PermanentError),
        ("552 5.2.2 mailbox full for good", PermanentError),
        ("450 4.2.0 greylisted, try later", TransientError),
        ("452 4.2.2 mailbox full", TransientError),
    ],
)
async def test_a_refusal_says_whether_to_try_again(
    server: SmtpTestServer, delivery: EmailDelivery, reply: str, expected: type[DeliveryError]
) -> None:
    """4xx is tried again, 5xx given up, in the server's own words."""
    server.refusals[MAILBOX] = reply
    error = await failure(delivery, item(FULL))
    assert type(error) is expected
    assert str(error) == reply


async def test_a_server_that_is_away_is_tried_again(files: Files) -> None:
    """Nobody listens: nothing is lost."""
    async with SmtpTestServer().running() as gone:
        pass
    error = await failure(delivering(gone, files), item(FULL))
    assert isinstance(error, TransientError)
    assert not error.whole_channel


async def test_a_wrong_password_holds_all_mails_and_loses_none(files: Files) -> None:
    """It is not the mail's fault; somebody will mend the setting."""
    async with SmtpTestServer(credentials=("assistant", "p@ss/word")).running() as server:
        wrong = delivering(server, files, f"smtp://assistant:no@127.0.0.1:{server.port}")
        error = await failure(wrong, item(FULL))
        assert isinstance(error, TransientError)
        assert error.whole_channel

        url = f"smtp://assistant:p%40ss%2Fword@127.0.0.1:{server.port}"
        await delivering(server, files, url).deliver(item(FULL))
        assert len(server.mails) == 1


async def test_files_over_the_limit_are_named(
    server: SmtpTestServer, delivery: EmailDelivery, files: Files
) -> None:
    """What fits is attached; what does not, or is gone, is listed, and not even fetched."""
    files.contents["half"] = b"x" * (ATTACHMENTS_LIMIT_BYTES // 2)
    files.contents["lied"] = b"x" * ATTACHMENTS_LIMIT_BYTES
    big = ATTACHMENTS_LIMIT_BYTES + 1
    given = with_files(
        File(channel="web", id="huge", name="film.mp4", size_bytes=big),
        File(channel="web", id="half", name="plan.dwg", media_type="no type\r\nX: y"),
        File(channel="web", id="lied", name="autre.bin"),
        File(channel="web", id="erased", name="bail.pdf"),
        File(channel="web", id="plan", name="../../notes.txt", media_type="message/rfc822"),
    )
    await delivery.deliver(item(given))

    (mail,) = server.mails
    assert {name: kind for name, (kind, _) in attachments(mail).items()} == {
        "plan.dwg": "application/octet-stream",
        ".._.._notes.txt": "application/octet-stream",
    }
    assert "indisponibles) :\n- film.mp4 (10,0 Mo)\n- autre.bin\n- bail.pdf" in mail.text
    assert "huge" not in files.read_ids


async def test_a_programme_under_a_documents_name_is_not_passed_on(
    server: SmtpTestServer, delivery: EmailDelivery, files: Files
) -> None:
    """Telegram tells the name that its sender gave: what is in the file counts."""
    files.contents["bad"] = b"MZ\x90\x00" + bytes(60)
    files.contents["good"] = b"%PDF-1.7\n"
    given = with_files(
        File(channel="telegram", id="bad", name="plan.pdf"),
        File(channel="telegram", id="good", name="bail.pdf"),
    )
    await delivery.deliver(item(given))
    (mail,) = server.mails
    assert set(attachments(mail)) == {"bail.pdf"}
    assert "plan.pdf" in mail.text


async def test_a_mail_does_not_wait_for_ever_for_its_files(
    server: SmtpTestServer, delivery: EmailDelivery, files: Files
) -> None:
    """Where Telegram, which has them, is away for long, the team reads the request all the same."""
    files.away = True
    assert isinstance(await failure(delivery, item(FULL)), TransientError)
    assert not server.mails

    await delivery.deliver(dataclasses.replace(item(FULL), attempts=email.FILES_ATTEMPTS))

    (mail,) = server.mails
    assert not attachments(mail)
    assert "indisponibles) :\n- plan-atelier.pdf (1,2 Mo)\n- façade.jpg (340 Ko)" in mail.text


async def test_a_mailbox_of_another_alphabet_is_reached(
    server: SmtpTestServer, delivery: EmailDelivery
) -> None:
    """A domain in its ASCII form; a name before the @ by SMTPUTF8."""
    await delivery.deliver(item(FULL, 1, "locaux@société.example"))
    await delivery.deliver(item(FULL, 2, "équipe@example.org"))

    first, second = server.mails
    assert first.recipients == ("locaux@xn--socit-esab.example",)
    assert second.recipients == ("équipe@example.org",)
    assert second.message["To"] == "équipe@example.org"


async def test_a_server_without_smtputf8_is_told_apart(files: Files) -> None:
    """Such a mailbox cannot be reached through it, ever."""
    async with SmtpTestServer(smtputf8=False).running() as server:
        error = await failure(delivering(server, files), item(FULL, 2, "équipe@example.org"))
    assert type(error) is PermanentError


async def test_what_is_no_address_is_given_up(delivery: EmailDelivery) -> None:
    """It is not put on the server's command line."""
    row = item(FULL, 1, "locaux@example.org> SIZE=1\r\nRCPT TO:<all@example.org")
    assert type(await failure(delivery, row)) is PermanentError


@pytest.mark.parametrize(
    "text",
    ["x\r\nBcc: all@example.org\r\n\r\n<p>", "=?utf-8?q?x=0D=0ABcc:_a@b.example?=", "<b>\u202ex"],
)
async def test_no_field_adds_a_header(
    server: SmtpTestServer, delivery: EmailDelivery, text: str
) -> None:
    """Over the wire, as the receiving program parses it: nobody else gets the mail."""
    await delivery.deliver(item(hostile(text)))

    (mail,) = server.mails
    assert mail.recipients == (MAILBOX,)
    assert set(mail.message.keys()) == {
        "From", "To", "Subject", "Date", "Message-ID", "References", "Auto-Submitted",
        "Content-Language", "MIME-Version", "Content-Type",
    }  # fmt: skip
    assert "\n" not in mail.message["Subject"]


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Key and certificate of 127.0.0.1, signed by itself, in one file."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("there is no openssl to make a certificate with")
    folder = tmp_path_factory.mktemp("tls")
    command = (
        f"{openssl} req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 "
        f"-addext subjectAltName=IP:127.0.0.1 -keyout {folder}/key.pem -out {folder}/cert.pem"
    )
    subprocess.run(command.split(), check=True, capture_output=True)  # noqa: S603 - our own words
    both = folder / "both.pem"
    both.write_bytes((folder / "key.pem").read_bytes() + (folder / "cert.pem").read_bytes())
    return both


@pytest.mark.parametrize(("scheme", "from_start"), [("smtps", True), ("smtp+starttls", False)])
async def test_other_machines_are_spoken_to_in_secret(
    certificate: Path,
    files: Files,
    monkeypatch: pytest.MonkeyPatch,
    scheme: str,
    *,
    from_start: bool,
) -> None:
    """With a certificate that is trusted the mail goes out, encrypted; with another it waits."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    async with SmtpTestServer(tls=context, tls_from_start=from_start).running() as server:
        url = f"smtps://127.0.0.1:{server.port}"
        smtp = parse_smtp_url(url)
        if scheme != "smtps":
            smtp = parse_smtp_url(f"smtp://mail.example.org:{server.port}")
            smtp = type(smtp)("127.0.0.1", server.port, smtp.security)
        delivery = EmailDelivery(smtp, SENDER, files, lambda: BASE)

        assert isinstance(await failure(delivery, item(MINIMAL)), TransientError)
        assert not server.mails

        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        await delivery.deliver(item(MINIMAL))
        assert server.mails[0].encrypted


async def test_a_server_without_starttls_gets_nothing(server: SmtpTestServer, files: Files) -> None:
    """What companies write crosses no network in the clear because somebody strips an offer."""
    remote = parse_smtp_url(f"smtp://mail.example.org:{server.port}")
    smtp = type(remote)("127.0.0.1", server.port, remote.security)
    error = await failure(EmailDelivery(smtp, SENDER, files, lambda: BASE), item(FULL))
    assert isinstance(error, TransientError)
    assert "STARTTLS" in str(error)
    assert not server.mails


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtps://u:p@mail.example.org", ("mail.example.org", 465, "tls", "u", "p")),
        ("smtp://u:p%40x@mail.example.org", ("mail.example.org", 587, "starttls", "u", "p@x")),
        ("smtp://mail.example.org:2525/", ("mail.example.org", 2525, "starttls", None, None)),
        ("smtp://localhost", ("localhost", 25, "none", None, None)),
        ("smtp://[::1]:2525", ("::1", 2525, "none", None, None)),
        ("smtp://relay:25?tls=no", ("relay", 25, "none", None, None)),
    ],
)
def test_smtp_url_has_a_clear_rule(url: str, expected: tuple[object, ...]) -> None:
    """TLS is the rule; only this machine, or an explicit word, goes without."""
    server = parse_smtp_url(url)
    found = (server.host, server.port, server.security, server.username, server.password)
    assert found == expected
    assert "password" not in repr(server)


@pytest.mark.parametrize(
    "url",
    [
        "mail.example.org", "http://x", "smtp://", "smtp://h/x", "smtp://h?tls=maybe",
        "smtps://h?tls=no", "smtp://h:port",
    ],
)  # fmt: skip
def test_what_is_no_smtp_url_is_refused(url: str) -> None:
    """At start, not at the first mail."""
    with pytest.raises(ValueError, match=r"\w"):
        parse_smtp_url(url)
