"""A request from its filing to its rating: a company on Telegram or a page, a team in its group.

All is real but the people: the assistant as it is served, a Bot API server, HTTP between them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import aiohttp
import pytest

from handlers.requests import buttons
from tests.bot.web_client import WebClient
from tests.servers import telegram_updates as people
from tests.servers.served import GROUPS, served
from tests.servers.team_group import ANNE, BASILE, STRANGER, TeamGroup
from tests.servers.telegram import BotApiServer, Refused

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.servers.telegram import Sent
    from tests.servers.telegram_updates import Json

ADA, EVE = 42, 43
NEED = (
    "Je cherche un atelier de 500 m2 à Vitry pour 12 personnes, dès que possible. "
    "Ada Martin, ada.martin@example.org"
)
FORM = (NEED, "Ateliers du Val", "12", "j'accepte")


@dataclass(frozen=True)
class Work:
    """A served assistant, the group of the team that has premises, and that of the default."""

    server: BotApiServer
    url: str
    group: TeamGroup
    default: TeamGroup

    async def say(self, text: str, chat: int = ADA) -> None:
        """A company writes, and nothing need come of it."""
        await self.server.push(people.text(chat, text))

    async def ask(self, text: str, chat: int = ADA) -> str:
        """A company writes; the first message that comes of it."""
        before = len(self.server.texts(chat))
        await self.say(text, chat)
        await self.server.wait_for(lambda: len(self.server.texts(chat)) > before)
        return self.server.texts(chat)[before]

    async def file(self, chat: int = ADA) -> Sent:
        """A company goes through the form; the card that the team reads of it."""
        before = len(self.group.shown)
        for text in FORM:
            await self.ask(text, chat)
        await self.server.wait_for(lambda: len(self.group.shown) > before)
        return self.group.shown[before]

    async def taken(self, chat: int = ADA) -> Sent:
        """The same, and Anne has the request."""
        card = await self.file(chat)
        await self.group.press(card, "Prendre")
        await self.reads("Anne, de l'équipe", chat=chat)
        return card

    async def reads(self, *words: str, chat: int = ADA) -> Sent:
        """Wait until the company reads a message with all of ``words``."""

        def found() -> list[Sent]:
            return [
                sent
                for sent in self.server.sent
                if sent.chat_id == chat and all(word in sent.text for word in words)
            ]

        await self.server.wait_for(lambda: bool(found()))
        return found()[-1]

    async def presses(self, under: Sent, label: str, chat: int = ADA) -> None:
        """The company presses a button."""
        value = next(b["callback_data"] for row in under.buttons for b in row if label in b["text"])
        await self.server.push(people.callback(chat, value))

    async def settled(self) -> None:
        """Wait until whatever was done so far has had its effect: a stranger's word is answered."""
        await self.ask("Bonjour", chat=99)


@pytest.fixture
async def server() -> AsyncIterator[BotApiServer]:
    """A Bot API server."""
    async with BotApiServer().running() as running:
        yield running


@pytest.fixture
async def work(tmp_path: Path, server: BotApiServer) -> AsyncIterator[Work]:
    """The assistant is served, two teams have their groups."""
    groups = [TeamGroup(server, GROUPS[team]) for team in ("immobilier", "accueil")]
    async with served(tmp_path, server) as url:
        yield Work(server, url, *groups)


async def test_a_request_from_its_filing_to_its_rating(work: Work) -> None:
    """What each side reads at each turn, with the words that matter."""
    group, server = work.group, work.server
    card = await work.file()
    assert [b["text"] for row in card.buttons for b in row] == [
        "Prendre", "Répondre", "Transférer", "Note", "Clore",
    ]  # fmt: skip

    await group.press(card, "Prendre")
    await group.changes(card, lambda now: "Anne" in now.text)
    await work.reads("Anne, de l'équipe")

    answer = await group.reply(card, "Bonjour,\n\ndeux ateliers : <Vitry> & *Ivry*.")
    await work.reads("💬 Anne", "deux ateliers : <Vitry> & *Ivry*.")
    await group.marks(answer, "👌")

    await group.correct(answer, card, "Bonjour, trois ateliers.")
    await work.reads("trois ateliers", "corrig")

    await work.say("Y a-t-il un quai ?")
    words = await group.sees("Y a-t-il un quai ?")
    assert words.thread == card.thread
    photo = server.files.keep("photo", "quai.jpg", b"jpeg")
    size = {"file_id": photo, "file_unique_id": "u", "width": 9, "height": 9, "file_size": 4}
    sent = await group.reply(words, photo=[size], caption="Voici le quai.")
    await work.reads("Voici le quai.")
    await group.marks(sent, "👌")
    assert [one.method for one in server.sent if one.files and one.chat_id == ADA] == ["sendPhoto"]

    await group.press(card, "Note", BASILE)
    await group.reply(await group.sees("Basile", "votre note"), "Mauvais payeur", BASILE)
    await group.sees("Note gardée")

    await group.press(card, "Clore")
    question = await work.reads("a clos votre demande", "aidé")
    await group.changes(card, lambda now: "Demande close" in now.text)
    await work.presses(question, "Oui")
    await group.sees("l'a aidée")
    await work.reads("Merci")

    assert not [text for text in server.texts(ADA) if "payeur" in text or "Mauvais" in text]


