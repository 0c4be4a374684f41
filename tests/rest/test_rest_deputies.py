"""Deputies over REST and on the command line: named until a moment, who signs in whose place, and taken back."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from tests.rest.people_of_chat import GONE, Chat
from tests.rest.story_rig import gate_of, telling
from tests.rest.test_release_words import Typed, typed
from tests.rest.test_rest_journey import Story, started
from tests.rest.test_rest_stories import to_the_gate
from tests.support.rehearsed import ANN, BO, VIEWER

__all__ = ["typed"]


@pytest.fixture
async def story(sqlite_url: str) -> AsyncIterator[Story]:
    """A company in memory whose chat knows who left."""
    async with telling(sqlite_url, more={"membership": Chat()}) as made:
        yield made


def until(story: Story, **later: float) -> str:
    """A moment from now on."""
    return (story.rest.clock.now() + timedelta(**later)).isoformat()


async def named_by(story: Story) -> list[tuple[str, str]]:
    """Who named whom, as the audit log has it."""
    told = await story.rest.told()
    return [(actor, data["deputy"]) for kind, actor, data in told if kind == "DEPUTY_NAMED"]


async def test_a_deputy_signs_in_ones_place(story: Story) -> None:
    """Named by a request, the deputy is asked and their yes counts as the other's; the log names both."""
    bo = await story.rest.own(BO.id, "read", "release:write")
    eve = await story.rest.own(VIEWER.id, "read", "release:write")
    one = f"/releases/{await started(story)}"
    await to_the_gate(story, one)
    gate = await gate_of(story, one)
    assert (await story.rest.ask("GET", "/me/waiting", token=eve)).body["items"] == []
    named = await story.rest.ask(
        "PUT", "/me/deputy", {"deputy": VIEWER.id, "until": until(story, days=3)}, token=bo
    )
    assert (named.status, named.body["person"], named.body["deputy"]) == (201, BO.id, VIEWER.id)
    (asked,) = (await story.rest.ask("GET", "/me/waiting", token=eve)).body["items"]
    seen = {"digest": gate["evidence"]["digest"]}
    signed = await story.ask("POST", f"{one}/gates/{asked['gate']}/approve", seen, token=eve)
    assert signed.status == 200, signed.text
    (signature,) = signed.body["signatures"]
    assert (signature["by"], signature["instead_of"]) == (VIEWER.id, BO.id)
    assert await named_by(story) == [(BO.id, VIEWER.id)]


async def test_deputies_are_listed_renamed_and_taken_back(story: Story) -> None:
    """One a person, the newest; whoever reads sees all; over at their moment, or when taken back once or twice."""
    bo, ann = [await story.rest.own(who.id, "read", "release:write") for who in (BO, ANN)]
    order = {"deputy": VIEWER.id, "until": until(story, days=1)}
    assert (await story.rest.ask("PUT", "/me/deputy", order, token=bo)).status == 201
    order = {"deputy": ANN.id, "until": until(story, days=2)}
    for _ in range(2):
        assert (await story.rest.ask("PUT", "/me/deputy", order, token=bo)).status == 200
    assert await named_by(story) == [(BO.id, VIEWER.id), (BO.id, ANN.id)]
    theirs = {"deputy": BO.id, "until": until(story, hours=1)}
    assert (await story.rest.ask("PUT", "/me/deputy", theirs, token=ann)).status == 201
    listed = (await story.rest.ask("GET", "/deputies")).body["items"]
    assert [(each["person"], each["deputy"]) for each in listed] == [(BO.id, ANN.id), (ANN.id, BO.id)]
    me = (await story.rest.ask("GET", "/me", token=ann)).body
    assert (me["deputy"]["deputy"], [each["person"] for each in me["stands_for"]]) == (BO.id, [BO.id])
    story.rest.clock.advance(timedelta(hours=2))
    assert [each["person"] for each in (await story.rest.ask("GET", "/deputies")).body["items"]] == [BO.id]
    ended = [(await story.rest.ask("DELETE", "/me/deputy", token=bo)).status for _ in range(2)]
    assert ended == [204, 204]
    assert (await story.rest.ask("GET", "/deputies")).body["items"] == []
    assert [kind for kind, _, _ in await story.rest.told()].count("DEPUTY_ENDED") == 1


async def test_who_can_be_no_deputy_is_refused(story: Story) -> None:
    """Oneself, in the past, for more than a year, of a program, without a zone; nothing is kept."""
    bo = await story.rest.own(BO.id, "read", "release:write")
    for order, status, says in (
        ({"deputy": BO.id, "until": until(story, days=1)}, 409, "Name another person"),
        ({"deputy": ANN.id, "until": until(story, days=-1)}, 409, "must be in the future"),
        ({"deputy": ANN.id, "until": until(story, days=400)}, 409, "for a year at most"),
        ({"deputy": ANN.id, "until": "2027-01-10T10:00:00"}, 422, "/until"),
        ({"deputy": "ann", "until": until(story, days=1)}, 422, "/deputy"),
        ({"deputy": ANN.id}, 422, "/until"),
    ):
        refused = await story.rest.ask("PUT", "/me/deputy", order, token=bo)
        assert (refused.status, says in refused.text) == (status, True), refused.text
    fine = {"deputy": ANN.id, "until": until(story, days=1)}
    assert (await story.rest.ask("PUT", "/me/deputy", fine)).status == 403
    assert (await story.rest.ask("DELETE", "/me/deputy")).status == 403
    assert (await story.rest.ask("GET", "/deputies")).body["items"] == []


async def test_who_left_gives_nobody_their_place(story: Story) -> None:
    """A token that somebody left behind names no deputy."""
    gone = await story.rest.own(GONE, "read", "release:write", role="viewer")
    order = {"deputy": ANN.id, "until": until(story, days=1)}
    refused = await story.rest.ask("PUT", "/me/deputy", order, token=gone)
    assert (refused.status, "deactivated" in refused.body["detail"]) == (403, True)


async def test_deputies_by_words(story: Story, typed: Typed, capsys: pytest.CaptureFixture[str]) -> None:
    """Named until a moment with its zone, listed, and taken back on the command line."""
    assert await typed("delegate", BO.id, until(story, days=1)) == 0
    assert f"{BO.id} may approve in your place until " in capsys.readouterr().out
    assert await typed("deputies") == 0
    assert capsys.readouterr().out.splitlines()[1].startswith(f"{ANN.id}\t{BO.id}\t")
    assert await typed("me") == 0
    assert f"{BO.id} approves in your place until " in capsys.readouterr().out
    assert await typed("delegate", ANN.id, until(story, days=1)) == 1
    assert "Name another person as your deputy." in capsys.readouterr().err
    assert await typed("end-delegation") == 0
    assert await typed("deputies", "--json") == 0
    assert capsys.readouterr().out.splitlines() == ["Nobody stands in for you.", "[]"]
