"""What is planned, as rows: saved as it was read, settled once, handed out when due, and never another tenant's."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest

from orchestration.domain.freezes import Freeze
from orchestration.domain.rotation import Absence, Rotation
from orchestration.domain.train import Run, RunState
from orchestration.ports.planning import AlreadySettled, DutyKind, StalePlan
from orchestration.store.store import Store
from orchestration.store.wake import Wake
from tests.store.samples import NOW, OTHER_TENANT, TENANT
from tests.support.databases import SetClock, open_store
from tests.support.trains import MONDAY, train

LEASE = timedelta(seconds=30)
SECOND = timedelta(seconds=1)
WEEKLY = train(tenant_id=TENANT)
FREEZE = Freeze(
    id="FRZ-AAAA2",
    tenant_id=TENANT,
    reason="Christmas",
    starts_at=NOW,
    ends_at=NOW + timedelta(days=2),
    zone="UTC",
    by="U1",
)
ROTATION = Rotation(tenant_id=TENANT, scope="train:weekly", queue=("A", "B"))
RUN = Run(
    tenant_id=TENANT,
    train_id="weekly",
    by_rule=MONDAY,
    on=MONDAY,
    state=RunState.SKIPPED,
    by="U1",
    at=NOW,
)


async def _plan(store: Store, subject: str = "weekly", *, tenant: str = TENANT, after: float = 0) -> None:
    async with store.work() as work:
        at = NOW + timedelta(seconds=after)
        await work.planning.look(tenant, DutyKind.TRAIN, subject, at=at)
        await work.commit()


async def test_each_is_saved_only_as_it_was_read(store: Store) -> None:
    """Two who read the same: the second writes nothing. What comes back is what was stored."""
    async with store.work() as work:
        saved = await work.planning.save_train(WEEKLY)
        freeze = await work.planning.save_freeze(FREEZE)
        rotation = await work.planning.save_rotation(ROTATION)
        await work.commit()
    assert (saved.revision, freeze.revision, rotation.revision) == (1, 1, 1)
    async with store.work() as work:
        planning = work.planning
        assert await planning.train(TENANT, "weekly") == saved
        assert await planning.trains(TENANT) == [saved]
        assert await planning.freeze(TENANT, FREEZE.id) == freeze
        assert await planning.rotations(TENANT) == [rotation]
        other = replace(saved, revision=7)
        for again in (
            planning.save_train(WEEKLY),
            planning.save_train(other),
            planning.remove_train(other),
            planning.save_freeze(FREEZE),
            planning.save_rotation(ROTATION),
            planning.remove_rotation(replace(rotation, revision=7)),
        ):
            with pytest.raises(StalePlan):
                await again
        await planning.remove_rotation(rotation)
        assert await planning.rotations(TENANT) == []


async def test_a_date_is_settled_once(store: Store) -> None:
    """By its date and by its day: the database refuses a second row of either, whoever writes it."""
    async with store.work() as work:
        await work.planning.save_train(WEEKLY)
        await work.planning.add_run(RUN)
        await work.commit()
    for again in (RUN, replace(RUN, by_rule=MONDAY - timedelta(days=3)), replace(RUN, on=date(2026, 12, 1))):
        async with store.work() as work:
            with pytest.raises(AlreadySettled):
                await work.planning.add_run(again)
    async with store.work() as work:
        assert await work.planning.runs(TENANT, "weekly", since=MONDAY) == [RUN]
        assert await work.planning.runs(TENANT, "weekly", since=MONDAY + timedelta(days=1)) == []
        await work.planning.remove_run(RUN)
        await work.planning.add_run(replace(RUN, state=RunState.CREATED, release_id="REL-1"))
        stored = await work.planning.train(TENANT, "weekly")
        assert stored is not None
        await work.planning.remove_train(stored)
        assert await work.planning.runs(TENANT, "weekly", since=MONDAY) == []


async def test_only_freezes_that_have_not_ended_are_listed(store: Store) -> None:
    """By their begin; one that has ended is still found by its id."""
    async with store.work() as work:
        await work.planning.save_freeze(replace(FREEZE, id="FRZ-B", starts_at=NOW + SECOND))
        await work.planning.save_freeze(FREEZE)
        await work.planning.save_freeze(replace(FREEZE, id="FRZ-C", ended=True))
        assert [f.id for f in await work.planning.freezes(TENANT)] == ["FRZ-AAAA2", "FRZ-B"]
        assert await work.planning.freeze(TENANT, "FRZ-C") is not None


async def test_absences_are_noted_until_they_are_over(store: Store) -> None:
    """The same first day takes the new last one; what is over is not read."""
    away = Absence(tenant_id=TENANT, person="U1", from_on=date(2026, 12, 1), until_on=date(2026, 12, 3))
    longer = replace(away, until_on=date(2026, 12, 9))
    async with store.work() as work:
        for each in (away, longer, longer):
            await work.planning.add_absence(each)
        assert await work.planning.absences(TENANT, since=date(2026, 12, 9)) == [longer]
        assert await work.planning.absences(TENANT, since=date(2026, 12, 10)) == []
        assert await work.planning.remove_absences(TENANT, "U1") == 1
        assert await work.planning.remove_absences(TENANT, "U1") == 0


async def test_owners_are_people(store: Store) -> None:
    """Those with the role; everybody (`*`) is nobody to write to."""
    async with store.work() as work:
        for person, role in (("U2", "owner"), ("U1", "owner"), ("*", "owner"), ("U3", "editor")):
            await work.directory.grant(TENANT, person, role)
        assert await work.planning.owners(TENANT) == ["U1", "U2"]
        assert await work.planning.owners(OTHER_TENANT) == []


async def test_another_tenant_sees_nothing(store: Store) -> None:
    """Each question with another tenant's name finds nothing, and the same ids are free there."""
    async with store.work() as work:
        await work.planning.save_train(WEEKLY)
        await work.planning.save_freeze(FREEZE)
        await work.planning.save_rotation(ROTATION)
        await work.planning.add_run(RUN)
        await work.planning.add_absence(
            Absence(tenant_id=TENANT, person="U1", from_on=MONDAY, until_on=MONDAY)
        )
        await work.planning.save_train(replace(WEEKLY, tenant_id=OTHER_TENANT, name="Theirs"))
        await work.commit()
    async with store.look() as work:
        planning = work.planning
        assert [t.name for t in await planning.trains(OTHER_TENANT)] == ["Theirs"]
        assert await planning.freeze(OTHER_TENANT, FREEZE.id) is None
        assert await planning.freezes(OTHER_TENANT) == []
        assert await planning.rotations(OTHER_TENANT) == []
        assert await planning.runs(OTHER_TENANT, "weekly", since=MONDAY) == []
        assert await planning.absences(OTHER_TENANT, since=MONDAY) == []
        with pytest.raises(RuntimeError, match="for reading only"):
            await planning.save_train(WEEKLY)


