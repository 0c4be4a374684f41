"""Releases that are kept in memory are never older than the database, and never what was rolled back."""

from dataclasses import replace

import pytest

from orchestration.domain.change import Change
from orchestration.ports.runtime import NoSuchRelease
from orchestration.store.kept import KeptReleases
from orchestration.store.store import Store
from tests.store.samples import NOW, OTHER_TENANT, TENANT, created, rich_release, small_release
from tests.support.databases import open_store


async def _stored(store: Store) -> None:
    async with store.work() as work:
        await work.releases.add(created(rich_release()))
        await work.commit()


async def _renamed(store: Store, branch: str, *, commit: bool = True) -> None:
    async with store.work() as work:
        change = Change(await work.releases.get(TENANT, rich_release().id), now=NOW)
        change.release = replace(change.release, branch=branch)
        await work.releases.save(change)
        if commit:
            await work.commit()


async def _branch(store: Store) -> str | None:
    async with store.look() as work:
        one = await work.releases.get(TENANT, rich_release().id)
        (listed,) = await work.releases.active(TENANT)
    assert one == listed
    return one.branch


async def test_a_reader_sees_every_commit_and_nothing_else(store: Store) -> None:
    """What another transaction stored is seen at once though the release is kept; what was rolled back is not."""
    await _stored(store)
    assert await _branch(store) == "release/2.14.0"
    await _renamed(store, "release/lost", commit=False)
    assert await _branch(store) == "release/2.14.0"
    await _renamed(store, "release/new")
    assert await _branch(store) == "release/new"


async def test_a_kept_release_is_the_value_that_is_read(store: Store) -> None:
    """The second reader gets the very same value, and it is equal to the one that a writer reads."""
    await _stored(store)
    async with store.look() as work:
        first = await work.releases.get(TENANT, rich_release().id)
    async with store.look() as work:
        second = await work.releases.get(TENANT, rich_release().id)
    async with store.work() as work:
        written = await work.releases.get(TENANT, rich_release().id)
    assert second is first
    assert written == first


async def test_what_is_kept_is_shown_to_no_other_tenant(store: Store) -> None:
    """The question names the tenant, whatever lies in memory."""
    await _stored(store)
    await _branch(store)
    async with store.look() as work:
        with pytest.raises(NoSuchRelease):
            await work.releases.get(OTHER_TENANT, rich_release().id)


def test_an_older_revision_takes_no_place() -> None:
    """Two readers may end in any order: the newer one's value stays, and what was used long ago goes first."""
    kept = KeptReleases(most=2)
    old, new = replace(small_release(), revision=3), replace(small_release(), revision=4)
    kept.keep([new])
    kept.keep([old])
    assert kept.at(new.id, 4) is new
    assert kept.at(new.id, 3) is None
    others = [small_release("REL-00000002"), small_release("REL-00000003")]
    kept.keep([others[0]])
    assert kept.at(new.id, 4) is new
    kept.keep([others[1]])
    assert kept.at(others[0].id, others[0].revision) is None
    assert kept.at(new.id, 4) is new


async def test_what_was_saved_is_kept_as_it_would_be_read(store: Store, database_url: str) -> None:
    """A writer's value is remembered when it is committed, and it is the value that another process reads."""
    await _stored(store)
    await _renamed(store, "release/new")
    fresh = open_store(database_url)
    async with store.work() as mine, fresh.look() as other:
        kept = await mine.releases.get(TENANT, rich_release().id)
        assert kept == await other.releases.get(TENANT, rich_release().id)
    async with store.work() as work:
        assert await work.releases.get(TENANT, rich_release().id) is kept
    await fresh.close()


async def test_a_writer_sees_the_commit_of_another_process(store: Store, database_url: str) -> None:
    """The revision is asked for in the writing transaction: what is kept of an older one is not written over."""
    await _stored(store)
    await _renamed(store, "release/mine")
    other = open_store(database_url)
    await _renamed(other, "release/theirs")
    async with store.work() as work:
        assert (await work.releases.get(TENANT, rich_release().id)).branch == "release/theirs"
    await other.close()


async def test_a_writer_reads_its_own_save_and_forgets_it_when_it_is_undone(store: Store) -> None:
    """Within the transaction the new value counts; after a rollback nobody gets it, though the revision was named."""
    await _stored(store)
    async with store.work() as work:
        change = Change(await work.releases.get(TENANT, rich_release().id), now=NOW)
        change.release = replace(change.release, branch="release/lost")
        await work.releases.save(change)
        assert (await work.releases.get(TENANT, rich_release().id)).branch == "release/lost"
    await _renamed(store, "release/new")
    assert await _branch(store) == "release/new"
