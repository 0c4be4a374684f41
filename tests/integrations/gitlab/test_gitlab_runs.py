"""Pipelines of GitLab CI: started once, found by our id, read in every state."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from integrations.gitlab.runs import STATUSES, shows, state_of
from orchestration.ports.cicd import RunState
from orchestration.ports.errors import NeedsCredentials, Refused, TryLater
from sandbox.gitlab.hosting import DEVELOPER, Account
from sandbox.kit import FaultKind
from tests.integrations.gitlab.gitlab_judge import judge
from tests.integrations.gitlab.gitlab_rig import gitlab_rig
from tests.support.contracts import description

TARGETS = ("IOS_APP_STORE",)


async def test_a_pipeline_runs_on_the_ref_with_our_id_among_its_variables(tmp_path: Path) -> None:
    """The workflow and the inputs are variables too; a tag is named without `refs/tags/`."""
    async with gitlab_rig(tmp_path) as rig:
        await rig.scm.create_release_tag(ref="main", tag="v1-rc.1", targets=TARGETS, version="1")
        rig.grow("main", ["Later"])
        started = await rig.cicd.trigger_regression_builds(rig.request(ref="refs/tags/v1-rc.1"))
        row = rig.hosted.book.pipelines[0]
        assert (str(row.id), row.ref, row.sha) == (started.id, "v1-rc.1", rig.hosted.commit_at("v1-rc.1"))
        assert row.variables == {
            "version": "1.2.0",
            "STATIONMASTER_WORKFLOW": "build.yml",
            "STATIONMASTER_CORRELATION_ID": "b-1",
        }
        assert started.url == f"{rig.simulator.url}/acme/mobile/app/-/pipelines/{row.id}"


async def test_a_name_that_shows_our_id_saves_the_look_inside(tmp_path: Path) -> None:
    """Where `workflow:name` shows the variable, the list is enough."""
    async with gitlab_rig(tmp_path, named=True) as rig:
        started = await rig.cicd.trigger_planned_release(rig.request())
        assert rig.hosted.book.pipelines[0].name == "Build 1.2.0 b-1"
        found = await rig.cicd.find_run(rig.request())
        assert found is not None
        assert found.id == started.id
        assert not [e for e in rig.simulator.record if e.path.endswith("/variables")]


async def test_without_a_name_the_variables_tell(tmp_path: Path) -> None:
    """Two pipelines of one ref, one id being the beginning of the other: each is found by its own."""
    async with gitlab_rig(tmp_path) as rig:
        ten = await rig.cicd.trigger_planned_release(rig.request("b-10"))
        one = await rig.cicd.trigger_planned_release(rig.request("b-1"))
        found = [await rig.cicd.find_run(rig.request(name)) for name in ("b-10", "b-1")]
        assert [run.id for run in found if run] == [ten.id, one.id]
        assert judge(rig.simulator.record) > 4


async def test_only_pipelines_since_then_are_looked_into(tmp_path: Path) -> None:
    """A year of pipelines is not asked for its variables: ref, source and time bound the search."""
    async with gitlab_rig(tmp_path) as rig:
        await rig.cicd.trigger_planned_release(rig.request("old"))
        rig.clock.now += 3600
        since = datetime.fromtimestamp(rig.clock.now, UTC)
        asked = len(rig.simulator.record)
        assert await rig.cicd.find_run(rig.request(not_before=since)) is None
        assert len(rig.simulator.record) == asked + 1


async def test_an_old_pipeline_that_moved_lately_is_not_looked_into(tmp_path: Path) -> None:
    """GitLab filters by the last change: one that was retried today is still not ours."""
    async with gitlab_rig(tmp_path) as rig:
        await rig.cicd.trigger_planned_release(rig.request("old"))
        rig.clock.now += 3600
        rig.hosted.book.steer(rig.hosted.book.pipelines[0], "pass", rig.clock.now)
        since = datetime.fromtimestamp(rig.clock.now, UTC)
        asked = len(rig.simulator.record)
        assert await rig.cicd.find_run(rig.request(not_before=since)) is None
        assert len(rig.simulator.record) == asked + 1


async def test_pipelines_of_other_refs_and_causes_are_not_looked_into(tmp_path: Path) -> None:
    """Each push makes a pipeline: those are not ours, and cost no request."""
    async with gitlab_rig(tmp_path) as rig:
        await rig.scm.fork_out_branch("side", "main")
        await rig.cicd.trigger_planned_release(rig.request("other", ref="side"))
        await rig.cicd.trigger_planned_release(rig.request("pushed"))
        rig.hosted.book.pipelines[1].source = "push"
        asked = len(rig.simulator.record)
        assert await rig.cicd.find_run(rig.request()) is None
        assert len(rig.simulator.record) == asked + 1


async def test_a_start_without_an_answer_is_not_repeated(tmp_path: Path) -> None:
    """It may be done; we say how long the pipeline may stay out of the lists, and then it is found."""
    async with gitlab_rig(tmp_path) as rig:
        rig.hosted.book.set_plan(lag=3.0)
        rig.simulator.fault(method="POST", path="/pipeline$", kind=FaultKind.DROP_AFTER)
        with pytest.raises(TryLater) as caught:
            await rig.cicd.trigger_planned_release(rig.request())
        assert (caught.value.maybe_done, caught.value.after) == (True, timedelta(seconds=6))
        assert await rig.cicd.find_run(rig.request()) is None
        assert rig.cicd.dispatch_lag >= timedelta(seconds=6)
        rig.clock.now += 6
        again = await rig.cicd.trigger_planned_release(rig.request())
        assert again.id == str(rig.hosted.book.pipelines[0].id)
        assert len(rig.hosted.book.pipelines) == 1


def test_every_state_that_gitlab_describes_is_known() -> None:
    """Eleven, and `canceling` of newer servers; a success is one only, and an unknown word is no end."""
    schemas = description("gitlab.json")["components"]["schemas"]
    told = {each["const"] for each in schemas["PipelineStatus"]["anyOf"] if "const" in each}
    told |= set(schemas["CommitablePipelineStatus"]["enum"])
    assert len(told) == 11
    assert set(STATUSES) == told | {"canceling"}
    assert [each for each in STATUSES if state_of(each) is RunState.SUCCEEDED] == ["success"]
    assert state_of("something new") is RunState.RUNNING


@pytest.mark.parametrize("status", sorted(STATUSES))
async def test_a_pipeline_is_read_in_each_state(tmp_path: Path, status: str) -> None:
    """The state in our words, and GitLab's own for people."""
    async with gitlab_rig(tmp_path) as rig:
        started = await rig.cicd.trigger_planned_release(rig.request())
        rig.hosted.book.steer(rig.hosted.book.pipelines[0], status, rig.clock.now)
        found = await rig.cicd.run_status(started.id)
        assert (found.state, found.detail) == (STATUSES[status], status)
        judge(rig.simulator.record)


