"""Further fields of an issue are written by Linear's names for them, and go into the one request that makes it."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from integrations.choices import Asked, Kind, Page, kind_within
from integrations.linear import PROVIDER
from orchestration.ports.errors import Refused, TryLater
from orchestration.ports.pm import Ticket
from sandbox.linear import TOKEN
from sandbox.linear.world import Issue
from tests.integrations.linear.linear_rig import LinearRig, judge, linear_rig, request, secrets
from tests.support.troubles import Spoiled, after_effect

LABEL = "rel-1-ios"
NAMES = ["Assignee", "Priority", "Labels", "Estimate", "Due date", "Project"]
WITHOUT = ["Team", "IssueById", "Labels", "CreateIssue"]


@pytest.fixture
async def rig() -> AsyncIterator[LinearRig]:
    """A workspace and an adapter. At the end, what was said is held against Linear's SDL."""
    async with linear_rig() as made:
        yield made
        if made.simulator.record:
            judge(made.simulator.record)


async def made(rig: LinearRig, **changes: Any) -> Issue:
    """The issue of a ticket that was just made."""
    ticket: Ticket = await rig.pm.create_release_ticket(request(LABEL, **changes))
    return rig.simulator.issue(ticket.key)


async def refusal(rig: LinearRig, field: str, text: str) -> str:
    """Why no issue is made with this field; and none is."""
    with pytest.raises(Refused) as caught:
        await rig.pm.create_release_ticket(request(LABEL, fields={field: text}))
    assert "CreateIssue" not in rig.operations()
    assert rig.tickets(LABEL) == 0
    return caught.value.reason


async def offered(rig: LinearRig, **asked: str) -> Page:
    """The fields that a configuration of the team MOB is told of."""
    within = kind_within(asked.pop("project", "MOB"), "Release")
    return await PROVIDER.choices[Kind.TICKET_FIELDS](
        rig.settings(), secrets(TOKEN), rig.edge(), Asked(within=within, **asked)
    )


async def test_every_field_is_in_the_request_that_makes_the_issue(rig: LinearRig) -> None:
    """Names in any case become ids and numbers before the issue is made; nothing is written after it."""
    fields = {
        "assignee": "ANN@example.com",
        "PRIORITY": "high",
        "Labels": "bug",
        "Estimate": " 5 ",
        "due DATE": "2026-11-30",
        "Project": "checkout",
    }
    issue = await made(rig, fields=fields)
    assert issue.assignee is not None
    assert issue.project is not None
    assert (issue.assignee.name, issue.project.name) == ("Ann Archer", "Checkout")
    assert (issue.priority_label, issue.estimate, issue.due_date) == ("High", 5, "2026-11-30")
    assert [label.name for label in issue.labels] == ["Release", "Bug"]
    assert [name for name in rig.operations() if name.startswith(("Create", "Update"))] == ["CreateIssue"]
    assert rig.operations()[-1] == "CreateIssue"


@pytest.mark.parametrize("fields", [{}, {"Assignee": "", "labels": "  ", "Due date": ""}])
async def test_no_field_is_no_request_more(rig: LinearRig, fields: dict[str, str]) -> None:
    """Nor is one with nothing in it: it is left out."""
    issue = await made(rig, fields=fields)
    assert rig.operations() == WITHOUT
    assert (issue.assignee, issue.priority, issue.estimate, issue.due_date) == (None, 0, None, None)
    assert set(rig.sent()[-1]["variables"]["input"]) == {"id", "teamId", "title", "description", "labelIds"}


async def test_a_repeat_finds_the_issue_with_its_fields(rig: LinearRig) -> None:
    """An answer that was lost is found by the issue's id, even where its field can't be filled in any more."""
    lost = after_effect("lost", 502, "")
    rig.simulator.hooks.append(Spoiled(simulator=rig.simulator, word="mutation CreateIssue(", trouble=lost))
    with pytest.raises(TryLater):
        await made(rig, fields={"Assignee": "Bo Baker"})
    rig.simulator.team.members.clear()
    issue = await made(rig, fields={"Assignee": "Bo Baker"})
    assert issue.assignee is not None
    assert issue.assignee.name == "Bo Baker"
    assert rig.operations()[-3:] == ["CreateIssue", "Team", "IssueById"]
    assert rig.tickets(LABEL) == 1


async def test_a_field_that_is_not_there_is_told_with_those_that_are(rig: LinearRig) -> None:
    """What we write ourselves is no field either: no title, description, team or state can be put in its place."""
    for name in ("Cycle", "Title", "description", "State", "Team", "labelIds"):
        assert await refusal(rig, name, "x") == f"field: there is no {name!r}; there is: {', '.join(NAMES)}"


