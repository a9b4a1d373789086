"""A request from its filing to its rating, and who has it meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.bot.team.work import ADA, Work
from tests.servers.team_group import ANNE, BASILE

if TYPE_CHECKING:
    from tests.servers.telegram import Sent


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
    told = await work.group.sees("à l'équipe Accueil des entreprises", "que dans son groupe")
    assert (told.thread, told.buttons) == (card.thread, [])
    late = await work.group.reply(card, "Moi, Basile, je vous rappelle.", BASILE)
    await work.group.marks(late, "👎")
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
