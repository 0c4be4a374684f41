"""The pump: takes work while there is room, wakes at once, survives every fault, and drains before it ends.

It is longer than the house rule, because one loop is shown from its start to its death.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
import structlog

from orchestration.ports.runtime import DatabaseAway
from orchestration.services.pump import Pump

NEVER = 3600.0


@dataclass
class Work:
    """Pieces to claim, and what became of them."""

    waiting: list[int] = field(default_factory=list)
    asked: list[int] = field(default_factory=list)
    begun: list[int] = field(default_factory=list)
    ended: list[int] = field(default_factory=list)
    faults: list[Exception] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    moved: asyncio.Condition = field(default_factory=asyncio.Condition)
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    most: int = 0
    trouble: Exception | None = None

    async def claim(self, limit: int) -> Sequence[int]:
        """The first `limit` pieces, or a fault."""
        self.asked.append(limit)
        await self._tell()
        if self.faults:
            raise self.faults.pop()
        taken, self.waiting = self.waiting[:limit], self.waiting[limit:]
        return taken

    async def handle(self, item: int) -> None:
        """Wait for the gate; negative pieces break."""
        self.begun.append(item)
        self.most = max(self.most, len(self.begun) - len(self.ended))
        await self._tell()
        await self.gate.wait()
        self.ended.append(item)
        await self._tell()
        if item < 0:
            raise self.trouble or RuntimeError(item)

    async def _tell(self) -> None:
        async with self.moved:
            self.moved.notify_all()

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait for something to have happened."""
        async with asyncio.timeout(60), self.moved:
            await self.moved.wait_for(true)

    def pump(
        self,
        *,
        limit: int = 3,
        idle: float = NEVER,
        renew: Callable[[Sequence[int]], Awaitable[None]] | None = None,
    ) -> Pump[int]:
        """A pump over this work, which looks by itself only every `idle` seconds."""
        return Pump(
            "test",
            claim=self.claim,
            handle=self.handle,
            wake=self.wake,
            limit=limit,
            idle=idle,
            renew=renew,
            renew_every=0.001,
        )


@asynccontextmanager
async def running(pump: Pump[int], work: Work) -> AsyncIterator[asyncio.Task[None]]:
    """The pump at work; at the end it drains."""
    task = asyncio.create_task(pump.run())
    try:
        yield task
    finally:
        work.gate.set()
        pump.stop()
        async with asyncio.timeout(60):
            await asyncio.gather(task, return_exceptions=True)


async def test_it_takes_as_much_as_there_is_room_for() -> None:
    """Never more at once than the limit, and it asks for no more than fits."""
    work = Work(waiting=list(range(8)))
    async with running(work.pump(limit=3), work):
        await work.until(lambda: len(work.begun) == 3)
        assert work.asked == [3]
        work.gate.set()
        await work.until(lambda: len(work.ended) == 8)
    assert work.most == 3
    assert all(1 <= limit <= 3 for limit in work.asked)
    assert sorted(work.ended) == list(range(8))


async def test_room_is_used_as_soon_as_there_is_some() -> None:
    """B-08: a piece that hangs, as at a slow provider, holds up no other: the room beside it is used at once."""
    work = Work(waiting=[1, 2, 3])
    slow = asyncio.Event()

    async def handle(item: int) -> None:
        work.begun.append(item)
        await work._tell()
        if item == 1:
            await slow.wait()

    pump = Pump("test", claim=work.claim, handle=handle, wake=work.wake, limit=2, idle=NEVER)
    async with running(pump, work):
        await work.until(lambda: work.begun == [1, 2, 3])
        assert set(work.asked) == {2, 1}
        assert work.asked[1] == 1
        slow.set()


async def test_a_wake_is_heard_at_once() -> None:
    """New work does not wait for the idle time."""
    work = Work()
    async with running(work.pump(), work):
        await work.until(lambda: len(work.asked) == 1)
        work.waiting.append(1)
        work.wake.set()
        await work.until(lambda: work.begun == [1])


async def test_a_wake_while_it_looks_is_not_lost() -> None:
    """What comes in between the look and the rest is found in the next round."""
    work = Work()

    async def claim(limit: int) -> Sequence[int]:
        found = await work.claim(limit)
        if len(work.asked) == 1:
            work.waiting.append(1)
            work.wake.set()
        return found

    pump = Pump("test", claim=claim, handle=work.handle, wake=work.wake, limit=2, idle=NEVER)
    async with running(pump, work):
        await work.until(lambda: work.begun == [1])


async def test_a_lost_wake_is_made_up_for() -> None:
    """It looks by itself after the idle time."""
    work = Work()
    async with running(work.pump(idle=0.001), work):
        await work.until(lambda: len(work.asked) > 2)
        work.waiting.append(1)
        await work.until(lambda: work.begun == [1])


