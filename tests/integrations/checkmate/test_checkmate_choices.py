"""What people choose from at Checkmate: ids as text, names to read."""

import pytest

from integrations.checkmate import PROVIDER
from integrations.checkmate.settings import CheckmateSecrets, CheckmateSettings
from integrations.choices import MOST, Asked, Kind, Page
from integrations.edge import Edge
from integrations.egress import Egress
from integrations.threads import Threads
from orchestration.ports.errors import NeedsCredentials, Refused
from sandbox.checkmate import TOKEN
from sandbox.checkmate.world import Project
from tests.integrations.checkmate.checkmate_rig import CheckmateRig, checkmate_rig, judge


async def asked(rig: CheckmateRig, kind: Kind, *, token: str = TOKEN, **words: str) -> Page:
    """Ask a reader."""
    threads = Threads(size=1, egress=Egress())
    edge = Edge(tenant="T1", http=rig.http, threads=threads)
    settings = CheckmateSettings(base_url=rig.simulator.url)
    try:
        return await PROVIDER.choices[kind](
            settings, CheckmateSecrets.model_validate({"token": token}), edge, Asked(**words)
        )
    finally:
        await threads.close()


def shown(page: Page) -> dict[str, str]:
    """Labels by value."""
    return {option.value: option.label for option in page.options}


async def test_projects_of_every_organisation_are_offered() -> None:
    """By number, with the name to read; long lists go on where the cursor says."""
    async with checkmate_rig() as rig:
        assert shown(await asked(rig, Kind.TEST_PROJECTS)) == {"1": "Wallet"}
        projects = rig.simulator.world.projects
        for number in range(2, MOST + 6):
            projects[number] = Project(
                id=number, org=1, name=f"Many {number}", squads=[], sections=[], labels=[]
            )
        first = await asked(rig, Kind.TEST_PROJECTS)
        rest = await asked(rig, Kind.TEST_PROJECTS, cursor=first.next or "")
        assert (len(first.options), len(rest.options), rest.next) == (MOST, 5, None)
        assert judge(rig.simulator.record) == 6


@pytest.mark.parametrize(
    ("kind", "all_of_it", "words", "found"),
    [
        (Kind.SECTIONS, {"1": "Smoke", "2": "Regression"}, "smo", {"1": "Smoke"}),
        (Kind.LABELS, {"1": "Release", "2": "Nightly"}, "RELEASE", {"1": "Release"}),
        (Kind.SQUADS, {"1": "Payments", "2": "Accounts", "3": "Core"}, "co", {"2": "Accounts", "3": "Core"}),
    ],
)
async def test_parts_of_a_project_are_offered(
    kind: Kind, all_of_it: dict[str, str], words: str, found: dict[str, str]
) -> None:
    """Sections, labels and squads of the chosen project, narrowed by what was typed."""
    async with checkmate_rig() as rig:
        assert shown(await asked(rig, kind, within="1")) == all_of_it
        assert shown(await asked(rig, kind, within="1", words=words)) == found
        assert judge(rig.simulator.record) == 2


async def test_platforms_belong_to_the_organisation() -> None:
    """They need no project."""
    async with checkmate_rig() as rig:
        assert shown(await asked(rig, Kind.PLATFORMS))
        assert judge(rig.simulator.record) == 2


@pytest.mark.parametrize("kind", [Kind.SECTIONS, Kind.LABELS, Kind.SQUADS])
async def test_a_project_that_is_no_number_is_refused(kind: Kind) -> None:
    """Nothing is asked then."""
    async with checkmate_rig() as rig:
        with pytest.raises(Refused):
            await asked(rig, kind, within="Wallet")
        assert rig.simulator.record == []


@pytest.mark.parametrize("kind", list(PROVIDER.choices))
async def test_a_bad_token_of_checkmate_is_a_port_error(kind: Kind) -> None:
    """A reader raises what every verb raises."""
    async with checkmate_rig() as rig:
        with pytest.raises(NeedsCredentials):
            await asked(rig, kind, token="unknown", within="1")
