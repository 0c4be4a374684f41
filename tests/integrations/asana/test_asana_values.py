"""What people write for a field of a task becomes what Asana takes: gids instead of names, numbers, days."""

from typing import Any

import pytest

from sandbox.asana.world import Tag, User
from tests.integrations.asana.asana_filling import add, custom, made, readings, refused
from tests.integrations.asana.asana_rig import AsanaRig


@pytest.mark.parametrize("written", ["ann@acme.example", " ANN@Acme.Example", "Ann Lee", "ann lee"])
async def test_an_assignee_of_asana_is_found_by_e_mail_or_name(rig: AsanaRig, written: str) -> None:
    """In any case. Custom fields are not read where none is named: they need a paid plan."""
    rig.simulator.workspace.paid = False
    ann = rig.simulator.add_user("Ann Lee", "2/ann", email="ann@acme.example")
    task = await made(rig, {"assignee": written})
    assert task.assignee is ann
    assert readings(rig) == ["/tags", "/users"]


async def test_a_person_who_is_not_in_the_workspace_is_refused(rig: AsanaRig) -> None:
    """Asana would say so too, but without those that there are; somebody of another workspace is not there."""
    bo = rig.simulator.add_user("Bo", "2/bo", email="bo@acme.example")
    bo.workspaces = [rig.simulator.world.add_workspace("Elsewhere")]
    for written in ("bo@acme.example", "Bo", "me"):
        reason = await refused(rig, {"Assignee": written})
        assert reason == f"Assignee: there is no {written!r}; there is: Release Captain"


async def test_of_two_people_with_one_name_the_e_mail_decides(rig: AsanaRig) -> None:
    """By name alone nobody can be meant."""
    for mail in ("ann@acme.example", "lee@acme.example"):
        rig.simulator.add_user("Ann", f"2/{mail}", email=mail)
    assert await refused(rig, {"Assignee": "ann"}) == "Assignee: there are 2 called 'ann'; write the e-mail"
    task = await made(rig, {"Assignee": "lee@acme.example"})
    assert task.assignee is rig.simulator.world.all(User)[-1]


async def test_a_due_date_of_asana_is_a_day(rig: AsanaRig) -> None:
    """As it is written; the field's name in any case."""
    task = await made(rig, {" due DATE ": " 2026-11-30 "})
    assert task.due_on == "2026-11-30"
    assert rig.sent()[0]["data"]["due_on"] == "2026-11-30"


@pytest.mark.parametrize("written", ["soon", "2026-02-30", "20261130", "30.11.2026", "2026-11-30T10:00"])
async def test_what_is_no_day_of_the_calendar_is_refused_for_asana(rig: AsanaRig, written: str) -> None:
    """For the due date and for custom fields that are days."""
    add(rig, "Freeze", subtype="date")
    for name in ("Due date", "Freeze"):
        reason = await refused(rig, {name: written})
        assert reason == f"{name}: {written!r} is not a day such as 2026-11-30"


async def test_tags_are_added_to_the_issue_type(rig: AsanaRig) -> None:
    """The tag that is the issue type stays, and none is there twice."""
    hot = rig.simulator.world.add_tag("Hot fix", rig.simulator.workspace)
    task = await made(rig, {"Tags": "hot FIX, bug , Release,, Bug"})
    assert [tag.name for tag in task.tags] == ["Release", "Hot fix", "Bug"]
    assert rig.sent()[0]["data"]["tags"][1] == hot.gid
    without = await made(rig, {"Tags": " , "}, label="rel-2", issue_type="")
    assert without.tags == []


async def test_tags_that_are_not_there_are_refused_and_not_made(rig: AsanaRig) -> None:
    """A misspelt one would become a new one; of two with one name neither is meant."""
    reason = await refused(rig, {"Tags": "Bug, Hot"})
    assert reason == "Tags: there is no 'Hot'; there is: Bug, Release"
    rig.simulator.world.add_tag("bug", rig.simulator.workspace)
    assert await refused(rig, {"Tags": "Bug"}) == "Tags: there are 2 called 'Bug'; rename one in Asana"
    assert len(rig.simulator.world.all(Tag)) == 3


