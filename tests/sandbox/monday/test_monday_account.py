"""The simulated monday.com is as strict as monday.com's SDL, and fails in its words."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from sandbox.monday import TOKEN, VERSION
from sandbox.monday.world import Column, Group, Label
from tests.sandbox.monday.account_rig import AccountRig, account_rig

ME = "{ me { name kind status } }"
ITEMS = (
    "query Q($ids: [ID!]!, $active: Boolean) { items(ids: $ids, exclude_nonactive: $active) { id state } }"
)


@pytest.fixture
async def rig() -> AsyncIterator[AccountRig]:
    """An account."""
    async with account_rig() as made:
        yield made


@pytest.mark.parametrize("sent", ["", "wrong", f"Bearer {TOKEN}"])
async def test_who_is_unknown_is_refused(rig: AccountRig, sent: str) -> None:
    """401, and errors that are bare strings."""
    reply = await rig.send({"query": ME}, Authorization=sent)
    assert (reply.status, reply.errors) == (401, ["Not Authenticated"])


async def test_who_is_known_is_let_in(rig: AccountRig) -> None:
    """The token as it is."""
    reply = await rig.ask(ME)
    assert reply.data == {"me": {"name": "Release Captain", "kind": "member", "status": "ACTIVE"}}


async def test_only_the_version_of_the_sdl_is_simulated(rig: AccountRig) -> None:
    """Another one would answer in its own way; who names none gets the current one, whichever that is."""
    sent = {"query": ME}
    assert (await rig.send(sent, Authorization=TOKEN, API_Version=VERSION)).errors == []
    assert (
        await rig.send(sent, Authorization=TOKEN, API_Version="2024-01")
    ).code == "InvalidVersionException"
    rig.simulator.current = "2027-01"
    assert (await rig.send(sent, Authorization=TOKEN)).code == "InvalidVersionException"


@pytest.mark.parametrize(
    "query",
    [
        "{ me { nickname } }",
        "{ me }",
        "{ boards { items { id } } }",
        "{ items(ids: [1.5]) { id } }",
        'mutation { create_item(board_id: "1") { id } }',
        'mutation { create_item(board_id: "1", item_name: "x", colour: "red") { id } }',
        "{ items_page_by_column_values(columns: []) { cursor } }",
    ],
)
async def test_what_the_schema_does_not_allow_is_refused(rig: AccountRig, query: str) -> None:
    """Unknown fields, missing and wrong arguments: 400, before anything is run."""
    reply = await rig.ask(query)
    assert reply.status == 400
    assert {error["extensions"]["code"] for error in reply.errors} == {"GRAPHQL_VALIDATION_FAILED"}


@pytest.mark.parametrize("body", [[], {}, {"query": 1}, {"query": "{"}, {"query": ME, "operation": "x"}])
async def test_what_is_no_operation_is_refused(rig: AccountRig, body: Any) -> None:
    """The body is JSON with a `query` that can be read."""
    assert (await rig.send(body, Authorization=TOKEN)).status == 400


async def test_a_variable_of_a_wrong_type_is_refused(rig: AccountRig) -> None:
    """Variables are held against their types."""
    assert (await rig.ask(ITEMS, ids=[{}])).errors


async def test_an_item_is_created_with_group_and_values(rig: AccountRig) -> None:
    """Values by column id, labels by what they are called; an item's id is a long string of digits."""
    values = {"text_mkr1": "rel-1", "status": {"label": "Done"}, "long_text_mk3": {"text": "Notes"}}
    reply = await rig.create("Release", group="group_release", values=values)
    item = reply.data["create_item"]
    assert int(item["id"]) > 2**53
    assert (item["name"], item["state"], item["group"]) == ("Release", "active", {"title": "Release"})
    assert item["url"].endswith(f"/boards/{rig.simulator.board.id}/pulses/{item['id']}")
    texts = {value["id"]: value["text"] for value in item["column_values"]}
    assert texts == {"status": "Done", "text_mkr1": "rel-1", "color_mk2": None, "long_text_mk3": "Notes"}
    status = item["column_values"][0]
    assert (status["label"], status["index"], status["is_done"]) == ("Done", 1, True)
    assert "label" not in item["column_values"][1]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"board": "1"}, "InvalidBoardIdException"),
        ({"group": "nowhere"}, "ResourceNotFoundException"),
        ({"group": "put_away"}, "ResourceNotFoundException"),
        ({"name": "  "}, "InvalidArgumentException"),
        ({"name": "x" * 256}, "ItemNameTooLongException"),
        ({"values": "no json"}, "JsonParseException"),
        ({"values": "[]"}, "JsonParseException"),
        ({"values": 7}, "InvalidArgumentException"),
        ({"values": {"nowhere": "x"}}, "InvalidColumnIdException"),
        ({"values": {"text_mkr1": 7}}, "ColumnValueException"),
        ({"values": {"long_text_mk3": "text"}}, "ColumnValueException"),
        ({"values": {"status": "Done"}}, "ColumnValueException"),
        ({"values": {"status": {"label": "Finished"}}}, "ColumnValueException"),
        ({"values": {"status": {"index": 17}}}, "ColumnValueException"),
        ({"values": {"train": {"label": "One"}}}, "ColumnValueException"),
        ({"values": {"train": {"labels": ["Two"]}}}, "ColumnValueException"),
        ({"values": {"date": "2026-11-29"}}, "ColumnValueException"),
        ({"values": {"date": {"date": "20261129"}}}, "ColumnValueException"),
        ({"values": {"date": {"date": "2026-02-30"}}}, "ColumnValueException"),
        ({"values": {"date": {"date": "2026-11-29", "time": "09:00:00"}}}, "INTERNAL_SERVER_ERROR"),
        ({"values": {"numbers": 7}}, "ColumnValueException"),
        ({"values": {"numbers": "1,5"}}, "ColumnValueException"),
        ({"values": {"numbers": "nan"}}, "ColumnValueException"),
        ({"values": {"people": "7"}}, "ColumnValueException"),
        ({"values": {"people": {"personsAndTeams": ["7"]}}}, "ColumnValueException"),
        ({"values": {"people": {"personsAndTeams": [{"id": "7"}]}}}, "ColumnValueException"),
        (
            {"values": {"people": {"personsAndTeams": [{"id": "8", "kind": "person"}]}}},
            "ColumnValueException",
        ),
        ({"values": {"people": {"personsAndTeams": [{"id": "7", "kind": "team"}]}}}, "INTERNAL_SERVER_ERROR"),
        ({"values": {"formula": "1"}}, "ColumnValueException"),
        ({"values": {"timeline": {"from": "2026-11-29", "to": "2026-11-30"}}}, "INTERNAL_SERVER_ERROR"),
    ],
)
async def test_what_an_item_needs_is_checked(rig: AccountRig, fields: dict[str, Any], code: str) -> None:
    """Each error comes with 200 and has a code; nothing is made."""
    board = rig.simulator.board
    board.groups.append(Group(id="put_away", title="Put away", archived=True))
    board.columns.append(
        Column(id="train", title="Train", type="dropdown", labels=[Label(id=0, label="One")])
    )
    board.columns += [
        Column(id=kind, title=kind.title(), type=kind)
        for kind in ("date", "numbers", "people", "formula", "timeline")
    ]
    reply = await rig.create(**fields)
    assert (reply.status, reply.data, reply.code) == (200, [], code)
    assert rig.simulator.world.items == []


