"""Further fields of a task: what there is, what is refused, and all in the request that makes the task."""

from typing import Any

import pytest

from integrations.asana import PROVIDER
from integrations.asana.client import MOST_PAGES, PAGE
from integrations.choices import MOST, Asked, Kind, Option, Page, kind_within
from orchestration.ports.errors import NeedsCredentials, Refused
from sandbox.asana import TOKEN, AsanaSimulator
from sandbox.asana.world import User
from sandbox.keeping import keep, restore
from tests.integrations.asana.asana_filling import add, made, readings, refused
from tests.integrations.asana.asana_rig import AsanaRig, secrets

OWN = ["Assignee", "Due date", "Tags"]


async def asked(rig: AsanaRig, *, status_field: str = "", **asking: Any) -> Page:
    """Ask the reader of fields."""
    asking.setdefault("within", kind_within(rig.project, "Release"))
    settings = rig.settings(status_field=status_field)
    return await PROVIDER.choices[Kind.TICKET_FIELDS](settings, secrets(TOKEN), rig.edge(), Asked(**asking))


async def test_a_task_of_asana_without_fields_reads_nothing_more(rig: AsanaRig) -> None:
    """The look for the task, the tag and the making, as ever; texts that are empty leave their fields out."""
    await made(rig, {})
    before = rig.asked()
    assert before == ["GET /tasks", "GET /tags", "POST /tasks"]
    await made(rig, {"Assignee": "", "Stage": " ", "No such field": ""}, label="rel-2")
    assert rig.asked() == before * 2
    assert [set(body["data"]) for body in rig.sent()] == [{"name", "notes", "projects", "tags"}] * 2


async def test_people_and_fields_of_asana_are_read_to_their_end(rig: AsanaRig) -> None:
    """Page by page; where there is no end in sight nothing is made."""
    for number in range(PAGE):
        rig.simulator.add_user(f"Person {number}", f"2/{number}")
        add(rig, f"Field {number}", subtype="text")
    task = await made(rig, {"Assignee": f"Person {PAGE - 1}", f"Field {PAGE - 1}": "last"})
    assert task.assignee is rig.simulator.world.all(User)[-1]
    assert list(task.values.values()) == ["last"]
    pages = ["/tags", *[f"/projects/{rig.project}/custom_field_settings"] * 2, *["/users"] * 2]
    assert readings(rig) == pages


async def test_more_people_than_are_read_are_refused(rig: AsanaRig) -> None:
    """Who stands on a later page can't be told from who is not there."""
    for number in range(PAGE * MOST_PAGES):
        rig.simulator.add_user(f"Person {number}", f"2/{number}")
    assert f"more than {PAGE * MOST_PAGES} to look through" in await refused(rig, {"Assignee": "Ann"})


async def test_a_field_that_the_project_does_not_have_is_refused(rig: AsanaRig) -> None:
    """With those that can be filled in; what is ours, such as the description, is none of them."""
    elsewhere = rig.simulator.world.add_project("Web", rig.simulator.workspace, "All")
    rig.simulator.world.add_field(elsewhere, "Budget", subtype="number")
    add(rig, "Total", subtype="number", representation="formula")
    for name in ("Budget", "Name", "notes", "Projects"):
        reason = await refused(rig, {"Due date": "2026-11-30", name: "1"})
        assert reason == f"field: there is no {name!r}; there is: Assignee, Due date, Tags, Stage"


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"subtype": "people"}, "a field of the type people can't be filled in"),
        ({"subtype": "reference"}, "a field of the type reference can't be filled in"),
        (
            {"subtype": "number", "representation": "formula"},
            "a field of the type formula can't be filled in",
        ),
        (
            {"subtype": "text", "representation": "custom_id"},
            "a field of the type custom_id can't be filled in",
        ),
        ({"subtype": "number", "format": "duration"}, "a field of the type duration can't be filled in"),
        ({"subtype": "text", "read_only": True}, "Asana lets nobody fill it in"),
    ],
)
async def test_fields_that_nobody_fills_in_are_refused_and_not_listed(
    rig: AsanaRig, more: Any, says: str
) -> None:
    """Formulas, people, references and what Asana counts itself."""
    add(rig, "Extra", **more)
    assert await refused(rig, {"extra": "1"}) == f"Extra: {says}"
    assert [option.value for option in (await asked(rig)).options] == [*OWN, "Stage"]


async def test_the_status_field_is_left_to_people(rig: AsanaRig) -> None:
    """A task that was made with a status that counts as done would open its gate by itself."""
    with pytest.raises(Refused) as caught:
        await rig.another(status_field="stage").create_release_ticket(rig.request(fields={"Stage": "Open"}))
    assert caught.value.reason.startswith("Stage: is the status by which a task counts as done")
    assert rig.sent() == []
    assert [option.value for option in (await asked(rig, status_field="STAGE")).options] == OWN
    assert list((await made(rig, {"Stage": "Open"})).values.values()) == ["Open"]


