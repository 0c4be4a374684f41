"""Further fields of a Jira ticket: what is sent for them, and when."""

import pytest

from orchestration.ports.errors import TryLater
from sandbox.jira import Flavour, JiraSimulator
from sandbox.jira.fields import ASSIGNEE
from sandbox.keeping import keep, restore
from sandbox.kit import FaultKind
from tests.integrations.jira.jira_field_rig import LABEL, OTHERS, filled, paths
from tests.integrations.jira.jira_rig import TEAM, jira_rig, request

BOTH = pytest.mark.parametrize("flavour", list(Flavour))


@BOTH
@pytest.mark.parametrize(
    ("name", "text", "id_", "value"),
    [
        ("Priority", "High", "priority", {"id": "2"}),
        ("PRIORITY", " high ", "priority", {"id": "2"}),
        ("Components", "widgets, App, widgets", "components", [{"id": "10201"}, {"id": "10200"}]),
        ("Fix versions", "2.0", "fixVersions", [{"id": "10302"}]),
        ("Due date", "2026-11-30", "duedate", "2026-11-30"),
        ("Team", "growth", "customfield_10020", {"id": "10401"}),
        ("Story points", "8", "customfield_10021", 8),
        ("Story points", "-0.5", "customfield_10021", -0.5),
    ],
)
async def test_names_become_what_jira_wants(
    flavour: Flavour, name: str, text: str, id_: str, value: object
) -> None:
    """In any case; several at commas, each once; numbers and days as they are."""
    async with jira_rig(flavour) as rig:
        assert (await filled(rig, {name: text}))[id_] == value


@BOTH
@pytest.mark.parametrize(
    ("name", "text", "id_", "value"),
    [
        ("Codename", "Big, [bad] fox", "customfield_1", "Big, [bad] fox"),
        ("Notes", "See [~bob]", "customfield_2", "See \\[~bob]"),
        ("Environment", "{code}", "environment", "\\{code}"),
        ("Sizes", "Large, small", "customfield_3", [{"id": "2"}, {"id": "1"}]),
        ("Old size", "small", "customfield_4", {"id": "1"}),
        ("Tags", "one, two", "customfield_5", ["one", "two"]),
        ("Target", "1.0", "customfield_8", {"id": "77"}),
    ],
)
async def test_fields_that_teams_have_made_are_filled_in(
    flavour: Flavour, name: str, text: str, id_: str, value: object
) -> None:
    """By their types; a text that Jira reads as wiki markup makes none."""
    async with jira_rig(flavour) as rig:
        rig.simulator.world.add_project("WEB", fields=OTHERS)
        assert (await filled(rig, {name: text}, project="WEB"))[id_] == value


@BOTH
async def test_labels_stand_beside_ours(flavour: Flavour) -> None:
    """The label by which the ticket is found again stays the first one, and is there once."""
    async with jira_rig(flavour) as rig:
        found = await filled(rig, {"Labels": f"mobile, train, {LABEL}"})
        assert found["labels"] == [LABEL, "mobile", "train"]
        assert rig.tickets(LABEL) == 1


@BOTH
async def test_an_empty_text_leaves_its_field_out(flavour: Flavour) -> None:
    """Nothing is sent for it, as if it were not among the fields."""
    async with jira_rig(flavour) as rig:
        texts = {"Priority": "", "Components": " , ", "Labels": "", "Due date": " "}
        found = await filled(rig, texts)
        assert found.keys() == {"project", "issuetype", "summary", "description", "labels"}
        assert found["labels"] == [LABEL]


@BOTH
async def test_without_fields_nothing_more_is_asked(flavour: Flavour) -> None:
    """And with them what is asked are readings, before the one request that makes the ticket."""
    async with jira_rig(flavour) as plain, jira_rig(flavour) as rig:
        await plain.pm.create_release_ticket(request(LABEL))
        await rig.pm.create_release_ticket(
            request(LABEL, fields={"Priority": "High", "Assignee": "mia keller"})
        )
        assert not any("createmeta" in path or "user" in path for path in paths(plain))
        more = [
            "GET issue/createmeta/MOB/issuetypes",
            "GET issue/createmeta/MOB/issuetypes/10100",
            "GET user/assignable/search",
        ]
        assert paths(rig) == [*paths(plain)[:-1], *more, "POST issue"]
        rig.settle()
        before = len(rig.simulator.record)
        await rig.pm.create_release_ticket(request(LABEL, fields={"Colour": "red"}))
        assert {path.split("?")[0] for path in paths(rig)[before:]} <= {"GET search/jql", "GET search"}


@BOTH
async def test_a_ticket_with_fields_whose_answer_is_lost_is_made_once(flavour: Flavour) -> None:
    """The making may have been done; the repeat finds the ticket, fields and all."""
    async with jira_rig(flavour) as rig:
        rig.simulator.fault(method="POST", path="/issue$", kind=FaultKind.DROP_AFTER)
        wanted = request(LABEL, fields={"Priority": "High"})
        with pytest.raises(TryLater) as caught:
            await rig.pm.create_release_ticket(wanted)
        assert caught.value.maybe_done
        rig.settle()
        ticket = await rig.pm.create_release_ticket(wanted)
        assert rig.tickets(LABEL) == 1
        assert rig.simulator.ticket(ticket.key).custom == {"priority": {"id": "2", "name": "High"}}


async def test_a_kept_site_has_its_fields_and_what_stands_in_them() -> None:
    """In its next life the ticket is as it was, and a further one can be made."""
    async with jira_rig(Flavour.CLOUD) as rig, jira_rig(Flavour.CLOUD) as later:
        rig.simulator.world.add_project("WEB", fields=(TEAM, ASSIGNEE))
        wanted = {"Team": "Core", "Assignee": "mia keller"}
        ticket = await rig.pm.create_release_ticket(request(LABEL, project="WEB", fields=wanted))
        restore(keep(rig.simulator.world), later.simulator.world)
        held = rig.simulator.ticket(ticket.key).custom
        assert later.simulator.ticket(ticket.key).custom == held
        again = await later.pm.create_release_ticket(request("rel-2-ios", project="WEB", fields=wanted))
        assert later.simulator.ticket(again.key).custom.keys() == held.keys()


async def test_a_kept_site_has_its_people() -> None:
    """And what a project is made with."""
    first, second = JiraSimulator(), JiraSimulator()
    first.site.accounts[-1].active = False
    restore(keep(first), second)
    assert second.site.accounts == first.site.accounts
    assert second.world.projects["MOB"].fields == first.world.projects["MOB"].fields
