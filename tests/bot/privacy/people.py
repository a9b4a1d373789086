"""A person of whom everything is held that can be, for the tests of showing and erasing it."""

from __future__ import annotations

import datetime as dt
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.storage.records import Incoming, Stepped, StoredFile
from handlers.effects import AddToRequest, Effect, FileRequest, LookUpCompany, RecordQuestion
from handlers.events import Event, MessageReceived
from handlers.privacy.last_words import LastWords, last_words
from handlers.privacy.model import EraseData
from handlers.requests.model import Company, Details, Request
from handlers.state import ConversationState, Turn
from handlers.team.model import (
    TEAM,
    KeepHistory,
    Member,
    MemberWrote,
    Post,
    SetTimer,
    ShowTeam,
)
from handlers.values import File
from tests.bot.storage.making import NOW, claim, reply
from tests.bot.storage.requesting import CRM, GROUP, MAILBOX, card
from tests.servers.web_assistant import KNOWLEDGE

if TYPE_CHECKING:
    from bot.storage.records import InboxItem
    from bot.storage.store import Store
    from handlers.privacy.model import Erased

TEAM_ALL = frozenset({"team", "email", "webhook", "telegram", "directory"})


@dataclass(frozen=True)
class Person:
    """Whose words are found nowhere else: a search for any of ``secrets`` finds what is theirs."""

    name: str
    address: str
    reference: str

    @property
    def phone(self) -> str:
        """As a form keeps it."""
        return f"+3361{zlib.crc32(self.name.encode()) % 10_000_000:07d}"

    @property
    def email(self) -> str:
        """Their address."""
        return f"{self.name.lower()}@{self.name.lower()}-sarl.example"

    @property
    def words(self) -> str:
        """What they write."""
        return f"Le secret de {self.name} : un atelier de 500 m2"

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must be gone."""
        return (self.name, self.name.lower(), self.phone, self.email, "secret de " + self.name)


AMELIE = Person("Amelie-Zzyx", "4711", "AAA-111")
BRUNO = Person("Bruno-Qwvk", "4712", "BBB-222")


def request_of(person: Person) -> Request:
    """What they asked for."""
    return Request(
        reference=person.reference,
        channel="telegram",
        language="fr",
        details=Details(
            need="premises",
            description=person.words,
            company=Company(name=f"{person.name} SARL"),
            person=person.name,
            email=person.email,
            phone=person.phone,
            files=(File(channel="web", id=f"file-{person.name}", name=f"plan-{person.name}.pdf"),),
        ),
        team="premises",
        consented_at=NOW,
    )


async def step(store: Store, item: InboxItem, *effects: Effect, text: str = "ok") -> None:
    """Save what came of ``item``: a reply, ``effects``, and a state that remembers it."""
    said = item.event.text if isinstance(item.event, MessageReceived) else ""
    state = ConversationState(last=Turn(text=said), asked=said)
    assert await store.save([Stepped(item, state, (reply(text),), effects)], NOW) == []


async def say(
    store: Store, person: Person, number: int, *effects: Effect, text: str | None = None
) -> InboxItem:
    """They write, and the assistant answers with their own words."""
    event = MessageReceived(text=text or f"{person.words} ({number})")
    await store.receive([incoming(person, number, event)], NOW)
    [item] = await claim(store)
    await step(store, item, *effects, text=f"Vous dites : {person.words}")
    await pass_over(store)
    return item


def incoming(person: Person, number: int, event: Event) -> Incoming:
    """Their message of that number."""
    return Incoming("telegram", f"{person.address}-{number}", person.address, event)


async def pass_over(store: Store) -> None:
    """Have nothing come of what waits in the inbox."""
    while items := await claim(store):
        await store.save([Stepped(item, item.state, (), ()) for item in items], NOW)


async def live_through(store: Store, person: Person) -> None:
    """All that can be held of ``person`` is."""
    filed = request_of(person)
    cards = tuple(card(filed, to) for to in (GROUP, MAILBOX, CRM))
    await say(store, person, 1, RecordQuestion(text=person.words, language="fr"))
    await say(store, person, 2, LookUpCompany(query=f"{person.name} SARL"))
    await say(store, person, 3, FileRequest(request=filed, cards=cards))
    await say(store, person, 4, AddToRequest(reference=person.reference, text=person.words))
    conversation = await store.conversation_id("telegram", person.address)
    assert conversation is not None
    await store.add_file(
        StoredFile(
            id=f"file-{person.name}",
            conversation_id=conversation,
            name=f"plan-{person.name}.pdf",
            media_type="application/pdf",
            content=person.words.encode() * 400,
            created_at=NOW,
        )
    )
    await _team_works(store, person)
    await send(store)
    group = GROUP.address
    await store.keep_topic(person.reference, group, 100 + int(person.address), NOW)
    await store.keep_message(group, 1000 + int(person.address), person.reference, "card", NOW)


async def _team_works(store: Store, person: Person) -> None:
    member = Member(id="1", name="Anne")
    written = MemberWrote(
        member=member,
        group=GROUP.address,
        message=str(2000 + int(person.address)),
        text=f"{person.name} est à rappeler",
        purpose="note",
    )
    await store.receive([Incoming(TEAM, f"note-{person.address}", person.reference, written)], NOW)
    [item] = await claim(store)
    noted = KeepHistory(
        reference=person.reference,
        what="noted",
        author="Anne",
        text=f"note sur {person.name}",
        status="taken",
        team="premises",
        owner="Anne",
    )
    shown = ShowTeam(payload=Post(card=card(request_of(person)), text=person.words))
    timer = SetTimer(name="remind", due_at=NOW + dt.timedelta(days=1))
    await step(store, item, noted, shown, timer, text=person.words)


async def send(store: Store, now: dt.datetime = NOW) -> None:
    """Everything that waits to be sent is."""
    while items := await store.claim_outbox(now, 100, 60.0, TEAM_ALL):
        await store.mark_sent([item.id for item in items], now)
    await pass_over(store)


async def confirm(store: Store, person: Person, number: int = 90) -> int:
    """They press the button that erases everything; the order's id."""
    event = MessageReceived(text="oui")
    await store.receive([incoming(person, number, event)], NOW)
    [item] = await claim(store)
    state = ConversationState(language="fr", erasing=True)
    order = EraseData(language="fr")
    assert await store.save([Stepped(item, state, (reply("J'efface."),), (order,))], NOW) == []
    [row] = await store.claim_outbox(NOW, 100, 60.0, {"erasure"})
    return row.id


def words(erased: Erased) -> LastWords:
    """What is said of it, by a folder in which every message is three dots."""
    return last_words(KNOWLEDGE, erased, NOW)
