"""The address the assistant is to listen on: free, its own, or somebody else's."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import aiohttp

from bot.doctor.finding import Finding, fault, ok

if TYPE_CHECKING:
    from bot.settings import Settings

_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "::1"}  # noqa: S104 - what may be set
_ANSWER_WITHIN_SECONDS = 3.0


async def examine_port(settings: Settings) -> list[Finding]:
    """Who serves on HOST and PORT, or whether they can be had."""
    host, port = settings.host, settings.port
    if port == 0:
        return [ok("port", "any that is free")]
    where = f"{host}:{port}"
    reason = _why_not_free(host, port)
    if reason is None:
        return [ok("port", f"{where} is free: the assistant does not run here")]
    if await _is_assistant(_EVERYWHERE.get(host, host), port):
        return [ok("port", f"an assistant serves on {where}")]
    what = f"{where} cannot be had, and no assistant serves there: {reason}"
    return [fault("port", what, "stop what is there, or set HOST and PORT to others")]


def _why_not_free(host: str, port: int) -> str | None:
    """By binding, as ``serve`` will, and letting go."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(address)
            tried.listen(1)
    except OSError as error:
        return error.strerror or type(error).__name__
    return None


async def _is_assistant(host: str, port: int) -> bool:
    url = f"http://{f'[{host}]' if ':' in host else host}:{port}/health/live"
    timeout = aiohttp.ClientTimeout(total=_ANSWER_WITHIN_SECONDS)
    try:
        async with aiohttp.ClientSession(timeout=timeout) as session, session.get(url) as response:
            return bool(await response.json() == {"status": "live"})
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
        return False
