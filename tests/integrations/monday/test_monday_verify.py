"""A connection to monday.com is tried by reading, before it is saved."""

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

import pytest

from integrations.monday.verify import verify
from integrations.registry import Check
from sandbox.monday import TOKEN
from sandbox.monday.world import labels
from tests.integrations.monday.monday_rig import MondayRig, judge, monday_rig, secrets

ACCEPTED, MEMBER, VERSION, REACHED, LABELLED, FINISHED, TYPED, DESCRIBED = TITLES = [
    "The token is accepted",
    "The user may work with items",
    "The API's version is served",
    "The board can be edited",
    "The board has the label column",
    "The board tells what is done",
    "The board has the issue types",
    "The board has the description column",
]


@pytest.fixture
async def rig() -> AsyncIterator[MondayRig]:
    """An account."""
    async with monday_rig() as made:
        yield made


async def tried(rig: MondayRig, *, token: str = TOKEN, **settings: Any) -> Sequence[Check]:
    """Try a connection to the rig's account."""
    return await verify(rig.settings(**settings), secrets(token), rig.edge())


async def failed(rig: MondayRig, **settings: Any) -> Check:
    """The only check that is not ok."""
    (found,) = [check for check in await tried(rig, **settings) if not check.ok]
    return found


async def test_a_good_connection_passes_every_check(rig: MondayRig) -> None:
    """Whose token it is, and each thing that the settings name, line by line; only readings are sent."""
    checks = await tried(rig, type_column="Kind", description_column="Notes")
    assert [check.what for check in checks] == TITLES
    assert all(check.ok for check in checks)
    assert "Release Captain in the account Acme" in checks[0].says
    assert [check.says for check in checks[3:]] == [
        "Releases",
        "Stationmaster (text_mkr1)",
        "Status: Done",
        "Kind (color_mk2)",
        "Notes (long_text_mk3)",
    ]
    assert judge(rig.simulator.record) == 2
    assert not any("mutation" in body["query"] for body in rig.sent())


async def test_groups_are_the_issue_types_where_no_column_is_named(rig: MondayRig) -> None:
    """They are told by name, and a description is nothing that a board must have."""
    checks = await tried(rig)
    assert [check.what for check in checks] == TITLES[:-1]
    assert checks[-1].says == "its groups: Group Title, Bugs, Release"
    rig.simulator.board.groups.clear()
    assert (await failed(rig)).what == TYPED


async def test_a_wrong_token_fails_and_is_no_delay(rig: MondayRig) -> None:
    """It fails at the first check and is not shown."""
    (check,) = await tried(rig, token="canary4711")
    assert (check.what, check.ok, check.later) == (ACCEPTED, False, False)
    assert "canary4711" not in repr(check)


@pytest.mark.parametrize("kind", ["guest", "view_only", "VIEW_ONLY", "Guest"])
async def test_who_may_not_work_with_items_is_told(rig: MondayRig, kind: str) -> None:
    """A guest or viewer reads, and could make nothing."""
    rig.simulator.user.kind_name = kind
    check = await failed(rig)
    assert (check.what, kind in check.says) == (MEMBER, True)


@pytest.mark.parametrize("status", ["PENDING", "INACTIVE"])
async def test_who_is_not_active_is_told(rig: MondayRig, status: str) -> None:
    """A token of somebody who left stops working."""
    rig.simulator.user.status = status
    check = await failed(rig)
    assert (check.what, status.casefold() in check.says) == (MEMBER, True)


async def test_another_version_than_ours_is_told(rig: MondayRig) -> None:
    """A version that is no longer served is answered with another: our documents may not fit it."""
    rig.simulator.reading.version = lambda: "2027-04"
    check = await failed(rig)
    assert (check.what, "2027-04" in check.says) == (VERSION, True)


@pytest.mark.parametrize(
    ("spoil", "word"),
    [
        (lambda board: setattr(board, "hidden", True), "no board"),
        (lambda board: setattr(board, "state", "deleted"), "no board"),
        (lambda board: setattr(board, "state", "archived"), "archived"),
        (lambda board: setattr(board, "access_level", "view"), "only look"),
    ],
)
async def test_a_board_out_of_reach_is_told(rig: MondayRig, spoil: Callable[[Any], None], word: str) -> None:
    """It must exist, be active, and be open to edits."""
    spoil(rig.simulator.board)
    check = await failed(rig)
    assert (check.what, word in check.says) == (REACHED, True)


@pytest.mark.parametrize(
    ("settings", "what"),
    [
        ({"label_column": "Other"}, LABELLED),
        ({"label_column": "Notes"}, LABELLED),
        ({"status_column": "Other"}, FINISHED),
        ({"status_column": "Kind"}, FINISHED),
        ({"done_labels": ("Done", "Shipped")}, FINISHED),
        ({"type_column": "Notes"}, TYPED),
        ({"description_column": "Status"}, DESCRIBED),
    ],
)
async def test_what_the_settings_name_must_be_there(
    rig: MondayRig, settings: dict[str, Any], what: str
) -> None:
    """And be of a type that it can be used as."""
    assert (await failed(rig, **settings)).what == what


async def test_a_board_that_never_says_done_is_told(rig: MondayRig) -> None:
    """No label is marked as done, there is no status column, or a status is a sum: nothing would ever be done."""
    board = rig.simulator.board
    board.columns[0].labels = labels(("Open", False), ("Closed", False))
    assert "none is marked as done" in (await failed(rig)).says
    assert all(check.ok for check in await tried(rig, done_labels=("closed",)))
    board.hierarchy_type = "multi_level"
    assert "multi-level" in (await failed(rig)).says
    board.hierarchy_type = "classic"
    del board.columns[0]
    assert "no status column" in (await failed(rig, type_column="Kind")).says


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_trouble_on_the_way_is_a_delay(rig: MondayRig, status: int) -> None:
    """It says nothing of the credentials."""
    rig.simulator.fault(status=status, times=9)
    (check,) = await tried(rig)
    assert (check.ok, check.later) == (False, True)


async def test_a_used_up_limit_is_a_delay(rig: MondayRig) -> None:
    """It is no fault of the token; what was read before it is told."""
    rig.simulator.limits.day.allowed = 1
    checks = await tried(rig)
    assert [(check.what, check.ok) for check in checks][-1] == (REACHED, False)
    assert checks[-1].later
