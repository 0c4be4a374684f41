"""The simulated monday.com tells what is on a board as the real one does: by page, by cursor and by state."""

from collections.abc import AsyncIterator

import pytest

from tests.sandbox.monday.account_rig import AccountRig, account_rig

ITEMS = (
    "query Q($ids: [ID!]!, $active: Boolean) { items(ids: $ids, exclude_nonactive: $active) { id state } }"
)
PAGE = (
    "query Q($board: ID!, $column: String!, $text: String!, $limit: Int!) {"
    " items_page_by_column_values(board_id: $board, limit: $limit,"
    " columns: [{column_id: $column, column_values: [$text]}]) { cursor items { id name } } }"
)
NEXT = "query Q($cursor: String!) { next_items_page(cursor: $cursor) { cursor items { id } } }"


@pytest.fixture
async def rig() -> AsyncIterator[AccountRig]:
    """An account."""
    async with account_rig() as made:
        yield made


async def test_items_are_known_by_id_whatever_their_state(rig: AccountRig) -> None:
    """Pages hold active ones only; what is not there is left out, without an error."""
    key = (await rig.create(values={"text_mkr1": "x"})).data["create_item"]["id"]
    wanted = {"board": rig.simulator.board.id, "column": "text_mkr1", "text": "X", "limit": 5}
    found = (await rig.ask(PAGE, **wanted)).data["items_page_by_column_values"]
    assert found == {"cursor": None, "items": [{"id": key, "name": "Something"}]}
    for act, state in (("archive_item", "archived"), ("delete_item", "deleted")):
        await rig.ask(f"mutation M($item: ID) {{ {act}(item_id: $item) {{ id }} }}", item=key)
        assert (await rig.ask(ITEMS, ids=[key, "1"])).data["items"] == [{"id": key, "state": state}]
        assert (await rig.ask(ITEMS, ids=[key], active=True)).data["items"] == []
        assert (await rig.ask(PAGE, **wanted)).data["items_page_by_column_values"]["items"] == []
    assert (await rig.ask(ITEMS, ids=[str(n) for n in range(101)])).code == "InvalidArgumentException"


async def test_pages_lag_behind(rig: AccountRig) -> None:
    """A new item is known by its id at once, and to a page after a while."""
    rig.simulator.world.lag = 10.0
    key = (await rig.create(values={"text_mkr1": "x"})).data["create_item"]["id"]
    wanted = {"board": rig.simulator.board.id, "column": "text_mkr1", "text": "x", "limit": 5}
    assert len((await rig.ask(ITEMS, ids=[key])).data["items"]) == 1
    assert (await rig.ask(PAGE, **wanted)).data["items_page_by_column_values"]["items"] == []
    rig.clock.now += 10.0
    assert len((await rig.ask(PAGE, **wanted)).data["items_page_by_column_values"]["items"]) == 1


async def test_pages_go_on_by_cursor_for_an_hour(rig: AccountRig) -> None:
    """A cursor must be one, and expires; board, column and limit must be good."""
    board = rig.simulator.board
    for number in range(30):
        rig.simulator.world.add_item(board, str(number), {"text_mkr1": "x"})
    wanted = {"board": board.id, "column": "text_mkr1", "text": "x", "limit": 20}
    first = (await rig.ask(PAGE, **wanted)).data["items_page_by_column_values"]
    second = (await rig.ask(NEXT, cursor=first["cursor"])).data["next_items_page"]
    assert (len(first["items"]), len(second["items"]), second["cursor"]) == (20, 10, None)
    rig.clock.now += 3601
    assert (await rig.ask(NEXT, cursor=first["cursor"])).code == "CursorExpiredError"
    assert (await rig.ask(NEXT, cursor="x")).code == "CursorException"
    assert (await rig.ask(PAGE, **{**wanted, "board": "1"})).code == "InvalidBoardIdException"
    assert (await rig.ask(PAGE, **{**wanted, "column": "nowhere"})).code == "InvalidColumnIdException"
    assert (await rig.ask(PAGE, **{**wanted, "limit": 501})).code == "InvalidArgumentException"


