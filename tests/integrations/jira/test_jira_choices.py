"""What people choose from at Jira: on Cloud by pages and searched there, on Data Center all at once."""

import pytest

from integrations.breaker import Breakers
from integrations.choices import MOST, Asked, Kind, Page
from integrations.edge import Edge
from integrations.egress import Egress
from integrations.http import Http
from integrations.jira import PROVIDER
from integrations.jira.settings import JiraSecrets, JiraSettings
from orchestration.ports.errors import NeedsCredentials, Refused
from sandbox.jira import EMAIL, TOKEN, Flavour
from tests.integrations.jira.jira_rig import JiraRig, jira_rig, judge

BOTH = pytest.mark.parametrize("flavour", list(Flavour))


async def asked(rig: JiraRig, kind: Kind, *, token: str = TOKEN, **words: str) -> Page:
    """Ask a reader."""
    cloud = rig.simulator.site.flavour is Flavour.CLOUD
    settings = JiraSettings(base_url=rig.simulator.url, email=EMAIL if cloud else "")
    http = Http(egress=Egress(["127.0.0.1"]), breakers=Breakers(clock=rig.clock))
    edge = Edge(tenant="T1", http=http, threads=rig.threads)
    return await PROVIDER.choices[kind](
        settings, JiraSecrets.model_validate({"token": token}), edge, Asked(**words)
    )


def values(page: Page) -> list[str]:
    """What would be stored."""
    return [option.value for option in page.options]


@BOTH
async def test_projects_are_chosen_by_key_or_name(flavour: Flavour) -> None:
    """The value is the key, which is what a configuration names."""
    async with jira_rig(flavour) as rig:
        rig.simulator.world.add_project("WEB", "Website")
        assert values(await asked(rig, Kind.PROJECTS)) == ["MOB", "WEB"]
        assert values(await asked(rig, Kind.PROJECTS, words="SITE")) == ["WEB"]
        # Data Center's own list of projects stands in no description that there is.
        assert judge([e for e in rig.simulator.record if not e.path.endswith("/api/2/project")]) >= 2


@BOTH
async def test_long_lists_of_projects_go_on_where_the_cursor_says(flavour: Flavour) -> None:
    """A page holds a hundred at most, wherever the paging is done."""
    async with jira_rig(flavour) as rig:
        for number in range(MOST + 4):
            rig.simulator.world.add_project(f"P{number:03}", "Many")
        first = await asked(rig, Kind.PROJECTS, words="many")
        rest = await asked(rig, Kind.PROJECTS, words="many", cursor=first.next or "")
        assert (len(first.options), len(rest.options), rest.next) == (MOST, 4, None)


@BOTH
async def test_types_and_statuses_are_those_of_the_project(flavour: Flavour) -> None:
    """By their names in Jira, each once."""
    async with jira_rig(flavour) as rig:
        types = values(await asked(rig, Kind.ISSUE_TYPES, within="MOB"))
        assert "Task" in types
        statuses = values(await asked(rig, Kind.STATUSES, within="MOB"))
        assert statuses == list(rig.simulator.world.words.statuses)
        assert values(await asked(rig, Kind.STATUSES, within="MOB", words=statuses[2])) == [statuses[2]]
        assert judge(rig.simulator.record) >= 3


@pytest.mark.parametrize("kind", [Kind.ISSUE_TYPES, Kind.STATUSES])
@pytest.mark.parametrize("within", ["", "../myself", "MOB/x", "NOPE"])
async def test_what_is_no_project_is_refused(kind: Kind, within: str) -> None:
    """A key is part of an address: nothing else gets there, and an unknown one is said."""
    async with jira_rig(Flavour.CLOUD) as rig:
        with pytest.raises(Refused):
            await asked(rig, kind, within=within)


@BOTH
async def test_a_bad_token_of_jira_is_a_port_error(flavour: Flavour) -> None:
    """Cloud shows nothing to a stranger: that is told, and no empty list."""
    async with jira_rig(flavour) as rig:
        for kind in PROVIDER.choices:
            with pytest.raises(NeedsCredentials):
                await asked(rig, kind, token="unknown", within="MOB")
