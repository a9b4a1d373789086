"""Sending cards to a webhook, signed as Standard Webhooks 1.0.0 has it.

The specification: https://github.com/standard-webhooks/standard-webhooks. docs/webhooks.md is for
those who receive.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import hmac
import re
import time
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from aiohttp import ClientError, ClientSession, ClientTimeout, DummyCookieJar, InvalidURL

from bot.delivery import PermanentError, TransientError
from bot.delivery.cards.webhook import body
from handlers.requests.model import Card

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bot.storage.records import OutboxItem

BODY_LIMIT_BYTES = 1_000_000
TIMEOUT = ClientTimeout(total=20.0, sock_connect=10.0)
"""The specification recommends 15 to 30 seconds."""
LONGEST_RETRY_AFTER_SECONDS = 6 * 3600.0
"""A receiver that asks for more is tried again before."""
PREFIX = "WEBHOOK_SECRET_"
"""Environment variables that hold keys begin with it."""
SECRET_PREFIX = "whsec_"  # noqa: S105 - the specification's, not a secret
SECRET_BYTES = range(24, 65)
"""Length of a key, as the specification has it."""

_PASSING = {408, 409, 425, 429}
"""Refusals that pass: too slow, still at the first try of this id, too early, too many."""
_OK = range(200, 300)
_REDIRECT = range(300, 400)
_CLIENT_ERROR = range(400, 500)
_GONE = 410


def parse_secret(written: str) -> bytes:
    """A key as ``whsec_`` and base64.

    Raises:
        ValueError: it is none; the message quotes nothing of it.
    """
    encoded = written.strip().removeprefix(SECRET_PREFIX)
    try:
        key = base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("is not whsec_ and base64") from None
    if len(key) not in SECRET_BYTES:
        raise ValueError("holds a key of fewer than 24 or more than 64 bytes")
    return key


def sign(key: bytes, webhook_id: str, timestamp: int, content: bytes) -> str:
    """One signature: ``v1,`` and base64 of HMAC-SHA256 over id, timestamp and body."""
    signed = f"{webhook_id}.{timestamp}.".encode() + content
    digest = hmac.new(key, signed, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode("ascii")


class WebhookDelivery:
    """Posts a card as JSON.

    At least once: each try has the same ``webhook-id`` and body, by which the receiver tells a
    double; time stamp and signature are new.
    """

    def __init__(
        self,
        session: ClientSession,
        secrets: Mapping[str, Sequence[bytes]],
        clock: Callable[[], float] = time.time,
    ) -> None:
        """``secrets`` by name: the newest key first, and old ones until receivers have changed."""
        self._session = session
        self._secrets = secrets
        self._clock = clock

    async def deliver(self, item: OutboxItem) -> None:
        """Send ``item``.

        Raises:
            TransientError: the network, a 5xx, or a refusal that passes.
            PermanentError: any other refusal, a redirect, or more than may be sent.
        """
        card = item.payload
        if not isinstance(card, Card):
            raise PermanentError("no card")
        keys = self._secrets.get(card.destination.secret)
        if not keys:
            name = variable(card.destination.secret)
            raise TransientError(f"{name} is not set", retry_after_seconds=60.0)
        webhook_id = _webhook_id(card.request.reference, item.id)
        content = body(card, webhook_id, item.created_at)
        if len(content) > BODY_LIMIT_BYTES:
            raise PermanentError(f"{len(content)} bytes are more than may be sent")
        timestamp = int(self._clock())
        headers = {
            "Content-Type": "application/json",
            "webhook-id": webhook_id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": " ".join(
                sign(key, webhook_id, timestamp, content) for key in keys
            ),
        }
        await self._post(item.address, content, headers)

    async def _post(self, url: str, content: bytes, headers: dict[str, str]) -> None:
        try:
            async with self._session.post(
                url, data=content, headers=headers, timeout=TIMEOUT, allow_redirects=False
            ) as response:
                status, retry_after = response.status, response.headers.get("Retry-After", "")
        except InvalidURL:
            raise PermanentError("the address is none") from None
        except (ClientError, TimeoutError, OSError) as error:
            # Not its message, which may hold the address, and with it a token.
            raise TransientError(type(error).__name__) from error
        self._judge(status, retry_after)

    def _judge(self, status: int, retry_after: str) -> None:
        if status in _OK:
            return
        if status == _GONE:
            raise PermanentError("410: the receiver wants no more; take it out of routing.yaml")
        if status in _REDIRECT:
            raise PermanentError(f"{status}: redirects are not followed; mend routing.yaml")
        if status in _CLIENT_ERROR and status not in _PASSING:
            raise PermanentError(str(status))
        seconds = _seconds(retry_after, self._clock())
        raise TransientError(str(status), retry_after_seconds=seconds)


def webhook_session() -> ClientSession:
    """The session that webhooks are called with: nothing is kept from one to the next."""
    return ClientSession(
        cookie_jar=DummyCookieJar(), headers={"User-Agent": "territoire-assistant"}
    )


def variable(secret: str) -> str:
    """The environment variable that holds the keys of that name."""
    return PREFIX + secret.upper()


def _webhook_id(reference: str, delivery_id: int) -> str:
    """Without a full stop, which would let it pass for more than the id in what is signed."""
    return f"{re.sub(r'[^A-Za-z0-9-]', '', reference)}-{delivery_id}"


def _seconds(retry_after: str, now: float) -> float | None:
    """``Retry-After``, a number of seconds or a date (RFC 9110), if it makes sense."""
    if re.fullmatch(r"\d{1,9}", retry_after, re.ASCII):
        seconds = float(retry_after)
    else:
        try:
            at = parsedate_to_datetime(retry_after)
        except ValueError:
            return None
        seconds = at.replace(tzinfo=at.tzinfo or dt.UTC).timestamp() - now
    return min(max(seconds, 0.0), LONGEST_RETRY_AFTER_SECONDS)
