"""The simulated ClickUp takes fields of a new task as its description says, and refuses what that excludes."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.sandbox.clickup.clickup_caller import Caller, clickup_caller


@pytest.fixture
async def caller() -> AsyncIterator[Caller]:
    """A workspace."""
    async with clickup_caller() as made:
        yield made


async def test_a_list_tells_its_custom_fields(caller: Caller) -> None:
    """With the options' ids; the names of labels are called otherwise. Task types are told when asked for."""
    caller.simulator.world.fields.add("Train", "text", types=[1300])
    path = f"/list/{caller.home}/field"
    plain = (await caller.get(path)).body["fields"]
    assert [field["name"] for field in plain] == ["Team", "Areas", "Release notes", "Train"]
    assert [option["name"] for option in plain[0]["type_config"]["options"]] == ["Mobile", "Platform"]
    assert plain[1]["type_config"]["options"][0]["label"] == "Checkout"
    asked = (await caller.get(path, include_applied_objects="true")).body["fields"]
    assert [field.get("applied_objects") for field in asked] == [
        *(None, None, None),
        [{"object_type": 19, "object_id": 1300}],
    ]
    assert not any("applied_objects" in field for field in plain)


async def test_a_space_tells_its_tags(caller: Caller) -> None:
    """Of a space that the token sees."""
    space = caller.simulator.space.id
    assert [tag["name"] for tag in (await caller.get(f"/space/{space}/tag")).body["tags"]] == [
        "release",
        "hotfix",
    ]
    assert (await caller.get("/space/1/tag")).code == "OAUTH_027"
    assert (await caller.get("/list/1/field")).code == "OAUTH_027"


async def test_a_task_tells_what_it_has(caller: Caller) -> None:
    """People and tags as objects, times and priorities as texts, and a drop-down's value by its option's place."""
    team = caller.simulator.world.fields.rows[0]
    made = await caller.create(
        assignees=[caller.simulator.captain.id],
        tags=["hotfix"],
        priority=1,
        due_date=1508369194377,
        due_date_time=False,
        custom_fields=[{"id": team.id, "value": team.options[1].id}],
    )
    read = await caller.get(f"/task/{made.body['id']}")
    for told in (made.body, read.body):
        assert [person["email"] for person in told["assignees"]] == ["release.captain@example.com"]
        assert [tag["name"] for tag in told["tags"]] == ["hotfix"]
        assert (told["priority"]["priority"], told["due_date"]) == ("urgent", "1508369194377")
        assert [field.get("value") for field in told["custom_fields"]] == [1, None, None]


async def test_a_value_of_another_task_type_is_passed_over(caller: Caller) -> None:
    """In silence, as the description has it; a required field is not asked for."""
    train = caller.simulator.world.fields.add("Train", "text", types=[1300], required=True)
    fields = [{"id": train.id, "value": "7"}]
    plain = await caller.create(custom_fields=fields)
    assert "Train" not in [field["name"] for field in plain.body["custom_fields"]]
    typed = await caller.create(custom_fields=fields, custom_item_id=1300)
    assert typed.body["custom_fields"][-1]["value"] == "7"
    assert (await caller.create(custom_item_id=1300)).status == 200


@pytest.mark.parametrize(
    "sent",
    [
        {"assignees": [1]},
        {"assignees": ["183"]},
        {"assignees": 183},
        {"tags": "release"},
        {"tags": [1]},
        {"priority": 0},
        {"priority": 5},
        {"priority": "1"},
        {"priority": True},
        {"priority": 1.0},
        {"priority": [1]},
        {"due_date": "2026-11-30"},
        {"due_date": None},
        {"due_date_time": 0},
        {"custom_fields": {}},
        {"custom_fields": ["x"]},
        {"custom_fields": [{"id": "x"}]},
    ],
)
async def test_a_field_of_another_form_is_refused(caller: Caller, sent: dict[str, Any]) -> None:
    """And no task is made."""
    reply = await caller.create(**sent)
    assert (reply.status, reply.code) == (400, "INPUT_005")
    assert caller.simulator.world.tasks == {}


@pytest.mark.parametrize(
    ("kind", "value", "code"),
    [
        ("text", 1, "FIELD_013"),
        ("short_text", None, "FIELD_013"),
        ("number", "1", "FIELD_013"),
        ("number", True, "FIELD_013"),
        ("drop_down", "Mobile", "FIELD_011"),
        ("labels", "Checkout", "FIELD_013"),
        ("labels", [1], "FIELD_013"),
        ("labels", ["Checkout"], "FIELD_011"),
        ("date", "2026-11-30", "FIELD_013"),
        ("email", "somebody", "FIELD_013"),
        ("url", "example.com", "FIELD_013"),
        ("phone", "201", "FIELD_013"),
    ],
)
async def test_a_custom_field_holds_its_type_only(
    caller: Caller, kind: str, value: object, code: str
) -> None:
    """Options go by their ids; what is no value of the type makes no task."""
    made = caller.simulator.world.fields.add("Extra", kind, "Mobile", "Checkout")
    reply = await caller.create(custom_fields=[{"id": made.id, "value": value}])
    assert (reply.status, reply.code) == (400, code)
    assert caller.simulator.world.tasks == {}


async def test_a_list_is_no_option(caller: Caller) -> None:
    """As any other value that is none."""
    team = caller.simulator.world.fields.rows[0]
    reply = await caller.create(custom_fields=[{"id": team.id, "value": ["x"]}])
    assert (reply.status, reply.code) == (400, "FIELD_011")


async def test_a_field_of_another_list_is_unknown(caller: Caller) -> None:
    """As one that is nowhere."""
    world = caller.simulator.world
    other = world.fields.add("Extra", "text", of=world.add_list("Other", caller.simulator.space).id)
    for number in (other.id, "nope"):
        reply = await caller.create(custom_fields=[{"id": number, "value": "x"}])
        assert (reply.status, reply.code) == (400, "FIELD_001")


async def test_what_the_description_does_not_tell_is_never_accepted(caller: Caller) -> None:
    """What becomes of a tag that is new, and of types that are not simulated."""
    extra = caller.simulator.world.fields.add("Extra", "users")
    for sent in (
        {"tags": ["new"]},
        {"custom_fields": [{"id": extra.id, "value": {"add": [1]}}]},
        {"custom_fields": [{"id": extra.id, "value": 1, "value_options": {"time": True}}]},
        {"check_required_custom_fields": True},
    ):
        assert (await caller.create(**sent)).code == "SANDBOX_000"
    assert caller.simulator.world.tasks == {}
