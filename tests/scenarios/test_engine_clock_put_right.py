"""A clock that was weeks ahead is put right: what it put off is done as if it had never been ahead."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from orchestration.domain.events import EventKind
from orchestration.domain.holds import HoldCause
from orchestration.domain.people import VIEWER as VIEWS
from orchestration.domain.quiet import Kept, read_quiet
from orchestration.domain.workflow_steps import WorkflowStep
from orchestration.ports.planning import DutyKind
from orchestration.ports.runtime import OutgoingKind, UnitOfWork
from orchestration.services.attention import ask_for, keep, kept_now
from orchestration.services.duties import work_duty
from orchestration.services.steps import LONGEST_WAIT
from orchestration.store import putting_right
from tests.scenarios.test_engine_freezes import freeze_of, holds, started
from tests.support.engine import TENANT, Bench, bench
from tests.support.planned import BO, Depot, depot, moment
from tests.support.rehearsed import Company, begin, found

AHEAD = timedelta(days=21)


@pytest.fixture(autouse=True)
def watchful(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each look for work also looks for what is too far ahead: in these tests no time goes by between two."""
    monkeypatch.setattr(putting_right, "_EVERY_SECONDS", 0.0)


@asynccontextmanager
async def ahead(b: Bench) -> AsyncIterator[None]:
    """For a while every clock is wrong by weeks."""
    b.clock.at += AHEAD
    yield
    b.clock.at -= AHEAD


async def _keep(b: Bench, key: str) -> None:
    asked = await kept_now(b.engine, TENANT, BO.id)
    assert asked is not None
    kept = Kept(person=BO.id, key=key, at=b.clock.now(), text=key)
    await keep(b.engine, TENANT, asked, kept)


async def _digests(b: Bench) -> list[str]:
    """Those that are to be sent, after all that is due."""
    await b.settle()
    letters = await b.store.mailbox.claim(limit=20)
    return [
        letter.outgoing.payload["lines"] for letter in letters if letter.outgoing.kind is OutgoingKind.DIGEST
    ]


async def _silent(_work: UnitOfWork, _asked: object) -> None:
    """Nobody waits for an answer."""


async def test_a_digest_comes_when_the_quiet_ends_by_the_right_clock(tmp_path: Path) -> None:
    """What is kept later hangs on the plan of what was kept first: all of it would have waited for weeks."""
    async with bench(tmp_path) as b:
        b.clock.at = b.clock.at.replace(hour=20)
        async with b.store.work() as work:
            await work.directory.grant(TENANT, BO.id, VIEWS)
            await work.commit()
        nights = read_quiet("19:00-08:00")
        await ask_for(
            b.engine,
            TENANT,
            lambda asked: replace(asked, quiet=nights, zone="UTC", fixed=True),
            actor=BO,
            ending=_silent,
            zone="UTC",
        )
        async with ahead(b):
            await _keep(b, "first")
        await _keep(b, "second")
        assert await _digests(b) == []
        b.clock.forward(hours=11, minutes=59)
        assert await _digests(b) == []
        b.clock.forward(minutes=1)
        (told,) = await _digests(b)
        assert '"first"' in told
        assert '"second"' in told


async def test_a_train_that_was_put_off_goes_on_its_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault puts a look off by a minute, by the clock of that moment; its date must not be missed for that."""
    async with depot(tmp_path) as d:
        await d.save()
        (duty,) = await d.bench.store.duties.claim(limit=5)

        async def broken(*_args: object) -> None:
            raise RuntimeError("broken")

        with monkeypatch.context() as patch:
            patch.setattr("orchestration.services.duties.run_train", broken)
            async with ahead(d.bench):
                await work_duty(d.bench.engine, d.bench.store.duties, duty)
        await d.at("2026-11-26T10:00")
        assert [release.version for release in await d.releases()] == ["2.14.0"]
        assert await d.told(EventKind.TRAIN_DATE_MISSED) == []


async def test_a_hold_that_a_freeze_placed_too_early_is_lifted_until_it_begins(tmp_path: Path) -> None:
    """Whether a freeze holds is asked of the right clock as soon as there is one; at its begin it holds again."""
    async with depot(tmp_path) as d:
        release = await started(d)
        freeze = await freeze_of(d, ends_at=moment("2026-12-24T09:00"))
        async with ahead(d.bench):
            await _look(d, DutyKind.FREEZE)
            assert holds(await d.bench.release(release.id)) == [(HoldCause.FREEZE, freeze.id)]
        await d.bench.settle()
        assert holds(await d.bench.release(release.id)) == []
        await d.at("2026-11-26T18:00")
        assert holds(await d.bench.release(release.id)) == [(HoldCause.FREEZE, freeze.id)]
        assert len(await d.told(EventKind.FREEZE_BEGAN)) == 1


async def _look(d: Depot, kind: DutyKind) -> None:
    """Do the duties of a kind that are due, and give the others back."""
    for duty in await d.bench.store.duties.claim(limit=20):
        if duty.kind is kind:
            await work_duty(d.bench.engine, d.bench.store.duties, duty)
        else:
            await d.bench.store.duties.let_go(duty)


async def test_test_runs_are_read_again_at_once(tmp_path: Path) -> None:
    """Figures that a clock of the weeks to come has read are read anew, and then as often as ever."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        await found(b)
        release_id = (await begin(b)).id
        await b.live(steps=12, minutes=3)
        async with ahead(b):
            await b.settle()
            assert (await b.release(release_id)).progress.read_at == b.clock.now()
        await b.settle()
        progress = (await b.release(release_id)).progress
        every = (await b.release(release_id)).snapshot.timing.tests_check_every
        assert (progress.read_at, progress.check_at) == (b.clock.now(), b.clock.now() + every)


async def test_a_step_that_waits_is_looked_at_in_vain_until_its_time_is_over(tmp_path: Path) -> None:
    """A look before its deadline ends nothing, and says when to look again."""
    async with bench(tmp_path, Company().ports()) as b:
        await found(b)
        release, deadline = await begin(b), b.clock.now() + LONGEST_WAIT
        step = WorkflowStep(id="Fx1", tenant_id=TENANT, release_id=release.id, deadline_at=deadline)
        async with b.store.work() as work:
            await work.steps.add(step)
            await work.planning.look(TENANT, DutyKind.STEP, step.id, at=deadline)
            await work.commit()
        await b.settle()
        b.clock.forward(hours=1)
        await b.settle()
        assert await _waits(b, step)
        b.clock.at = deadline - timedelta(seconds=1)
        await b.settle()
        assert await _waits(b, step)
        b.clock.at = deadline
        await b.settle()
        assert not await _waits(b, step)


async def _waits(b: Bench, step: WorkflowStep) -> bool:
    async with b.store.look() as work:
        return await work.steps.find(TENANT, step.id) is not None
