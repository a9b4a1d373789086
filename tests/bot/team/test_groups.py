"""What happens to groups and people while a request is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.bot.team.work import ADA, Work
from tests.servers import telegram_updates as people
from tests.servers.served import GROUPS, served
from tests.servers.team_group import ANNE, BASILE, TeamGroup
from tests.servers.telegram import BotApiServer, Refused

if TYPE_CHECKING:
    from pathlib import Path


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
