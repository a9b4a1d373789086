"""Files as a Bot API server keeps them: an id is of one kind, and small ones can be fetched."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from aiohttp import web
from aiohttp.web_request import FileField

from tests.servers.telegram_refusal import Refused

if TYPE_CHECKING:
    from tests.servers.telegram_updates import Json

Kind = Literal["photo", "document"]
DOWNLOAD_LIMIT_BYTES = 20_000_000
ALBUM = range(2, 11)


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that somebody sent or uploaded; ``size_bytes`` may be more than is really here."""

    kind: Kind
    name: str
    content: bytes
    size_bytes: int


class Files:
    """All files by their id."""

    def __init__(self) -> None:
        self.by_id: dict[str, KeptFile] = {}
        self._ids = itertools.count(1)

    def keep(
        self, kind: Kind, name: str, content: bytes = b"x", size_bytes: int | None = None
    ) -> str:
        """The id under which the file can be sent and fetched."""
        file_id = f"{kind}-{next(self._ids)}"
        size = len(content) if size_bytes is None else size_bytes
        self.by_id[file_id] = KeptFile(kind, name, content, size)
        return file_id

    def one(self, kind: Kind, parameters: Json) -> list[KeptFile]:
        """What ``sendPhoto`` or ``sendDocument`` sends."""
        return [self._taken(kind, parameters[kind], parameters)]

    def album(self, parameters: Json) -> list[KeptFile]:
        """What ``sendMediaGroup`` sends."""
        media = parameters["media"]
        if len(media) not in ALBUM:
            raise Refused(400, "Bad Request: wrong number of media in the group")
        if len({one["type"] for one in media}) > 1:
            raise Refused(400, "Bad Request: documents can't be mixed with other media types")
        return [self._taken(one["type"], one["media"], parameters) for one in media]

    def _taken(self, kind: Kind, value: object, parameters: Json) -> KeptFile:
        """By id, or uploaded with the call."""
        if isinstance(value, str) and value.startswith("attach://"):
            value = parameters[value.removeprefix("attach://")]
        if isinstance(value, FileField):
            content = value.file.read()
            return self.by_id[self.keep(kind, value.filename, content)]
        kept = self.by_id.get(str(value))
        if kept is None:
            raise Refused(400, "Bad Request: wrong file identifier/HTTP URL specified")
        if kept.kind != kind:
            names = {"photo": "Photo", "document": "Document"}
            described = f"can't use file of type {names[kept.kind]} as {names[kind]}"
            raise Refused(400, f"Bad Request: {described}")
        return kept

    def get(self, parameters: Json) -> Json:
        """``getFile``."""
        file_id = str(parameters["file_id"])
        kept = self.by_id.get(file_id)
        if kept is None:
            raise Refused(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        if kept.size_bytes > DOWNLOAD_LIMIT_BYTES:
            raise Refused(400, "Bad Request: file is too big")
        described = {"file_id": file_id, "file_unique_id": f"unique-{file_id}"}
        return {**described, "file_path": f"files/{file_id}", "file_size": kept.size_bytes}

    async def download(self, http_request: web.Request) -> web.Response:
        """The bytes behind a ``file_path``."""
        kept = self.by_id.get(http_request.match_info["file_id"])
        if kept is None:
            return web.json_response(
                {"ok": False, "error_code": 404, "description": "Not Found"}, status=404
            )
        return web.Response(body=kept.content)
