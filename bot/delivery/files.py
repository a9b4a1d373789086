"""The files of a request, as bytes, wherever its company sent them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Protocol

from telegram.error import BadRequest, Forbidden, TelegramError

from bot.delivery import TransientError
from bot.telegram_client import CHANNEL, error_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from telegram import Bot

    from bot.storage.store import Store
    from handlers.values import File


class FileUnavailableError(Exception):
    """The file cannot be had any more, or never could: the card goes without it and says so."""


class FileSource(Protocol):
    """Where files that one or more channels received can be read."""

    async def read(self, file: File) -> bytes:
        """What ``file`` holds.

        Raises:
            FileUnavailableError: it is gone, or too large to be fetched.
            TransientError: it may be readable later.
        """


class ExportedData:
    """What is held of a person, as a file that is written when it is read."""

    def __init__(
        self, store: Store, clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)
    ) -> None:
        self._store = store
        self._clock = clock

    async def read(self, file: File) -> bytes:
        """As :meth:`FileSource.read`; the file's id is that of the person's conversation."""
        return await self._store.export(file.id, self._clock())


class FilesByChannel:
    """Each file from the source of the channel that received it."""

    def __init__(self, sources: Mapping[str, FileSource]) -> None:
        self._sources = sources

    async def read(self, file: File) -> bytes:
        """As :meth:`FileSource.read`."""
        source = self._sources.get(file.channel)
        if source is None:
            raise FileUnavailableError("no channel of this process holds it")
        return await source.read(file)


class TelegramFiles:
    """Files that Telegram keeps; a bot may download up to 20 MB (Bot API, ``getFile``)."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def read(self, file: File) -> bytes:
        """As :meth:`FileSource.read`."""
        if file.channel != CHANNEL:
            raise FileUnavailableError("it did not come by Telegram")
        try:
            found = await self._bot.get_file(file.id)
            return bytes(await found.download_as_bytearray())
        except (BadRequest, Forbidden) as error:
            raise FileUnavailableError(error_text(error)) from error
        except TelegramError as error:
            raise TransientError(error_text(error)) from error


class StoredFiles:
    """Files that pages uploaded, which the database keeps."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def read(self, file: File) -> bytes:
        """As :meth:`FileSource.read`."""
        found = await self._store.file(file.id)
        if found is None:
            raise FileUnavailableError("it was erased")
        return found.content
