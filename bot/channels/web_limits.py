"""How often, and how often at once, one may do a thing, and who "one" is behind a proxy."""

from __future__ import annotations

import ipaddress
import time
from collections import Counter, OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from aiohttp import web


class RateLimit:
    """So many a minute for each key, all at once or spread (a leaking bucket).

    Kept in this process alone: several instances each grant the limit.
    """

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._interval_seconds = 60.0 / per_minute
        self._clock = clock
        self._empty_at: OrderedDict[str, float] = OrderedDict()

    def wait_seconds(self, key: str) -> float:
        """0 when ``key`` is admitted now, else how long it has to wait."""
        now = self._clock()
        self._forget_empty(now)
        empty_at = max(self._empty_at.get(key, now), now) + self._interval_seconds
        excess_seconds = empty_at - now - 60.0
        if excess_seconds > 1e-6:  # noqa: PLR2004 - a rounding error is no excess
            return excess_seconds
        self._empty_at[key] = empty_at
        self._empty_at.move_to_end(key)
        return 0.0

    def _forget_empty(self, now: float) -> None:
        while self._empty_at and next(iter(self._empty_at.values())) <= now:
            self._empty_at.popitem(last=False)


class AtOnce:
    """So many at the same time for each key.

    Kept in this process alone, as rates are.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._there = Counter[str]()

    def enter(self, key: str) -> bool:
        """Whether there was a place for one more of ``key``; it is taken until :meth:`leave`."""
        if self._there[key] >= self._most:
            return False
        self._there[key] += 1
        return True

    def leave(self, key: str) -> None:
        """One of ``key`` is through."""
        self._there[key] -= 1
        if not self._there[key]:
            del self._there[key]


def client_network(http_request: web.Request, trusted_proxies: int) -> str:
    """Who asks: an IPv4 address or an IPv6 /64, which is what one subscriber has.

    Of ``X-Forwarded-For`` only the entry that the outermost of our ``trusted_proxies`` wrote
    counts: anybody can write those before it.
    """
    address = http_request.remote or ""
    forwarded = ",".join(http_request.headers.getall("X-Forwarded-For", [])).split(",")
    if 0 < trusted_proxies <= len(forwarded):
        address = forwarded[-trusted_proxies].strip() or address
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:  # noqa: PLR2004 - IPv4
        return str(parsed)
    return str(ipaddress.ip_network((parsed, 64), strict=False))
