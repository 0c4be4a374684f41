"""Further fields of a ClickUp task: written by the names that people see, and set by the request that makes it."""

import pytest

from integrations.choices import Asked, Kind
from integrations.clickup.choices import CHOICES
from orchestration.ports.errors import Refused, TryLater
from sandbox.clickup import TOKEN
from sandbox.kit import FaultKind
from tests.integrations.clickup.clickup_filling import DAY, LABEL, field, listed, make, refusal
from tests.integrations.clickup.clickup_rig import ClickupRig, secrets


async def test_without_fields_no_request_is_more(rig: ClickupRig) -> None:
    """A list twice, the task types, and the task; a field with no text is none."""
    await make(rig)
    asked = len(rig.simulator.record)
    assert asked == 4
    rig.settle()
    rig.simulator.world.tasks.clear()
    await make(rig, Priority=" ", Nothing="")
    assert len(rig.simulator.record) == 2 * asked
    assert set(rig.bodies()[-1]) == {"name", "markdown_content", "notify_all", "custom_item_id"}


async def test_all_fields_go_in_the_request_that_makes_the_task(rig: ClickupRig) -> None:
    """One POST: what is lost is all or nothing, and our own name and mark stay ours."""
    task = await make(
        rig,
        assignees="Release Captain",
        PRIORITY="high",
        tags="Hotfix",
        due_DATE="2026-11-30",
        team="mobile",
    )
    (body,) = rig.bodies()
    assert body["custom_fields"] == [{"id": task.values[0][0], "value": task.values[0][1]}]
    assert (body["name"], task.text.splitlines()[-1]) == ("Release 1.2.0 - iOS", f"Stationmaster: {LABEL}")
    assert (task.assignees, task.priority, task.tags, task.due) == (
        (rig.simulator.captain,),
        2,
        ("hotfix",),
        DAY,
    )
    assert body["due_date_time"] is False


async def test_a_lost_answer_is_looked_for_and_not_made_again(rig: ClickupRig) -> None:
    """As without fields; for the one that is found no field is read any more."""
    rig.simulator.fault(method="POST", path="/task$", kind=FaultKind.DROP_AFTER)
    with pytest.raises(TryLater) as caught:
        await make(rig, Priority="Low")
    assert caught.value.maybe_done
    rig.settle()
    task = await make(rig, Priority="Low")
    assert (task.priority, rig.tickets(LABEL)) == (4, 1)
    assert sum("/field?" in asked for asked in rig.requests()) == 1


async def test_what_fails_while_fields_are_read_has_made_nothing(rig: ClickupRig) -> None:
    """Reading is no making: the caller need not look for anything before it tries again."""
    for path in (r"/field\?", "/team$", "/tag$"):
        rig.simulator.fault(path=path, status=500, times=20)
        with pytest.raises(TryLater) as caught:
            await make(rig, Assignees="Release App", Tags="release")
        assert not caught.value.maybe_done
        rig.simulator.faults.clear()
        rig.settle()
    assert rig.tickets(LABEL) == 0


@pytest.mark.parametrize(
    "text", ["release.app@example.com", "RELEASE.APP@EXAMPLE.COM", "release app", "Release App, release app"]
)
async def test_people_are_named_by_email_or_name(rig: ClickupRig, text: str) -> None:
    """In any case, each once; they need not have got the list by name, as those of the space have it too."""
    assert (await make(rig, Assignees=text)).assignees == (rig.simulator.app_user,)


async def test_several_people_keep_their_order(rig: ClickupRig) -> None:
    """Commas between them."""
    task = await make(rig, Assignees="Release App, release.captain@example.com")
    assert task.assignees == (rig.simulator.app_user, rig.simulator.captain)


async def test_people_of_one_name_are_told_apart_by_email(rig: ClickupRig) -> None:
    """Nobody guesses whom of two was meant."""
    twin = rig.simulator.world.add_account("Release App", "pk_9_OTHER")
    twin.mail = "other@example.com"
    assert await refusal(rig, Assignees="release app") == (
        "Assignees: there are 2 called 'release app'; write the e-mail"
    )
    assert (await make(rig, Assignees="other@example.com")).assignees == (twin,)


