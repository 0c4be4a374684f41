"""Claims and releases together: who lost the lease writes nothing, and news makes waiting work due."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from orchestration.domain.change import Change
from orchestration.domain.due import WorkKind
from orchestration.domain.release import Closing, Release
from orchestration.domain.stages import CycleFlags, Slot
from orchestration.domain.tasks import TaskSignal, TaskState, Wait, WaitOwner
from orchestration.ports.runtime import Claim, StaleClaim
from orchestration.store.store import Store
from orchestration.store.wake import Wake
from tests.store.samples import NOW, OTHER_TENANT, TENANT, created, noted, small_release
from tests.support.databases import SetClock, open_store

LEASE = timedelta(seconds=30)
SECOND = timedelta(seconds=1)


async def _claimed(store: Store) -> tuple[Release, Claim]:
    release = small_release()
    async with store.work() as work:
        await work.releases.add(created(release))
        await work.commit()
    (claim,) = await store.dispatcher.claim(limit=5)
    return release, claim


def _waiting(release: Release, *, check_in: timedelta) -> Change:
    """The release's task, started and waiting for CI."""
    change = Change(release, now=NOW)
    wait = Wait(
        what="the build",
        owner=WaitOwner.CI,
        since=NOW,
        check_at=NOW + check_in,
        deadline_at=NOW + timedelta(hours=3),
    )
    running = release.tasks[0]
    if running.state is TaskState.PENDING:
        running = running.moved(TaskSignal.START, started_at=NOW)
    change.release = release.with_task(running.moved(TaskSignal.WAIT, wait=wait))
    return change


async def _save(store: Store, change: Change, claim: Claim | None = None, *, finish: bool = True) -> None:
    async with store.work() as work:
        await work.releases.save(change, claim=claim, finish=finish)
        await work.commit()


async def test_a_finished_claim_gives_its_lease_back(database_url: str) -> None:
    """What the task waits for next is claimed when it is due, without waiting for the old lease."""
    clock = SetClock()
    store = open_store(database_url, clock=clock)
    release, claim = await _claimed(store)
    await _save(store, _waiting(release, check_in=10 * SECOND), claim)
    assert list(await store.dispatcher.claim(limit=5)) == []
    clock.advance(10 * SECOND)
    (again,) = await store.dispatcher.claim(limit=5)
    assert (again.id, again.fence) == (claim.id, claim.fence + 1)
    await store.close()


async def test_an_unfinished_claim_lengthens_its_lease(database_url: str) -> None:
    """Saving an intent before a call keeps the work for the one who makes the call."""
    lease_clock = SetClock()
    store = open_store(database_url, lease_clock=lease_clock)
    release, claim = await _claimed(store)
    lease_clock.advance(LEASE - SECOND)
    change = noted(release, "about to call")
    await _save(store, change, claim, finish=False)
    lease_clock.advance(LEASE - SECOND)
    assert list(await store.dispatcher.claim(limit=5)) == []
    await _save(store, noted(change.release, "called"), claim)
    await store.close()


async def test_a_claim_says_when_it_was_made_by_the_clock_of_leases(database_url: str) -> None:
    """Whatever the claimer's own clock says: it is what processes whose clocks differ can count from."""
    lease_clock = SetClock()
    store = open_store(database_url, lease_clock=lease_clock)
    before = lease_clock.now()
    lease_clock.advance(3 * SECOND)
    _release, claim = await _claimed(store)
    assert claim.at == before + 3 * SECOND
    await store.close()


async def test_a_late_writer_changes_nothing(database_url: str) -> None:
    """A worker whose lease went to another one is refused, with every row as it was."""
    lease_clock = SetClock()
    late = open_store(database_url, lease_clock=lease_clock, owner="late")
    release, lost = await _claimed(late)
    lease_clock.advance(LEASE + SECOND)
    other = open_store(database_url, lease_clock=lease_clock, owner="other")
    (taken,) = await other.dispatcher.claim(limit=5)
    with pytest.raises(StaleClaim):
        await _save(late, noted(release, "too late"), lost)
    async with other.look() as work:
        assert await work.releases.get(TENANT, release.id) == release
        assert len(await work.releases.events(TENANT, release.id)) == 1
    await _save(other, noted(release, "in time"), taken)
    await late.close()
    await other.close()


async def test_a_claim_ends_with_the_save_that_finishes_it(store: Store) -> None:
    """Who gave the lease back can't write with the same claim again."""
    release, claim = await _claimed(store)
    change = _waiting(release, check_in=10 * SECOND)
    await _save(store, change, claim)
    with pytest.raises(StaleClaim):
        await _save(store, noted(change.release, "again"), claim)


