"""A company files a request, talks with its team, sees all that is held, and has it erased.

All is real but the people: the assistant as it is served, Bot API, SMTP and webhook servers.
"""

from __future__ import annotations

import base64
import json
import logging
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import aiohttp
import pytest

from bot.storage.store import Store
from handlers import command_names
from tests.bot.privacy.bytes_held import everything, found_in
from tests.bot.storage.making import execute
from tests.bot.web_client import WebClient
from tests.content import LEARNT
from tests.polling import until
from tests.servers import telegram_updates as people
from tests.servers.served import GROUPS, served
from tests.servers.smtp import SmtpTestServer
from tests.servers.team_group import TeamGroup
from tests.servers.telegram import BotApiServer
from tests.servers.telegram_company import press, read_by
from tests.servers.webhook import WebhookTestServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from tests.servers.telegram import Sent

ZOE, STRANGER = 424_242, 99
NAME, EMAIL, PHONE = "Zoé Kwasniewska", "zoe@kwasniewska.example", "+33612345699"
COMPANY = "Ateliers Kwasniewska"
NEED = f"Je cherche un atelier de 500 m2 à Vitry pour 12 personnes. {NAME}, {EMAIL}, 06 12 34 56 99"
FORM = (NEED, COMPANY, "12", "dès que possible", "j'accepte")
QUESTION = "Avez-vous un quai pour nos camions turquoise ?"
ANSWER = "Bonjour Zoé, le quai turquoise est au 12 rue des Lilas."
SECRETS = (
    "Kwasniewska", "Zoé", "Zo\\u00e9", EMAIL, PHONE, "0612345699", "06 12 34 56 99",
    "6 12 34 56 99", "turquoise", "rue des Lilas", "500 m2 à Vitry",
)  # fmt: skip
KEY = "whsec_" + base64.b64encode(bytes(32)).decode()
ROUTING = """
teams:
  - id: accueil
    name: {{fr: Accueil des entreprises, en: Business front desk}}
    languages: [fr]
    telegram: {{group: "-1001001"}}
  - id: immobilier
    name: {{fr: Immobilier productif, en: Business premises}}
    languages: [fr]
    telegram: {{group: "-1001002"}}
    email: equipe@example.org
    webhook: {{url: "{webhook}", secret: crm}}
rules:
  - id: locaux
    when: {{needs: [premises]}}
    team: immobilier
default: accueil
"""


@dataclass(frozen=True)
class World:
    """Everything around the assistant."""

    folder: Path
    server: BotApiServer
    smtp: SmtpTestServer
    webhook: WebhookTestServer
    group: TeamGroup

    @property
    def database(self) -> str:
        """Where all is kept."""
        return f"sqlite+aiosqlite:///{self.folder / 'assistant.db'}"

    def serve(self) -> AbstractAsyncContextManager[str]:
        """The assistant; again for one that was stopped or killed."""
        return served(
            self.folder,
            self.server,
            routing=ROUTING.format(webhook=self.webhook.url),
            cache_dir=LEARNT,
            smtp_url=f"smtp://127.0.0.1:{self.smtp.port}?tls=no",
            email_from="Assistant <assistant@example.org>",
            log_level="DEBUG",
        )

    async def ask(self, text: str, chat: int = ZOE) -> str:
        """Somebody writes; the first message that comes of it."""
        before = len(self.server.texts(chat))
        await self.server.push(people.text(chat, text))
        await self.server.wait_for(lambda: len(self.server.texts(chat)) > before)
        return self.server.texts(chat)[before]

    async def reads(self, *words: str, chat: int = ZOE) -> Sent:
        """Wait for a message to the company that has all of ``words``."""
        return await read_by(self.server, chat, *words)

    async def presses(self, under: Sent, label: str, chat: int = ZOE) -> None:
        """A button is pressed."""
        await press(self.server, under, label, chat)

    async def file(self) -> None:
        """The request is filed, taken and answered, and is everywhere that it goes."""
        for text in FORM:
            await self.ask(text)
        card = await self.group.sees("Kwasniewska", "Immobilier")
        await self.group.press(card, "Prendre")
        await self.reads("Anne, de l'équipe")
        await self.server.push(people.text(ZOE, QUESTION))
        await self.group.sees("turquoise")
        await self.group.reply(card, ANSWER)
        await self.reads("rue des Lilas")
        await self.server.wait_for(lambda: bool(self.server.groups.reactions))
        await until(lambda: len(self.smtp.mails) == 2 and len(self.webhook.taken) == 2)


