"""Telegram's sending limits."""

from __future__ import annotations

import asyncio

from bot.delivery.telegram_limits import BURST, Limits, SendingRate


class Clock:
    """A time that only passes when somebody waits for it."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """Seconds since the start."""
        return self.now

    async def send(self, rate: SendingRate, address: str, count: int) -> list[float]:
        """When each of ``count`` messages may go out."""
        times = []
        for _ in range(count):
            self.now += rate.wait_seconds(address)
            await rate.take(address)
            times.append(self.now)
        return times


async def test_a_person_gets_a_short_burst_then_one_a_second() -> None:
    """An answer, its pin and its card come at once; a flood does not."""
    clock = Clock()
    times = await clock.send(SendingRate(Limits(), clock), "42", 12)

    assert times[:BURST] == [0.0] * BURST
    assert all(late - early >= BURST for early, late in zip(times, times[BURST:], strict=False))


async def test_a_group_gets_no_more_than_twenty_in_any_minute() -> None:
    """Telegram counts them per minute, whenever the minute begins."""
    clock = Clock()
    times = await clock.send(SendingRate(Limits(), clock), "-42", 60)

    assert all(late - early >= 60 for early, late in zip(times, times[20:], strict=False))


async def test_one_chat_does_not_wait_for_another() -> None:
    """Each chat has its own limit."""
    clock = Clock()
    rate = SendingRate(Limits(), clock)
    await clock.send(rate, "42", BURST)

    assert rate.wait_seconds("42") > 0
    assert rate.wait_seconds("43") == 0


async def test_all_chats_together_keep_to_the_overall_limit() -> None:
    """Many people at once are answered at the pace that Telegram allows a bot."""
    loop = asyncio.get_running_loop()
    rate = SendingRate(Limits(per_second=50), loop.time)
    times = []

    async def send(address: str) -> None:
        await rate.take(address)
        times.append(loop.time())

    await asyncio.gather(*(send(str(number)) for number in range(1, 61)))

    assert times[50] - times[0] >= 0.99


async def test_people_do_not_wait_for_cards_of_teams() -> None:
    """However many cards are to be sent, two thirds of the overall limit are people's."""
    loop = asyncio.get_running_loop()
    rate = SendingRate(Limits(per_second=30), loop.time)
    cards = [asyncio.create_task(rate.take(f"-{number}", staff=True)) for number in range(60)]
    await asyncio.sleep(0)

    await asyncio.gather(*(rate.take(str(number)) for number in range(20)))

    # The cards, which came first, take six seconds; in one queue they would all be before people.
    assert not all(card.done() for card in cards)
    for card in cards:
        card.cancel()
    await asyncio.gather(*cards, return_exceptions=True)


async def test_an_album_waits_until_all_of_it_fits() -> None:
    """Its files count one by one; more than ever fit at once are not waited for, for ever."""
    clock = Clock()
    rate = SendingRate(Limits(), clock)
    await clock.send(rate, "-42", 15)

    assert rate.wait_seconds("-42", 5) == 0
    clock.now += 10
    assert rate.wait_seconds("-42", 6) == 50
    assert rate.wait_seconds("-42", 10) == 50
    assert rate.wait_seconds("-42", 100) == 50
