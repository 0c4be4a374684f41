"""The calendar of a tenant: everything that is planned, in the order of time."""

from datetime import timedelta

from orchestration.domain.agenda import Entry, EntryKind, freeze_entry, in_order, release_entries
from orchestration.domain.freezes import Freeze
from orchestration.domain.people import Actor, Permission
from orchestration.domain.release import Release
from orchestration.domain.train import RunState
from orchestration.domain.train_view import TrainView
from orchestration.services.engine import Engine
from orchestration.services.saving import require, roles_of
from orchestration.services.trains import list_trains

_DATES = 60
EVERYTHING = "every release"


async def agenda(engine: Engine, tenant_id: str, *, actor: Actor, days: int) -> tuple[Entry, ...]:
    """What is ahead within so many days, for one who may read."""
    trains = await list_trains(engine, tenant_id, actor=actor, most=_DATES)
    async with engine.look() as work:
        require(await roles_of(work, None, actor, tenant_id), Permission.READ)
        running = tuple(await work.releases.active(tenant_id))
        freezes = tuple(await work.planning.freezes(tenant_id))
        names = {c.id: c.name for c in await work.directory.configurations(tenant_id)}
    now = engine.clock.now()
    entries = [
        *(entry for view in trains for entry in _train_entries(view)),
        *(entry for release in running for entry in release_entries(release, now=now)),
        *(
            freeze_entry(f, names.get(f.config_id, f.config_id) if f.config_id else EVERYTHING)
            for f in freezes
        ),
    ]
    covered = [(freeze, _covered(freeze, running, trains)) for freeze in freezes]
    return in_order(entries, covered, now=now, until=now + timedelta(days=days))


def _train_entries(view: TrainView) -> list[Entry]:
    """The dates that have no release yet; those that have are told by the release."""
    if view.train.paused is not None:
        return []
    kinds = {None: EntryKind.TRAIN, RunState.SKIPPED: EntryKind.SKIPPED, RunState.MISSED: EntryKind.SKIPPED}
    return [
        Entry(
            at=coming.timetable.kick_off_at,
            kind=kinds[state],
            what=view.train.name,
            about=view.train.id,
            until=None,
        )
        for coming in view.coming
        if (state := coming.run.state if coming.run else None) in kinds
    ]


def _covered(freeze: Freeze, running: tuple[Release, ...], trains: tuple[TrainView, ...]) -> frozenset[str]:
    releases = {r.id for r in running if freeze.meant_for(r)}
    named = {v.train.id for v in trains if freeze.config_id in {None, v.train.config_id}}
    return frozenset(releases | named)
