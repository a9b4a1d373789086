"""Requests and cards for the tests of the store and of the commands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from bot.storage.records import StoredRequest
from handlers.effects import AddToRequest, Effect, FileRequest, WithdrawRequest
from handlers.requests.model import Card, Company, Destination, Details, Locality, Request
from handlers.team.model import TEAM
from handlers.values import File
from tests.bot.storage.making import NOW, claim, message, stepped

if TYPE_CHECKING:
    import datetime as dt

    from bot.storage.records import InboxItem, OutboxItem
    from bot.storage.store import Store

CHANNELS = frozenset({"team", "email", "webhook"})
GROUP = Destination(channel="team", address="-100")
MAILBOX = Destination(channel="email", address="equipe@example.org")
CRM = Destination(channel="webhook", address="https://crm.example.org/in", secret="crm")  # noqa: S106 - a key's name


def request(reference: str = "R1", **changes: object) -> Request:
    """A request for premises."""
    details = Details(
        need="premises",
        description="500 m2 d'atelier à Vitry",
        communes=(Locality(name="Vitry-sur-Seine", code="94081", inside=True),),
        company=Company(name="Métaux du Val", siret="73282932000074"),
        email="contact@example.org",
        phone="+33 1 23 45 67 89",
    )
    values = {
        "reference": reference,
        "channel": "telegram",
        "language": "fr",
        "details": details,
        "team": "premises",
        "rule": "premises-in-vitry",
        "consented_at": NOW,
        **changes,
    }
    return Request.model_validate(values)


def card(
    filed: Request,
    destination: Destination = GROUP,
    news: Literal["filed", "added", "withdrawn", "undelivered"] = "filed",
    addition: str = "",
) -> Card:
    """What a team reads of ``filed``."""
    return Card(
        news=news,
        destination=destination,
        language="fr",
        need="Locaux",
        team="Locaux",
        request=filed,
        addition=addition,
    )


def file(file_id: str) -> File:
    """A document."""
    return File(channel="telegram", id=file_id, name=f"{file_id}.pdf", size_bytes=10)


def filing(filed: Request, *destinations: Destination) -> FileRequest:
    """The effect that keeps ``filed`` and tells ``destinations``, the group if there is none."""
    return FileRequest(
        request=filed, cards=tuple(card(filed, to) for to in destinations or (GROUP,))
    )


def adding(filed: Request, text: str, *files: File) -> AddToRequest:
    """The effect that adds to ``filed``."""
    return AddToRequest(
        reference=filed.reference,
        text=text,
        files=files,
    )


def withdrawing(filed: Request) -> WithdrawRequest:
    """The effect that takes ``filed`` back."""
    return WithdrawRequest(reference=filed.reference)


async def take(
    store: Store, external_id: int | str, *effects: Effect, address: str = "100"
) -> InboxItem:
    """Handle a message that leads to ``effects``; the item that led to them."""
    await store.receive([message(external_id, address)], NOW)
    [item] = await claim(store)
    assert await store.save([stepped(item, "noted", effects=effects)], NOW) == []
    await pass_over_teams(store)
    return item


async def pass_over_teams(store: Store) -> None:
    """Have nothing come of what the teams' conversations were told."""
    while items := await claim(store):
        assert {item.channel for item in items} == {TEAM}
        await store.save([stepped(item) for item in items], NOW)


async def due(store: Store, now: dt.datetime = NOW) -> list[OutboxItem]:
    """The heads of the teams' lanes."""
    return await store.claim_outbox(now, 100, 30.0, CHANNELS)


async def send_all(store: Store, now: dt.datetime = NOW) -> list[OutboxItem]:
    """Deliver every card that is due; what was sent."""
    sent = []
    while items := await due(store, now):
        await store.mark_sent([item.id for item in items], NOW)
        sent += items
    return sent


async def stored(store: Store, reference: str = "R1") -> StoredRequest:
    """The request of that reference, which must be there."""
    found = await store.request(reference)
    assert found is not None
    return found
