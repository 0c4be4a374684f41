"""Trains over REST and on the command line: made, changed, paused and skipped by the rules of `/release train`."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.rest.rest_rig import RELEASES, Rest
from tests.rest.test_release_words import Typed, typed
from tests.rest.test_rest_journey import ROOM, Story, story
from tests.support.rehearsed import ANN

__all__ = ["story", "typed"]

TRAINS = RELEASES.replace("/releases", "/trains")
ORDER: dict[str, Any] = {
    "name": "Weekly  Pixel",
    "configuration": "pixel",
    "frequency": "weeks:2",
    "first_on": "2027-01-11",
    "kick_off": "10:00",
    "zone": "Europe/Berlin",
    "slots": [{"days": 1, "at": "10:00", "automation": True}, {"days": 3, "at": "10:00"}],
    "target": {"days": 8, "at": "18:00"},
    "versions": {"ANDROID-PLAY_STORE": "3.0.0", "IOS-APP_STORE": "3.0.0"},
}


@pytest.fixture
async def rails(rest: Rest) -> Rest:
    """A configuration that trains can go by."""
    await rest.connected()
    await rest.configured("pixel")
    return rest


async def test_a_train_is_made_with_its_dates(rails: Rest) -> None:
    """201 with its id, every default, and the first dates in its zone; asked again under the key, it is one train."""
    made = await rails.ask("POST", TRAINS, ORDER, Idempotency_Key="train-1")
    assert made.status == 201, made.text
    assert made.headers["Location"] == f"{TRAINS}/weekly-pixel"
    shown = {name: made.body[name] for name in ("id", "name", "rule", "ahead", "remind", "late", "type")}
    assert shown == {
        "id": "weekly-pixel",
        "name": "Weekly Pixel",
        "rule": "every 2 weeks",
        "ahead": 2,
        "remind": 1,
        "late": "CREATE",
        "type": "MINOR",
    }
    assert made.body["working_days"] == ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]
    assert [each["kick_off_at"][:16] for each in made.body["coming"]][:2] == [
        "2027-01-11T09:00",
        "2027-01-25T09:00",
    ]
    again = await rails.ask("POST", TRAINS, ORDER, Idempotency_Key="train-1")
    assert (again.body, again.headers["ETag"]) == (made.body, made.headers["ETag"])
    assert [train["id"] for train in (await rails.ask("GET", TRAINS)).body["items"]] == ["weekly-pixel"]
    read = await rails.ask("GET", f"{TRAINS}/weekly-pixel")
    assert (read.body, read.headers["ETag"]) == (made.body, made.headers["ETag"])
    told = [(kind, data["name"]) for kind, _, data in await rails.told() if kind.startswith("TRAIN")]
    assert told == [("TRAIN_SAVED", "Weekly Pixel")]


async def test_a_train_is_changed_by_a_merge_patch(rails: Rest) -> None:
    """What is absent stays, null is the default, a nested value merges; whoever read too early stores nothing."""
    made = await rails.ask("POST", TRAINS, {**ORDER, "ahead": 5, "remind": 0})
    one = f"{TRAINS}/{made.body['id']}"
    change: dict[str, Any] = {"target": {"days": 9}, "ahead": None, "frequency": "month:1:0", "holidays": []}
    assert (await rails.ask("PATCH", one, change)).status == 428
    edited = await rails.ask("PATCH", one, change, **made.etag)
    assert edited.status == 200, edited.text
    changed = {name for name in made.body if edited.body[name] != made.body[name]}
    assert changed == {"target", "ahead", "frequency", "rule", "coming"}
    assert edited.body["target"] == {"days": 9, "at": "18:00"}
    assert (edited.body["ahead"], edited.body["remind"]) == (2, 0)
    assert (await rails.ask("PATCH", one, {"name": "Other"}, **made.etag)).status == 412
    assert (await rails.ask("GET", one)).body == edited.body
    told = [data for kind, _, data in await rails.told() if kind == "TRAIN_SAVED"][-1]
    assert (told["before.ahead"], told["after.ahead"]) == ("5", "2")


async def test_the_tag_is_of_what_was_read(rails: Rest) -> None:
    """A client that knows the dates reads nothing new until one goes by, or a person changes the train."""
    made = await rails.ask("POST", TRAINS, ORDER)
    one = f"{TRAINS}/{made.body['id']}"
    assert (await rails.ask("GET", one, If_None_Match=made.headers["ETag"])).status == 304
    first = made.body["coming"][0]["on"]
    writer = await rails.issue("release:write")
    assert (await rails.ask("POST", f"{one}/skip", {"on": first}, token=writer)).status == 204
    skipped = await rails.ask("GET", one, If_None_Match=made.headers["ETag"])
    assert (skipped.status, skipped.body["coming"][0]["state"]) == (200, "SKIPPED")
    rails.clock.at = datetime(2027, 3, 1, tzinfo=UTC)
    rails.token = await rails.issue("admin")
    later = await rails.ask("GET", one, If_None_Match=skipped.headers["ETag"])
    assert later.status == 200
    assert later.body["coming"][0]["on"] > first


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"zone": "Mars/Base"}, "/zone"),
        ({"configuration": "nothing"}, "/configuration"),
        ({"type": "HOTFIX"}, "/type"),
        ({"target": {"days": 0, "at": "09:00"}}, "/target"),
        ({"slots": []}, "/slots"),
        ({"slots": [{"days": 1, "at": "25:00"}]}, "/slots/0/at"),
        ({"holidays": ["XX"]}, "/holidays"),
        ({"versions": {"WEB-WEB": "1.0.0"}}, "/versions"),
        ({"working_days": []}, "/working_days"),
        ({"days_off": [{"on": "2027-01-11"}, {"on": "2027-01-11"}]}, "/days_off"),
        ({"frequency": "weeks:0"}, "/frequency"),
        ({"first_on": "9999-12-31"}, "/first_on"),
        ({"remind": 7}, "/remind"),
        ({"surprise": 1}, "/surprise"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_what_is_wrong_stands_at_its_place(quick: Rest, wrong: dict[str, Any], place: str) -> None:
    """The same rules as the form's, for a new train and for a change of one; nothing is stored."""
    await quick.connected()
    await quick.configured("pixel")
    refused = await quick.ask("POST", TRAINS, {**ORDER, **wrong})
    assert (refused.status, place in refused.places) == (422, True), refused.text
    made = await quick.ask("POST", TRAINS, ORDER)
    one = f"{TRAINS}/{made.body['id']}"
    refused = await quick.ask("PATCH", one, wrong, **made.etag)
    assert (refused.status, place in refused.places) == (422, True), refused.text
    assert (await quick.ask("GET", one)).body == made.body


