"""Ticks only give the time: they set every wake at once and again, and hold nothing."""

import asyncio
from datetime import UTC, datetime, timedelta

from bot.scheduler import Ticks
from tests.support.databases import SetClock


def ticks(*wakes: asyncio.Event, seconds: float = 0.02, clock: SetClock | None = None) -> Ticks:
    """A clockwork over some wakes."""
    named = {str(number): wake for number, wake in enumerate(wakes)}
    return Ticks(wakes=named, seconds=seconds, clock=clock or SetClock())


async def test_the_first_tick_comes_at_once() -> None:
    """What is due at the start does not wait for the first interval."""
    first, second = asyncio.Event(), asyncio.Event()
    clockwork = ticks(first, second, seconds=3600)
    assert clockwork.last is None
    clockwork.start()
    assert first.is_set()
    assert second.is_set()
    clockwork.stop()


async def test_every_wake_is_set_again_and_again() -> None:
    """A wake that was lost is made up for by the next tick."""
    wake, other = asyncio.Event(), asyncio.Event()
    clockwork = ticks(wake, other)
    clockwork.start()
    async with asyncio.timeout(60):
        for _ in range(3):
            wake.clear()
            other.clear()
            await wake.wait()
            await other.wait()
    clockwork.stop()


async def test_the_last_tick_is_told_by_the_clock_that_was_given() -> None:
    """The health check compares it with the same clock."""
    clock, wake = SetClock(datetime(2026, 3, 2, tzinfo=UTC)), asyncio.Event()
    clockwork = ticks(wake, clock=clock)
    clockwork.start()
    assert clockwork.last == clock.at
    clock.advance(timedelta(minutes=5))
    wake.clear()
    async with asyncio.timeout(60):
        await wake.wait()
    assert clockwork.last == clock.at
    clockwork.stop()


async def test_nothing_ticks_after_the_end() -> None:
    """Stopping is at once; stopping again, even before the loop's next round, does no harm."""
    complaints: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: complaints.append(context))
    clockwork = ticks(asyncio.Event())
    clockwork.start()
    clockwork.stop()
    clockwork.stop()
    await asyncio.sleep(0)
    assert not clockwork._scheduler.running
    clockwork.stop()
    await asyncio.sleep(0)
    assert complaints == []


async def test_stopping_before_the_start_does_no_harm() -> None:
    """A start that failed half-way is cleaned up all the same."""
    clockwork = ticks(asyncio.Event())
    clockwork.stop()
    assert clockwork.last is None
