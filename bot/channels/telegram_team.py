"""What members of teams do in their Telegram groups, as events of requests' conversations.

A group counts as a team's if the routing names it, and a person as a member if Telegram says so.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol, get_args

from telegram import ChatMemberRestricted, Message
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import BadRequest, Forbidden

from bot.channels.telegram_updates import attachment, from_a_person, is_addressed
from bot.storage.records import Incoming
from handlers.requests.references import named_in
from handlers.team.model import TEAM, Action, ActionChosen, Member, MemberWrote

if TYPE_CHECKING:
    from collections.abc import Callable

    from telegram import Bot, CallbackQuery, ChatMember, Update

    from bot.storage.records import ShownMessage, ShownPurpose
    from knowledge.model import KnowledgeBase

MEMBERS_SECONDS = 60.0
"""For how long Telegram's word that somebody is a member is taken: so soon is one put out."""
KEPT_WITHIN_SECONDS = (0.1, 0.4)
"""Pauses before it is taken for sure that the assistant does not know a message of its own."""
REMEMBERED = 1_000

_PRESS_PARTS: Final = 3
_STAFF = {ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.MEMBER}
_PURPOSES: dict[ShownPurpose, str] = {
    "card": "reply", "reply": "reply", "note": "note", "info": "talk",
}  # fmt: skip


class Groups(Protocol):
    """What was shown in which group, and under which ids groups go."""

    async def groups_moved_to(self, chat_id: str) -> list[str]:
        """The ids that the group ``chat_id`` had before."""

    async def move_group(self, old_id: str, new_id: str, now: dt.datetime) -> None:
        """The group ``old_id`` is ``new_id`` now."""

    async def shown_message(self, group: str, message_id: int) -> ShownMessage | None:
        """What the assistant's message is of; None if it is of no request."""

    async def request_in_topic(self, group: str, thread_id: int) -> str | None:
        """The reference of the request whose topic that is; None if it is no request's."""

    async def has_request(self, reference: str) -> bool:
        """Whether there is one of exactly that reference."""


@dataclass(frozen=True, slots=True)
class TeamUpdate:
    """An update that is a team's matter: what it brings to the inbox, if anything.

    ``query_id`` is of a press, to be answered with ``alert`` where it was refused.
    """

    incoming: Incoming | None = None
    query_id: str | None = None
    alert: str | None = None


