"""What people choose from in ClickUp is read live: workspaces, lists, task types, and the statuses of a list."""

import pytest

from integrations.choices import Asked, Kind, Option, Page, drafted
from integrations.clickup.choices import CHOICES, SPACES_AT_ONCE
from integrations.clickup.settings import ClickupSettings
from orchestration.ports.errors import NeedsCredentials, Refused, TryLater
from sandbox.clickup import TOKEN
from tests.integrations.clickup.clickup_rig import ClickupRig, secrets


async def page(rig: ClickupRig, kind: Kind, *, token: str = TOKEN, **asked: str | None) -> Page:
    """A page of a reader."""
    return await CHOICES[kind](rig.settings(), secrets(token), rig.edge(), Asked(**asked))  # type: ignore[arg-type] # as the test says


async def whole(rig: ClickupRig, kind: Kind, **asked: str) -> list[Option]:
    """All pages of a reader, each within the limit, and none of them in vain at the end."""
    options: list[Option] = []
    cursor: str | None = None
    while True:
        found = await page(rig, kind, cursor=cursor, **asked)
        assert len(found.options) <= 100
        options += found.options
        cursor = found.next
        if cursor is None:
            return options


async def test_workspaces_are_read_before_one_is_chosen(rig: ClickupRig) -> None:
    """The reader serves the workspace of the settings, so it needs none."""
    draft = drafted(ClickupSettings, {"base_url": f"{rig.simulator.url}/api"})
    found = await CHOICES[Kind.WORKSPACES](draft, secrets(TOKEN), rig.edge(), Asked())
    assert found == Page(options=(Option(value="9001", label="Acme", detail="9001"),))


async def test_a_workspace_is_found_by_its_name_or_number(rig: ClickupRig) -> None:
    """In any case, and also by a part."""
    assert [len((await page(rig, Kind.WORKSPACES, words=w)).options) for w in ("ACM", "900", "x")] == [
        1,
        1,
        0,
    ]


async def test_lists_are_told_with_where_they_are(rig: ClickupRig) -> None:
    """Those in no folder first, then folder by folder; archived spaces are left out."""
    world, space = rig.simulator.world, rig.simulator.space
    apps = world.add_folder("Apps", space)
    world.add_list("iOS", space, folder=apps)
    world.add_list("Hidden", world.add_space("Old", archived=True))
    web = world.add_list("Site", world.add_space("Web"))
    options = await whole(rig, Kind.PROJECTS)
    assert [(option.label, option.detail) for option in options] == [
        ("Releases", "Mobile"),
        ("iOS", "Mobile / Apps"),
        ("Site", "Web"),
    ]
    assert options[-1].value == web.id


async def test_a_list_that_was_chosen_is_a_project(rig: ClickupRig) -> None:
    """The value of an option is what the port takes."""
    (option,) = (await page(rig, Kind.PROJECTS, words="rele")).options
    assert await rig.pm.find_ticket(project=option.value, label="rel-1") is None


async def test_many_lists_come_in_pages(rig: ClickupRig) -> None:
    """A space with more lists than a page holds is gone on with where the page ended; none is lost, none is twice."""
    world = rig.simulator.world
    for number in range(230):
        world.add_list(f"List {number}", rig.simulator.space)
    for number in range(3):
        world.add_list("Other", world.add_space(f"Space {number}"))
    values = [option.value for option in await whole(rig, Kind.PROJECTS)]
    assert len(values) == len(set(values)) == 234


async def test_many_spaces_are_looked_into_a_few_at_a_time(rig: ClickupRig) -> None:
    """Each space costs two requests, so a page looks into a few; the next goes on with the next space."""
    world = rig.simulator.world
    for number in range(2 * SPACES_AT_ONCE):
        world.add_list(f"List {number}", world.add_space(f"Space {number}"))
    first = await page(rig, Kind.PROJECTS)
    assert len(first.options) == SPACES_AT_ONCE
    assert len(rig.simulator.record) == 1 + 2 * SPACES_AT_ONCE
    assert len(await whole(rig, Kind.PROJECTS)) == 2 * SPACES_AT_ONCE + 1


async def test_a_page_of_lists_may_be_empty_and_go_on(rig: ClickupRig) -> None:
    """What fits the words may be in a later space only."""
    world = rig.simulator.world
    for number in range(SPACES_AT_ONCE):
        world.add_list(f"List {number}", world.add_space(f"Space {number}"))
    world.add_list("Needle", world.add_space("Last"))
    first = await page(rig, Kind.PROJECTS, words="needle")
    assert (first.options, first.next is None) == ((), False)
    assert [option.label for option in await whole(rig, Kind.PROJECTS, words="needle")] == ["Needle"]


@pytest.mark.parametrize("cursor", ["4711:0", "x", "7904:-1", ":"])
async def test_a_place_that_is_gone_is_refused(rig: ClickupRig, cursor: str) -> None:
    """A space may be archived between two pages: the first page is asked for again."""
    with pytest.raises(Refused) as caught:
        await page(rig, Kind.PROJECTS, cursor=cursor)
    assert "first page" in caught.value.reason


async def test_a_cursor_that_is_none_is_refused(rig: ClickupRig) -> None:
    """As a port error, like all that goes wrong."""
    with pytest.raises(Refused):
        await page(rig, Kind.ISSUE_TYPES, cursor="soon")


async def test_issue_types_are_the_task_types(rig: ClickupRig) -> None:
    """Task and Milestone are in every workspace and in no answer; each type can be made."""
    rig.simulator.world.types[1] = "Milestone"
    found = await page(rig, Kind.ISSUE_TYPES, within=rig.project)
    assert [option.value for option in found.options] == ["Task", "Milestone", "Release"]
    assert [option.value for option in await whole(rig, Kind.ISSUE_TYPES, words="mile")] == ["Milestone"]


async def test_many_task_types_come_in_pages(rig: ClickupRig) -> None:
    """At most a hundred at once."""
    rig.simulator.world.types |= {2000 + number: f"Type {number}" for number in range(250)}
    values = [option.value for option in await whole(rig, Kind.ISSUE_TYPES)]
    assert len(values) == len(set(values)) == 253


async def test_statuses_are_those_of_the_list(rig: ClickupRig) -> None:
    """With the type by which a status is done or not."""
    found = await page(rig, Kind.STATUSES, within=rig.project)
    assert [(option.value, option.detail) for option in found.options] == [
        ("to do", "open"),
        ("in progress", "custom"),
        ("shipped", "done"),
        ("complete", "closed"),
    ]
    assert [option.value for option in await whole(rig, Kind.STATUSES, within=rig.project, words="SHIP")] == [
        "shipped"
    ]


@pytest.mark.parametrize("within", ["", "MOB", "4711", "../team"])
async def test_statuses_need_a_list(rig: ClickupRig, within: str) -> None:
    """Without one, or with one that is nowhere, there is nothing to choose from."""
    with pytest.raises(Refused):
        await page(rig, Kind.STATUSES, within=within)


@pytest.mark.parametrize("kind", list(CHOICES))
async def test_a_reader_of_clickup_raises_port_errors(rig: ClickupRig, kind: Kind) -> None:
    """A wrong token, a server error and an answer of another shape, each in its own words."""
    within = rig.project
    with pytest.raises(NeedsCredentials):
        await page(rig, kind, token="pk_9_WRONG", within=within)
    rig.simulator.fault(status=500, times=1)
    with pytest.raises(TryLater):
        await page(rig, kind, within=within)
    rig.simulator.fault(status=200, headers={"Content-Type": "application/json"}, body="{}")
    with pytest.raises(TryLater):
        await page(rig, kind, within=within)
