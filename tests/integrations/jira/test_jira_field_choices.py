"""Which further fields of a Jira ticket there are to choose from, and which of them are needed."""

from dataclasses import replace

import pytest

from integrations.choices import MOST, Kind, kind_within
from orchestration.ports.errors import Refused
from sandbox.jira import Flavour
from sandbox.jira.fields import COMMON
from tests.integrations.jira.jira_field_rig import LABEL, OTHERS, SIZES, custom, filled
from tests.integrations.jira.jira_rig import TEAM, jira_rig, judge, request
from tests.integrations.jira.test_jira_choices import asked

BOTH = pytest.mark.parametrize("flavour", list(Flavour))


@pytest.mark.parametrize(
    ("name", "kind", "type_"),
    [
        ("Pick", "select", b'"type": "string"'),
        ("Picks", "multiselect", b'"type": "array", "items": "string"'),
    ],
)
async def test_lists_of_older_data_centers_are_lists_too(name: str, kind: str, type_: bytes) -> None:
    """They call an option a string; the field's origin says what it is."""
    old = custom(1, name, kind, type="option", choices=SIZES)
    async with jira_rig(Flavour.DATA_CENTER) as rig:
        rig.simulator.world.add_project("WEB", fields=(old,))
        page = await asked(rig, Kind.TICKET_FIELDS, within=kind_within("WEB", "Task"))
        assert [option.label for option in page.options] == ["Labels", name]
        body = rig.simulator.record[-1].response_body.replace(b'"type": "option"', type_)
        assert type_ in body
        rig.simulator.fault(path=r"issuetypes/\d", status=200, body=body.decode())
        with pytest.raises(Refused, match=f"{name}: there is no 'Tiny'; there is: Small, Large$"):
            await rig.pm.create_release_ticket(request(LABEL, project="WEB", fields={name: "Tiny"}))


@BOTH
async def test_a_long_create_screen_is_read_to_its_end(flavour: Flavour) -> None:
    """Kinds and fields come by pages."""
    many = tuple(custom(n, f"Number {n}", "float", type="number") for n in range(1, MOST * 2 + 5))
    async with jira_rig(flavour) as rig:
        rig.simulator.world.add_project("WEB", fields=many)
        found = await filled(rig, {many[-1].name: "7"}, project="WEB")
        assert found[many[-1].id] == 7
        within = kind_within("WEB", "Task")
        pages = [await asked(rig, Kind.TICKET_FIELDS, within=within, cursor=at) for at in ("", "100", "200")]
        assert [len(page.options) for page in pages] == [MOST, MOST, 5]
        assert pages[-1].next is None


@BOTH
async def test_a_field_without_which_there_is_no_ticket_is_needed(flavour: Flavour) -> None:
    """Unless Jira has a default for it; without it Jira's own words are told, and with it the ticket is made."""
    level = custom(11, "Level", "select", type="option", choices=SIZES, required=True, default=True)
    async with jira_rig(flavour) as rig:
        rig.simulator.world.add_project("WEB", fields=(TEAM, level, *OTHERS))
        within = kind_within("WEB", "Task")
        page = await asked(rig, Kind.TICKET_FIELDS, within=within)
        assert "Level" in {option.label for option in page.options}
        assert [option.label for option in page.options if option.needed] == ["Team"]
        few = await asked(rig, Kind.TICKET_FIELDS, within=within, words="TE")
        assert [option.label for option in few.options] == ["Team", "Notes", "Testers"]
        with pytest.raises(Refused, match=r"Team is required"):
            await rig.pm.create_release_ticket(request(LABEL, project="WEB"))
        found = await filled(rig, {"Team": "Core"}, project="WEB")
        assert found[TEAM.id] == "Core"


@BOTH
async def test_labels_are_never_needed(flavour: Flavour) -> None:
    """Ours is there, whatever the create screen demands."""
    labels = replace(COMMON["labels"], required=True)
    async with jira_rig(flavour) as rig:
        rig.simulator.world.add_project("WEB", screen=frozenset({"summary"}), fields=(labels,))
        page = await asked(rig, Kind.TICKET_FIELDS, within=kind_within("WEB", "Task"))
        assert [(option.label, option.needed) for option in page.options] == [("Labels", False)]


@BOTH
async def test_the_fields_that_can_be_filled_in_are_listed(flavour: Flavour) -> None:
    """By Jira's names, with what stands in them; neither what we write nor what can't be filled in."""
    async with jira_rig(flavour) as rig:
        page = await asked(rig, Kind.TICKET_FIELDS, within=kind_within("MOB", "Task"))
        assert {o.value: o.detail for o in page.options} == {
            "Labels": "words, several at commas",
            "Priority": "value of a list",
            "Components": "value of a list, several at commas",
            "Fix versions": "value of a list, several at commas",
            "Assignee": "person",
            "Due date": "day",
            "Team": "value of a list",
            "Story points": "number",
        }
        assert not any(option.needed for option in page.options)
        rig.simulator.world.add_project("WEB", fields=OTHERS)
        names = {
            o.label for o in (await asked(rig, Kind.TICKET_FIELDS, within=kind_within("WEB", "Task"))).options
        }
        assert names & {"Area", "Started", "Attachment", "Reporter", "Summary", "Project"} == set()
        assert {"Labels", "Codename", "Notes", "Testers"} <= names
        assert judge(rig.simulator.record) == 6


@pytest.mark.parametrize("within", ["MOB", "MOB\n", "MOB\nBug", "\nTask", "MOB/x\nTask"])
async def test_fields_are_those_of_a_kind_of_ticket(within: str) -> None:
    """Without one it is said which there are; and nothing but a key becomes part of an address."""
    async with jira_rig(Flavour.CLOUD) as rig:
        with pytest.raises(Refused, match=r"there is: Task, Release|not the key of a Jira project"):
            await asked(rig, Kind.TICKET_FIELDS, within=within)
