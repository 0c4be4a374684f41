"""Jenkins' traps: queue, crumb, parameters, folders, each sprung once."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs

import pytest

from orchestration.ports.cicd import RunState
from orchestration.ports.errors import NeedsCredentials, Refused
from sandbox.jenkins import PASSWORD, Definition, Job, Plan
from tests.integrations.jenkins.jenkins_rig import JOB, MADE, JenkinsRig, jenkins_rig, judge


@pytest.fixture
async def rig() -> AsyncIterator[JenkinsRig]:
    """A server and an adapter; what both said is held against the description in the end."""
    async with jenkins_rig() as made:
        yield made
        judge(made.simulator.record)


# 1. A queue item first, the build's number later, and the item forgotten


async def test_a_run_is_followed_from_the_queue_to_its_build(rig: JenkinsRig) -> None:
    """The id that was given first holds for the run's whole life; the number is told as soon as there is one."""
    rig.simulator.world.plan = Plan(quiet=5.0, wait=2.0, seconds=10.0)
    started = await rig.cicd.trigger_regression_builds(rig.request())
    assert (started.id, started.state, started.number) == (f"{JOB}#queue:1:b-1", RunState.QUEUED, None)
    seen = []
    for _ in range(4):
        run = await rig.cicd.run_status(started.id)
        seen.append((run.id == started.id, run.state, run.number, run.detail))
        rig.clock.now += 6.0
    assert seen == [
        (True, RunState.QUEUED, None, "In the quiet period. Expires in 5 sec"),
        (True, RunState.QUEUED, None, "Waiting for next available executor"),
        (True, RunState.RUNNING, "1", None),
        (True, RunState.SUCCEEDED, "1", "SUCCESS"),
    ]


async def test_a_forgotten_queue_item_does_not_lose_the_run(rig: JenkinsRig) -> None:
    """B-43: five minutes after the start the item is 404: its number was kept, and a new process finds the build."""
    started = await rig.cicd.trigger_regression_builds(rig.request())
    rig.order(started.id, "start")
    assert (await rig.cicd.run_status(started.id)).number == "1"
    rig.clock.now += 301
    before = rig.asked("/queue/item/")
    assert (await rig.cicd.run_status(started.id)).state is RunState.RUNNING
    assert rig.asked("/queue/item/") == before
    fresh = rig.another()
    found = await fresh.run_status(started.id)
    assert (found.id, found.number, found.state) == (started.id, "1", RunState.RUNNING)
    assert not rig.simulator.world.items
    await fresh.run_status(started.id)
    assert rig.asked("/queue/item/") == before + 1


async def test_an_old_build_is_found_among_many(rig: JenkinsRig) -> None:
    """A busy job has had hundreds of builds since: they are read in pages, up to a limit."""
    started = await rig.cicd.trigger_regression_builds(rig.request())
    rig.order(started.id, "SUCCESS")
    world = rig.simulator.world
    for number in range(450):
        other = world.schedule(world.jobs[JOB], {"correlation_id": f"other-{number}"})
        world.finish(world.start(other, at=rig.clock.now), "SUCCESS")
    rig.clock.now += 301
    assert (await rig.another().run_status(started.id)).number == "1"
    assert (await rig.another().find_run(rig.request())) is not None
    for number in range(60):
        other = world.schedule(world.jobs[JOB], {"correlation_id": f"later-{number}"})
        world.finish(world.start(other, at=rig.clock.now), "SUCCESS")
    assert (await rig.another().run_status(started.id)).state is RunState.LOST


async def test_another_build_of_the_same_item_number_is_not_ours(rig: JenkinsRig) -> None:
    """A Jenkins that lost its queue counts from 1 again: our id decides, not the item's number."""
    started = await rig.cicd.trigger_regression_builds(rig.request())
    world = rig.simulator.world
    world.items.clear()
    world.last_item = 0
    other = world.schedule(world.jobs[JOB], {"correlation_id": "another"})
    assert f"queue:{other.id}:" in started.id
    assert (await rig.cicd.run_status(started.id)).state is RunState.LOST
    world.start(other, at=rig.clock.now)
    assert (await rig.cicd.run_status(started.id)).state is RunState.LOST


async def test_what_is_cancelled_in_the_queue_never_gets_a_number(rig: JenkinsRig) -> None:
    """By us or by a person: it is told as cancelled, and once Jenkins has forgotten it, as lost."""
    started = await rig.cicd.trigger_regression_builds(rig.request())
    await rig.cicd.cancel_run(started.id)
    run = await rig.cicd.run_status(started.id)
    assert (run.state, run.number, run.detail) == (RunState.CANCELLED, None, "cancelled in the queue")
    assert not await rig.cicd.artifacts(started.id)
    rig.clock.now += 301
    assert (await rig.cicd.run_status(started.id)).state is RunState.LOST
    await rig.cicd.cancel_run(started.id)
    assert not rig.builds()


