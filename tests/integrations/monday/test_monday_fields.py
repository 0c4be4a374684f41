"""Other fields of an item in monday.com: columns by title, texts as people write them, one request that makes it."""

import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest

from orchestration.ports.errors import NeedsCredentials, Refused, TryLater
from sandbox.monday.world import Column, Label
from tests.integrations.monday.monday_fields_rig import LABEL, fields_rig, made, refused
from tests.integrations.monday.monday_rig import MondayRig
from tests.support.troubles import Spoiled, after_effect


@pytest.fixture
async def rig() -> AsyncIterator[MondayRig]:
    """A board with further columns."""
    async with fields_rig() as with_columns:
        yield with_columns


@pytest.mark.parametrize(
    ("name", "text", "values"),
    [
        ("Codename", "Blue <Whale>, big", {"text_1": "Blue \u2039Whale\u203a, big"}),
        ("What is new", "One\nTwo", {"long_1": "One\nTwo"}),
        ("Estimate", "-12.50", {"numbers_1": "-12.50"}),
        ("Due date", "2026-11-30", {"date_1": "2026-11-30"}),
        ("Priority", "high", {"color_1": 1}),
        ("Platforms", "web , IOS,, ios", {"dropdown_1": [2, 0]}),
    ],
)
async def test_a_text_becomes_what_a_column_takes(
    rig: MondayRig, name: str, text: str, values: Mapping[str, Any]
) -> None:
    """Titles, ids and labels in any case; several between commas, each once."""
    assert await made(rig, {f" {name.upper()} ": f" {text} "}) == values


async def test_people_are_named_by_mail_or_name(rig: MondayRig) -> None:
    """In any case, several between commas, each once; also who is invited. Their names are read once for all."""
    ann = rig.simulator.world.add_user("Ann Able", "ann@acme.example", status="PENDING")
    rig.simulator.board.columns.append(Column(id="people_2", title="Reviewer", type="people"))
    fields = {"Owner": "ANN@acme.example, release captain, Ann Able", "reviewer": "Ann able"}
    assert await made(rig, fields) == {"people_1": [ann, rig.simulator.user], "people_2": [ann]}
    assert rig.operations() == ["WholeBoard", "ItemsByText", "People", "CreateItem"]


async def test_everybody_is_looked_through(rig: MondayRig) -> None:
    """A thousand people come at a time; more than ten thousand are not read."""
    for number in range(1000):
        rig.simulator.world.add_user(f"User {number}", f"user{number}@acme.example")
    values = await made(rig, {"Owner": "user999@acme.example"})
    assert [user.name for user in values["people_1"]] == ["User 999"]
    assert rig.operations().count("People") == 2
    for number in range(9000):
        rig.simulator.world.add_user(f"Further {number}", f"further{number}@acme.example")
    with pytest.raises(Refused, match="10000 people or more"):
        await rig.pm.create_release_ticket(rig.request("rel-2-ios", fields={"Owner": "User 1"}))
    assert rig.tickets("rel-2-ios") == 0


async def test_a_column_is_named_by_its_id_too(rig: MondayRig) -> None:
    """As in the connection. A title comes first: ids are what titles once were."""
    rig.simulator.board.columns += [
        Column(id="numbers", title="Text_1", type="numbers"),
        Column(id="extra", title=" Extra ", type="text"),
    ]
    assert await made(rig, {"numbers_1": "1", "text_1": "2", "extra": "3"}) == {
        "numbers_1": "1",
        "numbers": "2",
        "extra": "3",
    }


@pytest.mark.parametrize("text", ["", "  ", " , "])
async def test_an_empty_text_leaves_a_column_out(rig: MondayRig, text: str) -> None:
    """So does a list with nothing in it."""
    assert await made(rig, {"Platforms": text, "Owner": text, "Estimate": text.strip(" ,")}) == {}


@pytest.mark.parametrize("fields", [{}, {"Owner": " "}])
async def test_without_fields_nothing_more_is_asked(rig: MondayRig, fields: Mapping[str, str]) -> None:
    """The same three requests as ever; with fields it is three too, and the first of them reads more."""
    await made(rig, fields)
    assert rig.operations() == ["Board", "ItemsByText", "CreateItem"]
    await rig.pm.create_release_ticket(rig.request("rel-2-ios", fields={"Estimate": "3"}))
    assert rig.operations()[3:] == ["WholeBoard", "ItemsByText", "CreateItem"]


