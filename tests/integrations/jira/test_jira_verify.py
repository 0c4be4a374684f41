"""A connection to Jira is tried by reading, before it is saved."""

from collections.abc import Sequence

import pytest

from integrations.breaker import Breakers
from integrations.edge import Edge
from integrations.egress import Egress
from integrations.http import Http
from integrations.jira.settings import JiraSecrets, JiraSettings
from integrations.jira.verify import verify
from integrations.registry import Check
from sandbox.jira import EMAIL, TOKEN, Flavour
from tests.integrations.jira.jira_rig import JiraRig, jira_rig, judge

BOTH = pytest.mark.parametrize("flavour", list(Flavour))
TITLES = [
    "The site answers",
    "The token is accepted",
    "The account may see projects",
    "The account may create issues",
    "The account may add comments",
    "The account may link issues",
]


async def tried(rig: JiraRig, *, token: str = TOKEN, email: str | None = None) -> Sequence[Check]:
    """Try a connection to the rig's site."""
    cloud = rig.simulator.site.flavour is Flavour.CLOUD
    account = (EMAIL if cloud else "") if email is None else email
    egress = Egress(["127.0.0.1"])
    edge = Edge(
        tenant="T1", http=Http(egress=egress, breakers=Breakers(clock=rig.clock)), threads=rig.threads
    )
    return await verify(
        JiraSettings(base_url=rig.simulator.url, email=account),
        JiraSecrets.model_validate({"token": token}),
        edge,
    )


@BOTH
async def test_a_good_account_passes_every_check(flavour: Flavour) -> None:
    """Site, identity and each permission are told line by line, by requests that Jira describes."""
    async with jira_rig(flavour) as rig:
        checks = await tried(rig)
        assert [check.what for check in checks] == TITLES
        assert all(check.ok for check in checks)
        assert ("Cloud" in checks[0].says) == (flavour is Flavour.CLOUD)
        assert "Release Captain" in checks[1].says
        assert judge(rig.simulator.record) == 3


@BOTH
async def test_trying_makes_nothing_at_jira(flavour: Flavour) -> None:
    """Only readings are sent."""
    async with jira_rig(flavour) as rig:
        await tried(rig)
        assert {exchange.method for exchange in rig.simulator.record} == {"GET"}
        assert rig.posts() == 0


@BOTH
@pytest.mark.parametrize(
    ("lacks", "failing"),
    [
        ("browse", "The account may see projects"),
        ("create", "The account may create issues"),
        ("comment", "The account may add comments"),
        ("link", "The account may link issues"),
    ],
)
async def test_a_missing_permission_is_named(flavour: Flavour, lacks: str, failing: str) -> None:
    """The line of the permission that is missing fails, the others do not, and it says whom to ask."""
    async with jira_rig(flavour) as rig:
        rig.simulator.account.may -= {lacks}
        (failed,) = [check for check in await tried(rig) if not check.ok]
        assert (failed.what, failed.later) == (failing, False)
        assert "administrator" in failed.says


@BOTH
async def test_a_wrong_token_fails_and_is_no_delay(flavour: Flavour) -> None:
    """Cloud answers serverInfo to anybody; the wrong token is found all the same, and not shown."""
    async with jira_rig(flavour) as rig:
        checks = await tried(rig, token="canary-4711")
        assert (checks[-1].ok, checks[-1].later) == (False, False)
        assert "canary-4711" not in repr(checks)


@pytest.mark.parametrize(("flavour", "email"), [(Flavour.CLOUD, ""), (Flavour.DATA_CENTER, EMAIL)])
async def test_the_wrong_way_to_log_in_says_which_is_right(flavour: Flavour, email: str) -> None:
    """Cloud takes e-mail and API token, Data Center a personal access token alone."""
    async with jira_rig(flavour) as rig:
        checks = await tried(rig, email=email)
        assert not checks[-1].ok
        assert "e-mail" in checks[-1].says


@BOTH
@pytest.mark.parametrize("path", ["/serverInfo", "/myself", "/mypermissions"])
async def test_trouble_on_the_way_to_jira_is_a_delay(flavour: Flavour, path: str) -> None:
    """A server error says nothing of the credentials."""
    async with jira_rig(flavour) as rig:
        rig.simulator.fault(path=path, status=503, times=9)
        checks = await tried(rig)
        assert (checks[-1].ok, checks[-1].later) == (False, True)
        assert all(check.ok for check in checks[:-1])


@pytest.mark.parametrize("body", ["[]", "{}", "null", "<html>", '{"permissions": []}'])
async def test_odd_permissions_are_no_success(body: str) -> None:
    """An answer of another shape fails the check instead of raising."""
    async with jira_rig(Flavour.CLOUD) as rig:
        kind = {"Content-Type": "application/json"}
        rig.simulator.fault(path="/mypermissions", status=200, body=body, headers=kind)
        assert not (await tried(rig))[-1].ok


async def test_a_permission_that_jira_does_not_name_is_missing() -> None:
    """An empty answer grants nothing."""
    async with jira_rig(Flavour.CLOUD) as rig:
        kind = {"Content-Type": "application/json"}
        rig.simulator.fault(path="/mypermissions", status=200, body='{"permissions": {}}', headers=kind)
        assert [check.ok for check in await tried(rig)] == [True, True, False, False, False, False]