async def test_a_build_that_starts_while_it_is_cancelled_is_stopped(rig: JenkinsRig) -> None:
    """Between our look and the cancelling an executor takes it: Jenkins says 500, and we look again."""
    started = await rig.cicd.trigger_regression_builds(rig.request())

    async def begin(_moment: object, request: Any) -> None:
        if request.path == "/queue/cancelItem" and not rig.builds():
            rig.order(started.id, "start")

    rig.simulator.hooks.append(begin)
    await rig.cicd.cancel_run(started.id)
    assert rig.builds()[0].result == "ABORTED"


# 2. The crumb


async def test_a_password_needs_a_crumb_which_is_fetched_once(rig: JenkinsRig) -> None:
    """With the cookie of its session, and shared by requests that are sent together."""
    cicd = rig.another(PASSWORD)
    await asyncio.gather(*(cicd.trigger_planned_release(rig.request(f"b-{n}")) for n in range(4)))
    assert rig.made() == 4
    assert rig.simulator.access.made == 1
    posts = [e for e in rig.simulator.record if e.method == "POST"]
    assert {e.request_headers["Cookie"] for e in posts} == {"JSESSIONID.5d3a1f20=node000000001"}
    assert {e.status for e in posts} == {201}


async def test_the_session_is_kept_beside_the_cookies_of_a_load_balancer(rig: JenkinsRig) -> None:
    """Each cookie is sent back, in the order in which they came; one that is taken away is not."""
    rig.simulator.access.others = ["SERVERID=node-1; Path=/", "remember-me=; Max-Age=0", "odd"]
    await rig.another(PASSWORD).trigger_planned_release(rig.request())
    (post,) = [e for e in rig.simulator.record if e.method == "POST"]
    assert post.request_headers["Cookie"] == "SERVERID=node-1; JSESSIONID.5d3a1f20=node000000001"
    assert rig.made() == 1


async def test_a_stale_crumb_is_fetched_again_once(rig: JenkinsRig) -> None:
    """403 "No valid crumb" comes before any effect: a new session, and the request once more."""
    cicd = rig.another(PASSWORD)
    await cicd.trigger_planned_release(rig.request())
    rig.simulator.access.expire()
    await cicd.trigger_planned_release(rig.request("b-2"))
    assert [e.status for e in rig.simulator.record if e.method == "POST"] == [201, 403, 201]
    assert (rig.made(), rig.simulator.access.made) == (2, 2)


async def test_a_crumb_that_is_never_right_is_not_asked_for_without_end(rig: JenkinsRig) -> None:
    """A proxy that drops cookies, say: after the second 403 a person is asked."""
    rig.simulator.fault(method="POST", path=MADE, status=403, body="No valid crumb was included", times=9)
    with pytest.raises(NeedsCredentials):
        await rig.another(PASSWORD).trigger_planned_release(rig.request())
    assert (rig.asked(MADE), rig.simulator.access.made) == (2, 2)


async def test_an_api_token_needs_no_crumb(rig: JenkinsRig) -> None:
    """It is exempt, so nothing is asked for."""
    await rig.cicd.trigger_planned_release(rig.request())
    assert not rig.asked("/crumbIssuer")


async def test_a_server_without_crumbs_is_asked_for_them_once(rig: JenkinsRig) -> None:
    """404 from the issuer means that there are none, and that holds."""
    rig.simulator.access.crumbs = False
    cicd = rig.another(PASSWORD)
    for number in range(3):
        await cicd.trigger_planned_release(rig.request(f"b-{number}"))
    assert (rig.made(), rig.asked("/crumbIssuer")) == (3, 1)


# 3. /build and /buildWithParameters


async def test_a_job_without_parameters_is_refused_before_it_is_asked(rig: JenkinsRig) -> None:
    """It could not carry our id; Jenkins would answer 400."""
    with pytest.raises(Refused, match="does not declare the parameters correlation_id, ref, version"):
        await rig.cicd.trigger_planned_release(rig.request(workflow="plain"))
    assert not rig.asked("build", "POST")