async def test_cancelling_takes_time(tmp_path: Path) -> None:
    """GitLab's yes is not yet the end: the pipeline runs on until its jobs have stopped, and no stop is asked twice."""
    async with gitlab_rig(tmp_path) as rig:
        rig.hosted.book.set_plan(stop=5.0, seconds=None)
        started = await rig.cicd.trigger_planned_release(rig.request())
        await rig.cicd.cancel_run(started.id)
        assert (await rig.cicd.run_status(started.id)).state is RunState.RUNNING
        rig.clock.now += 5
        assert (await rig.cicd.run_status(started.id)).state is RunState.CANCELLED


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"workflow": "none.yml"}, "empty"),
        ({"ref": "nowhere"}, "Reference not found"),
        ({"inputs": {"no-name": "x"}}, "no-name"),
    ],
)
async def test_what_makes_no_pipeline_is_refused_in_gitlabs_words(
    tmp_path: Path, changes: dict[str, Any], words: str
) -> None:
    """A person must change the configuration or .gitlab-ci.yml."""
    async with gitlab_rig(tmp_path) as rig:
        with pytest.raises(Refused, match=words):
            await rig.cicd.trigger_planned_release(rig.request(**changes))
        assert not rig.hosted.book.pipelines


async def test_a_project_that_forbids_variables_refuses(tmp_path: Path) -> None:
    """Newer projects let nobody start a pipeline with variables: it is told, and nothing starts without our id."""
    async with gitlab_rig(tmp_path) as rig:
        rig.hosted.variables_role = "no_one_allowed"
        with pytest.raises(Refused, match="pipeline variables"):
            await rig.cicd.trigger_planned_release(rig.request())
        assert not rig.hosted.book.pipelines


