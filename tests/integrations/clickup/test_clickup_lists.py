"""What is known to go wrong with ClickUp's lists: pages, what they leave out, and times."""

from urllib.parse import parse_qs

import pytest

from orchestration.ports.errors import Refused
from tests.integrations.clickup.clickup_rig import ClickupRig, request

LABEL = "rel-1-ios"


async def test_times_are_texts_of_milliseconds(rig: ClickupRig) -> None:
    """The older of two tasks is the one of the smaller number, not of the text that sorts first."""
    rig.clock.now = 1_000_000_100.0
    world, home = rig.simulator.world, rig.simulator.list
    mark = f"Stationmaster: `{LABEL}`"
    world.add_task(home, name="younger", markdown=mark, created=1_000_000_000_000)
    older = world.add_task(home, name="older", markdown=mark, created=999_999_999_999)
    found = await rig.pm.find_ticket(project=rig.project, label=LABEL)
    assert found is not None
    assert found.key == older.id
    asked = parse_qs(rig.simulator.record[0].query)["date_created_gt"]
    assert asked == [str((1_000_000_100 - 90 * 86_400) * 1000)]


async def test_a_lists_tasks_are_read_page_by_page_from_nought(rig: ClickupRig) -> None:
    """A page has a hundred, and `last_page` tells the last: a ticket behind 240 younger tasks is found."""
    ticket = await rig.pm.create_release_ticket(request(rig.project))
    rig.settle()
    for number in range(240):
        rig.seed(f"other {number}")
    rig.settle()
    before = len(rig.simulator.record)
    assert await rig.pm.create_release_ticket(request(rig.project)) == ticket
    pages = [parse_qs(e.query)["page"][0] for e in rig.simulator.record[before:]]
    assert pages == ["0", "1", "2"]


async def test_a_last_page_that_is_full_is_the_last(rig: ClickupRig) -> None:
    """A hundred tasks are one page, and nobody asks for an empty one."""
    for number in range(100):
        rig.seed(f"other {number}")
    rig.settle()
    assert await rig.pm.find_ticket(project=rig.project, label=LABEL) is None
    assert [parse_qs(e.query)["archived"][0] for e in rig.simulator.record] == ["false", "true"]


async def test_more_tasks_than_can_be_looked_through_are_refused(rig: ClickupRig) -> None:
    """A ticket may be among those that were not looked at: no second one is made, and a person is told what to do."""
    for number in range(2001):
        rig.seed(f"other {number}")
    rig.settle()
    with pytest.raises(Refused) as caught:
        await rig.pm.create_release_ticket(request(rig.project))
    assert "list of their own" in caught.value.reason
    assert rig.tickets(LABEL) == 0


@pytest.mark.parametrize("how", ["closed", "archived", "a subtask", "in two lists"])
async def test_a_ticket_that_lists_leave_out_by_themselves_is_found(rig: ClickupRig, how: str) -> None:
    """Closed and archived tasks, subtasks and tasks of several lists are left out unless they are asked for."""
    ticket = await rig.pm.create_release_ticket(request(rig.project))
    task = rig.simulator.task(ticket.key)
    world = rig.simulator.world
    if how == "closed":
        rig.simulator.move(ticket.key, "complete")
    elif how == "archived":
        task.archived = True
    elif how == "a subtask":
        task.parent = rig.seed("parent")
    else:
        task.also_in.append(world.add_list("Everything", rig.simulator.space))
    rig.settle()
    assert await rig.pm.find_ticket(project=rig.project, label=LABEL) == ticket
    assert await rig.pm.create_release_ticket(request(rig.project)) == ticket
    assert (await rig.pm.check_ticket_status(ticket.key)).key == ticket.key
    assert rig.tickets(LABEL) == 1


async def test_comments_are_read_page_by_page_from_the_newest(rig: ClickupRig) -> None:
    """A page has 25, and the next one starts at the last comment of the page before, by its time and its id."""
    key = rig.seed("x")
    await rig.pm.comment(key, "first", marker="sm:[1]!")
    rig.chat(key, *(f"chat {number}" for number in range(60)))
    before = len(rig.simulator.record)
    await rig.pm.comment(key, "first, again", marker="sm:[1]!")
    assert len(rig.comments(key)) == 61
    places = [set(parse_qs(e.query)) for e in rig.simulator.record[before + 1 :]]
    assert places == [set(), {"start", "start_id"}, {"start", "start_id"}]


async def test_more_comments_than_can_be_looked_through_are_refused(rig: ClickupRig) -> None:
    """Ours may be among the older ones: no second one is made."""
    key = rig.seed("x")
    rig.chat(key, *(f"chat {number}" for number in range(500)))
    with pytest.raises(Refused):
        await rig.pm.comment(key, "text", marker="sm:1")
    assert len(rig.comments(key)) == 500
