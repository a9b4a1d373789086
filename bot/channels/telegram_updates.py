"""Telegram's updates as events of the dialogue: pure translation, nothing is decided here."""

from __future__ import annotations

import mimetypes
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from telegram import ChatMember, Message
from telegram.constants import ChatType

from bot.file_names import safe_name
from bot.media_types import may_be_accepted
from bot.storage.records import Incoming
from bot.telegram_client import CHANNEL
from handlers.command_names import COMMANDS
from handlers.events import (
    AttachmentReceived,
    ButtonPressed,
    CommandGiven,
    Event,
    MessageReceived,
)
from handlers.values import File
from knowledge.model import LANGUAGES, Language

if TYPE_CHECKING:
    from telegram import CallbackQuery, Update, User

ALLOWED_UPDATES: Final = ("message", "edited_message", "callback_query", "my_chat_member")
"""What is asked for; always passed, since Telegram keeps the last setting otherwise."""

_COMMAND = re.compile(r"/([A-Za-z0-9_]*)(?:@(\w+))?(?:\s+|$)(.*)", re.DOTALL)
_MEDIA_TYPE = re.compile(r"[A-Za-z0-9!#$&^_.+-]{1,127}/[A-Za-z0-9!#$&^_.+-]{1,127}")  # RFC 6838
# An animation is also a document and a venue also a location: the more telling name is first.
_ATTACHMENTS = (
    "photo", "voice", "video", "video_note", "audio", "animation", "document", "sticker",
    "venue", "location", "contact", "poll", "dice", "story", "game", "paid_media", "checklist",
)  # fmt: skip


def to_incoming(update: Update, bot_username: str) -> Incoming | None:
    """``update`` as the inbox takes it; None for what is not said to the assistant.

    In a group that is all but commands, mentions of ``bot_username`` and replies to it.
    """
    if update.callback_query:
        return _button(update.update_id, update.callback_query)
    message = update.message or update.edited_message
    if message is None or not from_a_person(message):
        return None
    heard = _heard(message, bot_username)
    if heard is None:
        return None
    event = _event(message, heard, edited=update.edited_message is not None)
    if event is None:
        return None
    return Incoming(
        channel=CHANNEL,
        external_id=_external_id(update.update_id, message, event),
        address=str(message.chat.id),
        event=event,
        context=_context(message),
    )


def blocked_address(update: Update) -> str | None:
    """The chat that blocked the assistant or removed it, if that is what ``update`` says."""
    change = update.my_chat_member
    gone = {ChatMember.LEFT, ChatMember.BANNED}
    if change is None or change.new_chat_member.status not in gone:
        return None
    return str(change.chat.id)


def _external_id(update_id: int, message: Message, event: Event) -> str:
    # Ten films sent at once are ten updates. None can join a request: they are one thing to answer.
    match event:
        case AttachmentReceived(file=None, caption="", album=album) if album:
            return f"album-{message.chat.id}-{album}"
        case _:
            return str(update_id)


def from_a_person(message: Message) -> bool:
    """Whether somebody wrote it: no channel's post, and no other bot."""
    if message.is_automatic_forward or message.chat.type == ChatType.CHANNEL:
        return False
    # An administrator who stays anonymous shows as a bot, beside the chat they speak for.
    is_bot = message.from_user is not None and message.from_user.is_bot
    return message.sender_chat is not None or not is_bot


def _context(message: Message) -> dict[str, str]:
    context: dict[str, str] = {}
    if message.chat.type != ChatType.PRIVATE:
        context["reply_to_message_id"] = str(message.message_id)
    if message.is_topic_message and message.message_thread_id:
        context["message_thread_id"] = str(message.message_thread_id)
    return context


def _button(update_id: int, query: CallbackQuery) -> Incoming | None:
    """A pressed button; its message may be too old to be told more of than its chat."""
    if query.data is None:
        return None
    context = {"callback_query_id": query.id}
    if query.message:
        context["message_id"] = str(query.message.message_id)
    if isinstance(query.message, Message) and query.message.is_topic_message:
        context["message_thread_id"] = str(query.message.message_thread_id)
    return Incoming(
        channel=CHANNEL,
        external_id=str(update_id),
        address=str(query.message.chat.id if query.message else query.from_user.id),
        event=ButtonPressed(value=query.data),
        context=context,
    )