OTHERS_LOGS = {"mail.log", "mail.debug", "aiohttp.access"}
"""What the servers of these tests write themselves."""


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Callable[[], str]:
    """All that the assistant logs, however little it matters."""
    caplog.set_level(logging.DEBUG)
    whole = logging.Formatter("%(name)s %(message)s")

    def read() -> str:
        records = caplog.get_records("call")
        return "\n".join(whole.format(one) for one in records if one.name not in OTHERS_LOGS)

    return read


@pytest.fixture
async def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    """Servers for all that the assistant speaks to."""
    monkeypatch.setenv("WEBHOOK_SECRET_CRM", KEY)
    async with (
        BotApiServer().running() as server,
        SmtpTestServer().running() as smtp,
        WebhookTestServer(secret=KEY).running() as webhook,
    ):
        server.deleting.may_delete = set(GROUPS.values())
        groups = {team: TeamGroup(server, chat) for team, chat in GROUPS.items()}
        yield World(tmp_path, server, smtp, webhook, groups["immobilier"])


async def test_everything_is_erased_everywhere_the_assistant_can_reach(
    world: World, logged: Callable[[], str]
) -> None:
    """No byte in the database, the logs and the topics; mail and webhook are asked to erase."""
    async with world.serve():
        await world.file()
        topic = world.group.shown[0].thread
        assert "Kwasniewska" in world.server.deleting.held(world.group.chat_id)
        assert "Kwasniewska" in world.group.forum.topics[topic or 0].name

        await world.ask("/effacer")
        question = await world.reads("Tout effacer ?", "Chez l'équipe aussi")
        await world.presses(question, "Oui, tout effacer")
        await world.reads("C'est effacé", "courriel")

        told = await world.group.sees("effacée", "supprimés de ce groupe")
        await until(lambda: len(world.smtp.mails) == 3 and len(world.webhook.taken) == 3)

        held = world.server.deleting.held(world.group.chat_id)
        assert found_in(held.encode(), SECRETS) == []
        assert (topic or 0) not in world.group.forum.topics
        assert told.thread is None
        assert told.buttons == []
        await until(lambda: _nothing_waits(world))
    assert found_in(await everything(world.database), SECRETS) == []
    assert found_in(logged().encode(), SECRETS) == []

    mail, hook = world.smtp.mails[-1], world.webhook.taken[-1].shape
    assert found_in(mail.raw + mail.text.encode() + mail.html.encode(), SECRETS) == []
    assert "Merci d'effacer" in mail.text
    assert mail.message["References"] == world.smtp.mails[0].message["References"]
    assert hook["type"] == "request.erased"
    assert hook["data"] == {
        "reference": world.webhook.taken[0].shape["data"]["reference"],
        "erased_by": "person",
    }


async def _nothing_waits(world: World) -> bool:
    """Whether whatever was to be sent was: the loop may not have marked it yet."""
    store = await Store.open(world.database, read_only=True)
    try:
        return await store.deliveries(kinds={"card", "reply", "wipe_group", "erase_data"}) == []
    finally:
        await store.close()