async def test_a_job_that_lost_its_parameters_meanwhile_is_refused(rig: JenkinsRig) -> None:
    """The 400 of a job that is no longer parameterised is a person's business."""

    async def lose(_moment: object, request: Any) -> None:
        if request.method == "POST":
            rig.simulator.world.jobs[JOB].parameters = None

    rig.simulator.hooks.append(lose)
    with pytest.raises(Refused, match=f"{JOB} is not parameterized"):
        await rig.cicd.trigger_planned_release(rig.request())
    assert rig.made() == 0


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"inputs": {"colour": "red"}}, "declare the parameters colour"),
        ({"inputs": {"flavour": "spicy"}}, "takes for flavour one of release, debug, and not spicy"),
        ({"workflow": "mobile/off", "inputs": {}}, "disabled"),
        ({"workflow": "mobile"}, "no job but a folder"),
        ({"workflow": "nowhere"}, "404 .*may not see it"),
        ({"workflow": "app/{ref}", "inputs": {"colour": "red"}}, "declare the parameters colour"),
        ({"workflow": "nowhere/{ref}", "ref": "unknown"}, "404"),
        ({"workflow": "../admin"}, "no name of a job"),
        ({"workflow": "a//b"}, "no name of a job"),
        ({"workflow": "{ref}"}, "no name of a job"),
        ({"workflow": "app/{ref}", "ref": ".."}, "no name of a job"),
    ],
)
async def test_what_cannot_be_built_is_refused_with_the_reason(
    rig: JenkinsRig, changes: dict[str, Any], words: str
) -> None:
    """Jenkins drops an undeclared parameter without a word, and fails over an unknown choice: we tell it before."""
    await rig.cicd.run_status(f"{JOB}#1")
    with pytest.raises(Refused, match=words):
        await rig.cicd.trigger_planned_release(rig.request(**changes))
    assert rig.made() == 0


async def test_a_job_that_is_disabled_meanwhile_is_refused(rig: JenkinsRig) -> None:
    """409, not to be repeated."""

    async def disable(_moment: object, request: Any) -> None:
        if request.method == "POST":
            rig.simulator.world.jobs[JOB].disabled = True

    rig.simulator.hooks.append(disable)
    with pytest.raises(Refused, match=r"not buildable.*disabled"):
        await rig.cicd.trigger_planned_release(rig.request())


# 4. Folders and branches


async def test_the_job_of_a_branch_is_reached_by_its_escaped_name(rig: JenkinsRig) -> None:
    """The branch's slash is %252F on the wire; the branch is in the path, and no parameter says it again."""
    for ref in ("release/1.0", "refs/heads/release/1.0"):
        run = await rig.cicd.trigger_planned_release(rig.request(workflow="app/{ref}", ref=ref))
        assert run.id == "app/release%2F1.0#queue:1:b-1"
    (post,) = [e for e in rig.simulator.record if e.method == "POST"]
    assert post.path == "/job/app/job/release%252F1.0/buildWithParameters"
    assert "ref" not in parse_qs(post.request_body.decode())
    rig.order(run.id, "SUCCESS")
    ended = await rig.cicd.run_status(run.id)
    assert ended.url == f"{rig.simulator.url}/job/app/job/release%252F1.0/1/"
    assert (ended.state, ended.commit) == (RunState.SUCCEEDED, "9c0ffe" + "0" * 34)
    assert [file.size for file in await rig.cicd.artifacts(run.id)] == [1_048_576]


@pytest.mark.parametrize("name", ["App (iOS)+x", "Äpp & Co", "a=b@c,d", "it's~1!"])
async def test_odd_signs_in_a_name_hide_no_waiting_build(rig: JenkinsRig, name: str) -> None:
    """Jenkins escapes fewer signs in its addresses than we do: it is the same job, and one build."""
    usual = tuple(Definition(name=name) for name in ("correlation_id", "ref", "version"))
    rig.simulator.world.jobs[f"mobile/{name}"] = Job(name=f"mobile/{name}", parameters=usual)
    request = rig.request(workflow=f"mobile/{name}")
    first = await rig.cicd.trigger_planned_release(request)
    found = await rig.cicd.find_run(request)
    assert found is not None
    assert found.id == first.id
    rig.order(first.id, "SUCCESS")
    assert (await rig.another().find_run(request)) is not None
    assert [file.size for file in await rig.cicd.artifacts(first.id)] == [1_048_576]
    assert rig.made() == 1


async def test_other_jobs_are_told_the_ref_as_a_parameter(rig: JenkinsRig) -> None:
    """By the name in the settings, unless the configuration gives that input itself, or the name is empty."""
    await rig.cicd.trigger_planned_release(rig.request("b-1", ref="refs/tags/v1"))
    await rig.cicd.trigger_planned_release(rig.request("b-2", inputs={"ref": "origin/x"}))
    await rig.another(ref_parameter="").trigger_planned_release(rig.request("b-3"))
    sent = [item.parameters["ref"] for item in rig.simulator.world.items.values()]
    assert sent == ["v1", "origin/x", "main"]
