"""What people choose from at Jenkins: jobs by their full names, through folders."""

import pytest

from integrations.choices import MOST, Asked, Kind, Page
from integrations.jenkins import PROVIDER
from orchestration.ports.errors import NeedsCredentials
from sandbox.jenkins.access import API_TOKEN, READ, READER_TOKEN
from sandbox.jenkins.world import Job
from tests.integrations.jenkins.jenkins_rig import JenkinsRig, jenkins_rig, judge, secrets


async def asked(rig: JenkinsRig, *, token: str = API_TOKEN, **words: str) -> Page:
    """Ask for jobs."""
    return await PROVIDER.choices[Kind.WORKFLOWS](rig.settings(), secrets(token), rig.edge, Asked(**words))


def values(page: Page) -> list[str]:
    """What would be stored."""
    return [option.value for option in page.options]


async def test_jobs_that_can_be_built_are_offered_through_folders() -> None:
    """A disabled job is not; a multibranch project is one job for every branch and tag."""
    async with jenkins_rig() as rig:
        rig.simulator.world.jobs["mobile/ios/nightly/ui"] = Job(name="mobile/ios/nightly/ui")
        assert values(await asked(rig)) == ["app/{ref}", "mobile/build", "mobile/ios/nightly/ui", "plain"]
        assert values(await asked(rig, words="IOS")) == ["mobile/ios/nightly/ui"]
        assert judge(rig.simulator.record) == 2


async def test_what_is_offered_can_be_built() -> None:
    """The value is what `workflow` takes."""
    async with jenkins_rig() as rig:
        for name in values(await asked(rig, words="app")):
            run = await rig.cicd.trigger_regression_builds(rig.request(workflow=name))
            assert run.id


async def test_long_lists_of_jobs_go_on_where_the_cursor_says() -> None:
    """Jenkins tells all at once; people get a hundred at a time."""
    async with jenkins_rig() as rig:
        for number in range(MOST + 7):
            rig.simulator.world.jobs[f"many/{number:03}"] = Job(name=f"many/{number:03}")
        first = await asked(rig, words="many")
        rest = await asked(rig, words="many", cursor=first.next or "")
        assert (len(first.options), len(rest.options), rest.next) == (MOST, 7, None)


async def test_a_user_sees_the_own_jobs_only() -> None:
    """One without Job/Read sees none, and a stranger is told to connect again."""
    async with jenkins_rig() as rig:
        rita = next(user for user in rig.simulator.access.users if user.token == READER_TOKEN)
        rita.permissions = {READ}
        settings = rig.settings(username="rita")
        found = await PROVIDER.choices[Kind.WORKFLOWS](settings, secrets(READER_TOKEN), rig.edge, Asked())
        assert values(found) == []
        with pytest.raises(NeedsCredentials):
            await asked(rig, token="11" + "0" * 32)
