"""Releases in the store: what is read is what was written, and nobody's write is lost."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from orchestration.domain.events import EventKind
from orchestration.domain.holds import lifted
from orchestration.domain.release import Release
from orchestration.ports.runtime import NoSuchRelease, Outgoing, OutgoingKind, StaleRelease
from orchestration.store.store import Store
from orchestration.store.unit_of_work import SqlUnitOfWork
from tests.store.samples import TENANT, created, noted, rich_release, small_release
from tests.support.databases import drop_postgres, new_postgres, open_store


async def test_a_rich_release_comes_back_as_it_was(store: Store) -> None:
    """Every field survives the way into the rows and back, with exact times and order."""
    release = rich_release()
    async with store.work() as work:
        await work.releases.add(created(release))
        await work.commit()
    async with store.look() as work:
        assert await work.releases.get(TENANT, release.id) == release


async def _stored(store: Store, *releases: Release) -> None:
    for release in releases:
        async with store.work() as work:
            await work.releases.add(created(release))
            await work.commit()


async def _now(store: Store, release_id: str, tenant: str = TENANT) -> Release:
    async with store.look() as work:
        return await work.releases.get(tenant, release_id)


async def _fail_in(store: Store, body: Callable[[SqlUnitOfWork], Awaitable[None]]) -> None:
    async with store.work() as work:
        await body(work)
        raise ZeroDivisionError


async def test_leaving_without_a_commit_leaves_nothing(store: Store) -> None:
    """B-34, l: state, events and messages of a unit of work that was not committed do not exist."""
    release = small_release()
    message = Outgoing(kind=OutgoingKind.NOTICE, lane="C0HOME", key="n1")

    async def half_done(work: SqlUnitOfWork) -> None:
        await work.releases.add(created(release))
        await work.send(TENANT, [message])

    async with store.work() as work:
        await half_done(work)
    with pytest.raises(ZeroDivisionError):
        await _fail_in(store, half_done)
    async with store.look() as work:
        with pytest.raises(NoSuchRelease):
            await work.releases.get(TENANT, release.id)
        assert await work.releases.events(TENANT, release.id) == []
    assert await store.mailbox.claim(limit=5) == []
    assert await store.dispatcher.claim(limit=5) == []


async def test_everything_of_a_change_is_committed_together(store: Store) -> None:
    """B-14b, B-34, l: the release, its event, its message and its due work appear with one commit."""
    release = small_release()
    async with store.work() as work:
        await work.releases.add(created(release))
        await work.send(TENANT, [Outgoing(kind=OutgoingKind.CARD, lane="C0HOME", key="card")])
        await work.commit()
    async with store.look() as work:
        told = await work.releases.events(TENANT, release.id)
    assert [event.kind for event in told] == [EventKind.RELEASE_CREATED]
    assert told == created(release).events
    assert [letter.outgoing.key for letter in await store.mailbox.claim(limit=5)] == ["card"]
    assert [claim.subject for claim in await store.dispatcher.claim(limit=5)] == [release.tasks[0].id]


async def test_a_lost_update_is_refused(store: Store) -> None:
    """Who saves on a revision that somebody else replaced is told so, and changes nothing."""
    release = small_release()
    await _stored(store, release)
    early = await _now(store, release.id)
    async with store.work() as work:
        first = noted(await work.releases.get(TENANT, release.id), "first")
        await work.releases.save(first)
        await work.commit()
    async with store.work() as work:
        with pytest.raises(StaleRelease):
            await work.releases.save(noted(early, "second"))
    now = await _now(store, release.id)
    assert (now.tasks[0].note, now.revision) == ("first", 1)


@pytest.mark.slow
async def test_a_save_between_reading_and_saving_is_noticed() -> None:
    """Also where the row was not locked when it was read, as in a list: the update itself compares."""
    url = await new_postgres()
    store, other = open_store(url), open_store(url)
    await _stored(store, small_release())
    async with store.work() as work:
        (seen,) = await work.releases.active(TENANT)
        await _note(other, seen.id, "quick")
        with pytest.raises(StaleRelease):
            await work.releases.save(noted(seen, "slow"))
    assert (await _now(store, seen.id)).tasks[0].note == "quick"
    await store.close()
    await other.close()
    await drop_postgres(url)


async def _note(store: Store, release_id: str, note: str) -> None:
    async with store.work() as work:
        await work.releases.save(noted(await work.releases.get(TENANT, release_id), note))
        await work.commit()


async def test_writers_at_the_same_time_lose_nothing(store: Store) -> None:
    """Of writers that collide one wins; the others are told, read again and add theirs."""
    release = small_release()
    await _stored(store, release)

    async def add_a_word(word: str) -> None:
        while True:
            try:
                async with store.work() as work:
                    mine = await work.releases.get(TENANT, release.id)
                    await work.releases.save(noted(mine, f"{mine.tasks[0].note or ''}{word}"))
                    await work.commit()
            except StaleRelease:
                continue
            return

    await asyncio.gather(*(add_a_word(word) for word in "abcdefgh"))
    now = await _now(store, release.id)
    assert sorted(now.tasks[0].note or "") == list("abcdefgh")
    assert now.revision == 8


async def test_a_change_that_was_read_earlier_is_compared_with_the_rows(store: Store) -> None:
    """A change that was made from an earlier unit of work is saved where the release is still the same."""
    await _stored(store, small_release())
    change = noted(await _now(store, "REL-7F3K2Q9D"), "early")
    async with store.work() as work:
        await work.releases.save(change)
        await work.commit()
    now = await _now(store, "REL-7F3K2Q9D")
    assert now == change.release
    assert now.tasks[0].note == "early"


async def test_parts_that_are_gone_are_gone(store: Store) -> None:
    """A hold that was lifted does not come back, and the order of what is left stays."""
    release = rich_release()
    await _stored(store, release)
    async with store.work() as work:
        change = noted(await work.releases.get(TENANT, release.id), "lifted")
        hold = change.release.holds[0]
        change.release = replace(
            change.release,
            holds=lifted(change.release.holds, hold.cause, hold.by),
            slots=tuple(reversed(change.release.slots)),
        )
        await work.releases.save(change)
        await work.commit()
    assert await _now(store, release.id) == change.release


async def test_an_event_is_recorded_once_however_often_its_change_is_saved(store: Store) -> None:
    """Saving a change again in one unit of work adds only what was told since."""
    await _stored(store, small_release())
    async with store.work() as work:
        change = noted(await work.releases.get(TENANT, "REL-7F3K2Q9D"), "one")
        await work.releases.save(change)
        change.tell(EventKind.CALLBACK_RECEIVED)
        await work.releases.save(change)
        await work.commit()
    async with store.look() as work:
        told = await work.releases.events(TENANT, "REL-7F3K2Q9D")
    assert [event.kind for event in told] == [
        EventKind.CALLBACK_RECEIVED,
        EventKind.TASK_WAITING,
        EventKind.RELEASE_CREATED,
    ]


async def test_reading_does_not_write(store: Store) -> None:
    """A unit of work that was opened for reading refuses to write; one that is over refuses everything."""
    async with store.look() as work:
        with pytest.raises(RuntimeError, match="reading"):
            await work.releases.add(created(small_release()))
        with pytest.raises(RuntimeError, match="reading"):
            await work.directory.grant(TENANT, "U1", "owner")
    async with store.work() as work:
        await work.commit()
        with pytest.raises(RuntimeError, match="over"):
            await work.send(TENANT, [Outgoing(kind=OutgoingKind.NOTICE, lane="l", key="k")])