async def test_two_fields_of_one_name_are_neither(rig: AsanaRig) -> None:
    """A project may have its own field beside one of the workspace; and no field is filled in twice."""
    assert await refused(rig, {"stage": "Open", "Stage": "Testing"}) == "Stage: is filled in twice"
    add(rig, "STAGE", subtype="text")
    assert await refused(rig, {"Stage": "Open"}) == (
        "Stage: the project has 2 fields of this name; rename one in Asana"
    )
    assert [option.value for option in (await asked(rig)).options] == OWN


async def test_custom_fields_in_a_free_workspace_are_refused(rig: AsanaRig) -> None:
    """With the reason; what every task has can be filled in all the same, and is what there is to choose."""
    rig.simulator.workspace.paid = False
    assert "this needs a paid plan of Asana" in await refused(rig, {"Stage": "Open"})
    assert [option.value for option in (await asked(rig)).options] == OWN


async def test_a_missing_scope_for_people_needs_credentials(rig: AsanaRig) -> None:
    """An application's token reads the workspace's users with `users:read`."""
    scopes = frozenset({"tasks:read", "tasks:write", "tags:read"})
    rig.simulator.add_user("App", "app", scopes=scopes)
    with pytest.raises(NeedsCredentials) as caught:
        await rig.another(token="app").create_release_ticket(rig.request(fields={"Assignee": "App"}))
    assert "users:read" in caught.value.reason
    assert rig.sent() == []


async def test_everything_goes_in_one_request_and_a_repeat_reads_no_fields(rig: AsanaRig) -> None:
    """A second write could be lost. A task that is there is returned as it is: what people changed stays."""
    priority = add(rig, "Priority", "High", "Low")
    fields = {"Priority": "High", "Assignee": "Release Captain", "Due date": "2026-11-30", "Tags": "Bug"}
    task = await made(rig, fields)
    assert [words for words in rig.asked() if words.startswith("POST")] == ["POST /tasks"]
    task.values[priority.gid] = "Low"
    before = len(rig.asked())
    again = await made(rig, {**fields, "No such field": "x"})
    assert again is task
    assert rig.asked()[before:] == ["GET /tasks"]
    assert task.values == {priority.gid: "Low"}


async def test_fields_to_fill_in_are_listed_and_none_is_needed(rig: AsanaRig) -> None:
    """By Asana's names, with how they are written; the kind of ticket is a tag, and changes nothing."""
    add(rig, "Estimate", subtype="number")
    page = await asked(rig)
    assert page.options[0] == Option(value="Assignee", label="Assignee", detail="a person, by e-mail or name")
    assert page.options[-1] == Option(value="Estimate", label="Estimate", detail="a number")
    assert [option.value for option in page.options] == [*OWN, "Stage", "Estimate"]
    assert not any(option.needed for option in page.options)
    assert await asked(rig, within=kind_within(rig.project, "")) == page
    assert (await asked(rig, words=" estim")).options == page.options[-1:]


async def test_many_fields_to_fill_in_are_shown_in_pages(rig: AsanaRig) -> None:
    """A project may have more of them than a page of ours holds."""
    names = [f"Field {number:03}" for number in range(MOST)]
    for name in names:
        add(rig, name, subtype="text")
    first = await asked(rig)
    rest = await asked(rig, cursor=first.next)
    assert (len(first.options), rest.next) == (MOST, None)
    read = [option.value for page in (first, rest) for option in page.options]
    assert read == [*OWN, "Stage", *names]


@pytest.mark.parametrize("project", ["", "Mobile", "12/tasks"])
async def test_fields_are_those_of_a_project(rig: AsanaRig, project: str) -> None:
    """A gid is part of an address: nothing else gets there."""
    with pytest.raises(Refused):
        await asked(rig, within=kind_within(project, "Release"))
    assert rig.simulator.record == []


async def test_a_kept_asana_has_its_filled_fields(rig: AsanaRig) -> None:
    """Tasks come back with their people, days and values, and new ones can be filled in."""
    field = add(rig, "Priority", "High", "Low")
    fields = {"Priority": "High", "Assignee": "Release Captain", "Due date": "2026-11-30"}
    task = await made(rig, fields)
    text = keep(rig.simulator.world)
    second = AsanaSimulator(clock=rig.clock)
    restore(text, second.world)
    back = second.task(task.gid)
    assert (back.values, back.due_on) == ({field.gid: "High"}, "2026-11-30")
    assert back.assignee is second.captain
    assert keep(second.world) == text
