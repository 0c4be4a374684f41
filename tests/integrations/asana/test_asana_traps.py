"""What is known to go wrong with Asana, one rule each."""

import asyncio
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest

from integrations.asana import PROVIDER
from integrations.asana.client import MOST_PAGES, PAGE
from orchestration.ports.errors import Refused, TryLater
from sandbox.asana.world import FIRST_GID
from sandbox.kit import FaultKind, Moment
from tests.integrations.asana.asana_rig import LABEL, AsanaRig
from tests.support.troubles import JSON


async def whole_life(rig: AsanaRig) -> str:
    """Everything that is done with a ticket; its gid."""
    ticket = await rig.pm.create_release_ticket(rig.request())
    await rig.pm.find_ticket(project=rig.project, label=LABEL)
    await rig.pm.check_ticket_status(ticket.key)
    await rig.pm.link(ticket.key, rig.seed("other"))
    await rig.pm.comment(ticket.key, "text", marker="sm:1")
    return ticket.key


async def test_everything_is_wrapped_in_data_both_ways(rig: AsanaRig) -> None:
    """What we send is in `data`; a success that is not wrapped is none, and what it was about may be done."""
    await whole_life(rig)
    assert [set(body) for body in rig.sent()] == [{"data"}] * 3
    rig.simulator.fault(
        method="POST", kind=FaultKind.ANSWER_AFTER, status=201, headers=JSON, body='{"gid": "1"}'
    )
    with pytest.raises(TryLater) as caught:
        await rig.pm.create_release_ticket(rig.request("rel-2"))
    assert caught.value.maybe_done
    await rig.pm.create_release_ticket(rig.request("rel-2"))
    assert rig.tickets("rel-2") == 1


async def test_every_request_says_which_fields_it_reads(rig: AsanaRig) -> None:
    """Lists give gid and name only, and single things far more than is read: opt_fields is always there."""
    await whole_life(rig)
    assert all("opt_fields" in parse_qs(exchange.query) for exchange in rig.simulator.record)


async def test_a_task_is_done_when_it_is_complete(rig: AsanaRig) -> None:
    """Tasks have no status: without settings `completed` decides, wherever the task stands; shown is the section."""
    key = rig.seed()
    status = await rig.pm.check_ticket_status(key)
    assert (status.name, status.done) == ("To do", False)
    rig.simulator.world.complete(rig.simulator.task(key))
    status = await rig.pm.check_ticket_status(key)
    assert (status.name, status.done) == ("Completed", True)


async def test_sections_decide_where_the_settings_name_them(rig: AsanaRig) -> None:
    """Where the settings name sections, a task in one of them is done and no other, complete or not."""
    key = rig.seed()
    pm = rig.another(done_statuses=("in PROGRESS",))
    for section, done in (("To do", False), ("In progress", True), ("Shipped", False)):
        rig.simulator.move(key, section)
        status = await pm.check_ticket_status(key)
        assert (status.name, status.done) == (section, done)


async def test_a_section_of_another_project_does_not_make_a_task_done(rig: AsanaRig) -> None:
    """A task may be in several projects, also on somebody's own board: it is done where all its sections are."""
    key, simulator = rig.seed(), rig.simulator
    board = simulator.world.add_project("Ada's board", simulator.workspace, "Done")
    simulator.task(key).places.append((board, board.sections[0]))
    pm = rig.another(done_statuses=("Done", "Shipped"))
    status = await pm.check_ticket_status(key)
    assert (status.name, status.done) == ("To do, Done", False)
    rig.move_to_done(key)
    assert (await pm.check_ticket_status(key)).done
    simulator.task(key).places.clear()
    assert not (await pm.check_ticket_status(key)).done


async def test_the_option_of_a_field_decides_where_the_settings_name_one(rig: AsanaRig) -> None:
    """A project may keep the status in a custom field; its options are names, and it may have no value yet."""
    key = rig.seed()
    (field,) = rig.simulator.project.fields
    pm = rig.another(status_field="stage", done_statuses=("Released",))
    for option, name, done in (
        (None, "Incomplete", False),
        ("Testing",) * 2 + (False,),
        ("Released",) * 2 + (True,),
    ):
        rig.simulator.task(key).values = {} if option is None else {field.gid: option}
        status = await pm.check_ticket_status(key)
        assert (status.name, status.done) == (name, done)


