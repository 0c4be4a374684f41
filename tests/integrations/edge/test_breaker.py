"""The circuit breaker: every move of its small machine, with a clock by hand."""

import asyncio
from datetime import timedelta

import pytest

from integrations.breaker import Breaker, Breakers, BreakerState, Limits
from orchestration.ports.errors import TryLater


class Hand:
    """A clock that is moved by hand, in seconds."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        """The time."""
        return self.now


def make(hand: Hand, **limits: float) -> Breaker:
    """A breaker that opens after two failures for ten seconds."""
    values = {"failures": 2, "cooldown": 10.0, **limits}
    return Breaker(provider="Checkmate", clock=hand, limits=Limits(**values))  # type: ignore[arg-type]  # a count among seconds


async def fail(breaker: Breaker) -> None:
    """One call that fails."""
    async with breaker.call():
        breaker.failed()


async def test_failures_in_a_row_open_it() -> None:
    """After the row of failures no call is let through, and the caller learns when to come again."""
    hand = Hand()
    breaker = make(hand)
    await fail(breaker)
    assert breaker.state() is BreakerState.CLOSED
    await fail(breaker)
    assert breaker.state() is BreakerState.OPEN
    hand.now += 4
    with pytest.raises(TryLater) as caught:
        await fail(breaker)
    assert caught.value.after == timedelta(seconds=6)
    assert not caught.value.maybe_done


async def test_a_success_between_failures_resets_the_row() -> None:
    """Only failures in a row count."""
    breaker = make(Hand())
    await fail(breaker)
    breaker.succeeded()
    await fail(breaker)
    assert breaker.state() is BreakerState.CLOSED


async def test_half_open_lets_one_trial_through() -> None:
    """After the cooldown one call tries; the others wait for its verdict; success closes."""
    hand = Hand()
    breaker = make(hand)
    await fail(breaker)
    await fail(breaker)
    hand.now += 10
    assert breaker.state() is BreakerState.HALF_OPEN
    async with breaker.call():
        with pytest.raises(TryLater, match="trying"):
            await fail(breaker)
        breaker.succeeded()
    assert breaker.state() is BreakerState.CLOSED
    async with breaker.call():
        breaker.succeeded()


async def test_a_failed_trial_opens_again() -> None:
    """One failure is enough in the half-open state."""
    hand = Hand()
    breaker = make(hand)
    await fail(breaker)
    await fail(breaker)
    hand.now += 10
    await fail(breaker)
    assert breaker.state() is BreakerState.OPEN


async def test_a_cancelled_trial_makes_room_for_the_next() -> None:
    """A trial that was cut short must not close the way for ever."""
    hand = Hand()
    breaker = make(hand)
    await fail(breaker)
    await fail(breaker)
    hand.now += 10
    with pytest.raises(asyncio.CancelledError):
        async with breaker.call():
            raise asyncio.CancelledError
    async with breaker.call():
        breaker.succeeded()
    assert breaker.state() is BreakerState.CLOSED


async def test_a_pause_is_kept_and_bounded() -> None:
    """A provider that asks for a pause gets it, but never for longer than our bound."""
    hand = Hand()
    breaker = make(hand, longest_pause=60.0)
    breaker.paused(1e9)
    with pytest.raises(TryLater) as caught:
        await fail(breaker)
    assert caught.value.after == timedelta(seconds=60)
    hand.now += 60
    async with breaker.call():
        breaker.succeeded()
    assert breaker.state() is BreakerState.CLOSED


async def test_at_most_so_many_calls_at_once() -> None:
    """The concurrency limit holds back the call too many until a slot is free."""
    breaker = make(Hand(), concurrency=1)
    order: list[str] = []
    started = asyncio.Event()

    async def second() -> None:
        started.set()
        async with breaker.call():
            order.append("second")

    async with breaker.call():
        task = asyncio.create_task(second())
        await started.wait()
        order.append("first")
    await task
    assert order == ["first", "second"]


async def test_each_tenant_and_provider_has_its_own() -> None:
    """One tenant's trouble does not stop another's calls, nor another provider's."""
    breakers = Breakers(clock=Hand(), limits=Limits(failures=1))
    await fail(breakers.of("acme", "jira"))
    assert breakers.of("acme", "jira").state() is BreakerState.OPEN
    assert breakers.of("acme", "github").state() is BreakerState.CLOSED
    assert breakers.of("other", "jira").state() is BreakerState.CLOSED
