"""`stationmaster release` about what is ahead: freezes with their exceptions, captains, the calendar, an edit."""

import json
from datetime import timedelta

import pytest

from tests.rest.test_release_words import Typed, begun, typed
from tests.rest.test_rest_journey import Story, story
from tests.support.rehearsed import ANN, BO

__all__ = ["story", "typed"]


def _window(story: Story, *, days: int) -> list[str]:
    now = story.rest.clock.now()
    return [(now + timedelta(days=days)).isoformat(), (now + timedelta(days=days + 2)).isoformat()]


async def test_a_freeze_by_words(story: Story, typed: Typed, capsys: pytest.CaptureFixture[str]) -> None:
    """Planned, listed, excepted by a second person and ended; the calendar has it, and so does the release."""
    release = await begun(story, typed, capsys)
    assert (
        await typed("freeze", *_window(story, days=3), "Holidays", "--zone", "Europe/Berlin", "--json") == 0
    )
    freeze = json.loads(capsys.readouterr().out)["id"]
    assert await typed("freezes") == 0
    assert f"{freeze}\t" in capsys.readouterr().out
    assert await typed("ask-exception", "2.14.0", freeze, "Payment fails", "--hours", "4") == 0
    assert f"An exception for {release} is asked for" in capsys.readouterr().out
    assert await typed("grant-exception", release, freeze) == 1
    assert "nother person" in capsys.readouterr().err
    bo = await story.rest.own(BO.id, "read", "release:write", role="editor")
    assert await typed("grant-exception", release, freeze, token=bo) == 0
    assert await typed("freezes") == 0
    assert f"- {release}: granted until" in capsys.readouterr().out
    assert await typed("calendar", "--days", "10") == 0
    assert "Holidays" in capsys.readouterr().out
    assert await typed("calendar", "--days", "0") == 2
    assert await typed("end-freeze", freeze) == 0
    capsys.readouterr()
    assert await typed("freezes") == 0
    assert capsys.readouterr().out == "Nothing is frozen, now or ahead.\n"


async def test_a_captain_by_words(story: Story, typed: Typed, capsys: pytest.CaptureFixture[str]) -> None:
    """Who leads is listed, and changed by who leads; a person who can't be one is told at the word."""
    release = await begun(story, typed, capsys)
    assert await typed("captains") == 0
    assert f"{release}\t{ANN.id}" in capsys.readouterr().out
    assert await typed("captain", "V2.14.0", BO.id) == 0
    assert f"captain {BO.id}" in capsys.readouterr().out
    assert await typed("captain", release, "bo") == 2
    assert capsys.readouterr().err == "The person is no Slack user: U… or W…, in capitals\n"


async def test_an_edit_by_words(story: Story, typed: Typed, capsys: pytest.CaptureFixture[str]) -> None:
    """What is named is another, what is not named stays; nothing named is wrongly used, what is past is refused."""
    release = await begun(story, typed, capsys)
    later = (story.rest.clock.now() + timedelta(days=9)).replace(microsecond=0)
    assert await typed("edit", release, "--target", later.isoformat()) == 2
    assert "reason" in capsys.readouterr().err
    assert await typed("edit", release, "--target", later.isoformat(), "--reason", "A late feature") == 0
    assert f"target {later:%Y-%m-%d %H:%M} UTC" in capsys.readouterr().out
    assert await typed("edit", release) == 2
    assert "Name what is to be another" in capsys.readouterr().err
    assert await typed("edit", release, "--version", "IOS-APP_STORE") == 2
    await story.live(steps=2, minutes=1)
    assert await typed("edit", release, "--branch", "release/other") in {1, 2}
    assert await typed("status", release) == 0
    assert "branch release/2.14.0" in capsys.readouterr().out
