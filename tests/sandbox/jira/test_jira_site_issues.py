"""The simulated Jira takes and shows issues as Jira does: fields, texts, transitions, links, comments."""

from typing import Any

import pytest

from sandbox.jira import GERMAN, Flavour
from tests.integrations.jira.jira_rig import TEAM
from tests.sandbox.jira.site_rig import site_rig

CLOUD, DATA_CENTER = Flavour.CLOUD, Flavour.DATA_CENTER
DOCUMENT = {
    "type": "doc",
    "version": 1,
    "content": [{"type": "paragraph", "content": [{"type": "text", "text": "Hello"}]}],
}


async def test_texts_are_documents_in_version_3_and_text_in_version_2() -> None:
    """What one version wrote the other shows in its own form; the other form is refused at its field."""
    async with site_rig() as site:
        assert (await site.create("3", description=DOCUMENT)).status == 201
        old = await site.ask("GET", "2/issue/MOB-1", params={"fields": "description"})
        assert old.body["fields"] == {"description": "Hello"}
        new = await site.ask("GET", "3/issue/MOB-1", params={"fields": "description"})
        assert new.body["fields"] == {"description": DOCUMENT}
        for version, wrong in (("3", "Hello"), ("2", DOCUMENT), ("3", {"type": "doc", "version": 2})):
            reply = await site.create(version, description=wrong)
            assert reply.status == 400
            assert "description" in reply.body["errors"]


async def test_data_center_has_no_version_3() -> None:
    """Only version 2, also called latest."""
    async with site_rig(DATA_CENTER) as site:
        assert (await site.ask("GET", "3/serverInfo")).status == 404
        assert (await site.ask("GET", "latest/serverInfo")).body["deploymentType"] == "Server"


@pytest.mark.parametrize("flavour", list(Flavour))
@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"project": {"key": "NOPE"}}, {"project"}),
        ({"issuetype": {"name": "Unheard-of"}, "summary": ""}, {"issuetype", "summary"}),
        ({"issuetype": {}, "labels": ["two words"]}, {"issuetype", "labels"}),
        ({"summary": "two\nlines", "labels": "text"}, {"summary", "labels"}),
        ({"summary": "x" * 256, "mood": "good"}, {"summary", "mood"}),
        ({"description": "x" * 32768}, {"description"}),
    ],
)
async def test_all_wrong_fields_are_told(flavour: Flavour, fields: dict[str, Any], wrong: set[str]) -> None:
    """400 with one message per field, and nothing is made."""
    async with site_rig(flavour) as site:
        reply = await site.create(**fields)
        assert reply.status == 400
        assert set(reply.body["errors"]) == wrong
        assert site.simulator.world.issues == {}


async def test_bodies_that_are_no_json_are_refused() -> None:
    """400 for broken JSON, 415 for another content type."""
    async with site_rig() as site:
        url = f"{site.simulator.url}/rest/api/2/issue"
        for kind, status in (("application/json", 400), ("text/plain", 415)):
            headers = {**site.login(), "Content-Type": kind}
            async with site.session.post(url, data="{", headers=headers) as response:
                assert response.status == status


@pytest.mark.parametrize("flavour", list(Flavour))
async def test_create_metadata_is_read_per_project(flavour: Flavour) -> None:
    """Trap 6: createmeta is asked by project and type; Data Center calls the rows `values`."""
    async with site_rig(flavour) as site:
        site.simulator.world.add_project("WEB", fields=(TEAM,))
        path = "2/issue/createmeta/WEB/issuetypes"
        types = (await site.ask("GET", path)).body["issueTypes" if flavour is CLOUD else "values"]
        assert [kind["name"] for kind in types] == ["Task", "Release"]
        fields = (await site.ask("GET", f"{path}/{types[0]['id']}")).body
        rows = fields["fields" if flavour is CLOUD else "values"]
        needed = {row["fieldId"] for row in rows if row["required"]}
        assert needed == {"summary", "issuetype", "project", "customfield_10010"}


