"""What people do on Telegram, as the ``Update`` objects a bot gets (without their update_id)."""

from __future__ import annotations

import re
import time
from typing import Any

BOT_ID = 700_000_001
BOT_USERNAME = "territoire_test_bot"
GROUP_ID = -1_001_234

Json = dict[str, Any]


def person(person_id: int, language_code: str | None = "fr", first_name: str = "Ada") -> Json:
    """A user as Telegram describes one."""
    user: Json = {"id": person_id, "is_bot": False, "first_name": first_name}
    return user | ({"language_code": language_code} if language_code else {})


def bot_user() -> Json:
    """The bot itself."""
    return {"id": BOT_ID, "is_bot": True, "first_name": "Territoire", "username": BOT_USERNAME}


def private(chat_id: int) -> Json:
    """The chat with one person; its id is the person's."""
    return {"id": chat_id, "type": "private", "first_name": "Ada"}


def group(chat_id: int = GROUP_ID) -> Json:
    """A supergroup."""
    return {"id": chat_id, "type": "supergroup", "title": "Les entreprises"}


def message(chat: Json, sender: Json, message_id: int = 1, **content: object) -> Json:
    """A message object; a text's commands are marked as Telegram marks them."""
    made: Json = {
        "message_id": message_id,
        "date": int(time.time()),
        "chat": chat,
        "from": sender,
        **content,
    }
    command = re.match(r"/[A-Za-z0-9_@]+", str(content.get("text", "")))
    if command:
        made["entities"] = [{"type": "bot_command", "offset": 0, "length": command.end()}]
    return made


def text(chat_id: int, words: str, message_id: int = 1, *, language: str | None = "fr") -> Json:
    """A person writes to the bot."""
    return {"message": message(private(chat_id), person(chat_id, language), message_id, text=words)}


def edited(chat_id: int, words: str, message_id: int = 1) -> Json:
    """A person rewrites a message."""
    changed = message(private(chat_id), person(chat_id), message_id, text=words)
    return {"edited_message": changed | {"edit_date": changed["date"] + 5}}


def sent(chat_id: int, message_id: int = 1, **content: object) -> Json:
    """A person sends something that is not text."""
    return {"message": message(private(chat_id), person(chat_id), message_id, **content)}


def photo(chat_id: int, caption: str | None = None, album: str | None = None) -> Json:
    """A person sends a picture, which Telegram keeps in several sizes."""
    content: Json = {
        "photo": [_size("small", 90, 1_200), _size("large", 1280, 250_000), _size("m", 320, 9_000)],
    }
    content |= {"caption": caption} if caption else {}
    content |= {"media_group_id": album} if album else {}
    return sent(chat_id, 7, **content)


def _size(file_id: str, side: int, size_bytes: int) -> Json:
    unique = {"file_id": file_id, "file_unique_id": f"unique-{file_id}"}
    return {**unique, "width": side, "height": side, "file_size": size_bytes}


def document(chat_id: int, album: str | None = None, **described: object) -> Json:
    """A person sends a file, ``described`` as their application has it."""
    content: Json = {"document": {"file_id": "doc", "file_unique_id": "unique", **described}}
    return sent(chat_id, 8, **content, **({"media_group_id": album} if album else {}))


def callback(chat_id: int, data: str, *, query_id: str = "q1", accessible: bool = True) -> Json:
    """A person presses a button, perhaps under a message too old to be shown again."""
    under = message(private(chat_id), bot_user(), 5, text="…")
    if not accessible:
        under = {"chat": private(chat_id), "message_id": 5, "date": 0}
    query = {"id": query_id, "from": person(chat_id), "chat_instance": "1", "data": data}
    return {"callback_query": query | {"message": under}}


def in_group(words: str, message_id: int = 1, chat_id: int = GROUP_ID, **content: object) -> Json:
    """A person writes in a group."""
    return {"message": message(group(chat_id), person(11), message_id, text=words, **content)}


def blocked(chat_id: int) -> Json:
    """A person blocks the bot."""
    before = {"user": bot_user(), "status": "member"}
    after = {"user": bot_user(), "status": "kicked", "until_date": 0}
    return {
        "my_chat_member": {
            "chat": private(chat_id),
            "from": person(chat_id),
            "date": int(time.time()),
            "old_chat_member": before,
            "new_chat_member": after,
        }
    }
