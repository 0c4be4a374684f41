"""Release configurations: read, stored as they were read, copied, switched on and off, made the default, deleted.

Every change is checked and stored in one transaction, alone among the tenant's changes of configurations and
starts of releases, with an event of what is different afterwards. `revision` is what the caller saw; None means
whatever it is by now.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace

from orchestration.domain.configuration_changes import differences
from orchestration.domain.configuring import problems_in
from orchestration.domain.errors import Invalid, NotNow, Problem, Unknown
from orchestration.domain.events import Event, EventKind
from orchestration.domain.guessing import did_you_mean
from orchestration.domain.people import Actor, Permission
from orchestration.domain.rollout_rules import holiday_problems
from orchestration.domain.snapshot import Snapshot
from orchestration.ports.runtime import Configuration, Integrations, StaleConfiguration, UnitOfWork
from orchestration.services.engine import CONFIGURATIONS, Engine
from orchestration.services.named_connections import connection_problems
from orchestration.services.saving import require, roles_of

Along = Callable[[UnitOfWork, Configuration], Awaitable[None]]


def none_in_use(every: Sequence[Configuration]) -> NotNow:
    """What is said where something is to be released, and no configuration is in use."""
    if every:
        word = f"/release config activate {every[0].id}"
        return NotNow(f"No release configuration is in use. Switch one on, for example `{word}`.")
    return NotNow(
        "There is no release configuration yet. Make one with `/release config new`, "
        "or store a file with `stationmaster configure`."
    )


async def list_all(engine: Engine, tenant_id: str, *, actor: Actor) -> tuple[Configuration, ...]:
    """All of the tenant, by name."""
    async with engine.look() as work:
        require(await roles_of(work, None, actor, tenant_id), Permission.READ)
        return tuple(await work.directory.configurations(tenant_id))


async def get(engine: Engine, tenant_id: str, configuration_id: str, *, actor: Actor) -> Configuration:
    """One of them as it is now; Unknown."""
    async with engine.look() as work:
        require(await roles_of(work, None, actor, tenant_id), Permission.READ)
        every = await work.directory.configurations(tenant_id)
    return known_in(every, configuration_id)


async def save(
    engine: Engine, wanted: Configuration, *, actor: Actor, along: Along | None = None
) -> Configuration:
    """Store it: a new one where its revision is 0, otherwise the one of that revision, changed.

    Its id and name are those of its snapshot. Invalid with every problem at its place; StaleConfiguration.
    """
    wanted = replace(wanted, id=wanted.snapshot.config_id, name=wanted.snapshot.name)
    ports = await engine.integrations(wanted.tenant_id)
    async with engine.work() as work:
        desk = await _Desk.open(engine, work, wanted.tenant_id, actor)
        before = desk.find(wanted.id)
        problems = await _problems_with(work, before, wanted, ports, engine.holidays.regions())
        if problems:
            raise Invalid(problems)
        return await desk.finish(await desk.store(before, wanted), along)


async def judge(engine: Engine, wanted: Configuration, *, actor: Actor) -> Sequence[Problem]:
    """Every problem for which `save` would refuse it now; nothing is stored. StaleConfiguration."""
    ports = await engine.integrations(wanted.tenant_id)
    async with engine.look() as work:
        require(await roles_of(work, None, actor, wanted.tenant_id), Permission.CONFIGURE)
        every = await work.directory.configurations(wanted.tenant_id)
        before = next((c for c in every if c.id == wanted.id), None)
        return await _problems_with(work, before, wanted, ports, engine.holidays.regions())


async def _problems_with(
    work: UnitOfWork,
    before: Configuration | None,
    wanted: Configuration,
    ports: Integrations,
    regions: Collection[str],
) -> Sequence[Problem]:
    taken = before is not None and wanted.revision == 0
    if not taken and (before.revision if before is not None else 0) != wanted.revision:
        raise StaleConfiguration(wanted.id)
    problems = [*problems_in(wanted.snapshot), *holiday_problems(wanted.snapshot.office, regions)]
    if taken:
        problems.append(Problem(field="id", message=f"Another configuration has the id {wanted.id}"))
    if wanted.default and not wanted.active:
        problems.append(Problem(field="default", message="must be active to be the default"))
    wakes = wanted.active and not (before is not None and before.active)
    return [*problems, *await connection_problems(work, wanted, ports, verified=wakes)]


async def copy(
    engine: Engine,
    tenant_id: str,
    configuration_id: str,
    *,
    new_id: str,
    name: str,
    actor: Actor,
    along: Along | None = None,
) -> Configuration:
    """A new one like it, under another id and name, switched off until somebody activates it."""
    async with engine.work() as work:
        desk = await _Desk.open(engine, work, tenant_id, actor)
        snapshot = replace(desk.seen(configuration_id, None).snapshot, config_id=new_id, name=name)
        wanted = Configuration(id=new_id, tenant_id=tenant_id, name=name, snapshot=snapshot, active=False)
        problems = [each for each in problems_in(snapshot) if each.field in {"id", "name", "config_id"}]
        if desk.find(new_id) is not None:
            problems.append(Problem(field="id", message=f"Another configuration has the id {new_id}"))
        if problems:
            raise Invalid(problems)
        return await desk.finish(await desk.store(None, wanted), along)


async def activate(
    engine: Engine,
    tenant_id: str,
    configuration_id: str,
    *,
    actor: Actor,
    revision: int | None = None,
    along: Along | None = None,
) -> Configuration:
    """Let releases start with it; Invalid where a connection is missing, of the wrong kind or not verified."""
    ports = await engine.integrations(tenant_id)
    async with engine.work() as work:
        desk = await _Desk.open(engine, work, tenant_id, actor)
        found = desk.seen(configuration_id, revision)
        problems = await connection_problems(work, found, ports, verified=True)
        if problems and not found.active:
            raise Invalid(problems)
        return await desk.finish(await desk.store(found, replace(found, active=True)), along)


async def deactivate(
    engine: Engine,
    tenant_id: str,
    configuration_id: str,
    *,
    actor: Actor,
    revision: int | None = None,
    along: Along | None = None,
) -> Configuration:
    """Let no more releases start with it; those that run go on. It is the default no longer."""
    async with engine.work() as work:
        desk = await _Desk.open(engine, work, tenant_id, actor)
        found = desk.seen(configuration_id, revision)
        return await desk.finish(await desk.store(found, replace(found, active=False, default=False)), along)


async def make_default(
    engine: Engine,
    tenant_id: str,
    configuration_id: str,
    *,
    actor: Actor,
    revision: int | None = None,
    along: Along | None = None,
) -> Configuration:
    """Let the form for a new release start with it, and with no other; NotNow where it is switched off."""
    async with engine.work() as work:
        desk = await _Desk.open(engine, work, tenant_id, actor)
        found = desk.seen(configuration_id, revision)
        if not found.active:
            raise NotNow(f"{found.name} is switched off. Activate it first.")
        return await desk.finish(await desk.store(found, replace(found, default=True)), along)


async def delete(
    engine: Engine,
    tenant_id: str,
    configuration_id: str,
    *,
    actor: Actor,
    revision: int | None = None,
    along: Along | None = None,
) -> Configuration:
    """Forget one that no release ever used; NotNow with their number where some did."""
    async with engine.work() as work:
        desk = await _Desk.open(engine, work, tenant_id, actor)
        found = desk.seen(configuration_id, revision)
        used = await work.releases.count_of(tenant_id, configuration_id)
        if used:
            releases = "1 release was" if used == 1 else f"{used} releases were"
            raise NotNow(f"{releases} started with {found.name}, so it stays. Deactivate it instead.")
        trains = [t.name for t in await work.planning.trains(tenant_id) if t.config_id == found.id]
        if trains:
            raise NotNow(f"{', '.join(trains)} runs on {found.name}. Delete that train first.")
        await work.directory.remove_configuration(found)
        await desk.tell(EventKind.CONFIGURATION_DELETED, found, {"name": found.name})
        return await desk.finish(found, along)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Desk:
    """A tenant's configurations in a transaction in which nobody else may change them."""

    engine: Engine
    work: UnitOfWork
    tenant_id: str
    actor: Actor
    every: Sequence[Configuration]

    @classmethod
    async def open(cls, engine: Engine, work: UnitOfWork, tenant_id: str, actor: Actor) -> "_Desk":
        """NotAllowed for those who may not change them."""
        await work.alone(tenant_id, CONFIGURATIONS)
        require(await roles_of(work, None, actor, tenant_id), Permission.CONFIGURE)
        every = await work.directory.configurations(tenant_id)
        return cls(engine=engine, work=work, tenant_id=tenant_id, actor=actor, every=every)

    def find(self, configuration_id: str) -> Configuration | None:
        """One of them."""
        return next((c for c in self.every if c.id == configuration_id), None)

    def seen(self, configuration_id: str, revision: int | None) -> Configuration:
        """One of them, as the caller saw it; Unknown, StaleConfiguration."""
        found = known_in(self.every, configuration_id)
        if revision is not None and found.revision != revision:
            raise StaleConfiguration(found.id)
        return found

    async def store(self, before: Configuration | None, wanted: Configuration) -> Configuration:
        """Store it with its event; what is as it was is left alone. A new default takes the old one's place."""
        if before == wanted:
            return wanted
        if wanted.default:
            for other in self.every:
                if other.default and other.id != wanted.id:
                    await self.store(other, replace(other, default=False))
        saved = await self.work.directory.save_configuration(wanted)
        told = differences(None if before is None else _values(before), _values(wanted))
        await self.tell(EventKind.CONFIGURATION_SAVED, wanted, told)
        return saved

    async def tell(self, kind: EventKind, about: Configuration, data: Mapping[str, str]) -> None:
        """Record what happened to it."""
        event = Event(
            kind=kind,
            at=self.engine.clock.now(),
            actor=self.actor,
            release_id=None,
            data={"configuration": about.id, **data},
        )
        await self.work.tell(self.tenant_id, [event])

    async def finish(self, saved: Configuration, along: Along | None) -> Configuration:
        """Commit, with what belongs to the change."""
        if along is not None:
            await along(self.work, saved)
        await self.work.commit()
        return saved


def known_in(every: Sequence[Configuration], configuration_id: str) -> Configuration:
    """The one of this id; Unknown with the one that was probably meant."""
    found = next((c for c in every if c.id == configuration_id), None)
    if found is None:
        meant = did_you_mean(configuration_id, ((c.id, c.name) for c in every))
        raise Unknown(f"There is no release configuration {configuration_id[:60]}.{meant}")
    return found


def _values(configuration: Configuration) -> Mapping[str, object]:
    snapshot = {each.name: getattr(configuration.snapshot, each.name) for each in fields(Snapshot)}
    return {"active": configuration.active, "default": configuration.default, **snapshot}
