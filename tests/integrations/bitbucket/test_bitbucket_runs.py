"""Bitbucket's pipelines: found by our id and never by being the newest, in every state, with their files."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from integrations.bitbucket.answers import State
from integrations.bitbucket.runs import own_name, state_of
from orchestration.ports.cicd import RunState
from orchestration.ports.errors import Refused, TryLater
from sandbox.bitbucket.pipelines import Pipeline
from sandbox.kit import FaultKind
from tests.integrations.bitbucket.bitbucket_judge import judge
from tests.integrations.bitbucket.bitbucket_rig import BitbucketRig, bitbucket_rig

TARGETS = ("IOS_APP_STORE",)


@pytest.mark.parametrize(
    ("state", "expected", "word"),
    [
        ({"name": "PENDING"}, RunState.QUEUED, "PENDING"),
        ({"name": "PARSING", "stage": {"name": "PARSING"}}, RunState.QUEUED, "PARSING"),
        ({"name": "IN_PROGRESS", "stage": {"name": "PENDING"}}, RunState.QUEUED, "PENDING"),
        ({"name": "IN_PROGRESS", "stage": {"name": "RUNNING"}}, RunState.RUNNING, "RUNNING"),
        ({"name": "IN_PROGRESS", "stage": {"name": "PAUSED"}}, RunState.RUNNING, "PAUSED"),
        ({"name": "IN_PROGRESS", "stage": {"name": "HALTED"}}, RunState.RUNNING, "HALTED"),
        ({"name": "IN_PROGRESS"}, RunState.RUNNING, "IN_PROGRESS"),
        ({"name": "SOMETHING_NEW"}, RunState.RUNNING, "SOMETHING_NEW"),
        ({"name": "COMPLETED", "result": {"name": "SUCCESSFUL"}}, RunState.SUCCEEDED, "SUCCESSFUL"),
        ({"name": "COMPLETED", "result": {"name": "FAILED"}}, RunState.FAILED, "FAILED"),
        ({"name": "COMPLETED", "result": {"name": "ERROR"}}, RunState.FAILED, "ERROR"),
        ({"name": "COMPLETED", "result": {"name": "EXPIRED"}}, RunState.FAILED, "EXPIRED"),
        ({"name": "COMPLETED", "result": {"name": "STOPPED"}}, RunState.CANCELLED, "STOPPED"),
        ({"name": "COMPLETED", "result": {"name": "ODD"}}, RunState.FAILED, "ODD"),
        ({"name": "COMPLETED"}, RunState.FAILED, "COMPLETED without a result"),
    ],
)
def test_every_state_has_a_meaning(state: Mapping[str, Any], expected: RunState, word: str) -> None:
    """Paused and halted go on and say so; what is not known to be good is not; an unknown state goes on."""
    assert state_of(State.model_validate(state)) == (expected, word)


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("app--12.aab", "app.aab"),
        ("app--12.tar.gz", "app.tar.gz"),
        ("app--12", "app"),
        ("my--app--12.apk", "my--app.apk"),
        ("app--112.aab", None),
        ("app--123.aab", None),
        ("app-12.aab", None),
        ("app--12-debug.aab", None),
        ("--12.aab", None),
        ("v1.2.0.md", None),
    ],
)
def test_a_file_belongs_to_the_run_whose_number_it_carries(file: str, name: str | None) -> None:
    """The whole number behind two dashes, and before the ending: run 12 is not run 112 or 123."""
    assert own_name(file, 12) == name


async def test_a_pipeline_is_started_on_the_ref_by_its_definition_with_our_id(tmp_path: Path) -> None:
    """A custom pipeline, selected by its pattern, on a branch or a tag; the id is one of its variables."""
    async with bitbucket_rig(tmp_path) as rig:
        await rig.scm.create_release_tag(ref="main", tag="v1-rc.1", targets=TARGETS, version="1")
        await rig.cicd.trigger_planned_release(rig.request("b-1"))
        run = await rig.cicd.trigger_regression_builds(rig.request("b-2", ref="v1-rc.1"))
        by_branch, by_tag = rig.hosted.book.pipelines
        assert (by_branch.ref_type, by_branch.ref_name, by_branch.pattern) == ("branch", "main", "build.yml")
        assert by_branch.variables == {"version": "1.2.0", "STATIONMASTER_CORRELATION_ID": "b-1"}
        assert (by_tag.ref_type, by_tag.ref_name) == ("tag", "v1-rc.1")
        assert (run.number, run.commit) == ("2", rig.hosted.branch("main"))
        assert run.url == f"{rig.simulator.url}/acme/app/pipelines/results/2"
        assert judge(rig.simulator.record) > 4


@pytest.mark.parametrize("tells", ["list", "one"])
async def test_a_run_whose_start_was_not_answered_is_found_by_its_variable(
    tmp_path: Path, tells: str
) -> None:
    """Among newer ones of the same definition and ref, by an adapter that remembers nothing."""
    async with bitbucket_rig(tmp_path) as rig:
        rig.hosted.tells = tells
        rig.simulator.fault(method="POST", path="/pipelines$", kind=FaultKind.DROP_AFTER)
        with pytest.raises(TryLater) as caught:
            await rig.cicd.trigger_planned_release(rig.request("b-1"))
        assert (caught.value.maybe_done, caught.value.after) == (True, timedelta(seconds=6))
        for name in ("b-10", "b-2"):
            await rig.open_cicd().trigger_planned_release(rig.request(name))
        found = await rig.open_cicd().find_run(rig.request("b-1"))
        assert found is not None
        assert found.id == rig.hosted.book.pipelines[0].uuid
        assert await rig.open_cicd().find_run(rig.request("b-3")) is None
        assert await rig.open_cicd().trigger_planned_release(rig.request("b-1")) == found
        assert len(rig.hosted.book.pipelines) == 3


async def test_what_cannot_be_told_is_never_guessed(tmp_path: Path) -> None:
    """Where Bitbucket tells no variables, one that may be ours stops us: nothing is started, a person is asked."""
    async with bitbucket_rig(tmp_path) as rig:
        rig.hosted.tells = "never"
        rig.simulator.fault(method="POST", path="/pipelines$", kind=FaultKind.DROP_AFTER)
        with pytest.raises(TryLater):
            await rig.cicd.trigger_planned_release(rig.request("b-1"))
        for verb in (rig.cicd.find_run, rig.cicd.trigger_planned_release):
            with pytest.raises(Refused, match="pipeline 1") as caught:
                await verb(rig.request("b-1"))
            assert caught.value.link == f"{rig.simulator.url}/acme/app/pipelines/results/1"
        assert len(rig.hosted.book.pipelines) == 1


async def test_what_we_started_ourselves_is_known_without_being_told(tmp_path: Path) -> None:
    """Two builds of one definition on one ref, started by one adapter, though Bitbucket tells no variables."""
    async with bitbucket_rig(tmp_path) as rig:
        rig.hosted.tells = "never"
        first = await rig.cicd.trigger_planned_release(rig.request("b-1"))
        second = await rig.cicd.trigger_planned_release(rig.request("b-2"))
        assert first.id != second.id
        assert await rig.cicd.find_run(rig.request("b-1")) == first
        assert await rig.cicd.find_run(rig.request("b-3")) is None


def _foreign(rig: BitbucketRig, **changes: Any) -> None:
    usual: dict[str, Any] = {
        "number": len(rig.hosted.book.pipelines) + 1,
        "ref_type": "branch",
        "ref_name": "main",
        "sha": rig.hosted.branch("main"),
        "pattern": "build.yml",
        "variables": {"STATIONMASTER_CORRELATION_ID": "b-1"},
        "created": rig.clock.now,
        "plan": rig.hosted.book.plan,
    }
    rig.hosted.book.add(Pipeline(**{**usual, **changes}))


async def test_the_search_is_bounded_by_time_definition_and_ref(tmp_path: Path) -> None:
    """Older ones, those of other definitions and of other refs are not ours; they are not even asked for more."""
    async with bitbucket_rig(tmp_path) as rig:
        rig.hosted.tells = "one"
        _foreign(rig, created=rig.clock.now - 600)
        _foreign(rig, pattern="automation")
        _foreign(rig, ref_name="other")
        assert await rig.cicd.find_run(rig.request("b-1")) is None
        assert [e.query for e in rig.asked("GET", "/pipelines")] == ["sort=-created_on&pagelen=100"]


async def test_what_others_started_stops_nobody(tmp_path: Path) -> None:
    """A list has pipelines of any kind, some on a commit that is told in short, and some that were given nothing."""
    async with bitbucket_rig(tmp_path) as rig:
        rig.hosted.tells = "never"
        _foreign(rig, kind="pull-requests", pattern="**", sha=(rig.hosted.branch("main") or "")[:12])
        _foreign(rig, variables={})
        started = await rig.open_cicd().trigger_planned_release(rig.request("b-1"))
        assert (started.number, started.commit) == ("3", rig.hosted.branch("main"))


async def test_of_two_with_our_id_the_older_is_ours(tmp_path: Path) -> None:
    """The later one is a person's repeat of it."""
    async with bitbucket_rig(tmp_path) as rig:
        _foreign(rig)
        _foreign(rig)
        found = await rig.cicd.find_run(rig.request("b-1"))
        assert found is not None
        assert found.number == "1"


