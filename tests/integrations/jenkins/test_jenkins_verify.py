"""A connection to Jenkins is tried by reading, before it is saved."""

from collections.abc import Sequence

import pytest

from integrations.jenkins.verify import verify
from integrations.registry import Check
from sandbox.jenkins import API_TOKEN, PASSWORD
from tests.integrations.jenkins.jenkins_rig import JenkinsRig, jenkins_rig, judge, secrets

TITLES = [
    "The token is accepted",
    "Jobs can be seen",
    "Builds are taken",
    "Requests with an effect are let in",
]


async def tried(rig: JenkinsRig, token: str = API_TOKEN) -> Sequence[Check]:
    """Try a connection to the rig's server."""
    return await verify(rig.settings(), secrets(token), rig.edge)


async def test_a_good_user_of_jenkins_passes_every_check() -> None:
    """Identity, jobs and readiness are told line by line, by requests that the description knows."""
    async with jenkins_rig() as rig:
        checks = await tried(rig)
        assert [(check.what, check.ok) for check in checks] == [(title, True) for title in TITLES]
        assert [check.says for check in checks] == [
            "it belongs to Stationmaster (stationmaster)",
            "app, mobile, plain",
            "Jenkins is not about to shut down",
            "an API token needs no crumb",
        ]
        assert judge(rig.simulator.record) == 2
        assert not rig.asked("", "POST")


@pytest.mark.parametrize(
    ("crumbs", "says"), [(True, "there is a crumb for it"), (False, "no crumb is wanted")]
)
async def test_a_password_is_tried_with_its_crumb(crumbs: bool, says: str) -> None:
    """Where the server wants one, it must be had."""
    async with jenkins_rig() as rig:
        rig.simulator.access.crumbs = crumbs
        last = (await tried(rig, PASSWORD))[-1]
        assert (last.ok, last.says) == (True, says)
        assert judge(rig.simulator.record) == 3


async def test_a_user_who_sees_no_job_does_not_pass() -> None:
    """Jenkins hides what may not be read, so nothing could be built."""
    async with jenkins_rig() as rig:
        rig.simulator.access.users[0].permissions = {"Overall/Read"}
        (failed,) = [check for check in await tried(rig) if not check.ok]
        assert (failed.what, failed.later) == (TITLES[1], False)
        assert "Job/Read" in failed.says


async def test_many_jobs_are_counted() -> None:
    """The first few are named."""
    async with jenkins_rig() as rig:
        jobs = rig.simulator.world.jobs
        for number in range(5):
            jobs[f"z{number}"] = jobs["plain"]
        assert (await tried(rig))[1].says == "app, mobile, plain, z0, z1 and 3 more"


async def test_a_server_that_shuts_down_is_a_delay() -> None:
    """It says nothing of the credentials."""
    async with jenkins_rig() as rig:
        rig.simulator.world.quieting = True
        (failed,) = [check for check in await tried(rig) if not check.ok]
        assert (failed.what, failed.later) == (TITLES[2], True)


async def test_a_wrong_token_of_jenkins_is_the_last_line() -> None:
    """It is refused, which is no delay, and it is not shown."""
    async with jenkins_rig() as rig:
        (check,) = await tried(rig, "canary-4711")
        assert (check.ok, check.later) == (False, False)
        assert "canary-4711" not in repr(check)


@pytest.mark.parametrize("path", ["^/me/", "^/api/", "^/crumbIssuer/"])
async def test_trouble_on_the_way_to_jenkins_is_a_delay(path: str) -> None:
    """A server error says nothing of the credentials."""
    async with jenkins_rig() as rig:
        rig.simulator.fault(path=path, status=503, times=9)
        checks = await tried(rig, PASSWORD)
        assert (checks[-1].ok, checks[-1].later) == (False, True)


@pytest.mark.parametrize("body", ["[]", "{}", "null", '{"id": 1}', "<html>"])
async def test_an_odd_answer_of_jenkins_is_no_success(body: str) -> None:
    """An answer of another shape fails the check instead of raising."""
    async with jenkins_rig() as rig:
        kind = {"Content-Type": "application/json"}
        rig.simulator.fault(path="/me/", status=200, body=body, headers=kind)
        (check,) = await tried(rig)
        assert not check.ok