async def test_numbers_days_and_people_are_kept(rig: AccountRig) -> None:
    """A number as a text, a day in an object, people by ids that are numbers or texts of digits."""
    board, invited = (
        rig.simulator.board,
        rig.simulator.world.add_user("Ann", "ann@acme.example", status="PENDING"),
    )
    board.columns += [
        Column(id=kind, title=kind.title(), type=kind) for kind in ("date", "numbers", "people")
    ]
    people = [{"id": 7, "kind": "person"}, {"id": invited.id, "kind": "person"}]
    values = {"date": {"date": "2026-11-29"}, "numbers": "-1.5", "people": {"personsAndTeams": people}}
    item = (await rig.create(values=values)).data["create_item"]
    texts = {value["id"]: value["text"] for value in item["column_values"]}
    assert (texts["date"], texts["numbers"], texts["people"]) == (
        "2026-11-29",
        "-1.5",
        "Release Captain, Ann",
    )
    query = (
        "query Q($ids: [ID!]) { items(ids: $ids) { column_values(types: [date, numbers, people]) {"
        " ... on DateValue { date } ... on NumbersValue { number }"
        " ... on PeopleValue { persons_and_teams { id kind } } } } }"
    )
    told = [
        {"date": "2026-11-29"},
        {"number": -1.5},
        {"persons_and_teams": [{"id": "7", "kind": "person"}, people[1]]},
    ]
    assert (await rig.ask(query, ids=[item["id"]])).data["items"] == [{"column_values": told}]
    bare = (await rig.create()).data["create_item"]
    (empty,) = (await rig.ask(query, ids=[bare["id"]])).data["items"]
    assert empty["column_values"] == [{"date": None}, {"number": None}, {"persons_and_teams": []}]


