"""What we make in ClickUp is made once as far as ClickUp lets us, and leaves texts as they are meant."""

import json
from datetime import timedelta

import pytest

from orchestration.ports.errors import Refused, TryLater
from sandbox.kit import FaultKind
from tests.integrations.clickup.clickup_rig import LAG, ClickupRig, request

LABEL = "rel-1-ios"


@pytest.mark.parametrize(
    ("name", "item", "asks"),
    [
        ("Release", 1300, True),
        ("release", 1300, True),
        ("Task", 0, False),
        ("milestone", 1, False),
        ("", 0, False),
    ],
)
async def test_an_issue_type_is_a_task_type(rig: ClickupRig, name: str, item: int, *, asks: bool) -> None:
    """By its name in any case. Task and Milestone are in every workspace, so nobody is asked for them."""
    ticket = await rig.pm.create_release_ticket(request(rig.project, issue_type=name))
    assert rig.simulator.task(ticket.key).item == item
    assert any("custom_item" in asked for asked in rig.requests()) is asks
    assert ("custom_item_id" in rig.bodies()[0]) is bool(name)


async def test_a_task_type_is_never_made(rig: ClickupRig) -> None:
    """A misspelt one is refused, with what to do."""
    with pytest.raises(Refused) as caught:
        await rig.pm.create_release_ticket(request(rig.project, issue_type="Relaese"))
    assert "'Relaese'" in caught.value.reason
    assert rig.tickets(LABEL) == 0


async def test_nobody_is_notified_by_a_ticket_or_a_comment(rig: ClickupRig) -> None:
    """Messages are Slack's business here: ClickUp tells the watchers, and not the author as well."""
    ticket = await rig.pm.create_release_ticket(request(rig.project))
    await rig.pm.comment(ticket.key, "text", marker="sm:1")
    assert [body["notify_all"] for body in rig.bodies()] == [False, False]


async def test_what_people_wrote_makes_no_markup(rig: ClickupRig) -> None:
    """Openers of links, mentions, images, code and HTML are escaped in a description; the mark is its last line."""
    text = "See [x](y) \\[b] @[z](#user_mention#7) <b> `z` https://example.com/a_b"
    ticket = await rig.pm.create_release_ticket(request(rig.project, description=text))
    written = rig.simulator.task(ticket.key).markdown
    escaped = "See \\[x](y) \\[b] @\\[z](#user_mention#7) \\<b> \\`z\\` https://example.com/a_b"
    assert written == f"{escaped}\n\nStationmaster: `{LABEL}`"


async def test_a_comment_is_plain_text(rig: ClickupRig) -> None:
    """Comments know no Markdown, so nothing is escaped there."""
    key = rig.seed("x")
    await rig.pm.comment(key, "RC 1: [x](y) `z`", marker="sm:rc_1")
    assert rig.comments(key) == ["RC 1: [x](y) `z`\n\nsm:rc_1"]


async def test_without_a_description_there_is_the_mark(rig: ClickupRig) -> None:
    """And no empty lines before it."""
    ticket = await rig.pm.create_release_ticket(request(rig.project, description=""))
    assert rig.simulator.task(ticket.key).markdown == f"Stationmaster: `{LABEL}`"


@pytest.mark.parametrize("label", [LABEL, "rel-1"])
async def test_a_mark_is_compared_whole(rig: ClickupRig, label: str) -> None:
    """A label that is the start of another, or stands in a sentence, is not the mark of a task."""
    rig.simulator.world.add_task(
        rig.simulator.list, name="x", markdown=f"Like Stationmaster: `{LABEL}`\n\nStationmaster: `{LABEL}-2`"
    )
    rig.settle()
    assert await rig.pm.find_ticket(project=rig.project, label=label) is None


