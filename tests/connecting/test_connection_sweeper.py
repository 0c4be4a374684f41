"""The sweeper: when a connection is tried, what its state does to releases, and whom it warns; on both databases."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.accounts.watching import Watcher
from bot.connections import InUse
from bot.connections.schedule import DAILY, SPREAD, next_try
from orchestration.domain.errors import Invalid
from orchestration.domain.events import EventKind
from orchestration.domain.tasks import TaskState, TaskType
from orchestration.ports.errors import NeedsCredentials
from orchestration.services import act, configuration_drafts
from orchestration.services.start_release import start_release
from orchestration.store.database import open_engine
from orchestration.store.integrations import IntegrationState
from orchestration.store.store import Store
from tests.connecting.draft_rig import draft_book, new_draft
from tests.connecting.sweeper_rig import JIRA, Sweep, connect, sweep
from tests.support.engine import START, TENANT
from tests.support.library import CANARY
from tests.support.rehearsed import ANN, begin, order, snapshot


async def test_a_connection_is_tried_about_once_a_day(swept: Sweep) -> None:
    """Not before 22 hours and not after 26; between, nothing is asked. The others, which nobody watches, never."""
    assert swept.library.tried == []
    assert await swept.later(hours=21) == 0
    due = (await swept.row()).verify_at
    assert due is not None
    assert DAILY <= due - START <= DAILY + SPREAD
    assert await swept.later(hours=5) == 1
    assert len(swept.library.tried) == 1
    assert (await swept.row()).tried_at == swept.bench.clock.at
    assert (await swept.row("github")).tried_at is None


def test_connections_are_spread_over_the_hours() -> None:
    """Hundreds that were made at the same moment are not all tried at the same moment."""
    hours = {next_try("T1", f"c{n}", IntegrationState.VERIFIED, now=START).hour for n in range(200)}
    assert len(hours) == 4


async def test_a_refused_token_holds_what_runs_and_a_good_one_lets_it_go(swept: Sweep) -> None:
    """Every running release that uses it stands still, with the reason; verified again, it goes on by itself."""
    release = await begin(swept.bench)
    swept.library.tokens = set()
    await swept.later(hours=27)
    assert (await swept.row()).state is IntegrationState.REVOKED
    ((by, reason),) = await swept.holds(release)
    assert by == JIRA
    assert "Box does not take what Tickets is connected with any more" in reason
    assert CANARY not in reason
    await swept.later(hours=2)
    assert await swept.told(release, EventKind.HOLD_PLACED) == 1
    swept.library.tokens = {CANARY}
    await swept.later(hours=2)
    assert (await swept.row()).state is IntegrationState.VERIFIED
    assert await swept.holds(release) == []
    assert await swept.told(release, EventKind.HOLD_LIFTED) == 1


async def test_holds_of_others_stay(swept: Sweep) -> None:
    """A person's hold is neither touched by it nor does lifting it touch this one."""
    release = await begin(swept.bench)
    await act.hold(swept.bench.engine, TENANT, release.id, "Wait", actor=ANN)
    swept.library.tokens = set()
    await swept.later(hours=27)
    await act.resume(swept.bench.engine, TENANT, release.id, actor=ANN)
    assert len(await swept.holds(release)) == 1
    await act.hold(swept.bench.engine, TENANT, release.id, "Wait", actor=ANN)
    swept.library.tokens = {CANARY}
    await swept.later(hours=2)
    assert [h.reason for h in (await swept.bench.release(release.id)).holds] == ["Wait"]


async def test_a_release_that_does_not_use_it_goes_on(swept: Sweep) -> None:
    """Only what the release's own snapshot names can hold it."""
    async with swept.bench.store.work() as work:
        plain = snapshot(pm=None, tickets={})
        (known,) = await work.directory.configurations(TENANT)
        await work.directory.save_configuration(replace(known, snapshot=plain))
        await work.commit()
    release = await begin(swept.bench)
    swept.library.tokens = set()
    await swept.later(hours=27)
    assert await swept.holds(release) == []


