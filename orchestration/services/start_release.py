"""Create a release from an order, with everything that is wrong with the order said at once."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from orchestration.catalogue import plan_stage
from orchestration.domain.adopting import Adopted, adopt
from orchestration.domain.advance import advance
from orchestration.domain.backmerges import backmerges
from orchestration.domain.change import Change
from orchestration.domain.creation import Facts, Order, create
from orchestration.domain.errors import Invalid, Problem
from orchestration.domain.events import EventKind
from orchestration.domain.lineage import Lineage, same_line, taken_by
from orchestration.domain.pairs import Pair
from orchestration.domain.people import Actor, Permission
from orchestration.domain.release import Release
from orchestration.domain.stages import Cycle, Stage
from orchestration.domain.tasks import Task
from orchestration.domain.version import ReleaseType, Version
from orchestration.ports.runtime import Configuration, UnitOfWork
from orchestration.services.announce import announce
from orchestration.services.configurations import none_in_use
from orchestration.services.engine import CONFIGURATIONS, Engine
from orchestration.services.find_parent import Sought, find_lineage, refreshed
from orchestration.services.planned import captain_in_turn, meet_plans
from orchestration.services.renewing import renew_homes
from orchestration.services.saving import Along, require, roles_of

# 30 letters and digits to the power of 8: two releases meet once in a million tenants' lives; the key is unique anyway.
_CODE_LENGTH = 8
CONNECTIONS = "connections"
"""Changes of connections and starts of releases wait for each other by this name."""
_BEFORE_KICK_OFF = timedelta(minutes=30)

Ordering = Callable[[UnitOfWork, Facts], Awaitable[Order]]
"""An order that follows from what is known in the transaction, such as a train's."""


async def _nothing_along(_work: UnitOfWork, _change: Change) -> None:
    return


async def configuration_of(work: UnitOfWork, tenant_id: str, configuration_id: str) -> Configuration:
    """The configuration; Invalid where the tenant has none of this id."""
    found = [c for c in await work.directory.configurations(tenant_id) if c.id == configuration_id]
    if not found:
        raise Invalid([Problem(field="configuration", message="Choose a release configuration")])
    return found[0]


async def facts_for(work: UnitOfWork, configuration: Configuration) -> Facts:
    """What must be known to judge an order on this configuration."""
    tenant_id, snapshot = configuration.tenant_id, configuration.snapshot
    beside = await running_beside(work, tenant_id, snapshot.scm)
    return Facts(
        snapshot=snapshot,
        active=configuration.active,
        latest=await work.releases.latest_versions(tenant_id, snapshot.app),
        unverified=await work.directory.unverified(tenant_id, sorted(snapshot.integrations())),
        last_tag=await work.releases.last_tag(tenant_id, snapshot.app),
        branches_in_use=frozenset(r.branch for r in beside),
        names_in_use=frozenset(r.version for r in beside),
    )


async def running_beside(work: UnitOfWork, tenant_id: str, scm: str, *, but: str = "") -> tuple[Release, ...]:
    """The releases that run on a repository, without `but`: their branches and tags are taken."""
    running = await work.releases.active(tenant_id)
    return tuple(r for r in running if r.id != but and r.snapshot.scm == scm)


async def _lineage(engine: Engine, configuration: Configuration, order: Order | Ordering) -> Lineage:
    """What a hotfix mends; it is asked for outside of transactions, for source control may have to be asked."""
    if not isinstance(order, Order):
        return Lineage()
    sought = Sought(type=order.type, versions=order.versions, parent=order.parent)
    return await find_lineage(engine, configuration.tenant_id, configuration.snapshot, sought)


async def _closed(engine: Engine, configuration: Configuration, order: Order | Ordering) -> str | None:
    """Why the card of what a person orders could not be posted; a train's captain hears of it when it is not."""
    if engine.rooms is None or not isinstance(order, Order):
        return None
    return await engine.rooms.why_closed(configuration.tenant_id, configuration.snapshot.home)


async def _outside(
    engine: Engine, configuration: Configuration, order: Order | Ordering
) -> tuple[Lineage, str | None]:
    """What is asked outside of transactions: what a hotfix mends, and whether the release channel is open to us."""
    return await _lineage(engine, configuration, order), await _closed(engine, configuration, order)


async def judge_order(
    engine: Engine, tenant_id: str, configuration_id: str, order: Order, *, actor: Actor
) -> Release:
    """The release that the order would make, stored nowhere: for the answer to a form and for a preview.

    Invalid with every problem; NotAllowed where the person may not start releases.
    """
    async with engine.look() as work:
        require(await roles_of(work, None, actor, tenant_id), Permission.EDIT)
        configuration = await configuration_of(work, tenant_id, configuration_id)
        facts = await facts_for(work, configuration)
    lineage, closed = await _outside(engine, configuration, order)
    facts = replace(facts, lineage=lineage, closed=closed)
    return create(
        order, facts, release_id="REL-PREVIEW", tenant_id=tenant_id, by=actor.id, now=engine.clock.now()
    )


