"""Roles over REST and on the command line: shown to owners, granted and taken back by them, and by no program."""

from collections.abc import AsyncIterator

import pytest

from tests.rest.people_of_chat import GONE, GROUP, UNREADABLE, Chat
from tests.rest.rest_rig import Rest, rest_on
from tests.rest.story_rig import telling
from tests.rest.test_release_words import Typed, typed
from tests.rest.test_rest_journey import Story
from tests.support.databases import open_store
from tests.support.rehearsed import ANN, BO

__all__ = ["typed"]

OWNER = "U000OWN01"
CHAT = Chat(inside=frozenset({BO.id}))


@pytest.fixture
async def room(sqlite_url: str) -> AsyncIterator[Rest]:
    """A workspace with one owner, who asks with a token of their own."""
    store = open_store(sqlite_url)
    async with rest_on(store, more={"membership": CHAT, "faces": CHAT}) as rest:
        rest.token = await rest.own(OWNER, "admin", role="owner")
        yield rest
    await store.close()


@pytest.fixture
async def story(sqlite_url: str) -> AsyncIterator[Story]:
    """A company in memory, for words."""
    async with telling(sqlite_url) as made:
        yield made


async def test_an_owner_grants_and_takes_back(room: Rest) -> None:
    """201 where it is new, 200 where it was so already; taken back once or twice is 204; each change is told once."""
    one = "/roles/U0000BO02/approver:qa"
    assert (await room.ask("PUT", one)).status == 201
    again = await room.ask("PUT", one)
    assert again.status == 200
    assert again.body == {"holder": "U0000BO02", "kind": "person", "role": "approver:qa"}
    assert (await room.ask("PUT", f"/roles/{GROUP}/editor")).status == 201
    assert (await room.ask("PUT", "/roles/*/viewer")).status == 201
    assert (await room.ask("PUT", "/roles/workflow/editor")).status == 201
    listed = (await room.ask("GET", "/roles")).body["items"]
    assert [(each["holder"], each["kind"], each["role"]) for each in listed] == [
        ("*", "everybody", "viewer"),
        (GROUP, "group", "editor"),
        ("U0000BO02", "person", "approver:qa"),
        (OWNER, "person", "owner"),
        ("workflow", "workflow", "editor"),
    ]
    assert [(await room.ask("DELETE", one)).status for _ in range(2)] == [204, 204]
    assert len((await room.ask("GET", "/roles")).body["items"]) == 4
    told = [
        (kind, actor, data["person"]) for kind, actor, data in await room.told() if kind.startswith("ROLE")
    ]
    assert told.count(("ROLE_GRANTED", OWNER, "U0000BO02")) == 1
    assert told.count(("ROLE_REVOKED", OWNER, "U0000BO02")) == 1


async def test_the_list_comes_in_pages(room: Rest) -> None:
    """Each role once, in order, whatever the page's length."""
    for role in ("viewer", "editor", "approver:qa", "approver:legal"):
        assert (await room.ask("PUT", f"/roles/U0000BO02/{role}")).status == 201
    first = (await room.ask("GET", "/roles?limit=3")).body
    rest = (await room.ask("GET", f"/roles?limit=3&cursor={first['next']}")).body
    found = [(each["holder"], each["role"]) for each in (*first["items"], *rest["items"])]
    assert rest["next"] is None
    assert found == sorted(found)
    assert len(found) == len(set(found)) == 5


async def test_a_role_counts_from_the_next_request(room: Rest) -> None:
    """Who gets one by their group may act with it; who lost it may not, with the same token."""
    bo = await room.own(BO.id, "read", "admin", role="viewer")
    assert (await room.ask("GET", "/roles", token=bo)).status == 403
    assert (await room.ask("PUT", f"/roles/{GROUP}/owner")).status == 201
    assert (await room.ask("GET", "/roles", token=bo)).status == 200
    assert (await room.ask("DELETE", f"/roles/{GROUP}/owner")).status == 204
    assert (await room.ask("GET", "/roles", token=bo)).status == 403


async def test_only_owners_with_tokens_of_their_own(room: Rest) -> None:
    """An admin's program sees roles and changes none; a person needs the role and the scope; nothing is changed."""
    program = await room.issue("admin")
    editor = await room.own("U000DAN01", "admin", role="editor")
    narrow = await room.own(OWNER, "read", "release:write")
    before = (await room.ask("GET", "/roles", token=program)).body
    for method in ("PUT", "DELETE"):
        for token in (program, editor, narrow):
            refused = await room.ask(method, "/roles/U000DAN01/editor", token=token)
            says = "A person decides this" in refused.body["detail"]
            assert (refused.status, says) == (403, token is program)
    assert (await room.ask("GET", "/roles")).body == before


async def test_what_can_be_no_role_is_refused(room: Rest) -> None:
    """No such holder, no such role, nobody there, a group that can't be read, everybody an owner: each says why."""
    for path, name in (
        ("/roles/ann/editor", "holder"),
        ("/roles/everybody/viewer", "holder"),
        ("/roles/U0000BO02/king", "role"),
        ("/roles/U0000BO02/approver:", "role"),
    ):
        refused = await room.ask("PUT", path)
        assert (refused.status, set(refused.places)) == (400, {name}), refused.text
    for path, says in (
        (f"/roles/{GONE}/viewer", f"{GONE} is deactivated in Slack"),
        (f"/roles/{UNREADABLE}/viewer", "The group is not ours to look into"),
        ("/roles/*/owner", "Not everybody can be an owner"),
    ):
        refused = await room.ask("PUT", path)
        assert (refused.status, says in refused.body["detail"]) == (409, True), refused.text
    assert len((await room.ask("GET", "/roles")).body["items"]) == 1


async def test_the_last_owner_stays(room: Rest) -> None:
    """A group or a person who left does not count; with a second owner the first may go."""
    assert (await room.ask("PUT", f"/roles/{GROUP}/owner")).status == 201
    kept = await room.ask("DELETE", f"/roles/{OWNER}/owner")
    assert (kept.status, "Nobody else is an owner" in kept.body["detail"]) == (409, True)
    assert (await room.ask("PUT", "/roles/U000TWO01/owner")).status == 201
    assert (await room.ask("DELETE", f"/roles/{OWNER}/owner")).status == 204
    assert (await room.ask("GET", "/roles")).status == 403


async def test_roles_by_words(story: Story, typed: Typed, capsys: pytest.CaptureFixture[str]) -> None:
    """Shown, granted and taken back on the command line, by an owner's own token; an editor is told why not."""
    owner = await story.rest.own(OWNER, "admin", "read", role="owner")
    assert await typed("grant-role", "U000NEW01", "approver:qa", token=owner) == 0
    assert "U000NEW01 has the role approver:qa." in capsys.readouterr().out
    assert await typed("roles", token=owner) == 0
    assert "U000NEW01\tperson\tapprover:qa" in capsys.readouterr().out.splitlines()
    assert await typed("grant-role", "U000NEW01", "king", token=owner) == 2
    assert "The role is none: owner, editor" in capsys.readouterr().err
    assert await typed("revoke-role", "U000NEW01", "approver:qa", token=owner) == 0
    assert await typed("roles", token=owner) == 0
    assert "U000NEW01\t" not in capsys.readouterr().out.partition("HOLDER")[2]
    editor = await story.rest.own(ANN.id, "admin", "read")
    assert await typed("revoke-role", OWNER, "owner", token=editor) == 1
    assert "You may not grant roles" in capsys.readouterr().err
