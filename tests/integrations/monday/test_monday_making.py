"""What we make in monday.com stands where it should, is made once, and leaves texts as they are meant."""

import json
from collections.abc import AsyncIterator, Mapping

import pytest

from orchestration.ports.errors import Refused, TryLater
from sandbox.monday.world import Column, Group, labels
from tests.integrations.monday.monday_rig import MondayRig, judge, monday_rig
from tests.support.troubles import Spoiled, after_effect

LABEL = "rel-1-ios"


@pytest.fixture
async def rig() -> AsyncIterator[MondayRig]:
    """An account and an adapter. At the end, what was said is held against monday.com's SDL."""
    async with monday_rig() as made:
        yield made
        if made.simulator.record:
            judge(made.simulator.record)


@pytest.mark.parametrize(
    ("issue_type", "group"),
    [("", "topics"), ("  ", "topics"), ("bugs", "group_bugs"), ("group_release", "group_release")],
)
async def test_an_issue_type_is_a_group(rig: MondayRig, issue_type: str, group: str) -> None:
    """By title in any case or by id; none is the group at the top."""
    ticket = await rig.pm.create_release_ticket(rig.request(LABEL, issue_type=issue_type))
    assert rig.simulator.item(ticket.key).group.id == group


async def test_a_group_that_was_put_away_is_none(rig: MondayRig) -> None:
    """Archived and deleted groups are still listed, and take no items."""
    rig.simulator.board.groups += [
        Group(id="old", title="Old", archived=True),
        Group(id="gone", title="Gone", deleted=True),
    ]
    for name in ("Old", "Gone"):
        with pytest.raises(Refused) as caught:
            await rig.pm.create_release_ticket(rig.request(LABEL, issue_type=name))
        assert "issue type" in caught.value.reason
    assert rig.tickets(LABEL) == 0


async def test_an_issue_type_may_be_a_label(rig: MondayRig) -> None:
    """Of the status or dropdown column that the settings name, in any case; none is no label."""
    sizes = Column(
        id="dropdown_1", title="Train", type="dropdown", labels=labels(("Bug", False), ("Hotfix", False))
    )
    sizes.labels[0].is_deactivated = True
    rig.simulator.board.columns.append(sizes)
    kind, train = rig.another(type_column="kind"), rig.another(type_column="dropdown_1")
    one = await kind.create_release_ticket(rig.request("rel-1", issue_type="bug"))
    two = await train.create_release_ticket(rig.request("rel-2", issue_type="HOTFIX"))
    three = await train.create_release_ticket(rig.request("rel-3", issue_type=""))
    items = [rig.simulator.item(ticket.key) for ticket in (one, two, three)]
    assert [item.group.id for item in items] == ["topics"] * 3
    assert (items[0].values["color_mk2"], items[1].values["dropdown_1"]) == (0, [1])
    assert "dropdown_1" not in items[2].values
    with pytest.raises(Refused):
        await train.create_release_ticket(rig.request("rel-4", issue_type="Bug"))


async def test_a_board_without_our_column_is_refused(rig: MondayRig) -> None:
    """Nothing else is found again as surely, and we do not change boards: the reason says what to add."""
    for change in ({"title": "Other"}, {"title": "Stationmaster", "type": "status"}, {"archived": True}):
        vars(rig.simulator.board.columns[1]).update(change)
        for attempt in (
            rig.pm.create_release_ticket(rig.request(LABEL)),
            rig.pm.find_ticket(project=rig.project, label=LABEL),
        ):
            with pytest.raises(Refused) as caught:
                await attempt
            assert "no text column 'Stationmaster'" in caught.value.reason
    assert rig.simulator.world.items == []


async def test_two_columns_of_one_title_are_not_guessed_between(rig: MondayRig) -> None:
    """The id tells them apart."""
    rig.simulator.board.columns.append(Column(id="text_2", title="stationmaster", type="text"))
    with pytest.raises(Refused) as caught:
        await rig.pm.create_release_ticket(rig.request(LABEL))
    assert "two text columns" in caught.value.reason
    await rig.another(label_column="text_2").create_release_ticket(rig.request(LABEL))
    assert rig.tickets(LABEL) == 1


@pytest.mark.parametrize("state", ["archived", "deleted"])
async def test_a_board_that_was_put_away_is_refused(rig: MondayRig, state: str) -> None:
    """Before anything is sent that makes something."""
    rig.simulator.board.state = state
    with pytest.raises(Refused) as caught:
        await rig.pm.create_release_ticket(rig.request(LABEL))
    assert "project" in caught.value.reason
    assert rig.operations() == ["Board"]


@pytest.mark.parametrize("project", ["", "NOPE", "0", "12a", '1"]) { id } #'])
async def test_what_is_no_board_is_not_asked_for(rig: MondayRig, project: str) -> None:
    """A board is named by its id; documents are fixed, and what people wrote never becomes part of one."""
    with pytest.raises(Refused) as caught:
        await rig.pm.find_ticket(project=project, label=LABEL)
    assert "project" in caught.value.reason
    assert rig.simulator.record == []


async def test_a_name_that_is_too_long_is_refused_before_it_is_sent(rig: MondayRig) -> None:
    """255 characters, and all that is wrong is said at once."""
    with pytest.raises(Refused) as caught:
        await rig.pm.create_release_ticket(rig.request("two words", summary="x" * 256))
    assert "summary" in caught.value.reason
    assert "label" in caught.value.reason
    assert rig.simulator.record == []
    await rig.pm.create_release_ticket(rig.request(LABEL, summary="x" * 255))


def spoil(rig: MondayRig, body: Mapping[str, object]) -> None:
    """The next item is created, and the answer is this."""
    trouble = after_effect("ordered", 200, json.dumps(body))
    rig.simulator.hooks.append(Spoiled(simulator=rig.simulator, word="create_item", trouble=trouble))


async def test_what_failed_behind_a_mutation_leaves_it_in_doubt(rig: MondayRig) -> None:
    """Errors beside data: the item was made, and only the reading of it was refused. That is no refusal."""
    body = {
        "data": {"item": {"id": "1", "url": None}},
        "errors": [
            {"message": "no", "path": ["item", "url"], "extensions": {"code": "UserUnauthorizedException"}}
        ],
    }
    spoil(rig, body)
    with pytest.raises(TryLater) as caught:
        await rig.pm.create_release_ticket(rig.request(LABEL))
    assert caught.value.maybe_done
    rig.settle()
    await rig.pm.create_release_ticket(rig.request(LABEL))
    assert rig.tickets(LABEL) == 1


async def test_a_mutation_that_answers_null_is_in_doubt(rig: MondayRig) -> None:
    """`create_item` may be null by the SDL, without an error: nobody may believe that it was not made."""
    spoil(rig, {"data": {"item": None}})
    with pytest.raises(TryLater) as caught:
        await rig.pm.create_release_ticket(rig.request(LABEL))
    assert caught.value.maybe_done
