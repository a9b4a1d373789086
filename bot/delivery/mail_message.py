"""A card as a whole mail: headers, text, HTML, attachments. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import policy
from email.generator import BytesGenerator
from email.headerregistry import Address
from email.message import EmailMessage
from io import BytesIO
from typing import TYPE_CHECKING

from bot.delivery.cards.cleaning import clean_line, shortened
from bot.delivery.cards.content import content
from bot.delivery.cards.mail import to_html, to_text

if TYPE_CHECKING:
    import datetime as dt

    from bot.delivery.cards.content import Content
    from bot.mailbox import Mailbox
    from handlers.requests.model import Card
    from handlers.values import File
    from knowledge.model import KnowledgeBase

SUBJECT_LIMIT = 150
"""Characters of a subject: more than any list of mails shows."""
FILE_NAME_LIMIT = 120

_MEDIA_TYPE = re.compile(r"(application|audio|image|text|video)/([A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*)")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file and what it holds."""

    file: File
    content: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """What a mail is made of; ``left`` are files that are only named."""

    delivery_id: int
    created_at: dt.datetime
    card: Card
    sender: Mailbox
    recipient: Mailbox
    attachments: tuple[Attachment, ...] = ()
    left: tuple[File, ...] = ()


def build(mail: Mail, base: KnowledgeBase) -> EmailMessage:
    """``mail`` as it is sent, the same at each try.

    Its Message-ID is that of the delivery. All mails of a request name one more id as their
    root, so that mail programs show them as one conversation, whichever came first.
    """
    card, sender = mail.card, mail.sender
    shown = content(card, base, left=mail.left)
    reference = re.sub(r"[^A-Za-z0-9-]", "", card.request.reference)
    root = f"<{reference}@{sender.domain}>"
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = sender.header
    message["To"] = mail.recipient.header
    if shown.reply_to:
        message["Reply-To"] = Address(addr_spec=shown.reply_to)
    message["Subject"] = _header(_subject(card, shown), SUBJECT_LIMIT)
    message["Date"] = mail.created_at
    message["Message-ID"] = f"<{reference}.{mail.delivery_id}@{sender.domain}>"
    if card.news != "filed":
        message["In-Reply-To"] = root
    message["References"] = root
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(to_text(shown), cte="quoted-printable")
    message.add_alternative(to_html(shown), subtype="html", cte="quoted-printable")
    for attachment in mail.attachments:
        _attach(message, attachment)
    # Last: content that is set later takes such headers away.
    message["Content-Language"] = shown.language
    return message


def to_bytes(message: EmailMessage, *, utf8: bool) -> bytes:
    """``message`` as it is sent: 7 bits only, unless its addresses need ``utf8`` headers."""
    written = BytesIO()
    flat = (policy.SMTPUTF8 if utf8 else policy.SMTP).clone(cte_type="7bit")
    BytesGenerator(written, policy=flat).flatten(message)
    return written.getvalue()


def _subject(card: Card, shown: Content) -> str:
    match card.news:
        case "filed":
            return shown.subject
        case "undelivered" | "transferred" | "waiting":
            return f"{shown.title} · {clean_line(card.need)}"
        case _:
            return f"Re: {shown.subject}"


def _header(text: str, limit: int) -> str:
    """``text`` as the value of a header.

    The library reads encoded words (RFC 2047: ``=?utf-8?q?…?=``) also in what is set, and writes
    the line breaks that one of them may hold: what looks like one is broken up.
    """
    return shortened(clean_line(text).replace("=?", "= ?"), limit)


def _attach(message: EmailMessage, attachment: Attachment) -> None:
    """As bytes of its type; what could be taken for a part of the mail itself only as bytes."""
    found = _MEDIA_TYPE.fullmatch(attachment.file.media_type)
    main, sub = found.groups() if found else ("application", "octet-stream")
    name = re.sub(r"[/\\]", "_", _header(attachment.file.name, FILE_NAME_LIMIT)) or "document"
    message.add_attachment(attachment.content, maintype=main, subtype=sub, filename=name)
