"""The simulated Linear is as strict as Linear's SDL, and fails in Linear's words."""

import uuid
from collections.abc import AsyncIterator
from typing import Any

import pytest

from sandbox.linear import OAUTH_TOKEN, TOKEN
from sandbox.linear.schema import schema
from tests.integrations.linear.linear_rig import sdl
from tests.sandbox.linear.workspace_rig import WorkspaceRig, workspace_rig

V4 = "5f0c3f10-9a0e-4b1c-8a51-2f3e4d5c6b7a"
VIEWER = "{ viewer { name } }"
ISSUE = "query Q($id: String!) { issue(id: $id) { id identifier archivedAt } }"
ISSUES = (
    "query Q($filter: IssueFilter, $archived: Boolean)"
    " { issues(filter: $filter, includeArchived: $archived) { nodes { identifier } } }"
)


@pytest.fixture
async def rig() -> AsyncIterator[WorkspaceRig]:
    """A workspace."""
    async with workspace_rig() as made:
        yield made


@pytest.mark.parametrize(
    ("sent", "status"),
    [("", 401), ("lin_api_wrong", 401), (f"Bearer {TOKEN}", 400), (OAUTH_TOKEN, 401), ("Bearer wrong", 401)],
)
async def test_who_is_unknown_is_refused(rig: WorkspaceRig, sent: str, status: int) -> None:
    """An API key goes as it is, an OAuth token after Bearer; a key after Bearer is told so."""
    reply = await rig.send({"query": VIEWER}, Authorization=sent)
    assert (reply.status, reply.code) == (status, "AUTHENTICATION_ERROR")
    assert ("Bearer" in reply.says) is (status == 400)


@pytest.mark.parametrize("sent", [TOKEN, f"Bearer {OAUTH_TOKEN}"])
async def test_who_is_known_is_let_in(rig: WorkspaceRig, sent: str) -> None:
    """Both kinds of token."""
    assert (await rig.send({"query": VIEWER}, Authorization=sent)).data == {
        "viewer": {"name": "Release Captain"}
    }


@pytest.mark.parametrize(
    "query",
    [
        "{ viewer { nickname } }",
        "{ viewer }",
        "{ issue { id } }",
        "query Q($id: Int!) { issue(id: $id) { id } }",
        'mutation { issueCreate(input: {title: "x"}) { success } }',
        'mutation { issueCreate(input: {teamId: "x", colour: "red"}) { success } }',
        'mutation { issueRelationCreate(input: {issueId: "a", relatedIssueId: "b", type: likes}) { success } }',
    ],
)
async def test_what_the_schema_does_not_allow_is_refused(rig: WorkspaceRig, query: str) -> None:
    """Unknown fields, missing and wrong arguments: 400, before anything is run."""
    reply = await rig.ask(query)
    assert reply.status == 400
    assert {error["extensions"]["code"] for error in reply.errors} == {"GRAPHQL_VALIDATION_FAILED"}


@pytest.mark.parametrize("body", [[], {}, {"query": 1}, {"query": "{"}, {"query": VIEWER, "operation": "x"}])
async def test_what_is_no_operation_is_refused(rig: WorkspaceRig, body: Any) -> None:
    """The body is JSON with a `query` that can be read."""
    assert (await rig.send(body, Authorization=TOKEN)).status == 400


async def test_a_variable_of_a_wrong_type_is_refused(rig: WorkspaceRig) -> None:
    """Variables are held against their types."""
    reply = await rig.ask(ISSUE, id=7)
    assert reply.data is None
    assert reply.code == "BAD_USER_INPUT"


async def test_an_issue_is_created_in_its_teams_first_open_state(rig: WorkspaceRig) -> None:
    """It gets the team's next number, and a state of the team's own."""
    assert (await rig.create()).data["issueCreate"]["issue"]["identifier"] == "MOB-1"
    issue = (await rig.create("Release 1.2", id=V4)).data["issueCreate"]["issue"]
    assert (issue["id"], issue["identifier"], issue["number"]) == (V4, "MOB-2", 2)
    assert issue["state"] == {"name": "Todo", "type": "unstarted", "team": {"key": "MOB"}}
    assert issue["url"].endswith("/acme/issue/MOB-2/release-1-2")


