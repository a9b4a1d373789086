"""Groups as a Bot API server keeps them: who is a member, and what is shown on messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.servers.telegram_refusal import Refused

if TYPE_CHECKING:
    from tests.servers.telegram_updates import Json

# Of those that bots may give (Bot API, ReactionTypeEmoji), as many as are told apart here.
REACTIONS = {"👌", "👎", "👍", "❤", "🔥"}


class Groups:
    """Members by chat, and the reactions of the bot by message."""

    def __init__(self) -> None:
        self.members: dict[int, dict[int, str]] = {}
        """The status of each person in each chat; who is not here is unknown to it."""
        self.reactions: dict[tuple[int, int], str] = {}
        """By chat and message."""
        self.no_reactions: set[int] = set()
        """Chats that allow none."""
        self.gone: set[tuple[int, int]] = set()
        """Messages that were deleted."""

    def add(self, chat_id: int, user: Json, status: str = "member") -> None:
        """``user`` joins, or has another status from now on."""
        self.members.setdefault(chat_id, {})[user["id"]] = status

    def member(self, parameters: Json) -> Json:
        """``getChatMember``."""
        chat_id, user_id = int(parameters["chat_id"]), int(parameters["user_id"])
        status = self.members.get(chat_id, {}).get(user_id)
        if status is None:
            raise Refused(400, "Bad Request: PARTICIPANT_ID_INVALID")
        user = {"id": user_id, "is_bot": False, "first_name": "Ada"}
        return {"user": user, "status": status, **_RIGHTS.get(status, {})}

    def react(self, parameters: Json) -> bool:
        """``setMessageReaction``."""
        chat_id, message_id = int(parameters["chat_id"]), int(parameters["message_id"])
        if (chat_id, message_id) in self.gone:
            raise Refused(400, "Bad Request: message to react not found")
        (reaction,) = parameters["reaction"]
        if chat_id in self.no_reactions or reaction["emoji"] not in REACTIONS:
            raise Refused(400, "Bad Request: REACTION_INVALID")
        self.reactions[chat_id, message_id] = reaction["emoji"]
        return True


_CAN = (
    "can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages",
    "can_manage_video_chats", "can_restrict_members", "can_promote_members", "can_change_info",
    "can_invite_users", "can_post_stories", "can_edit_stories", "can_delete_stories",
)  # fmt: skip
_MAY = (
    "can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos",
    "can_send_videos", "can_send_video_notes", "can_send_voice_notes", "can_send_polls",
    "can_send_other_messages", "can_add_web_page_previews", "can_change_info", "can_invite_users",
    "can_pin_messages", "can_manage_topics",
)  # fmt: skip
_RIGHTS: dict[str, Json] = {
    "creator": {"is_anonymous": False},
    "administrator": dict.fromkeys(_CAN, False),
    "restricted": {"is_member": True, "until_date": 0, **dict.fromkeys(_MAY, True)},
    "kicked": {"until_date": 0},
}
