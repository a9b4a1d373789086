"""What is said once everything is erased: to the person, and to whoever has a copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.privacy.model import WipeGroup
from handlers.requests.model import Card, Details, Request
from handlers.values import Reply, Value
from handlers.wording import Wording

if TYPE_CHECKING:
    import datetime as dt

    from handlers.privacy.model import Asker, Copy, Erased
    from knowledge.model import KnowledgeBase


class LastWords(Value):
    """What the person reads, and what goes to mailboxes and webhooks, and to groups."""

    farewell: Reply | None = None
    cards: tuple[Card, ...] = ()
    wipes: tuple[WipeGroup, ...] = ()


def last_words(base: KnowledgeBase, erased: Erased, now: dt.datetime) -> LastWords:
    """What is said of ``erased``, which happened at ``now``.

    A group is told after it was cleaned: what could not be taken away is said then.
    """
    elsewhere = [copy for copy in erased.copies if copy.destination.channel != "team"]
    return LastWords(
        farewell=_farewell(base, erased) if erased.language else None,
        cards=tuple(_card(copy, erased.asked_by, now) for copy in elsewhere),
        wipes=tuple(
            WipeGroup(
                shown=shown,
                cards=tuple(
                    _card(copy, erased.asked_by, now)
                    for copy in erased.copies
                    if copy.destination.channel == "team"
                    and copy.destination.address == shown.group
                ),
            )
            for shown in erased.groups
        ),
    )


def _card(copy: Copy, asked_by: Asker, now: dt.datetime) -> Card:
    """The reference alone; in a group it stands beside the topics: its own is gone."""
    nothing = Request(
        reference=copy.reference,
        channel="",
        language=copy.language,
        details=Details(),
        consented_at=now,
    )
    return Card(
        news="erased",
        destination=copy.destination.model_copy(update={"topics": False}),
        language=copy.language,
        need="",
        team=copy.team,
        request=nothing,
        erased_by=asked_by,
    )


def _farewell(base: KnowledgeBase, erased: Erased) -> Reply:
    wording = Wording(base, erased.language or base.languages[0])
    messages = base.messages
    channels = {copy.destination.channel for copy in erased.copies}
    parts = [
        wording.text(
            messages.privacy_erased,
            messages=str(erased.messages),
            requests=str(len(erased.requests)),
            files=str(erased.files),
        ),
        wording.text(messages.privacy_erased_groups) if erased.groups else "",
        wording.text(messages.privacy_erased_sent) if {"email", "webhook"} & channels else "",
    ]
    reply = wording.reply("\n\n".join(filter(None, parts)))
    return reply.model_copy(update={"erases": True})
