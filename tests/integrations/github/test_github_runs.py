"""Runs of GitHub Actions: started once, found by our id, read in every state."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from integrations.github.runs import carries, state_of
from integrations.github.wire import RunRow
from orchestration.ports.cicd import RunState
from orchestration.ports.errors import NeedsCredentials, Refused, TryLater
from sandbox.github.hosting import Account
from sandbox.github.runs import Artifact, Plan
from tests.integrations.github.github_rig import github_rig, judge

TARGETS = ("IOS_APP_STORE",)


async def test_a_repository_out_of_sight_is_not_a_lost_run(tmp_path: Path) -> None:
    """GitHub answers 404 for what a token may not see: the run may go on, and a person must act."""
    async with github_rig(tmp_path) as rig:
        started = await rig.cicd.trigger_planned_release(rig.request())
        rig.hosted.private = True
        rig.simulator.accounts["ghp_other"] = Account(repositories=frozenset())
        with pytest.raises(NeedsCredentials, match="repository"):
            await rig.open_cicd("ghp_other").run_status(started.id)
        assert (await rig.cicd.run_status("404")).state is RunState.LOST
        judge(rig.simulator.record)


async def test_a_run_is_started_by_its_id_and_shown_at_once(tmp_path: Path) -> None:
    """B-40, B-42: GitHub is asked for the run's id, on the release's ref, with our id among the inputs."""
    async with github_rig(tmp_path) as rig:
        await rig.scm.create_release_tag(ref="main", tag="v1-rc.1", targets=TARGETS, version="1")
        rig.grow("main", ["Later"])
        started = await rig.cicd.trigger_regression_builds(rig.request(ref="refs/tags/v1-rc.1"))
        run = rig.hosted.runs.runs[0]
        assert (str(run.id), run.ref, run.title) == (started.id, "v1-rc.1", "Build 1.2.0 b-1")
        assert run.sha == rig.hosted.git.commit_at("v1-rc.1")
        assert rig.slept == []
        assert (await rig.cicd.run_status(started.id)).commit == run.sha
        found = await rig.cicd.find_run(rig.request(ref="v1-rc.1"))
        assert found is not None
        assert found.id == started.id


async def test_the_new_version_always_tells_the_run(tmp_path: Path) -> None:
    """2026-03-10 has no `return_run_details`; what is sent and answered is held against that description."""
    async with github_rig(tmp_path) as rig:
        cicd = rig.open_cicd(api_version="2026-03-10")
        started = await cicd.trigger_planned_release(rig.request())
        assert started.id == str(rig.hosted.runs.runs[0].id)
        assert judge(rig.simulator.record) == 2


OLD = '{"message": "Invalid request.\\n\\n\\"return_run_details\\" is not a permitted key."}'


async def test_an_older_server_is_asked_again_without_the_option(tmp_path: Path) -> None:
    """An Enterprise Server that refuses the option, then answers 204: the run is found by our id."""
    async with github_rig(tmp_path) as rig:
        json = {"Content-Type": "application/json"}
        rig.simulator.fault(method="POST", path="/dispatches", status=422, headers=json, body=OLD)
        rig.hosted.runs.set_plan("build.yml", lag=3.0)
        started = await rig.cicd.trigger_planned_release(rig.request())
        assert started.id == str(rig.hosted.runs.runs[0].id)
        assert rig.made("run", "build.yml") == 1
        assert rig.slept == [2.0, 2.0]


async def test_a_started_run_that_does_not_show_is_not_started_again(tmp_path: Path) -> None:
    """After 204 and a long lag we say that it may be done, and how long to wait; then it is found."""
    async with github_rig(tmp_path) as rig:
        json = {"Content-Type": "application/json"}
        rig.simulator.fault(method="POST", path="/dispatches", status=422, headers=json, body=OLD)
        rig.hosted.runs.set_plan("build.yml", lag=9.0)
        with pytest.raises(TryLater) as caught:
            await rig.cicd.trigger_planned_release(rig.request())
        assert (caught.value.maybe_done, caught.value.after) == (True, timedelta(seconds=6))
        rig.clock.now += 6
        assert (await rig.cicd.trigger_planned_release(rig.request())).id == str(rig.hosted.runs.runs[0].id)
        assert rig.made("run", "build.yml") == 1


async def test_without_an_input_for_our_id_nobody_can_look(tmp_path: Path) -> None:
    """Nothing is sent then; "none" would be a guess, so looking is refused."""
    async with github_rig(tmp_path) as rig:
        cicd = rig.open_cicd(correlation_input="")
        with pytest.raises(Refused, match="cannot be found"):
            await cicd.find_run(rig.request())
        await cicd.trigger_planned_release(rig.request(workflow="mute.yml", inputs={}))
        assert rig.hosted.runs.runs[0].inputs == {}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"workflow": "mute.yml"}, "Unexpected inputs"),
        ({"workflow": "push.yml"}, "workflow_dispatch"),
        ({"ref": "nowhere"}, "No ref found"),
        ({"inputs": {f"i{number}": "x" for number in range(25)}}, "at most 25"),
    ],
)
async def test_a_dispatch_that_cannot_be_says_why(
    tmp_path: Path, changes: dict[str, Any], words: str
) -> None:
    """Refused in GitHub's own words, and nothing runs."""
    async with github_rig(tmp_path) as rig:
        with pytest.raises(Refused, match=words):
            await rig.cicd.trigger_planned_release(rig.request(**changes))
        assert not rig.hosted.runs.runs


