"""A receiver of webhooks to talk to over real HTTP: it verifies, and takes each id once.

It fails at will. What it knows of signatures it has from the specification alone.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import time
from collections import Counter
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.servers.telegram_faults import Fault, FaultPlan, NoFaults

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

METHOD = "POST"
"""What a fault plan is asked about."""
TOLERANCE_SECONDS = 300
PATH = "/hook"


@dataclass(frozen=True, slots=True)
class Taken:
    """A webhook that was verified and taken, for the first time."""

    webhook_id: str
    headers: dict[str, str]
    raw: bytes

    @property
    def shape(self) -> dict[str, Any]:
        """The body."""
        parsed: dict[str, Any] = json.loads(self.raw)
        return parsed


@dataclass
class WebhookTestServer:
    """The receiver's state; :meth:`running` serves it.

    ``answer`` is a status (and Retry-After) that every call gets instead of being taken.
    """

    secret: str
    faults: FaultPlan = field(default_factory=NoFaults)
    answer: tuple[int, str] | None = None
    taken: list[Taken] = field(default_factory=list)
    calls: Counter[str] = field(default_factory=Counter)
    """How often each id came, verified."""
    altered: int = 0
    """Calls whose id had come before, with another body."""
    refused: int = 0
    """Calls that could not be verified."""
    url: str = ""
    clock: Callable[[], float] = time.time

    def __post_init__(self) -> None:
        self._stopping = asyncio.Event()

    def doubles(self) -> int:
        """How often an id came again; none of them was taken twice."""
        return sum(count - 1 for count in self.calls.values())

    @asynccontextmanager
    async def running(self) -> AsyncIterator[WebhookTestServer]:
        """Serve on a free port of the local host."""
        app = web.Application()
        app.router.add_post(PATH, self._handle)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}{PATH}"
        try:
            yield self
        finally:
            self._stopping.set()
            await runner.cleanup()

    async def _handle(self, http_request: web.Request) -> web.Response:
        raw = await http_request.read()
        if not self._verified(http_request, raw):
            self.refused += 1
            return web.Response(status=401)
        if self.answer is not None:
            status, retry_after = self.answer
            headers = {"Retry-After": retry_after, "Location": self.url}
            return web.Response(status=status, headers=headers)
        fault = self.faults.next_fault(METHOD)
        if fault and fault.kind not in {"cut", "late"}:
            return await self._fail(http_request, fault)
        self._take(http_request, raw)
        if fault:
            return await self._fail(http_request, fault)
        return web.Response(status=204)

    def _take(self, http_request: web.Request, raw: bytes) -> None:
        webhook_id = http_request.headers["webhook-id"]
        self.calls[webhook_id] += 1
        if self.calls[webhook_id] == 1:
            self.taken.append(Taken(webhook_id, dict(http_request.headers), raw))
        elif not any(one.webhook_id == webhook_id and one.raw == raw for one in self.taken):
            self.altered += 1

    async def _fail(self, http_request: web.Request, fault: Fault) -> web.Response:
        match fault.kind:
            case "rate_limited":
                seconds = str(fault.retry_after_seconds)
                return web.Response(status=429, headers={"Retry-After": seconds})
            case "server_error":
                return web.Response(status=502, text="<html>Bad Gateway</html>")
            case "time_out" | "late":
                await self._stopping.wait()
        if http_request.transport:
            http_request.transport.close()
        return web.Response()

    def _verified(self, http_request: web.Request, raw: bytes) -> bool:
        """As the specification says: time first, then any one signature of version 1."""
        webhook_id = http_request.headers.get("webhook-id", "")
        timestamp = http_request.headers.get("webhook-timestamp", "")
        if not timestamp.isdigit() or abs(self.clock() - int(timestamp)) > TOLERANCE_SECONDS:
            return False
        key = base64.b64decode(self.secret.removeprefix("whsec_"))
        signed = b".".join([webhook_id.encode(), timestamp.encode(), raw])
        expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        given = http_request.headers.get("webhook-signature", "").split(" ")
        return any(hmac.compare_digest(f"v1,{expected}", one) for one in given)
