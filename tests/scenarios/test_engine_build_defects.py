"""Defects of earlier systems about builds: on which commit they are made, and how their runs are followed."""

from dataclasses import replace
from itertools import groupby
from pathlib import Path

from orchestration.domain.builds import BuildKind, BuildState
from orchestration.domain.pairs import Platform
from orchestration.domain.snapshot import Workflow
from orchestration.domain.tasks import TaskState, TaskType
from orchestration.ports.cicd import Run, RunState
from orchestration.services import act
from tests.support.engine import TENANT, Bench, bench
from tests.support.rehearsed import (
    ANDROID,
    ANN,
    IOS,
    Company,
    approve,
    begin,
    finish_by_hand,
    found,
    snapshot,
)

_SECOND = Workflow(
    key="second",
    integration="actions",
    kind=BuildKind.PRE_REGRESSION,
    platform=Platform.ANDROID,
    job="second.yml",
)
"""Beside `build.yml`, for the same build."""


def _jobs(company: Company) -> list[str]:
    """What was started for Android, by its job."""
    return sorted(
        k.request.workflow for k in company.cicd.kept.values() if k.request.platform == Platform.ANDROID
    )


async def _half_started(b: Bench, company: Company) -> tuple[str, str]:
    """The release and its failed task: `build.yml` goes on, and there is no `second.yml`."""
    company.cicd._workflows = {"build.yml"}
    await found(b, snapshot(workflows=(*snapshot().workflows, _SECOND)))
    release_id = (await begin(b)).id
    await b.settle()
    for run_id in company.cicd.kept:
        company.cicd.hold(run_id)
    (failed,) = (await b.release(release_id)).failed_tasks
    company.cicd._workflows = None
    return release_id, failed.id


async def test_what_was_started_beside_a_refused_run_is_not_started_again(tmp_path: Path) -> None:
    """B-23: of two runs the second was refused; a retry takes up the first, which goes on, and starts the other."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        release_id, task_id = await _half_started(b, company)
        await act.retry(b.engine, TENANT, release_id, task_id, actor=ANN)
        await b.live(steps=2, minutes=1)
        assert _jobs(company) == ["build.yml", "second.yml"]
        assert len((await b.release(release_id)).builds_of(task_id)) == 2


async def test_what_was_started_beside_a_refused_run_is_stopped_with_its_release(tmp_path: Path) -> None:
    """B-23: the release is given up, and the run that no build tells of does not go on for nobody."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        release_id, _ = await _half_started(b, company)
        await act.archive(b.engine, TENANT, release_id, "Over", actor=ANN)
        await b.live(steps=2, minutes=1)
        assert _jobs(company) == ["build.yml"]
        assert {kept.run.state for kept in company.cicd.kept.values()} == {RunState.CANCELLED}


async def test_a_run_that_is_queued_again_is_followed(tmp_path: Path) -> None:
    """B-43a: CI takes a run back into its queue: the build is queued again, and ready when the run is."""
    company, said = Company(), [RunState.RUNNING, RunState.QUEUED, RunState.RUNNING, RunState.SUCCEEDED]
    async with bench(tmp_path, company.ports()) as b:
        await found(b)
        release = await begin(b)
        await b.settle()
        run = next(k.run for k in company.cicd.kept.values() if k.request.platform == "ANDROID")
        ask = company.cicd.run_status

        async def run_status(run_id: str) -> Run:
            if run_id != run.id:
                return await ask(run_id)
            state = said.pop(0) if len(said) > 1 else said[0]
            company.cicd.finish(run_id, state)
            return replace(run, state=state)

        company.cicd.run_status = run_status  # type: ignore[method-assign]  # the twin, as its queue goes
        seen = []
        for _ in range(30):
            await b.live(steps=1, seconds=30)
            builds = (await b.release(release.id)).builds
            seen += [build.state for build in builds if build.run_id == run.id]
        shown = [state for state, _ in groupby(seen)]
        assert shown[-4:] == [BuildState.RUNNING, BuildState.QUEUED, BuildState.RUNNING, BuildState.READY]