async def test_a_run_among_more_than_a_page_is_found(tmp_path: Path) -> None:
    """The list is read on while it is within the time, and not further."""
    async with bitbucket_rig(tmp_path) as rig:
        run = await rig.cicd.trigger_planned_release(rig.request("b-1"))
        for _ in range(150):
            _foreign(rig, pattern="automation")
        before = len(rig.asked("GET", "/pipelines"))
        found = await rig.open_cicd().find_run(rig.request("b-1"))
        assert found is not None
        assert found.id == run.id
        assert len(rig.asked("GET", "/pipelines")) == before + 2


async def test_a_run_shows_later_in_lists_than_by_its_id(tmp_path: Path) -> None:
    """`dispatch_lag` tells how long None is not to be believed."""
    async with bitbucket_rig(tmp_path) as rig:
        rig.hosted.book.set_plan(lag=5.0)
        run = await rig.cicd.trigger_planned_release(rig.request())
        assert await rig.open_cicd().find_run(rig.request()) is None
        assert (await rig.open_cicd().run_status(run.id)).state is RunState.QUEUED
        assert rig.cicd.dispatch_lag >= timedelta(seconds=5)
        rig.clock.now += 5
        assert await rig.open_cicd().find_run(rig.request()) is not None


@pytest.mark.parametrize("order", ["PAUSED", "HALTED"])
async def test_a_pipeline_that_waits_for_somebody_says_so(tmp_path: Path, order: str) -> None:
    """It runs, and people read what it waits for; it can be stopped."""
    async with bitbucket_rig(tmp_path) as rig:
        run = await rig.cicd.trigger_planned_release(rig.request())
        rig.order(run.id, order)
        seen = await rig.cicd.run_status(run.id)
        assert (seen.state, seen.detail) == (RunState.RUNNING, order)
        await rig.cicd.cancel_run(run.id)
        stopped = await rig.cicd.run_status(run.id)
        assert (stopped.state, stopped.detail) == (RunState.CANCELLED, "STOPPED")


