"""What happens when a train is looked at: the release of its next date is made, by the service behind `/release start`.

Everything that is decided about a date commits together with what follows from it: the release, the row that
settles the date, and when the train is looked at next. Two workers, or one that was cut off, make one release.
"""

from dataclasses import dataclass, replace

from orchestration.domain.change import Change
from orchestration.domain.creation import Facts, Order
from orchestration.domain.errors import DomainError, Invalid
from orchestration.domain.events import EventKind
from orchestration.domain.people import SYSTEM
from orchestration.domain.snapshot import Bucket
from orchestration.domain.train import (
    RETRY,
    Departure,
    Make,
    Miss,
    Pass,
    Rest,
    Run,
    RunState,
    Step,
    Train,
    Trouble,
    next_step,
    settle,
)
from orchestration.domain.train_order import order_of
from orchestration.ports.planning import AlreadySettled, DutyKind, StalePlan
from orchestration.ports.runtime import StaleRelease, UnitOfWork
from orchestration.services.engine import PLANNING, Engine
from orchestration.services.news import channels_of, tell_tenant
from orchestration.services.planned import captain_in_turn
from orchestration.services.start_release import start_release
from orchestration.services.trains import LOOKED_BACK, calendar_of

# A train that was left alone for years has so many dates behind it at most; the rest is looked at again at once.
_STEPS = 100


class _Moved(DomainError):
    """The train changed between the look and the transaction: look again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Seen:
    """A train in a transaction, and what is to be done about it."""

    train: Train
    step: Step


async def run_train(engine: Engine, tenant_id: str, train_id: str) -> None:
    """Do everything that is due about a train. Idempotent: who is cut off, or comes twice, does nothing twice."""
    for _ in range(_STEPS):
        try:
            make = await _short_step(engine, tenant_id, train_id)
            if make is None or not await _made(engine, tenant_id, train_id, make):
                return
        except (_Moved, StalePlan, StaleRelease, AlreadySettled):
            continue


async def _see(engine: Engine, work: UnitOfWork, tenant_id: str, train_id: str) -> _Seen | None:
    train = await work.planning.train(tenant_id, train_id)
    if train is None:
        return None
    now = engine.clock.now()
    runs = await work.planning.runs(tenant_id, train_id, since=train.cursor - LOOKED_BACK)
    return _Seen(train=train, step=next_step(train, calendar_of(engine, train, now=now), runs, now=now))


async def _short_step(engine: Engine, tenant_id: str, train_id: str) -> Make | None:
    """Take every step but the making of a release; None where nothing is left to do now."""
    while True:
        async with engine.work() as work:
            await work.alone(tenant_id, PLANNING)
            try:
                seen = await _see(engine, work, tenant_id, train_id)
            except DomainError as error:
                await _block(engine, work, tenant_id, train_id, (str(error),))
                await work.commit()
                return None
            if seen is None:
                await work.planning.look(tenant_id, DutyKind.TRAIN, train_id, at=None)
                await work.commit()
                return None
            match seen.step:
                case Make():
                    return seen.step
                case Rest(until=until):
                    await work.planning.look(tenant_id, DutyKind.TRAIN, train_id, at=until)
                    await work.commit()
                    return None
                case Pass(departure=departure):
                    await work.planning.save_train(settle(seen.train, departure))
                case Miss(departure=departure, reason=reason):
                    await _miss(engine, work, seen.train, departure, reason)
            await work.commit()


async def _miss(engine: Engine, work: UnitOfWork, train: Train, departure: Departure, reason: str) -> None:
    """Settle a date for which no release can be made any more, and say so."""
    trouble = train.trouble
    if trouble is not None and trouble.by_rule == departure.by_rule:
        reason = f"{reason}, and before that: {'; '.join(trouble.reasons)}"
    run = _run(engine, train, departure, RunState.MISSED, reason=reason)
    await work.planning.add_run(run)
    await work.planning.save_train(settle(train, departure))
    data = {"on": departure.on.isoformat(), "reason": reason}
    await _tell_owners(engine, work, train, EventKind.TRAIN_DATE_MISSED, data)


async def _made(engine: Engine, tenant_id: str, train_id: str, make: Make) -> bool:
    """Make the release of a date; False where it can't be made now: the owners hear why, and it is tried again."""
    departure = make.timetable.departure
    async with engine.look() as work:
        train = await work.planning.train(tenant_id, train_id)
    if train is None:
        raise _Moved("the train is gone")
    making = _Making(engine=engine, tenant_id=tenant_id, train_id=train_id, departure=departure)
    try:
        await start_release(
            engine, tenant_id, train.config_id, making.order, actor=SYSTEM, along=making.settled
        )
    except _Moved:
        raise
    except DomainError as error:
        problems = error.problems if isinstance(error, Invalid) else ()
        reasons = tuple(dict.fromkeys(p.message for p in problems)) or (str(error),)
        async with engine.work() as work:
            await work.alone(tenant_id, PLANNING)
            await _block(engine, work, tenant_id, train_id, reasons, departure=departure)
            await work.commit()
        return False
    return True


