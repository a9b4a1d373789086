"""What waits in the inbox and the outbox, and what was given up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.doctor.finding import Finding, Matter, fault, ok, warning

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.storage.records import Figures

LATE_AFTER_SECONDS = 60.0
"""An event or a delivery that waits longer is worth a look."""
TOO_LATE_AFTER_SECONDS = 3600.0
"""A delivery that waits longer has failed again and again."""


def examine_queues(figures: Figures, absent: Mapping[str, str]) -> list[Finding]:
    """What ``figures`` say; ``absent`` are the channels on which nothing can be sent, and why."""
    matters: dict[Matter, list[Finding]] = {
        "inbox": list(_inbox(figures)),
        "outbox": list(_outbox(figures)),
        "requests": list(_cards(figures)),
        "deliveries": list(_unserved(figures, absent)),
    }
    well: dict[Matter, str] = {
        "inbox": f"{figures.inbox_pending} to be answered",
        "outbox": f"{figures.outbox_pending} to be sent",
        "requests": f"{figures.requests_open} wait for a team, and every team was told",
        "deliveries": "none waits for a channel that is not set up",
    }
    return [one for matter in matters for one in matters[matter] or [ok(matter, well[matter])]]


def _inbox(figures: Figures) -> Iterator[Finding]:
    if figures.inbox_oldest_seconds > LATE_AFTER_SECONDS:
        what = f"the oldest event has waited {_duration(figures.inbox_oldest_seconds)}"
        yield fault("inbox", what, "start the assistant; if it runs, its log says what holds it up")
    if figures.inbox_dead:
        what = f"events given up: {figures.inbox_dead}"
        yield warning("inbox", what, "their senders were told to ask again; the log says why")


def _outbox(figures: Figures) -> Iterator[Finding]:
    age = figures.outbox_oldest_seconds
    if age > LATE_AFTER_SECONDS:
        level = fault if age > TOO_LATE_AFTER_SECONDS else warning
        what = f"the oldest delivery has waited {_duration(age)}"
        mend = "`deliveries list --all` says why; none goes out while the assistant is stopped"
        yield level("outbox", what, mend)
    others = figures.outbox_dead - figures.cards_dead
    if others:
        what = f"replies and look-ups given up: {others}"
        yield warning("outbox", what, "`deliveries list --dead --all` shows them")


def _cards(figures: Figures) -> Iterator[Finding]:
    if figures.cards_dead:
        what = f"cards given up: {figures.cards_dead}, so a team may not know of a request"
        mend = "`deliveries list --dead` says why; then `deliveries retry --all` sends them again"
        yield fault("requests", what, mend)


def _unserved(figures: Figures, absent: Mapping[str, str]) -> Iterator[Finding]:
    for channel, reason in absent.items():
        waiting = figures.outbox_pending_by_channel.get(channel)
        if waiting:
            yield fault("deliveries", f"{channel}: {waiting} wait, {reason}", "set it and restart")


def _duration(seconds: float) -> str:
    """``90`` → ``90 s``; longer ones in minutes, hours, days."""
    for size, unit in ((86400, "days"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"