async def test_variables_that_may_not_be_read_are_no_answer(tmp_path: Path) -> None:
    """None would start the pipeline a second time: who may not look must not say that there is nothing."""
    async with gitlab_rig(tmp_path) as rig:
        await rig.cicd.trigger_planned_release(rig.request())
        rig.simulator.fault(path="/variables$", status=403, body='{"message": "403 Forbidden"}')
        with pytest.raises(NeedsCredentials):
            await rig.cicd.find_run(rig.request())


async def test_variables_of_other_peoples_pipelines_stop_nobody(tmp_path: Path) -> None:
    """GitLab shows a Developer those of his own pipelines only: what somebody else started is not ours."""
    async with gitlab_rig(tmp_path) as rig:
        rig.simulator.accounts["glpat-other"] = Account(username="nightly", id=7)
        rig.simulator.accounts["glpat-developer"] = Account(username="bot", id=8, level=DEVELOPER)
        await rig.open_cicd("glpat-other").trigger_planned_release(rig.request("b-7"))
        cicd = rig.open_cicd("glpat-developer")
        started = await cicd.trigger_planned_release(rig.request("b-8"))
        await rig.open_cicd("glpat-other").trigger_planned_release(rig.request("b-9"))
        found = await cicd.find_run(rig.request("b-8"))
        assert found is not None
        assert found.id == started.id
        assert await cicd.find_run(rig.request("b-7")) is None
        assert len(rig.hosted.book.pipelines) == 3
        judge(rig.simulator.record)


async def test_archives_that_expired_are_told_as_such(tmp_path: Path) -> None:
    """The archive is gone then; the link leads to the job's page for people."""
    async with gitlab_rig(tmp_path) as rig:
        started = await rig.cicd.trigger_planned_release(rig.request())
        row = rig.hosted.book.pipelines[0]
        rig.hosted.book.steer(row, "pass", rig.clock.now)
        row.jobs[0].expires = rig.clock.now + 60
        (kept,) = await rig.cicd.artifacts(started.id)
        assert (kept.name, kept.size, kept.expired) == ("build-output", 1_048_576, False)
        assert kept.url == f"{rig.simulator.url}/acme/mobile/app/-/jobs/{row.jobs[0].id}/artifacts/browse"
        rig.clock.now += 61
        (gone,) = await rig.cicd.artifacts(started.id)
        assert (gone.size, gone.expired) == (0, True)
        judge(rig.simulator.record)


async def test_artifacts_of_every_page_of_jobs_are_told(tmp_path: Path) -> None:
    """More jobs than a page holds."""
    async with gitlab_rig(tmp_path) as rig:
        started = await rig.cicd.trigger_planned_release(rig.request())
        row = rig.hosted.book.pipelines[0]
        row.jobs = tuple(type(row.jobs[0])(id=5000 + n, name=f"job {n}") for n in range(130))
        rig.hosted.book.steer(row, "pass", rig.clock.now)
        assert len(await rig.cicd.artifacts(started.id)) == 130


async def test_who_may_not_start_pipelines_is_told(tmp_path: Path) -> None:
    """A guest's token: a person must give it a higher role."""
    async with gitlab_rig(tmp_path) as rig:
        rig.simulator.accounts["canary"] = Account(level=10)
        with pytest.raises(NeedsCredentials):
            await rig.open_cicd("canary").trigger_planned_release(rig.request())


@pytest.mark.parametrize(
    ("name", "there"),
    [("Build b-1", True), ("b-1", True), ("Build b-10", False), ("xb-1", False), (None, False), ("", False)],
)
def test_an_id_is_seen_only_as_a_whole_word(name: str | None, there: bool) -> None:
    """`b-1` is not in `b-10`."""
    assert shows(name, "b-1") is there
