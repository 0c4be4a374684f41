"""What is refused of the further fields of a Jira ticket, before anything is made."""

from collections.abc import Mapping

import pytest

from orchestration.ports.errors import Refused
from sandbox.jira import Flavour
from sandbox.jira.fields import Choice
from tests.integrations.jira.jira_field_rig import LABEL, OTHERS, custom, filled, paths
from tests.integrations.jira.jira_rig import jira_rig, judge, request

BOTH = pytest.mark.parametrize("flavour", list(Flavour))


@BOTH
@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"Colour": "red"}, r"field: there is no 'Colour'; there is: Labels, Priority, Components"),
        ({"Priority": "Urgent"}, r"Priority: there is no 'Urgent'; there is: Highest, High, Medium"),
        ({"priority": "High, Low"}, r"Priority: there is no 'High, Low'"),
        ({"Components": "App, Watch"}, r"Components: there is no 'Watch'; there is: App, Widgets"),
        ({"Fix versions": "0.9"}, r"Fix versions: there is no '0.9'; there is: 1.0, 2.0"),
        ({"Team": "Nobody"}, r"Team: there is no 'Nobody'; there is: Core, Growth"),
        ({"Story points": "many"}, r"Story points: 'many' is not a number"),
        ({"Story points": "nan"}, r"Story points: 'nan' is not a number"),
        ({"Story points": "9" * 5000}, r"is not a number"),
        ({"Due date": "soon"}, r"Due date: 'soon' is not a day such as 2026-11-30"),
        ({"Due date": "2026-02-30"}, r"Due date: '2026-02-30' is not a day"),
        ({"Due date": "20261130"}, r"Due date: '20261130' is not a day"),
        ({"Labels": "two words"}, r"Labels: 'two words' has a space"),
        ({"Assignee": "Nobody"}, r"Assignee: there is no 'Nobody'; there is: nothing"),
        ({"Priority": "Low", "priority": "High"}, r"Priority: is filled in twice"),
        ({"Summary": "Mine"}, r"Summary: can't be among the other fields; Stationmaster writes it itself"),
        ({"description": "x"}, r"Description: can't be among the other fields; Stationmaster"),
        ({"Project": "WEB"}, r"Project: can't be among the other fields"),
        ({"Issue type": "Bug"}, r"Issue Type: can't be among the other fields"),
    ],
)
async def test_what_can_not_be_filled_in_is_refused(
    flavour: Flavour, fields: Mapping[str, str], words: str
) -> None:
    """With the field's name and what there is instead; nothing is sent that makes anything."""
    async with jira_rig(flavour) as rig:
        with pytest.raises(Refused, match=words):
            await rig.pm.create_release_ticket(request(LABEL, fields=fields))
        assert rig.tickets(LABEL) == rig.posts() == 0
        assert judge(rig.simulator.record) >= 4


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Area", "it is of Jira's type 'cascadingselect'"),
        ("Started", "it is of Jira's type 'datetime'"),
        ("Attachment", "it is of Jira's type 'array of attachment'"),
        ("Reporter", "Jira writes it itself"),
        ("Sizes", "there is no 'Huge'; there is: Small, Large"),
    ],
)
async def test_a_type_that_can_not_be_filled_in_is_told(name: str, words: str) -> None:
    """Refused in words, though the field is there; and an option that is switched off is none."""
    async with jira_rig(Flavour.CLOUD) as rig:
        rig.simulator.world.add_project("WEB", fields=OTHERS)
        with pytest.raises(Refused, match=f"{name}: .*{words}"):
            await rig.pm.create_release_ticket(request(LABEL, project="WEB", fields={name: "Huge"}))
        assert rig.posts() == 0
        assert judge(rig.simulator.record) >= 4


async def test_values_of_one_name_are_refused() -> None:
    """Which of them is meant can't be known."""
    twins = (Choice(id="1", name="Core"), Choice(id="2", name="core"))
    field = custom(1, "Team", "select", type="option", choices=twins)
    async with jira_rig(Flavour.CLOUD) as rig:
        rig.simulator.world.add_project("WEB", fields=(field,))
        with pytest.raises(Refused, match="Team: there are 2 called 'Core'"):
            await rig.pm.create_release_ticket(request(LABEL, project="WEB", fields={"Team": "Core"}))


@BOTH
async def test_fields_of_one_name_have_their_id_behind_it(flavour: Flavour) -> None:
    """So each can be named; the name alone is refused with both."""
    twins = (custom(1, "Team", "textfield", type="string"), custom(2, "team", "float", type="number"))
    async with jira_rig(flavour) as rig:
        rig.simulator.world.add_project("WEB", fields=twins)
        both = r"there is: Labels, Team \(customfield_1\), team \(customfield_2\)"
        with pytest.raises(Refused, match=both):
            await rig.pm.create_release_ticket(request(LABEL, project="WEB", fields={"Team": "Core"}))
        found = await filled(rig, {"Team (customfield_2)": "7"}, project="WEB")
        assert found["customfield_2"] == 7


@BOTH
async def test_a_kind_that_is_not_there_is_refused_with_those_that_are(flavour: Flavour) -> None:
    """Its id does as well as its name."""
    async with jira_rig(flavour) as rig:
        with pytest.raises(Refused, match=r"Kind of ticket: there is no 'Bug'; there is: Task, Release"):
            await rig.pm.create_release_ticket(request(LABEL, issue_type="Bug", fields={"Priority": "Low"}))
        assert (await filled(rig, {"Priority": "Low"}, issue_type="10101"))["issuetype"] == {"id": "10101"}
        assert sum(path.endswith("/issuetypes") for path in paths(rig)) == 1
