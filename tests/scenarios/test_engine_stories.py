"""Stories of a release through the engine, with every provider in memory and a clock of the test."""

from pathlib import Path

import pytest

from orchestration.domain.errors import NotAllowed, NotNow
from orchestration.domain.gates import Condition, GateState
from orchestration.domain.phase import Phase, phase
from orchestration.domain.snapshot import BuildMode
from orchestration.domain.stages import CycleFlags
from orchestration.domain.tasks import TaskState, TaskType
from orchestration.ports.cicd import RunState
from orchestration.services import act, decide
from tests.support.engine import TENANT, bench
from tests.support.rehearsed import (
    ANDROID,
    ANN,
    BO,
    IOS,
    VIEWER,
    Company,
    approve,
    begin,
    finish_by_hand,
    found,
    snapshot,
)


async def test_a_release_runs_through_three_stages(tmp_path: Path) -> None:
    """Kick-off, one cycle, approval, pre-release: branch, tags, tickets, runs and notes exist once and fit."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        await found(b)
        release = await begin(b)
        await b.live(steps=12, minutes=3)
        waiting = await b.release(release.id)
        assert phase(waiting) is Phase.AWAITING_STAGE_3
        finish_by_hand(company, waiting)
        await b.live(steps=2, minutes=1)
        await approve(b, release.id)
        await b.live(steps=5, minutes=1)
        done = await b.release(release.id)
        assert phase(done) is Phase.AWAITING_SUBMISSION
        assert {task.state for task in done.tasks} == {TaskState.SUCCEEDED}
        kept = company.scm.kept
        assert kept.tags["v2.14.0"] == kept.tags["v2.14.0-rc.1"] == kept.branches["release/2.14.0"]
        assert list(kept.releases) == ["v2.14.0"]
        assert len(company.pm.kept) == 2
        assert len(company.cicd.kept) == 8
        assert await b.store.broken_at(TENANT) is None


async def test_the_release_tag_stands_on_the_tested_commit(tmp_path: Path) -> None:
    """A commit that came after the candidate closes the gate; a forced approval still tags what was tested."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        await found(b)
        release = await begin(b)
        await b.live(steps=12, minutes=3)
        finish_by_hand(company, await b.release(release.id))
        tested = company.scm.kept.branches["release/2.14.0"]
        company.scm.grow("release/2.14.0", ["fix: too late"])
        await b.live(steps=2, minutes=1)
        gate = (await b.release(release.id)).open_gate
        assert gate is not None
        assert gate.evidence is not None
        assert [f.condition for f in gate.evidence.unmet] == [Condition.HEAD_IS_TESTED]
        assert "fix: too late" in gate.evidence.unmet[0].says
        with pytest.raises(NotNow, match="Not yet"):
            await approve(b, release.id)
        await decide.approve(
            b.engine,
            TENANT,
            release.id,
            gate.id,
            digest=gate.evidence.digest,
            actor=ANN,
            force="Agreed by phone",
        )
        await b.live(steps=5, minutes=1)
        done = await b.release(release.id)
        decision = done.gates[-1].decision
        assert decision is not None
        assert decision.forced == (Condition.HEAD_IS_TESTED,)
        assert company.scm.kept.tags["v2.14.0"] == tested


async def test_a_new_cycle_voids_the_question_and_asks_again(tmp_path: Path) -> None:
    """A cycle before Stage 3 reopens Stage 2; the second candidate is what is approved and tagged."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        await found(b)
        release = await begin(b)
        await b.live(steps=12, minutes=3)
        finish_by_hand(company, await b.release(release.id))
        newer = company.scm.grow("release/2.14.0", ["fix: in time"])
        await act.cycle(b.engine, TENANT, release.id, CycleFlags(), actor=ANN)
        await b.live(steps=5, minutes=1)
        again = await b.release(release.id)
        assert [gate.state for gate in again.gates] == [GateState.VOID, GateState.OPEN]
        suite = again.output(TaskType.CREATE_TEST_SUITE, "id", pair=IOS)
        assert suite is not None
        status = await company.tests.get_test_suite_status(project="1", suite=suite)
        assert status.tally.untested == 3
        finish_by_hand(company, again)
        await b.live(steps=2, minutes=1)
        await approve(b, release.id)
        await b.live(steps=5, minutes=1)
        assert company.scm.kept.tags["v2.14.0"] == newer


async def test_a_failed_build_stops_the_stage_and_its_retry_redoes_only_it(tmp_path: Path) -> None:
    """One pair's run fails: the other pair goes on; retry asks for one new run and no other."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        await found(b)
        release = await begin(b)
        await b.settle()
        android = next(k.run.id for k in company.cicd.kept.values() if k.request.platform == "ANDROID")
        company.cicd.finish(android, RunState.FAILED)
        await b.live(steps=5, minutes=1)
        stopped = await b.release(release.id)
        failed = stopped.find_task(TaskType.TRIGGER_PRE_REGRESSION_BUILDS, pair=ANDROID)
        beside = stopped.find_task(TaskType.TRIGGER_PRE_REGRESSION_BUILDS, pair=IOS)
        assert failed is not None
        assert beside is not None
        assert (failed.state, beside.state) == (TaskState.FAILED, TaskState.SUCCEEDED)
        assert [hold.by for hold in stopped.holds] == [failed.id]
        assert phase(stopped) is Phase.KICKOFF
        runs_before = len(company.cicd.kept)
        await act.retry(b.engine, TENANT, release.id, failed.id, actor=ANN)
        await b.live(steps=5, minutes=1)
        assert len(company.cicd.kept) == runs_before + 1
        assert (await b.release(release.id)).holds == ()


