"""A database that was put back: no revision is given out twice, and what waited to be said may have been said."""

from orchestration.ports.notification import MessageRef
from orchestration.ports.runtime import Outgoing, OutgoingKind, StaleRelease
from orchestration.store.restoring import LEAP
from orchestration.store.store import Store
from tests.store.samples import NOW, TENANT, created, noted, small_release

REF = MessageRef(channel="C0HOME", ts="1.2")


def _notice(key: str) -> Outgoing:
    return Outgoing(kind=OutgoingKind.NOTICE, lane="C0HOME", key=key)


async def _say(store: Store, *keys: str) -> None:
    async with store.work() as work:
        await work.send(TENANT, [_notice(key) for key in keys])
        await work.commit()


async def test_revisions_leap(store: Store) -> None:
    """Who read the release before it was put back can't save over it: what they read is no revision any more."""
    before = small_release()
    async with store.work() as work:
        await work.releases.add(created(before))
        await work.commit()
    async with store.look() as work:
        read = await work.releases.get(TENANT, before.id)
    await store.after_restore(since=NOW)
    async with store.look() as work:
        assert (await work.releases.get(TENANT, before.id)).revision == read.revision + LEAP
    refused = False
    async with store.work() as work:
        try:
            await work.releases.save(noted(read, "late"))
        except StaleRelease:
            refused = True
    assert refused


async def test_what_waits_is_in_doubt_and_what_was_said_is_not(store: Store) -> None:
    """A message that waited is looked for from the time of the backup on."""
    await _say(store, "said")
    (said,) = await store.mailbox.claim(limit=1)
    await store.mailbox.sent(said, {"said": REF})
    await _say(store, "waits")
    await store.after_restore(since=NOW)
    (waits,) = await store.mailbox.claim(limit=9)
    assert (waits.outgoing.key, waits.uncertain, waits.since) == ("waits", True, NOW.timestamp())
    assert await store.mailbox.ref(TENANT, "said") == REF
