"""Submissions in the database: found by their store, asked for how long reviews took, and one turn per app."""

from datetime import timedelta

from sqlalchemy import Connection

from orchestration.domain.due import WorkKind
from orchestration.store.migrate import downgrade, upgrade
from orchestration.store.store import Store
from tests.store.samples import NOW, OTHER_TENANT, TENANT, created, rich_release
from tests.store.test_migrations import ask
from tests.support.databases import open_store


async def _stored(store: Store) -> str:
    release = rich_release()
    async with store.work() as work:
        await work.releases.add(created(release))
        await work.commit()
    return release.submissions[0].id


async def test_news_of_a_store_make_its_submissions_due(store: Store) -> None:
    """Only those of that store and tenant, and at once."""
    submission = await _stored(store)
    async with store.work() as work:
        assert list(await work.releases.by_store(TENANT, "app-store")) == [submission]
        assert list(await work.releases.by_store(TENANT, "google-play")) == []
        await work.nudge(OTHER_TENANT, submission, at=NOW, kind=WorkKind.STORE)
        await work.commit()
    assert WorkKind.STORE not in {c.kind for c in await store.dispatcher.claim(limit=20)}
    async with store.work() as work:
        await work.nudge(TENANT, submission, at=NOW, kind=WorkKind.STORE)
        await work.commit()
    assert [c.subject for c in await store.dispatcher.claim(limit=20) if c.kind is WorkKind.STORE] == [
        submission
    ]


async def test_reviews_tell_how_long_they_took(store: Store) -> None:
    """From submitted to approved."""
    await _stored(store)
    async with store.look() as work:
        assert list(await work.releases.reviews(TENANT, "app-store")) == [timedelta(days=1)]
        assert list(await work.releases.reviews(TENANT, "google-play")) == []


async def test_an_app_is_changed_by_one_at_a_time(store: Store) -> None:
    """Another one waits, the same work may go on after a crash, and what is urgent takes the turn."""
    for holder, urgent, taken in (
        ("TASK:a", False, True),
        ("TASK:b", False, False),
        ("TASK:a", False, True),
        ("STORE:c", True, True),
        ("TASK:a", False, False),
    ):
        async with store.work() as work:
            got = await work.turns.take(TENANT, "play", holder=holder, urgent=urgent)
            await work.commit()
        assert got is taken, holder
    async with store.work() as work:
        assert await work.turns.take(OTHER_TENANT, "play", holder="TASK:x")
        assert await work.turns.take(TENANT, "apple", holder="TASK:x")
        await work.turns.give_back(TENANT, "play", holder="TASK:a")
        assert not await work.turns.take(TENANT, "play", holder="TASK:a")
        await work.turns.give_back(TENANT, "play", holder="STORE:c")
        assert await work.turns.take(TENANT, "play", holder="TASK:a")


async def test_releases_that_waited_for_their_stores_are_looked_at_after_the_upgrade(
    database_url: str,
) -> None:
    """Every running release is due once; going back loses what was followed, and the release stays."""
    store = open_store(database_url)
    await _stored(store)
    await store.close()
    await downgrade(database_url, "0007")

    def rest(connection: Connection) -> object:
        connection.exec_driver_sql("UPDATE work SET due_ms = NULL")
        connection.commit()
        return connection.exec_driver_sql("SELECT count(*) FROM work WHERE kind = 'STORE'").scalar_one()

    assert await ask(database_url, rest) == 0
    await upgrade(database_url)
    store = open_store(database_url)
    (claim,) = await store.dispatcher.claim(limit=20)
    async with store.look() as work:
        release = await work.releases.get(TENANT, claim.release_id)
    await store.close()
    assert claim.kind is WorkKind.RELEASE
    assert release.submissions == ()