async def start_release(
    engine: Engine,
    tenant_id: str,
    configuration_id: str,
    order: Order | Ordering,
    *,
    actor: Actor,
    along: Along = _nothing_along,
    adopted: Adopted | None = None,
) -> Release:
    """Create the release in one transaction: its rows, the event, the card. It kicks off when its time comes."""
    async with engine.look() as work:
        require(await roles_of(work, None, actor, tenant_id), Permission.EDIT)
        seen = await configuration_of(work, tenant_id, configuration_id)
    lineage, closed = await _outside(engine, seen, order)
    async with engine.work() as work:
        require(await roles_of(work, None, actor, tenant_id), Permission.EDIT)
        # Two starts at once would both find the same version and branch free, and a configuration must not
        # be deleted as unused while a release starts with it.
        await work.alone(tenant_id, CONFIGURATIONS)
        configuration = await configuration_of(work, tenant_id, configuration_id)
        # One that is disconnected, or refused by its provider, at this moment would still look verified.
        await work.alone(tenant_id, CONNECTIONS)
        facts = await facts_for(work, configuration)
        lineage = await refreshed(work, tenant_id, configuration.snapshot, lineage)
        facts = replace(facts, lineage=lineage, closed=closed)
        wanted = order if isinstance(order, Order) else await order(work, facts)
        change = _created(engine, configuration, wanted, facts, actor=actor, adopted=adopted)
        await meet_plans(work, change)
        advance(change, plan_stage)
        await work.releases.add(change)
        at = max(change.now, change.release.kick_off_at - _BEFORE_KICK_OFF)
        await work.suspect(tenant_id, change.release.snapshot.integrations(), at=at)
        await work.send(tenant_id, announce(change, engine.heard))
        await renew_homes(work, tenant_id, now=change.now)
        await along(work, change)
        await work.commit()
    return change.release


def _created(
    engine: Engine,
    configuration: Configuration,
    order: Order,
    facts: Facts,
    *,
    actor: Actor,
    adopted: Adopted | None,
) -> Change:
    """The release, its creation told, begun with what exists of it elsewhere; Invalid with every problem."""
    now = engine.clock.now()
    release_id = f"REL-{engine.chance.code(_CODE_LENGTH)}"
    tenant_id = configuration.tenant_id
    release = create(order, facts, release_id=release_id, tenant_id=tenant_id, by=actor.id, now=now)
    change = Change(release, now=now, actor=actor)
    change.tell(
        EventKind.RELEASE_CREATED,
        version=release.version,
        type=release.type,
        branch=release.branch,
        configuration=configuration.id,
        train=release.train,
        promised=order.promised_at.isoformat() if order.promised_at else None,
        parent=release.parent.name if release.parent else None,
    )
    if release.skipped is not None:
        change.tell(EventKind.REGRESSION_SKIPPED, reason=release.skipped.reason)
    if adopted is not None:
        adopt(change, adopted, plan_stage)
    return change


def preview_tasks(release: Release) -> tuple[Task, ...]:
    """The tasks that the release would have, with one cycle as an example of all."""
    slot = release.slots[0]
    cycle = Cycle(id=f"{release.id}/c1", number=1, tag=release.candidate_tag(1), flags=slot.flags)
    return (
        *plan_stage(release, Stage.KICKOFF, None),
        *plan_stage(release, Stage.REGRESSION, cycle),
        *plan_stage(release, Stage.PRE_RELEASE, None),
        *backmerges(release),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """What the form of a new release is filled with: configurations to choose from, the next versions, who leads."""

    configurations: tuple[Configuration, ...]
    chosen: Configuration
    versions: Mapping[Pair, str | None]
    captain: str


async def _before(
    work: UnitOfWork, configuration: Configuration, kind: ReleaseType
) -> Mapping[Pair, Version]:
    """The version of each pair that the next one is counted from: of a hotfix the newest that was tagged."""
    tenant_id, app = configuration.tenant_id, configuration.snapshot.app
    if kind is not ReleaseType.HOTFIX:
        return await work.releases.latest_versions(tenant_id, app)
    every = await work.releases.ancestors(tenant_id, app)
    taken, tagged = taken_by(every), taken_by(a for a in every if a.tag is not None)
    # A pair of which nothing was tagged yet is counted from what there is: the form tells what is missing.
    bases = {pair: max(tagged.get(pair, versions)) for pair, versions in taken.items()}
    return {pair: max(v for v in taken[pair] if same_line(v, base)) for pair, base in bases.items()}


async def propose(
    engine: Engine, tenant_id: str, *, chosen: str | None, kind: ReleaseType, actor: Actor
) -> Proposal:
    """The proposal for a configuration (the default one where none is chosen); NotNow where the tenant has none."""
    async with engine.look() as work:
        require(await roles_of(work, None, actor, tenant_id), Permission.EDIT)
        known = await work.directory.configurations(tenant_id)
        every = tuple(c for c in known if c.active)
        if not every:
            raise none_in_use(known)
        default = next((c for c in every if c.default), every[0])
        configuration = next((c for c in every if c.id == chosen), default)
        latest = await _before(work, configuration, kind)
        today = engine.clock.now().date()
        captain = await captain_in_turn(work, tenant_id, configuration.id, on=today) or actor.id
    versions = {
        pair: str(latest[pair].bump(kind)) if pair in latest else None
        for pair in configuration.snapshot.pairs
    }
    return Proposal(configurations=every, chosen=configuration, versions=versions, captain=captain)