async def test_stopping_takes_its_time(tmp_path: Path) -> None:
    """It is asked for once more without harm, and the state is what Bitbucket says."""
    async with bitbucket_rig(tmp_path) as rig:
        rig.hosted.book.set_plan(stop=30.0, seconds=None)
        run = await rig.cicd.trigger_planned_release(rig.request())
        rig.clock.now += 1
        await rig.cicd.cancel_run(run.id)
        await rig.cicd.cancel_run(run.id)
        assert (await rig.cicd.run_status(run.id)).state is RunState.RUNNING
        rig.clock.now += 30
        assert (await rig.cicd.run_status(run.id)).state is RunState.CANCELLED
        assert rig.made("stop", run.id) == 1


async def test_artifacts_are_the_downloads_with_the_runs_number(tmp_path: Path) -> None:
    """Over all pages, and not those of other runs or of releases."""
    async with bitbucket_rig(tmp_path) as rig:
        rig.hosted.book.set_plan(files=())
        run = await rig.cicd.trigger_planned_release(rig.request())
        rig.order(run.id, "pass")
        rig.hosted.put("app--1.aab", b"android")
        rig.hosted.put("v1.md", b"notes")
        for number in range(2, 130):
            rig.hosted.put(f"app--{number}.aab", b"other")
        (file,) = await rig.cicd.artifacts(run.id)
        assert (file.name, file.size) == ("app.aab", 7)
        assert file.url == f"{rig.simulator.url}/acme/app/downloads/app--1.aab"
        assert len(rig.asked("GET", "/downloads")) == 2


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"ref": "nowhere"}, "no branch or tag nowhere"),
        ({"workflow": "none.yml"}, "no custom pipeline none.yml"),
        ({"inputs": {"with-dash": "x"}}, "with-dash"),
    ],
)
async def test_a_build_that_cannot_be_is_refused_with_its_reason(
    tmp_path: Path, change: dict[str, Any], words: str
) -> None:
    """A person must change the configuration."""
    async with bitbucket_rig(tmp_path) as rig:
        with pytest.raises(Refused, match=words):
            await rig.cicd.trigger_planned_release(rig.request(**change))
        assert not rig.hosted.book.pipelines


async def test_a_time_without_a_zone_is_one_of_utc(tmp_path: Path) -> None:
    """Bitbucket always tells one; what a proxy leaves out must not be a crash."""
    async with bitbucket_rig(tmp_path) as rig:
        run = await rig.cicd.trigger_planned_release(rig.request("b-1"))
        for late, found in ((0, run.id), (3600, None)):
            row = {
                **json.loads(rig.simulator.record[-1].response_body),
                "created_on": f"{datetime.fromtimestamp(rig.clock.now - late, UTC):%Y-%m-%dT%H:%M:%S}",
            }
            body, headers = json.dumps({"values": [row]}), {"Content-Type": "application/json"}
            rig.simulator.fault(path=r"/pipelines\?", status=200, headers=headers, body=body)
            seen = await rig.open_cicd().find_run(rig.request("b-1"))
            assert (seen.id if seen else None) == found
            await rig.cicd.run_status(run.id)
