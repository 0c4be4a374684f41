"""The contract of CICD, over the adapters of GitHub Actions, GitLab CI, Bitbucket, Jenkins, and the twin in memory."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

import pytest

from integrations.rehearsal.cicd import RehearsalCicd
from orchestration.ports.cicd import CICD, BuildRequest, Run, RunState
from orchestration.ports.errors import Refused
from tests.integrations.bitbucket.bitbucket_judge import judge as judge_bitbucket
from tests.integrations.bitbucket.bitbucket_rig import BitbucketRig, bitbucket_rig
from tests.integrations.github.github_rig import GithubRig, github_rig, judge
from tests.integrations.gitlab.gitlab_judge import judge as judge_gitlab
from tests.integrations.gitlab.gitlab_rig import GitlabRig, gitlab_rig
from tests.integrations.jenkins.jenkins_rig import JenkinsRig, jenkins_rig
from tests.integrations.jenkins.jenkins_rig import judge as judge_jenkins


class Rig(Protocol):
    """What the suite needs to do and to see besides the port."""

    cicd: CICD

    def request(self, correlation_id: str = "b-1", **changes: Any) -> BuildRequest:
        """A build to ask for."""

    def finish(self, run_id: str, state: RunState) -> None:
        """End a run now."""

    def go_on(self, run_id: str) -> None:
        """Let a run begin, and go on until it is ended."""

    def runs(self) -> int:
        """How many runs there are."""


ORDERS = {RunState.SUCCEEDED: "pass", RunState.FAILED: "fail", RunState.CANCELLED: "cancel"}


class Twin:
    """The twin."""

    def __init__(self, rig: GithubRig) -> None:
        self.twin = RehearsalCicd(workflows={"build.yml"})
        self.cicd: CICD = self.twin
        self.request: Callable[..., BuildRequest] = rig.request

    def finish(self, run_id: str, state: RunState) -> None:
        """See Rig."""
        self.twin.finish(run_id, state)

    def go_on(self, run_id: str) -> None:
        """See Rig."""
        self.twin.hold(run_id)

    def runs(self) -> int:
        """See Rig."""
        return len(self.twin.kept)


class Github:
    """GitHub's adapter over TCP."""

    def __init__(self, rig: GithubRig) -> None:
        self.rig = rig
        self.cicd: CICD = rig.cicd
        self.request: Callable[..., BuildRequest] = rig.request

    def finish(self, run_id: str, state: RunState) -> None:
        """See Rig."""
        self._steer(run_id, ORDERS[state])

    def go_on(self, run_id: str) -> None:
        """See Rig."""
        self._steer(run_id, "hang")

    def runs(self) -> int:
        """See Rig."""
        return len(self.rig.hosted.runs.runs)

    def _steer(self, run_id: str, order: str) -> None:
        run = self.rig.hosted.runs.find(int(run_id))
        assert run is not None
        self.rig.hosted.runs.steer(run, order, self.rig.clock.now)


class Gitlab:
    """GitLab's adapter over TCP."""

    def __init__(self, rig: GitlabRig) -> None:
        self.rig = rig
        self.cicd: CICD = rig.cicd
        self.request: Callable[..., BuildRequest] = rig.request

    def finish(self, run_id: str, state: RunState) -> None:
        """See Rig."""
        self._steer(run_id, ORDERS[state])

    def go_on(self, run_id: str) -> None:
        """See Rig."""
        self._steer(run_id, "hang")

    def runs(self) -> int:
        """See Rig."""
        return len(self.rig.hosted.book.pipelines)

    def _steer(self, run_id: str, order: str) -> None:
        pipeline = self.rig.hosted.book.find(int(run_id))
        assert pipeline is not None
        self.rig.hosted.book.steer(pipeline, order, self.rig.clock.now)


class Bitbucket:
    """Bitbucket's adapter over TCP."""

    def __init__(self, rig: BitbucketRig) -> None:
        self.rig = rig
        self.cicd: CICD = rig.cicd
        self.request: Callable[..., BuildRequest] = rig.request

    def finish(self, run_id: str, state: RunState) -> None:
        """See Rig."""
        self.rig.order(run_id, ORDERS[state])

    def go_on(self, run_id: str) -> None:
        """See Rig."""
        self.rig.order(run_id, "hang")

    def runs(self) -> int:
        """See Rig."""
        return len(self.rig.hosted.book.pipelines)


class Jenkins:
    """Jenkins' adapter over TCP."""

    RESULTS: Mapping[RunState, str] = {
        RunState.SUCCEEDED: "SUCCESS",
        RunState.FAILED: "FAILURE",
        RunState.CANCELLED: "ABORTED",
    }

    def __init__(self, rig: JenkinsRig) -> None:
        self.rig = rig
        self.cicd: CICD = rig.cicd
        self.request: Callable[..., BuildRequest] = rig.request

    def finish(self, run_id: str, state: RunState) -> None:
        """See Rig."""
        self.rig.order(run_id, self.RESULTS[state])

    def go_on(self, run_id: str) -> None:
        """See Rig."""
        self.rig.order(run_id, "hang")

    def runs(self) -> int:
        """See Rig."""
        return self.rig.made()


