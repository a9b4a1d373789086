"""Who is no member of the team cannot act, and another company is out of reach."""

from __future__ import annotations

import pytest

from handlers.requests import buttons
from handlers.requests.pressing import OF_REFERENCES
from tests.bot.team.work import ADA, EVE, Work
from tests.servers import telegram_updates as people
from tests.servers.team_group import STRANGER, TeamGroup


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
    # So that there is something to add.
    await work.server.push(people.document(EVE))
    for action in OF_REFERENCES:
        choice = ":yes" if action == "rate" else ""
        value = buttons.valued(action, f"{reference}{choice}")
        assert buttons.is_ours(value)
        await work.server.push(people.callback(EVE, value))

    def refusals() -> list[str]:
        return [text for text in work.server.texts(EVE) if "n'est plus ouverte" in text]

    # A press that no handler knows is answered otherwise, and would prove nothing.
    await work.server.wait_for(lambda: len(refusals()) == len(OF_REFERENCES))
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
