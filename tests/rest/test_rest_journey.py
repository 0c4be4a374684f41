"""One release from its order to the end of Stage 3 over REST alone: a program writes, people decide with own tokens."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from orchestration.ports.errors import Refused
from tests.rest.rest_rig import RELEASES, TENANT, Reply, Rest, rest_on
from tests.support.databases import open_store
from tests.support.engine import Bench
from tests.support.rehearsed import ANN, BO, Company, finish_by_hand, found

ROOM = RELEASES.removesuffix("/releases")


@dataclass
class Story:
    """REST on a company in memory, whose ticket system refuses as long as it is told to."""

    rest: Rest
    bench: Bench
    company: Company
    refusing: list[bool] = field(default_factory=lambda: [True])

    async def live(self, *, steps: int, **step: float) -> None:
        """Let time pass, working on what is due."""
        for _ in range(steps):
            await self.bench.settle()
            self.rest.clock.advance(timedelta(**step))
        await self.bench.settle()

    async def ask(self, method: str, path: str, body: Any = None, **more: Any) -> Reply:
        """Ask below the room of releases."""
        return await self.rest.ask(method, ROOM + path, body, **more)

    def order(self) -> dict[str, Any]:
        """A minor release of both platforms, kicked off now, with one slot in 20 minutes."""
        now = self.rest.clock.now()
        return {
            "configuration": "pixel",
            "versions": {"ANDROID-PLAY_STORE": "2.14.0", "IOS-APP_STORE": "2.14.0"},
            "target_at": (now + timedelta(days=7)).isoformat(),
            "slots": [{"at": (now + timedelta(minutes=20)).isoformat(), "automation": True}],
            "captain": ANN.id,
        }


@pytest.fixture
async def story(sqlite_url: str) -> AsyncIterator[Story]:
    """Everything connected and configured; requests carry a program's token that may write."""
    refusing = [True]

    def hook(port: str, verb: str) -> None:
        if port == "pm" and verb == "create_release_ticket" and refusing[0]:
            raise Refused("The project takes no tickets")

    company = Company(hook=hook)
    store = open_store(sqlite_url)
    async with rest_on(store, ports=company.ports()) as rest:
        bench = Bench(store=store, clock=rest.clock, engine=rest.engine, ports=company.ports())  # type: ignore[arg-type]  # a clock is a clock
        await found(bench)
        rest.token = await rest.issue("read", "release:write")
        yield Story(rest=rest, bench=bench, company=company, refusing=refusing)
    await store.close()


async def started(story: Story) -> str:
    """The id of a new release."""
    reply = await story.ask("POST", "/releases", story.order())
    assert reply.status == 201, reply.text
    return str(reply.body["id"])


async def test_a_release_from_its_order_to_the_end_of_stage_three(story: Story) -> None:
    """Preview, start, edit, hold, a failed task again, and an approval by a person: each told, each once."""
    plan = await story.ask("POST", "/preview", story.order())
    assert plan.status == 200
    assert {task["stage"] for task in plan.body["tasks"]} == {"KICKOFF", "REGRESSION", "PRE_RELEASE"}
    assert (await story.ask("GET", "/releases")).body["items"] == []
    one = f"/releases/{await started(story)}"
    await held_and_resumed(story, one)
    await retried(story, one)
    await story.live(steps=12, minutes=3)
    assert (await story.ask("GET", one)).body["phase"] == "AWAITING_STAGE_3"
    finish_by_hand(story.company, await story.bench.release(one.rpartition("/")[2]))
    await story.live(steps=2, minutes=1)
    await decided(story, one)
    await story.live(steps=5, minutes=1)
    done = (await story.ask("GET", one)).body
    assert done["phase"] == "AWAITING_SUBMISSION"
    tasks = (await story.ask("GET", f"{one}/tasks?limit=100")).body["items"]
    assert {task["state"] for task in tasks} == {"SUCCEEDED"}
    assert story.company.scm.kept.tags["v2.14.0"] == done["tested_commit"]
    assert len((await story.ask("GET", f"{one}/builds")).body["items"]) == len(story.company.cicd.kept)
    await told(story, one)


async def held_and_resumed(story: Story, one: str) -> None:
    """Nothing moves while it is held; only who holds it lets go."""
    held = await story.ask("POST", f"{one}/hold", {"reason": "The store is closed"})
    assert [(h["cause"], h["reason"]) for h in held.body["holds"]] == [("user", "The store is closed")]
    await story.live(steps=3, minutes=1)
    tasks = (await story.ask("GET", f"{one}/tasks")).body["items"]
    assert {task["state"] for task in tasks} == {"PENDING"}
    ann = await story.rest.own(ANN.id, "release:write")
    not_theirs = await story.ask("POST", f"{one}/resume", token=ann)
    assert not_theirs.status == 409
    assert "<@" not in not_theirs.text
    assert (await story.ask("POST", f"{one}/resume")).body["holds"] == []


