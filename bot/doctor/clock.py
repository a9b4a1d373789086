"""Whether this machine's clock is right: beside the clock of a server that is asked anyhow."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import aiohttp

from bot.doctor.finding import Finding, fault, ok, warning
from bot.storage.database import StoreError
from bot.storage.examining import server_time

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.settings import Settings

SKEW_SECONDS = 5.0
"""Beyond it, times that people read are noticeably wrong."""
LARGE_SKEW_SECONDS = 120.0
"""Beyond it, reminders and hours are wrong; receivers of webhooks refuse signatures at 300."""
_HALF_SECOND = dt.timedelta(seconds=0.5)
"""``Date`` is cut to whole seconds (RFC 9110, 5.6.7)."""
_ASK_WITHIN_SECONDS = 4.0


@dataclass(frozen=True, slots=True)
class Skew:
    """By how much this clock is ahead of ``server``'s; what the way there hides is left out."""

    server: str
    seconds: float


async def examine_clock(settings: Settings, now: Callable[[], dt.datetime]) -> list[Finding]:
    """Beside the first of Telegram, the company directory and the database that answers."""
    skew = await _skew(settings, now)
    if skew is None:
        return [ok("clock", "nothing answers that it could be compared with")]
    if abs(skew.seconds) < SKEW_SECONDS:
        return [ok("clock", f"agrees with {skew.server}")]
    direction = "ahead of" if skew.seconds > 0 else "behind"
    what = f"is {abs(skew.seconds):.0f} s {direction} {skew.server}"
    level = fault if abs(skew.seconds) >= LARGE_SKEW_SECONDS else warning
    return [level("clock", what, "switch on time synchronisation (`timedatectl set-ntp true`)")]


async def _skew(settings: Settings, now: Callable[[], dt.datetime]) -> Skew | None:
    urls = [settings.telegram_api_url] if settings.telegram_bot_token else []
    if settings.company_directory_url != "off":
        urls.append(settings.company_directory_url)
    timeout = aiohttp.ClientTimeout(total=_ASK_WITHIN_SECONDS)
    async with aiohttp.ClientSession(timeout=timeout, trust_env=True) as session:
        for url in urls:
            skew = await _of_server(session, url, now)
            if skew is not None:
                return skew
    return await _of_database(settings.database_url, now)


async def _of_server(
    session: aiohttp.ClientSession, url: str, now: Callable[[], dt.datetime]
) -> Skew | None:
    asked = now()
    try:
        async with session.head(url, allow_redirects=False) as response:
            date, age = response.headers.get("Date", ""), response.headers.get("Age", "")
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
        return None
    try:
        theirs = parsedate_to_datetime(date) + _HALF_SECOND
    except ValueError:
        return None
    if age.isascii() and age.isdigit():  # what a cache kept for so long
        theirs += dt.timedelta(seconds=int(age))
    if theirs.tzinfo is None:
        theirs = theirs.replace(tzinfo=dt.UTC)
    return _between(urlsplit(url).netloc, asked, theirs, now())


async def _of_database(url: str, now: Callable[[], dt.datetime]) -> Skew | None:
    asked = now()
    try:
        theirs = await server_time(url)
    except StoreError:
        return None
    return None if theirs is None else _between("the database's server", asked, theirs, now())


def _between(server: str, asked: dt.datetime, theirs: dt.datetime, told: dt.datetime) -> Skew:
    """Their clock was read at some moment between the two: the skew that no moment explains."""
    if asked <= theirs <= told:
        return Skew(server, 0.0)
    nearest = asked if theirs < asked else told
    return Skew(server, (nearest - theirs).total_seconds())
