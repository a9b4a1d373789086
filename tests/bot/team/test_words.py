"""What members and the company say to each other, and what stays among members."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import aiohttp

from tests.bot.team.work import ADA, FORM, Work
from tests.bot.web_client import WebClient

if TYPE_CHECKING:
    from tests.servers.telegram_updates import Json


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
