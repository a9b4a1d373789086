"""Rate limits and the address of who asks."""

from __future__ import annotations

import pytest
from aiohttp.test_utils import make_mocked_request
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.web_limits import AtOnce, RateLimit, client_network


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        """The time now, in seconds."""
        return self.now


def test_a_minutes_worth_may_come_at_once_and_then_drips() -> None:
    """Six a minute: six at once, then one each ten seconds."""
    clock = Clock()
    limit = RateLimit(6, clock)

    assert [limit.wait_seconds("a") for _ in range(6)] == [0.0] * 6
    assert limit.wait_seconds("a") == pytest.approx(10.0)
    assert limit.wait_seconds("b") == 0.0
    clock.now += 10.0
    assert limit.wait_seconds("a") == 0.0
    assert limit.wait_seconds("a") > 0.0


@given(
    per_minute=st.integers(1, 50),
    pauses=st.lists(st.floats(0, 20, allow_nan=False), max_size=200),
)
def test_waiting_as_told_is_always_enough(per_minute: int, pauses: list[float]) -> None:
    """Whoever waits as long as told is admitted, whatever came before."""
    clock = Clock()
    limit = RateLimit(per_minute, clock)
    for pause in pauses:
        clock.now += pause
        limit.wait_seconds("a")
    if wait_seconds := limit.wait_seconds("a"):
        clock.now += wait_seconds
        assert limit.wait_seconds("a") == 0.0


def test_who_is_quiet_is_forgotten() -> None:
    """A million addresses once seen do not stay in memory."""
    clock = Clock()
    limit = RateLimit(60, clock)
    for number in range(1000):
        limit.wait_seconds(str(number))
        clock.now += 1.0

    assert len(limit._empty_at) <= 2  # noqa: SLF001 - memory is the promise


def test_so_many_at_once_and_nobody_is_remembered() -> None:
    """Each key has places of its own, and one that was left is free."""
    places = AtOnce(2)
    assert [places.enter("a") for _ in range(3)] == [True, True, False]
    assert places.enter("b")
    places.leave("a")
    assert places.enter("a")
    for key in ("a", "a", "b"):
        places.leave(key)
    assert not places._there  # noqa: SLF001 - memory is the promise


@pytest.mark.parametrize(
    ("forwarded", "proxies", "expected"),
    [
        (None, 0, "203.0.113.1"),
        ("192.0.2.1", 0, "203.0.113.1"),
        ("192.0.2.1", 1, "192.0.2.1"),
        ("6.6.6.6, 192.0.2.1", 1, "192.0.2.1"),
        ("192.0.2.1, 10.0.0.1", 2, "192.0.2.1"),
        ("192.0.2.1", 2, "203.0.113.1"),
        (None, 1, "203.0.113.1"),
        ("2001:db8:1:2:3:4:5:6", 1, "2001:db8:1:2::/64"),
        ("unknown", 1, "unknown"),
    ],
)
def test_only_trusted_proxies_say_who_asks(
    forwarded: str | None, proxies: int, expected: str
) -> None:
    """An address that the client wrote itself never counts; an IPv6 subscriber is one network."""
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    request = make_mocked_request("GET", "/", headers=headers).clone(remote="203.0.113.1")

    assert client_network(request, proxies) == expected
