"""A connection to Checkmate is tried by reading, before it is saved."""

from collections.abc import Sequence

import pytest

from integrations.checkmate.settings import CheckmateSecrets, CheckmateSettings
from integrations.checkmate.verify import verify
from integrations.edge import Edge
from integrations.egress import Egress
from integrations.registry import Check
from integrations.threads import Threads
from sandbox.checkmate import TOKEN
from sandbox.checkmate.simulator import READER_TOKEN
from sandbox.checkmate.world import Named, Project
from tests.integrations.checkmate.checkmate_rig import CheckmateRig, checkmate_rig, judge

TITLES = ["The token is accepted", "The user may make and lock runs", "Projects can be listed"]


async def tried(rig: CheckmateRig, *, token: str = TOKEN) -> Sequence[Check]:
    """Try a connection to the rig's server."""
    threads = Threads(size=1, egress=Egress(["127.0.0.1"]))
    edge = Edge(tenant="T1", http=rig.http, threads=threads)
    settings = CheckmateSettings(base_url=rig.simulator.url)
    return await verify(settings, CheckmateSecrets.model_validate({"token": token}), edge)


async def test_a_good_user_passes_every_check() -> None:
    """Identity, role and projects are told line by line, by requests that the description knows."""
    async with checkmate_rig() as rig:
        checks = await tried(rig)
        assert [check.what for check in checks] == TITLES
        assert all(check.ok for check in checks)
        assert [check.says for check in checks] == [
            "it belongs to Ada",
            "its role is admin",
            "Wallet (1)",
        ]
        assert judge(rig.simulator.record) == 3
        assert rig.writes() == 0


async def test_a_reader_may_not_make_runs() -> None:
    """The role that may only look fails its line, and the line says who can change it."""
    async with checkmate_rig() as rig:
        (failed,) = [c for c in await tried(rig, token=READER_TOKEN) if not c.ok]
        assert (failed.what, failed.later) == (TITLES[1], False)
        assert "administrator" in failed.says


async def test_projects_of_all_organisations_are_listed() -> None:
    """The first few are named with the id that a configuration needs, the rest are counted."""
    async with checkmate_rig() as rig:
        world = rig.simulator.world
        world.orgs.append(Named(id=2, name="Southwind"))
        for number in range(2, 9):
            world.projects[number] = Project(id=number, org=2, name=f"App {number}")
        says = (await tried(rig))[-1].says
        assert says == "Wallet (1), App 2 (2), App 3 (3), App 4 (4), App 5 (5) and 3 more"
        assert judge(rig.simulator.record) == 4


async def test_a_server_without_projects_does_not_pass() -> None:
    """There is nothing that a run could belong to."""
    async with checkmate_rig() as rig:
        rig.simulator.world.projects.clear()
        assert [check.ok for check in await tried(rig)] == [True, True, False]


async def test_a_wrong_token_is_the_last_line() -> None:
    """It is refused, which is no delay, and it is not shown."""
    async with checkmate_rig() as rig:
        (check,) = await tried(rig, token="canary-4711")
        assert (check.ok, check.later) == (False, False)
        assert "canary-4711" not in repr(check)


@pytest.mark.parametrize("path", ["/user/details", "/orgs", "/projects"])
async def test_trouble_on_the_way_to_checkmate_is_a_delay(path: str) -> None:
    """A server error says nothing of the credentials."""
    async with checkmate_rig() as rig:
        rig.simulator.fault(path=path, status=503, times=9)
        checks = await tried(rig)
        assert (checks[-1].ok, checks[-1].later) == (False, True)


@pytest.mark.parametrize("body", ["[]", "{}", '{"data": null}', '{"data": {"role": "admin"}}', "<html>"])
async def test_an_odd_answer_of_checkmate_is_no_success(body: str) -> None:
    """An answer of another shape fails the check instead of raising."""
    async with checkmate_rig() as rig:
        kind = {"Content-Type": "application/json"}
        rig.simulator.fault(path="/user/details", status=200, body=body, headers=kind)
        (check,) = await tried(rig)
        assert not check.ok