async def test_a_provider_that_is_away_changes_nothing(swept: Sweep) -> None:
    """No state, no hold, no event; it is asked again within the hour."""
    release = await begin(swept.bench)
    before = await swept.row()
    swept.library.away = True
    await swept.later(hours=27)
    row = await swept.row()
    assert (row.state, row.verified_at, row.revision) == (before.state, before.verified_at, before.revision)
    assert await swept.holds(release) == []
    tried = len(swept.library.tried)
    assert await swept.later(minutes=16) == 1
    assert len(swept.library.tried) == tried + 1


async def test_a_task_that_is_refused_has_the_connection_tried_at_once(swept: Sweep) -> None:
    """One task failed for its credentials: nobody waits a day to hear that the token is gone."""

    def refusing(port: str, _verb: str) -> None:
        if port == "pm":
            raise NeedsCredentials("The token is gone")

    swept.company.hook = refusing
    release = await begin(swept.bench)
    await swept.turn()
    swept.library.tokens = set()
    before = len(swept.library.tried)
    await swept.bench.settle()
    tasks = (await swept.bench.release(release.id)).tasks
    tickets = [t.state for t in tasks if t.type is TaskType.CREATE_PROJECT_MANAGEMENT_TICKET]
    assert tickets == [TaskState.FAILED, TaskState.FAILED]
    await swept.turn()
    assert len(swept.library.tried) > before
    assert [by for by, _ in await swept.holds(release)] == [JIRA]


async def test_connections_are_tried_shortly_before_kick_off(swept: Sweep) -> None:
    """Half an hour ahead, so that there is time to mend it."""
    kick_off = swept.bench.clock.now() + timedelta(hours=10)
    wanted = replace(
        order(swept.bench),
        kick_off_at=kick_off,
        slots=tuple(replace(s, at=kick_off + timedelta(hours=1)) for s in order(swept.bench).slots),
    )
    await start_release(swept.bench.engine, TENANT, "pixel", wanted, actor=ANN)
    assert await swept.later(hours=9) == 0
    assert await swept.later(minutes=30) == 1
    assert len(swept.library.tried) == 1


async def test_a_release_that_starts_while_it_is_refused_is_refused_too(swept: Sweep) -> None:
    """A connection that is not verified starts nothing, so nothing runs that should be held."""
    swept.library.tokens = set()
    await swept.later(hours=27)
    with pytest.raises(Invalid, match="jira is revoked"):
        await begin(swept.bench)


async def test_a_crash_between_the_state_and_the_holds_is_made_good(swept: Sweep) -> None:
    """The row stays due: the next worker places the holds, without asking the provider again."""
    release = await begin(swept.bench)
    swept.library.tokens = set()
    swept.bench.clock.forward(hours=27)
    (watched,) = await swept.watcher.claim(5)
    now = swept.bench.clock.now()
    await swept.book.verify(TENANT, JIRA, swept.edge, now=now)
    assert await swept.holds(release) == []
    tried = len(swept.library.tried)
    assert await swept.watcher.claim(5) == []
    swept.bench.clock.forward(seconds=31)
    await swept.turn()
    assert [by for by, _ in await swept.holds(release)] == [JIRA]
    assert len(swept.library.tried) == tried
    await swept.bench.store.watch.settle(watched, due_at=now)
    assert await swept.watcher.claim(5) == []


async def test_trying_again_by_hand_moves_the_holds(swept: Sweep) -> None:
    """What a person or the command line finds out reaches the releases at once, through the sweeper."""
    release = await begin(swept.bench)
    swept.library.tokens = set()
    await swept.book.verify(TENANT, JIRA, swept.edge, now=swept.bench.clock.now())
    await swept.turn()
    assert len(await swept.holds(release)) == 1
    swept.library.tokens = {CANARY}
    await connect(swept.book, swept.bench.clock)
    await swept.turn()
    assert await swept.holds(release) == []


async def test_what_a_release_needs_is_not_removed(swept: Sweep) -> None:
    """The refusal names the release; archived, it is in the way no more."""
    release = await begin(swept.bench)
    with pytest.raises(InUse, match=release.id):
        await swept.book.remove(TENANT, JIRA, now=swept.bench.clock.now())
    await act.archive(swept.bench.engine, TENANT, release.id, "Enough", actor=ANN)
    usage = await swept.book.remove(TENANT, JIRA, now=swept.bench.clock.now())
    assert usage.configurations == ("Pixel",)