async def test_a_field_is_given_once(rig: LinearRig) -> None:
    """Two spellings of one name are not both right."""
    with pytest.raises(Refused, match="Priority: is filled in twice"):
        await made(rig, fields={"Priority": "High", "priority": "Low"})
    assert rig.tickets(LABEL) == 0


@pytest.mark.parametrize(
    ("text", "number"), [("No priority", 0), ("urgent", 1), ("High", 2), ("MEDIUM", 3), ("low", 4)]
)
async def test_priorities_are_those_that_linear_shows(rig: LinearRig, text: str, number: int) -> None:
    """By name in any case."""
    assert (await made(rig, fields={"Priority": text})).priority == number


async def test_a_priority_has_no_other_name(rig: LinearRig) -> None:
    """Its number is none either."""
    for text in ("Highest", "2"):
        told = await refusal(rig, "Priority", text)
        assert told == f"Priority: there is no {text!r}; there is: No priority, Urgent, High, Medium, Low"


@pytest.mark.parametrize("text", ["bo@EXAMPLE.com", "Bo baker", "BO"])
async def test_a_person_is_named_by_e_mail_name_or_display_name(rig: LinearRig, text: str) -> None:
    """In any case."""
    issue = await made(rig, fields={"Assignee": text})
    assert issue.assignee is not None
    assert issue.assignee.email == "bo@example.com"


async def test_who_is_no_active_member_is_not_there(rig: LinearRig) -> None:
    """Disabled people, apps that take no issues and members of other teams; those who are there are told by name."""
    world, team = rig.simulator.world, rig.simulator.team
    world.add_person(team, "Gone Gray", active=False)
    world.add_person(team, "Robot", is_assignable=False)
    world.add_person(world.add_team("WEB"), "Web Weber")
    for text in ("Gone Gray", "gone@example.com", "Robot", "Web Weber", "nobody@example.com"):
        told = await refusal(rig, "Assignee", text)
        assert told.startswith(f"Assignee: there is no {text!r}; there is: ")
        assert set(told.partition("there is: ")[2].split(", ")) == {
            "Release Captain",
            "Ann Archer",
            "Bo Baker",
        }


async def test_two_people_of_one_name_are_told_apart_by_e_mail(rig: LinearRig) -> None:
    """One's name may be another's display name."""
    rig.simulator.world.add_person(
        rig.simulator.team, "Ann Other", display_name="Ann Archer", email="o@example.com"
    )
    told = await refusal(rig, "Assignee", "ann archer")
    assert told == "Assignee: there are 2 called 'ann archer'; write the e-mail"
    issue = await made(rig, fields={"Assignee": "o@example.com"})
    assert issue.assignee is not None
    assert issue.assignee.name == "Ann Other"


async def test_lists_are_read_to_their_end(rig: LinearRig) -> None:
    """Newest come first at Linear, so the oldest is on the last page."""
    for number in range(300):
        rig.simulator.world.add_person(rig.simulator.team, f"Person{number}")
    issue = await made(rig, fields={"Assignee": "ann@example.com"})
    assert issue.assignee is not None
    assert issue.assignee.name == "Ann Archer"
    assert rig.operations().count("Members") == 2


async def test_labels_are_added_to_the_issue_type(rig: LinearRig) -> None:
    """Several at commas, each once; the team's own goes before the workspace's of the same name."""
    world, team = rig.simulator.world, rig.simulator.team
    own = world.add_label("Shared", team=team)
    world.add_label("Shared")
    issue = await made(rig, fields={"Labels": "release, shared, BUG, Bug,"})
    assert [label.name for label in issue.labels] == ["Release", "Shared", "Bug"]
    assert issue.labels[1] is own


async def test_labels_need_no_issue_type(rig: LinearRig) -> None:
    """Then they are all that there is."""
    issue = await made(rig, issue_type="", fields={"Labels": "Bug"})
    assert [label.name for label in issue.labels] == ["Bug"]


async def test_a_label_that_cannot_be_given_is_not_there(rig: LinearRig) -> None:
    """Groups, retired ones, those of other teams, and misspelt ones, which are not made."""
    world = rig.simulator.world
    world.add_label("Kinds", is_group=True)
    world.add_label("Old", retired_at=world.now())
    world.add_label("Theirs", team=world.add_team("WEB"))
    for name in ("Kinds", "Old", "Theirs", "Bgu"):
        told = await refusal(rig, "Labels", f"Bug, {name}")
        assert told == f"Labels: there is no {name!r}; there is: Release, Bug"


async def test_two_labels_of_one_name_are_refused(rig: LinearRig) -> None:
    """Labels of different groups may be called the same."""
    for group in ("Area", "Kind"):
        rig.simulator.world.add_label("App", parent=rig.simulator.world.add_label(group, is_group=True))
    told = await refusal(rig, "Labels", "app")
    assert told == "Labels: there are 2 called 'app'; rename one of them in Linear"


