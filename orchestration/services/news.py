"""Events that belong to no release: recorded, and told in channels and to people, in the same transaction."""

from collections.abc import Iterable, Mapping, Sequence

from orchestration.domain.events import Event, EventKind
from orchestration.domain.people import Actor
from orchestration.domain.snapshot import Bucket
from orchestration.ports.runtime import Configuration, Outgoing, OutgoingKind, UnitOfWork
from orchestration.services.announce import stored_event
from orchestration.services.engine import Engine


async def tell_tenant(
    engine: Engine,
    work: UnitOfWork,
    tenant_id: str,
    kind: EventKind,
    data: Mapping[str, str],
    *,
    actor: Actor,
    channels: Sequence[str] = (),
    people: Sequence[str] = (),
) -> None:
    """Record the fact; `channels` hear of it, and `people` directly."""
    event = Event(kind=kind, at=engine.clock.now(), actor=actor, release_id=None, data=data)
    await work.tell(tenant_id, [event])
    told = [_told(engine, tenant_id, event, place) for place in _places(channels, people)]
    if told:
        await work.send(tenant_id, told)


def _places(channels: Sequence[str], people: Sequence[str]) -> Iterable[Mapping[str, str]]:
    yield from ({"channel": channel} for channel in dict.fromkeys(channels))
    yield from ({"user": person} for person in dict.fromkeys(people))


def _told(engine: Engine, tenant_id: str, event: Event, place: Mapping[str, str]) -> Outgoing:
    where = place.get("channel") or place["user"]
    lane = f"channel:{where}" if "channel" in place else f"answer:{tenant_id}:{where}"
    key = f"news:{event.kind}:{event.at.isoformat()}:{engine.chance.code(6)}:{where}"
    return Outgoing(
        kind=OutgoingKind.NEWS, lane=lane, key=key, payload={"event": stored_event(event), **place}
    )


def channels_of(configurations: Iterable[Configuration], bucket: Bucket) -> tuple[str, ...]:
    """Where people hear of these configurations: where their releases live, and the channels of the bucket."""
    found = [
        channel
        for each in configurations
        for channel in (each.snapshot.home, *each.snapshot.channels.get(bucket, ()))
    ]
    return tuple(dict.fromkeys(found))
