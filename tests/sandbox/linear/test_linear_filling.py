"""The simulated Linear takes what else an issue can have as Linear's SDL describes it, and refuses the rest."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from sandbox.keeping import keep, restore
from sandbox.linear import TOKEN, LinearSimulator
from sandbox.linear.world import Issue
from tests.integrations.linear.linear_rig import Clock, sdl
from tests.sandbox.linear.workspace_rig import WorkspaceRig, workspace_rig

V4 = "5f0c3f10-9a0e-4b1c-8a51-2f3e4d5c6b7a"
READ = (
    "query Q($id: String!) { issue(id: $id) { priority priorityLabel estimate dueDate"
    " assignee { email } project { name } } }"
)
PEOPLE = (
    "query Q($team: String!, $all: Boolean)"
    " { team(id: $team) { members(includeDisabled: $all) { nodes { name active } } } }"
)


@pytest.fixture
async def rig() -> AsyncIterator[WorkspaceRig]:
    """A workspace."""
    async with workspace_rig() as made:
        yield made


def fields(simulator: LinearSimulator) -> dict[str, Any]:
    """One of each."""
    ann = next(person for person in simulator.team.members if person.name == "Ann Archer")
    (project,) = simulator.team.projects
    return {
        "assigneeId": ann.id,
        "projectId": project.id,
        "priority": 1,
        "estimate": 3,
        "dueDate": "2026-11-30",
    }


async def test_an_issue_has_what_it_was_made_with(rig: WorkspaceRig) -> None:
    """And nothing of it where it was made without; null is as good as nothing."""
    key = (await rig.create(**fields(rig.simulator))).data["issueCreate"]["issue"]["identifier"]
    assert (await rig.ask(READ, id=key)).data["issue"] == {
        "priority": 1,
        "priorityLabel": "Urgent",
        "estimate": 3,
        "dueDate": "2026-11-30",
        "assignee": {"email": "ann@example.com"},
        "project": {"name": "Checkout"},
    }
    nothing: dict[str, Any] = dict.fromkeys(fields(rig.simulator))
    key = (await rig.create(**nothing)).data["issueCreate"]["issue"]["identifier"]
    bare = {
        **dict.fromkeys(("estimate", "dueDate", "assignee", "project")),
        "priority": 0,
        "priorityLabel": "No priority",
    }
    assert (await rig.ask(READ, id=key)).data["issue"] == bare


async def test_what_an_issue_cannot_have_is_refused(rig: WorkspaceRig) -> None:
    """Ids of nothing, of another kind or of another team, numbers beyond the scale, and days that are none."""
    world, team = rig.simulator.world, rig.simulator.team
    other = world.add_team("WEB")
    group = world.add_label("Kinds", is_group=True)
    exclusive = [world.add_label(name, parent=group).id for name in ("Fix", "Feature")]
    gone = world.add_project(team, "Gone")
    gone.archived_at = world.now()
    wrong: list[dict[str, Any]] = [
        {"assigneeId": V4},
        {"assigneeId": team.id},
        {"assigneeId": world.add_person(other, "Web Weber").id},
        {"assigneeId": world.add_person(team, "Gone Gray", active=False).id},
        {"assigneeId": world.add_person(team, "Robot", is_assignable=False).id},
        {"projectId": V4},
        {"projectId": gone.id},
        {"projectId": world.add_project(other, "Shop").id},
        {"priority": 5},
        {"priority": -1},
        {"estimate": 0},
        {"estimate": -1},
        {"dueDate": "soon"},
        {"dueDate": "2026-02-30"},
        {"dueDate": 20261130},
        {"labelIds": exclusive},
    ]
    for given in wrong:
        reply = await rig.create(**given)
        assert (reply.data, reply.code) == (None, "INPUT_ERROR"), given
    team.issue_estimation_type = "notUsed"
    assert (await rig.create(estimate=3)).says == "Estimates are not enabled for this team."
    for given in ({"priority": "High"}, {"estimate": 2.5}, {"assigneeId": 7}):
        assert (await rig.create(**given)).code == "BAD_USER_INPUT", given
    assert world.all(Issue) == []


async def test_a_field_that_nobody_needed_yet_is_an_error(rig: WorkspaceRig) -> None:
    """It is never left out in silence."""
    reply = await rig.create(parentId="MOB-1")
    assert reply.code == "INTERNAL_SERVER_ERROR"
    assert "IssueCreateInput.parentId" in reply.errors[0]["message"]


async def test_members_are_listed_without_the_disabled(rig: WorkspaceRig) -> None:
    """Unless they are asked for."""
    rig.simulator.world.add_person(rig.simulator.team, "Gone Gray", active=False)
    for everybody in (False, True):
        reply = await rig.ask(PEOPLE, team=rig.simulator.team.id, all=everybody)
        names = [person["name"] for person in reply.data["team"]["members"]["nodes"]]
        assert ("Gone Gray" in names) is everybody
        assert "Release Captain" in names


async def test_who_has_no_token_cannot_log_in(rig: WorkspaceRig) -> None:
    """Neither with nothing nor with the word of nothing."""
    for sent in ("", "None", "Bearer ", "Bearer None"):
        assert (await rig.send({"query": PEOPLE}, Authorization=sent)).status == 401


async def test_a_kept_workspace_comes_back_with_its_fields(rig: WorkspaceRig) -> None:
    """The next life shows the same issue, and takes the same people and projects."""
    given = fields(rig.simulator)
    key = (await rig.create(**given)).data["issueCreate"]["issue"]["identifier"]
    before = (await rig.ask(READ, id=key)).data
    await rig.simulator.stop()
    second = LinearSimulator(sdl=sdl(), clock=Clock())
    restore(keep(rig.simulator), second)
    assert keep(second) == keep(rig.simulator)
    await second.start()
    again = WorkspaceRig(simulator=second, session=rig.session, clock=rig.clock)
    try:
        assert (await again.ask(READ, token=TOKEN, id=key)).data == before
        assert (await again.create(**given)).data["issueCreate"]["issue"]["identifier"] == "MOB-2"
    finally:
        await second.stop()