async def test_leases_are_measured_by_the_databases_clock(database_url: str) -> None:
    """Without a simulation the clock of the process plays no part: the database knows when a lease ends."""
    store = open_store(database_url, lease=timedelta(hours=1))
    _, claim = await _claimed(store)
    short = open_store(database_url, lease=timedelta(0), owner="short")
    assert list(await short.dispatcher.claim(limit=5)) == []
    await store.dispatcher.let_go(claim)
    (first,) = await short.dispatcher.claim(limit=5)
    async with asyncio.timeout(60):
        while not (again := await short.dispatcher.claim(limit=5)):
            pass
    assert again[0].fence > first.fence
    await store.close()
    await short.close()


async def test_news_makes_a_waiting_task_due(store: Store) -> None:
    """A nudge brings the next look forward, never back, and for this tenant's tasks only."""
    release, claim = await _claimed(store)
    await _save(store, _waiting(release, check_in=timedelta(minutes=5)), claim)
    task = release.tasks[0].id
    for tenant, at in ((OTHER_TENANT, NOW), (TENANT, NOW + timedelta(hours=1))):
        async with store.work() as work:
            await work.nudge(tenant, task, at=at)
            await work.commit()
        assert list(await store.dispatcher.claim(limit=5)) == []
    store.wakes.take(Wake.WORK)
    async with store.work() as work:
        await work.nudge(TENANT, task, at=NOW)
        await work.commit()
    assert store.wakes.take(Wake.WORK)
    assert [c.subject for c in await store.dispatcher.claim(limit=5)] == [task]


async def test_news_that_overtakes_the_wait_is_not_lost(store: Store) -> None:
    """News that comes while the worker still runs makes the task due as soon as it waits."""
    release, claim = await _claimed(store)
    running = Change(release, now=NOW)
    running.release = release.with_task(release.tasks[0].moved(TaskSignal.START, started_at=NOW))
    await _save(store, running, claim, finish=False)
    async with store.work() as work:
        await work.nudge(TENANT, release.tasks[0].id, at=NOW)
        await work.commit()
    await _save(store, _waiting(running.release, check_in=timedelta(minutes=5)), claim)
    (again,) = await store.dispatcher.claim(limit=5)
    assert again.subject == release.tasks[0].id
    async with store.look() as work:
        seen = await work.releases.get(TENANT, release.id)
    await _save(store, _waiting(seen, check_in=timedelta(minutes=5)), again)
    assert list(await store.dispatcher.claim(limit=5)) == []


async def test_news_does_not_shorten_a_back_off(store: Store) -> None:
    """A task that tries again later because a provider asked for it is not called earlier."""
    release, claim = await _claimed(store)
    change = Change(release, now=NOW)
    running = release.tasks[0].moved(TaskSignal.START, started_at=NOW)
    change.release = release.with_task(
        running.moved(TaskSignal.TRY_LATER, retry_at=NOW + timedelta(minutes=5))
    )
    await _save(store, change, claim)
    async with store.work() as work:
        await work.nudge(TENANT, release.tasks[0].id, at=NOW)
        await work.commit()
    assert list(await store.dispatcher.claim(limit=5)) == []


async def test_the_release_is_woken_when_its_next_time_comes(database_url: str) -> None:
    """Slots and other times are rows too; whoever saves the release sets the next one."""
    clock = SetClock()
    store = open_store(database_url, clock=clock)
    release = replace(small_release(), tasks=())
    slot = Slot(id="s1", at=NOW + timedelta(hours=2), flags=CycleFlags())
    async with store.work() as work:
        await work.releases.add(created(replace(release, slots=(slot,))))
        await work.commit()
    assert list(await store.dispatcher.claim(limit=5)) == []
    clock.advance(timedelta(hours=2))
    (claim,) = await store.dispatcher.claim(limit=5)
    assert (claim.kind, claim.subject) == (WorkKind.RELEASE, release.id)
    async with store.look() as work:
        seen = await work.releases.get(TENANT, release.id)
    await _save(store, Change(seen, now=clock.now()), claim)
    assert list(await store.dispatcher.claim(limit=5)) == []
    clock.advance(timedelta(days=10))
    assert len(await store.dispatcher.claim(limit=5)) == 1
    await store.close()


async def test_an_ended_release_wants_nothing(store: Store) -> None:
    """No work is left of a release that was archived, and its rows keep their fences."""
    release, claim = await _claimed(store)
    await store.dispatcher.let_go(claim)
    change = Change(release, now=NOW)
    change.release = replace(release, archived=Closing(by="U1", at=NOW, reason="no"))
    await _save(store, change)
    assert list(await store.dispatcher.claim(limit=5)) == []
    alive = Change(change.release, now=NOW)
    alive.release = replace(change.release, archived=None)
    await _save(store, alive)
    (again,) = await store.dispatcher.claim(limit=5)
    assert again.fence > claim.fence