async def test_a_create_whose_answer_was_lost_is_found_after_the_lag(rig: ClickupRig) -> None:
    """The list knows the task a little later; so long nothing that is absent is to be believed."""
    rig.simulator.fault(method="POST", path="/task$", kind=FaultKind.DROP_AFTER)
    with pytest.raises(TryLater) as caught:
        await rig.pm.create_release_ticket(request(rig.project))
    assert caught.value.maybe_done
    assert await rig.pm.find_ticket(project=rig.project, label=LABEL) is None
    assert rig.pm.search_lag >= timedelta(seconds=LAG)
    rig.clock.now += rig.pm.search_lag.total_seconds()
    await rig.pm.create_release_ticket(request(rig.project))
    assert rig.tickets(LABEL) == 1


async def test_of_two_that_bear_one_mark_the_older_counts(rig: ClickupRig) -> None:
    """ClickUp keeps nobody from making a task twice: where it happened, everybody takes the same one."""
    first = await rig.pm.create_release_ticket(request(rig.project))
    rig.clock.now += 1
    second = await rig.another().create_release_ticket(request(rig.project))
    assert first.key != second.key  # the list did not know the first one yet
    rig.settle()
    assert await rig.pm.find_ticket(project=rig.project, label=LABEL) == first
    assert await rig.pm.create_release_ticket(request(rig.project)) == first
    assert rig.tickets(LABEL) == 2


async def test_a_ticket_older_than_the_days_to_look_back_is_out_of_sight(rig: ClickupRig) -> None:
    """The days are the settings': so many, and not one more."""
    ticket = await rig.pm.create_release_ticket(request(rig.project))
    rig.clock.now += timedelta(days=89).total_seconds()
    assert await rig.pm.find_ticket(project=rig.project, label=LABEL) == ticket
    rig.clock.now += timedelta(days=1).total_seconds()
    assert await rig.pm.find_ticket(project=rig.project, label=LABEL) is None
    assert await rig.another(look_back=120).find_ticket(project=rig.project, label=LABEL) == ticket


async def test_a_ticket_that_was_moved_keeps_its_key(rig: ClickupRig) -> None:
    """In another list it is not found by its mark any more; by its key it is read as ever."""
    ticket = await rig.pm.create_release_ticket(request(rig.project))
    task = rig.simulator.task(ticket.key)
    task.home = rig.simulator.world.add_list("Archive", rig.simulator.space)
    rig.settle()
    assert await rig.pm.find_ticket(project=rig.project, label=LABEL) is None
    assert (await rig.pm.check_ticket_status(ticket.key)).key == ticket.key
    assert await rig.pm.find_ticket(project=task.home.id, label=LABEL) == ticket


async def test_an_answer_without_last_page_ends_with_a_short_page(rig: ClickupRig) -> None:
    """The description lets `last_page` be absent: then a page of less than a hundred is the last one."""
    rows = {"tasks": [{"id": "86c1", "url": "u", "date_created": "1", "text_content": None}]}
    headers = {"Content-Type": "application/json"}
    rig.simulator.fault(path="/task", status=200, headers=headers, body=json.dumps(rows), times=2)
    assert await rig.pm.find_ticket(project=rig.project, label=LABEL) is None
    assert len(rig.simulator.record) == 2


async def test_a_description_is_read_where_there_is_no_text_content(rig: ClickupRig) -> None:
    """Both are the description without markup, and either may be absent."""
    row = {
        "id": "86c1",
        "url": "u",
        "date_created": "1",
        "text_content": "",
        "description": f"Stationmaster: {LABEL}",
    }
    body = json.dumps({"tasks": [row], "last_page": True})
    rig.simulator.fault(path="/task", status=200, headers={"Content-Type": "application/json"}, body=body)
    found = await rig.pm.find_ticket(project=rig.project, label=LABEL)
    assert found is not None
    assert found.key == "86c1"


@pytest.mark.parametrize("project", ["", "NOPE", "0", "12/task", "../user", "12?page=1", "1" * 20])
async def test_what_is_no_number_of_a_list_is_refused_unsent(rig: ClickupRig, project: str) -> None:
    """A project is part of an address: nothing else gets there."""
    with pytest.raises(Refused) as caught:
        await rig.pm.find_ticket(project=project, label=LABEL)
    assert caught.value.reason.startswith("project: ")
    assert rig.simulator.record == []