async def test_of_two_who_press_at_once_one_has_it(work: Work) -> None:
    """The other is told who."""
    card = await work.file()
    value = card.buttons[0][0]["callback_data"]
    presses = [work.group.pressed(card, value, by) for by in (BASILE, ANNE)]
    await work.server.push(*presses)
    await work.group.sees("Basile a déjà pris")
    await work.reads("Basile, de l'équipe")
    assert not [text for text in work.server.texts(ADA) if "Anne" in text]


async def test_who_is_away_can_be_relieved(work: Work) -> None:
    """Knowingly: the button is under the word of who has it."""
    card = await work.taken()
    await work.group.press(card, "Répondre", BASILE)
    told = await work.group.sees("Anne a déjà pris")
    await work.group.press(told, "Prendre le relais", BASILE)
    await work.reads("Basile, de l'équipe")


async def test_an_album_and_a_document_reach_the_company_in_order(work: Work) -> None:
    """One heading for what was sent together, and each file has its own mark."""
    card = await work.taken()
    files, group = work.server.files, work.group
    before = len(work.server.texts(ADA))
    marked = []
    for number in range(3):
        photo = files.keep("photo", f"{number}.jpg")
        size = {"file_id": photo, "file_unique_id": photo, "width": 9, "height": 9}
        said: Json = {"photo": [size], "media_group_id": "album"}
        said |= {"caption": "Trois vues"} if number == 0 else {}
        marked.append(await group.reply(card, **said))
    document = {"file_id": files.keep("document", "plan.pdf"), "file_unique_id": "d"}
    described = {"file_name": "plan.pdf", "mime_type": "application/pdf", "file_size": 1}
    marked.append(await group.reply(card, document=document | described))
    for message in marked:
        await group.marks(message, "👌")
    sent = [one for one in work.server.sent if one.chat_id == ADA][before:]
    assert [one.method for one in sent] == [
        "sendMessage", "sendPhoto", "sendPhoto", "sendPhoto", "sendMessage", "sendDocument",
    ]  # fmt: skip
    assert [one.files[0].name for one in sent if one.files] == [
        "0.jpg", "1.jpg", "2.jpg", "plan.pdf",
    ]  # fmt: skip


async def test_what_cannot_be_passed_on_is_said_to_be(work: Work) -> None:
    """A voice message: nobody wonders whether the company has it."""
    card = await work.taken()
    voice = {"file_id": "v", "file_unique_id": "v", "duration": 3}
    spoken = await work.group.reply(card, voice=voice)
    await work.group.marks(spoken, "👎")
    await work.group.sees("textes, les photos et les documents")


async def test_members_talk_among_themselves(work: Work) -> None:
    """What is no reply stays in the topic, and they are told so once."""
    card = await work.taken()
    await work.group.write(card.thread, "Qui connaît cette entreprise ?")
    await work.group.sees("reste entre vous")
    await work.group.write(card.thread, "Moi.")
    await work.settled()
    assert len([one for one in work.group.shown if "reste entre vous" in one.text]) == 1
    assert not [text for text in work.server.texts(ADA) if "connaît" in text or "Moi." in text]


async def test_a_card_that_was_shown_twice_takes_replies_at_each(work: Work) -> None:
    """Telegram took it and its word was lost: the assistant knows the second copy alone."""
    card = await work.taken()
    unknown = replace(card, message_id=card.message_id + 100_000)
    number = await work.group.reply(unknown, "La visite est lundi.")
    await work.reads("La visite est lundi.")
    await work.group.marks(number, "👌")


