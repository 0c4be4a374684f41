"""What comes next: when a worker has to look again, and who is woken for what comes soon."""

from dataclasses import replace
from datetime import timedelta

import pytest

from orchestration.domain.change import Change
from orchestration.domain.tasks import TaskState
from orchestration.store.store import Store
from orchestration.store.wake import Wake
from tests.store.samples import NOW, created, small_release
from tests.support.databases import SetClock, open_store


async def _retried(store: Store, after: timedelta) -> None:
    """A release whose one task is tried again after a while; only its own news are left in the wakes."""
    release = small_release()
    async with store.work() as work:
        await work.releases.add(created(release))
        await work.commit()
    store.wakes.take(Wake.WORK)
    change = Change(release, now=NOW)
    task = replace(release.tasks[0], state=TaskState.RETRYING, retry_at=NOW + after)
    change.release = release.with_task(task)
    async with store.work() as work:
        await work.releases.save(change)
        await work.commit()


async def test_nothing_is_ahead_of_an_empty_store(store: Store) -> None:
    """A worker then waits to be woken."""
    assert await store.dispatcher.next_in() is None


async def test_the_next_piece_is_told_in_seconds(database_url: str) -> None:
    """The earliest that is not due yet; what is due already is claimed and not waited for."""
    clock = SetClock()
    store = open_store(database_url, clock=clock)
    await _retried(store, timedelta(seconds=90))
    assert await store.dispatcher.next_in() == pytest.approx(90.0)
    clock.forward(seconds=60)
    assert await store.dispatcher.next_in() == pytest.approx(30.0)
    clock.forward(seconds=30)
    later = await store.dispatcher.next_in()
    assert later is None or later > 0
    assert len(await store.dispatcher.claim(limit=5)) == 1
    await store.close()


@pytest.mark.parametrize(("after", "woken"), [(0.5, True), (1.0, True), (1.1, False)])
async def test_workers_are_woken_for_what_comes_before_they_look(
    store: Store, after: float, *, woken: bool
) -> None:
    """Who looked a moment ago would begin it late; what comes later is found by the next look."""
    await _retried(store, timedelta(seconds=after))
    assert store.wakes.take(Wake.WORK) is woken
