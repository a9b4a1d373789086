"""What a Bot API server tells a bot about the groups it is in, and about its webhook.

As ``check_chat_access`` of Telegram's own server (tdlib/telegram-bot-api, Client.cpp): of an
upgraded group the chat itself can still be read, its members cannot; of a supergroup that is not
public, one who is no member can read nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from tests.servers.telegram_refusal import Refused
from tests.servers.telegram_updates import Json, bot_user

Status = Literal["administrator", "member", "restricted", "left", "kicked"]
_RIGHTS = (
    "can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages",
    "can_manage_video_chats", "can_restrict_members", "can_promote_members", "can_change_info",
    "can_invite_users", "can_pin_messages", "can_manage_topics",
)  # fmt: skip
_PERMISSIONS = (
    "can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos",
    "can_send_videos", "can_send_video_notes", "can_send_voice_notes", "can_send_polls",
    "can_send_other_messages", "can_add_web_page_previews", "can_change_info", "can_invite_users",
    "can_pin_messages", "can_manage_topics",
)  # fmt: skip


@dataclass
class OwnChat:
    """A group, and what the bot is in it; a new one is a forum with a bot that may do its work."""

    status: Status = "administrator"
    rights: set[str] = field(default_factory=lambda: {"can_manage_topics", "can_delete_messages"})
    """An administrator's."""
    forbidden: set[str] = field(default_factory=set)
    """What members may not do; of one who is restricted, what the bot may not."""
    type: str = "supergroup"
    forum: bool = True
    public: bool = False
    moved_to: int | None = None


class Chats:
    """All groups that the bot was ever in."""

    def __init__(self) -> None:
        self.by_id: dict[int, OwnChat] = {}
        self.webhook_trouble: Json = {}
        """``last_error_date`` and ``last_error_message``, once there was an error."""

    def get(self, parameters: Json) -> Json:
        """``getChat``."""
        chat_id, chat = self._readable(parameters)
        permissions = {name: name not in chat.forbidden for name in _PERMISSIONS}
        described = {
            "id": chat_id,
            "type": chat.type,
            "title": "Équipe",
            "permissions": permissions,
        }
        return described | ({"is_forum": True} if chat.forum else {})

    def own_membership(self, parameters: Json) -> Json:
        """``getChatMember`` of the bot itself."""
        _, chat = self._readable(parameters)
        if chat.moved_to is not None:
            description = "Bad Request: group chat was upgraded to a supergroup chat"
            raise Refused(400, description, migrate_to_chat_id=chat.moved_to)
        member: Json = {"user": bot_user(), "status": chat.status}
        if chat.status == "administrator":
            member |= {name: name in chat.rights for name in _RIGHTS}
        if chat.status == "restricted":
            allowed = {name: name not in chat.forbidden for name in _PERMISSIONS}
            member |= {"is_member": True, "until_date": 0, **allowed}
        return member

    def webhook_info(self, webhook: Json, pending: int) -> Json:
        """``getWebhookInfo``: the secret is not told."""
        known: Json = {
            name: webhook[name] for name in ("url", "allowed_updates") if name in webhook
        }
        defaults = {"url": "", "has_custom_certificate": False, "pending_update_count": pending}
        return {**defaults, **known, **self.webhook_trouble}

    def _readable(self, parameters: Json) -> tuple[int, OwnChat]:
        chat_id = int(parameters["chat_id"])
        chat = self.by_id.get(chat_id)
        if chat is None:
            raise Refused(400, "Bad Request: chat not found")
        if chat.status == "kicked":
            raise Refused(403, "Forbidden: bot was kicked from the supergroup chat")
        if chat.status == "left" and not chat.public:
            raise Refused(403, "Forbidden: bot is not a member of the supergroup chat")
        return chat_id, chat
