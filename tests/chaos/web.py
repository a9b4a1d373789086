"""A conversation by the web API, with assistants that die: sent again until it is taken."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import random
from ipaddress import ip_network
from typing import TYPE_CHECKING, Any
from uuid import UUID

from aiohttp import ClientError, ClientSession, ClientTimeout, FormData

from knowledge.markup import to_plain
from tests.chaos.reading import Shown, Unread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aiohttp import ClientResponse

AGAIN_SECONDS = 0.3
READ_SECONDS = 120.0
_TIMEOUT = ClientTimeout(total=30.0)
_STREAM = ClientTimeout(total=None, sock_connect=5.0)
_TAKEN = {200, 201, 202}
_UNWELL = {429, *range(500, 600)}
"""It is to come again: of a page that was too slow, a place may still be taken."""
_HOMES = iter(ip_network("10.0.0.0/8"))
"""An address for each page: what one of them does is no reason to refuse another."""


class WebConversation:
    """As a page has it: messages under ids of their own, replies by the event stream."""

    def __init__(self, addresses: Sequence[str], draw: random.Random) -> None:
        """Each call goes to any of ``addresses``."""
        self._addresses = addresses
        self._draw = draw
        self.id = ""
        self._token = ""
        self._session = ClientSession(headers={"X-Forwarded-For": str(next(_HOMES))})
        self.unread = Unread()
        self.read: list[tuple[int, str]] = []
        """Ids and texts of the replies, as they came."""
        self.files: list[str] = []
        """Names of those that came with them."""

    async def open(self) -> None:
        """Begin it."""
        made = await self._until_taken("/api/conversations", {})
        self.id, self._token = made["id"], made["token"]

    async def close(self) -> None:
        """Leave the page."""
        await self._session.close()

    async def send(self, **content: str) -> None:
        """Send ``text`` or press ``button``."""
        message = {"id": self._message_id(), **content}
        await self._until_taken(f"{self._path}/messages", {"json": message})

    async def attach(self, name: str, content: bytes) -> None:
        """Upload a file."""
        file = {"id": self._message_id(), "name": name, "content": content}
        await self._until_taken(f"{self._path}/files", file)

    async def follow(self) -> None:
        """Read the event stream, again and again from where it broke off, until cancelled."""
        while True:
            after = self.read[-1][0] if self.read else 0
            url = f"{self._address()}{self._path}/events?after={after}"
            try:
                async with self._session.get(
                    url, headers=self._headers, timeout=_STREAM
                ) as response:
                    if response.status == 200:
                        await self._read(response)
            except (ClientError, TimeoutError, OSError):
                pass
            await asyncio.sleep(AGAIN_SECONDS)

    async def read_up_to(self, reply_id: int) -> None:
        """Look at the page again, until that reply is there or for too long."""
        following = asyncio.create_task(self.follow())
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(READ_SECONDS):
                    while not self.read or self.read[-1][0] < reply_id:
                        await self.unread.take(AGAIN_SECONDS)
        finally:
            following.cancel()
            await asyncio.wait([following])

    async def _read(self, response: ClientResponse) -> None:
        event = ""
        async for line in response.content:
            name, _, value = line.decode().rstrip("\n").partition(": ")
            if name == "event":
                event = value
            elif name == "data" and event == "reply":
                reply = json.loads(value)
                self.read.append((reply["id"], reply["text"]))
                self.files += [file["name"] for file in reply.get("files", ())]
                buttons = tuple(button["value"] for button in reply["buttons"])
                self.unread.put(Shown(to_plain(reply["text"]), buttons))

    @property
    def _path(self) -> str:
        return f"/api/conversations/{self.id}"

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}"} if self._token else {}

    def _address(self) -> str:
        return self._draw.choice(self._addresses)

    def _message_id(self) -> str:
        return str(UUID(int=self._draw.getrandbits(128), version=4))

    async def _until_taken(self, path: str, content: dict[str, Any]) -> dict[str, Any]:
        """What is answered in the end, however often it takes.

        Raises:
            AssertionError: it is refused.
        """
        while True:
            try:
                async with self._session.post(
                    self._address() + path,
                    headers=self._headers,
                    timeout=_TIMEOUT,
                    **_body(content),
                ) as response:
                    body = await response.read()
                    if response.status in _TAKEN:
                        taken: dict[str, Any] = json.loads(body)
                        return taken
                    # What is not a fault of the assistant's own would be refused for ever.
                    assert response.status in _UNWELL, body
            except (ClientError, TimeoutError, OSError):
                pass
            await asyncio.sleep(AGAIN_SECONDS)


def _body(content: dict[str, Any]) -> dict[str, Any]:
    """Options of a POST; a form can be sent once only, and so is made anew each time."""
    if "name" not in content:
        return content
    form = FormData({"id": content["id"]}, quote_fields=False)
    file, name = io.BytesIO(content["content"]), content["name"]
    form.add_field("file", file, filename=name, content_type="application/pdf")
    return {"data": form}
