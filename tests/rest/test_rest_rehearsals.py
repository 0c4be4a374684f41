"""Rehearsals over REST and on the command line: a whole release that would be, and nothing is left of it."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.rehearsing import Rehearsing
from tests.rest.rest_rig import RELEASES, Rest
from tests.rest.story_rig import telling
from tests.rest.test_release_words import Typed, typed
from tests.rest.test_rest_journey import Story
from tests.support.databases import SetClock
from tests.support.rehearsed import ANN, BO, VIEWER

__all__ = ["typed"]


@pytest.fixture
async def story(sqlite_url: str) -> AsyncIterator[Story]:
    """A company in memory whose bot can play releases."""
    async with telling(sqlite_url, more={"rehearsals": Rehearsing(clock=SetClock())}) as made:
        yield made


async def test_a_release_is_played_to_its_end(story: Story) -> None:
    """Moments, deeds and events in order, the plan as it ended; asked again under its key, the same is answered."""
    ann = await story.rest.own(ANN.id, "read", "release:write")
    asked = {"token": ann, "Idempotency_Key": "rehearsal-1"}
    played = await story.ask("POST", "/rehearsals", {"configuration": "pixel"}, **asked)
    assert played.status == 200, played.text
    body = played.body
    assert (body["stopped"], body["release"]["phase"]) == (None, "AWAITING_SUBMISSION")
    assert (body["release"]["captain"], body["release"]["created_by"]) == (ANN.id, ANN.id)
    assert {task["state"] for task in body["tasks"]} == {"SUCCEEDED"}
    whats = [moment["what"] for moment in body["moments"]]
    assert whats[0] == "Ordered"
    assert {"Kick-off began", "Regression cycle 1 began"} <= set(whats)
    for part in ("moments", "deeds", "events"):
        times = [each["at"] for each in body[part]]
        assert times
        assert times == sorted(times)
    assert (body["began_at"], body["ended_at"]) == (body["events"][0]["at"], body["events"][-1]["at"])
    assert {"the testers", ANN.id} <= {deed["who"] for deed in body["deeds"]}
    assert body["not_checked"]
    again = await story.ask("POST", "/rehearsals", {"configuration": "pixel"}, **asked)
    assert (again.body, again.headers["Idempotent-Replayed"]) == (body, "true")


async def test_nothing_is_left_of_it(story: Story) -> None:
    """No release, no event of one, no message, and no provider was asked."""
    ann = await story.rest.own(ANN.id, "read", "release:write")
    before = await story.rest.told()
    played = await story.ask("POST", "/rehearsals", {}, token=ann)
    name = played.body["release"]["id"]
    assert (await story.ask("GET", "/releases?state=all")).body["items"] == []
    assert await story.rest.told() == before
    assert await story.rest.store.mailbox.claim(limit=10) == []
    assert story.company.scm.kept.branches.keys() <= {"main"}
    assert (await story.ask("GET", f"/releases/{name}", token=ann)).status == 404


async def test_who_may_rehearse_what(story: Story) -> None:
    """Who may start releases; a program names who leads; a configuration that is not there is named with the choice."""
    unled = await story.ask("POST", "/rehearsals", {"configuration": "Pixel"})
    assert (unled.status, set(unled.places)) == (422, {"/captain"})
    led = await story.ask("POST", "/rehearsals", {"configuration": "Pixel", "captain": BO.id})
    assert (led.status, led.body["release"]["captain"]) == (200, BO.id)
    viewer = await story.rest.own(VIEWER.id, "read", "release:write")
    assert (await story.ask("POST", "/rehearsals", {}, token=viewer)).status == 403
    reader = await story.rest.issue("read")
    assert (await story.ask("POST", "/rehearsals", {}, token=reader)).status == 403
    ann = await story.rest.own(ANN.id, "release:write")
    unknown = await story.ask("POST", "/rehearsals", {"configuration": "nexus"}, token=ann)
    assert (unknown.status, "Name one of `pixel`" in unknown.body["detail"]) == (409, True)
    wrong = await story.ask("POST", "/rehearsals", {"configuration": "", "speed": 2}, token=ann)
    assert (wrong.status, set(wrong.places)) == (422, {"/configuration", "/speed"})


async def test_only_so_many_are_played_at_once(story: Story) -> None:
    """Two at once come to their ends; one more is asked to come again soon, and gets through when a place is free."""
    ann = await story.rest.own(ANN.id, "release:write")
    both = await asyncio.gather(*(story.ask("POST", "/rehearsals", {}, token=ann) for _ in range(2)))
    assert [(reply.status, reply.body["stopped"]) for reply in both] == [(200, None)] * 2
    house = story.rest.engine.rehearsals
    assert isinstance(house, Rehearsing)
    async with house.places, house.places:
        late = await story.ask("POST", "/rehearsals", {}, token=ann)
        assert (late.status, late.headers["Retry-After"]) == (503, "5")
        assert "being rehearsed at this moment" in late.body["detail"]
    assert (await story.ask("POST", "/rehearsals", {}, token=ann)).status == 200


async def test_where_nothing_can_play_it_is_said(quick: Rest) -> None:
    """A server without the company of a rehearsal refuses, and says who plays."""
    await quick.connected()
    await quick.configured()
    writer = await quick.issue("release:write")
    refused = await quick.ask(
        "POST",
        RELEASES.replace("/releases", "/rehearsals"),
        {"captain": ANN.id},
        token=writer,
    )
    assert (refused.status, "rehearsed by the bot itself" in refused.body["detail"]) == (409, True)


async def test_a_rehearsal_by_words(story: Story, typed: Typed, capsys: pytest.CaptureFixture[str]) -> None:
    """What would happen when, what people would have to do, and what it tells nothing of."""
    assert await typed("rehearse", "pixel") == 0
    shown = capsys.readouterr().out
    assert shown.startswith("Rehearsed: Pixel 1.0.0")
    assert "\tKick-off began" in shown
    assert "\tthe testers\tFinish the test run of iOS" in shown
    assert "It comes to its end." in shown
    assert "Not checked: whether the accounts" in shown
    assert await typed("rehearse", token=story.rest.token) == 2
    assert "captain: Name who leads it" in capsys.readouterr().err
