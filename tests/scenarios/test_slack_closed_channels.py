"""A channel that the bot can't post in: told before a start and whenever it happens, and made up for when it works."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy import text

from orchestration.domain.change import Change
from orchestration.domain.events import EventKind
from sandbox.slack.values import ChannelKind
from tests.support.office import Office, installed, office
from tests.support.prepared import TEAM, small

HOUR = 3600
JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True, kw_only=True)
class Closing:
    """How a channel closes to the bot, what is said of it, and what opens it again."""

    close: Callable[[Office, str], None]
    says: str
    reopen: Callable[[Office, str], None]


def _hide(o: Office, channel: str) -> None:
    found = o.slack.world.channel(channel)
    bot = o.slack.app_install.bot_user
    members = tuple(who for who in found.members if who != bot)
    o.slack.world.put_channel(replace(found, kind=ChannelKind.PRIVATE, members=members))


CLOSINGS = {
    "archived": Closing(
        close=lambda o, channel: o.ann.archives(channel),
        says="is archived",
        reopen=lambda o, channel: o.ann.archives(channel, archived=False),
    ),
    "without the bot": Closing(
        close=_hide,
        says="/invite @Stationmaster",
        reopen=lambda o, channel: o.ann.invites(o.slack.app_install.bot_user, channel=channel),
    ),
}
each_way = pytest.mark.parametrize("closing", CLOSINGS.values(), ids=CLOSINGS)


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits for a channel is tried again at once."""
    monkeypatch.setattr("bot.slack.outbox.closed_pause", lambda _attempts: 0.1)


def _directly(o: Office, name: str) -> list[str]:
    """What a person was told directly of a channel that is closed."""
    return [
        said
        for said in o.answers(o.slack.person(name))
        if "Nothing can be posted" in said and "by themselves" in said
    ]


async def _ordered(o: Office) -> dict[str, str]:
    """The errors of a form of `/release start` that is filled in well."""
    await o.ann.types("/release start", channel="general")
    form = await o.until(lambda: o.ann.modal)
    now = int(o.slack.world.clock())
    given = {"Android version": "2.16.0", "Target": now + 10 * HOUR, "Regression slot 1": now + HOUR}
    return {block.partition("@")[0]: said for block, said in (await o.ann.submits(form, given)).items()}


# --- before a start ---


@each_way
async def test_a_start_is_refused_at_the_configuration(tmp_path: Path, closing: Closing) -> None:
    """The form says at the configuration why its channel can't be used and what to do, and nothing is stored."""
    async with office(tmp_path, "two", started=False) as o:
        closing.close(o, "releases")
        await o.open()
        found = await _ordered(o)
        assert set(found) == {"configuration"}
        assert found["configuration"].startswith("Its release channel can't be used. ")
        assert closing.says in found["configuration"]
        async with o.store.look() as work:
            assert len(await work.releases.active(TEAM)) == 2


async def test_a_channel_that_never_was(tmp_path: Path) -> None:
    """A configuration file may name any id: the form says that there is no such channel."""
    async with office(tmp_path, "two", started=False) as o:
        async with o.store.work() as work:
            (found,) = [c for c in await work.directory.configurations(TEAM) if c.default]
            wrong = replace(found, snapshot=small(home="C0NOWHERE"))
            await work.directory.save_configuration(wrong)
            await work.commit()
        await o.open()
        assert "does not exist" in (await _ordered(o))["configuration"]


async def test_a_public_channel_need_not_be_entered_before(tmp_path: Path) -> None:
    """The bot joins it by itself, so that it is not in there is no reason against a start."""
    async with office(tmp_path, "two") as o:
        bot = o.slack.app_install.bot_user
        home = o.slack.world.channel("releases")
        o.slack.world.put_channel(replace(home, members=tuple(m for m in home.members if m != bot)))
        assert await _ordered(o) == {}


@pytest.mark.parametrize(
    "scopes", [{"channels:read"}, {"channels:read", "groups:read"}], ids=["public", "both"]
)
async def test_what_can_not_be_asked_is_no_reason_against_a_start(tmp_path: Path, scopes: set[str]) -> None:
    """Without the optional scopes nobody knows before: the start goes on, and posting will tell."""
    app = installed()
    async with office(tmp_path, "two", started=False, app=replace(app, scopes=app.scopes - scopes)) as o:
        o.ann.archives("releases")
        await o.open()
        assert await _ordered(o) == {}


# --- while it runs ---