async def test_all_values_go_in_the_request_that_makes_the_item(rig: MondayRig) -> None:
    """Beside label, kind and description; and no label is made by the way."""
    fields = {"Priority": "HIGH", "Owner": "Release Captain", "Due date": "2026-11-30", "Codename": "x"}
    values = await made(rig, fields, type_column="Kind", description_column="Notes")
    variables = rig.sent()[-1]["variables"]
    assert json.loads(variables["values"]) == {
        "color_1": {"label": "High"},
        "people_1": {"personsAndTeams": [{"id": "7", "kind": "person"}]},
        "date_1": {"date": "2026-11-30"},
        "text_1": "x",
        "text_mkr1": LABEL,
        "long_text_mk3": {"text": "Planned for Friday."},
        "color_mk2": {"label": "Release"},
    }
    assert (values["color_mk2"], values["long_text_mk3"]) == (1, "Planned for Friday.")
    assert "create_labels_if_missing: false" in rig.sent()[-1]["query"]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        (
            {"Colour": "red"},
            "field: there is no 'Colour'; there is: Status, Kind, Notes, Codename, What is new",
        ),
        ({"Old": "x"}, "field: there is no 'Old'; there is: "),
        ({"Estimate": "soon"}, "Estimate: 'soon' is not a number"),
        ({"estimate": "1,5"}, "Estimate: '1,5' is not a number"),
        ({"Estimate": "nan"}, "Estimate: 'nan' is not a number"),
        ({"Due date": "Friday"}, "Due date: 'Friday' is not a day such as 2026-11-30"),
        ({"Due date": "20261130"}, "Due date: '20261130' is not a day such as 2026-11-30"),
        ({"Due date": "2026-02-30"}, "Due date: '2026-02-30' is not a day such as 2026-11-30"),
        ({"Priority": "Urgent"}, "Priority: there is no 'Urgent'; there is: Low, High"),
        ({"Priority": "Low, High"}, "Priority: there is no 'Low, High'; there is: Low, High"),
        ({"Platforms": "iOS, Watch"}, "Platforms: there is no 'Watch'; there is: iOS, Android, Web"),
        ({"Owner": "Zoe"}, "Owner: there is no 'Zoe'; there is: Release Captain"),
        ({"What is new": "x" * 2001}, "What is new: has more than 2000 characters"),
        ({"Cost": "12"}, "Cost: a column of the type formula can't be filled in"),
        ({"formula_1": "12"}, "Cost: a column of the type formula can't be filled in"),
        ({"name": "Other"}, "Name: Stationmaster itself writes it"),
        ({"stationmaster": "x"}, "Stationmaster: Stationmaster itself writes it"),
        ({"text_mkr1": "x"}, "Stationmaster: Stationmaster itself writes it"),
        ({"Owner": "Release Captain", "owner": "Ann"}, "Owner: is filled in twice"),
        ({"Estimate": "1", "numbers_1": "2"}, "Estimate: is filled in twice"),
    ],
)
async def test_what_can_not_be_written_is_refused(
    rig: MondayRig, fields: Mapping[str, str], reason: str
) -> None:
    """By the column's title, with what there is instead; no item is made."""
    assert (await refused(rig, fields)).startswith(reason)


async def test_columns_of_the_connection_are_its_own(rig: MondayRig) -> None:
    """What holds kind and description is written from these; where the connection names none, the columns are free."""
    settings = {"type_column": "color_mk2", "description_column": "notes"}
    assert await refused(rig, {"Kind": "Bug"}, **settings) == "Kind: Stationmaster itself writes it"
    assert await refused(rig, {"Notes": "x"}, **settings) == "Notes: Stationmaster itself writes it"
    assert await made(rig, {"Kind": "Bug", "Notes": "x"}) == {"color_mk2": 0, "long_text_mk3": "x"}


async def test_two_columns_of_one_title_are_told(rig: MondayRig) -> None:
    """Their ids tell them apart. One that can't be filled in is no second one."""
    rig.simulator.board.columns += [
        Column(id="numbers_2", title="estimate", type="numbers"),
        Column(id="mirror_1", title="Priority", type="mirror"),
    ]
    reason = await refused(rig, {"Estimate": "1"})
    assert reason == "Estimate: the board Releases has two of them: take an id (numbers_1, numbers_2)"
    assert await made(rig, {"numbers_2": "1", "Priority": "Low"}) == {"numbers_2": "1", "color_1": 0}


