"""A mail as the receiving program parses it, whatever a company wrote."""

from __future__ import annotations

import email
import email.policy
import unicodedata
from email.message import EmailMessage

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.delivery.mail_message import Attachment, Mail, build, to_bytes
from bot.mailbox import Mailbox, parse_mailbox
from handlers.requests.model import Card
from handlers.values import File
from tests.bot.cards.making import BASE, CONSENTED, FULL, hostile

SENDER = parse_mailbox("Assistant <assistant@example.fr>")
TEAM = parse_mailbox("locaux@example.org")
HEADERS = {
    "From", "To", "Subject", "Date", "Message-ID", "References", "Auto-Submitted",
    "Content-Language", "MIME-Version", "Content-Type",
}  # fmt: skip
NEWS = ["filed", "added", "withdrawn", "undelivered"]
ENCODED = "=?utf-8?q?x=0D=0ABcc:_all@example.org?="

texts = st.one_of(
    st.text(max_size=60),
    st.text(alphabet=st.sampled_from(list('=?utf-8?q?b?=0D0A\r\n:<>@,;"\\ é\u202e')), max_size=80),
)


def received(card: Card, *attachments: Attachment, recipient: Mailbox = TEAM) -> EmailMessage:
    """The mail of ``card`` after it went over the wire."""
    mail = Mail(31, CONSENTED, card, SENDER, recipient, attachments)
    raw = to_bytes(build(mail, BASE), utf8=not recipient.address.isascii())
    assert raw.replace(b"\r\n", b"").count(b"\n") == 0
    assert max(map(len, raw.split(b"\r\n"))) <= 998  # RFC 5322
    parsed = email.message_from_bytes(raw, EmailMessage, policy=email.policy.default)
    assert not parsed.defects
    return parsed


def named(name: str, media_type: str = "application/pdf") -> Attachment:
    """A file of that name."""
    return Attachment(File(channel="web", id="1", name=name, media_type=media_type), b"content")


@settings(max_examples=200)
@given(text=texts, news=st.sampled_from(NEWS))
@example(text=ENCODED, news="filed")
@example(text=ENCODED[:40] + " " + ENCODED, news="added")
def test_no_text_makes_a_header(text: str, news: str) -> None:
    """Parsed, there are the headers that we set and no other, and one recipient."""
    message = received(hostile(text, news), named(text, text))
    expected = HEADERS if news == "filed" else HEADERS | {"In-Reply-To"}
    assert set(message.keys()) - {"Reply-To"} == expected
    assert message["To"] == "locaux@example.org"
    for name in ("Subject", "From", "To"):
        assert not {"Cc", "Cf"} & {unicodedata.category(sign) for sign in message[name]}
    (attachment,) = message.iter_attachments()
    assert set(attachment.keys()) == {
        "Content-Type",
        "Content-Transfer-Encoding",
        "Content-Disposition",
        "MIME-Version",
    }
    assert attachment.get_content_disposition() == "attachment"
    assert not set(str(attachment.get_filename())) & set("\r\n/\\")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("façade.jpg", "façade.jpg"),
        ("../../etc/passwd", ".._.._etc_passwd"),
        ('a"; filename="b.exe', 'a"; filename="b.exe'),
        ("plan\u202efdp.exe", "planfdp.exe"),
        ("\u200b", "document"),
    ],
)
def test_a_files_name_arrives_as_it_is_shown(name: str, shown: str) -> None:
    """Whatever is in it, it names one file and nothing else."""
    (attachment,) = received(FULL, named(name)).iter_attachments()
    assert attachment.get_filename() == shown
    assert attachment.get_payload(decode=True) == b"content"


@pytest.mark.parametrize(
    ("media_type", "sent"),
    [
        ("image/png", "image/png"),
        ("text/html", "text/html"),
        ("message/rfc822", "application/octet-stream"),
        ("multipart/mixed", "application/octet-stream"),
        ("image/png; x=y", "application/octet-stream"),
        ("nonsense", "application/octet-stream"),
    ],
)
def test_a_files_type_is_one_of_a_file(media_type: str, sent: str) -> None:
    """Nothing attached is read as a mail of its own."""
    (attachment,) = received(FULL, named("x", media_type)).iter_attachments()
    assert attachment.get_content_type() == sent


def test_a_long_subject_is_cut_for_the_list_of_mails() -> None:
    """Reference and need are in front."""
    card = FULL.model_copy(update={"need": "besoin " * 100})
    subject = received(card)["Subject"]
    assert len(subject) <= 150
    assert subject.startswith("D-7K2M4 · besoin")


def test_a_recipient_of_another_alphabet_is_in_the_header() -> None:
    """As UTF-8, which the server was asked for."""
    message = received(FULL, recipient=parse_mailbox("équipe@example.org"))
    assert message["To"] == "équipe@example.org"
    assert message["Subject"] == "D-7K2M4 · Locaux ou terrain · Mécanique Exemple SAS"
