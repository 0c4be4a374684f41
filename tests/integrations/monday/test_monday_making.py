"""What we make in monday.com stands where it should, is made once, and leaves texts as they are meant."""

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp import web

from integrations.monday.answers import Column as ReadColumn
from integrations.monday.wording import holds
from orchestration.ports.errors import Refused, TryLater
from sandbox.kit import FaultKind, Moment
from sandbox.monday.world import Column, Group, labels
from tests.integrations.monday.monday_rig import MondayRig, judge, monday_rig

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


async def test_a_marker_is_found_on_any_page_of_updates(rig: MondayRig) -> None:
    """Updates come a hundred at a time, newest first; the marker may stand on the last page."""
    key = rig.seed("x")
    await rig.pm.comment(key, "first", marker="sm:[1]!")
    rig.chat(key, *(f"chat {number}" for number in range(199)))
    await rig.pm.comment(key, "first, again", marker="sm:[1]!")
    await rig.pm.comment(key, "last", marker="sm:[2]!")
    assert len(rig.comments(key)) == 201


async def test_too_many_updates_are_no_proof_of_absence(rig: MondayRig) -> None:
    """Where the last page is not reached, we can't tell our own among them: nothing is made."""
    key = rig.seed("x")
    rig.chat(key, *["chat"] * 2000)
    with pytest.raises(Refused) as caught:
        await rig.pm.comment(key, "text", marker="sm:1")
    assert "2000 updates" in caught.value.reason
    assert len(rig.comments(key)) == 2000


async def test_what_people_wrote_makes_no_markup(rig: MondayRig) -> None:
    """Updates are HTML: every text is escaped, each line a paragraph, the marker the last of them."""
    key = rig.seed("x")
    await rig.pm.comment(key, "<b> & @all\n\nSee https://example.com/a_b", marker="sm:<1>")
    assert rig.comments(key) == [
        "<p>&lt;b&gt; &amp; @all</p><p>See https://example.com/a_b</p><p>sm:&lt;1&gt;</p>"
    ]
    await rig.pm.comment(key, "again", marker="sm:<1>")
    assert len(rig.comments(key)) == 1


async def test_a_link_names_the_other_item(rig: MondayRig) -> None:
    """With its address and name, which is escaped; it is a link from both sides."""
    one, two = rig.seed("one"), rig.seed('<two> & "three"')
    await rig.pm.link(one, two)
    await rig.pm.link(two, one)
    assert (rig.links(one, two), rig.comments(two)) == (1, [])
    (body,) = rig.comments(one)
    assert (
        f'<a href="{rig.simulator.world.url(rig.simulator.item(two))}">&lt;two&gt; &amp; &quot;three&quot;</a>'
        in body
    )


@pytest.mark.parametrize(
    ("body", "there"),
    [
        ("<p>sm:1</p>", True),
        ("<p>text<br>sm:1</p>", True),
        ("<div>\ufeff<span style='x'>sm:1</span></div>", True),
        ("sm:1", True),
        ("<p>sm:10</p>", False),
        ("<p>see sm:1</p>", False),
        ("", False),
    ],
)
def test_a_mark_is_a_line_of_its_own(body: str, *, there: bool) -> None:
    """Whatever the editor makes of the tags; a mark in the middle of a sentence is somebody's talk."""
    assert holds(body, "sm:1") is there


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


@dataclass(kw_only=True)
class Ordered:
    """A hook: the answer to an operation of this name is spoiled with a body, after its effect."""

    rig: MondayRig
    name: str
    body: Mapping[str, object]

    async def __call__(self, moment: Moment, asked: web.Request) -> None:
        """Order the fault for this one request."""
        if moment is Moment.ARRIVED and self.name in await asked.text():
            headers = {"Content-Type": "application/json"}
            body = json.dumps(self.body)
            self.rig.simulator.fault(kind=FaultKind.ANSWER_AFTER, status=200, headers=headers, body=body)


async def test_what_failed_behind_a_mutation_leaves_it_in_doubt(rig: MondayRig) -> None:
    """Errors beside data: the item was made, and only the reading of it was refused. That is no refusal."""
    body = {
        "data": {"item": {"id": "1", "url": None}},
        "errors": [
            {"message": "no", "path": ["item", "url"], "extensions": {"code": "UserUnauthorizedException"}}
        ],
    }
    ordered = Ordered(rig=rig, name="create_item", body=body)
    rig.simulator.hooks.append(ordered)
    with pytest.raises(TryLater) as caught:
        await rig.pm.create_release_ticket(rig.request(LABEL))
    assert caught.value.maybe_done
    rig.simulator.hooks.remove(ordered)
    rig.settle()
    await rig.pm.create_release_ticket(rig.request(LABEL))
    assert rig.tickets(LABEL) == 1


async def test_a_mutation_that_answers_null_is_in_doubt(rig: MondayRig) -> None:
    """`create_item` may be null by the SDL, without an error: nobody may believe that it was not made."""
    rig.simulator.hooks.append(Ordered(rig=rig, name="create_item", body={"data": {"item": None}}))
    with pytest.raises(TryLater) as caught:
        await rig.pm.create_release_ticket(rig.request(LABEL))
    assert caught.value.maybe_done