@dataclass(frozen=True, slots=True)
class _Heard:
    """What a message says to the assistant, mentions taken out."""

    text: str
    command: str | None = None
    """The command's name, lower-case; ``text`` is then what follows it."""


def _heard(message: Message, bot_username: str) -> _Heard | None:
    written = message.text or message.caption or ""
    command = _COMMAND.fullmatch(written) if message.text else None
    private = message.chat.type == ChatType.PRIVATE
    if command:
        name, addressee, rest = command[1].lower(), command[2] or "", command[3].strip()
        ours = addressee.lower() == bot_username.lower()
        known = name in COMMANDS and not addressee
        return _Heard(rest, name) if private or ours or known else None
    said, mentions = _mention(bot_username).subn(" ", written)
    if mentions:
        return _Heard(said.strip())
    if private or _replies_to(message, bot_username):
        return _Heard(written)
    return None


def is_addressed(message: Message, bot_username: str) -> bool:
    """Whether it mentions the assistant, or is a command for it."""
    written = message.text or message.caption or ""
    if _mention(bot_username).search(written):
        return True
    command = _COMMAND.fullmatch(written) if message.text else None
    if command is None:
        return False
    addressee = (command[2] or "").lower()
    return addressee == bot_username.lower() or (not addressee and command[1].lower() in COMMANDS)


def _mention(bot_username: str) -> re.Pattern[str]:
    name = re.escape(bot_username)
    return re.compile(rf"[ \t]*(?<![\w@])@{name}(?!\w)[,:]?[ \t]*", re.IGNORECASE)


def _replies_to(message: Message, bot_username: str) -> bool:
    original = message.reply_to_message
    author = original.from_user if original else None
    return author is not None and (author.username or "").lower() == bot_username.lower()


def _event(message: Message, heard: _Heard, *, edited: bool) -> Event | None:
    if heard.command is not None:
        return _command(heard.command, heard.text, message.from_user, edited=edited)
    what, file = attachment(message)
    if what and not edited:
        refused = file is not None and not may_be_accepted(file.name, file.media_type)
        return AttachmentReceived(
            what=what,
            caption=heard.text,
            file=None if refused else file,
            album=message.media_group_id or "",
            refused=file.name if file and refused else "",
        )
    if heard.text:
        return MessageReceived(text=heard.text, edited=edited)
    # A live location is edited every few seconds, and a mention alone asks for something.
    return CommandGiven(name="help") if message.text and not edited else None


def attachment(message: Message) -> tuple[str | None, File | None]:
    """What ``message`` carries beside its text, and the file if that is one to pass on."""
    what = next((name for name in _ATTACHMENTS if getattr(message, name, None)), None)
    return what, _file(what, message) if what else None


def _file(what: str, message: Message) -> File | None:
    """What can join a request: a document, or a photograph in its largest size.

    A file that is larger than bots may download (20 MB) has its size all the same, so that the
    dialogue can say so.
    """
    if what == "photo":
        largest = max(message.photo, key=lambda size: size.width * size.height)
        return File(
            channel=CHANNEL,
            id=largest.file_id,
            name=f"photo-{message.message_id}.jpg",
            media_type="image/jpeg",
            size_bytes=largest.file_size,
        )
    if what == "document" and message.document:
        document = message.document
        media_type = document.mime_type or ""
        if not _MEDIA_TYPE.fullmatch(media_type):
            media_type = "application/octet-stream"
        made = f"document-{message.message_id}{mimetypes.guess_extension(media_type) or ''}"
        return File(
            channel=CHANNEL,
            id=document.file_id,
            name=safe_name(document.file_name or "", made),
            media_type=media_type,
            size_bytes=document.file_size,
        )
    return None


def _command(name: str, rest: str, user: User | None, *, edited: bool) -> Event:
    """One of the assistant's commands; any other is read as a message without its slash."""
    if name in COMMANDS:
        return CommandGiven(name=COMMANDS[name], argument=rest, language=_language(user))
    text = f"{name} {rest}".strip()
    if not text:
        return CommandGiven(name="help", language=_language(user))
    return MessageReceived(text=text, edited=edited)


def _language(user: User | None) -> Language | None:
    spoken = (user.language_code or "")[:2].lower() if user else ""
    return next((language for language in LANGUAGES if language == spoken), None)