async def test_a_task_without_the_field_can_not_be_judged(rig: AsanaRig) -> None:
    """The field was renamed or taken off the project, or the plan ended: nobody may take that for done or open."""
    key = rig.seed(completed=True)
    with pytest.raises(Refused) as caught:
        await rig.another(status_field="Status").check_ticket_status(key)
    assert "'Status'" in caught.value.reason
    assert caught.value.link is not None


@pytest.mark.parametrize("said", ["rejected", "changes_requested"])
async def test_an_approval_that_was_not_given_is_not_done(rig: AsanaRig, said: str) -> None:
    """Asana marks an approval complete also when it is rejected."""
    key = rig.seed(subtype="approval", approval_status=said, completed=True)
    status = await rig.pm.check_ticket_status(key)
    assert not status.done
    assert said.replace("_", " ") in status.name
    rig.simulator.task(key).approval_status = "approved"
    assert (await rig.pm.check_ticket_status(key)).done


async def test_a_task_is_made_with_project_and_tag_in_one_request(rig: AsanaRig) -> None:
    """addProject, addTag and addTask are calls of their own: a task made without its project might stay without it."""
    ticket = await rig.pm.create_release_ticket(rig.request())
    task = rig.simulator.task(ticket.key)
    assert [project.gid for project in task.projects] == [rig.project]
    assert [tag.name for tag in task.tags] == ["Release"]
    assert [asked for asked in rig.asked() if asked.startswith("POST")] == ["POST /tasks"]
    assert set(rig.sent()[0]["data"]) == {"name", "notes", "projects", "tags"}


async def test_neither_search_nor_events_nor_typeahead_is_asked(rig: AsanaRig) -> None:
    """Search answers 402 in free workspaces, is not paged and lags a minute; events start with a 412."""
    rig.simulator.workspace.paid = False
    key = await whole_life(rig)
    shapes = {asked.replace(key, "{gid}") for asked in rig.asked()}
    other = next(gid for gid, row in rig.simulator.world.rows.items() if row.name == "other")
    assert {shape.replace(other, "{gid}") for shape in shapes} == {
        "GET /tasks",
        "GET /tags",
        "POST /tasks",
        "GET /tasks/{gid}",
        "GET /tasks/{gid}/stories",
        "POST /tasks/{gid}/stories",
    }


async def test_a_task_is_found_at_once(rig: AsanaRig) -> None:
    """Asana recommends lists where a write must be seen at once. What may be late is a request that was given up."""
    ticket = await rig.pm.create_release_ticket(rig.request())
    assert await rig.another().find_ticket(project=rig.project, label=LABEL) == ticket
    assert rig.pm.search_lag == timedelta(seconds=30)
    assert rig.another(list_lag=5).search_lag == timedelta(seconds=5)


async def test_lists_are_read_page_by_page(rig: AsanaRig) -> None:
    """Lists give at most 100, newest first here: the release's task on the third page counts."""
    ticket = await rig.pm.create_release_ticket(rig.request())
    for number in range(2 * PAGE + 5):
        rig.seed(f"other {number}")
    assert await rig.pm.find_ticket(project=rig.project, label=LABEL) == ticket
    await rig.pm.create_release_ticket(rig.request())
    assert rig.tickets(LABEL) == 1
    offsets = [parse_qs(exchange.query).get("offset") for exchange in rig.simulator.record]
    assert len([offset for offset in offsets if offset]) == 4


async def test_a_list_without_end_is_no_proof_of_absence(rig: AsanaRig) -> None:
    """What stands behind the last page that we read may be the task: then nothing is made."""
    for number in range(PAGE * MOST_PAGES + 1):
        rig.seed(f"other {number}")
    with pytest.raises(Refused) as caught:
        await rig.pm.create_release_ticket(rig.request())
    assert str(PAGE * MOST_PAGES) in caught.value.reason
    assert rig.tickets(LABEL) == 0


