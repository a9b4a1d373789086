"""What the doctor says of teams' groups, as they are on Telegram."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import pytest

from tests.servers.telegram_chats import OwnChat
from tests.servers.telegram_faults import Fault, Planned

if TYPE_CHECKING:
    from tests.bot.doctor.deployment import Deployment

WRITTEN = 'telegram: {group: "-1001234"}'


async def said(deployment: Deployment) -> list[tuple[str, str]]:
    """Level and text of each finding about groups."""
    told = await deployment.doctor()
    return [(one["level"], one["what"]) for one in told.findings if one["matter"] == "groups"]


@pytest.mark.parametrize(
    ("chat", "level", "what"),
    [
        (OwnChat(status="left"), "fault", "the assistant is not in it"),
        (OwnChat(status="left", public=True), "fault", "the assistant is not in it"),
        (OwnChat(type="channel"), "fault", "is no group but a channel chat"),
        (OwnChat(status="restricted", forbidden={"can_send_messages"}), "fault", "may not write"),
        (OwnChat(status="member", forbidden={"can_send_messages"}), "fault", "may not write"),
        (OwnChat(status="member", forbidden={"can_send_photos"}), "warning", "files are left out"),
        (OwnChat(type="group", forum=False), "fault", "topics are off"),
    ],
)  # fmt: skip
async def test_what_keeps_the_assistant_from_its_work(
    deployment: Deployment, chat: OwnChat, level: str, what: str
) -> None:
    """Not a member in any of the ways there are, no right to write, another kind of chat."""
    deployment.telegram.chats.by_id[-1001234] = chat
    found = await said(deployment)
    assert [text for at, text in found if at == level and what in text], found


async def test_an_administrator_may_write_where_members_may_not(deployment: Deployment) -> None:
    """The group's own limits are not for administrators."""
    deployment.group.forbidden = {"can_send_messages", "can_send_photos"}
    assert [level for level, _ in await said(deployment)] == ["ok"]


async def test_a_group_without_topics_needs_no_administrator_for_cards(
    deployment: Deployment,
) -> None:
    """Where routing.yaml wants none; only erasing what is old asks for a right."""
    deployment.rewrite(WRITTEN, 'telegram: {group: "-1001234", topics: no}')
    deployment.telegram.chats.by_id[-1001234] = OwnChat(status="member", forum=False)
    ((level, what),) = await said(deployment)
    assert (level, "may not delete messages" in what) == ("warning", True)


async def test_a_fixed_topic_needs_topics(deployment: Deployment) -> None:
    """More than that no bot can ask Telegram about a topic, and the line says so."""
    deployment.rewrite(WRITTEN, 'telegram: {group: "-1001234", topic: 12}')
    ((level, what),) = await said(deployment)
    assert (level, "topic 12 only a card will show" in what) == ("ok", True)

    deployment.group.forum = False
    ((level, what),) = await said(deployment)
    assert (level, "routing.yaml names topic 12" in what) == ("fault", True)


async def test_a_group_of_two_teams_is_asked_for_once(deployment: Deployment) -> None:
    """Both are named."""
    deployment.rewrite("email: accueil@example.org", WRITTEN)
    ((level, what),) = await said(deployment)
    assert (level, what.partition(":")[0]) == ("ok", "group -1001234 (teams desk, sites)")
    assert len(deployment.telegram.called("getChat")) == 1


async def test_one_group_holds_up_no_other(deployment: Deployment) -> None:
    """What is wrong in one is said beside what is right in another."""
    deployment.rewrite("email: accueil@example.org", 'telegram: {group: "-77"}')
    assert [(level, what.partition(" (")[0]) for level, what in await said(deployment)] == [
        ("fault", "group -77"),
        ("ok", "group -1001234"),
    ]


async def test_an_upgraded_group_is_examined_where_it_is_now(deployment: Deployment) -> None:
    """The new id to write, and what is wrong under it; also where it was left since."""
    chats = deployment.telegram.chats.by_id
    chats[-1001234] = OwnChat(type="group", forum=False, moved_to=-1009)
    chats[-1009] = OwnChat(forum=False)
    moved, off = await said(deployment)
    assert moved[1].endswith("was upgraded to a supergroup; cards follow it to -1009")
    assert (off[0], off[1].partition(" (")[0]) == ("fault", "group -1009")

    chats[-1009].status = "kicked"
    assert [level for level, _ in await said(deployment)] == ["warning", "fault"]


async def test_a_passing_refusal_is_told_as_that(deployment: Deployment) -> None:
    """Telegram's own trouble is not taken for a group that is gone."""
    failing = deque[Fault | None]([Fault("server_error")])
    deployment.telegram.faults = Planned("getChatMember", failing)
    ((level, what),) = await said(deployment)
    assert (level, "Bad Gateway" in what) == ("fault", True)