async def test_a_hold_stops_new_work_and_only_its_owner_lifts_it(tmp_path: Path) -> None:
    """Two people hold: the release goes on only when both resumed; waits are watched meanwhile."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        await found(b)
        release = await begin(b)
        await act.hold(b.engine, TENANT, release.id, "Freeze for the launch", actor=ANN)
        async with b.store.work() as work:
            await work.directory.grant(TENANT, BO.id, "editor")
            await work.commit()
        await act.hold(b.engine, TENANT, release.id, "Me too", actor=BO)
        await b.live(steps=5, minutes=1)
        held = await b.release(release.id)
        assert company.scm.kept.branches.keys() == {"main"}
        await act.resume(b.engine, TENANT, release.id, actor=BO)
        with pytest.raises(NotNow, match=ANN.id):
            await act.resume(b.engine, TENANT, release.id, actor=BO)
        await b.live(steps=3, minutes=1)
        assert company.scm.kept.branches.keys() == {"main"}
        await act.resume(b.engine, TENANT, release.id, actor=ANN)
        await b.live(steps=3, minutes=1)
        assert "release/2.14.0" in company.scm.kept.branches
        assert len(held.holds) == 2


async def test_who_may_not_is_told_who_may(tmp_path: Path) -> None:
    """A viewer can neither hold nor approve, and the answer says who can."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        await found(b)
        release = await begin(b)
        await b.live(steps=12, minutes=3)
        finish_by_hand(company, await b.release(release.id))
        await b.live(steps=2, minutes=1)
        gate = (await b.release(release.id)).open_gate
        assert gate is not None
        assert gate.evidence is not None
        with pytest.raises(NotAllowed, match="decide this"):
            await decide.approve(
                b.engine, TENANT, release.id, gate.id, digest=gate.evidence.digest, actor=VIEWER
            )
        with pytest.raises(NotAllowed):
            await act.hold(b.engine, TENANT, release.id, "no", actor=VIEWER)
        await decide.approve(b.engine, TENANT, release.id, gate.id, digest=gate.evidence.digest, actor=BO)


async def test_manual_builds_wait_for_a_person(tmp_path: Path) -> None:
    """In manual mode nothing is dispatched; the number that a person gives finishes the task."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        await found(b, snapshot(build_mode=BuildMode.MANUAL))
        release = await begin(b)
        await b.live(steps=3, minutes=1)
        waiting = [t for t in (await b.release(release.id)).tasks if t.state is TaskState.WAITING]
        assert len(waiting) == 2
        assert company.cicd.kept == {}
        for task in waiting:
            with pytest.raises(NotNow, match="build number"):
                await act.done(
                    b.engine, TENANT, release.id, task.id, number=None, evidence="it is there", actor=ANN
                )
            await act.done(
                b.engine,
                TENANT,
                release.id,
                task.id,
                number="1042",
                evidence="https://x.example/1",
                actor=ANN,
            )
        await b.live(steps=2, minutes=1)
        after = await b.release(release.id)
        assert phase(after) is Phase.BETWEEN_CYCLES
        assert {build.number for build in after.builds} == {"1042"}


async def test_an_archived_release_does_nothing_more(tmp_path: Path) -> None:
    """Archiving cancels what is open and stops its CI runs; then nothing is due, and late outcomes change nothing."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        await found(b)
        release = await begin(b)
        await b.settle()
        await act.archive(b.engine, TENANT, release.id, "Superseded", actor=ANN)
        await b.settle()
        assert {kept.run.state for kept in company.cicd.kept.values()} == {RunState.CANCELLED}
        before = await b.release(release.id)
        await b.live(steps=60, minutes=30)
        after = await b.release(release.id)
        assert after == before
        assert phase(after) is Phase.ARCHIVED