@pytest.fixture(params=["github", "gitlab", "bitbucket", "jenkins", "rehearsal"])
async def rig(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Rig]:
    """Each implementation in turn; what is said and heard is held against the vendor's description."""
    if request.param == "gitlab":
        async with gitlab_rig(tmp_path) as gitlab:
            yield Gitlab(gitlab)
            judge_gitlab(gitlab.simulator.record)
        return
    if request.param == "bitbucket":
        async with bitbucket_rig(tmp_path) as bitbucket:
            yield Bitbucket(bitbucket)
            if bitbucket.simulator.record:  # an id that is none of Bitbucket's is told so without asking it
                judge_bitbucket(bitbucket.simulator.record)
        return
    if request.param == "jenkins":
        async with jenkins_rig() as jenkins:
            yield Jenkins(jenkins)
            if jenkins.simulator.record:  # an id that is none of Jenkins' is told so without asking it
                judge_jenkins(jenkins.simulator.record)
        return
    async with github_rig(tmp_path) as github:
        if request.param == "rehearsal":
            yield Twin(github)
            return
        yield Github(github)
        judge(github.simulator.record)


VERBS: dict[str, Callable[[CICD, BuildRequest], Awaitable[Run]]] = {
    "planned": lambda ci, request: ci.trigger_planned_release(request),
    "regression": lambda ci, request: ci.trigger_regression_builds(request),
    "automation": lambda ci, request: ci.trigger_automation_runs(request),
    "test_flight": lambda ci, request: ci.create_test_flight_build(request),
    "aab": lambda ci, request: ci.create_aab_build(request),
}


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
async def test_each_verb_starts_one_run_for_a_correlation_id(
    rig: Rig, verb: Callable[[CICD, BuildRequest], Awaitable[Run]]
) -> None:
    """B-22, B-42: the correlation id is the natural key: the repeat returns the run that is there."""
    assert await rig.cicd.find_run(rig.request()) is None
    first = await verb(rig.cicd, rig.request())
    again = await verb(rig.cicd, rig.request())
    found = await rig.cicd.find_run(rig.request())
    assert found is not None
    assert {first.id, again.id, found.id} == {first.id}
    assert {first.correlation_id, again.correlation_id, found.correlation_id} == {"b-1"}
    assert rig.runs() == 1


async def test_runs_started_together_are_not_mixed_up(rig: Rig) -> None:
    """B-41: builds of one workflow on one ref, one id being the beginning of another: each finds its own."""
    first = await rig.cicd.trigger_regression_builds(rig.request("b-10"))
    requests = [rig.request("b-1"), rig.request("b-2")]
    started = [first, *await asyncio.gather(*map(rig.cicd.trigger_regression_builds, requests))]
    found = [await rig.cicd.find_run(request) for request in (rig.request("b-10"), *requests)]
    assert [run.id for run in found if run] == [run.id for run in started]
    assert len({run.id for run in started}) == 3
    assert rig.runs() == 3


async def test_a_run_is_followed_to_its_end(rig: Rig) -> None:
    """B-43a: queued, running, and how it ended."""
    run = await rig.cicd.trigger_planned_release(rig.request())
    assert run.state is RunState.QUEUED
    rig.go_on(run.id)
    assert (await rig.cicd.run_status(run.id)).state is RunState.RUNNING
    rig.finish(run.id, RunState.SUCCEEDED)
    ended = await rig.cicd.run_status(run.id)
    assert (ended.id, ended.state) == (run.id, RunState.SUCCEEDED)


async def test_a_failed_run_says_so(rig: Rig) -> None:
    """A run that failed has failed, and leaves nothing behind."""
    run = await rig.cicd.trigger_planned_release(rig.request())
    rig.finish(run.id, RunState.FAILED)
    assert (await rig.cicd.run_status(run.id)).state is RunState.FAILED
    assert not await rig.cicd.artifacts(run.id)


@pytest.mark.parametrize("run_id", ["4711", "no-number"])
async def test_an_unknown_run_is_lost(rig: Rig, run_id: str) -> None:
    """Whoever waits for a run that the provider does not know must not wait for ever."""
    assert (await rig.cicd.run_status(run_id)).state is RunState.LOST
    for attempt in (rig.cicd.cancel_run(run_id), rig.cicd.artifacts(run_id)):
        with pytest.raises(Refused):
            await attempt


async def test_cancelling_stops_a_run_and_leaves_a_finished_one_alone(rig: Rig) -> None:
    """The repeat is harmless, and an outcome is never changed afterwards."""
    run = await rig.cicd.trigger_planned_release(rig.request())
    await rig.cicd.cancel_run(run.id)
    await rig.cicd.cancel_run(run.id)
    assert (await rig.cicd.run_status(run.id)).state is RunState.CANCELLED
    other = await rig.cicd.trigger_planned_release(rig.request("b-2"))
    rig.finish(other.id, RunState.SUCCEEDED)
    await rig.cicd.cancel_run(other.id)
    assert (await rig.cicd.run_status(other.id)).state is RunState.SUCCEEDED


async def test_a_good_run_leaves_its_files(rig: Rig) -> None:
    """Names, sizes in bytes, and links for people."""
    run = await rig.cicd.trigger_planned_release(rig.request())
    rig.finish(run.id, RunState.SUCCEEDED)
    files = await rig.cicd.artifacts(run.id)
    assert [(file.name, file.size, file.expired) for file in files] == [("build-output", 1_048_576, False)]
    assert all(file.url.startswith("http") for file in files)


async def test_an_unknown_workflow_is_refused(rig: Rig) -> None:
    """A person must change the configuration."""
    with pytest.raises(Refused):
        await rig.cicd.trigger_planned_release(rig.request(workflow="none.yml"))
    assert rig.runs() == 0
