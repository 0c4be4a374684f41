"""Freezes, captains and the calendar in Slack: by words, forms and buttons."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from orchestration.domain.holds import HoldCause
from sandbox.slack.screen import text_on
from sandbox.slack.values import Message
from tests.support.office import Office, installed, office


def _now(o: Office) -> datetime:
    return datetime.fromtimestamp(o.slack.world.clock(), UTC)


def _window(o: Office, *, hours: int = 48) -> str:
    """From an hour ago, by UTC."""
    start, end = _now(o) - timedelta(hours=1), _now(o) + timedelta(hours=hours)
    return f"{start:%Y-%m-%d %H:%M} {end:%Y-%m-%d %H:%M} UTC"


async def _frozen(o: Office) -> str:
    """Ann freezes everything; the id of the freeze that holds the release."""
    said = await o.says(o.ann, f"/release freeze add {_window(o)} Christmas")
    freeze = said.partition("`FRZ-")[2].partition("`")[0]
    await o.comes(lambda: _held(o))
    return f"FRZ-{freeze}"


async def _held(o: Office) -> bool:
    return any(h.cause is HoldCause.FREEZE for h in (await o.release()).holds)


async def _free(o: Office) -> bool:
    return not await _held(o)


def _buttons(o: Office, action: str) -> list[Message]:
    """The bot's messages with a button."""
    channel = o.slack.world.messages[o.home].values()
    return [m for m in channel if action in str(m.blocks)]


async def test_a_freeze_by_words_and_its_exception_by_buttons(tmp_path: Path) -> None:
    """c: the release stands still, one person asks, the same one can't grant it, another one does; all is announced."""
    async with office(tmp_path, "building") as o:
        freeze = await _frozen(o)
        await o.until(lambda: any("Frozen: Christmas" in line for line in o.thread()))
        await o.until(lambda: o.keyed("news:FREEZE_BEGAN"))
        assert "Christmas" in await o.says(o.eve, "/release why")
        assert freeze in await o.says(o.eve, "/release freeze")
        said = await o.says(o.dan, "/release freeze exception 6h Payment fails for everybody")
        assert "Somebody else must grant it" in said
        asked = await o.until(lambda: next(iter(_buttons(o, "freeze.exception.grant")), None))
        assert "Payment fails for everybody" in text_on(asked)
        assert "another person" in await o.told(o.dan, o.dan.clicks(asked, "Grant"))
        assert "You may not approve here" in await o.told(o.eve, o.eve.clicks(asked, "Grant"))
        assert "may go on" in await o.told(o.ann, o.ann.clicks(asked, "Grant"))
        await o.comes(lambda: _free(o))
        await o.until(lambda: any("granted the exception" in line for line in o.thread()))
        assert "granted this exception already" in await o.told(o.bo, o.bo.clicks(asked, "Decline"))
        assert "may go on until" in await o.says(o.eve, "/release freeze")
        assert not o.slack.violations


async def test_an_exception_declined_by_words(tmp_path: Path) -> None:
    """`grant` and `decline` are words too; a release that no freeze holds needs none."""
    async with office(tmp_path, "building") as o:
        assert "No freeze holds" in await o.says(o.dan, "/release freeze exception Payment fails")
        await _frozen(o)
        assert "Please say why" in await o.says(o.dan, "/release freeze exception 2h")
        assert "Nobody asks for an exception" in await o.says(o.ann, "/release freeze grant")
        await o.says(o.dan, "/release freeze exception Payment fails")
        assert "stands still" in await o.says(o.ann, "/release freeze decline")
        assert await _held(o)


async def test_the_form_of_a_freeze(tmp_path: Path) -> None:
    """It plans a freeze by the clock of a zone; every mistake stands at its field; the button removes it."""
    async with office(tmp_path, "building") as o:
        await o.ann.types("/release freeze add", channel="releases")
        form = await o.until(lambda: o.ann.modal)
        start, end = _now(o) - timedelta(days=1), _now(o) + timedelta(days=2)
        fields: dict[str, Any] = {
            "Reason": "Audit",
            "From": f"{start:%Y-%m-%d}",
            "From time": "08:00",
            "Until": f"{end:%Y-%m-%d}",
            "Until time": "09:00",
            "Time zone": "Europe/Berlin",
        }
        wrong = await o.ann.submits(form, {**fields, "Until": f"{start:%Y-%m-%d}", "Until time": "07:00"})
        assert wrong == {"until_day": "The end must come after the begin. The end is in the past"}
        wrong = await o.ann.submits(form, {**fields, "Time zone": "Berlin"})
        assert set(wrong) == {"zone"}
        said = await o.told(o.ann, o.ann.submits(form, fields))
        assert "is planned" in said
        await o.comes(lambda: _held(o))
        await o.says(o.ann, "/release freeze")
        world = o.slack.world
        kept = [m for c in world.messages.values() for m in c.values() if m.only_for == o.ann.id]
        listed = [m for m in kept if "freeze.remove" in str(m.blocks)][-1]
        assert "is over" in await o.told(o.ann, o.ann.clicks(listed, "freeze.remove", confirm=True))
        await o.comes(lambda: _free(o))
        await o.until(lambda: o.keyed("news:FREEZE_REMOVED"))
        assert "Nothing is frozen" in await o.says(o.eve, "/release freeze")
        assert not o.slack.violations