async def retried(story: Story, one: str) -> None:
    """Two tickets are refused; each is tried again once the project takes them, and nothing else is redone."""
    await story.live(steps=3, minutes=1)
    tasks = (await story.ask("GET", f"{one}/tasks")).body["items"]
    failed = [task for task in tasks if task["state"] == "FAILED"]
    assert [task["type"] for task in failed] == ["CREATE_PROJECT_MANAGEMENT_TICKET"] * 2
    assert failed[0]["trouble"]["reason"] == "The project takes no tickets"
    why = (await story.ask("GET", f"{one}/why")).body
    assert any("The project takes no tickets" in obstacle["what"] for obstacle in why["obstacles"])
    story.refusing[0] = False
    for task in failed:
        again = await story.ask("POST", f"{one}/tasks/{task['name']}/retry", Idempotency_Key=task["name"])
        assert (again.status, again.body["name"]) == (200, task["name"])
        repeat = await story.ask("POST", f"{one}/tasks/{task['name']}/retry", Idempotency_Key=task["name"])
        assert (repeat.status, repeat.headers["Idempotent-Replayed"]) == (200, "true")
    twice = await story.ask("POST", f"{one}/tasks/{failed[0]['name']}/retry")
    assert twice.status == 409
    await story.live(steps=1, minutes=1)
    assert len(story.company.pm.kept) == 2


async def decided(story: Story, one: str) -> None:
    """A program decides nothing; a person does, by the digest of what they read, once and with their roles of now."""
    (gate,) = (await story.ask("GET", f"{one}/gates")).body["items"]
    assert all(finding["met"] for finding in gate["evidence"]["findings"])
    approve = f"{one}/gates/{gate['id']}/approve"
    yes = {"digest": gate["evidence"]["digest"]}
    assert (await story.ask("POST", approve, yes)).status == 403
    bo = await story.rest.own(BO.id, "release:write", "read")
    assert (await story.ask("POST", approve, {"digest": "another"}, token=bo)).status == 409
    async with story.rest.store.work() as work:
        await work.directory.revoke(TENANT, BO.id, "approver:qa")
        await work.commit()
    assert (await story.ask("POST", approve, yes, token=bo)).status == 403
    async with story.rest.store.work() as work:
        await work.directory.grant(TENANT, BO.id, "approver:qa")
        await work.commit()
    approved = await story.ask("POST", approve, yes, token=bo, Idempotency_Key="yes")
    assert (approved.status, approved.body["state"]) == (200, "APPROVED")
    assert approved.body["decision"]["by"] == BO.id
    repeat = await story.ask("POST", approve, yes, token=bo, Idempotency_Key="yes")
    assert (repeat.status, repeat.body) == (200, approved.body)
    assert (await story.ask("POST", approve, yes, token=bo)).status == 409


async def told(story: Story, one: str) -> None:
    """The audit log names the person and the token; activity is the same in pages; the timeline is in order."""
    entries, cursor = [], ""
    while True:
        page = (await story.ask("GET", f"{one}/activity?limit=7{cursor}")).body
        entries += page["items"]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    logged = [kind for kind, _, data in await story.rest.told() if "token" not in data]
    assert [entry["kind"] for entry in reversed(entries)] == [k for k in logged if k != "ACCESS_DENIED"]
    granted = next(entry for entry in entries if entry["kind"] == "APPROVAL_GRANTED")
    assert (granted["actor"], granted["actor_kind"]) == (BO.id, "USER")
    assert granted["data"]["by_token"]
    moments = (await story.ask("GET", f"{one}/timeline")).body["items"]
    assert [m["at"] for m in moments] == sorted(m["at"] for m in moments)
    assert {"Kick-off began", "Regression cycle 1 was done", "Target"} <= {m["what"] for m in moments}


async def test_an_order_is_carried_out_once(story: Story) -> None:
    """The same order under the same key gets the same release; another order under it is refused."""
    first = await story.ask("POST", "/releases", story.order(), Idempotency_Key="order-1")
    again = await story.ask("POST", "/releases", story.order(), Idempotency_Key="order-1")
    assert (first.status, again.status) == (201, 201)
    assert again.body == first.body
    assert again.headers["Location"] == first.headers["Location"]
    assert first.headers["Location"] == f"{ROOM}/releases/{first.body['id']}"
    other = await story.ask(
        "POST", "/releases", {**story.order(), "type": "MAJOR"}, Idempotency_Key="order-1"
    )
    assert other.status == 422
    assert len((await story.ask("GET", "/releases")).body["items"]) == 1


