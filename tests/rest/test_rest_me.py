"""Oneself over REST and on the command line: who one is, what waits, and when one is left alone."""

import json
from collections.abc import AsyncIterator

import pytest

from orchestration.ports.errors import Refused
from tests.rest.people_of_chat import GONE, GROUP, Chat
from tests.rest.rest_rig import RELEASES, TENANT
from tests.rest.story_rig import gate_of, telling
from tests.rest.test_release_words import Typed, typed
from tests.rest.test_rest_journey import Story, started
from tests.rest.test_rest_stories import to_the_gate
from tests.support.rehearsed import ANN, BO, VIEWER

__all__ = ["typed"]

HOURS = {"quiet": "19:00-08:00", "weekends": True, "digest": "09:00"}


@pytest.fixture
def chat() -> Chat:
    """Bo is in the group."""
    return Chat(inside=frozenset({BO.id}))


@pytest.fixture
async def story(sqlite_url: str, chat: Chat) -> AsyncIterator[Story]:
    """A company in memory whose chat knows its people, and whose ticket system refuses as long as it is told to."""
    refusing = [True]

    def hook(port: str, verb: str) -> None:
        if port == "pm" and verb == "create_release_ticket" and refusing[0]:
            raise Refused("The project takes no tickets")

    async with telling(sqlite_url, hook=hook, more={"membership": chat, "faces": chat}) as made:
        made.refusing = refusing
        yield made


async def test_who_one_is_by_a_token(story: Story) -> None:
    """A person with their roles of now, those of their groups among them; a program with its scopes alone."""
    bo = await story.rest.own(BO.id, "read", "release:write")
    me = await story.rest.ask("GET", "/me", token=bo)
    assert (me.body["id"], me.body["kind"], me.body["scopes"]) == (BO.id, "USER", ["read", "release:write"])
    assert (me.body["roles"], me.body["unread"]) == (["approver:qa"], [])
    assert (me.body["quiet"], me.body["weekends"], me.body["digest"], me.body["zone"]) == (
        None,
        False,
        None,
        None,
    )
    async with story.rest.store.work() as work:
        await work.directory.grant(TENANT, GROUP, "editor")
        await work.commit()
    after = await story.rest.ask("GET", "/me", token=bo, If_None_Match=me.headers["ETag"])
    assert (after.status, after.body["roles"]) == (200, ["approver:qa", "editor"])
    assert (await story.rest.ask("GET", "/me", token=bo, If_None_Match=after.headers["ETag"])).status == 304
    program = (await story.rest.ask("GET", "/me")).body
    assert (program["kind"], program["id"], program["roles"]) == ("TOKEN", program["token"], [])
    nobody = await story.rest.own(VIEWER.id, "read")
    async with story.rest.store.work() as work:
        await work.directory.revoke(TENANT, VIEWER.id, "viewer")
        await work.commit()
    assert (await story.rest.ask("GET", "/me", token=nobody)).status == 403


async def test_the_token_of_who_left_is_worth_nothing(story: Story, chat: Chat) -> None:
    """The chat says who is still there, at each request; where it says nothing nobody is let in, for whoever left
    may hold the token. A program's token does not depend on it."""
    gone, bo = await story.rest.own(GONE, "read", role="owner"), await story.rest.own(BO.id, "read")
    for path in ("/me", RELEASES):
        left = await story.rest.ask("GET", path, token=gone)
        assert (left.status, "deactivated" in left.body["detail"]) == (403, True), left.text
        assert (await story.rest.ask("GET", path, token=bo)).status == 200
    chat.silent = True
    for path in ("/me", RELEASES):
        assert [(await story.rest.ask("GET", path, token=token)).status for token in (gone, bo)] == [503, 503]
    assert (await story.rest.ask("GET", RELEASES)).status == 200