async def test_what_a_freeze_by_words_needs(tmp_path: Path) -> None:
    """Two moments, a zone that exists, an end after the begin, a reason; and the right to hold."""
    async with office(tmp_path, "building") as o:
        for text, says in (
            ("add tomorrow", "for example `/release freeze add"),
            ("add 2026-12-18 18:00 2027-01-04 09:00 Mars Christmas", "IANA name"),
            ("add 2026-12-18 18:00 2027-01-04 09:00 UTC", "Please say why"),
            ("add 2026-12-18 25:00 2027-01-04 09:00 UTC Why", "hours and minutes"),
            ("add 2027-01-04 09:00 2026-12-18 18:00 UTC Why", "after the begin"),
            ("remove", "Which freeze?"),
            ("remove FRZ-NONE2", "There is no freeze"),
            ("thaw", "one of `add`"),
        ):
            assert says in await o.says(o.ann, f"/release freeze {text}"), text
        assert "You may not change releases" in await o.says(o.eve, f"/release freeze add {_window(o)} Why")
        said = await o.says(o.ann, f"/release freeze add {_window(o)} pixel Only this one")
        assert "is planned" in said
        assert "Only this one" in await o.says(o.eve, "/release freeze")


@pytest.mark.parametrize(
    "line",
    [
        "retry Wrong 9.9.9",
        "skip Wrong 9.9.9 Not needed",
        "done Wrong 9.9.9 trigger-pre-regression-builds 418 https://ci.example/418",
        "cycle abandon Wrong 9.9.9 It crashes",
        "captain set @cleo Wrong 9.9.9",
        "hold 9.9.9_android It crashes",
    ],
)
async def test_what_is_meant_for_one_release_reaches_no_other(tmp_path: Path, line: str) -> None:
    """Named as its card is titled, behind an app's name or with a platform, a release is the one that is meant."""
    async with office(tmp_path, "failed") as o:
        before = await o.release()
        assert "No release fits" in await o.says(o.dan, f"/release {line}")
        assert await o.release() == before


async def test_captains_by_words(tmp_path: Path) -> None:
    """Show, set, order, swap, away and back; people are named by mentions."""
    async with office(tmp_path, "building") as o:
        assert "No rotation yet" in await o.says(o.eve, "/release captain")
        assert "The order is" in await o.says(o.ann, "/release captain order @bo @cleo @ann")
        await o.until(lambda: o.keyed("news:ROTATION_SAVED"))
        said = await o.says(o.dan, "/release captain swap @bo @ann")
        assert said.index(f"<@{o.ann.id}>") < said.index(f"<@{o.cleo.id}>") < said.index(f"<@{o.bo.id}>")
        assert "is the captain of Pixel 2.14.0 now" in await o.says(o.dan, "/release captain set @cleo")
        await o.until(lambda: any("made" in line and "the captain, after" in line for line in o.thread()))
        assert (await o.release()).captain == o.cleo.id
        first, last = (f"{_now(o) + timedelta(days=n):%Y-%m-%d}" for n in (0, 4))
        said = await o.says(o.cleo, f"/release captain away {first} {last}")
        assert "is away" in said
        assert f"/release captain set {o.release_id}" in said
        assert "(away)" in await o.says(o.eve, "/release captain")
        assert "is there again" in await o.says(o.cleo, "/release captain back")
        for text, says in (
            ("set", "Who is to lead it?"),
            ("swap @bo", "Name two"),
            ("away", "From when to when?"),
            ("order", "Name 1 to 50 people"),
            ("group", "Which user group?"),
            ("fire @bo", "one of `set`"),
        ):
            assert says in await o.says(o.ann, f"/release captain {text}"), text
        assert "You may not change release configurations" in await o.says(
            o.eve, "/release captain order @eve"
        )
        assert not o.slack.violations


async def test_the_user_group_follows(tmp_path: Path) -> None:
    """With the optional scope the workspace's group holds the captain of what runs."""
    async with office(tmp_path, "building") as o:
        group = next(iter(o.slack.world.groups.values()))
        await o.says(o.ann, "/release captain order @bo @ann")
        await o.says(o.ann, "/release captain group @mobile-captains")
        await o.until(lambda: o.slack.world.groups[group.id].users == (o.ann.id,))
        await o.says(o.ann, "/release captain set @bo")
        await o.until(lambda: o.slack.world.groups[group.id].users == (o.bo.id,))
        assert "in no user group any more" in await o.says(o.ann, "/release captain group none")
        assert not o.slack.violations


async def test_without_the_scope_for_groups_it_is_told_once(tmp_path: Path) -> None:
    """The app was installed without usergroups:write: one message says so, and everything else works."""
    app = installed()
    without = replace(app, scopes=app.scopes - {"usergroups:write"})
    async with office(tmp_path, "building", app=without) as o:
        await o.says(o.ann, "/release captain order @bo @ann")
        await o.says(o.ann, "/release captain group @mobile-captains")
        (told,) = await o.until(lambda: o.keyed("news:GROUP_NOT_KEPT", channel="critical"))
        assert "usergroups:write" in text_on(told)
        await o.says(o.ann, "/release captain set @bo")
        assert "the group is not kept" in await o.says(o.eve, "/release captain")
        assert len(o.keyed("news:GROUP_NOT_KEPT", channel="critical")) == 1
        assert (await o.release()).captain == o.bo.id


async def test_the_calendar(tmp_path: Path) -> None:
    """Releases and freezes ahead, each time in the reader's own zone; further on demand."""
    async with office(tmp_path, "building") as o:
        await o.says(o.ann, f"/release freeze add {_window(o)} Christmas")
        said = await o.says(o.eve, "/release calendar")
        assert "Christmas (every release)" in said
        assert "Pixel 2.14.0" in said
        assert "<!date^" in said
        assert "Nothing is planned" not in await o.says(o.eve, "/release calendar 400")
        assert "how many days" in await o.says(o.eve, "/release calendar soon")
    async with office(tmp_path / "empty") as o:
        assert "Nothing is planned within 30 days" in await o.says(o.eve, "/release calendar")
