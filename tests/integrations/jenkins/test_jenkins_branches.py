"""Branches of a multibranch project, of which Jenkins learns only when it scans the project or hears of a push."""

from collections.abc import AsyncIterator

import pytest

from orchestration.ports.errors import Refused, TryLater
from sandbox.jenkins.world import Definition, Job
from tests.integrations.jenkins.jenkins_rig import JenkinsRig, jenkins_rig

NEW = "app/release%2F2.0"
PARAMETERS = (Definition(name="correlation_id"), Definition(name="version"))


@pytest.fixture
async def rig() -> AsyncIterator[JenkinsRig]:
    """A server with the multibranch project `app`."""
    async with jenkins_rig() as made:
        yield made


async def test_a_branch_that_was_just_forked_is_waited_for(rig: JenkinsRig) -> None:
    """Its job is not there before Jenkins has looked: no person has to say again, and nothing was started."""
    request = rig.request(workflow="app/{ref}", ref="release/2.0")
    for verb in (rig.cicd.trigger_planned_release, rig.cicd.find_run):
        with pytest.raises(TryLater, match=r"release/2\.0 in app") as caught:
            await verb(request)
        assert caught.value.after is not None
        assert not caught.value.maybe_done
    rig.simulator.world.jobs[NEW] = Job(name=NEW, parameters=PARAMETERS, pipeline=True)
    run = await rig.cicd.trigger_planned_release(request)
    assert (run.id, rig.made()) == (f"{NEW}#queue:1:b-1", 1)


async def test_a_new_branch_that_has_not_been_built_yet_is_waited_for(rig: JenkinsRig) -> None:
    """Jenkins builds a branch that it has found, and learns from that build which parameters the Jenkinsfile has."""
    job = rig.simulator.world.jobs[NEW] = Job(name=NEW, pipeline=True)
    request = rig.request(workflow="app/{ref}", ref="release/2.0")
    with pytest.raises(TryLater, match="first build") as caught:
        await rig.cicd.trigger_planned_release(request)
    assert not caught.value.maybe_done
    first = rig.simulator.world.schedule(job, {})
    rig.order(f"{NEW}#queue:{first.id}:", "SUCCESS")
    with pytest.raises(Refused, match="does not declare the parameters correlation_id"):
        await rig.cicd.trigger_planned_release(request)
    job.parameters = PARAMETERS
    await rig.cicd.trigger_planned_release(request)
    assert rig.made() == 2