async def test_one_is_left_alone_as_one_asked(story: Story, chat: Chat) -> None:
    """A merge patch by the clock of the chat or one's own; null puts back; whoever read too early changes nothing."""
    bo = await story.rest.own(BO.id, "read", "release:write")
    read = await story.rest.ask("GET", "/me", token=bo)
    assert (await story.rest.ask("PATCH", "/me", HOURS, token=bo)).status == 428
    first = await story.rest.ask("PATCH", "/me", HOURS, token=bo, **read.etag)
    assert first.status == 200, first.text
    assert {name: first.body[name] for name in HOURS} == HOURS
    assert (first.body["zone"], first.body["own_zone"]) == ("Europe/Berlin", False)
    assert (await story.rest.ask("PATCH", "/me", {"digest": None}, token=bo, **read.etag)).status == 412
    own = await story.rest.ask("PATCH", "/me", {"zone": "Asia/Tokyo", "quiet": None}, token=bo, **first.etag)
    assert (own.body["zone"], own.body["own_zone"], own.body["quiet"]) == ("Asia/Tokyo", True, None)
    assert (own.body["digest"], own.body["weekends"]) == ("09:00", True)
    chat.zone_ = "America/Lima"
    back = await story.rest.ask("PATCH", "/me", {"zone": None}, token=bo, **own.etag)
    assert (back.body["zone"], back.body["own_zone"]) == ("America/Lima", False)
    assert (await story.rest.ask("GET", "/me", token=bo)).body == back.body
    told = [data for kind, actor, data in await story.rest.told() if kind == "ATTENTION_CHANGED"]
    assert [each["zone"] for each in told] == ["Europe/Berlin", "Asia/Tokyo", "America/Lima"]


async def test_what_is_wrong_with_settings_stands_at_its_place(story: Story) -> None:
    """Hours that never end, a time that is none, an unknown zone; a program has no hours; nothing is stored."""
    bo = await story.rest.own(BO.id, "read", "release:write")
    for wrong, place in (
        ({"quiet": "19:00-19:00"}, "/quiet"),
        ({"quiet": "evenings"}, "/quiet"),
        ({"digest": "25:00"}, "/digest"),
        ({"zone": "Mars/Base"}, "/zone"),
        ({"weekends": "yes"}, "/weekends"),
        ({"logins": []}, "/logins"),
    ):
        refused = await story.rest.ask("PATCH", "/me", wrong, token=bo, If_Match="*")
        assert (refused.status, set(refused.places)) == (422, {place}), refused.text
    program = await story.rest.ask("PATCH", "/me", HOURS, If_Match="*")
    assert (program.status, "A person decides this" in program.body["detail"]) == (403, True)
    assert not [kind for kind, _, _ in await story.rest.told() if kind == "ATTENTION_CHANGED"]


async def test_what_waits_for_one(story: Story) -> None:
    """The captain's failures, then the approver's question, each by the name that its routes want, until settled."""
    one = f"/releases/{await started(story)}"
    ann, bo = [await story.rest.own(who.id, "read", "release:write") for who in (ANN, BO)]
    await story.live(steps=3, minutes=1)
    waits = (await story.rest.ask("GET", "/me/waiting", token=ann)).body["items"]
    assert [each["need"] for each in waits] == ["FAILED", "FAILED"]
    assert {each["release"] for each in waits} == {one.rpartition("/")[2]}
    assert (await story.rest.ask("GET", "/me/waiting", token=bo)).body["items"] == []
    story.refusing[0] = False
    for each in waits:
        assert (await story.ask("POST", f"{one}/tasks/{each['task']}/retry", token=ann)).status == 200
    await to_the_gate(story, one)
    gate = await gate_of(story, one)
    (question,) = (await story.rest.ask("GET", "/me/waiting", token=bo)).body["items"]
    assert (question["need"], question["gate"], question["ready"]) == ("DECIDE", gate["id"], True)
    seen = {"digest": gate["evidence"]["digest"]}
    assert (await story.ask("POST", f"{one}/gates/{question['gate']}/approve", seen, token=bo)).status == 200
    assert (await story.rest.ask("GET", "/me/waiting", token=bo)).body["items"] == []
    assert (await story.rest.ask("GET", "/me/waiting")).body["items"] == []