async def test_it_drains_before_it_ends() -> None:
    """What is under way is finished, what waits is left for others."""
    work = Work(waiting=[1, 2, 3, 4])
    pump = work.pump(limit=2)
    task = asyncio.create_task(pump.run())
    await work.until(lambda: work.begun == [1, 2])
    pump.stop()
    await asyncio.sleep(0)
    assert not task.done()
    work.gate.set()
    await task
    assert (work.ended, work.waiting) == ([1, 2], [3, 4])


async def test_stopped_while_it_rests_it_ends_at_once() -> None:
    """Nothing is under way, so there is nothing to wait for."""
    work = Work()
    pump = work.pump()
    task = asyncio.create_task(pump.run())
    await work.until(lambda: len(work.asked) == 1)
    pump.stop()
    async with asyncio.timeout(60):
        await task
    assert len(work.asked) == 1


async def test_cancelled_it_cancels_what_is_under_way() -> None:
    """After the time for draining nothing goes on behind one's back, nor does the keeper of leases."""
    work = Work(waiting=[1])
    task = asyncio.create_task(work.pump().run())
    await work.until(lambda: work.begun == [1])
    others = asyncio.all_tasks() - {asyncio.current_task(), task}
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.gather(*others, return_exceptions=True)
    assert all(other.done() for other in others)
    assert work.ended == []


async def test_a_claim_that_fails_is_tried_again() -> None:
    """A database that is away for a while ends nothing; it is said in the log."""
    work = Work(waiting=[1], faults=[RuntimeError("away"), RuntimeError("away")])
    with structlog.testing.capture_logs() as logs:
        async with running(work.pump(idle=0.001), work):
            await work.until(lambda: work.begun == [1])
    assert [line["action"] for line in logs] == ["claim_failed", "claim_failed"]


async def test_a_piece_that_fails_ends_nothing_else() -> None:
    """B-12: its place is free again, the others go on, and it is said in the log."""
    work = Work(waiting=[-1, -2, 3, 4])
    work.gate.set()
    with structlog.testing.capture_logs() as logs:
        async with running(work.pump(limit=2), work):
            await work.until(lambda: sorted(work.ended) == [-2, -1, 3, 4])
    assert [line["action"] for line in logs] == ["work_left", "work_left"]


async def test_leases_are_renewed_while_work_is_under_way() -> None:
    """With exactly the pieces under way, and not at all where there are none."""
    work, renewed = Work(waiting=[1, 2]), list[tuple[int, ...]]()
    often = asyncio.Event()

    async def renew(items: Sequence[int]) -> None:
        renewed.append(tuple(items))
        if len(renewed) == 3:
            often.set()

    async with running(work.pump(renew=renew), work), asyncio.timeout(60):
        await often.wait()
    assert set(renewed) == {(1, 2)}


async def test_after_a_rest_the_leases_of_new_work_are_renewed_too() -> None:
    """Whoever keeps the leases sleeps where nothing is under way, and is woken by the next piece."""
    work, renewed = Work(waiting=[1]), list[tuple[int, ...]]()
    later = asyncio.Event()

    async def renew(items: Sequence[int]) -> None:
        renewed.append(tuple(items))
        if 2 in items:
            later.set()

    work.gate.set()
    async with running(work.pump(renew=renew), work), asyncio.timeout(60):
        await work.until(lambda: work.ended == [1])
        work.gate.clear()
        work.waiting.append(2)
        work.wake.set()
        await later.wait()
    assert renewed[-1] == (2,)


async def test_a_renewal_that_fails_is_tried_again() -> None:
    """The keeper of leases survives a database that is away."""
    work, tries, twice = Work(waiting=[1]), list[int](), asyncio.Event()

    async def renew(items: Sequence[int]) -> None:
        tries.append(len(items))
        if len(tries) == 2:
            twice.set()
        raise RuntimeError("away")

    with structlog.testing.capture_logs() as logs:
        async with running(work.pump(renew=renew), work), asyncio.timeout(60):
            await twice.wait()
    assert {line["action"] for line in logs} == {"renew_failed"}


async def test_leases_are_renewed_while_it_drains() -> None:
    """A long piece must not lose its lease because the process was told to stop."""
    work, renewed = Work(waiting=[1]), asyncio.Event()
    pump: Pump[int]

    async def renew(_items: Sequence[int]) -> None:
        if pump._stopping:
            renewed.set()

    pump = work.pump(renew=renew)
    task = asyncio.create_task(pump.run())
    await work.until(lambda: work.begun == [1])
    pump.stop()
    async with asyncio.timeout(60):
        await renewed.wait()
    work.gate.set()
    await task
    assert work.ended == [1]