async def test_everything_wrong_with_an_order_is_said_at_once(story: Story) -> None:
    """Each at its pointer, whether the shape or the rules refuse it, in words without regular expressions."""
    now = story.rest.clock.now()
    wrong = {
        **story.order(),
        "versions": {"ANDROID-PLAY_STORE": "two", "WEB-WEB": "1.0.0"},
        "target_at": (now - timedelta(days=1)).isoformat(),
        "slots": [{"at": (now - timedelta(days=2)).isoformat()}],
    }
    reply = await story.ask("POST", "/preview", wrong)
    assert reply.status == 422
    assert set(reply.places) == {"/versions/ANDROID-PLAY_STORE", "/versions/WEB-WEB", "/target_at", "/slots"}
    shapeless = {**story.order(), "captain": "ann", "slots": [{"at": "soon"}], "more": 1}
    reply = await story.ask("POST", "/preview", shapeless)
    assert set(reply.places) == {"/captain", "/slots/0/at", "/more"}
    assert not any("^" in words for words in reply.places.values())
    leaderless = {name: value for name, value in story.order().items() if name != "captain"}
    reply = await story.ask("POST", "/releases", leaderless)
    assert reply.places == {"/captain": "Name who leads it: a program can't"}
    ann = await story.rest.own(ANN.id, "release:write")
    assert (await story.ask("POST", "/releases", leaderless, token=ann)).body["captain"] == ANN.id


async def test_an_edit_needs_what_was_read(story: Story) -> None:
    """Without If-Match 428, with an older one 412 and nothing stored; null is refused at its place."""
    one = f"/releases/{await started(story)}"
    read = await story.ask("GET", one)
    later = (story.rest.clock.now() + timedelta(days=9)).isoformat()
    change = {"target_at": later, "reason": "The holidays"}
    assert (await story.ask("PATCH", one, change)).status == 428
    edited = await story.ask("PATCH", one, change, **read.etag)
    assert edited.status == 200
    assert edited.body["target_at"].startswith(later[:19])
    assert (await story.ask("PATCH", one, {**change, "branch": "x"}, **read.etag)).status == 412
    assert (await story.ask("POST", f"{one}/hold", {"reason": "Later"}, **read.etag)).status == 412
    assert (await story.ask("GET", one)).body == edited.body
    nothing = await story.ask("PATCH", one, {"target_at": None, "branch": None}, **edited.etag)
    assert set(nothing.places) == {"/target_at", "/branch"}
    slots = await story.ask("PATCH", f"{one}/slots/s1", {"automation": False}, **edited.etag)
    assert [slot["automation"] for slot in slots.body["slots"]] == [False]


async def test_stage_two_by_rest(story: Story) -> None:
    """Slots are added, moved and taken back, cycles begun and given up, by their names."""
    story.refusing[0] = False
    one = f"/releases/{await started(story)}"
    at = (story.rest.clock.now() + timedelta(days=2)).isoformat()
    added = await story.ask("POST", f"{one}/slots", {"at": at})
    assert [slot["id"] for slot in added.body["slots"]] == ["s1", "s2"]
    assert (await story.ask("DELETE", f"{one}/slots/s2", **added.etag)).status == 204
    assert (await story.ask("DELETE", f"{one}/slots/s2")).status == 409
    assert (await story.ask("DELETE", f"{one}/slots/s9")).status == 404
    await story.live(steps=8, minutes=3)
    assert (await story.ask("GET", one)).body["cycles"][0]["state"] == "IN_PROGRESS"
    assert (await story.ask("POST", f"{one}/cycles/c7/abandon", {"reason": "No"})).status == 404
    given_up = await story.ask("POST", f"{one}/cycles/c1/abandon", {"reason": "It crashes"})
    assert given_up.body["cycles"][0]["state"] == "ABANDONED"
    again = await story.ask("POST", f"{one}/cycles", {"automation": False})
    assert [slot["state"] for slot in again.body["slots"]][-1] in {"PLANNED", "STARTED"}


async def test_lists_go_on_behind_their_cursor(story: Story) -> None:
    """B-37: newest first, each once; filters leave out what is not meant, and an archived one is found as ended."""
    ids = []
    for number in range(5):
        order = {**story.order(), "versions": {"ANDROID-PLAY_STORE": f"2.{20 + number}.0"}}
        ids.append((await story.ask("POST", "/releases", order)).body["id"])
        story.rest.clock.advance(timedelta(seconds=number % 2))
    found, cursor = [], ""
    while True:
        page = (await story.ask("GET", f"/releases?limit=2{cursor}")).body
        found += [item["id"] for item in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert sorted(found) == sorted(ids)
    one = (await story.ask("GET", "/releases?version=2.22.0")).body["items"]
    assert [item["id"] for item in one] == [ids[2]]
    assert (await story.ask("GET", "/releases?configuration=other")).body["items"] == []
    ann = await story.rest.own(ANN.id, "release:write")
    gone = await story.ask("POST", f"/releases/{ids[0]}/archive", {"reason": "Enough"}, token=ann)
    assert gone.body["closing"]["by"] == ANN.id
    ended = (await story.ask("GET", "/releases?state=ended")).body["items"]
    assert [item["id"] for item in ended] == [ids[0]]
    assert len((await story.ask("GET", "/releases?state=all")).body["items"]) == 5
    assert (await story.ask("GET", "/releases?state=gone")).status == 400