@pytest.mark.usefixtures("soon")
@each_way
async def test_who_leads_and_who_started_it_are_told(tmp_path: Path, closing: Closing) -> None:
    """Nothing can be posted when the card is due: both hear where, why and what to do, once; then the card comes."""
    async with office(tmp_path, "asking", started=False) as o:
        await _led_by(o, "bo")
        closing.close(o, "releases")
        await o.open()
        for name in ("ann", "bo"):
            (said,) = await o.until(lambda name=name: _directly(o, name))  # type: ignore[misc]  # a lambda's default
            assert f"<#{o.home}>" in said
            assert closing.says in said
        why = await o.says(o.ann, "/release why", channel="general")
        assert f"Nothing can be posted in <#{o.home}>" in why
        assert "Nothing can be posted" in await o.says(o.ann, "/release status", channel="general")
        closing.reopen(o, "releases")
        await o.card()
        await o.until(lambda: any("takes messages again" in line for line in o.thread()))
        await o.gate("Approve")
        assert "Nothing can be posted" not in await o.says(o.ann, "/release why", channel="general")
        assert (len(_directly(o, "ann")), len(_directly(o, "bo"))) == (1, 1)
        assert len(await o.events(EventKind.CHANNEL_CLOSED)) == 1
        assert not await o.events(EventKind.MESSAGE_UNDELIVERED)


@pytest.mark.usefixtures("soon")
@each_way
async def test_a_channel_that_closes_in_the_middle(tmp_path: Path, closing: Closing) -> None:
    """What happens meanwhile is in the thread afterwards, in its order, and the card shows the last state."""
    async with office(tmp_path, "asking") as o:
        await o.gate("Approve")
        closing.close(o, "releases")
        await o.says(o.dan, "/release hold First", channel="general")
        await o.until(lambda: _directly(o, "ann"))
        await o.says(o.dan, "/release resume", channel="general")
        await o.says(o.dan, "/release hold Second", channel="general")
        closing.reopen(o, "releases")
        await o.card("Second")
        await o.until(lambda: any("takes messages again" in line for line in o.thread()))
        told = [line for line in o.thread() if "First" in line or "Second" in line]
        assert ["First" in told[0], "Second" in told[-1]] == [True, True]
        assert len(_directly(o, "ann")) == 1
        release = await o.release()
        assert not release.closed_channels


@pytest.mark.usefixtures("soon")
async def test_one_that_takes_edits_and_no_messages(tmp_path: Path) -> None:
    """Only some people may post there: edits of the card go through, and nobody is told again and again."""
    async with office(tmp_path, "asking") as o:
        await o.gate("Approve")
        refused = '{"ok":false,"error":"restricted_action_read_only_channel"}'
        o.slack.fault(path="/api/chat.postMessage", status=200, headers=JSON, body=refused, times=3)
        await o.says(o.dan, "/release hold First", channel="general")
        await o.card("First")
        await o.until(lambda: any("takes messages again" in line for line in o.thread()))
        assert len(await o.events(EventKind.CHANNEL_CLOSED)) == 1


async def test_another_channel_that_is_to_hear_of_it(tmp_path: Path) -> None:
    """Its news are given up, the thread has them; who leads hears of it, and a message that goes there ends it."""
    async with office(tmp_path, "failed", started=False) as o:
        critical = o.slack.world.channel("critical").id
        o.ann.archives("critical")
        await o.open()
        said = await o.until(lambda: next((a for a in o.answers(o.ann) if f"<#{critical}>" in a), None))
        assert "is archived" in said
        assert "/release edit" in said
        await o.until(lambda: any("failed" in line for line in o.thread()) or None)
        assert f"<#{critical}>" in await o.says(o.ann, "/release why")
        assert len(await o.events(EventKind.MESSAGE_UNDELIVERED)) == 1


async def test_a_release_that_has_ended_waits_for_nothing(tmp_path: Path) -> None:
    """Nobody waits for the card of what is over: the messages are given up and kept, and none is left to be sent."""
    async with office(tmp_path, "asking") as o:
        await o.gate("Approve")
        o.ann.archives("releases")
        await o.says(o.ann, "/release archive Withdrawn", channel="general")
        await o.comes(lambda: o.events(EventKind.MESSAGE_UNDELIVERED))
        await o.comes(lambda: _all_settled(o))


async def _led_by(o: Office, name: str) -> None:
    person = o.slack.person(name).id
    async with o.store.work() as work:
        release = await work.releases.get(TEAM, o.release_id)
        change = Change(release, now=release.created_at)
        change.release = replace(release, captain=person)
        await work.releases.save(change)
        await work.commit()


async def _all_settled(o: Office) -> bool:
    async with o.store._database.reading() as connection:
        left = await connection.execute(
            text("SELECT count(*) FROM outbox WHERE state IN ('OPEN', 'SENDING')")
        )
        return int(left.scalar_one()) == 0
