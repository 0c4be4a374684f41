"""Runs of Jenkins: results, addresses, equal builds, stopping, files."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from orchestration.ports.cicd import RunState
from orchestration.ports.errors import NeedsCredentials, Refused, TryLater
from sandbox.jenkins import READER_TOKEN, Definition, Job, Plan
from sandbox.kit import FaultKind
from tests.integrations.jenkins.jenkins_rig import JOB, MADE, JenkinsRig, jenkins_rig, judge


@pytest.fixture
async def rig() -> AsyncIterator[JenkinsRig]:
    """A server and an adapter; what both said is held against the description in the end."""
    async with jenkins_rig() as made:
        yield made
        judge(made.simulator.record)


# 5. Results


@pytest.mark.parametrize(
    ("result", "state"),
    [
        ("SUCCESS", RunState.SUCCEEDED),
        ("UNSTABLE", RunState.FAILED),
        ("FAILURE", RunState.FAILED),
        ("NOT_BUILT", RunState.FAILED),
        ("ABORTED", RunState.CANCELLED),
    ],
)
async def test_every_result_has_a_state(rig: JenkinsRig, result: str, state: RunState) -> None:
    """And Jenkins' own word for people."""
    run = await rig.cicd.trigger_planned_release(rig.request())
    rig.order(run.id, result)
    ended = await rig.cicd.run_status(run.id)
    assert (ended.state, ended.detail) == (state, result)


async def test_unstable_builds_are_taken_where_the_settings_say_so(rig: JenkinsRig) -> None:
    """Some teams live with it."""
    cicd = rig.another(accept_unstable=True)
    run = await cicd.trigger_planned_release(rig.request())
    rig.order(run.id, "UNSTABLE")
    ended = await cicd.run_status(run.id)
    assert (ended.state, ended.detail) == (RunState.SUCCEEDED, "UNSTABLE")
    assert await cicd.artifacts(run.id)


@pytest.mark.parametrize(
    ("building", "result", "state"),
    [
        (True, None, RunState.RUNNING),
        (True, "UNSTABLE", RunState.RUNNING),
        (False, None, RunState.RUNNING),
        (False, "BRAND_NEW", RunState.FAILED),
    ],
)
async def test_building_decides_and_not_the_result(
    rig: JenkinsRig, building: bool, result: str | None, state: RunState
) -> None:
    """A pipeline may have a result before its end, and a build none for a moment after it."""
    run = await rig.cicd.trigger_planned_release(rig.request())
    build = rig.order(run.id, "start")
    assert build is not None
    build.building, build.result = building, result
    assert (await rig.cicd.run_status(run.id)).state is state


async def test_two_commits_are_none(rig: JenkinsRig) -> None:
    """With a shared library a build has more than one: none is better than a wrong one."""
    rig.simulator.world.jobs[JOB].libraries = ("0" * 40,)
    run = await rig.cicd.trigger_planned_release(rig.request())
    rig.order(run.id, "SUCCESS")
    assert (await rig.cicd.run_status(run.id)).commit is None


# 6. Jenkins' own address


async def test_only_the_number_is_taken_from_the_location(rig: JenkinsRig) -> None:
    """Behind a proxy Jenkins names a host that we can't reach: neither requests nor links use it."""
    rig.simulator.root = "https://jenkins.internal:8443/ci"
    run = await rig.cicd.trigger_planned_release(rig.request())
    found = await rig.cicd.find_run(rig.request())
    assert found is not None
    assert (run.id, found.id) == (f"{JOB}#queue:1:b-1",) * 2
    rig.order(run.id, "SUCCESS")
    ended = await rig.cicd.run_status(run.id)
    (file,) = await rig.cicd.artifacts(run.id)
    assert ended.url == f"{rig.simulator.url}/job/mobile/job/build/1/"
    assert file.url == f"{rig.simulator.url}/job/mobile/job/build/1/artifact/build-output"


@pytest.mark.parametrize("location", [None, "/job/mobile/job/build/", "/queue/item/x/"])
async def test_a_start_without_an_item_may_have_been_done(rig: JenkinsRig, location: str | None) -> None:
    """Then one waits and looks; the run is there."""
    headers = {} if location is None else {"Location": location}
    rig.simulator.fault(path=MADE, kind=FaultKind.ANSWER_AFTER, status=201, headers=headers)
    with pytest.raises(TryLater) as caught:
        await rig.cicd.trigger_planned_release(rig.request())
    assert (caught.value.maybe_done, caught.value.after) == (True, timedelta(seconds=6))
    assert (await rig.cicd.trigger_planned_release(rig.request())).id == f"{JOB}#queue:1:b-1"
    assert rig.made() == 1