async def test_values_may_not_be_an_object(rig: AccountRig) -> None:
    """`column_values` is a string of JSON, and JSON itself is refused."""
    reply = await rig.ask(
        "mutation M($board: ID!) {"
        ' create_item(board_id: $board, item_name: "x", column_values: {text_mkr1: "y"}) { id } }',
        board=rig.simulator.board.id,
    )
    assert reply.code == "InvalidArgumentException"


async def test_missing_labels_are_made_on_request(rig: AccountRig) -> None:
    """By those who may change the board; on a restricted one the request itself is refused."""
    values = {"status": {"label": "Finished"}}
    assert (await rig.create(values=values, make=True)).errors == []
    assert rig.simulator.board.columns[0].labels[-1].label == "Finished"
    rig.simulator.board.restricted = True
    assert (await rig.create(values=values, make=True)).code == "UserUnauthorizedException"
    assert (await rig.create(values=values)).errors == []


async def test_a_text_with_a_tag_in_it_is_cleaned_to_nothing(rig: AccountRig) -> None:
    """Without an error; a long text is cut, without an error."""
    values = {"text_mkr1": "a <b", "long_text_mk3": {"text": "x" * 2001}}
    await rig.create(values=values)
    (item,) = rig.simulator.world.items
    assert (item.values["text_mkr1"], len(item.values["long_text_mk3"])) == ("", 2000)


async def test_updates_are_made_and_read(rig: AccountRig) -> None:
    """Newest first, a hundred at most; on an item that is there and active, and with a text."""
    key = (await rig.create()).data["create_item"]["id"]
    make = "mutation M($item: ID, $body: String!) { create_update(item_id: $item, body: $body) { id body item_id } }"
    for body in ("one", "two"):
        assert (await rig.ask(make, item=key, body=body)).data["create_update"]["item_id"] == key
    read = "query Q($ids: [ID!], $limit: Int) { items(ids: $ids) { updates(limit: $limit) { body } } }"
    (item,) = (await rig.ask(read, ids=[key])).data["items"]
    assert item["updates"] == [{"body": "two"}, {"body": "one"}]
    assert (await rig.ask(read, ids=[key], limit=101)).code == "InvalidArgumentException"
    assert (await rig.ask(make, item=key, body=" ")).code == "InvalidArgumentException"
    assert (await rig.ask(make, item="1", body="x")).code == "ResourceNotFoundException"
    rig.simulator.item(key).state = "archived"
    assert (await rig.ask(make, item=key, body="x")).code == "inactiveItems"


async def test_values_are_changed(rig: AccountRig) -> None:
    """`change_multiple_column_values`, on the item's own board."""
    key = (await rig.create()).data["create_item"]["id"]
    query = (
        "mutation M($board: ID!, $item: ID, $values: JSON!) { change_multiple_column_values("
        " board_id: $board, item_id: $item, column_values: $values) { id } }"
    )
    values = '{"status": {"index": 2}}'
    await rig.ask(query, board=rig.simulator.board.id, item=key, values=values)
    assert rig.simulator.item(key).values["status"] == 2
    assert (await rig.ask(query, board="1", item=key, values=values)).code == "ResourceNotFoundException"


async def test_who_may_only_look_may_not_make(rig: AccountRig) -> None:
    """The status of the error is inside; no data is a list."""
    rig.simulator.board.access_level = "view"
    reply = await rig.create()
    assert (reply.status, reply.data, reply.code) == (200, [], "UserUnauthorizedException")


@pytest.mark.parametrize(
    ("name", "code", "seconds"),
    [
        ("complexity", "COMPLEXITY_BUDGET_EXHAUSTED", True),
        ("minute", "RATE_LIMIT_EXCEEDED", True),
        ("address", "IP_RATE_LIMIT_EXCEEDED", True),
        ("day", "DAILY_LIMIT_EXCEEDED", False),
    ],
)
async def test_limits_end_and_come_back(rig: AccountRig, name: str, code: str, *, seconds: bool) -> None:
    """429 with a code; all but the day's say when there is more."""
    window = getattr(rig.simulator.limits, name)
    window.allowed = 40 if name == "complexity" else 1
    assert (await rig.ask(ME)).status == 200
    refused = await rig.ask(ME)
    assert (refused.status, refused.code) == (429, code)
    assert ("Retry-After" in refused.headers) is seconds
    rig.clock.now += window.seconds
    assert (await rig.ask(ME)).status == 200


async def test_too_much_at_once_and_too_complex_a_query_are_refused(rig: AccountRig) -> None:
    """Neither says when."""
    rig.simulator.limits.at_once = 0
    assert (await rig.ask(ME)).code == "maxConcurrencyExceeded"
    query = "query Q($n: Int!) { boards(limit: $n) { items_page(limit: $n) { items { id name url } } } }"
    assert (await rig.ask(query, n=500)).code == "maxComplexityExceeded"
