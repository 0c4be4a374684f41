"""What people choose from in monday.com is read live."""

from collections.abc import AsyncIterator

import pytest

from integrations.choices import Asked, Kind, Option, Page, drafted
from integrations.monday import PROVIDER
from integrations.monday.settings import MondaySettings
from orchestration.ports.errors import NeedsCredentials, Refused
from sandbox.monday import TOKEN
from sandbox.monday.world import Column, Group, labels
from tests.integrations.monday.monday_rig import MondayRig, judge, monday_rig, secrets


@pytest.fixture
async def rig() -> AsyncIterator[MondayRig]:
    """An account. At the end, what was said is held against monday.com's SDL."""
    async with monday_rig() as made:
        yield made
        if made.simulator.record:
            judge(made.simulator.record)


async def read(rig: MondayRig, kind: Kind, *, token: str = TOKEN, typed: str = "", **asked: str) -> Page:
    """A page, with settings of which the live fields have no value yet, but for the type column if it is given."""
    values = {"base_url": rig.simulator.url, **({"type_column": typed} if typed else {})}
    settings = drafted(MondaySettings, values)
    return await PROVIDER.choices[kind](settings, secrets(token), rig.edge(), Asked(**asked))


async def test_boards_are_listed_by_id_and_name(rig: MondayRig) -> None:
    """Active boards of items; the workspace stands beside. Documents, subitems and archived boards are left out."""
    world = rig.simulator.world
    world.add_board("Subitems of Releases", type="sub_items_board")
    world.add_board("Notes", type="document")
    world.add_board("Old", state="archived")
    world.add_board("Secret", hidden=True)
    second = world.add_board("Website")
    page = await read(rig, Kind.PROJECTS)
    assert page == Page(
        options=(
            Option(value=second.id, label="Website"),
            Option(value=rig.project, label="Releases", detail="Mobile"),
        )
    )


async def test_boards_go_on_by_page(rig: MondayRig) -> None:
    """A hundred at a time; every board comes once."""
    for number in range(150):
        rig.simulator.world.add_board(f"Board {number}")
    first = await read(rig, Kind.PROJECTS)
    assert (len(first.options), first.next) == (100, "2")
    second = await read(rig, Kind.PROJECTS, cursor="2")
    assert (len(second.options), second.next) == (51, None)
    assert len({option.value for option in (*first.options, *second.options)}) == 151
    with pytest.raises(Refused):
        await read(rig, Kind.PROJECTS, cursor="next")


async def test_words_find_a_board_on_a_later_page(rig: MondayRig) -> None:
    """monday.com does not search boards: pages are read until one has something that fits, or there were enough."""
    for number in range(150):
        rig.simulator.world.add_board(f"Board {number}")
    page = await read(rig, Kind.PROJECTS, words="releas")
    assert [option.label for option in page.options] == ["Releases"]
    for number in range(450):
        rig.simulator.world.add_board(f"Further {number}")
    page = await read(rig, Kind.PROJECTS, words="releas")
    assert (page.options, page.next) == ((), "6")
    page = await read(rig, Kind.PROJECTS, words="releas", cursor="6")
    assert (len(page.options), page.next) == (1, None)
    assert (await read(rig, Kind.PROJECTS, words="nowhere", cursor="7")) == Page(options=())


async def test_issue_types_are_groups_or_labels(rig: MondayRig) -> None:
    """The groups of the board; where the settings name a column, its labels."""
    rig.simulator.board.groups.append(Group(id="old", title="Old", archived=True))
    page = await read(rig, Kind.ISSUE_TYPES, within=rig.project)
    assert [(o.value, o.detail) for o in page.options] == [
        ("Group Title", "group"),
        ("Bugs", "group"),
        ("Release", "group"),
    ]
    page = await read(rig, Kind.ISSUE_TYPES, within=rig.project, typed="Kind", words="REL")
    assert page.options == (Option(value="Release", label="Release", detail="Kind"),)
    with pytest.raises(Refused):
        await read(rig, Kind.ISSUE_TYPES, within=rig.project, typed="Notes")


async def test_statuses_are_the_labels_of_all_status_columns(rig: MondayRig) -> None:
    """Each once, and whether monday.com takes it as done."""
    board = rig.simulator.board
    board.columns[0].labels[2].is_deactivated = True
    board.columns.append(Column(id="s2", title="Review", type="status", labels=labels(("Done", True))))
    page = await read(rig, Kind.STATUSES, within=rig.project)
    assert [(o.value, o.detail) for o in page.options] == [
        ("Working on it", "Status"),
        ("Done", "Status, done"),
        ("Bug", "Kind"),
        ("Release", "Kind"),
    ]


async def test_fields_are_columns_by_title(rig: MondayRig) -> None:
    """A title holds for several boards; where two columns have one, only their ids tell them apart."""
    rig.simulator.board.columns += [
        Column(id="text_2", title="stationmaster", type="text"),
        Column(id="date", title="Due", type="date"),
        Column(id="old", title="Old", type="text", archived=True),
    ]
    page = await read(rig, Kind.FIELDS, within=rig.project)
    assert [(o.value, o.detail) for o in page.options] == [
        ("Status", "status"),
        ("text_mkr1", "text"),
        ("Kind", "status"),
        ("Notes", "long text"),
        ("text_2", "text"),
    ]


async def test_what_is_on_a_board_goes_on_too(rig: MondayRig) -> None:
    """A page holds a hundred; the cursor is the place behind it."""
    rig.simulator.board.groups += [Group(id=f"g{n}", title=f"Group {n}") for n in range(150)]
    first = await read(rig, Kind.ISSUE_TYPES, within=rig.project)
    assert (len(first.options), first.next) == (100, "100")
    second = await read(rig, Kind.ISSUE_TYPES, within=rig.project, cursor="100")
    assert (len(second.options), second.next) == (53, None)


@pytest.mark.parametrize("kind", [Kind.ISSUE_TYPES, Kind.STATUSES, Kind.FIELDS, Kind.TICKET_FIELDS])
async def test_a_board_must_be_chosen_first(rig: MondayRig, kind: Kind) -> None:
    """And be one that the token may see."""
    for within in ("", "4711"):
        with pytest.raises(Refused):
            await read(rig, kind, within=within)


@pytest.mark.parametrize("kind", PROVIDER.choices)
async def test_a_wrong_token_is_a_persons_business(rig: MondayRig, kind: Kind) -> None:
    """Readers raise port errors and nothing else."""
    with pytest.raises(NeedsCredentials):
        await read(rig, kind, token="wrong", within=rig.project)
