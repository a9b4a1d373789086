"""A file that a client sends: multipart/form-data (RFC 7578), read within limits."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated, Self
from uuid import UUID

from aiohttp import BodyPartReader
from aiohttp.http_exceptions import BadHttpMessage
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.channels.web_schema import ApiError, invalid
from bot.file_names import safe_name
from bot.media_types import FILE_LIMIT_BYTES, Recognised, recognise

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aiohttp import web

UPLOAD_WITHIN_SECONDS = 600.0
"""Enough for the largest file over a slow mobile connection (150 kbit/s)."""
FIRST_SECONDS = 30.0
"""So long nothing need come: a telephone may be in a tunnel."""
LEAST_BYTES_PER_SECOND = 4_000
"""From then on: a place is for whoever sends, be it over the slowest of mobile connections."""
UPLOADS_AT_ONCE = 16
"""Each is held in memory until it is whole."""
UPLOADS_OF_NETWORK = 3
"""Of one address: it does not take the places of all others."""

CONVERSATION_FILES = 50
"""Of a conversation, however many requests it makes: five times what a request can have."""
CONVERSATION_BYTES = 100_000_000
"""Of all of them together: ten of the largest."""

_FIELD_LIMIT_BYTES = 200
_MOST_PARTS = 8
_OVERHEAD_BYTES = 16 * 1024
"""Boundaries, headers and fields around a file."""
_CHUNK_BYTES = 64 * 1024


class _Content(BaseModel):
    """The part that is the file."""

    model_config = ConfigDict(frozen=True)

    name: str
    content: Annotated[bytes, Field(min_length=1)]


class SentFile(BaseModel):
    """What a client sends: a file under an id of its own, perhaps one of an album."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID
    album: UUID | None = None
    file: _Content

    @property
    def content(self) -> bytes:
        """What is in the file."""
        return self.file.content

    @classmethod
    async def receive(cls, http_request: web.Request) -> Self:
        """Read the body of ``http_request``.

        Raises:
            ApiError: 408, 413, 415 or 422.
        """
        if http_request.content_type != "multipart/form-data":
            raise ApiError(415, "not_multipart", "Send the file as multipart/form-data.")
        if (http_request.content_length or 0) > FILE_LIMIT_BYTES + _OVERHEAD_BYTES:
            raise _too_large()
        try:
            async with (
                asyncio.timeout(UPLOAD_WITHIN_SECONDS),
                asyncio.timeout(FIRST_SECONDS) as patience,
            ):
                return cls.model_validate(await _parts(http_request, patience))
        except ValidationError as error:
            raise invalid("invalid_file", error) from None
        except (ValueError, RuntimeError, BadHttpMessage):
            message = "The body is not multipart/form-data as RFC 7578 describes it."
            raise ApiError(422, "invalid_file", message) from None
        except TimeoutError:
            raise ApiError(408, "too_slow", "The file took too long to arrive.") from None

    async def recognise(self) -> Recognised:
        """What it is by its content, under a safe name.

        Raises:
            ApiError: 415 for a kind that is not accepted.
        """
        name = safe_name(self.file.name, "document")
        # Looking into a large archive takes a while.
        found = await asyncio.to_thread(recognise, self.content, name)
        if found is None:
            message = "Only documents, spreadsheets, presentations, PDF and pictures are accepted."
            raise ApiError(415, "unsupported_type", message)
        return found


def check_room(count: int, size_bytes: int, more_bytes: int) -> None:
    """Let a conversation that has ``count`` files of ``size_bytes`` send one of ``more_bytes``.

    Raises:
        ApiError: 409 where it has sent enough.
    """
    if count >= CONVERSATION_FILES or size_bytes + more_bytes > CONVERSATION_BYTES:
        megabytes = CONVERSATION_BYTES // 1_000_000
        message = f"A conversation may send {CONVERSATION_FILES} files, {megabytes} MB in all."
        raise ApiError(409, "conversation_full", message)


async def _parts(http_request: web.Request, patience: asyncio.Timeout) -> Mapping[str, object]:
    """The fields as text, ``file`` as its ``name`` and ``content``."""
    found: dict[str, object] = {}
    reader = await http_request.multipart()
    for _ in range(_MOST_PARTS):
        part = await reader.next()
        if part is None:
            return found
        if not isinstance(part, BodyPartReader) or not part.name or part.name in found:
            raise ValueError("a part that is nested, nameless or double")
        if part.name == "file":
            content = await _read(part, FILE_LIMIT_BYTES, patience)
            found["file"] = {"name": part.filename or "", "content": content}
        else:
            found[part.name] = (await _read(part, _FIELD_LIMIT_BYTES, patience)).decode()
    raise ValueError("too many parts")


async def _read(part: BodyPartReader, limit_bytes: int, patience: asyncio.Timeout) -> bytes:
    content = bytearray()
    while chunk := await part.read_chunk(_CHUNK_BYTES):
        _extend(patience, len(chunk))
        content += chunk
        if len(content) > limit_bytes:
            raise _too_large()
    return bytes(content)


def _extend(patience: asyncio.Timeout, size_bytes: int) -> None:
    """What has come gives time for more."""
    due_at = patience.when()
    if due_at is not None:
        patience.reschedule(due_at + size_bytes / LEAST_BYTES_PER_SECOND)


def _too_large() -> ApiError:
    megabytes = FILE_LIMIT_BYTES // 1_000_000
    return ApiError(413, "too_large", f"A file may have {megabytes} MB at most.")