async def test_a_reply_at_a_copy_of_what_the_company_added_is_said_to_stay(work: Work) -> None:
    """Also where there are no topics: it is not taken for a question to the assistant."""
    work.group.forum.may_manage = False
    await work.taken()
    await work.say("Y a-t-il un quai ?")
    added = await work.group.sees("Y a-t-il un quai ?")
    before = len(work.group.shown)
    unknown = replace(added, message_id=added.message_id + 100_000)
    await work.group.reply(unknown, "Quels sont les axes du programme ?")
    await work.server.wait_for(lambda: len(work.group.shown) > before)
    assert "reste entre vous" in work.group.shown[before].text


async def test_an_answer_of_the_knowledge_base_is_seen_before_it_goes(work: Work) -> None:
    """A reply that begins with "?" shows it, a press sends it."""
    card = await work.taken()
    await work.group.reply(card, "? les axes du programme")
    preview = await work.group.sees("Aperçu")
    assert "quatre axes" in preview.text
    assert not [text for text in work.server.texts(ADA) if "quatre axes" in text]
    await work.group.press(preview, "Envoyer")
    await work.reads("💬 Anne", "quatre axes")


async def test_the_assistant_is_silent_while_a_person_answers(work: Work) -> None:
    """A question goes to the person; commands work all the while; afterwards it answers again."""
    card = await work.taken()
    await work.say("Quels sont les axes du programme ?")
    await work.group.sees("Quels sont les axes")
    assert "Vos demandes" in await work.ask("/demandes")
    assert not [text for text in work.server.texts(ADA) if "quatre axes" in text]
    await work.group.press(card, "Clore")
    await work.reads("a clos votre demande")
    assert "quatre axes" in await work.ask("Quels sont les axes du programme ?")


async def test_a_transfer_moves_the_card_and_its_history(work: Work) -> None:
    """The old group's card has no button left; the new group reads what was said."""
    card = await work.taken()
    answer = await work.group.reply(card, "Je vois avec mes collègues.")
    await work.group.marks(answer, "👌")
    await work.group.press(card, "Transférer")
    await work.group.press(await work.group.sees("À quelle équipe"), "Accueil")
    moved = await work.default.sees("transférée", "Je vois avec mes collègues.")
    left = await work.group.changes(card, lambda now: "Accueil" in now.text)
    assert not left.buttons
    await work.reads("confiée à Accueil des entreprises")

    await work.group.press(card, "Prendre", BASILE)
    await work.default.press(moved, "Prendre", ANNE)
    await work.default.changes(moved, lambda now: "Anne" in now.text)
    await work.settled()
    assert not [text for text in work.server.texts(ADA) if "Basile" in text]
    await work.default.marks(await work.default.reply(moved, "Me voici."), "👌")
    await work.reads("Me voici.")


async def test_a_withdrawal_is_read_by_the_team(work: Work) -> None:
    """And nothing goes to a company that has taken its request back."""
    card = await work.taken()
    await work.say("/demandes")
    listed = await _with_button(work, "Retirer")
    await work.presses(listed, "Retirer")
    sure = await _with_button(work, "Oui")
    await work.presses(sure, "Oui")
    await work.group.sees("retir")
    late = await work.group.reply(card, "Trop tard ?")
    await work.group.sees("rien n'est transmis")
    assert work.group.mark_on(late) is None
    assert not [text for text in work.server.texts(ADA) if "Trop tard" in text]


async def _with_button(work: Work, label: str) -> Sent:
    def found() -> list[Sent]:
        return [
            sent
            for sent in work.server.sent
            if sent.chat_id == ADA and any(label in b["text"] for row in sent.buttons for b in row)
        ]

    await work.server.wait_for(lambda: bool(found()))
    return found()[-1]


async def test_a_company_on_the_page_reads_its_team_there(work: Work) -> None:
    """Words, a file that it can fetch, and what it answers."""
    async with aiohttp.ClientSession() as session:
        client = WebClient(work.url, session)
        await client.open()
        for text in FORM:
            assert (await client.say(text=text)).status == 200
        card = await work.group.sees("Nouvelle demande")
        await work.group.press(card, "Prendre")
        kept = work.server.files.keep("document", "plan.pdf", b"%PDF-1.4 plan")
        document = {"file_id": kept, "file_unique_id": kept, "file_name": "plan.pdf"}
        described = {"mime_type": "application/pdf", "file_size": 13}
        sent = await work.group.reply(card, document=document | described, caption="Le plan.")
        await work.group.marks(sent, "👌")
        said = [one for one in await client.transcript() if one.get("by") == "Anne"]
        assert ["Le plan." in one["html"] for one in said] == [True]
        [file] = said[0]["files"]
        fetched = await client.file(file["id"])
        assert fetched.body == b"%PDF-1.4 plan"
        await client.say(text="Merci, et le loyer ?")
        await work.group.sees("Merci, et le loyer ?")


