"""What every dispatcher keeps: each piece of due work has one worker at a time, and never none for good."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from orchestration.domain.change import Change
from orchestration.domain.stages import Stage
from orchestration.domain.tasks import Task, TaskState, TaskType
from orchestration.ports.runtime import Claim, Dispatcher
from orchestration.store.store import Store
from tests.store.samples import TENANT, small_release
from tests.support.databases import BOTH, SetClock, drop_postgres, new_postgres, new_sqlite, open_store

LEASE = timedelta(seconds=30)
SECOND = timedelta(seconds=1)


@dataclass
class Rig:
    """An engine under test: workers of it, work for them, and its two clocks."""

    url: str
    clock: SetClock = field(default_factory=SetClock)
    lease_clock: SetClock = field(default_factory=SetClock)
    stores: list[Store] = field(default_factory=list)

    def store(self, owner: str) -> Store:
        """A process of its own."""
        opened = open_store(
            self.url, clock=self.clock, lease_clock=self.lease_clock, lease=LEASE, owner=owner
        )
        self.stores.append(opened)
        return opened

    def worker(self, owner: str) -> Dispatcher:
        """The dispatcher of a process."""
        return self.store(owner).dispatcher

    async def order(self, *, count: int = 1) -> list[str]:
        """Make tasks due, one a second from now on, the last one first; their ids as they become due."""
        release = small_release()
        first = self.clock.now()
        tasks = [
            Task(
                id=f"task-{number:03}",
                type=TaskType.FORK_BRANCH,
                stage=Stage.KICKOFF,
                state=TaskState.RETRYING,
                retry_at=first + number * SECOND,
            )
            for number in range(count)
        ]
        release = replace(
            release,
            kick_off_at=first - SECOND,
            tasks=tuple(reversed(tasks)),
        )
        async with self.store("maker").work() as work:
            await work.releases.add(Change(release, now=first))
            await work.commit()
        return [task.id for task in tasks]


@pytest.fixture(params=BOTH)
async def rig(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Rig]:
    """Our own engine on both databases; another engine would add its rig here."""
    on_postgres = request.param == "postgresql"
    made = Rig(await new_postgres() if on_postgres else await new_sqlite(tmp_path))
    yield made
    for store in made.stores:
        await store.close()
    if on_postgres:
        await drop_postgres(made.url)


def subjects(claims: list[Claim] | tuple[Claim, ...]) -> list[str]:
    """What was claimed."""
    return [claim.subject for claim in claims]


async def test_work_is_given_out_when_it_is_due_and_not_before(rig: Rig) -> None:
    """A piece becomes available at its time; a claim says whose and what it is."""
    first, second = await rig.order(count=2)
    worker = rig.worker("a")
    (claim,) = await worker.claim(limit=10)
    assert (claim.subject, claim.tenant_id, claim.kind) == (first, TENANT, "TASK")
    assert claim.release_id == small_release().id
    rig.clock.advance(SECOND)
    assert subjects(list(await worker.claim(limit=10))) == [second]


async def test_the_longest_due_goes_first_and_the_limit_holds(rig: Rig) -> None:
    """No piece starves behind newer ones."""
    ordered = await rig.order(count=5)
    rig.clock.advance(10 * SECOND)
    worker = rig.worker("a")
    assert subjects(list(await worker.claim(limit=2))) == ordered[:2]
    assert list(await worker.claim(limit=0)) == []
    assert subjects(list(await worker.claim(limit=10))) == ordered[2:]


async def test_claimed_work_is_not_given_out_again_while_the_lease_lasts(rig: Rig) -> None:
    """One worker at a time, up to the last moment of the lease."""
    await rig.order()
    await rig.worker("a").claim(limit=1)
    rig.lease_clock.advance(LEASE)
    assert list(await rig.worker("b").claim(limit=1)) == []


async def test_a_dead_workers_work_is_given_out_again_with_a_higher_fence(rig: Rig) -> None:
    """After the lease somebody else takes over, and the two claims can be told apart."""
    await rig.order()
    (lost,) = await rig.worker("a").claim(limit=1)
    rig.lease_clock.advance(LEASE + SECOND)
    (taken,) = await rig.worker("b").claim(limit=1)
    assert taken.subject == lost.subject
    assert taken.fence > lost.fence


async def test_a_renewed_lease_lasts_longer(rig: Rig) -> None:
    """A worker that is alive keeps its work however long it takes; work of others is not lengthened."""
    await rig.order(count=2)
    rig.clock.advance(10 * SECOND)
    alive, dead, next_one = rig.worker("a"), rig.worker("b"), rig.worker("c")
    kept = await alive.claim(limit=1)
    (lost,) = await dead.claim(limit=1)
    rig.lease_clock.advance(LEASE - SECOND)
    await alive.renew(kept)
    rig.lease_clock.advance(LEASE - SECOND)
    assert subjects(list(await next_one.claim(limit=5))) == [lost.subject]


async def test_a_lost_lease_stays_lost(rig: Rig) -> None:
    """Renewing or giving back too late does not touch the claim of the one who took over."""
    await rig.order()
    late = rig.worker("a")
    lost = await late.claim(limit=1)
    rig.lease_clock.advance(LEASE + SECOND)
    await rig.worker("b").claim(limit=1)
    rig.lease_clock.advance(LEASE - SECOND)
    await late.renew(lost)
    await late.let_go(lost[0])
    third = rig.worker("c")
    assert list(await third.claim(limit=1)) == []
    rig.lease_clock.advance(2 * SECOND)
    assert len(await third.claim(limit=1)) == 1


async def test_a_worker_that_lost_and_won_again_holds_only_the_new_claim(rig: Rig) -> None:
    """The same worker's earlier claim is as dead as anybody else's."""
    await rig.order()
    worker = rig.worker("a")
    lost = await worker.claim(limit=1)
    rig.lease_clock.advance(LEASE + SECOND)
    await worker.claim(limit=1)
    rig.lease_clock.advance(LEASE - SECOND)
    await worker.renew(lost)
    await worker.let_go(lost[0])
    assert list(await worker.claim(limit=1)) == []
    rig.lease_clock.advance(2 * SECOND)
    assert len(await worker.claim(limit=1)) == 1


async def test_work_that_was_let_go_is_due_again_at_once(rig: Rig) -> None:
    """A worker that shuts down gives its work back instead of letting the lease run out."""
    await rig.order()
    leaving = rig.worker("a")
    (claim,) = await leaving.claim(limit=1)
    await leaving.let_go(claim)
    (again,) = await rig.worker("b").claim(limit=1)
    assert (again.subject, again.fence > claim.fence) == (claim.subject, True)


async def test_claims_never_overlap(rig: Rig) -> None:
    """Many workers that claim at the same time get all the work between them, and no piece twice."""
    ordered = await rig.order(count=60)
    rig.clock.advance(timedelta(minutes=2))
    workers = [rig.worker(f"w{number}") for number in range(6)]

    async def take_all(worker: Dispatcher) -> list[str]:
        mine: list[str] = []
        while claims := await worker.claim(limit=3):
            mine += subjects(list(claims))
        return mine

    taken = await asyncio.gather(*(take_all(worker) for worker in workers))
    assert sorted(itertools.chain.from_iterable(taken)) == ordered
