"""The simulated Jira searches as Jira does: what is gone, what lags, what is refused."""

import pytest

from sandbox.jira import Flavour
from tests.sandbox.jira.site_rig import site_rig

CLOUD, DATA_CENTER = Flavour.CLOUD, Flavour.DATA_CENTER


@pytest.mark.parametrize("version", ["2", "3"])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_search_is_gone_on_cloud(version: str, method: str) -> None:
    """410 with a pointer to its successor (CHANGE-2046)."""
    async with site_rig() as site:
        reply = await site.ask(method, f"{version}/search", {"jql": "project = MOB"})
        assert reply.status == 410
        assert "/rest/api/3/search/jql" in reply.body["errorMessages"][0]


async def test_a_page_of_cloud_has_no_total_and_ids_only() -> None:
    """Default fields are the id alone; isLast tells the end; there is no total."""
    async with site_rig() as site:
        created = await site.create()
        reply = await site.ask("GET", "3/search/jql", params={"jql": "project = MOB"})
        assert reply.body == {"issues": [{"id": created.body["id"]}], "isLast": True}


@pytest.mark.parametrize("jql", ["", "   ", "ORDER BY created DESC"])
async def test_cloud_wants_a_restriction(jql: str) -> None:
    """An empty or unbounded query is 400."""
    async with site_rig() as site:
        for reply in (
            await site.ask("GET", "3/search/jql", params={"jql": jql}),
            await site.ask("POST", "3/search/jql", {"jql": jql}),
            await site.ask("POST", "3/search/approximate-count", {"jql": jql}),
        ):
            assert reply.status == 400
            assert reply.body["errorMessages"]


async def test_pages_follow_by_token_and_may_be_short() -> None:
    """Each issue comes once, although pages are short and one is empty; a token belongs to its query."""
    async with site_rig() as site:
        for _ in range(5):
            await site.create()
        site.simulator.search.page_cap = 2
        site.simulator.search.empty_pages = 1
        seen, token, sizes = [], None, []
        while True:
            body = {"jql": "project = MOB", "maxResults": 50, **({"nextPageToken": token} if token else {})}
            page = (await site.ask("POST", "3/search/jql", body)).body
            seen += [issue["id"] for issue in page["issues"]]
            sizes.append(len(page["issues"]))
            token = page.get("nextPageToken")
            assert page["isLast"] is (token is None)
            if token is None:
                break
            stale = token
        assert (sizes, len(set(seen))) == ([0, 2, 2, 1], 5)
        other = await site.ask("POST", "3/search/jql", {"jql": "project = mob", "nextPageToken": stale})
        assert other.status == 400


async def test_data_center_pages_by_offset() -> None:
    """startAt and total; search/jql does not exist there."""
    async with site_rig(DATA_CENTER) as site:
        for _ in range(3):
            await site.create()
        query = {"jql": "project = MOB ORDER BY key ASC", "startAt": "1", "maxResults": "1"}
        reply = await site.ask("GET", "2/search", params=query)
        assert (reply.body["total"], reply.body["startAt"]) == (3, 1)
        assert [issue["key"] for issue in reply.body["issues"]] == ["MOB-2"]
        assert reply.body["issues"][0]["fields"]["summary"] == "Something to do"
        assert (await site.ask("GET", "2/search/jql", params={"jql": "project = MOB"})).status == 404


async def test_search_lags_and_reconcile_does_not() -> None:
    """A new issue, and a change, are found later; `reconcileIssues` and the issue itself are of now."""
    async with site_rig(lag=30) as site:
        created = (await site.create(labels=["one"])).body
        jql = "labels = one"
        assert await site.keys(jql) == []
        assert await site.keys(jql, reconcileIssues=[int(created["id"])]) == ["MOB-1"]
        assert (await site.ask("GET", "2/issue/MOB-1")).status == 200
        site.clock.now += 29
        assert await site.keys(jql) == []
        site.clock.now += 1
        assert await site.keys(jql) == ["MOB-1"]
        site.simulator.move("MOB-1", "Done")
        fields = ["status"]
        stale = await site.ask("POST", "2/search/jql", {"jql": jql, "fields": fields})
        assert stale.body["issues"][0]["fields"]["status"]["name"] == "To Do"


async def test_reconcile_takes_fifty_ids() -> None:
    """The fifty-first is refused."""
    async with site_rig() as site:
        body = {"jql": "project = MOB", "reconcileIssues": list(range(1, 52))}
        assert (await site.ask("POST", "3/search/jql", body)).status == 400


async def test_the_count_is_approximate_count() -> None:
    """What has no total is counted by its own path."""
    async with site_rig() as site:
        await site.create()
        await site.create()
        reply = await site.ask("POST", "3/search/approximate-count", {"jql": "project = MOB"})
        assert reply.body == {"count": 2}


async def test_bulk_fetch_reads_the_issues_themselves() -> None:
    """It does not lag, names what it does not find, and takes at most a hundred keys."""
    async with site_rig(lag=60) as site:
        await site.create(labels=["one"])
        body = {"issueIdsOrKeys": ["MOB-1", "MOB-2"], "fields": ["labels"]}
        reply = await site.ask("POST", "3/issue/bulkfetch", body)
        assert [i["fields"] for i in reply.body["issues"]] == [{"labels": ["one"]}]
        assert [e["id"] for e in reply.body["issueErrors"]] == ["MOB-2"]
        many = {"issueIdsOrKeys": [f"MOB-{n}" for n in range(101)]}
        assert (await site.ask("POST", "3/issue/bulkfetch", many)).status == 400


@pytest.mark.parametrize("flavour", list(Flavour))
async def test_the_queries_that_are_understood(flavour: Flavour) -> None:
    """project, labels and key, with = and in, AND, ORDER BY; case does not matter, quotes may be used."""
    async with site_rig(flavour) as site:
        await site.create(labels=["one"])
        await site.create(labels=["one", "two"])
        for jql, keys in (
            ("project = MOB AND labels = one", ["MOB-2", "MOB-1"]),
            ('PROJECT = "mob" and labels = "ONE" order by created asc', ["MOB-1", "MOB-2"]),
            ("labels in (two, three)", ["MOB-2"]),
            ("key in (MOB-1, 'MOB-2') ORDER BY key ASC", ["MOB-1", "MOB-2"]),
            ("labels = four", []),
        ):
            assert await site.keys(jql) == keys, jql


@pytest.mark.parametrize("flavour", list(Flavour))
@pytest.mark.parametrize(
    ("jql", "word"),
    [
        ("project = NOPE", "'NOPE' does not exist"),
        ("key = MOB-99", "MOB-99"),
        ("colour = red", "colour"),
        ("project", "operator"),
        ("project = ", "value"),
        ("project ~ MOB", "operator"),
        ("project = MOB OR labels = x", "OR"),
        ("project = MOB labels = x", "labels"),
        ("project = order", "order"),
        ("key in (MOB-1", "end"),
        ("project = MOB ORDER BY mood", "mood"),
        ('project = "MOB', "reserved"),
    ],
)
async def test_queries_that_are_not_understood_are_400(flavour: Flavour, jql: str, word: str) -> None:
    """What cannot be read, or names what does not exist, is refused with words."""
    async with site_rig(flavour) as site:
        path = "2/search/jql" if flavour is CLOUD else "2/search"
        reply = await site.ask("POST", path, {"jql": jql})
        assert reply.status == 400
        assert word.casefold() in reply.body["errorMessages"][0].casefold()
