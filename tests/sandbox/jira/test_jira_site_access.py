"""The simulated Jira lets in, limits and hides as Jira does."""

import aiohttp
import pytest

from sandbox.jira import EMAIL, GATEWAY, TOKEN, Account, Flavour
from tests.sandbox.jira.site_rig import site_rig

CLOUD, DATA_CENTER = Flavour.CLOUD, Flavour.DATA_CENTER
WRONG = {"Authorization": aiohttp.encode_basic_auth(EMAIL, "wrong")}


@pytest.mark.parametrize("flavour", list(Flavour))
async def test_who_am_i_and_what_is_there(flavour: Flavour) -> None:
    """serverInfo tells the flavour; myself the account; projects come at once, and on Cloud in pages too."""
    async with site_rig(flavour) as site:
        assert (await site.ask("GET", "2/serverInfo")).body["deploymentType"] == flavour.value
        me = (await site.ask("GET", "2/myself")).body
        assert me["accountId" if flavour is CLOUD else "name"] == "captain"
        if flavour is CLOUD:
            assert (await site.ask("GET", "2/project/search")).body["values"][0]["key"] == "MOB"
        assert (await site.ask("GET", "2/project")).body[0]["key"] == "MOB"
        assert (await site.ask("GET", "2/project/MOB")).body["name"] == "Mobile"
        assert len((await site.ask("GET", "2/project/MOB/statuses")).body) == 2


async def test_cloud_answers_a_wrong_token_as_to_anybody() -> None:
    """Reading shows nothing (404), making is 401, and a header tells that the log-in failed."""
    async with site_rig() as site:
        await site.create()
        for path, status in (("2/issue/MOB-1", 404), ("2/myself", 401), ("2/serverInfo", 200)):
            reply = await site.ask("GET", path, headers=WRONG)
            assert (reply.status, reply.headers["X-Seraph-LoginReason"]) == (status, "AUTHENTICATED_FAILED")
        search = await site.ask("POST", "2/search/jql", {"jql": "project = MOB"}, headers=WRONG)
        assert search.status == 400
        assert (await site.ask("POST", "2/issue", {"fields": {}}, headers=WRONG)).status == 401
        assert (await site.ask("GET", "2/issue/MOB-1", headers={})).status == 404


async def test_each_flavour_wants_its_own_log_in() -> None:
    """Cloud's site does not take Bearer, Data Center takes nothing else."""
    async with site_rig() as site:
        bearer = {"Authorization": f"Bearer {TOKEN}"}
        assert (await site.ask("GET", "2/myself", headers=bearer)).status == 403
    async with site_rig(DATA_CENTER) as site:
        basic = {"Authorization": aiohttp.encode_basic_auth(EMAIL, TOKEN)}
        assert (await site.ask("GET", "2/myself", headers=basic)).status == 401
        assert (await site.ask("GET", "2/myself", headers={"Authorization": "Basic !"})).status == 401


async def test_a_token_with_scopes_is_for_the_gateway() -> None:
    """It is not taken at the site, and the site's token is not taken at the gateway."""
    async with site_rig() as site:
        site.simulator.site.accounts.append(
            Account(id="bot", name="Bot", email="bot@example.com", token="scoped", scoped=True)
        )
        scoped = {"Authorization": aiohttp.encode_basic_auth("bot@example.com", "scoped")}
        gateway = f"{GATEWAY}/rest/api/3/myself"
        assert (await site.ask("GET", gateway, headers=scoped)).body["accountId"] == "bot"
        assert (await site.ask("GET", gateway)).status == 401
        assert (await site.ask("GET", "3/myself", headers=scoped)).status == 401


async def test_a_hidden_project_does_not_exist() -> None:
    """404 for its issues and itself, in Jira's words, which do not tell which of the two it is."""
    async with site_rig() as site:
        world = site.simulator.world
        project = world.add_project("TOP", visible_to=frozenset({"somebody else"}))
        world.create(
            project, type=world.types[0], summary="s", description=None, labels=[], creator="captain"
        )
        reply = await site.ask("GET", "2/issue/TOP-1")
        assert reply.status == 404
        assert reply.body["errorMessages"] == [
            "Issue does not exist or you do not have permission to see it."
        ]
        assert (await site.ask("GET", "2/project/TOP")).status == 404


@pytest.mark.parametrize("flavour", list(Flavour))
async def test_an_account_may_do_only_what_it_may(flavour: Flavour) -> None:
    """Looking is one permission, making others."""
    async with site_rig(flavour) as site:
        await site.create()
        await site.create()
        site.simulator.account.may = frozenset({"browse"})
        link = {"type": {"name": "Blocks"}, "inwardIssue": {"key": "MOB-1"}, "outwardIssue": {"key": "MOB-2"}}
        assert (await site.create()).status == 403
        assert (await site.ask("POST", "2/issue/MOB-1/comment", {"body": "x"})).status == 400
        assert (await site.ask("POST", "2/issueLink", link)).status == 404
        assert (await site.ask("GET", "2/issue/MOB-1/transitions")).body["transitions"] == []


@pytest.mark.parametrize("flavour", list(Flavour))
async def test_the_rate_limit_tells_when_to_come_back(flavour: Flavour) -> None:
    """Every answer tells what is left; at the end it is 429 with Retry-After, until the window is over."""
    async with site_rig(flavour) as site:
        site.simulator.site.allowance.limit = 2
        left = [(await site.ask("GET", "2/myself")).headers["X-RateLimit-Remaining"] for _ in range(2)]
        assert left == ["1", "0"]
        refused = await site.ask("GET", "2/myself")
        assert refused.status == 429
        assert ("RateLimit-Reason" in refused.headers) is (flavour is CLOUD)
        assert ("X-RateLimit-FillRate" in refused.headers) is (flavour is DATA_CENTER)
        site.clock.now += int(refused.headers["Retry-After"])
        assert (await site.ask("GET", "2/myself")).status == 200


async def test_what_is_not_there_is_404_in_jiras_words() -> None:
    """An unknown path, and a known one with another method."""
    async with site_rig() as site:
        assert "errorMessages" in (await site.ask("GET", "2/nothing")).body
        assert (await site.ask("DELETE", "2/issue")).status == 404
