"""Builds that people made: by number, link or file; what goes to a store is looked up there before it counts."""

from pathlib import Path

import pytest

from orchestration.domain.builds import BuildState
from orchestration.domain.errors import NotNow
from orchestration.domain.events import EventKind
from orchestration.domain.pairs import Pair
from orchestration.domain.release import Release
from orchestration.domain.snapshot import BuildMode
from orchestration.domain.tasks import Task, TaskState, TaskType, WaitOwner
from orchestration.ports.app_store import StoreBuildState
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
from tests.support.stores import Stores, configured, opened


def task_of(release: Release, kind: TaskType, pair: Pair) -> Task:
    """The newest task of this type for a pair."""
    return next(t for t in reversed(release.tasks) if t.type is kind and t.pair == pair)


async def give(b: Bench, task: Task, number: str | None, evidence: str = "by hand") -> None:
    """Tell of a build."""
    release_id = task.id.partition("/")[0]
    await act.done(b.engine, TENANT, release_id, task.id, number=number, evidence=evidence, actor=ANN)


async def make_all(b: Bench, release_id: str) -> None:
    """Give every build that is waited for, by a link."""
    for task in (await b.release(release_id)).tasks:
        if task.state is TaskState.WAITING:
            await give(b, task, None, "https://files.example/app.apk")


async def to_store_builds(b: Bench, company: Stores) -> Release:
    """A release whose builds people make, waiting for those that go to the stores."""
    configuration = configured(build_mode=BuildMode.MANUAL)
    await found(b, configuration)
    release_id = (await begin(b)).id
    for _ in range(4):
        await b.live(steps=3, minutes=3)
        await make_all(b, release_id)
    finish_by_hand(company, await b.release(release_id))
    await b.live(steps=2, minutes=1)
    await approve(b, release_id)
    await b.live(steps=2, minutes=1)
    return await b.release(release_id)


async def test_a_regression_build_is_told_by_a_link_to_its_file(tmp_path: Path) -> None:
    """In manual mode a number, a link or a file's link finishes the pair's task, and that one alone."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        await found(b, snapshot(build_mode=BuildMode.MANUAL))
        release_id = (await begin(b)).id
        await b.live(steps=3, minutes=1)
        kind = TaskType.TRIGGER_PRE_REGRESSION_BUILDS
        android = task_of(await b.release(release_id), kind, ANDROID)
        with pytest.raises(NotNow, match="build number, or a link"):
            await give(b, android, None)
        await give(b, android, None, "<https://files.example/Pixel.apk|Pixel.apk> from the laptop")
        release = await b.release(release_id)
        (build,) = release.builds
        assert (build.number, build.run_url) == (None, "https://files.example/Pixel.apk")
        assert [a.name for a in build.artifacts] == ["Pixel.apk"]
        assert task_of(release, kind, IOS).state is TaskState.WAITING
        assert company.cicd.kept == {}


async def test_a_testflight_number_counts_once_the_store_has_processed_it(tmp_path: Path) -> None:
    """Waiting: the number is kept, looked for, and the build given to the testers before the task is done."""
    company = Stores()
    async with opened(tmp_path, company) as b:
        waiting = await to_store_builds(b, company)
        task = task_of(waiting, TaskType.TRIGGER_TEST_FLIGHT_BUILD, IOS)
        assert task.wait is not None
        assert task.wait.owner is WaitOwner.CAPTAIN
        with pytest.raises(NotNow, match="shows no build 417"):
            await give(b, task, "417")
        made = company.apple.upload("2.14.0", "417", at=b.clock.now(), state=StoreBuildState.PROCESSING)
        await give(b, task, "417")
        await b.live(steps=1, minutes=1)
        looking = task_of(await b.release(waiting.id), TaskType.TRIGGER_TEST_FLIGHT_BUILD, IOS)
        assert looking.wait is not None
        assert (looking.state, looking.wait.owner) == (TaskState.WAITING, WaitOwner.STORE)
        assert "still processes build 417" in looking.wait.what
        company.apple.settle(made.id, StoreBuildState.READY)
        await b.live(steps=2, minutes=1)
        done = task_of(await b.release(waiting.id), TaskType.TRIGGER_TEST_FLIGHT_BUILD, IOS)
        assert done.state is TaskState.SUCCEEDED
        assert done.output["number"] == "417"
        assert company.apple.kept[made.id].groups == ["QA"]
        async with b.store.look() as work:
            kinds = [e.kind for e in await work.releases.events(TENANT, waiting.id, limit=300)]
        assert kinds.count(EventKind.BUILD_GIVEN) == 1


async def test_a_version_code_that_is_ready_is_done_at_once(tmp_path: Path) -> None:
    """Nothing is left to do for it; a name, another version's number and a refused build are refused with reasons."""
    company = Stores()
    async with opened(tmp_path, company) as b:
        waiting = await to_store_builds(b, company)
        task = task_of(waiting, TaskType.CREATE_AAB_BUILD, ANDROID)
        company.play.upload("2.13.0", "2130000", at=b.clock.now())
        company.play.upload("2.14.0", "2139999", at=b.clock.now(), state=StoreBuildState.REJECTED)
        for number, words in (
            ("app.aab", "version code, a whole number"),
            ("2130000", "shows no build 2130000 of 2.14.0"),
            ("2139999", "does not take build 2139999"),
        ):
            with pytest.raises(NotNow, match=words):
                await give(b, task, number)
        company.play.upload("2.14.0", "2140001", at=b.clock.now())
        await give(b, task, "2140001")
        after = await b.release(waiting.id)
        assert task_of(after, TaskType.CREATE_AAB_BUILD, ANDROID).state is TaskState.SUCCEEDED
        (build,) = after.builds_of(task.id)
        assert (build.state, build.store.number if build.store else None) == (BuildState.READY, "2140001")


async def test_a_build_that_the_store_refuses_later_fails_and_another_number_mends_it(tmp_path: Path) -> None:
    """B-46: processing ends badly: the task fails with the store's reason; the next upload's number finishes it."""
    company = Stores()
    async with opened(tmp_path, company) as b:
        waiting = await to_store_builds(b, company)
        task = task_of(waiting, TaskType.TRIGGER_TEST_FLIGHT_BUILD, IOS)
        made = company.apple.upload("2.14.0", "417", at=b.clock.now(), state=StoreBuildState.PROCESSING)
        await give(b, task, "417")
        company.apple.settle(made.id, StoreBuildState.REJECTED)
        await b.live(steps=2, minutes=1)
        failed = task_of(await b.release(waiting.id), TaskType.TRIGGER_TEST_FLIGHT_BUILD, IOS)
        assert failed.state is TaskState.FAILED
        assert failed.trouble is not None
        assert "build 417: it was rejected" in failed.trouble.reason
        later = company.apple.upload("2.14.0", "418", at=b.clock.now(), state=StoreBuildState.PROCESSING)
        with pytest.raises(NotNow, match="still processes build 418"):
            await give(b, failed, "418")
        company.apple.settle(later.id, StoreBuildState.READY)
        await give(b, failed, "418")
        done = await b.release(waiting.id)
        assert task_of(done, TaskType.TRIGGER_TEST_FLIGHT_BUILD, IOS).state is TaskState.SUCCEEDED
        assert done.holds == ()
