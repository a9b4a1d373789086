"""All that is asked of others, side by side."""

from __future__ import annotations

import asyncio
import datetime as dt
from functools import partial
from typing import TYPE_CHECKING

from bot.doctor.clock import examine_clock
from bot.doctor.directory import examine_directory
from bot.doctor.examining import WITHIN_SECONDS, Examination, examine_all
from bot.doctor.finding import Finding, ok
from bot.doctor.mail import about, examine_mail
from bot.doctor.telegram import examine_telegram
from bot.doctor.webhooks import examine_receiver, receivers_of
from knowledge.model import Routing

if TYPE_CHECKING:
    from collections.abc import Callable

    from telegram import Bot

    from bot.settings import Settings


def _utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


async def examine_remote(
    settings: Settings,
    routing: Routing | None,
    bot: Bot | None,
    within_seconds: float = WITHIN_SECONDS,
    now: Callable[[], dt.datetime] = _utc_now,
) -> tuple[Finding, ...]:
    """What the servers that the assistant depends on say; each has ``within_seconds``.

    Without ``routing`` it is not known which groups and receivers there are.
    """
    receivers, unusable = receivers_of(routing or Routing())
    others = [
        Examination("mail", about(settings), partial(examine_mail, settings, within_seconds)),
        *(
            Examination("webhooks", str(one), partial(examine_receiver, one)) for one in receivers
        ),
        Examination(
            "directory", "the company directory", partial(examine_directory, settings)
        ),
        Examination("clock", "whoever knows the time", partial(examine_clock, settings, now)),
    ]  # fmt: skip
    telegram, rest = await asyncio.gather(
        examine_telegram(bot, settings, routing or Routing(), within_seconds),
        examine_all(others, within_seconds),
    )
    if routing and not receivers and not unusable:
        unusable = [ok("webhooks", "not configured (none in routing.yaml)")]
    return (*telegram, *unusable, *rest)