@dataclass(frozen=True, kw_only=True, slots=True)
class _Making:
    """What the release of a date is made of, and what is stored with it, all in the transaction that makes it."""

    engine: Engine
    tenant_id: str
    train_id: str
    departure: Departure

    async def order(self, work: UnitOfWork, facts: Facts) -> Order:
        """The order, of the train as it is in this transaction."""
        await work.alone(self.tenant_id, PLANNING)
        seen = await _see(self.engine, work, self.tenant_id, self.train_id)
        step = seen.step if seen is not None else None
        if seen is None or not isinstance(step, Make) or step.timetable.departure != self.departure:
            raise _Moved("the train has changed")
        train, on = seen.train, self.departure.on
        captain = await captain_in_turn(work, self.tenant_id, train.config_id, on=on, train_id=train.id)
        return order_of(train, step, facts, captain=captain or train.owner)

    async def settled(self, work: UnitOfWork, change: Change) -> None:
        """The date is settled by the release, and the next one is looked for."""
        train = await work.planning.train(self.tenant_id, self.train_id)
        if train is None:
            raise _Moved("the train is gone")
        run = _run(self.engine, train, self.departure, RunState.CREATED)
        await work.planning.add_run(replace(run, release_id=change.release.id))
        await work.planning.save_train(settle(train, self.departure))
        await work.planning.look(self.tenant_id, DutyKind.TRAIN, self.train_id, at=self.engine.clock.now())


async def _block(
    engine: Engine,
    work: UnitOfWork,
    tenant_id: str,
    train_id: str,
    reasons: tuple[str, ...],
    *,
    departure: Departure | None = None,
) -> None:
    """Note why, tell the owners where it is another reason than before, and try again after a while."""
    train = await work.planning.train(tenant_id, train_id)
    if train is None:
        return
    now = engine.clock.now()
    by_rule = departure.by_rule if departure is not None else train.cursor
    trouble = Trouble(by_rule=by_rule, reasons=reasons, at=now)
    before = train.trouble
    await work.planning.save_train(replace(train, trouble=trouble))
    await work.planning.look(tenant_id, DutyKind.TRAIN, train_id, at=now + RETRY)
    if before is None or (before.by_rule, before.reasons) != (by_rule, reasons):
        on = departure.on if departure is not None else by_rule
        data = {"on": on.isoformat(), "reason": "\n".join(reasons)}
        await _tell_owners(engine, work, train, EventKind.TRAIN_BLOCKED, data)


async def _tell_owners(
    engine: Engine, work: UnitOfWork, train: Train, kind: EventKind, data: dict[str, str]
) -> None:
    """The train's owner and the tenant's hear it directly, and the channels for trouble of its configuration."""
    every = await work.directory.configurations(train.tenant_id)
    channels = channels_of([c for c in every if c.id == train.config_id], Bucket.CRITICAL)
    people = (train.owner, *await work.planning.owners(train.tenant_id))
    told = {**data, "train": train.id, "name": train.name, "owner": train.owner}
    await tell_tenant(
        engine, work, train.tenant_id, kind, told, actor=SYSTEM, channels=channels, people=people
    )


def _run(engine: Engine, train: Train, departure: Departure, state: RunState, *, reason: str = "") -> Run:
    return Run(
        tenant_id=train.tenant_id,
        train_id=train.id,
        by_rule=departure.by_rule,
        on=departure.on,
        state=state,
        by=SYSTEM.id,
        at=engine.clock.now(),
        reason=reason,
    )
