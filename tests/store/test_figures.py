"""What operators count: exact, of all tenants together, and nothing of what has ended."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from orchestration.domain.change import Change
from orchestration.domain.phase import phase
from orchestration.domain.release import Closing, Release
from orchestration.domain.tasks import TaskState, TaskType, Wait, WaitOwner
from orchestration.ports.runtime import Incoming, Outgoing, OutgoingKind
from orchestration.store.integrations import IntegrationRow, IntegrationState
from orchestration.store.store import Store
from orchestration.store.wake import Wake
from tests.store.samples import NOW, OTHER_TENANT, TENANT, created, small_release
from tests.support.databases import SetClock, open_store

LATER = timedelta(hours=3)


async def _add(store: Store, *releases: Release) -> None:
    async with store.work() as work:
        for release in releases:
            await work.releases.add(created(release))
        await work.commit()


async def _save(
    store: Store, tenant: str, release_id: str, become: Callable[[Release], Release], at: datetime
) -> None:
    async with store.work() as work:
        change = Change(await work.releases.get(tenant, release_id), now=at)
        change.release = become(change.release)
        await work.releases.save(change)
        await work.commit()


def _with_task(release: Release, **changes: object) -> Release:
    task = replace(release.tasks[0], **changes)  # type: ignore[arg-type]  # fields by name
    return replace(release, tasks=(task,))


def _waiting(release: Release) -> Release:
    wait = Wait(
        what="CI",
        owner=WaitOwner.CI,
        since=NOW,
        check_at=NOW + LATER,
        deadline_at=NOW + timedelta(hours=1),
    )
    return _with_task(release, state=TaskState.WAITING, wait=wait)


async def test_an_empty_database_counts_nothing(database_url: str) -> None:
    """Every queue is there with zeros."""
    store = open_store(database_url)
    found = await store.figures()
    assert set(found.queues) == set(Wake)
    assert {(q.waiting, q.due, q.oldest) for q in found.queues.values()} == {(0, 0, 0.0)}
    assert (found.phases, found.failed_tasks, found.connections) == ({}, {}, {})
    await store.close()


async def test_phases_count_from_when_they_began(database_url: str) -> None:
    """A release is so long in its phase as it has been; other changes do not begin it anew, an ended one is none."""
    clock = SetClock(NOW)
    store = open_store(database_url, clock=clock)
    await _add(store, small_release("REL-AAAA2222"), small_release("REL-BBBB2222", tenant=OTHER_TENANT))
    named = phase(small_release())
    clock.advance(LATER)
    await _save(store, TENANT, "REL-AAAA2222", lambda r: replace(r, previous_tag="v1"), clock.at)
    count, oldest = (await store.figures()).phases[named]
    assert (count, oldest) == (2, LATER.total_seconds())
    over = Closing(by="U1", at=clock.at, reason="over")
    await _save(store, TENANT, "REL-AAAA2222", lambda r: replace(r, archived=over), clock.at)
    await _save(store, OTHER_TENANT, "REL-BBBB2222", lambda r: replace(r, archived=over), clock.at)
    assert (await store.figures()).phases == {}
    await store.close()


async def test_a_failed_task_counts_while_its_release_runs(database_url: str) -> None:
    """By its type; no longer when the release was given up."""
    store = open_store(database_url)
    await _add(store, small_release())
    await _save(store, TENANT, small_release().id, lambda r: _with_task(r, state=TaskState.FAILED), NOW)
    assert (await store.figures()).failed_tasks == {TaskType.FORK_BRANCH: 1}
    over = Closing(by="U1", at=NOW, reason="over")
    await _save(store, TENANT, small_release().id, lambda r: replace(r, archived=over), NOW)
    assert (await store.figures()).failed_tasks == {}
    await store.close()


async def test_a_wait_is_overdue_from_its_deadline_on(database_url: str) -> None:
    """Until it is over: then the deadline is gone with it."""
    clock = SetClock(NOW)
    store = open_store(database_url, clock=clock)
    await _add(store, small_release())
    await _save(store, TENANT, small_release().id, _waiting, NOW)
    assert (await store.figures()).waits_overdue == 0
    clock.advance(LATER)
    found = await store.figures()
    assert (found.waits_overdue, found.longest_overdue) == (1, 7200.0)
    await _save(
        store, TENANT, small_release().id, lambda r: _with_task(r, state=TaskState.SUCCEEDED), clock.at
    )
    assert (await store.figures()).waits_overdue == 0
    await store.close()


async def test_queues_have_a_depth_and_an_age(database_url: str) -> None:
    """What is due and how old the oldest is; a message that was given up is counted apart."""
    clock = SetClock(NOW)
    store = open_store(database_url, clock=clock)
    async with store.work() as work:
        await work.send(TENANT, [Outgoing(kind=OutgoingKind.ALERT, lane=n, key=n, payload={}) for n in "ab"])
        await work.commit()
    await store.inbox.receive(Incoming(key="1", tenant_id=TENANT, kind="command", payload={}))
    clock.advance(timedelta(seconds=90))
    found = await store.figures()
    assert (found.queues[Wake.OUTBOX].due, found.queues[Wake.OUTBOX].oldest) == (2, 90.0)
    assert (found.queues[Wake.INBOX].waiting, found.queues[Wake.INBOX].oldest) == (1, 90.0)
    letters = await store.mailbox.claim(limit=2)
    await store.mailbox.dead(letters[0], "gone")
    await store.mailbox.later(letters[1], seconds=60, reason="busy", uncertain=False)
    found = await store.figures()
    assert (found.outbox_dead, found.queues[Wake.OUTBOX].waiting, found.queues[Wake.OUTBOX].due) == (1, 1, 0)
    clock.advance(timedelta(seconds=30))
    # A try that is repeated later does not make the message any younger.
    assert (await store.figures()).queues[Wake.OUTBOX].oldest == 30.0
    await store.close()


async def test_connections_count_by_state_and_tell_the_first_end(database_url: str) -> None:
    """Of whatever tenant; the end that comes first is the one that matters."""
    store = open_store(database_url)
    ends = datetime(2026, 4, 1, tzinfo=UTC)
    for tenant, days in ((TENANT, 5), (OTHER_TENANT, 2)):
        await store.integrations.add(
            IntegrationRow(
                id="github",
                tenant_id=tenant,
                provider="github",
                name="GitHub",
                state=IntegrationState.VERIFIED,
                expires_at=ends + timedelta(days=days),
            )
        )
    found = await store.figures()
    assert found.connections == {("github", IntegrationState.VERIFIED): 2}
    assert found.expiries == {"github": ends + timedelta(days=2)}
    await store.close()


async def test_the_pool_tells_what_is_in_use(database_url: str) -> None:
    """A transaction that is open is one connection."""
    store = open_store(database_url)
    async with store.look():
        assert store.pool().in_use == 1
    pool = store.pool()
    assert (pool.in_use, pool.most >= 10) == (0, True)
    await store.close()