async def test_what_was_cancelled_is_given_back() -> None:
    """Each piece that did not end is let go once and one that ended is not; one that fails hinders no other."""
    work, given = Work(waiting=[1, 2, 3]), list[int]()

    async def handle(item: int) -> None:
        await work.handle(item) if item > 1 else work.begun.append(item)

    async def let_go(item: int) -> None:
        given.append(item)
        if item == 2:
            raise RuntimeError("away")

    pump = Pump("test", claim=work.claim, handle=handle, wake=work.wake, idle=NEVER, let_go=let_go)
    task = asyncio.create_task(pump.run())
    await work.until(lambda: sorted(work.begun) == [1, 2, 3])
    task.cancel()
    with structlog.testing.capture_logs() as logs, pytest.raises(asyncio.CancelledError):
        await task
    assert sorted(given) == [2, 3]
    assert [line["action"] for line in logs] == ["let_go_failed"]


async def test_a_loop_that_breaks_is_raised_to_its_owner() -> None:
    """A fault of the loop itself does not end in silence: `run` raises, and what was under way is given back."""
    work, given = Work(waiting=[1]), list[int]()

    async def let_go(item: int) -> None:
        given.append(item)

    async def claim(limit: int) -> Sequence[int]:
        if work.begun:
            return None  # type: ignore[return-value]  # a store that breaks its contract
        return await work.claim(limit)

    pump = Pump("test", claim=claim, handle=work.handle, wake=work.wake, idle=NEVER, let_go=let_go)
    task = asyncio.create_task(pump.run())
    await work.until(lambda: work.begun == [1])
    work.wake.set()
    async with asyncio.timeout(60):
        with pytest.raises(TypeError):
            await task
    assert given == [1]


async def test_while_the_database_is_away_wakes_are_not_heeded() -> None:
    """Each wake would cost a look in vain and a line in the log, many times a second; `stop` is heeded at once."""
    work = Work(waiting=[1], faults=[DatabaseAway("gone")])
    with structlog.testing.capture_logs() as logs:
        task = asyncio.create_task((pump := work.pump(idle=3600)).run())
        await work.until(lambda: len(work.asked) == 1)
        for _ in range(5):
            work.wake.set()
            await asyncio.sleep(0)
        assert len(work.asked) == 1
        pump.stop()
        async with asyncio.timeout(60):
            await task
    assert [(line["action"], line["log_level"]) for line in logs] == [("database_away", "warning")]


async def test_after_a_while_the_database_is_asked_again() -> None:
    """Work goes on by itself once it is back."""
    work = Work(waiting=[1], faults=[DatabaseAway("gone"), DatabaseAway("gone")])
    async with running(work.pump(idle=0.001), work):
        await work.until(lambda: work.begun == [1])


async def test_a_piece_that_waits_for_the_database_is_no_fault() -> None:
    """It is left to its lease, in one line without a trace."""
    work = Work(waiting=[-1], trouble=DatabaseAway("gone"))
    work.gate.set()
    with structlog.testing.capture_logs() as logs:
        async with running(work.pump(), work):
            await work.until(lambda: work.ended == [-1])
            await asyncio.sleep(0)
    assert [(line["action"], line["log_level"]) for line in logs] == [("work_waits", "warning")]


async def test_it_looks_again_when_the_next_piece_is_due() -> None:
    """What is planned is begun at its time: nobody wakes the loop, and its own look would come much later."""
    work = Work()
    asked: list[float | None] = [0.001, None]

    async def ahead() -> float | None:
        seconds = asked.pop(0) if asked else None
        if seconds is not None:
            work.waiting.append(1)
        return seconds

    pump = Pump(
        "test", claim=work.claim, handle=work.handle, wake=work.wake, limit=2, idle=NEVER, ahead=ahead
    )
    async with running(pump, work):
        await work.until(lambda: work.begun == [1])


async def test_a_failing_look_ahead_stops_nothing() -> None:
    """A database that is away costs a line in the log; the loop goes on by its own time and its wakes."""
    work = Work()

    async def ahead() -> float | None:
        raise OSError("away")

    pump = Pump(
        "test", claim=work.claim, handle=work.handle, wake=work.wake, limit=2, idle=NEVER, ahead=ahead
    )
    async with running(pump, work):
        await work.until(lambda: bool(work.asked))
        work.waiting.append(1)
        work.wake.set()
        await work.until(lambda: work.begun == [1])


async def test_nobody_looks_ahead_without_room() -> None:
    """Whoever has no hand free learns nothing by knowing what comes next."""
    work = Work(waiting=[1, 2])
    looked: list[int] = []

    async def ahead() -> float | None:
        looked.append(len(work.begun))
        return None

    pump = Pump(
        "test", claim=work.claim, handle=work.handle, wake=work.wake, limit=2, idle=NEVER, ahead=ahead
    )
    async with running(pump, work):
        await work.until(lambda: len(work.begun) == 2)
        assert looked == []
