"""A small client of the web API, as another page or program would write it."""

from __future__ import annotations

import io
import json
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import aiohttp

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@dataclass(frozen=True)
class Response:
    """What came back, read whole."""

    status: int
    headers: Any
    body: bytes

    @property
    def json(self) -> Any:  # noqa: ANN401 - JSON
        """The body as JSON."""
        return json.loads(self.body)


class WebClient:
    """Speaks for one conversation once :meth:`open` was called."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self._url = url.rstrip("/")
        self._session = session
        self.conversation = ""
        self.token = ""
        self.team: list[dict[str, Any]] = []
        """What :meth:`events` told of the team on the way."""

    async def request(self, method: str, path: str, **options: Any) -> Response:  # noqa: ANN401
        """Any request; the options are aiohttp's."""
        async with self._session.request(method, self._url + path, **options) as response:
            return Response(response.status, response.headers, await response.read())

    async def open(self) -> None:
        """Open a conversation."""
        response = await self.request("POST", "/api/conversations")
        assert response.status == 201, response.body
        self.conversation, self.token = response.json["id"], response.json["token"]

    @property
    def authorization(self) -> dict[str, str]:
        """The conversation's bearer header."""
        return {"Authorization": f"Bearer {self.token}"}

    @property
    def path(self) -> str:
        """Where the conversation's messages are."""
        return f"/api/conversations/{self.conversation}/messages"

    async def send_file(
        self,
        content: bytes,
        name: str = "plan.pdf",
        media_type: str = "application/octet-stream",
        **fields: str,
    ) -> Response:
        """Send a file; ``fields`` win over an id of its own."""
        # Names as browsers and curl write them.
        form = aiohttp.FormData({"id": str(uuid.uuid4()), **fields}, quote_fields=False)
        form.add_field("file", io.BytesIO(content), filename=name, content_type=media_type)
        path = self.path.replace("messages", "files")
        return await self.request("POST", path, data=form, headers=self.authorization)

    async def say(self, message_id: str | None = None, **content: object) -> Response:
        """Send ``text``, ``button`` or ``command`` under ``message_id`` or a new id."""
        message = {"id": message_id or str(uuid.uuid4()), **content}
        return await self.request("POST", self.path, json=message, headers=self.authorization)

    async def file(self, file_id: str) -> Response:
        """A file that the team sent."""
        path = f"/api/conversations/{self.conversation}/files/{file_id}"
        return await self.request("GET", path, headers=self.authorization)

    async def transcript(self) -> list[dict[str, Any]]:
        """What both sides said."""
        response = await self.request("GET", self.path, headers=self.authorization)
        assert response.status == 200, response.body
        messages: list[dict[str, Any]] = response.json["messages"]
        return messages

    async def events(self, query: str = "", **headers: str) -> AsyncIterator[dict[str, Any]]:
        """Replies of the event stream until the server ends it."""
        url = f"{self._url}/api/conversations/{self.conversation}/events{query}"
        async with self._session.get(url, headers={**self.authorization, **headers}) as response:
            assert response.status == 200
            assert response.content_type == "text/event-stream"
            event: dict[str, str] = {}
            async for line in response.content:
                name, _, value = line.decode().rstrip("\n").partition(": ")
                if name == "data" and event["event"] == "team":
                    self.team.append(json.loads(value))
                elif name == "data":
                    assert event["event"] == "reply"
                    reply: dict[str, Any] = json.loads(value)
                    assert event["id"] == str(reply["id"])
                    yield reply
                elif name:
                    event[name] = value