async def test_tasks_completed_long_ago_are_not_looked_through(rig: AsanaRig) -> None:
    """A project keeps its done tasks for years: those completed within `look_back` days count, and all open ones."""
    ticket = await rig.pm.create_release_ticket(rig.request())
    rig.clock.now += timedelta(days=400).total_seconds()
    assert await rig.pm.find_ticket(project=rig.project, label=LABEL) == ticket
    rig.move_to_done(ticket.key)
    rig.clock.now += timedelta(days=20).total_seconds()
    assert await rig.pm.find_ticket(project=rig.project, label=LABEL) == ticket
    assert await rig.another(look_back=14).find_ticket(project=rig.project, label=LABEL) is None


async def test_a_used_up_limit_is_waited_for(rig: AsanaRig) -> None:
    """429 says in Retry-After how long; until then we ask nothing, for what is refused counts too."""
    rig.simulator.limits.a_minute = 0
    with pytest.raises(TryLater) as caught:
        await rig.pm.create_release_ticket(rig.request())
    assert caught.value.after == timedelta(seconds=60 - rig.clock.now % 60)
    assert not caught.value.maybe_done
    before = len(rig.simulator.record)
    with pytest.raises(TryLater):
        await rig.pm.create_release_ticket(rig.request())
    assert len(rig.simulator.record) == before
    rig.clock.now += caught.value.after.total_seconds()
    rig.simulator.limits.a_minute = 100
    await rig.pm.create_release_ticket(rig.request())
    assert rig.tickets(LABEL) == 1


async def test_a_limit_on_writings_at_once_is_surely_not_done(rig: AsanaRig) -> None:
    """Readings pass while writings are refused: the task was not made, and is made after the wait."""
    rig.simulator.limits.at_once[False] = 0
    with pytest.raises(TryLater) as caught:
        await rig.pm.create_release_ticket(rig.request())
    assert (caught.value.after, caught.value.maybe_done) == (timedelta(seconds=1), False)
    rig.simulator.limits.at_once[False] = 15
    rig.clock.now += 1
    await rig.pm.create_release_ticket(rig.request())
    assert rig.tickets(LABEL) == 1


async def test_few_requests_are_on_their_way_at_once(rig: AsanaRig) -> None:
    """Asana takes 50 readings and 15 writings at once; of ours there are never more than eight."""
    key = rig.seed()
    under_way: list[int] = [0]
    most = asyncio.Event()

    async def count(moment: Moment, _asked: Any) -> None:
        if moment is Moment.EFFECTIVE:
            under_way[0] -= 1
            return
        under_way[0] += 1
        seen.append(under_way[0])
        if under_way[0] == 8:
            most.set()
        await most.wait()

    seen: list[int] = []
    rig.simulator.hooks.append(count)
    await asyncio.gather(*(rig.pm.comment(key, "text", marker=f"sm:{n}") for n in range(20)))
    assert max(seen) == 8
    assert len(rig.comments(key)) == 20


def test_nothing_waits_for_webhooks() -> None:
    """Webhooks begin with a handshake (X-Hook-Secret) that must be answered while we ask: tasks are asked instead."""
    assert PROVIDER.hook is None


async def test_gids_are_texts(rig: AsanaRig) -> None:
    """A gid is longer than a number of JavaScript can tell: it is sent, and read, as text only."""
    ticket = await rig.pm.create_release_ticket(rig.request())
    assert int(ticket.key) > FIRST_GID > 2**53
    assert float(ticket.key) != int(ticket.key)
    data = rig.sent()[0]["data"]
    assert all(isinstance(gid, str) for gid in (*data["projects"], *data["tags"]))
    body = f'{{"data": {{"gid": {ticket.key}, "permalink_url": "x", "name": "x", "completed": true}}}}'
    rig.simulator.fault(status=200, headers=JSON, body=body)
    with pytest.raises(TryLater) as caught:
        await rig.pm.check_ticket_status(ticket.key)
    assert "could not be read" in caught.value.reason


async def test_what_is_no_gid_is_never_sent(rig: AsanaRig) -> None:
    """Gids become parts of addresses and queries: anything else is refused here."""
    for key in rig.bad_keys:
        for attempt in (
            rig.pm.check_ticket_status(key),
            rig.pm.link("12", key),
            rig.pm.comment(key, "text", marker="sm:1"),
            rig.pm.find_ticket(project=key, label=LABEL),
        ):
            with pytest.raises(Refused):
                await attempt
    assert rig.simulator.record == []