class TeamUpdates:
    """Reads updates from the groups in which teams work."""

    def __init__(
        self,
        bot: Bot,
        groups: Groups,
        knowledge: Callable[[], KnowledgeBase],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._bot = bot
        self._groups = groups
        self._knowledge = knowledge
        self._clock = clock
        self._members: OrderedDict[tuple[int, int], float] = OrderedDict()

    async def read(self, update: Update) -> TeamUpdate | None:
        """What ``update`` is to a team; None if it is none of a team's, but everybody's.

        Raises:
            TelegramError: whether somebody is a member cannot be known now.
        """
        query = update.callback_query
        if query is not None:
            ours = (query.data or "").startswith(f"{TEAM}:")
            return await self._press(update.update_id, query) if ours else None
        message = update.message or update.edited_message
        if message is None or message.chat.type not in {ChatType.GROUP, ChatType.SUPERGROUP}:
            return None
        edited = update.edited_message is not None
        return await self._written(update.update_id, message, edited=edited)

    async def _press(self, update_id: int, query: CallbackQuery) -> TeamUpdate:
        """A button of a card. It proves nothing by itself: a client can send any."""
        action, reference, argument = _pressed(query.data or "")
        chat = query.message.chat if query.message else None
        group = await self._group(str(chat.id)) if chat else None
        if (
            chat is None
            or group is None
            or action is None
            or not await self._groups.has_request(reference)
            or not await self._is_member(chat.id, query.from_user.id)
        ):
            return TeamUpdate(query_id=query.id, alert=self._refusal(query.from_user.language_code))
        member = Member(id=str(query.from_user.id), name=query.from_user.full_name)
        chosen = ActionChosen(member=member, group=group, action=action, argument=argument)
        return TeamUpdate(_incoming(update_id, reference, chosen), query.id)

    async def _written(
        self, update_id: int, message: Message, *, edited: bool
    ) -> TeamUpdate | None:
        group = await self._group(str(message.chat.id))
        if group is None:
            return None
        if message.migrate_to_chat_id is not None:
            new_id, now = str(message.migrate_to_chat_id), dt.datetime.now(dt.UTC)
            await self._groups.move_group(group, new_id, now)
            return TeamUpdate()
        if not from_a_person(message):
            return None
        about = await self._about(group, message)
        if about is None:
            return None
        member = await self._author(message)
        if member is None:
            return TeamUpdate()
        reference, purpose = about
        what, file = attachment(message)
        wrote = MemberWrote.model_validate(
            {
                "member": member,
                "group": group,
                "message": str(message.message_id),
                "text": (message.text or message.caption or "").strip(),
                "file": file,
                "edited": edited,
                "purpose": purpose,
                "unread": what if what and file is None else "",
                "album": message.media_group_id or "",
            }
        )
        # A live location is edited every few seconds.
        if (edited and wrote.unread) or not (wrote.text or wrote.file or wrote.unread):
            return TeamUpdate()
        return TeamUpdate(_incoming(update_id, reference, wrote))

    async def _about(self, group: str, message: Message) -> tuple[str, str] | None:
        """The request that a message is about, and what for; None where it is no request's."""
        replied_to = message.reply_to_message
        shown = await self._shown(group, replied_to) if replied_to else None
        if shown is not None:
            return shown.reference, _PURPOSES[shown.purpose]
        if replied_to and self._is_ours(replied_to):
            return await self._about_copy(group, message, replied_to)
        reference = await self._in_topic(group, message)
        return (reference, "talk") if reference else None

    async def _about_copy(
        self, group: str, message: Message, copy: Message
    ) -> tuple[str, str] | None:
        """What a reply to a message that is not known is about.

        Telegram took it, and its word of that was lost: the assistant sent the same again.
        """
        card = _card_of(copy)
        if card and await self._groups.has_request(card):
            return card, "reply"
        reference = await self._in_topic(group, message)
        if reference is None and not is_addressed(message, self._bot.username):
            named = named_in(copy.text or copy.caption or "")
            reference = named if named and await self._groups.has_request(named) else None
        return (reference, "lost") if reference else None

    async def _in_topic(self, group: str, message: Message) -> str | None:
        """The request in whose topic ``message`` is, unless it is addressed to the assistant."""
        if not message.is_topic_message or message.message_thread_id is None:
            return None
        if is_addressed(message, self._bot.username):
            return None
        return await self._groups.request_in_topic(group, message.message_thread_id)

    async def _shown(self, group: str, message: Message) -> ShownMessage | None:
        """What ``message`` is of, which may have been sent but a moment ago and not be kept yet."""
        for pause in KEPT_WITHIN_SECONDS if self._is_ours(message) else ():
            shown = await self._groups.shown_message(group, message.message_id)
            if shown is not None:
                return shown
            await asyncio.sleep(pause)
        return await self._groups.shown_message(group, message.message_id)

    def _is_ours(self, message: Message) -> bool:
        """Whether the assistant wrote it; a topic's own first message says nothing."""
        author = message.from_user
        ours = author is not None and author.id == self._bot.id
        return ours and message.forum_topic_created is None

    async def _author(self, message: Message) -> Member | None:
        """Who wrote ``message``, if they are a member; the group itself where they hide."""
        speaks_as = message.sender_chat
        if speaks_as is not None:
            if speaks_as.id != message.chat.id:
                return None
            name = message.author_signature or speaks_as.title or ""
            return Member(id=str(speaks_as.id), name=name)
        user = message.from_user
        if user is None or not await self._is_member(message.chat.id, user.id):
            return None
        return Member(id=str(user.id), name=user.full_name)

    async def _group(self, chat_id: str) -> str | None:
        """The id by which the routing names the group, if it does."""
        named = {team.telegram.group for team in self._knowledge().routing.teams if team.telegram}
        if chat_id in named:
            return chat_id
        before = await self._groups.groups_moved_to(chat_id)
        return next((one for one in before if one in named), None)

    async def _is_member(self, chat_id: int, user_id: int) -> bool:
        key = (chat_id, user_id)
        if self._clock() < self._members.get(key, 0.0):
            return True
        try:
            found = await self._bot.get_chat_member(chat_id, user_id)
        except (BadRequest, Forbidden):
            return False
        if not _belongs(found):
            return False
        self._members[key] = self._clock() + MEMBERS_SECONDS
        if len(self._members) > REMEMBERED:
            self._members.popitem(last=False)
        return True

    def _refusal(self, language_code: str | None) -> str:
        texts = self._knowledge().messages.team_stranger
        spoken = (language_code or "")[:2].lower()
        return next((texts[one] for one in texts if one == spoken), next(iter(texts.values())))


def _pressed(data: str) -> tuple[Action | None, str, str]:
    """Action, reference and argument of a button's value; no action where it is none of ours."""
    parts = data.removeprefix(f"{TEAM}:").split(":", _PRESS_PARTS - 1)
    action, reference, argument = [*parts, "", ""][:_PRESS_PARTS]
    named = next((one for one in get_args(Action) if one == action), None)
    return named, reference, argument


def _card_of(message: Message) -> str | None:
    """The reference of the request whose card ``message`` is, by its buttons.

    The choices of another question, as to which team a request goes, have an argument each.
    """
    rows = message.reply_markup.inline_keyboard if message.reply_markup else ()
    values = (button.callback_data for row in rows for button in row)
    pressed = (_pressed(one) for one in values if isinstance(one, str))
    return next((found for action, found, argument in pressed if action and not argument), None)


def _incoming(update_id: int, reference: str, event: ActionChosen | MemberWrote) -> Incoming:
    return Incoming(TEAM, f"telegram-{update_id}", reference, event)


def _belongs(member: ChatMember) -> bool:
    if isinstance(member, ChatMemberRestricted):
        return member.is_member
    return member.status in _STAFF
