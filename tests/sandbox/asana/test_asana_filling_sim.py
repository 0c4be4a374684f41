"""The simulated Asana fills a new task in as its description says, and refuses what does not fit."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from sandbox.asana.world import Task
from tests.sandbox.asana.asana_caller import AsanaCaller, asana_caller

TYPES: dict[str, Any] = {
    "text": {},
    "number": {"precision": 1},
    "enum": {},
    "multi_enum": {},
    "date": {},
    "people": {},
}


@pytest.fixture
async def caller() -> AsyncIterator[AsanaCaller]:
    """A workspace with a project that has a field of each type, and a client for it."""
    async with asana_caller() as made:
        simulator = made.simulator
        for subtype, more in TYPES.items():
            options = ("A", "B") if "enum" in subtype else ()
            simulator.world.add_field(simulator.project, subtype, *options, subtype=subtype, **more)
        yield made


def gid(caller: AsanaCaller, name: str) -> str:
    """The gid of the project's field of this name, or of one of its options after a dot."""
    name, _, option = name.partition(".")
    field = next(field for field in caller.simulator.project.fields if field.name == name)
    return next((row.gid for row in field.options if row.name == option), field.gid)


def real(caller: AsanaCaller, value: Any) -> Any:
    """A value with gids in the place of names."""
    if isinstance(value, list):
        return [real(caller, each) for each in value]
    return gid(caller, value) if isinstance(value, str) and ".A" in value else value


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("text", "a, b", "a, b"),
        ("number", 1.26, "1.3"),
        ("number", 2, "2.0"),
        ("enum", "enum.A", "A"),
        ("multi_enum", ["multi_enum.A"], "A"),
        ("date", {"date": "2026-11-30"}, "2026-11-30"),
    ],
)
async def test_values_of_custom_fields_are_kept_by_their_types(
    caller: AsanaCaller, name: str, value: Any, shown: str
) -> None:
    """They are shown as texts, and a number is rounded."""
    reply = await caller.create(custom_fields={gid(caller, name): real(caller, value)})
    assert reply.status == 201
    told = await caller.get(f"/tasks/{reply.data['gid']}", opt_fields="custom_fields.display_value")
    values = {row["gid"]: row["display_value"] for row in told.data["custom_fields"]}
    assert values.pop(gid(caller, name)) == shown
    assert set(values.values()) == {None}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("text", 7),
        ("text", None),
        ("number", "7"),
        ("number", True),
        ("enum", "A"),
        ("enum", 7),
        ("enum", "multi_enum.A"),
        ("multi_enum", "multi_enum.A"),
        ("multi_enum", ["4711"]),
        ("date", "2026-11-30"),
        ("date", {"date": "2026-02-30"}),
        ("date", {"date": "20261130"}),
        ("date", {"date": 7}),
        ("people", ["4711"]),
    ],
)
async def test_values_of_another_type_are_refused_by_asana(
    caller: AsanaCaller, name: str, value: Any
) -> None:
    """400 or 404 in Asana's form, and no task."""
    reply = await caller.create(custom_fields={gid(caller, name): real(caller, value)})
    assert reply.status in (400, 404)
    assert reply.says
    assert caller.simulator.world.all(Task) == []


async def test_a_disabled_option_and_a_field_that_is_read_only_can_not_be_set(caller: AsanaCaller) -> None:
    """Neither is there to be chosen; a formula is read only by its type."""
    world, project = caller.simulator.world, caller.simulator.project
    enum = next(field for field in project.fields if field.name == "enum")
    enum.options[0].enabled = False
    locked = world.add_field(project, "locked", subtype="text", read_only=True)
    formula = world.add_field(project, "sum", subtype="number", representation="formula")
    for field, value in ((enum, enum.options[0].gid), (locked, "x"), (formula, 7)):
        assert (await caller.create(custom_fields={field.gid: value})).status in (400, 404)