async def test_a_start_and_a_removal_at_once_do_not_both_happen(swept: Sweep) -> None:
    """Whoever is second sees what the first one did: a release never runs without its connection."""
    for _ in range(3):
        results = await asyncio.gather(
            begin(swept.bench),
            swept.book.remove(TENANT, JIRA, now=swept.bench.clock.now()),
            return_exceptions=True,
        )
        started, removed = results
        assert isinstance(started, Invalid) != isinstance(removed, InUse), results
        if isinstance(started, Invalid):
            await connect(swept.book, swept.bench.clock)
        else:
            assert not isinstance(started, BaseException)
            await act.archive(swept.bench.engine, TENANT, started.id, "Next round", actor=ANN)
    assert await swept.query("SELECT count(*) FROM integrations") != []


async def test_two_sweepers_share_the_work(database_url: str) -> None:
    """Each connection is one sweeper's until its lease ends."""
    async with sweep(database_url) as one:
        for number in range(6):
            await connect(one.book, one.bench.clock, name=f"box-{number}")
        other_store = Store(
            open_engine(database_url, durable=False),
            clock=one.bench.clock,
            lease=timedelta(seconds=30),
            owner="other",
            lease_clock=one.bench.clock,
        )
        other = Watcher(store=other_store, book=one.book, engine=one.bench.engine, edge=lambda _t: one.edge)
        mine, theirs = await asyncio.gather(one.watcher.claim(4), other.claim(4))
        names = [watched.row.id for watched in (*mine, *theirs)]
        assert len(names) == len(set(names)) == 7
        await other_store.watch.renew(theirs)
        for each in theirs:
            await other_store.watch.let_go(each)
        assert {w.row.id for w in await one.watcher.claim(9)} == {w.row.id for w in theirs}
        await other_store.close()


async def test_drafts_that_are_over_are_deleted_with_their_secrets(swept: Sweep) -> None:
    """Nobody opened the link, or nobody came back: ten minutes later nothing is left of it."""
    drafts = draft_book(swept.bench.store)
    now = swept.bench.clock.now()
    await drafts.keep(new_draft(), None, now=now)
    await swept.later(minutes=9)
    assert len(await swept.query("SELECT id FROM connection_drafts")) == 1
    await swept.later(minutes=2)
    assert await swept.query("SELECT id FROM connection_drafts") == []


async def test_drafts_of_configurations_that_are_over_are_deleted(swept: Sweep) -> None:
    """What nobody saved within the hour leaves the database, what is still edited stays."""
    engine = swept.bench.engine
    await configuration_drafts.begin(engine, TENANT, "old", {}, based_on=0, actor=ANN)
    swept.bench.clock.forward(minutes=30)
    await configuration_drafts.begin(engine, TENANT, "new", {}, based_on=0, actor=ANN)
    await swept.later(minutes=31)
    assert await swept.query("SELECT subject FROM configuration_drafts") == [("new",)]


async def test_one_connection_that_breaks_the_sweeper_hinders_no_other(
    swept: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault of ours is logged without its words, put off, and the rest is looked at."""
    await connect(swept.book, swept.bench.clock, name="box-2")
    await swept.turn()
    verify = swept.book.verify

    async def broken(tenant_id: str, integration_id: str, *more: object, **named: object) -> object:
        if integration_id == JIRA:
            raise RuntimeError(CANARY)
        return await verify(tenant_id, integration_id, *more, **named)  # type: ignore[arg-type]  # as they are

    monkeypatch.setattr(swept.book, "verify", broken)
    await swept.later(hours=27)
    assert (await swept.row("box-2")).tried_at == swept.bench.clock.at
    assert await swept.watcher.claim(5) == []


async def test_another_workspace_is_not_touched(swept: Sweep) -> None:
    """The same id there, refused there: nothing here stands still."""
    release = await begin(swept.bench)
    await connect(swept.book, swept.bench.clock, tenant="T0002")
    await swept.turn()
    swept.library.tokens = set()
    await swept.book.verify("T0002", JIRA, swept.edge, now=swept.bench.clock.now())
    await swept.turn()
    assert await swept.holds(release) == []