async def test_what_an_issue_needs_is_checked(rig: WorkspaceRig) -> None:
    """Ids in version 4 and free, a team that exists, labels that may be given, states of the same team."""
    world = rig.simulator.world
    other = world.add_team("WEB")
    wrong: list[dict[str, Any]] = [
        {"id": str(uuid.UUID(int=7))},
        {"id": "MOB-1"},
        {"id": rig.simulator.team.id},
        {"teamId": "MOB"},
        {"teamId": V4},
        {"title": "  "},
        {"labelIds": [V4]},
        {"labelIds": [world.add_label("Group", is_group=True).id]},
        {"labelIds": [world.add_label("Theirs", team=other).id]},
        {"stateId": other.states[0].id},
    ]
    for fields in wrong:
        reply = await rig.create(**fields)
        assert (reply.data, reply.code) == (None, "INPUT_ERROR"), fields
    assert (await rig.ask(ISSUES)).data["issues"]["nodes"] == []


async def test_an_id_is_taken_once(rig: WorkspaceRig) -> None:
    """The second issue of an id is refused, whatever else is in it."""
    await rig.create(id=V4)
    assert (await rig.create("Other", id=V4)).code == "INPUT_ERROR"
    assert len((await rig.ask(ISSUES)).data["issues"]["nodes"]) == 1


@pytest.mark.parametrize("name", [V4, "MOB-1", "mob-1"])
async def test_an_issue_is_read_by_id_or_identifier(rig: WorkspaceRig, name: str) -> None:
    """Archived or not."""
    await rig.create(id=V4)
    rig.simulator.issue("MOB-1").archived_at = rig.simulator.world.now()
    assert (await rig.ask(ISSUE, id=name)).data["issue"]["id"] == V4


async def test_no_issue_is_an_error_with_no_data(rig: WorkspaceRig) -> None:
    """`issue` is never null, so the error takes all data with it."""
    reply = await rig.ask(ISSUE, id="MOB-9")
    assert (reply.status, reply.data, reply.code) == (200, None, "INPUT_ERROR")
    assert reply.says == "Could not find referenced Issue."
    rig.simulator.errors_status = 400
    assert (await rig.ask(ISSUE, id="MOB-9")).status == 400


async def test_lists_leave_archived_issues_out(rig: WorkspaceRig) -> None:
    """Unless they are told otherwise."""
    await rig.create()
    await rig.create()
    rig.simulator.issue("MOB-1").archived_at = rig.simulator.world.now()
    assert (await rig.ask(ISSUES)).data["issues"]["nodes"] == [{"identifier": "MOB-2"}]
    assert len((await rig.ask(ISSUES, archived=True)).data["issues"]["nodes"]) == 2


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"title": {"contains": "Two"}}, ["MOB-2"]),
        ({"title": {"eqIgnoreCase": "one"}}, ["MOB-1"]),
        ({"team": {"key": {"eq": "MOB"}}, "number": {"eq": 1}}, ["MOB-1"]),
        ({"team": {"key": {"eq": "WEB"}}}, []),
        ({"or": [{"title": {"eq": "One"}}, {"title": {"eq": "Two"}}]}, ["MOB-2", "MOB-1"]),
        ({"and": [{"title": {"eq": "One"}}, {"title": {"eq": "Two"}}]}, []),
        ({"state": {"type": {"in": ["completed"]}}}, []),
        ({"state": {"type": {"nin": ["completed"]}}}, ["MOB-2", "MOB-1"]),
    ],
)
async def test_filters_are_kept(rig: WorkspaceRig, wanted: dict[str, Any], found: list[str]) -> None:
    """Comparators, nested objects, and both connectives."""
    await rig.create("One")
    await rig.create("Two")
    nodes = (await rig.ask(ISSUES, filter=wanted)).data["issues"]["nodes"]
    assert [node["identifier"] for node in nodes] == found


async def test_what_is_not_simulated_says_so(rig: WorkspaceRig) -> None:
    """A field, an operation or a comparator that nobody needed yet is an error, never a wrong answer."""
    await rig.create()
    for query in ("{ webhooks { nodes { id } } }", "{ issues { nodes { branchName } } }"):
        assert (await rig.ask(query)).code == "INTERNAL_SERVER_ERROR"
    assert (await rig.ask(ISSUES, filter={"title": {"endsWith": "g"}})).code == "INTERNAL_SERVER_ERROR"


