"""Custom fields of a ClickUp task take what their types hold, and others are neither set nor listed."""

import json

import pytest

from sandbox.clickup import ClickupSimulator
from sandbox.keeping import keep, restore
from tests.integrations.clickup.clickup_filling import DAY, field, listed, make, refusal
from tests.integrations.clickup.clickup_rig import ClickupRig


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("short_text", " Any, text ", "Any, text"),
        ("text", "One\nTwo", "One\nTwo"),
        ("number", "-28", -28),
        ("number", "1.5", 1.5),
        ("date", "2026-11-30", DAY),
        ("email", "a@example.com", "a@example.com"),
        ("url", "https://example.com/x", "https://example.com/x"),
        ("phone", "+1 201 555 0123", "+1 201 555 0123"),
    ],
)
async def test_a_custom_field_takes_what_its_type_holds(
    rig: ClickupRig, kind: str, text: str, value: object
) -> None:
    """In the form that the description of the create gives for the type."""
    made = field(rig, "Extra", kind)
    assert (await make(rig, extra=text)).values == ((made.id, value),)


@pytest.mark.parametrize(
    ("kind", "text", "what"),
    [
        ("number", "soon", "a number"),
        ("number", "nan", "a number"),
        ("number", "1,5", "a number"),
        ("number", "1_000", "a number"),
        ("number", "9" * 400, "a number"),
        ("date", "soon", "a day such as 2026-11-30"),
        ("email", "somebody", "an e-mail address"),
        ("url", "example.com", "a link, such as https://example.com"),
        ("phone", "201 555 0123", "a telephone number, such as +1 201 555 0123"),
    ],
)
async def test_a_text_of_another_form_is_refused(rig: ClickupRig, kind: str, text: str, what: str) -> None:
    """With the field's name as ClickUp spells it."""
    field(rig, "Extra", kind)
    assert await refusal(rig, extra=text) == f"Extra: {text!r} is not {what}"


async def test_a_drop_down_and_labels_are_named_by_their_options(rig: ClickupRig) -> None:
    """One of the one, several of the others; by ids on the wire, which are told nowhere else."""
    team, areas, _notes = rig.simulator.world.fields.rows
    task = await make(rig, Team="platform", Areas="Search, checkout, SEARCH")
    search, checkout = areas.options[1].id, areas.options[0].id
    assert dict(task.values) == {team.id: team.options[1].id, areas.id: [search, checkout]}


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("Team", "Web", "Team: there is no 'Web'; there is: Mobile, Platform"),
        ("Team", "Mobile, Platform", "Team: there is no 'Mobile, Platform'; there is: Mobile, Platform"),
        ("Areas", "Search, x", "Areas: there is no 'x'; there is: Checkout, Search, Profile"),
    ],
)
async def test_an_option_that_is_not_there_is_refused(
    rig: ClickupRig, name: str, text: str, said: str
) -> None:
    """With those that are."""
    assert await refusal(rig, **{name: text}) == said


async def test_two_options_of_one_name_are_refused(rig: ClickupRig) -> None:
    """Nobody guesses which was meant."""
    field(rig, "Train", "drop_down", "Blue", "blue", "Red")
    said = await refusal(rig, Train="BLUE")
    assert said == "Train: there are 2 called 'BLUE'; rename one in ClickUp"
    assert (await make(rig, Train="red")).values


@pytest.mark.parametrize("kind", ["checkbox", "users", "formula", "currency", "something_new"])
async def test_a_field_of_another_type_is_refused_and_not_listed(rig: ClickupRig, kind: str) -> None:
    """Rather than set to what ClickUp makes of a text."""
    field(rig, "Extra", kind)
    said = await refusal(rig, Extra="x")
    assert said == f"Extra: a custom field of the type {kind} can't be filled in"
    assert "Extra" not in [option.value for option in await listed(rig)]


@pytest.mark.parametrize(("names", "wanted"), [(("Twin", "twin"), "TWIN"), (("priority",), "Priority")])
async def test_two_fields_of_one_name_are_refused_and_not_listed(
    rig: ClickupRig, names: tuple[str, ...], wanted: str
) -> None:
    """Also where one of them is ClickUp's own."""
    for name in names:
        field(rig, name, "text")
    said = await refusal(rig, **{wanted: "High"})
    assert said == f"field: there are several of the name {wanted!r}; rename all but one in ClickUp"
    assert wanted.casefold() not in [option.value.casefold() for option in await listed(rig)]


async def test_a_field_of_another_task_type_is_not_there(rig: ClickupRig) -> None:
    """ClickUp would pass it over in silence, and the ticket would be without it."""
    made = field(rig, "Train", "short_text", types=[1300])
    assert "field: there is no 'Train'" in await refusal(rig, "Task", Train="7")
    assert "field: there is no 'Train'" in await refusal(rig, "", Train="7")
    assert (await make(rig, "release", Train="7")).values == ((made.id, "7"),)
    with_it = [
        kind for kind in ("Release", "Task", "") if "Train" in {o.value for o in await listed(rig, kind)}
    ]
    assert with_it == ["Release"]


async def test_a_field_of_another_list_is_not_there(rig: ClickupRig) -> None:
    """A list has its own fields and those of the workspace."""
    other = rig.simulator.world.add_list("Other", rig.simulator.space)
    field(rig, "Train", "short_text", of=other.id)
    assert "field: there is no 'Train'" in await refusal(rig, Train="7")


async def test_what_a_task_has_comes_back_from_a_kept_workspace(rig: ClickupRig) -> None:
    """With the fields and tags of the workspace, as they were."""
    field(rig, "Build", "number")
    rig.simulator.space.tags = ("only",)
    task = await make(rig, Assignees="Release App", Priority="Low", Tags="only", Build="7", Team="Mobile")
    kept = keep(rig.simulator)
    again = ClickupSimulator(clock=rig.clock)
    restore(kept, again)
    assert json.loads(keep(again)) == json.loads(kept)
    back = again.task(task.id)
    assert (back.assignees, back.priority, back.tags) == ((again.app_user,), 4, ("only",))
    assert back.values == task.values
    assert [row.name for row in again.world.fields.rows][-1] == "Build"
