"""The context of what caused a piece of work stands in its row, and comes back with the claim."""

from orchestration.domain.due import WorkKind
from orchestration.ports.runtime import Incoming, Outgoing, OutgoingKind
from orchestration.ports.tracing import carrying
from orchestration.store.store import Store
from tests.store.samples import TENANT, created, small_release

FIRST = f"00-{'a' * 32}-{'1' * 16}-01"
LATER = f"00-{'b' * 32}-{'2' * 16}-01"


async def _say(store: Store, key: str) -> None:
    card = Outgoing(kind=OutgoingKind.CARD, lane="C0HOME", key=key)
    async with store.work() as work:
        await work.send(TENANT, [card])
        await work.commit()


async def test_a_request_keeps_what_it_came_with(store: Store) -> None:
    """It is worked on later, maybe by another process; one that came outside of any trace has none."""
    with carrying(FIRST):
        await store.inbox.receive(Incoming(key="1", tenant_id=TENANT, kind="command", payload={}))
    await store.inbox.receive(Incoming(key="2", tenant_id=TENANT, kind="command", payload={}))
    assert [each.trace for each in await store.inbox.claim(limit=9)] == [FIRST, None]


async def test_a_message_is_of_who_ordered_it_last(store: Store) -> None:
    """An edit of a card that was not sent yet belongs to the newest change."""
    with carrying(FIRST):
        await _say(store, "card")
    with carrying(LATER):
        await _say(store, "card")
    (letter,) = await store.mailbox.claim(limit=9)
    assert letter.trace == LATER


async def test_work_is_of_the_change_that_made_it_due(store: Store) -> None:
    """Every piece that a new release makes due was caused by whoever started it."""
    with carrying(FIRST):
        async with store.work() as work:
            await work.releases.add(created(small_release()))
            await work.commit()
    claims = await store.dispatcher.claim(limit=99)
    assert claims
    assert WorkKind.TASK in {claim.kind for claim in claims}
    assert {claim.trace for claim in claims} == {FIRST}