async def test_pages_hold_50_and_go_on_by_cursor(rig: WorkspaceRig) -> None:
    """Newest first; `first` is at most 250, and a cursor must be one."""
    for number in range(60):
        rig.simulator.world.add_issue(rig.simulator.team, title=str(number))
    query = (
        "query Q($first: Int, $after: String) { issues(first: $first, after: $after)"
        " { nodes { title } pageInfo { hasNextPage endCursor } } }"
    )
    first = (await rig.ask(query)).data["issues"]
    assert (len(first["nodes"]), first["nodes"][0], first["pageInfo"]["hasNextPage"]) == (
        50,
        {"title": "59"},
        True,
    )
    second = (await rig.ask(query, after=first["pageInfo"]["endCursor"])).data["issues"]
    assert (len(second["nodes"]), second["pageInfo"]["hasNextPage"]) == (10, False)
    assert (await rig.ask(query, first=251)).code == "INPUT_ERROR"
    assert (await rig.ask(query, after="x")).code == "INPUT_ERROR"


async def test_every_answer_tells_cost_and_budgets(rig: WorkspaceRig) -> None:
    """A connection multiplies what is in it by its page; at the end of a budget it is RATELIMITED with 400."""
    rig.simulator.limits.requests.limit = 2
    cheap = await rig.ask(VIEWER)
    dear = await rig.ask("{ issues(first: 100) { nodes { id team { key } } } }")
    assert int(cheap.headers["X-Complexity"]) == 2
    assert int(dear.headers["X-Complexity"]) > 100
    assert dear.headers["X-RateLimit-Requests-Remaining"] == "0"
    refused = await rig.ask(VIEWER)
    assert (refused.status, refused.code) == (400, "RATELIMITED")
    rig.clock.now = int(refused.headers["X-RateLimit-Requests-Reset"]) / 1000
    assert (await rig.ask(VIEWER)).status == 200


async def test_a_query_may_be_too_complex(rig: WorkspaceRig) -> None:
    """Whatever is left of the budget."""
    query = "{ issues(first: 250) { nodes { labels(first: 250) { nodes { id name } } } } }"
    assert (await rig.ask(query)).status == 400


async def test_what_a_token_may_not_is_forbidden(rig: WorkspaceRig) -> None:
    """Reading and writing are permissions of the token; a private team does not exist for others."""
    rig.simulator.captain.may = frozenset({"read"})
    assert (await rig.create()).code == "FORBIDDEN"
    secret = rig.simulator.world.add_team("TOP", seen_by=frozenset())
    issue = rig.simulator.world.add_issue(secret, title="x")
    assert (await rig.ask(ISSUE, id=issue.identifier)).code == "INPUT_ERROR"
    assert (await rig.ask(ISSUES)).data["issues"]["nodes"] == []
    assert len((await rig.ask("{ teams { nodes { key } } }")).data["teams"]["nodes"]) == 1


async def test_issues_are_commented_related_moved_and_archived(rig: WorkspaceRig) -> None:
    """The other mutations; a second relation of a pair is a second relation."""
    await rig.create()
    await rig.create()
    relate = (
        'mutation { issueRelationCreate(input: {issueId: "MOB-1", relatedIssueId: "MOB-2", type: related})'
        " { success } }"
    )
    for _ in range(2):
        assert (await rig.ask(relate)).data["issueRelationCreate"]["success"]
    assert rig.simulator.relations("MOB-2", "MOB-1") == 2
    itself = relate.replace("MOB-2", "MOB-1")
    assert (await rig.ask(itself)).code == "INPUT_ERROR"
    comment = (
        'mutation { commentCreate(input: {issueId: "MOB-1", body: "hello"}) { success comment { body } } }'
    )
    assert (await rig.ask(comment)).data["commentCreate"]["comment"] == {"body": "hello"}
    done = next(s.id for s in rig.simulator.team.states if s.name == "Done")
    update = (
        'mutation M($s: String) { issueUpdate(id: "MOB-1", input: {stateId: $s})'
        " { success issue { state { name } } } }"
    )
    assert (await rig.ask(update, s=done)).data["issueUpdate"]["issue"]["state"]["name"] == "Done"
    archive = 'mutation { issueArchive(id: "MOB-1", trash: true) { success } }'
    assert (await rig.ask(archive)).data["issueArchive"]["success"]
    assert rig.simulator.issue("MOB-1").trashed


def test_only_what_was_cut_is_put_back() -> None:
    """Where the SDL is whole, it is taken as it is."""
    text = sdl()
    assert "inverseRelations" not in text
    assert "inverseRelations" in schema(text).type_map["Issue"].fields  # type: ignore[attr-defined] # an object type
    whole = "type Query { issue: Issue } type Issue { relations: [Issue] }"
    assert "inverseRelations" not in schema(whole).type_map["Issue"].fields  # type: ignore[attr-defined] # the same