# -- Strangers ------------------------------------------------------------------------------------


async def test_a_stranger_cannot_take(work: Work) -> None:
    """Whoever is no member of the group is told so, and nothing else happens."""
    card = await work.file()
    await _is_refused(work, await work.group.press(card, "Prendre", STRANGER))
    await work.settled()
    assert not [one for one in work.group.shown if "Mallory" in one.text]
    assert not work.server.edits


async def test_who_has_left_cannot_act(work: Work) -> None:
    """A former member's client still shows the card."""
    card = await work.file()
    for status in ("left", "kicked"):
        work.server.groups.add(work.group.chat_id, STRANGER, status)
        await _is_refused(work, await work.group.press(card, "Clore", STRANGER))
    await work.settled()
    assert not work.server.edits


async def test_a_stranger_cannot_answer(work: Work) -> None:
    """Their reply to the card goes nowhere."""
    card = await work.taken()
    await work.group.reply(card, "Envoyez-moi un acompte.", STRANGER)
    await work.settled()
    assert not [text for text in work.server.texts(ADA) if "acompte" in text]


@pytest.mark.parametrize(
    "value", ["team:take:{reference}", "team:close:{reference}", "team:reply:{reference}:axes"]
)
async def test_a_press_forged_in_a_private_chat_is_refused(work: Work, value: str) -> None:
    """A client can send any value, also under a message of the assistant's own."""
    card = await work.file()
    reference = card.buttons[0][0]["callback_data"].split(":")[2]
    await work.server.push(people.callback(EVE, value.format(reference=reference), query_id="eve"))
    await _is_refused(work, "eve")
    await work.settled()
    assert not work.server.edits
    assert len(work.group.shown) == 1


async def test_a_press_from_another_group_is_refused(work: Work) -> None:
    """Its member is no member here; nor is a group that the routing does not name a team's."""
    card = await work.file()
    value = card.buttons[0][0]["callback_data"]
    foreign = TeamGroup(work.server, -1_009_999)
    await _is_refused(work, await foreign.press_value(card, value))
    # The default team may step in where it was told of a request, but not close another team's.
    await work.default.press_value(card, value.replace("take", "close"))
    await work.settled()
    assert not work.server.edits


async def test_a_press_on_no_request_is_refused(work: Work) -> None:
    """An unknown reference, and values of no shape."""
    card = await work.file()
    for value in ("team:take:ZZZ-ZZZ", "team:", "team:take", "team:explode:" + "x" * 40):
        await _is_refused(work, await work.group.press_value(card, value))
    await work.settled()
    assert not work.server.edits


async def test_another_companys_request_is_out_of_reach(work: Work) -> None:
    """Reading, adding, withdrawing and rating go by the conversation, not by the reference."""
    card = await work.taken()
    reference = card.buttons[0][0]["callback_data"].split(":")[2]
    values = [
        buttons.valued(action, f"{reference}{choice}")
        for action, choice in (
            ("show", ""), ("add", ""), ("withdraw", ""), ("withdrawn", ""), ("rate", ":yes"),
        )
    ]  # fmt: skip
    for value in values:
        assert buttons.is_ours(value)
        await work.server.push(people.callback(EVE, value))
    await work.ask(f"/demandes {reference}", EVE)
    await work.settled()
    assert not [text for text in work.server.texts(EVE) if "Ateliers" in text or "500" in text]
    assert [one for one in work.group.shown if "retir" in one.text or "l'a aid" in one.text] == []


async def _is_refused(work: Work, query_id: str) -> None:
    """Wait until who pressed is told, in a window of its own, that it is not theirs to press."""

    def refusals() -> list[str]:
        return [
            call["text"]
            for call in work.server.called("answerCallbackQuery")
            if call["callback_query_id"] == query_id and call.get("show_alert")
        ]

    await work.server.wait_for(lambda: bool(refusals()))
    assert "Seuls les membres de l'équipe" in refusals()[0]


# -- What happens to groups and people ------------------------------------------------------------


async def test_a_group_that_is_upgraded_is_followed(work: Work) -> None:
    """Its messages are out of reach: open requests are shown again, and all works there."""
    await work.taken()
    new = TeamGroup(work.server, -1_001_777)
    gone = Refused(
        400,
        "Bad Request: group chat was upgraded to a supergroup chat",
        migrate_to_chat_id=new.chat_id,
    )
    work.server.refusals[work.group.chat_id] = gone
    await work.say("Y a-t-il un quai ?")
    card = await new.sees("Demande", "Prise en charge par Anne")
    await new.sees("Y a-t-il un quai ?")
    await new.marks(await new.reply(card, "Oui, deux."), "👌")
    await work.reads("Oui, deux.")
    await new.press(card, "Clore", ANNE)
    await work.reads("a clos votre demande")


