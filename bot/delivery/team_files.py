"""Files of a request as Telegram sends them: alone or in albums, by id or as an upload."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from telegram import InputFile, InputMediaDocument, InputMediaPhoto

from bot.delivery.cards.cleaning import clean_line
from bot.delivery.files import FileUnavailableError
from bot.telegram_client import CHANNEL

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from telegram import Bot

    from bot.delivery.files import FileSource
    from handlers.values import File

ALBUM_LIMIT = 10
"""Files of one album (Bot API, ``sendMediaGroup``)."""
UPLOAD_LIMIT_BYTES = 50_000_000
"""What a bot may upload (Bot API, ``sendDocument``)."""

Kind = Literal["photo", "document"]


@dataclass(frozen=True, slots=True)
class Album:
    """Files that are sent in one call.

    What Telegram knows as a photograph can be sent again only as one, and likewise a document,
    while a JPEG may be either.
    """

    files: tuple[File, ...]
    kind: Kind


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that Telegram does not have yet."""

    content: bytes
    name: str


def albums(files: Iterable[File]) -> Iterator[Album]:
    """Neighbours of a kind together, up to ten."""
    for kind, same in itertools.groupby(files, key=_likely_kind):
        rest = list(same)
        for start in range(0, len(rest), ALBUM_LIMIT):
            batch = tuple(rest[start : start + ALBUM_LIMIT])
            yield Album(batch, kind)


def refused(album: Album) -> list[Album]:
    """What to try instead of ``album`` when it is refused: each alone, then as another kind."""
    if len(album.files) > 1:
        return [replace(album, files=(file,)) for file in album.files]
    return [replace(album, kind="document")] if album.kind == "photo" else []


def _likely_kind(file: File) -> Kind:
    # What came by the web is sent as it is: as a photograph, Telegram would make it smaller.
    return "photo" if file.channel == CHANNEL and file.media_type == "image/jpeg" else "document"


async def load(file: File, source: FileSource) -> str | Upload:
    """``file`` as a call takes it: Telegram's own by its id, others whole.

    Raises:
        FileUnavailableError: it cannot be had, or is larger than Telegram takes.
        TransientError: it may be readable later.
    """
    if file.channel == CHANNEL:
        return file.id
    if (file.size_bytes or 0) > UPLOAD_LIMIT_BYTES:
        raise FileUnavailableError("larger than Telegram takes")
    content = await source.read(file)
    if not 0 < len(content) <= UPLOAD_LIMIT_BYTES:
        raise FileUnavailableError("empty, or larger than Telegram takes")
    return Upload(content, clean_line(file.name) or "document")


async def send(
    bot: Bot, chat: str, kind: Kind, media: list[str | Upload], options: dict[str, Any]
) -> list[int]:
    """One call for all of ``media``; the ids of the messages that show them.

    Raises:
        TelegramError: as the call does.
    """
    album = len(media) > 1
    # An album's uploads are parts of the call that its description refers to.
    given = [
        one if isinstance(one, str) else InputFile(one.content, one.name, attach=album)
        for one in media
    ]
    if album:
        kind_of_media = InputMediaPhoto if kind == "photo" else InputMediaDocument
        sent = await bot.send_media_group(chat, [kind_of_media(one) for one in given], **options)
        return [message.message_id for message in sent]
    call = bot.send_photo if kind == "photo" else bot.send_document
    return [(await call(chat, given[0], **options)).message_id]