# 7. Coalescing


async def test_equal_builds_that_wait_are_two_because_of_our_id(rig: JenkinsRig) -> None:
    """All else is equal; without the id Jenkins would make one of them."""
    runs = [await rig.cicd.trigger_regression_builds(rig.request(f"b-{n}")) for n in range(3)]
    assert len({run.id for run in runs}) == rig.made() == 3


async def test_a_persons_repeat_is_not_taken_for_our_run(rig: JenkinsRig) -> None:
    """ "Rebuild" copies the parameters, our id too: the first build is ours, waiting or built."""
    run = await rig.cicd.trigger_regression_builds(rig.request())
    rig.order(run.id, "FAILURE")
    world = rig.simulator.world
    again = world.schedule(world.jobs[JOB], dict(rig.builds()[0].parameters))
    for order in ("", "start", "SUCCESS"):
        if order:
            rig.order(f"x:{again.id}", order)
        found = await rig.another().find_run(rig.request())
        assert found is not None
        assert (found.id, found.state) == (run.id, RunState.FAILED)
        assert (await rig.another().run_status(run.id)).state is RunState.FAILED


async def test_a_search_ends_before_the_request(rig: JenkinsRig) -> None:
    """A build of the same id from long before is another's, with some patience for two clocks."""
    run = await rig.cicd.trigger_regression_builds(rig.request())
    rig.order(run.id, "SUCCESS")
    ahead = datetime.fromtimestamp(rig.clock.now + 200, UTC)
    assert await rig.cicd.find_run(rig.request(not_before=ahead)) is not None
    later = datetime.fromtimestamp(rig.clock.now + 3600, UTC)
    assert await rig.cicd.find_run(rig.request(not_before=later)) is None


# 8. Stop


async def test_stopping_ends_in_a_redirect_that_is_not_followed(rig: JenkinsRig) -> None:
    """302 is the answer of a button; a plain build needs no second one."""
    run = await rig.cicd.trigger_regression_builds(rig.request())
    rig.order(run.id, "start")
    await rig.cicd.cancel_run(run.id)
    await rig.cicd.cancel_run(run.id)
    assert rig.simulator.record[-1].method == "GET"
    assert (rig.asked("/stop"), rig.slept) == (1, [])
    assert (await rig.cicd.run_status(run.id)).state is RunState.CANCELLED


@pytest.mark.parametrize(
    ("stubborn", "pressed", "waited"),
    [(0, ["stop"], 0.0), (1, ["stop", "term"], 8.0), (2, ["stop", "term", "kill"], 12.0)],
)
async def test_a_pipeline_that_goes_on_is_stopped_harder(
    rig: JenkinsRig, stubborn: int, pressed: list[str], waited: float
) -> None:
    """Stop, and after a while term, and at last kill: its last steps get their time."""
    rig.simulator.world.plan = Plan(wait=None, seconds=None, stubborn=stubborn)
    run = await rig.cicd.trigger_regression_builds(rig.request(workflow="app/{ref}"))
    rig.order(run.id, "start")
    await rig.cicd.cancel_run(run.id)
    buttons = [e.path.rpartition("/")[2] for e in rig.simulator.record if e.method == "POST"]
    assert buttons[1:] == pressed
    assert sum(rig.slept) == waited
    assert (await rig.cicd.run_status(run.id)).state is RunState.CANCELLED


async def test_a_redirect_to_the_log_in_is_no_stop(rig: JenkinsRig) -> None:
    """A proxy that wants a log-in answers 302 as well."""
    run = await rig.cicd.trigger_regression_builds(rig.request())
    rig.order(run.id, "start")
    headers = {"Location": "https://sso.example.com/login?from=/"}
    rig.simulator.fault(path="/stop", status=302, headers=headers)
    with pytest.raises(Refused, match="another address"):
        await rig.cicd.cancel_run(run.id)


# 9. Asking for what is needed only


