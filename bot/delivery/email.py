"""Sending cards by mail."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
from typing import TYPE_CHECKING

from aiosmtplib import SMTP
from aiosmtplib.errors import (
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPServerDisconnected,
    SMTPTimeoutError,
)

from bot.delivery import DeliveryError, PermanentError, TransientError
from bot.delivery.cards.cleaning import clean_line
from bot.delivery.cards.content import card_files
from bot.delivery.files import FileUnavailableError
from bot.delivery.mail_message import Attachment, Mail, build, to_bytes
from bot.mailbox import Mailbox, parse_mailbox
from bot.media_types import recognise
from bot.telegram_client import CHANNEL as TELEGRAM
from handlers.requests.model import Card

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.delivery.files import FileSource
    from bot.smtp_url import SmtpServer
    from bot.storage.records import OutboxItem
    from handlers.values import File
    from knowledge.model import KnowledgeBase

ATTACHMENTS_LIMIT_BYTES = 10_000_000
"""All of a mail's files together; encoded that is 14 MB, which most mailboxes take."""
TIMEOUT_SECONDS = 30.0
FILES_ATTEMPTS = 6
"""From this try on (about a minute) a mail no longer waits for files that cannot be fetched."""
SERVER_RETRY_SECONDS = 60.0
"""Before the next try while the server refuses the assistant itself."""

_ADDRESS = re.compile(r"[^\s<>,;:]+@[^\s<>,;:]+")
_FIRST_PERMANENT = 500
_SIGN_IN = {530, 534, 535, 538}
"""Replies on how the assistant signs in (RFC 4954): not the mail's fault."""

logger = logging.getLogger(__name__)


class EmailDelivery:
    """Sends a card as one mail, each over a connection of its own.

    At least once: where the connection is lost before the server's last word, the mail goes
    out again under the same Message-ID, by which mailboxes can tell a double.
    """

    def __init__(
        self,
        server: SmtpServer,
        sender: Mailbox,
        files: FileSource,
        knowledge: Callable[[], KnowledgeBase],
    ) -> None:
        self._server = server
        self._sender = sender
        self._files = files
        self._knowledge = knowledge

    async def deliver(self, item: OutboxItem) -> None:
        """Send ``item``.

        Raises:
            TransientError: the network, the server, or a reply of 4xx.
            PermanentError: the server refuses the mail (5xx), or the address is none.
        """
        card = item.payload
        if not isinstance(card, Card):
            raise PermanentError("no card")
        try:
            recipient = parse_mailbox(item.address)
        except ValueError as error:
            raise PermanentError(f"{item.address}: {error}") from None
        attachments, left = await self._attachments(item, card)
        mail = Mail(
            delivery_id=item.id,
            created_at=item.created_at,
            card=card,
            sender=self._sender,
            recipient=recipient,
            attachments=tuple(attachments),
            left=tuple(left),
        )
        message = build(mail, self._knowledge())
        utf8 = not recipient.address.isascii()
        # In a thread: ten megabytes take long enough to be felt by those who chat meanwhile.
        content = await asyncio.to_thread(to_bytes, message, utf8=utf8)
        await self._send(recipient.address, content, utf8=utf8)

    async def _attachments(
        self, item: OutboxItem, card: Card
    ) -> tuple[list[Attachment], list[File]]:
        """The files that fit, and those that are only named."""
        attachments: list[Attachment] = []
        left: list[File] = []
        room = ATTACHMENTS_LIMIT_BYTES
        for file in card_files(card):
            content = await self._read(item, file) if (file.size_bytes or 0) <= room else None
            if content is None or len(content) > room:
                left.append(file)
            else:
                attachments.append(Attachment(file, content))
                room -= len(content)
        return attachments, left

    async def _read(self, item: OutboxItem, file: File) -> bytes | None:
        try:
            content = await self._files.read(file)
        except FileUnavailableError as error:
            logger.warning("a file cannot be passed on: %s", error)
            return None
        except TransientError as error:
            if item.attempts < FILES_ATTEMPTS:
                raise
            logger.warning("delivery %d goes without a file: %s", item.id, error)
            return None
        # Pages' uploads were looked into when they came; Telegram tells what a sender says.
        if file.channel == TELEGRAM and not await asyncio.to_thread(recognise, content, file.name):
            logger.warning("delivery %d goes without a file of no accepted kind", item.id)
            return None
        return content

    async def _send(self, address: str, content: bytes, *, utf8: bool) -> None:
        server = self._server
        client = SMTP(
            hostname=server.host,
            port=server.port,
            username=server.username,
            password=server.password,
            use_tls=server.security == "tls",
            start_tls=server.security == "starttls",
            local_hostname=self._sender.domain,
            timeout=TIMEOUT_SECONDS,
        )
        try:
            try:
                await client.connect()
            except (SMTPException, OSError) as error:
                raise _server_error(error) from error
            options = ["SMTPUTF8"] if utf8 else []
            try:
                await client.sendmail(self._sender.address, address, content, mail_options=options)
            except (SMTPException, OSError, ValueError) as error:
                raise _mail_error(error) from error
            # It is accepted: how the server says goodbye changes nothing.
            with contextlib.suppress(SMTPException, OSError):
                await client.quit()
        finally:
            client.close()


def _server_error(error: Exception) -> DeliveryError:
    """It came to no mail at all: a password or a setting can be mended, an outage ends."""
    away = isinstance(error, ConnectionError | SMTPTimeoutError | OSError)
    if away and not isinstance(error, SMTPResponseException):
        return TransientError(f"SMTP server: {_text(error)}")
    return TransientError(
        f"SMTP server: {_text(error)}",
        retry_after_seconds=SERVER_RETRY_SECONDS,
        whole_channel=True,
    )


def _mail_error(error: Exception) -> DeliveryError:
    if isinstance(error, SMTPRecipientsRefused):
        error = error.recipients[0]
    if isinstance(error, SMTPResponseException):
        if error.code in _SIGN_IN:
            return _server_error(error)
        kind = PermanentError if error.code >= _FIRST_PERMANENT else TransientError
        return kind(_text(error))
    if isinstance(error, SMTPNotSupported | ValueError):
        return PermanentError(_text(error))
    if isinstance(error, SMTPServerDisconnected | SMTPTimeoutError):
        return TransientError(_text(error))
    return TransientError(type(error).__name__)


def _text(error: Exception) -> str:
    """``error`` for a log line: the server's words, but no address that it quotes of the mail."""
    if isinstance(error, SMTPResponseException):
        return f"{error.code} {_words(error.message)}"[:200]
    if isinstance(error, SMTPException):
        return f"{type(error).__name__}: {_words(error.message)}"[:200]
    return type(error).__name__


def _words(message: object) -> str:
    return _ADDRESS.sub("…@…", clean_line(str(message)))