# --- duties ---


async def test_what_is_due_is_handed_out_to_one(database_url: str) -> None:
    """Not before its time, and to one of many; a lease keeps the others away until it ends."""
    clock = SetClock()
    stores = [
        open_store(database_url, clock=clock, lease_clock=clock, lease=LEASE, owner=f"w{n}") for n in range(3)
    ]
    await _plan(stores[0], after=10)
    assert await stores[0].duties.claim(limit=5) == []
    clock.advance(timedelta(seconds=10))
    found = await asyncio.gather(*(store.duties.claim(limit=5) for store in stores))
    (duty,) = [each for claimed in found for each in claimed]
    assert (duty.tenant_id, duty.kind, duty.subject, duty.fence) == (TENANT, DutyKind.TRAIN, "weekly", 1)
    clock.advance(LEASE + SECOND)
    (again,) = await stores[1].duties.claim(limit=5)
    assert again.fence == 2
    # The first worker comes back late: what it lost stays lost.
    await stores[0].duties.let_go(duty)
    await stores[0].duties.later(duty, at=NOW + timedelta(days=1))
    assert await stores[2].duties.claim(limit=5) == []
    await stores[1].duties.let_go(again)
    assert len(await stores[2].duties.claim(limit=5)) == 1
    assert await stores[2].duties.claim(limit=0) == []
    for store in stores:
        await store.close()


async def test_a_lease_is_lengthened(database_url: str) -> None:
    """Work that takes long is not done twice."""
    clock = SetClock()
    store = open_store(database_url, clock=clock, lease_clock=clock, lease=LEASE)
    await _plan(store)
    (duty,) = await store.duties.claim(limit=5)
    clock.advance(LEASE - SECOND)
    await store.duties.renew([duty])
    clock.advance(LEASE - SECOND)
    assert await store.duties.claim(limit=5) == []
    await store.close()


async def test_a_plan_made_meanwhile_counts(database_url: str) -> None:
    """Somebody changes the train while it is looked at: when it is given back it is due by the new plan."""
    clock = SetClock()
    store = open_store(database_url, clock=clock, lease_clock=clock, lease=LEASE)
    await _plan(store)
    (duty,) = await store.duties.claim(limit=5)
    await _plan(store, after=3600)
    await _plan(store, after=1)
    clock.advance(SECOND)
    assert await store.duties.claim(limit=5) == []
    await store.duties.let_go(duty)
    (again,) = await store.duties.claim(limit=5)
    async with store.work() as work:
        await work.planning.look(TENANT, DutyKind.TRAIN, "weekly", at=None)
        await work.commit()
    await store.duties.let_go(again)
    clock.advance(timedelta(days=400))
    assert await store.duties.claim(limit=5) == []
    await store.close()


async def test_a_new_plan_wakes_the_workers_and_others_are_others(store: Store) -> None:
    """The wake comes with the commit, and without one nothing is planned; each tenant has its own row."""
    store.wakes.take(Wake.DUTIES)
    async with store.work() as work:
        await work.planning.look(TENANT, DutyKind.FREEZE, "FRZ-1", at=NOW)
    assert not store.wakes.take(Wake.DUTIES)
    assert await store.duties.claim(limit=5) == []
    await _plan(store)
    await _plan(store, tenant=OTHER_TENANT)
    assert store.wakes.take(Wake.DUTIES)
    assert {d.tenant_id for d in await store.duties.claim(limit=5)} == {TENANT, OTHER_TENANT}
