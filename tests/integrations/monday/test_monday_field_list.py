"""Which other fields of an item there are is read live; an account of the sandbox keeps them."""

from collections.abc import AsyncIterator

import pytest

from integrations.choices import Asked, Kind, Option, Page, kind_within
from integrations.monday import PROVIDER
from integrations.monday.settings import MondaySettings
from sandbox.keeping import keep, restore
from sandbox.monday import MondaySimulator
from sandbox.monday.member import MondayMember
from sandbox.monday.world import Column
from sandbox.values import Given, Pace
from tests.integrations.monday.monday_fields_rig import LABEL, fields_rig, made, refused
from tests.integrations.monday.monday_rig import MondayRig, sdl, secrets


@pytest.fixture
async def rig() -> AsyncIterator[MondayRig]:
    """A board with further columns."""
    async with fields_rig() as with_columns:
        yield with_columns


async def listed(rig: MondayRig, issue_type: str = "", **asked: str) -> Page:
    """The fields that can be chosen."""
    within = asked.pop("within", kind_within(rig.project, issue_type))
    reader = PROVIDER.choices[Kind.TICKET_FIELDS]
    settings = MondaySettings(base_url=rig.simulator.url, board=rig.project, type_column="Kind")
    return await reader(settings, secrets(), rig.edge(), Asked(within=within, **asked))


@pytest.mark.parametrize("issue_type", ["", "Release"])
async def test_fields_that_can_be_filled_in_are_listed(rig: MondayRig, issue_type: str) -> None:
    """By title with the type beside it, whatever the kind; none is needed, because monday.com needs none.

    Neither what Stationmaster writes nor what can't be filled in is there; by id where two columns have one title.
    """
    rig.simulator.board.columns.append(Column(id="date_2", title="due date", type="date"))
    assert await listed(rig, issue_type) == Page(
        options=(
            Option(value="Status", label="Status", detail="status"),
            Option(value="Notes", label="Notes", detail="long text"),
            Option(value="Codename", label="Codename", detail="text"),
            Option(value="What is new", label="What is new", detail="long text"),
            Option(value="Estimate", label="Estimate", detail="numbers"),
            Option(value="date_1", label="date_1", detail="Due date, date"),
            Option(value="Priority", label="Priority", detail="status"),
            Option(value="Platforms", label="Platforms", detail="dropdown"),
            Option(value="Owner", label="Owner", detail="people"),
            Option(value="date_2", label="date_2", detail="due date, date"),
        )
    )
    assert [option.value for option in (await listed(rig, issue_type, words="not")).options] == ["Notes"]


async def test_whatever_is_listed_can_be_written(rig: MondayRig) -> None:
    """The list and the refusal of an unknown name tell the same names, and each of them is one."""
    rig.simulator.board.columns.append(Column(id="date_2", title="due date", type="date"))
    samples = {
        "status": "Done",
        "dropdown": "Web",
        "people": "Release Captain",
        "numbers": "1",
        "date": "2026-11-30",
    }
    columns_of = {c.id: c for c in rig.simulator.board.columns} | {
        c.title: c for c in rig.simulator.board.columns
    }
    names = [option.value for option in (await listed(rig)).options]
    reason = await refused(rig, {"Colour": "red"}, type_column="Kind")
    assert reason == f"field: there is no 'Colour'; there is: {', '.join(names)}"
    fields = {name: samples.get(columns_of[name].type, "x") for name in names} | {"Priority": "Low"}
    values = await made(rig, fields, type_column="Kind")
    assert {columns_of[name].id for name in names} | {"color_mk2"} == set(values)


async def test_fields_go_on_by_page(rig: MondayRig) -> None:
    """A hundred at a time."""
    rig.simulator.board.columns += [Column(id=f"t{n}", title=f"Text {n}", type="text") for n in range(150)]
    first = await listed(rig)
    assert (len(first.options), first.next) == (100, "100")
    second = await listed(rig, cursor="100")
    assert (len(second.options), second.next) == (59, None)


async def test_a_kept_account_comes_back_with_people_and_values(rig: MondayRig) -> None:
    """Who was given an item is one of the account's people in its next life too."""
    ann = rig.simulator.world.add_user("Ann", "ann@acme.example")
    values = await made(rig, {"Owner": "ann, release captain", "Due date": "2026-11-30", "Estimate": "3"})
    again = MondaySimulator(sdl=sdl())
    restore(keep(rig.simulator), again)
    (item,) = again.world.items
    captain, second = again.world.users
    assert (captain, second.name) == (again.user, ann.name)
    assert item.values == {**values, "people_1": [second, captain], "text_mkr1": LABEL}
    assert keep(again) == keep(rig.simulator)


async def test_the_account_of_a_world_has_fields_of_its_own() -> None:
    """A priority, an owner and a day besides those that a release needs; none of them is ever needed."""
    member = MondayMember(Given(pace=Pace(), schema=sdl()))
    columns_there = {c.title: c.type for c in member.simulator.board.columns}
    assert columns_there.items() >= {"Priority": "status", "Owner": "people", "Due date": "date"}.items()
    assert [user.status for user in member.simulator.world.users] == ["ACTIVE"]
