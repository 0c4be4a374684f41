"""The simulated Jira tells what fields a new issue has, and refuses what these don't take, each at its field."""

from typing import Any

import pytest

from sandbox.jira import Account, Flavour
from sandbox.jira.documents import from_text
from sandbox.jira.fields import KINDS, LONG_TEXT, Field
from tests.integrations.jira.jira_rig import TEAM
from tests.sandbox.jira.site_rig import SiteRig, site_rig

CLOUD, DATA_CENTER = Flavour.CLOUD, Flavour.DATA_CENTER
DOCUMENT = from_text("Some words")
BOTH = pytest.mark.parametrize("flavour", list(Flavour))
NOTES = Field(id="customfield_2", name="Notes", type="string", custom=LONG_TEXT)
TAGS = Field(id="customfield_5", name="Tags", type="array", items="string", custom=f"{KINDS}:labels")
AREA = Field(id="customfield_9", name="Area", type="option-with-child", custom=f"{KINDS}:cascadingselect")


async def rows(site: SiteRig, project: str = "MOB", **query: str) -> list[dict[str, Any]]:
    """Rows of createmeta for a task."""
    path = f"2/issue/createmeta/{project}/issuetypes/10100"
    body = (await site.ask("GET", path, params=query)).body
    found: list[dict[str, Any]] = body["fields" if site.simulator.site.flavour is CLOUD else "values"]
    return found


@BOTH
async def test_a_row_tells_type_values_and_whether_it_is_needed(flavour: Flavour) -> None:
    """Cloud has a key besides the id. What is switched off is marked; a default makes a field none that is needed."""
    async with site_rig(flavour) as site:
        found = {row["fieldId"]: row for row in await rows(site)}
        assert all(("key" in row) is (flavour is CLOUD) for row in found.values())
        assert found["priority"]["hasDefaultValue"]
        assert found["fixVersions"]["schema"] == {
            "type": "array",
            "items": "version",
            "system": "fixVersions",
        }
        assert found["fixVersions"]["allowedValues"][0] == {"id": "10300", "name": "0.9", "archived": True}
        assert found["customfield_10020"]["schema"] == {
            "type": "option",
            "custom": f"{KINDS}:select",
            "customId": 10020,
        }
        assert found["customfield_10020"]["allowedValues"][0] == {"id": "10400", "value": "Core"}
        assert "allowedValues" not in found["assignee"]


@BOTH
async def test_rows_come_by_pages_of_two_hundred_at_most(flavour: Flavour) -> None:
    """startAt, maxResults and total; more than two hundred at once are refused."""
    async with site_rig(flavour) as site:
        everything = await rows(site)
        assert await rows(site, startAt="3", maxResults="2") == everything[3:5]
        too_many = await site.ask(
            "GET", "2/issue/createmeta/MOB/issuetypes/10100", params={"maxResults": "201"}
        )
        assert too_many.status == 400
        assert too_many.body["errorMessages"] == ["Parameter 'maxResults' must not exceed the limit '200'"]


@BOTH
@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("priority", "High", "Specify a valid 'id' or 'name' for Priority"),
        ("priority", {"name": "Urgent"}, "Priority name 'Urgent' is not valid"),
        ("priority", {"id": 2}, "Priority id '2' is not valid"),
        ("components", {"name": "App"}, "data was not an array"),
        ("components", [{"id": "1"}], "Component id '1' is not valid"),
        ("fixVersions", [{"name": "0.9"}], "Version name '0.9' is not valid"),
        ("customfield_10020", {"name": "Core"}, "Specify a valid 'id' or 'value' for Team"),
        ("customfield_10020", {"value": "Nobody"}, "Option value 'Nobody' is not valid"),
        ("customfield_10021", "8", "Operation value must be a number"),
        ("customfield_10021", True, "Operation value must be a number"),
        ("duedate", 20261130, "Operation value must be a string"),
        ("duedate", "30/Nov/26", "Error parsing date string: 30/Nov/26"),
        ("duedate", "2026-02-30", "Error parsing date string: 2026-02-30"),
        ("assignee", "mia", "Specify a valid '"),
        ("assignee", {"accountId": "nobody", "name": "nobody"}, "User 'nobody' does not exist."),
        ("assignee", {"accountId": "gone", "name": "gone"}, "User 'gone' does not exist."),
        ("assignee", {"accountId": "guest", "name": "guest"}, "User 'guest' cannot be assigned issues."),
        ("customfield_10010", 7, "Operation value must be a string"),
        ("customfield_10010", "x" * 256, "The entered text is too long."),
        ("customfield_10010", "", "Team is required."),
        ("customfield_10010", None, "Team is required."),
        ("customfield_2", DOCUMENT, "Operation value must be a string"),
        ("customfield_5", [7], "data was not an array of strings"),
        ("customfield_5", ["a b"], "The label 'a b' contains spaces"),
        ("customfield_9", {"value": "a"}, "The field Area takes no value of this form."),
        ("customfield_404", "x", "Field 'customfield_404' cannot be set."),
    ],
)
async def test_what_a_field_does_not_take_is_refused_at_it(
    flavour: Flavour, name: str, value: Any, words: str
) -> None:
    """400, the words at the field's id; and nothing is made."""
    async with site_rig(flavour) as site:
        for person, active in (("gone", False), ("guest", True)):
            site.simulator.site.accounts.append(
                Account(
                    id=person,
                    name=person,
                    email=f"{person}@x.io",
                    token=person,
                    active=active,
                    assignable=False,
                )
            )
        project = site.simulator.world.projects["MOB"]
        project.fields = (*project.fields, TEAM, NOTES, TAGS, AREA)
        reply = await site.create(**{TEAM.id: "Core", name: value})
        assert reply.status == 400
        assert list(reply.body["errors"]) == [name]
        assert reply.body["errors"][name].startswith(words)
        assert not site.simulator.world.issues