async def test_a_person_is_sent_everything_that_is_held(world: World) -> None:
    """A summary in the chat, and a document that holds all of it, and none of the team's notes."""
    async with world.serve():
        await world.file()
        card = world.group.shown[0]
        await world.group.press(card, "Note")
        asked = await world.group.sees("votre note reste dans l'équipe")
        await world.group.reply(asked, "Client difficile, à rappeler mardi.")
        await world.group.sees("Note gardée")

        await world.ask("/mesdonnees")
        shown = await world.reads("Voici ce que je garde de vous")
        await world.server.wait_for(
            lambda: any(s.method == "sendDocument" and s.chat_id == ZOE for s in world.server.sent)
        )
        [document] = [s for s in world.server.sent if s.method == "sendDocument"]

    reference = re.search(r"[A-Z0-9]{3}-[A-Z0-9]{3}", card.text)[0]  # type: ignore[index]
    assert reference in shown.text
    assert "Immobilier productif par courriel" in shown.text
    assert "Notes internes de l'équipe, à lui demander : 1." in shown.text
    [file] = document.files
    assert file.name.startswith("mes-donnees-")
    assert file.name.endswith(".json")
    data = json.loads(file.content)
    assert found_in(file.content, [NAME, EMAIL, PHONE, QUESTION, ANSWER]) == [
        NAME, EMAIL, PHONE, QUESTION, ANSWER,
    ]  # fmt: skip
    assert found_in(file.content, ["difficile", "equipe@example.org", world.webhook.url]) == []
    [request] = data["requests"]
    assert request["reference"] == reference
    assert request["internal_notes_of_the_team"] == 1


async def test_a_stranger_erases_nothing_of_anothers(world: World) -> None:
    """Neither by the value of another's button, nor by an old one of their own."""
    async with world.serve():
        await world.file()
        await world.ask("/effacer")
        question = await world.reads("Tout effacer ?")
        value = question.buttons[0][0]["callback_data"]

        await world.server.push(people.callback(STRANGER, value))
        await world.reads("plus d'actualité", chat=STRANGER)
        await world.ask("Bonjour", chat=STRANGER)

    assert set(found_in(await everything(world.database), SECRETS)) >= {"Kwasniewska", EMAIL}
    assert "Kwasniewska" in world.server.deleting.held(world.group.chat_id)


async def _write_in_vain(world: World, url: str) -> None:
    """A page's message reaches a database that refuses it."""
    async with aiohttp.ClientSession() as session:
        client = WebClient(url, session)
        await client.open()
        refuse = "CREATE TRIGGER full BEFORE INSERT ON inbox BEGIN SELECT RAISE(FAIL, 'full'); END"
        await execute(world.database, refuse)
        assert (await client.say(text=QUESTION)).status == 500
        await execute(world.database, "DROP TRIGGER full")


def broken(text: str) -> None:
    """A fault in a step, whose error quotes what a person wrote."""
    raise ValueError(f"cannot read {text}")


async def test_nothing_that_a_person_writes_is_logged(
    world: World, logged: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A whole conversation with deliveries that fail and a step that breaks, at DEBUG.

    And with a message that the database does not take, as on a full disk.
    """
    world.smtp.refusals["equipe@example.org"] = f"550 5.7.1 Reply-To {EMAIL} is not wanted"
    async with world.serve() as url:
        for text in FORM:
            await world.ask(text)
        await world.group.sees("Kwasniewska")
        default = TeamGroup(world.server, GROUPS["accueil"])
        await default.sees("non remise")
        await world.ask("/mesdonnees")
        await world.reads("Voici ce que je garde")
        world.server.refuse_topics = True
        monkeypatch.setattr(command_names, "command_typed", broken)
        await world.server.push(people.text(ZOE, QUESTION))
        await world.reads("Un problème technique")
        await _write_in_vain(world, url)

    assert "delivery" in logged()
    assert "/messages failed: IntegrityError" in logged()
    assert "is given up at attempt 1: 550 5.7.1 Reply-To …@… is not wanted" in logged()
    assert "is given up: ValueError" in logged()
    assert found_in(logged().encode(), [*SECRETS, str(ZOE), world.server.token, KEY]) == []
