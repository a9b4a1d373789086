"""Each Telegram group of ``routing.yaml``: whether the assistant may do its work there.

Cards need a member who may write; a topic for each request needs topics switched on and an
administrator who may manage them; to erase what is older than 48 hours, one who may delete.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from telegram.error import (
    BadRequest,
    ChatMigrated,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    TelegramError,
)

from bot.doctor.bot_api import Json, call
from bot.doctor.finding import Finding, fault, ok, warning
from bot.telegram_client import error_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from telegram import Bot

    from knowledge.model import Routing, Team

_MATTER: Final = "groups"
_ADMINISTRATORS = {"administrator", "creator"}
_GONE = {"left", "kicked"}
_GROUPS = {"group", "supergroup"}
_FILES = ("can_send_documents", "can_send_photos")


@dataclass(frozen=True, slots=True)
class Group:
    """A chat that teams are sent their cards to.

    ``topics``: a request is to have one of its own; ``fixed`` are those named by number.
    """

    chat: str
    teams: tuple[str, ...]
    topics: bool
    fixed: tuple[int, ...]

    def __str__(self) -> str:
        noun = "team" if len(self.teams) == 1 else "teams"
        return f"group {self.chat} ({noun} {', '.join(self.teams)})"


def groups_of(routing: Routing) -> list[Group]:
    """The groups that ``routing`` names, each once."""
    by_chat: dict[str, list[Team]] = {}
    for team in routing.teams:
        if team.telegram is not None:
            by_chat.setdefault(team.telegram.group, []).append(team)
    return [_group(chat, teams) for chat, teams in by_chat.items()]


def _group(chat: str, teams: list[Team]) -> Group:
    written = [team.telegram for team in teams if team.telegram is not None]
    return Group(
        chat=chat,
        teams=tuple(team.id for team in teams),
        topics=any(one.topics and one.topic is None for one in written),
        fixed=tuple(sorted({one.topic for one in written if one.topic is not None})),
    )


async def examine_group(bot: Bot, me: Json, group: Group) -> list[Finding]:
    """What the Bot API tells of ``group``; ``me`` is the bot as ``getMe`` has it."""
    name = f"@{me.get('username')}"
    try:
        return await _examine(bot, int(me["id"]), name, group)
    except ChatMigrated as error:
        moved = str(error.new_chat_id)
        what = f"{group} was upgraded to a supergroup; cards follow it to {moved}"
        told = warning(_MATTER, what, f'write `group: "{moved}"` in routing.yaml')
    except TelegramError as error:
        return [_refused(error, group, name)]
    upgraded = replace(group, chat=moved)
    try:
        return [told, *await _examine(bot, int(me["id"]), name, upgraded)]
    except TelegramError as error:
        return [told, _refused(error, upgraded, name)]


async def _examine(bot: Bot, bot_id: int, name: str, group: Group) -> list[Finding]:
    # The member first: of an upgraded group the Bot API still shows the chat as it was.
    member = await call(bot, "getChatMember", chat_id=group.chat, user_id=bot_id)
    if member.get("status") in _GONE or member.get("is_member") is False:
        return [_not_in(group, name)]
    chat = await call(bot, "getChat", chat_id=group.chat)
    if chat.get("type") not in _GROUPS:
        what = f"{group} is no group but a {chat.get('type')} chat"
        return [fault(_MATTER, what, "write the group's id in routing.yaml")]
    found = [
        *_writing(group, member, chat),
        *_topics(group, member, chat, name),
        *_erasing(group, member, chat, name),
    ]
    return found or [ok(_MATTER, f"{group}: {_praise(group)}")]


def _praise(group: Group) -> str:
    if group.fixed:
        topics = ", ".join(map(str, group.fixed))
        # The Bot API has no method for it.
        return f"all rights; whether it has the topic {topics} only a card will show"
    return "all rights, a topic for each request" if group.topics else "all rights, no topics"


def _refused(error: TelegramError, group: Group, name: str) -> Finding:
    if isinstance(error, InvalidToken | EndPointNotFound):
        return fault(_MATTER, f"{group}: {error_text(error)}", "see the line on telegram")
    if isinstance(error, Forbidden):
        return _not_in(group, name)
    if isinstance(error, BadRequest):
        what = f"{group}: Telegram knows no such group, or has never seen the assistant in it"
        return fault(_MATTER, what, f"add {name} to it; if it is there, mend `group` (-100…)")
    return fault(_MATTER, f"{group}: {error_text(error)}", "try again; Telegram may be away")


def _not_in(group: Group, name: str) -> Finding:
    return fault(_MATTER, f"{group}: the assistant is not in it", f"add {name} to the group")


def _is_administrator(member: Json) -> bool:
    return member.get("status") in _ADMINISTRATORS


def _may(member: Json, chat: Json, right: str) -> bool:
    """What a member who is no administrator may do: its own limits, else the group's.

    What an older server does not tell is taken for allowed.
    """
    allowed: dict[str, Any] = (
        member if member.get("status") == "restricted" else chat.get("permissions", {})
    )
    return _is_administrator(member) or bool(allowed.get(right, True))


def _writing(group: Group, member: Json, chat: Json) -> Iterator[Finding]:
    if not _may(member, chat, "can_send_messages"):
        what = f"{group}: the assistant may not write there"
        yield fault(_MATTER, what, "allow members to send messages, or make it an administrator")
    elif not all(_may(member, chat, right) for right in _FILES):
        what = f"{group}: the assistant may not send documents and photos, so files are left out"
        yield warning(_MATTER, what, "allow members to send them, or make it an administrator")


def _topics(group: Group, member: Json, chat: Json, name: str) -> Iterator[Finding]:
    if not chat.get("is_forum"):
        if group.topics:
            what = f"{group}: topics are off, so all requests stand in one chat"
            mend = "switch topics on in the group's settings, or write `topics: no` in routing.yaml"
            yield fault(_MATTER, what, mend)
        if group.fixed:
            topics = ", ".join(map(str, group.fixed))
            what = f"{group}: topics are off, and routing.yaml names topic {topics}"
            yield fault(_MATTER, what, "switch topics on, or take `topic` out of routing.yaml")
        return
    if not group.topics:
        return
    if not _is_administrator(member):
        what = f"{group}: the assistant is no administrator, so it can make no topic for a request"
        mend = f"make {name} an administrator who may manage topics and delete messages"
        yield fault(_MATTER, what, mend)
    elif not (member.get("can_manage_topics") or member.get("status") == "creator"):
        what = f"{group}: the assistant may not manage topics, so it can make none for a request"
        yield fault(_MATTER, what, f"give {name} the right to manage topics")


def _erasing(group: Group, member: Json, chat: Json, name: str) -> Iterator[Finding]:
    if group.topics and chat.get("is_forum") and not _is_administrator(member):
        return  # told with the topics, mend and all
    if not (_is_administrator(member) and member.get("can_delete_messages")):
        what = f"{group}: the assistant may not delete messages: after 48 hours it can erase none"
        yield warning(_MATTER, what, f"make {name} an administrator who may delete messages")