@BOTH
async def test_what_was_set_is_shown(flavour: Flavour) -> None:
    """As the field has it: values with their names, people as users; by id or by name is the same."""
    async with site_rig(flavour) as site:
        who = {"accountId": "mia"} if flavour is CLOUD else {"name": "mia"}
        made = await site.create(
            priority={"name": "Low"}, components=[{"id": "10200"}], assignee=who, duedate="2026-11-30"
        )
        assert made.status == 201
        shown = (await site.ask("GET", "2/issue/MOB-1")).body["fields"]
        assert shown["priority"] == {"id": "4", "name": "Low"}
        assert shown["components"] == [{"id": "10200", "name": "App"}]
        assert shown["assignee"]["displayName"] == "Mia Keller"
        assert shown["duedate"] == "2026-11-30"


async def test_a_long_text_is_a_document_in_version_3() -> None:
    """Text in version 2, whichever of them wrote it."""
    async with site_rig() as site:
        site.simulator.world.projects["MOB"].fields = (NOTES,)
        assert (await site.create("3", customfield_2=DOCUMENT)).status == 201
        assert (await site.create("3", customfield_2="text")).status == 400
        told = [
            (await site.ask("GET", f"{v}/issue/MOB-1")).body["fields"]["customfield_2"] for v in ("2", "3")
        ]
        assert told == ["Some words", DOCUMENT]


@BOTH
async def test_people_are_searched_before_they_are_sifted(flavour: Flavour) -> None:
    """A range of those who fit, then of these who can be assigned: a page may be empty with more behind it."""
    word = "query" if flavour is CLOUD else "username"
    async with site_rig(flavour) as site:
        guest = Account(id="guest", name="Lee A", email="a@x.io", token="g", assignable=False)
        site.simulator.site.accounts += [guest, Account(id="lee", name="Lee B", email="b@x.io", token="l")]
        ask = {"project": "MOB", word: "lee", "maxResults": "1"}
        found = [
            (await site.ask("GET", "2/user/assignable/search", params={**ask, "startAt": start})).body
            for start in ("0", "1", "2")
        ]
        assert [[user["displayName"] for user in page] for page in found] == [[], ["Lee B"], []]
        assert ("emailAddress" in found[1][0]) is (flavour is DATA_CENTER)


@BOTH
async def test_a_search_for_people_needs_a_project_and_the_right_to_assign(flavour: Flavour) -> None:
    """400 without a project, 404 for one that is hidden, 401 for who may assign nobody; Cloud wants words too."""
    word = "query" if flavour is CLOUD else "username"
    async with site_rig(flavour) as site:
        path = "2/user/assignable/search"
        assert (await site.ask("GET", path, params={word: "mia"})).status == 400
        assert (await site.ask("GET", path, params={word: "mia", "project": "NOPE"})).status == 404
        bare = await site.ask("GET", path, params={"project": "MOB"})
        assert bare.status == (400 if flavour is CLOUD else 200)
        site.simulator.account.may -= {"assign"}
        assert (await site.ask("GET", path, params={word: "mia", "project": "MOB"})).status == 401
        assert "assignee" not in {row["fieldId"] for row in await rows(site)}
        refused = await site.create(assignee={"accountId": "mia", "name": "mia"})
        assert refused.body["errors"]["assignee"].startswith("Field 'assignee' cannot be set.")


async def test_the_fields_of_the_site_are_told() -> None:
    """Those of every issue, and those that its projects have further."""
    async with site_rig() as site:
        told = {row["id"]: row for row in (await site.ask("GET", "2/field")).body}
        assert told["customfield_10020"]["name"] == "Team"
        assert (told["customfield_10020"]["custom"], told["priority"]["custom"]) == (True, False)