async def test_somebody_who_is_not_in_the_workspace_is_refused(rig: ClickupRig) -> None:
    """With those who are."""
    said = await refusal(rig, Assignees="Release App, nobody@example.com")
    assert said == "Assignees: there is no 'nobody@example.com'; there is: Release Captain, Release App"


@pytest.mark.parametrize(("text", "number"), [("Urgent", 1), ("high", 2), ("NORMAL", 3), (" Low ", 4)])
async def test_a_priority_is_a_word(rig: ClickupRig, text: str, number: int) -> None:
    """One of ClickUp's four."""
    assert (await make(rig, Priority=text)).priority == number


async def test_another_priority_is_refused(rig: ClickupRig) -> None:
    """Numbers too: ClickUp's first is the highest, which nobody needs to know."""
    said = "Priority: there is no '1'; there is: Urgent, High, Normal, Low"
    assert await refusal(rig, Priority="1") == said


async def test_a_tag_is_never_made(rig: ClickupRig) -> None:
    """Those of the list's space can be set, as they are spelled there."""
    assert await refusal(rig, Tags="release, new") == "Tags: there is no 'new'; there is: release, hotfix"
    assert (await make(rig, Tags="HOTFIX, release, hotfix")).tags == ("hotfix", "release")


@pytest.mark.parametrize(
    "text", ["soon", "20261130", "2026-W49-1", "2026-02-30", "30.11.2026", "2026-11-30T10"]
)
async def test_a_day_has_one_form(rig: ClickupRig, text: str) -> None:
    """Any other is refused, not guessed."""
    assert await refusal(rig, Due_date=text) == f"Due date: {text!r} is not a day such as 2026-11-30"


@pytest.mark.parametrize("name", ["Name", "description", "Status", "Task type", "custom_item_id"])
async def test_what_we_write_ourselves_is_no_field(rig: ClickupRig, name: str) -> None:
    """Name, description with its mark, and task type are not to be written over."""
    said = await refusal(rig, **{name: "x"})
    there = "Assignees, Priority, Tags, Due date, Team, Areas, Release notes"
    assert said == f"field: there is no {name.replace('_', ' ')!r}; there is: {there}"


async def test_a_field_that_is_given_twice_is_refused(rig: ClickupRig) -> None:
    """Names differ by more than their case, or one of the two texts would be lost."""
    assert await refusal(rig, Priority="High", priority="Low") == "Priority: is filled in twice"


async def test_fields_are_listed_with_what_they_hold(rig: ClickupRig) -> None:
    """ClickUp's own first. A required field is needed of people only, and the ticket is made without it."""
    field(rig, " Build ", "number", required=True)
    assert [(option.value, option.detail) for option in await listed(rig)] == [
        ("Assignees", "people, by e-mail or name"),
        ("Priority", "Urgent, High, Normal, Low"),
        ("Tags", "tags of the space"),
        ("Due date", "a day"),
        ("Team", "one of its options"),
        ("Areas", "some of its labels"),
        ("Release notes", "a link"),
        ("Build", "a number"),
    ]
    assert not any(option.needed or option.value != option.label for option in await listed(rig, ""))
    assert (await make(rig)).values == ()


async def test_fields_of_a_list_or_task_type_that_is_not_there_are_refused(rig: ClickupRig) -> None:
    """In the words of the list and the issue type."""
    read = CHOICES[Kind.TICKET_FIELDS]
    for within, said in (
        ("4711\nTask", "project: the list 4711 is not in ClickUp"),
        ("../team\nTask", "project: '../team' is no list"),
        (f"{rig.project}\nNope", "issue type: the workspace has no task type 'Nope'"),
    ):
        with pytest.raises(Refused) as caught:
            await read(rig.settings(), secrets(TOKEN), rig.edge(), Asked(within=within))
        assert caught.value.reason.startswith(said)