async def test_a_retry_starts_the_run_again_that_failed(tmp_path: Path) -> None:
    """B-22: the other run of the same task still goes on, and no second one is started beside it."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        await found(b, snapshot(workflows=(*snapshot().workflows, _SECOND)))
        release_id = (await begin(b)).id
        await b.settle()
        runs = company.cicd.kept
        for run_id in runs:
            company.cicd.hold(run_id)
        company.cicd.finish(
            next(n for n, k in runs.items() if k.request.workflow == _SECOND.job), RunState.FAILED
        )
        await b.live(steps=2, minutes=1)
        (failed,) = (await b.release(release_id)).failed_tasks
        await act.retry(b.engine, TENANT, release_id, failed.id, actor=ANN)
        await b.live(steps=2, minutes=1)
        assert _jobs(company) == ["build.yml", "second.yml", "second.yml"]


async def test_builds_are_made_of_what_they_are_for(tmp_path: Path) -> None:
    """B-40: of the release branch at kick-off, of the candidate's tag in its cycle, of the release's tag for stores."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        await found(b)
        release = await begin(b)
        await b.live(steps=14, minutes=3)
        finish_by_hand(company, await b.release(release.id))
        await b.live(steps=3, minutes=1)
        await approve(b, release.id)
        await b.live(steps=6, minutes=3)
        asked = {
            (build.kind, company.cicd.kept[build.run_id or ""].request.ref)
            for build in (await b.release(release.id)).builds
        }
        assert asked == {
            (BuildKind.PRE_REGRESSION, "release/2.14.0"),
            (BuildKind.REGRESSION, "v2.14.0-rc.1"),
            (BuildKind.AUTOMATION, "v2.14.0-rc.1"),
            (BuildKind.TEST_FLIGHT, "v2.14.0"),
            (BuildKind.AAB, "v2.14.0"),
        }


async def test_a_file_that_comes_after_the_end_of_its_run_is_taken(tmp_path: Path) -> None:
    """B-45: a finished run without its file is waited for; when that comes the build is ready and the task is done."""
    company = Company()
    files, company.cicd._files = company.cicd._files, ()
    async with bench(tmp_path, company.ports()) as b:
        await found(b)
        release = await begin(b)
        await b.live(steps=5, minutes=1)
        kind = TaskType.TRIGGER_PRE_REGRESSION_BUILDS
        waiting = await b.release(release.id)
        task = waiting.find_task(kind, pair=ANDROID)
        assert task is not None
        assert task.state is TaskState.WAITING
        assert [build.state for build in waiting.builds_of(task.id)] == [BuildState.BUILT]
        company.cicd._files = files
        await b.live(steps=2, minutes=1)
        after = await b.release(release.id)
        assert [build.state for build in after.builds_of(task.id)] == [BuildState.READY]
        done = after.find_task(kind, pair=ANDROID)
        assert done is not None
        assert done.state is TaskState.SUCCEEDED


async def test_automated_tests_of_each_platform_are_waited_for(tmp_path: Path) -> None:
    """B-55: no result is read before its run ends, the cycle goes on as long, and each platform has its own result."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        await found(b)
        release_id = (await begin(b)).id
        for _ in range(12):
            await b.live(steps=1, minutes=3)
            automated = [x for x in (await b.release(release_id)).builds if x.kind is BuildKind.AUTOMATION]
            for build in automated:
                company.cicd.hold(build.run_id or "")
        during = await b.release(release_id)
        read = {t.pair: t.state for t in during.tasks if t.type is TaskType.AUTOMATION_RUNS}
        assert read == {ANDROID: TaskState.WAITING, IOS: TaskState.WAITING}
        assert during.active_cycle is not None
        for build in automated:
            ended = RunState.FAILED if build.pair == IOS else RunState.SUCCEEDED
            company.cicd.finish(build.run_id or "", ended)
        await b.live(steps=2, minutes=1)
        after = await b.release(release_id)
        results = {t.pair: t.output.get("result") for t in after.tasks if t.type is TaskType.AUTOMATION_RUNS}
        assert results == {ANDROID: "passed", IOS: "failed"}
        assert after.open_gate is not None
        assert after.open_gate.evidence is not None
        assert "The automated tests are not green: iOS" in [f.says for f in after.open_gate.evidence.unmet]