async def test_an_upgraded_group_is_known_after_a_restart(
    tmp_path: Path, server: BotApiServer
) -> None:
    """Telegram tells of the upgrade once."""
    old, new = TeamGroup(server, GROUPS["immobilier"]), TeamGroup(server, -1_001_777)
    TeamGroup(server, GROUPS["accueil"])
    async with served(tmp_path, server) as url:
        work = Work(server, url, old, new)
        await work.taken()
        told = people.message(people.group(old.chat_id), ANNE, 9, migrate_to_chat_id=new.chat_id)
        upgraded = "Bad Request: group chat was upgraded to a supergroup chat"
        server.refusals[old.chat_id] = Refused(400, upgraded, migrate_to_chat_id=new.chat_id)
        await server.push({"message": told})
        await new.sees("Demande", "Prise en charge par Anne")
    server.refusals[old.chat_id] = Refused(400, "Bad Request: chat not found")
    async with served(tmp_path, server) as url:
        card = await new.sees("Demande", "Prise en charge par Anne")
        await new.reply(card, "Me revoici.")
        await Work(server, url, new, new).reads("Me revoici.")


async def test_a_topic_that_is_deleted_is_made_again(work: Work) -> None:
    """With the whole request, and what came next."""
    card = await work.taken()
    assert card.thread is not None
    del work.group.forum.topics[card.thread]
    await work.say("Y a-t-il un quai ?")
    again = await work.group.sees("Demande", "Prise en charge par Anne")
    assert again.thread != card.thread
    words = await work.group.sees("Y a-t-il un quai ?")
    assert words.thread == again.thread
    await work.group.reply(words, "Oui.")
    await work.reads("💬 Anne", "Oui.")


@pytest.mark.parametrize(
    "refusal",
    [
        Refused(403, "Forbidden: bot was kicked from the supergroup chat"),
        Refused(400, "Bad Request: not enough rights to send text messages to the chat"),
    ],
)
async def test_a_group_that_shuts_the_assistant_out_is_told_of_to_the_default_team(
    work: Work, refusal: Refused
) -> None:
    """Its members may take the request from there."""
    await work.taken()
    work.server.refusals[work.group.chat_id] = refusal
    await work.say("Y a-t-il un quai ?")
    notice = await work.default.sees("Y a-t-il un quai ?")
    await work.default.press(notice, "Prendre", BASILE)
    await work.reads("Basile, de l'équipe")


async def test_without_the_right_to_make_topics_the_group_itself_serves(work: Work) -> None:
    """A right that is taken away costs the order, not the request."""
    work.group.forum.may_manage = False
    card = await work.file()
    assert card.thread is None
    await work.group.press(card, "Prendre")
    await work.reads("Anne, de l'équipe")
    await work.group.marks(await work.group.reply(card, "Bonjour."), "👌")


async def test_a_company_that_blocks_the_assistant_is_said_to(work: Work) -> None:
    """The member sees that the words did not arrive, and where to find the company."""
    card = await work.taken()
    work.server.refusals[ADA] = Refused(403, "Forbidden: bot was blocked by the user")
    lost = await work.group.reply(card, "Bonjour.")
    await work.group.marks(lost, "👎")
    await work.group.sees("n'a pas pu être remis")


async def test_a_group_without_reactions_has_ticks(work: Work) -> None:
    """Its administrators may allow none."""
    work.server.groups.no_reactions.add(work.group.chat_id)
    card = await work.taken()
    await work.group.reply(card, "Bonjour.")
    await work.group.sees("✓")


async def test_nothing_is_lost_by_a_restart_between_two_steps(
    tmp_path: Path, server: BotApiServer
) -> None:
    """What members did while the assistant was away is done when it is back."""
    group = TeamGroup(server, GROUPS["immobilier"])
    TeamGroup(server, GROUPS["accueil"])
    async with served(tmp_path, server) as url:
        card = await Work(server, url, group, group).file()
    await group.press(card, "Prendre")
    answer = await group.reply(card, "Bonjour.")
    async with served(tmp_path, server) as url:
        await group.marks(answer, "👌")
        await Work(server, url, group, group).reads("Bonjour.")
