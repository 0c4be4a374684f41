"""The channel of a release, by the engine alone: outages, deaths of workers, and what a change of the release asks."""

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from orchestration.domain.events import EventKind
from orchestration.domain.release import Release
from orchestration.domain.rooms import RoomState
from orchestration.domain.snapshot import ReleaseChannel
from orchestration.ports.errors import PortError, Refused, TryLater
from orchestration.ports.notification import MessageRef
from orchestration.services import act, captains
from orchestration.services.room import keep_room
from orchestration.services.start_release import start_release
from tests.support.engine import TENANT
from tests.support.planned import ANN, BO, CLEO, Depot, depot
from tests.support.rehearsed import order

CHANNEL = "C0ROOM"


class Died(BaseException):
    """The worker is gone."""


@dataclass
class Channels:
    """A chat's channels; `errors` are raised by the named call, once each."""

    did: list[tuple[str, object]] = field(default_factory=list)
    errors: dict[str, BaseException] = field(default_factory=dict)

    def _do(self, what: str, value: object) -> None:
        self.did.append((what, value))
        if what in self.errors:
            raise self.errors.pop(what)

    async def open_room(self, tenant_id: str, name: str, *, taken: Collection[str]) -> str:
        """One for each name, the first being ours."""
        del tenant_id, taken
        self._do("open", name)
        number = list(dict.fromkeys(self.of("open"))).index(name)
        return f"{CHANNEL}{number or ''}"

    async def why_closed(self, tenant_id: str, channel: str) -> str | None:
        """Open."""
        del tenant_id, channel
        return None

    async def members(self, tenant_id: str, group: str) -> frozenset[str]:
        """Two people."""
        del tenant_id
        self._do("people", group)
        return frozenset({"U0000GR01", "U0000GR02"})

    async def is_active(self, tenant_id: str, person: str) -> bool:
        """Everybody."""
        del tenant_id, person
        return True

    async def is_outside(self, tenant_id: str, person: str) -> bool:
        """Nobody."""
        del tenant_id, person
        return False

    async def zone(self, tenant_id: str, person: str) -> str:
        """Everybody's."""
        del tenant_id, person
        return "UTC"

    async def invite(self, tenant_id: str, channel: str, people: Sequence[str]) -> None:
        """Bring in."""
        del tenant_id, channel
        self._do("invite", tuple(people))

    async def set_topic(self, tenant_id: str, channel: str, topic: str) -> None:
        """Say."""
        del tenant_id, channel
        self._do("topic", topic)

    async def pin(self, tenant_id: str, message: MessageRef) -> None:
        """Pin."""
        del tenant_id
        self._do("pin", message)

    async def close_room(self, tenant_id: str, channel: str) -> None:
        """Archive."""
        del tenant_id
        self._do("close", channel)

    def of(self, what: str) -> list[object]:
        """What a call was made with."""
        return [value for name, value in self.did if name == what]


async def _started(d: Depot, channels: Channels) -> Release:
    d.bench.engine = replace(d.bench.engine, rooms=channels, membership=channels)
    return await start_release(d.bench.engine, TENANT, "pixel", order(d.bench), actor=ANN)


async def _kinds(d: Depot, release: Release) -> list[EventKind]:
    async with d.bench.store.look() as work:
        return [event.kind for event in await work.releases.events(TENANT, release.id, limit=500)]


@pytest.mark.parametrize("dies_at", ["open", "people", "invite", "topic"])
async def test_a_worker_that_dies_is_followed_by_one_that_does_the_rest(tmp_path: Path, dies_at: str) -> None:
    """Wherever it died: one channel is told of, everybody is in it and the topic stands."""
    async with depot(tmp_path, release_channel=ReleaseChannel.OWN, channel_invites=("S0QA", CLEO.id)) as d:
        channels = Channels(errors={dies_at: Died()})
        release = await _started(d, channels)
        for _ in range(4):
            with suppress(Died):
                await keep_room(d.bench.engine, TENANT, release.id)
        assert not channels.errors
        room = (await d.bench.release(release.id)).room
        assert room is not None
        assert (room.state, room.channel, room.name) == (RoomState.OPEN, CHANNEL, "rel-pixel-2-14-0")
        assert "U0000GR01" in str(channels.of("invite")[-1])
        assert room.topic == channels.of("topic")[-1]
        assert (await _kinds(d, release)).count(EventKind.ROOM_OPENED) == 1


@pytest.mark.parametrize(
    ("error", "state"),
    [(TryLater("Slack is away"), RoomState.WANTED), (Refused("Not here"), RoomState.REFUSED)],
)
async def test_an_outage_is_no_refusal(tmp_path: Path, error: PortError, state: RoomState) -> None:
    """While the chat is away the channel is still wanted; what is refused is not asked for again."""
    async with depot(tmp_path, release_channel=ReleaseChannel.OWN) as d:
        channels = Channels(errors={"open": error})
        release = await _started(d, channels)
        await d.bench.settle()
        stored = await d.bench.release(release.id)
        assert stored.room is not None
        assert stored.room.state is state
        assert stored.home == stored.snapshot.home
        d.bench.clock.forward(minutes=1)
        await d.bench.settle()
        stored = await d.bench.release(release.id)
        assert (stored.home == CHANNEL) is (state is RoomState.WANTED)
        assert len(channels.of("open")) == (2 if state is RoomState.WANTED else 1)


async def test_a_new_captain_is_brought_in_and_named(tmp_path: Path) -> None:
    """What a change of the release asks for is done, and only that."""
    async with depot(tmp_path, release_channel=ReleaseChannel.OWN) as d:
        channels = Channels()
        release = await _started(d, channels)
        await d.bench.settle()
        before = len(channels.of("invite"))
        await captains.set_captain(d.bench.engine, TENANT, release.id, BO.id, actor=ANN)
        await d.bench.settle()
        assert channels.of("invite")[before:] == [(BO.id,)]
        assert f"<@{BO.id}>" in str(channels.of("topic")[-1])
        assert len(set(channels.of("topic"))) == len(channels.of("topic"))


async def test_two_releases_each_have_a_channel_of_their_own(tmp_path: Path) -> None:
    """k: the end of the one closes its own channel; the other's stays open."""
    async with depot(tmp_path, release_channel=ReleaseChannel.OWN, archive_channel=True) as d:
        channels = Channels()
        first = await _started(d, channels)
        second = await start_release(
            d.bench.engine, TENANT, "pixel", order(d.bench, version="2.15.0"), actor=ANN
        )
        await d.bench.settle()
        homes = [(await d.bench.release(each.id)).home for each in (first, second)]
        assert homes == [CHANNEL, f"{CHANNEL}1"]
        await act.archive(d.bench.engine, TENANT, first.id, "Withdrawn", actor=ANN)
        await d.bench.settle()
        d.bench.clock.forward(days=30)
        await d.bench.settle()
        assert channels.of("close") == [CHANNEL]
        stands = (await d.bench.release(second.id)).room
        assert stands is not None
        assert (stands.state, stands.channel) == (RoomState.OPEN, f"{CHANNEL}1")


async def test_a_release_in_a_thread_asks_for_nothing(tmp_path: Path) -> None:
    """That is how releases begin: no channel is made where none was asked for."""
    async with depot(tmp_path) as d:
        channels = Channels()
        release = await _started(d, channels)
        await d.bench.settle()
        assert (await d.bench.release(release.id)).room is None
        assert channels.did == []
