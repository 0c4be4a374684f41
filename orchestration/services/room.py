"""Keep the channel of a release: made once, with its people, topic and pinned card, archived after the end.

What it should be follows from the release; what was brought about is kept with it, so a worker that dies anywhere is
followed by one that does the rest. What the chat refuses is told once, and nothing else fails by it.
"""

from dataclasses import dataclass, replace

from orchestration.domain.change import Change
from orchestration.domain.events import EventKind
from orchestration.domain.housing import closes_at, invited_to, next_look, topic_of
from orchestration.domain.release import Release
from orchestration.domain.rooms import Room, RoomState
from orchestration.ports.errors import PortError, Refused, TryLater
from orchestration.ports.notification import MessageRef
from orchestration.ports.planning import DutyKind
from orchestration.ports.rooms import Rooms
from orchestration.ports.runtime import UnitOfWork
from orchestration.services.engine import Engine
from orchestration.services.saving import change_release

_GROUP = "S"


async def keep_room(engine: Engine, tenant_id: str, release_id: str) -> None:
    """Bring the channel to what it should be; TryLater where the chat is away."""
    async with engine.look() as work:
        release = await work.releases.get(tenant_id, release_id)
        card = await work.placed(tenant_id, f"card:{release_id}")
        taken = [r.room.channel for r in await work.releases.active(tenant_id) if r.room]
    room = release.room
    if room is None or room.state in {RoomState.REFUSED, RoomState.CLOSED}:
        await _settle(engine, release, room)
        return
    if room.state is RoomState.WANTED:
        await _settle(engine, release, await _opened(engine, release, room, [t for t in taken if t]))
        return
    done = _Keeping(engine=engine, release=release, room=room)
    await done.invite()
    await done.set_topic()
    if card is not None and card.channel == room.channel:
        await done.pin(card)
    await done.close()
    await _settle(engine, release, done.room)


async def _opened(engine: Engine, release: Release, room: Room, taken: list[str]) -> Room:
    """With its channel; or refused, with why, where there can't be one."""
    try:
        if engine.rooms is None:
            raise Refused("There is no chat that has channels")
        channel = await engine.rooms.open_room(release.tenant_id, room.name, taken=taken)
    except TryLater:
        raise
    except PortError as error:
        return replace(room, state=RoomState.REFUSED, trouble=error.reason)
    return replace(room, state=RoomState.OPEN, channel=channel, opened_at=engine.clock.now())


@dataclass(kw_only=True)
class _Keeping:
    """One round over an open channel. What is refused counts as done: it would be refused again."""

    engine: Engine
    release: Release
    room: Room

    @property
    def _rooms(self) -> Rooms:
        if self.engine.rooms is None:
            raise TryLater("There is no chat that has channels")
        return self.engine.rooms

    async def invite(self) -> None:
        tenant_id, wanted = self.release.tenant_id, invited_to(self.release)
        fresh = [each for each in wanted if each not in self.room.invited]
        people = [each for each in fresh if not each.startswith(_GROUP)]
        try:
            for group in (each for each in fresh if each.startswith(_GROUP)):
                people += sorted(await self._members(group))
            if people:
                await self._rooms.invite(tenant_id, self.room.channel or "", tuple(dict.fromkeys(people)))
        except PortError as error:
            self._note(error)
        self.room = replace(self.room, invited=(*self.room.invited, *fresh))

    async def _members(self, group: str) -> frozenset[str]:
        if self.engine.membership is None:
            raise Refused("There is no chat that knows its people")
        return await self.engine.membership.members(self.release.tenant_id, group)

    async def set_topic(self) -> None:
        topic = topic_of(self.release)
        if topic == self.room.topic:
            return
        try:
            await self._rooms.set_topic(self.release.tenant_id, self.room.channel or "", topic)
        except PortError as error:
            self._note(error)
        self.room = replace(self.room, topic=topic)

    async def pin(self, card: MessageRef) -> None:
        if self.room.pinned:
            return
        try:
            await self._rooms.pin(self.release.tenant_id, card)
        except PortError as error:
            self._note(error)
        self.room = replace(self.room, pinned=True)

    async def close(self) -> None:
        at = closes_at(self.release)
        if at is None or self.engine.clock.now() < at:
            return
        try:
            await self._rooms.close_room(self.release.tenant_id, self.room.channel or "")
        except PortError as error:
            self._note(error)
        self.room = replace(self.room, state=RoomState.CLOSED)

    def _note(self, error: PortError) -> None:
        if isinstance(error, TryLater):
            raise error
        self.room = replace(self.room, trouble=error.reason)


async def _settle(engine: Engine, read: Release, room: Room | None) -> None:
    """Store what was brought about; where somebody else did meanwhile, only look again."""

    async def plan(work: UnitOfWork, change: Change) -> None:
        release = change.release
        at = next_look(release, now=change.now) if release.room == room else change.now
        await work.planning.look(release.tenant_id, DutyKind.ROOM, release.id, at=at)

    def act(change: Change) -> None:
        if room is not None and change.release.room == read.room != room:
            change.release = replace(change.release, room=room)
            _tell(change, read.room, room)

    if room != read.room:
        await change_release(engine, read.tenant_id, read.id, act, along=plan)
        return
    async with engine.work() as work:
        release = await work.releases.get(read.tenant_id, read.id)
        await plan(work, Change(release, now=engine.clock.now()))
        await work.commit()


def _tell(change: Change, before: Room | None, room: Room) -> None:
    if before is not None and before.state is not room.state:
        told = {
            RoomState.OPEN: EventKind.ROOM_OPENED,
            RoomState.REFUSED: EventKind.ROOM_REFUSED,
            RoomState.CLOSED: EventKind.ROOM_CLOSED,
        }
        change.tell(told[room.state], channel=room.channel, name=room.name, reason=room.trouble or None)
    elif room.trouble and (before is None or room.trouble != before.trouble):
        change.tell(EventKind.ROOM_TROUBLED, channel=room.channel, name=room.name, reason=room.trouble)