async def test_who_may_make_a_train(quick: Rest) -> None:
    """A program needs the scope admin; a person the role too, as they have it at that moment."""
    await quick.connected()
    await quick.configured("pixel")
    assert (await quick.ask("POST", TRAINS, ORDER, token=await quick.issue("release:write"))).status == 403
    viewer = await quick.own("U000EVE01", "admin", role="viewer")
    assert (await quick.ask("POST", TRAINS, ORDER, token=viewer)).status == 403
    editor = await quick.own("U000DAN01", "admin", role="editor")
    made = await quick.ask("POST", TRAINS, ORDER, token=editor)
    assert (made.status, made.body["owner"]) == (201, "U000DAN01")


async def test_a_train_makes_the_release_that_it_was_ordered_to_make(story: Story) -> None:
    """Its first date comes near, and a release of it stands in the list, with the train's slots."""
    token = await story.rest.own(ANN.id, "admin", "read", "release:write")
    today = story.rest.clock.now().date()
    order = {**ORDER, "first_on": (today + timedelta(days=7)).isoformat(), "zone": "UTC"}
    made = await story.ask("POST", "/trains", order, token=token)
    assert made.status == 201, made.text
    await story.live(steps=8, days=1)
    (release,) = (await story.ask("GET", "/releases")).body["items"]
    one = (await story.ask("GET", f"/releases/{release['id']}")).body
    assert [slot["automation"] for slot in one["slots"]] == [True, False]
    train = (await story.ask("GET", f"/trains/{made.body['id']}")).body
    assert release["id"] not in {each["release"] for each in train["coming"]}


async def test_a_train_by_words(story: Story, typed: Typed, capsys: pytest.CaptureFixture[str]) -> None:
    """Made, changed, skipped, restored, paused, resumed and forgotten; each shows the train as it is then."""
    token = await story.rest.own(ANN.id, "admin", "read", "release:write")
    first = ["--first-on", "2027-01-11", "--kick-off", "10:00", "--zone", "Europe/Berlin"]
    words = ["--name", "Weekly", "--configuration", "pixel", "--every", "weeks:2", *first]
    plan = ["--slot", "1 10:00 automation", "--slot", "+3 10:00", "--target", "8 18:00"]
    pairs = ["--version", "ANDROID-PLAY_STORE=3.0.0", "--version", "IOS-APP_STORE=3.0.0"]
    more = ["--day-off", "2027-01-25 Company day", "--holidays", "XX"]
    assert await typed("add-train", *words, *plan, *pairs, *more, token=token) == 2
    assert "  holidays: The holidays of 'XX' are not known." in capsys.readouterr().err
    assert await typed("add-train", *words, *plan, *pairs, *more[:2], token=token) == 0
    shown = capsys.readouterr().out
    assert "Weekly (weekly): every 2 weeks at 10:00 in Europe/Berlin" in shown
    assert "2027-01-26: kick-off 2027-01-26 09:00 UTC" in shown
    assert await typed("edit-train", "weekly", "--target", "soon", token=token) == 2
    assert await typed("edit-train", "weekly", token=token) == 2
    assert await typed("edit-train", "weekly", "--ahead", "4", token=token) == 0
    assert "4 working days ahead" in capsys.readouterr().out
    assert await typed("skip-train", "weekly", "2027-01-11") == 0
    assert "2027-01-11: kick-off 2027-01-11 09:00 UTC skipped" in capsys.readouterr().out
    assert await typed("restore-train", "weekly", "2027-01-11") == 0
    assert await typed("pause-train", "weekly", "Summer") == 0
    assert f"paused by {ANN.id}: Summer" in capsys.readouterr().out
    assert await typed("trains", "--json") == 0
    (listed,) = json.loads(capsys.readouterr().out)
    slots = [(slot["days"], slot["automation"]) for slot in listed["slots"]]
    assert (listed["paused_because"], slots) == ("Summer", [(1, True), (3, False)])
    assert await typed("resume-train", "weekly") == 0
    assert await typed("train", "never") == 1
    assert await typed("remove-train", "weekly", token=token) == 0
    assert (await story.rest.ask("GET", f"{ROOM}/trains")).body["items"] == []