async def test_two_labels_of_one_name_are_told(rig: MondayRig) -> None:
    """Unless one of them is spelt as it was written. A deactivated label is not there."""
    column = next(c for c in rig.simulator.board.columns if c.title == "Priority")
    column.labels += [Label(id=2, label="HIGH"), Label(id=3, label="Gone", is_deactivated=True)]
    reason = await refused(rig, {"Priority": "high"})
    assert reason == "Priority: two labels are called 'high': give one of them another name"
    assert (
        await refused(rig, {"Priority": "gone"}) == "Priority: there is no 'gone'; there is: Low, High, HIGH"
    )
    assert await made(rig, {"Priority": "HIGH"}) == {"color_1": 2}


async def test_two_people_of_one_name_are_told(rig: MondayRig) -> None:
    """Their e-mail addresses tell them apart. Who was deactivated is not there."""
    world = rig.simulator.world
    one = world.add_user("Ann Able", "ann@acme.example")
    world.add_user("Ann Able", "ann.able@acme.example")
    world.add_user("Bo", "bo@acme.example", status="INACTIVE")
    reason = await refused(rig, {"Owner": "ann able"})
    assert reason == "Owner: there are 2 called 'ann able'; write the e-mail"
    assert (await refused(rig, {"Owner": "Bo"})).startswith(
        "Owner: there is no 'Bo'; there is: Release Captain, "
    )
    assert await made(rig, {"Owner": "Ann@acme.example"}) == {"people_1": [one]}


class Oddity(Column):
    """A column whose type has labels of another shape."""

    @property
    def settings(self) -> dict[str, Any]:
        """A mapping where others have a list."""
        return {"labels": {"1": "x"}}


async def test_settings_of_other_types_are_not_read(rig: MondayRig) -> None:
    """What another type calls labels may be anything: the board can be read all the same."""
    rig.simulator.board.columns.append(Oddity(id="odd", title="Odd", type="color_picker"))
    assert await made(rig, {"Estimate": "1", "Priority": "Low"}) == {"numbers_1": "1", "color_1": 0}
    rig.simulator.world.items.clear()
    with pytest.raises(Refused, match="Odd: a column of the type color picker can't be filled in"):
        await rig.pm.create_release_ticket(rig.request(fields={"Odd": "x"}))


async def test_a_lost_answer_makes_no_second_item(rig: MondayRig) -> None:
    """The item is found by its label, with all that was filled in, also where a field is gone by then."""
    trouble = after_effect("lost", 200, json.dumps({"data": {"item": None}}))
    rig.simulator.hooks.append(Spoiled(simulator=rig.simulator, word="create_item", trouble=trouble))
    wanted = rig.request(LABEL, fields={"Estimate": "3"})
    with pytest.raises(TryLater) as caught:
        await rig.pm.create_release_ticket(wanted)
    assert caught.value.maybe_done
    rig.settle()
    rig.simulator.board.columns = [c for c in rig.simulator.board.columns if c.title != "Estimate"]
    ticket = await rig.pm.create_release_ticket(wanted)
    assert rig.tickets(LABEL) == 1
    assert rig.simulator.item(ticket.key).values["numbers_1"] == "3"


async def test_looking_for_people_makes_nothing(rig: MondayRig) -> None:
    """Where it fails, nothing is in doubt; an app's token that may not see people is a person's business."""
    body = {"errors": [{"message": "no", "extensions": {"code": "missingRequiredPermissions"}}]}
    for answer, error in (("{", TryLater), (json.dumps(body), NeedsCredentials)):
        trouble = after_effect("ordered", 200, answer)
        rig.simulator.hooks.append(Spoiled(simulator=rig.simulator, word="query People", trouble=trouble))
        with pytest.raises(error) as caught:
            await rig.pm.create_release_ticket(rig.request(LABEL, fields={"Owner": "Release Captain"}))
        assert not getattr(caught.value, "maybe_done", False)
        rig.settle()
    assert rig.tickets(LABEL) == 0
    await made(rig, {"Owner": "Release Captain"})