async def test_a_text_is_sent_as_it_is_written(rig: AsanaRig) -> None:
    """Commas and all."""
    field = add(rig, "Train", subtype="text")
    task = await made(rig, {"train": "1.2.0, iOS "})
    assert (custom(rig), task.values) == ({field.gid: "1.2.0, iOS"}, {field.gid: "1.2.0, iOS"})


@pytest.mark.parametrize(
    ("written", "sent", "more"),
    [
        ("3", 3, {}),
        ("-2.5", -2.5, {"precision": 1}),
        ("1.50", 1.5, {"precision": 1}),
        (" 7.0 ", 7, {}),
        ("25", 0.25, {"format": "percentage"}),
        ("25 %", 0.25, {"format": "percentage"}),
        ("12.5%", 0.125, {"format": "percentage", "precision": 1}),
        ("10", 10, {"format": "currency", "precision": 2}),
    ],
)
async def test_a_number_is_sent_as_one(rig: AsanaRig, written: str, sent: float, more: Any) -> None:
    """A percentage is written as it is shown, and sent as a part of one; its precision counts what is shown."""
    field = add(rig, "Estimate", subtype="number", **more)
    task = await made(rig, {"Estimate": written})
    assert custom(rig) == {field.gid: sent}
    assert float(task.values[field.gid].rstrip("%")) == float(written.rstrip(" %"))


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("soon", "is not a number"),
        ("1,5", "is not a number"),
        ("1e3", "is not a number"),
        ("٣", "is not a number"),
        ("5%", "is not a number"),
        ("1.25", "has more digits after the point than the 1 that it keeps"),
        ("1234567890123456", "has more than 15 digits"),
    ],
)
async def test_what_is_no_number_for_the_field_is_refused(rig: AsanaRig, written: str, says: str) -> None:
    """Asana would round what is too exact, and then something else would stand there."""
    add(rig, "Estimate", subtype="number", precision=1)
    assert await refused(rig, {"Estimate": written}) == f"Estimate: {written!r} {says}"


async def test_an_option_is_sent_by_its_gid(rig: AsanaRig) -> None:
    """By name in any case."""
    field = add(rig, "Priority", "High", "Low")
    task = await made(rig, {"PRIORITY": "low"})
    assert custom(rig) == {field.gid: field.options[1].gid}
    assert task.values == {field.gid: "Low"}


async def test_several_options_stand_between_commas(rig: AsanaRig) -> None:
    """Each once, in the order that was written; where nothing stands between commas the field is left out."""
    field = add(rig, "Markets", "Europe", "Asia", "Africa", subtype="multi_enum")
    task = await made(rig, {"Markets": "asia, Europe,ASIA"})
    assert custom(rig) == {field.gid: [field.options[1].gid, field.options[0].gid]}
    assert task.values == {field.gid: "Asia, Europe"}
    assert (await made(rig, {"Markets": ","}, label="rel-2")).values == {}
    assert "custom_fields" not in rig.sent()[1]["data"]


@pytest.mark.parametrize("subtype", ["enum", "multi_enum"])
async def test_options_that_are_not_there_are_refused(rig: AsanaRig, subtype: str) -> None:
    """One that is disabled is shown no longer, so it is not there; of two with one name neither is meant."""
    field = add(rig, "Priority", "High", "Low", "high", subtype=subtype)
    assert await refused(rig, {"Priority": "High"}) == (
        "Priority: there are 2 called 'High'; rename one in Asana"
    )
    field.options[0].enabled = field.options[1].enabled = False
    assert await refused(rig, {"priority": "Low"}) == "Priority: there is no 'Low'; there is: high"
    task = await made(rig, {"Priority": "HIGH"})
    assert task.values == {field.gid: "high"}


async def test_a_day_of_a_custom_field_is_an_object(rig: AsanaRig) -> None:
    """It has a day, and may have a time beside it."""
    field = add(rig, "Freeze", subtype="date")
    task = await made(rig, {"Freeze": "2026-11-30"})
    assert custom(rig) == {field.gid: {"date": "2026-11-30"}}
    assert task.values == {field.gid: "2026-11-30"}