async def test_two_labels_of_one_group_are_refused(rig: LinearRig) -> None:
    """Linear lets an issue have one label of a group; that of the issue type counts too."""
    world = rig.simulator.world
    kinds = world.add_label("Kinds", is_group=True)
    for name in ("Fix", "Feature"):
        world.add_label(name, parent=kinds)
    told = await refusal(rig, "Labels", "Fix, Feature")
    assert (
        told == "Labels: 'Fix' and 'Feature' are both of the group 'Kinds', of which an issue has one label"
    )
    with pytest.raises(Refused, match="'Fix' and 'Feature' are both"):
        await made(rig, issue_type="Fix", fields={"Labels": "Feature"})
    issue = await made(rig, issue_type="Fix", fields={"Labels": "fix, Bug"})
    assert [label.name for label in issue.labels] == ["Fix", "Bug"]


@pytest.mark.parametrize("text", ["soon", "2.5", "-1", "1e3", "٣"])
async def test_an_estimate_is_a_whole_number(rig: LinearRig, text: str) -> None:
    """Refused before anything is asked about it."""
    assert await refusal(rig, "Estimate", text) == f"Estimate: {text!r} is not a whole number"
    assert "Estimation" not in rig.operations()


async def test_an_estimate_needs_a_team_that_estimates(rig: LinearRig) -> None:
    """A team can have it switched off; a sub-team that follows its parent is left to Linear."""
    team = rig.simulator.team
    team.issue_estimation_type = "notUsed"
    assert await refusal(rig, "Estimate", "3") == "Estimate: the team has estimates switched off in Linear"
    team.inherit_issue_estimation = True
    assert (await made(rig, fields={"Estimate": "3"})).estimate == 3


async def test_zero_is_an_estimate_where_the_team_allows_it(rig: LinearRig) -> None:
    """As the team's settings say."""
    assert await refusal(rig, "Estimate", "0") == "Estimate: the team allows no 0"
    rig.simulator.team.issue_estimation_allow_zero = True
    assert (await made(rig, fields={"Estimate": "0"})).estimate == 0


async def test_an_estimate_fits_into_its_type(rig: LinearRig) -> None:
    """A greater number is none that could be sent; one that fits is left to Linear."""
    for text in ("2147483648", "9" * 40):
        assert await refusal(rig, "Estimate", text) == f"Estimate: {text!r} is too great a number"
    assert (await made(rig, fields={"Estimate": "2147483647"})).estimate == 2147483647


@pytest.mark.parametrize(
    "text", ["tomorrow", "30.11.2026", "2026-02-30", "20261130", "2026-W49-1", "2026-11", "P2W"]
)
async def test_a_due_date_is_a_day_in_full(rig: LinearRig, text: str) -> None:
    """Linear's shortcuts for other dates would mean another day each time."""
    told = await refusal(rig, "Due date", text)
    assert told == f"Due date: {text!r} is not a day such as 2026-11-30"


async def test_a_project_is_one_of_the_team(rig: LinearRig) -> None:
    """Neither another team's nor an archived one; and the name is one project's."""
    world, team = rig.simulator.world, rig.simulator.team
    world.add_project(world.add_team("WEB"), "Shop")
    world.add_project(team, "Past").archived_at = world.now()
    for name in ("Shop", "Past"):
        told = await refusal(rig, "Project", name)
        assert told == f"Project: there is no {name!r}; there is: Checkout"
    world.add_project(team, "CHECKOUT")
    told = await refusal(rig, "Project", "checkout")
    assert told == "Project: there are 2 called 'checkout'; rename one of them in Linear"


async def test_the_fields_can_be_chosen_and_none_is_needed(rig: LinearRig) -> None:
    """By Linear's names, with what is written there beside them."""
    found = (await offered(rig, project="mob")).options
    assert [option.value for option in found] == [option.label for option in found] == NAMES
    assert not any(option.needed for option in found)
    assert all(option.detail for option in found)
    assert [option.value for option in (await offered(rig, words="DATE")).options] == ["Due date"]


async def test_estimates_are_offered_where_the_team_estimates(rig: LinearRig) -> None:
    """What can't be filled in is not listed."""
    rig.simulator.team.issue_estimation_type = "notUsed"
    assert "Estimate" not in [option.value for option in (await offered(rig)).options]
    rig.simulator.team.inherit_issue_estimation = True
    assert "Estimate" in [option.value for option in (await offered(rig)).options]


async def test_fields_of_no_team_are_refused(rig: LinearRig) -> None:
    """There is nothing that could be filled in."""
    with pytest.raises(Refused, match="project: there is no team NO in Linear"):
        await offered(rig, project="NO")
