"""Telegram: the token first; what else there is to ask only if that is good."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from telegram.error import EndPointNotFound, InvalidToken, TelegramError

from bot.channels.telegram import WEBHOOK_PATH
from bot.channels.telegram_updates import ALLOWED_UPDATES
from bot.doctor.bot_api import Json, call
from bot.doctor.examining import Examination, examine_all
from bot.doctor.finding import Finding, fault, ok, warning
from bot.doctor.groups import examine_group, groups_of
from bot.listing.text import cut, harmless
from bot.telegram_client import error_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from telegram import Bot

    from bot.settings import Settings
    from knowledge.model import Routing

MANY_PENDING = 100
"""Updates that Telegram holds for us; more are a backlog."""
RECENT_SECONDS = 3600.0
"""An error of Telegram's calls that is older is over."""
_NOT_BY_DEFAULT = {"chat_member", "message_reaction", "message_reaction_count"}
"""What a webhook without ``allowed_updates`` does not get (Bot API, ``setWebhook``)."""
_LONGEST_ERROR = 100


async def examine_telegram(
    bot: Bot | None, settings: Settings, routing: Routing, within_seconds: float
) -> tuple[Finding, ...]:
    """Token, updates and groups; each has its own time, and the token is asked for first."""
    if bot is None:
        return (ok("telegram", "not configured (no TELEGRAM_BOT_TOKEN)"),)
    me: Json = {}

    async def examine_token() -> list[Finding]:
        return await _examine_token(bot, me)

    token = Examination("telegram", _server(settings), examine_token)
    first = await examine_all([token], within_seconds)
    if not me:
        return first

    async def examine_updates() -> list[Finding]:
        info = await call(bot, "getWebhookInfo")
        return _updates(Webhook.of(info), settings, dt.datetime.now(dt.UTC))

    rest = [Examination("updates", f"{_server(settings)} (getWebhookInfo)", examine_updates)]
    rest += [
        Examination("groups", str(group), partial(examine_group, bot, me, group))
        for group in groups_of(routing)
    ]
    return first + await examine_all(rest, within_seconds)


def in_use(trouble: str | None) -> list[Finding]:
    """What keeps the channel of a running assistant from taking messages in, if anything."""
    if trouble is None:
        return []
    return [fault("telegram", trouble, "`doctor` says more")]


def _server(settings: Settings) -> str:
    return f"Telegram at {urlsplit(settings.telegram_api_url).netloc}"


async def _examine_token(bot: Bot, me: Json) -> list[Finding]:
    """Fills ``me`` with who the token's bot is."""
    try:
        me.update(await call(bot, "getMe"))
    except (InvalidToken, EndPointNotFound) as error:
        mend = "copy TELEGRAM_BOT_TOKEN from @BotFather again, whole; after /revoke the new one"
        return [fault("telegram", error_text(error), mend)]
    except TelegramError as error:
        what = f"does not answer: {error_text(error)}"
        mend = "see that this machine reaches it (firewall, HTTPS_PROXY, TELEGRAM_API_URL)"
        return [fault("telegram", what, mend)]
    # Commands, buttons and replies to its own messages reach a bot in either mode.
    mode = "off" if me.get("can_read_all_group_messages") else "on"
    return [ok("telegram", f"@{me.get('username')}; privacy mode is {mode}, either will do")]


@dataclass(frozen=True, slots=True)
class Webhook:
    """What Telegram says of where it sends updates; ``url`` is empty while it is polled."""

    url: str
    pending: int
    error: str
    error_at: dt.datetime | None
    allowed: frozenset[str] | None

    @classmethod
    def of(cls, info: Json) -> Webhook:
        """From the Bot API's ``WebhookInfo``."""
        at, allowed = info.get("last_error_date"), info.get("allowed_updates")
        return cls(
            url=str(info.get("url", "")),
            pending=int(info.get("pending_update_count", 0)),
            error=cut(harmless(str(info.get("last_error_message", ""))), _LONGEST_ERROR),
            error_at=dt.datetime.fromtimestamp(at, dt.UTC) if at else None,
            allowed=frozenset(allowed) if allowed else None,
        )


def _updates(webhook: Webhook, settings: Settings, now: dt.datetime) -> list[Finding]:
    by_webhook = settings.telegram_mode == "webhook" and settings.public_url is not None
    troubles = _called(webhook, settings, now) if by_webhook else _polled(webhook)
    found = [*troubles, *_backlog(webhook)]
    how = f"by webhook at {urlsplit(webhook.url).netloc}" if by_webhook else "by polling"
    return found or [ok("updates", f"{how}, {webhook.pending} wait at Telegram")]


def _polled(webhook: Webhook) -> Iterator[Finding]:
    if webhook.url:
        what = f"TELEGRAM_MODE is polling, but Telegram calls {urlsplit(webhook.url).netloc}"
        mend = (
            "restart the assistant, which ends it; if it comes back, another program has this "
            "token: stop that, or ask @BotFather for a bot of your own"
        )
        yield fault("updates", f"{what}: nothing that people write arrives", mend)


def _called(webhook: Webhook, settings: Settings, now: dt.datetime) -> Iterator[Finding]:
    wanted = f"{str(settings.public_url).rstrip('/')}{WEBHOOK_PATH}"
    restart = "restart the assistant, which sets it"
    if webhook.url != wanted:
        found = f"calls {urlsplit(webhook.url).netloc}" if webhook.url else "calls nobody"
        what = f"Telegram {found} instead of {wanted}"
        yield fault(
            "updates", what, f"{restart}; if it changes back, another program has the token"
        )
        return
    given = webhook.allowed
    missing = [
        kind
        for kind in ALLOWED_UPDATES
        if (kind not in given if given is not None else kind in _NOT_BY_DEFAULT)
    ]
    if missing:
        yield fault("updates", f"Telegram keeps back {', '.join(missing)}", restart)
    if webhook.error_at and (now - webhook.error_at).total_seconds() < RECENT_SECONDS:
        what = f"Telegram could not deliver at {webhook.error_at:%H:%M} UTC: {webhook.error}"
        mend = "see that PUBLIC_URL leads here, with a certificate that Telegram accepts"
        yield (fault if webhook.pending else warning)("updates", what, mend)


def _backlog(webhook: Webhook) -> Iterator[Finding]:
    if webhook.pending > MANY_PENDING:
        what = f"{webhook.pending} updates wait at Telegram, which keeps them for 24 hours"
        yield warning("updates", what, "start the assistant; if it runs, see its log")