async def test_every_reading_names_what_it_wants(rig: JenkinsRig) -> None:
    """`tree`, and never `depth`: a whole job or queue could be megabytes."""
    run = await rig.cicd.trigger_regression_builds(rig.request())
    rig.order(run.id, "SUCCESS")
    await rig.cicd.run_status(run.id)
    await rig.another().run_status(run.id)
    await rig.cicd.artifacts(run.id)
    read = [e.query for e in rig.simulator.record if e.path.endswith("/api/json")]
    assert len(read) >= 6
    assert all("tree=" in query and "depth" not in query for query in read)


# Beyond the list


async def test_files_have_their_size_and_their_path(rig: JenkinsRig) -> None:
    """Names in folders and with odd signs; a size that Jenkins does not tell is 0."""
    files = (("app/build/app release#1.aab", 17), ("elsewhere.apk", 5))
    rig.simulator.world.plan = Plan(wait=None, seconds=None, artifacts=files)
    run = await rig.cicd.trigger_regression_builds(rig.request())
    assert not await rig.cicd.artifacts(run.id)
    rig.order(run.id, "SUCCESS")
    rig.simulator.fault(
        method="HEAD", path="elsewhere", status=302, headers={"Location": "https://s3.example"}
    )
    found = await rig.cicd.artifacts(run.id)
    assert [(file.name, file.size) for file in found] == [(files[0][0], 17), ("elsewhere.apk", 0)]
    assert found[0].url.endswith("/1/artifact/app/build/app%20release%231.aab")


async def test_a_user_who_may_not_build_or_cancel_is_told_what_is_missing(rig: JenkinsRig) -> None:
    """In the name of the permission, from the header that Jenkins gives."""
    reader = rig.another(READER_TOKEN, username="rita")
    with pytest.raises(NeedsCredentials, match=r"lacks the permission hudson\.model\.Item\.Build"):
        await reader.trigger_planned_release(rig.request())
    run = await rig.cicd.trigger_planned_release(rig.request())
    rig.order(run.id, "start")
    with pytest.raises(NeedsCredentials, match=r"hudson\.model\.Item\.Cancel"):
        await reader.cancel_run(run.id)


async def test_a_wrong_token_is_told_and_not_shown(rig: JenkinsRig) -> None:
    """401 with every request."""
    with pytest.raises(NeedsCredentials, match="the token is wrong") as caught:
        await rig.another("canary-4711").trigger_planned_release(rig.request())
    assert "canary-4711" not in str(caught.value)


async def test_a_build_that_was_deleted_is_lost(rig: JenkinsRig) -> None:
    """And so are all of a job that was."""
    run = await rig.cicd.trigger_planned_release(rig.request())
    rig.order(run.id, "SUCCESS")
    await rig.cicd.run_status(run.id)
    rig.builds().clear()
    assert (await rig.cicd.run_status(run.id)).state is RunState.LOST
    with pytest.raises(Refused):
        await rig.cicd.artifacts(run.id)
    del rig.simulator.world.jobs[JOB]
    rig.clock.now += 301
    assert (await rig.another().run_status(run.id)).state is RunState.LOST


async def test_our_parameter_may_have_another_name(rig: JenkinsRig) -> None:
    """As the settings say; and an input of that name does not replace our id."""
    names = [Definition(name="SM_ID"), Definition(name="ref"), Definition(name="version")]
    rig.simulator.world.jobs["own"] = Job(name="own", parameters=tuple(names))
    cicd = rig.another(correlation_parameter="SM_ID")
    run = await cicd.trigger_planned_release(rig.request(workflow="own", inputs={"SM_ID": "x"}))
    assert rig.item(run.id).parameters["SM_ID"] == "b-1"
    assert cicd.dispatch_lag == timedelta(seconds=9)


@pytest.mark.parametrize("status", [200, 404])
async def test_a_proxy_that_lost_its_jenkins_loses_no_run(rig: JenkinsRig, status: int) -> None:
    """A page for every address, of whatever status, is not Jenkins saying that it knows the run no more."""
    run = await rig.cicd.trigger_planned_release(rig.request())
    rig.simulator.fault(status=status, body="<h1>Welcome to nginx!</h1>", times=99)
    with pytest.raises((TryLater, Refused)):
        await rig.cicd.run_status(run.id)
    rig.simulator.faults.clear()
    assert (await rig.cicd.run_status(run.id)).state is RunState.QUEUED


async def test_a_folder_has_no_runs_to_find(rig: JenkinsRig) -> None:
    """ "None" would mean that a build may be started."""
    with pytest.raises(Refused, match="folder"):
        await rig.cicd.find_run(rig.request(workflow="mobile"))
