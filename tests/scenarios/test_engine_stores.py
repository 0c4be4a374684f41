"""A store build is done when the store has it: not when CI says so, and not by an older build."""

from pathlib import Path

import pytest

from orchestration.domain.builds import Build, BuildKind
from orchestration.domain.explain import explain
from orchestration.domain.holds import HoldCause
from orchestration.domain.pairs import Pair
from orchestration.domain.phase import Phase, phase
from orchestration.domain.release import Release
from orchestration.domain.snapshot import StorePlan
from orchestration.domain.tasks import Task, TaskState, TaskType, WaitOwner
from orchestration.ports.app_store import StoreBuildState
from orchestration.services import act
from tests.support.engine import TENANT
from tests.support.rehearsed import ANDROID, ANN, IOS, snapshot
from tests.support.stores import Stores, configured, opened, to_store_builds


def store_task(release: Release, kind: TaskType, pair: Pair) -> Task:
    """The release's task of this type for a pair."""
    return next(task for task in release.tasks if task.type is kind and task.pair == pair)


def store_build(release: Release, kind: BuildKind) -> Build:
    """The release's build of this kind."""
    (build,) = [build for build in release.builds if build.kind is kind]
    return build


async def test_stage_3_waits_until_both_stores_have_the_builds(tmp_path: Path) -> None:
    """CI succeeded: still each pair waits for its store, says so, and goes on with the store's own number."""
    company = Stores()
    async with opened(tmp_path, company) as b:
        waiting = await to_store_builds(b, company)
        assert phase(waiting) is Phase.PRE_RELEASE
        tasks = [
            t
            for t in waiting.tasks
            if t.type in {TaskType.TRIGGER_TEST_FLIGHT_BUILD, TaskType.CREATE_AAB_BUILD}
        ]
        assert [t.wait.owner for t in tasks if t.wait] == [WaitOwner.STORE, WaitOwner.STORE]
        steps = [step for step in explain(waiting, now=b.clock.now()).next if step.owner == "the store"]
        assert len(steps) == 2
        assert "does not show the uploaded build yet" in steps[0].what
        company.apple.upload("2.14.0", "4711", at=b.clock.now())
        company.play.upload("2.14.0", "2140001", at=b.clock.now())
        await b.live(steps=2, minutes=1)
        done = await b.release(waiting.id)
        assert phase(done) is Phase.AWAITING_SUBMISSION
        assert done.output(TaskType.TRIGGER_TEST_FLIGHT_BUILD, "number", pair=IOS) == "4711"
        assert done.output(TaskType.CREATE_AAB_BUILD, "number", pair=ANDROID) == "2140001"
        assert done.output(TaskType.CREATE_AAB_BUILD, "testers_url", pair=ANDROID)


async def test_testers_get_the_build_once_it_is_processed(tmp_path: Path) -> None:
    """A build that is processed is waited for by its number; then the named group has it, once."""
    company = Stores()
    async with opened(tmp_path, company) as b:
        waiting = await to_store_builds(b, company)
        made = company.apple.upload("2.14.0", "4711", at=b.clock.now(), state=StoreBuildState.PROCESSING)
        await b.live(steps=2, minutes=1)
        task = store_task(await b.release(waiting.id), TaskType.TRIGGER_TEST_FLIGHT_BUILD, IOS)
        assert task.wait is not None
        assert "still processes build 4711" in task.wait.what
        assert company.apple.kept[made.id].groups == []
        company.apple.settle(made.id, StoreBuildState.READY)
        await b.live(steps=3, minutes=1)
        assert company.apple.kept[made.id].groups == ["QA"]
        build = store_build(await b.release(waiting.id), BuildKind.TEST_FLIGHT)
        assert build.store is not None
        assert (build.store.number, build.store.group) == ("4711", "QA")


async def test_an_older_build_of_the_version_is_not_ours(tmp_path: Path) -> None:
    """What the store had before CI was asked does not count, although it has the same version."""
    company = Stores()
    async with opened(tmp_path, company) as b:
        company.play.upload("2.14.0", "2139999", at=b.clock.now())
        company.apple.upload("2.14.0", "4000", at=b.clock.now())
        waiting = await to_store_builds(b, company)
        assert phase(waiting) is Phase.PRE_RELEASE
        assert store_build(waiting, BuildKind.AAB).store_before == "2139999"
        company.play.upload("2.14.0", "2140000", at=b.clock.now())
        await b.live(steps=2, minutes=1)
        build = store_build(await b.release(waiting.id), BuildKind.AAB)
        assert build.store is not None
        assert build.store.number == "2140000"


@pytest.mark.parametrize(
    ("state", "words"),
    [(StoreBuildState.REJECTED, "rejected"), (StoreBuildState.EXPIRED, "expired")],
)
async def test_a_build_that_the_store_does_not_take_fails_its_pair(
    tmp_path: Path, state: StoreBuildState, words: str
) -> None:
    """The task fails with the store's reason and its page; a retry asks CI for another build, of that pair only."""
    company = Stores()
    async with opened(tmp_path, company) as b:
        waiting = await to_store_builds(b, company)
        company.apple.upload("2.14.0", "4711", at=b.clock.now(), state=state)
        company.play.upload("2.14.0", "2140001", at=b.clock.now())
        await b.live(steps=2, minutes=1)
        failed = await b.release(waiting.id)
        task = store_task(failed, TaskType.TRIGGER_TEST_FLIGHT_BUILD, IOS)
        assert task.state is TaskState.FAILED
        assert task.trouble is not None
        assert words in task.trouble.reason
        assert task.trouble.link is not None
        assert HoldCause.TASK_FAILURE in {hold.cause for hold in failed.holds}
        runs = len(company.cicd.kept)
        await act.retry(b.engine, TENANT, failed.id, task.id, actor=ANN)
        await b.live(steps=2, minutes=1)
        company.apple.upload("2.14.0", "4712", at=b.clock.now())
        await b.live(steps=3, minutes=1)
        assert len(company.cicd.kept) == runs + 1
        assert phase(await b.release(failed.id)) is Phase.AWAITING_SUBMISSION


async def test_a_group_that_does_not_exist_is_told(tmp_path: Path) -> None:
    """The build is there, its testers are not: a person must change the group, and hears which there are."""
    company = Stores()
    plan = {IOS.key: StorePlan(integration="apple", group="Nobody")}
    async with opened(tmp_path, company) as b:
        waiting = await to_store_builds(b, company, configured(plan))
        company.apple.upload("2.14.0", "4711", at=b.clock.now())
        await b.live(steps=2, minutes=1)
        task = store_task(await b.release(waiting.id), TaskType.TRIGGER_TEST_FLIGHT_BUILD, IOS)
        assert task.trouble is not None
        assert "no group Nobody" in task.trouble.reason


async def test_without_a_store_the_artifact_is_enough(tmp_path: Path) -> None:
    """A pair that names no store is done with CI's artifact, and no store is asked."""
    company = Stores()
    asked: list[str] = []
    company.hook = lambda port, verb: asked.append(f"{port}.{verb}")
    async with opened(tmp_path, company) as b:
        done = await to_store_builds(b, company, snapshot())
        assert phase(done) is Phase.AWAITING_SUBMISSION
        assert not [call for call in asked if call.startswith(("apple", "play"))]