async def test_transitions_depend_on_the_state() -> None:
    """Trap 7: what leads on is listed with its target; what does not is refused."""
    async with site_rig(words=GERMAN) as site:
        await site.create(issuetype={"name": "Aufgabe"})
        listed = (await site.ask("GET", "2/issue/MOB-1/transitions")).body["transitions"]
        assert {t["to"]["statusCategory"]["key"] for t in listed} == {"indeterminate", "done"}
        done = next(t for t in listed if t["to"]["statusCategory"]["key"] == "done")
        moved = await site.ask("POST", "2/issue/MOB-1/transitions", {"transition": {"id": done["id"]}})
        assert moved.status == 204
        again = await site.ask("POST", "2/issue/MOB-1/transitions", {"transition": {"id": done["id"]}})
        assert again.status == 400
        status = (await site.ask("GET", "2/issue/MOB-1")).body["fields"]["status"]
        assert (status["name"], status["statusCategory"]["key"]) == ("Fertig", "done")


async def test_links_are_counted_and_need_both_ends() -> None:
    """A second link of a pair is a second link; an unknown end or type is 404."""
    async with site_rig() as site:
        await site.create()
        await site.create()
        body = {"type": {"name": "Blocks"}, "inwardIssue": {"key": "MOB-1"}, "outwardIssue": {"key": "MOB-2"}}
        assert [(await site.ask("POST", "2/issueLink", body)).status for _ in range(2)] == [201, 201]
        links = (await site.ask("GET", "2/issue/MOB-1")).body["fields"]["issuelinks"]
        assert [link["outwardIssue"]["key"] for link in links] == ["MOB-2", "MOB-2"]
        for wrong in ({"type": {"name": "Hugs"}}, {"inwardIssue": {"key": "MOB-9"}}):
            assert (await site.ask("POST", "2/issueLink", {**body, **wrong})).status == 404


async def test_comments_come_in_pages_and_in_either_order() -> None:
    """startAt, maxResults and orderBy; version 3 wants documents, and an empty comment is refused."""
    async with site_rig() as site:
        await site.create()
        for body in ("one", "two", "three"):
            assert (await site.ask("POST", "2/issue/MOB-1/comment", {"body": body})).status == 201
        assert (await site.ask("POST", "3/issue/MOB-1/comment", {"body": DOCUMENT})).status == 201
        query = {"orderBy": "-created", "startAt": "1", "maxResults": "2"}
        page = (await site.ask("GET", "2/issue/MOB-1/comment", params=query)).body
        assert ([c["body"] for c in page["comments"]], page["total"]) == (["three", "two"], 4)
        for version, wrong in (("3", "text"), ("2", " "), ("2", None)):
            reply = await site.ask("POST", f"{version}/issue/MOB-1/comment", {"body": wrong})
            assert "comment" in reply.body["errors"]


async def test_properties_are_kept_with_the_issue() -> None:
    """Set at creation or later, read by key."""
    async with site_rig() as site:
        await site.create()
        path = "2/issue/MOB-1/properties"
        assert (await site.ask("PUT", f"{path}/mark", {"a": 1})).status == 201
        assert (await site.ask("PUT", f"{path}/mark", {"a": 2})).status == 200
        assert (await site.ask("GET", f"{path}/mark")).body == {"key": "mark", "value": {"a": 2}}
        assert (await site.ask("GET", path)).body == {"keys": [{"key": "mark"}]}
        assert (await site.ask("GET", f"{path}/other")).status == 404
        fetched = await site.ask("GET", "2/issue/MOB-1", params={"properties": "mark", "fields": "summary"})
        assert fetched.body["properties"] == {"mark": {"a": 2}}


async def test_control_routes_show_and_move() -> None:
    """What exists, how often by label, and the hand of a person on the board."""
    async with site_rig() as site:
        await site.create(labels=["one"])
        await site.create(labels=["one", "two"])
        moved = await site.ask("POST", "/_sandbox/tickets/MOB-1/status", {"status": "done"})
        assert moved.status == 204
        state = (await site.ask("GET", "/_sandbox/state")).body
        assert state["effects"] == {"one": 2, "two": 1}
        assert [(t["key"], t["status"]) for t in state["tickets"]] == [("MOB-1", "Done"), ("MOB-2", "To Do")]
        for path, body in (("MOB-1", {"status": "Lost"}), ("MOB-9", {"status": "Done"})):
            assert (await site.ask("POST", f"/_sandbox/tickets/{path}/status", body)).status == 404
