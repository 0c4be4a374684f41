"""A channel for each release in Slack: made, filled, named, pinned and archived; and honest where it can't be."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bot.surroundings import SystemClock
from orchestration.domain.events import EventKind
from orchestration.domain.rooms import RoomState
from sandbox.slack.screen import text_on
from sandbox.slack.values import Channel, Message
from tests.support.file_time import FileTime
from tests.support.office import Office, installed, key_of, office

NAME = "rel-pixel-2-14-0"
NOW = SystemClock().now()


def _room(o: Office) -> Channel | None:
    return next((c for c in o.slack.world.channels.values() if c.name == NAME), None)


def _said(o: Office, channel: str, words: str) -> list[Message]:
    return [m for m in o.slack.world.messages[channel].values() if words in text_on(m)]


async def _settled(o: Office) -> bool:
    release = await o.release()
    return release.room is not None and release.room.state is not RoomState.WANTED


async def test_a_release_lives_in_its_own_channel(tmp_path: Path) -> None:
    """Its card stands there pinned, its people are in it, the topic follows, and the home channel hears where it is."""
    async with office(tmp_path, "housed") as o:
        room = await o.until(lambda: _room(o))
        await o.until(lambda: [m for m in o.slack.world.messages[room.id].values() if m.pinned])
        (card,) = [m for m in o.slack.world.messages[room.id].values() if key_of(m).startswith("card:")]
        assert card.pinned
        people = {person.id for person in (o.ann, o.bo, o.cleo, o.dan)}
        await o.until(lambda: people <= set(o.slack.world.channels[room.id].members))
        await o.until(lambda: "Waiting for approval" in o.slack.world.channels[room.id].topic)
        assert f"<@{o.ann.id}>" in o.slack.world.channels[room.id].topic
        await o.until(lambda: _said(o, o.home, f"<#{room.id}>"))
        assert not o.keyed("card:")
        assert "Pixel 2.14.0" in await o.says(o.bo, "/release status", channel=NAME)
        await o.says(o.ann, "/release captain set @bo", channel=NAME)
        await o.until(lambda: f"<@{o.bo.id}>" in o.slack.world.channels[room.id].topic)
        assert len([c for c in o.slack.world.channels.values() if c.name.startswith("rel-")]) == 1
        assert not o.slack.violations


async def test_it_is_archived_some_time_after_the_end(tmp_path: Path) -> None:
    """Not before the last words were read; and a restart in between changes nothing."""
    time = FileTime(tmp_path)
    time.goes_on_from(NOW)
    async with office(tmp_path, "housed", clock_file=time.path) as o:
        room = await o.until(lambda: _room(o))
        await o.until(lambda: [m for m in o.slack.world.messages[room.id].values() if m.pinned])
        await o.says(o.ann, "/release archive Withdrawn", channel=NAME)
        await o.until(lambda: "Archived" in o.slack.world.channels[room.id].topic)
        await o.until(lambda: _said(o, room.id, "Withdrawn"))
        assert not o.slack.world.channels[room.id].archived
        await o.close()
        await o.open()
        time.goes_on_from(NOW + timedelta(hours=1, minutes=1))
        await o.until(lambda: o.slack.world.channels[room.id].archived)
        assert len(await o.events(EventKind.ROOM_OPENED)) == 1


async def _falls_back(o: Office, why: str) -> None:
    """It lives in a thread of the home channel, and says why."""
    await o.card()
    await o.until(lambda: any(why in line and "in this thread instead" in line for line in o.thread()))
    release = await o.release()
    assert release.room is not None
    assert (release.room.state, release.home) == (RoomState.REFUSED, o.home)
    await o.gate("Approve Stage 3")
    assert len(await o.events(EventKind.ROOM_REFUSED)) == 1


async def test_without_the_scope_it_lives_in_a_thread(tmp_path: Path) -> None:
    """channels:manage is optional: the message names it, and everything else works."""
    app = installed()
    async with office(tmp_path, "housed", app=replace(app, scopes=app.scopes - {"channels:manage"})) as o:
        await _falls_back(o, "channels:manage")


async def test_a_workspace_that_lets_no_app_make_channels(tmp_path: Path) -> None:
    """Its own setting is respected and told."""
    async with office(tmp_path, "housed", started=False) as o:
        o.slack.workspace.settings.only_people_make_channels = True
        await o.open()
        await _falls_back(o, "ask a Slack administrator")


async def test_a_name_that_somebody_has_is_left_alone(tmp_path: Path) -> None:
    """A channel of people is never taken over; archived ones keep their names too."""
    async with office(tmp_path, "housed", started=False) as o:
        theirs = Channel(id="C0THEIRS", name=NAME, creator=o.eve.id, members=(o.eve.id,), archived=True)
        o.slack.world.put_channel(theirs)
        await o.open()
        await _falls_back(o, f"There is a channel #{NAME} already")
        assert o.slack.world.channels[theirs.id].members == (o.eve.id,)


async def test_a_channel_made_before_a_crash_is_found_again(tmp_path: Path) -> None:
    """Our own of that name, which no release has, is the one that was made before the record was."""
    async with office(tmp_path, "housed", started=False) as o:
        me = o.slack.app_install.bot_user
        o.slack.world.put_channel(Channel(id="C0OURS", name=NAME, creator=me, members=(me,)))
        await o.open()
        await o.until(lambda: [m for m in o.slack.world.messages["C0OURS"].values() if m.pinned])
        assert (await o.release()).home == "C0OURS"


async def test_what_is_refused_of_an_open_channel_is_told_once(tmp_path: Path) -> None:
    """Without pins:write the card is not pinned: one message says so, and the rest is done."""
    app = installed()
    async with office(tmp_path, "housed", app=replace(app, scopes=app.scopes - {"pins:write"})) as o:
        room = await o.until(lambda: _room(o))
        await o.until(lambda: _said(o, room.id, "pins:write"))
        await o.says(o.ann, "/release captain set @bo", channel=NAME)
        await o.until(lambda: f"<@{o.bo.id}>" in o.slack.world.channels[room.id].topic)
        assert len(await o.events(EventKind.ROOM_TROUBLED)) == 1
