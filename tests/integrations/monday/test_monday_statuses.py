"""Whether an item of monday.com is done is told by its label, and by nothing that people may name as they like."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from integrations.monday.answers import Column as ReadColumn
from orchestration.ports.errors import Refused
from tests.integrations.monday.monday_rig import MondayRig, judge, monday_rig

LABEL = "rel-1-ios"


@pytest.fixture
async def rig() -> AsyncIterator[MondayRig]:
    """An account and an adapter. At the end, what was said is held against monday.com's SDL."""
    async with monday_rig() as made:
        yield made
        if made.simulator.record:
            judge(made.simulator.record)


@pytest.mark.parametrize(("name", "done"), [("Working on it", False), ("Done", True), ("Stuck", False)])
async def test_done_is_a_flag_of_the_label(rig: MondayRig, name: str, *, done: bool) -> None:
    """By monday.com's own flag, whatever the label is called."""
    key = rig.seed("x")
    rig.simulator.move(key, name)
    status = await rig.pm.check_ticket_status(key)
    assert (status.name, status.done) == (name, done)
    for label in rig.simulator.board.columns[0].labels:
        label.label = f"{label.label}!"
    assert (await rig.pm.check_ticket_status(key)).done is done


async def test_an_item_without_a_label_is_not_done(rig: MondayRig) -> None:
    """A new item may have none: that has a name too."""
    status = await rig.pm.check_ticket_status(rig.seed("x"))
    assert (status.name, status.done) == ("no status", False)


async def test_labels_named_in_the_settings_decide_instead(rig: MondayRig) -> None:
    """Where the settings name done labels, those are done and no others, in any case."""
    key = rig.seed("x")
    pm = rig.another(done_labels=("STUCK",))
    for name, done in (("Done", False), ("Stuck", True)):
        rig.simulator.move(key, name)
        assert (await pm.check_ticket_status(key)).done is done


async def test_the_column_that_counts_is_named_or_the_first(rig: MondayRig) -> None:
    """Not the one that holds the issue type, and no column at all is a refusal: nothing would ever be done."""
    board = rig.simulator.board
    kind = next(column for column in board.columns if column.title == "Kind")
    kind.labels[1].is_done = True
    board.columns.remove(kind)
    board.columns.insert(0, kind)
    key = rig.seed("x")
    rig.simulator.move(key, "Release", column=kind.id)
    rig.simulator.move(key, "Stuck")
    assert (await rig.pm.check_ticket_status(key)).done
    for pm in (
        rig.another(type_column="kind"),
        rig.another(status_column="STATUS"),
        rig.another(status_column="status"),
    ):
        assert (await pm.check_ticket_status(key)).name == "Stuck"
    with pytest.raises(Refused) as caught:
        await rig.another(status_column="Other").check_ticket_status(key)
    assert "no status column 'Other'" in caught.value.reason


async def test_a_status_that_is_a_sum_is_refused(rig: MondayRig) -> None:
    """On a multi-level board an item's status sums up those below: it would look as if it never had one."""
    key = rig.seed("x")
    rig.simulator.board.hierarchy_type = "multi_level"
    with pytest.raises(Refused) as caught:
        await rig.pm.check_ticket_status(key)
    assert "multi-level" in caught.value.reason


async def test_an_item_keeps_its_key_on_another_board(rig: MondayRig) -> None:
    """Its id is its own in all of monday.com; titles find the columns there."""
    ticket = await rig.pm.create_release_ticket(rig.request(LABEL))
    other = rig.simulator.world.add_board("Archive")
    item = rig.simulator.item(ticket.key)
    item.board, item.values = other, {"status": 1}
    assert (await rig.pm.check_ticket_status(ticket.key)).done


async def test_an_archived_item_is_read_and_a_deleted_one_is_told(rig: MondayRig) -> None:
    """Done items are archived; a deleted one is gone in a month, and a person must restore it."""
    key = rig.seed("x")
    rig.simulator.move(key, "Done")
    rig.simulator.item(key).state = "archived"
    assert (await rig.pm.check_ticket_status(key)).done
    rig.simulator.item(key).state = "deleted"
    for attempt in (rig.pm.check_ticket_status(key), rig.pm.comment(key, "text", marker="sm:1")):
        with pytest.raises(Refused) as caught:
            await attempt
        assert "deleted" in caught.value.reason
        assert caught.value.link == rig.simulator.world.url(rig.simulator.item(key))


@pytest.mark.parametrize(
    "settings", [{"labels": [{"label": "A"}]}, '{"labels": [{"name": "A"}]}', None, "", "{}"]
)
def test_settings_are_read_in_either_form(settings: Any) -> None:
    """An object as documented, or the string of JSON that the scalar's description says."""
    column = ReadColumn.model_validate(
        {"id": "x", "title": "X", "type": "dropdown", "archived": False, "settings": settings}
    )
    wanted = ["A"] if settings and "A" in str(settings) else []
    assert [label.label for label in column.settings.labels] == wanted