async def test_a_field_of_another_project_is_refused_by_asana(caller: AsanaCaller) -> None:
    """A task has the fields of its projects; keys are gids."""
    world = caller.simulator.world
    other = world.add_project("Web", caller.simulator.workspace, "All")
    theirs = world.add_field(other, "theirs", subtype="text")
    reply = await caller.create(custom_fields={theirs.gid: "x"})
    assert (reply.status, reply.says) == (400, f"Custom field with ID {theirs.gid} is not on given object")
    assert (await caller.create(custom_fields={"4711": "x"})).status == 400
    assert "Not a recognized ID" in (await caller.create(custom_fields={"text": "x"})).says
    assert "not a JSON object" in (await caller.create(custom_fields="x")).says


async def test_custom_fields_need_a_paid_plan(caller: AsanaCaller) -> None:
    """402, also where a task is made."""
    caller.simulator.workspace.paid = False
    assert (await caller.create(custom_fields={gid(caller, "text"): "x"})).status == 402
    assert (await caller.create(due_on="2026-11-30")).status == 201


@pytest.mark.parametrize("given", ["me", "release.captain@acme.example", "{gid}"])
async def test_an_assignee_is_me_an_e_mail_or_a_gid(caller: AsanaCaller, given: str) -> None:
    """As Asana's description has it; and the answer shows who it is."""
    captain = caller.simulator.captain
    reply = await caller.create(assignee=given.format(gid=captain.gid), due_on="2026-11-30")
    assert reply.status == 201
    assert reply.data["assignee"] == {"gid": captain.gid, "resource_type": "user", "name": captain.name}
    assert reply.data["due_on"] == "2026-11-30"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"assignee": "Release Captain"}, "Not an email"),
        ({"assignee": 7}, "Not an email"),
        ({"assignee": "nobody@acme.example"}, "Not a user in Workspace"),
        ({"assignee": "4711"}, "Not a user in Workspace"),
        ({"due_on": "30.11.2026"}, "ISO-8601"),
        ({"due_on": 7}, "ISO-8601"),
        ({"due_at": "2026-11-30T10:00:00.000Z"}, "not simulated"),
    ],
)
async def test_assignees_and_days_that_are_none_are_refused_by_asana(
    caller: AsanaCaller, data: dict[str, Any], words: str
) -> None:
    """400 with the name of the field, and no task."""
    reply = await caller.create(**data)
    assert reply.status == 400
    assert words in reply.says
    assert caller.simulator.world.all(Task) == []


async def test_users_of_a_workspace_are_listed_without_their_e_mails(caller: AsanaCaller) -> None:
    """Unless these are asked for; by gid, and those of other workspaces are left out."""
    simulator = caller.simulator
    simulator.add_user("Ann", "2/ann")
    away = simulator.add_user("Bo", "2/bo")
    away.workspaces = [simulator.world.add_workspace("Elsewhere")]
    home = simulator.workspace.gid
    rows = (await caller.get("/users", workspace=home)).data
    assert [(row["name"], "email" in row) for row in rows] == [("Release Captain", False), ("Ann", False)]
    assert (await caller.get("/users")).data == rows
    told = (await caller.get("/users", workspace=home, opt_fields="email")).data
    assert told[1] == {"gid": rows[1]["gid"], "email": "ann@acme.example"}
    assert (await caller.get("/users", workspace="4711")).status == 404


async def test_settings_tell_how_a_field_is_written(caller: AsanaCaller) -> None:
    """Its type, a number's precision, and an option's name; only what is asked for."""
    path = f"/projects/{caller.simulator.project.gid}/custom_field_settings"
    asked = ("precision", "representation_type", "is_value_read_only", "enum_options.name")
    rows = (await caller.get(path, opt_fields=",".join(f"custom_field.{each}" for each in asked))).data
    told = {row["custom_field"]["representation_type"]: row["custom_field"] for row in rows}
    assert told["number"] == {
        "gid": gid(caller, "number"),
        "precision": 1,
        "representation_type": "number",
        "is_value_read_only": False,
    }
    assert [option["name"] for option in told["multi_enum"]["enum_options"]] == ["A", "B"]
    assert "precision" not in told["date"]