async def test_boards_are_listed_by_state_and_page(rig: AccountRig) -> None:
    """25 unless told otherwise, newest first; one that may not be seen is in no list."""
    for number in range(30):
        rig.simulator.world.add_board(f"Board {number}")
    rig.simulator.world.boards[-1].hidden = True
    rig.simulator.world.boards[-2].state = "archived"
    query = "query Q($page: Int, $state: State) { boards(page: $page, state: $state) { name } }"
    first = (await rig.ask(query, page=1)).data["boards"]
    assert (len(first), first[0]) == (25, {"name": "Board 27"})
    assert len((await rig.ask(query, page=2)).data["boards"]) == 4
    assert (await rig.ask(query, state="archived")).data["boards"] == [{"name": "Board 28"}]


async def test_users_are_listed_by_state_and_page(rig: AccountRig) -> None:
    """Those who are active or invited, unless told otherwise; at most a thousand at a time."""
    rig.simulator.world.add_user("Ann", "ann@acme.example", status="PENDING")
    rig.simulator.world.add_user("Bo", "bo@acme.example", status="INACTIVE")
    query = (
        "query Q($status: [UserStatus!], $limit: Int, $page: Int) {"
        " users(status: $status, limit: $limit, page: $page) { id name email status } }"
    )
    captain, ann = (await rig.ask(query)).data["users"]
    assert captain == {
        "id": "7",
        "name": "Release Captain",
        "email": "captain@acme.example",
        "status": "ACTIVE",
    }
    assert [user["name"] for user in (await rig.ask(query, status=["INACTIVE"])).data["users"]] == ["Bo"]
    assert (await rig.ask(query, limit=1, page=2)).data["users"] == [ann]
    assert (await rig.ask(query, limit=1001)).code == "InvalidArgumentException"


async def test_a_board_tells_columns_with_settings_and_groups(rig: AccountRig) -> None:
    """`settings` is an object: labels with their flags for a status column, nothing for a text."""
    query = (
        "query Q($ids: [ID!]) { boards(ids: $ids) { access_level hierarchy_type"
        ' columns(types: [status, text]) { id settings } groups(ids: ["topics"]) { id title archived } } }'
    )
    (board,) = (await rig.ask(query, ids=[rig.simulator.board.id])).data["boards"]
    settings = {column["id"]: column["settings"] for column in board["columns"]}
    assert settings["text_mkr1"] == {}
    assert settings["status"]["labels"][1] == {
        "id": 1,
        "label": "Done",
        "color": 1,
        "index": 1,
        "is_done": True,
        "is_deactivated": False,
    }
    assert board["groups"] == [{"id": "topics", "title": "Group Title", "archived": False}]


@pytest.mark.parametrize(
    "query",
    [
        "{ teams { id } }",
        "{ boards { creator { id } } }",
        "{ boards { items_page { cursor } } }",
        "{ boards(latest: true) { id } }",
        "{ items { id } }",
        'mutation { create_group(board_id: "1", group_name: "x") { id } }',
    ],
)
async def test_what_is_not_simulated_says_so(rig: AccountRig, query: str) -> None:
    """A field, an argument or an operation that nobody needed yet is an error, never a wrong answer."""
    assert (await rig.ask(query)).code == "INTERNAL_SERVER_ERROR"


async def test_people_see_and_move_items(rig: AccountRig) -> None:
    """What the sandbox itself answers, for tests and people."""
    key = (await rig.create("Release")).data["create_item"]["id"]
    base = f"{rig.simulator.url}/_sandbox"
    async with rig.session.post(f"{base}/tickets/{key}/status", json={"status": "Done"}) as moved:
        assert moved.status == 204
    assert rig.simulator.item(key).values["status"] == 1
    async with rig.session.get(f"{base}/state") as state:
        (item,) = (await state.json())["items"]
    assert (item["key"], item["name"], item["group"]) == (key, "Release", "Group Title")