async def test_a_captain_without_a_role_sees_what_waits(story: Story) -> None:
    """Who leads a release sees what it needs of them; who leads none and has no role is refused."""
    one = await started(story)
    eve, dan = [await story.rest.own(who, "read", role="viewer") for who in ("U000EVE01", "U000DAN01")]
    async with story.rest.store.work() as work:
        for who in ("U000EVE01", "U000DAN01"):
            await work.directory.revoke(TENANT, who, "viewer")
        await work.commit()
    handed = await story.ask("POST", f"/releases/{one}/captain", {"person": "U000EVE01"})
    assert handed.status == 200, handed.text
    await story.live(steps=3, minutes=1)
    assert (await story.rest.ask("GET", "/me/waiting", token=eve)).body["items"]
    assert (await story.rest.ask("GET", "/me/waiting", token=dan)).status == 403


async def test_a_login_is_whose_it_is_said_to_be(story: Story) -> None:
    """One's own by oneself; another's, or one that is taken, by who grants roles; forgotten once or twice."""
    bo = await story.rest.own(BO.id, "read", "release:write")
    made = await story.rest.ask("PUT", "/logins/Octocat", {}, token=bo)
    assert (made.status, made.body) == (201, {"login": "Octocat", "person": BO.id})
    assert (await story.rest.ask("PUT", "/logins/octocat", {}, token=bo)).status == 200
    assert (await story.rest.ask("GET", "/me", token=bo)).body["logins"] == ["octocat"]
    ann = await story.rest.own(ANN.id, "read", "release:write")
    for method, body in (("PUT", {}), ("DELETE", None)):
        refused = await story.rest.ask(method, "/logins/octocat", body, token=ann)
        assert (refused.status, f"known as {BO.id}" in refused.body["detail"]) == (403, True)
    owner = await story.rest.own("U000OWN01", "read", "release:write", role="owner")
    moved = await story.rest.ask("PUT", "/logins/octocat", {"person": ANN.id}, token=owner)
    assert (moved.status, moved.body["person"]) == (201, ANN.id)
    wrong = await story.rest.ask("PUT", "/logins/octocat", {"person": "ann"}, token=owner)
    assert (wrong.status, set(wrong.places)) == (422, {"/person"})
    assert [(await story.rest.ask("DELETE", "/logins/octocat", token=ann)).status for _ in range(2)] == [
        204,
        204,
    ]
    told = [(kind, actor) for kind, actor, _ in await story.rest.told() if kind.startswith("LOGIN")]
    assert told == [("LOGIN_CLAIMED", BO.id), ("LOGIN_CLAIMED", "U000OWN01"), ("LOGIN_DROPPED", ANN.id)]


async def test_oneself_by_words(story: Story, typed: Typed, capsys: pytest.CaptureFixture[str]) -> None:
    """Who one is, what waits, and one's hours, read and changed on the command line; logins claimed and forgotten."""
    release = await started(story)
    await story.live(steps=3, minutes=1)
    assert await typed("login", "octoann") == 0
    assert f"octoann is {ANN.id} from now on." in capsys.readouterr().out
    assert await typed("me") == 0
    shown = capsys.readouterr().out
    assert f"{ANN.id} with the token " in shown
    assert "roles: editor" in shown
    assert "logins: octoann" in shown
    assert "quiet: off, digest: off, zone: -" in shown
    assert f"({release}): Open the release ticket (iOS) failed" in shown
    changed = ["--quiet", "19:00-08:00", "--weekends", "on", "--digest", "09:00"]
    assert await typed("me", *changed) == 0
    assert "quiet: 19:00-08:00 and weekends, digest: 09:00, zone: Europe/Berlin" in capsys.readouterr().out
    assert await typed("me", "--quiet", "off", "--digest", "off", "--zone", "Asia/Tokyo", "--json") == 0
    body = json.loads(capsys.readouterr().out)
    assert (body["quiet"], body["weekends"], body["digest"], body["zone"]) == (None, True, None, "Asia/Tokyo")
    assert len(body["waiting"]) == 2
    assert await typed("me", "--digest", "soon") == 2
    assert "digest: " in capsys.readouterr().err
    assert await typed("forget-login", "octoann") == 0
    assert await typed("me") == 0
    assert "logins: none" in capsys.readouterr().out