async def test_a_search_begins_before_the_request_by_githubs_clock(tmp_path: Path) -> None:
    """Our clock may be ahead of GitHub's by minutes; an older run of the same id is another's."""
    async with github_rig(tmp_path) as rig:
        started = await rig.cicd.trigger_planned_release(rig.request())
        ahead = datetime.fromtimestamp(rig.clock.now + 200, UTC)
        found = await rig.cicd.find_run(rig.request(not_before=ahead))
        assert found is not None
        assert found.id == started.id
        later = datetime.fromtimestamp(rig.clock.now + 3600, UTC)
        assert await rig.cicd.find_run(rig.request(not_before=later)) is None


async def test_artifacts_of_all_pages_are_listed(tmp_path: Path) -> None:
    """More than a page, expired ones marked, links for people and not for our token."""
    async with github_rig(tmp_path) as rig:
        files = tuple((f"file-{number}", number) for number in range(130))
        rig.hosted.runs.set_plan("build.yml", artifacts=files)
        started = await rig.cicd.trigger_planned_release(rig.request())
        run = rig.hosted.runs.runs[0]
        rig.hosted.runs.steer(run, "pass", rig.clock.now)
        run.artifacts.append(Artifact(id=1, name="old", size=1, created=0, expired=True))
        found = await rig.cicd.artifacts(started.id)
        assert [file.name for file in found] == [name for name, _ in files] + ["old"]
        assert [file.expired for file in found] == [False] * 130 + [True]
        assert found[0].url.startswith(f"{rig.simulator.url}/acme/app/actions/runs/{started.id}/artifacts/")
        judge(rig.simulator.record)


@pytest.mark.parametrize(
    ("status", "conclusion", "state"),
    [
        ("queued", None, RunState.QUEUED),
        ("requested", None, RunState.QUEUED),
        ("waiting", None, RunState.QUEUED),
        ("pending", None, RunState.QUEUED),
        ("in_progress", None, RunState.RUNNING),
        ("brand new", None, RunState.RUNNING),
        ("completed", "success", RunState.SUCCEEDED),
        ("completed", "neutral", RunState.SUCCEEDED),
        ("completed", "cancelled", RunState.CANCELLED),
        ("completed", "failure", RunState.FAILED),
        ("completed", "timed_out", RunState.FAILED),
        ("completed", "skipped", RunState.FAILED),
        ("completed", "stale", RunState.FAILED),
        ("completed", "startup_failure", RunState.FAILED),
        ("completed", "action_required", RunState.FAILED),
        ("completed", "brand new", RunState.FAILED),
    ],
)
def test_every_status_and_conclusion_has_a_state(
    status: str, conclusion: str | None, state: RunState
) -> None:
    """Unknown words do not raise: an unknown status goes on, an unknown conclusion is no success."""
    assert state_of(status, conclusion)[0] is state


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("Build b-1", True),
        ("b-1 (ios)", True),
        ("Build [b-1]", True),
        ("Build b-10", False),
        ("Build ab-1", False),
        ("Build x.b-1", False),
        ("", False),
    ],
)
def test_our_id_is_matched_as_a_whole(title: str, found: bool) -> None:
    """An id that begins with ours is another's."""
    row = RunRow(id=1, html_url="", display_title=title, head_sha="", run_number=1)
    assert carries(row, "b-1") is found


async def test_a_run_goes_its_way_by_the_clock(tmp_path: Path) -> None:
    """Queued, running, done: as the plan says, seen by the adapter."""
    async with github_rig(tmp_path) as rig:
        rig.hosted.runs.default = Plan(queue=5, seconds=10, outcome="timed_out")
        run = await rig.cicd.trigger_planned_release(rig.request())
        states = []
        for _ in range(3):
            found = await rig.cicd.run_status(run.id)
            states.append((found.state, found.detail))
            rig.clock.now += 8
        assert states == [
            (RunState.QUEUED, "queued"),
            (RunState.RUNNING, "in_progress"),
            (RunState.FAILED, "timed_out"),
        ]
