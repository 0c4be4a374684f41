"""Run a task that was claimed: begin, act at the provider, store what came of it."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from orchestration.catalogue import SPECS
from orchestration.catalogue.specs import Try, listed
from orchestration.domain.change import Change
from orchestration.domain.due import left_alone, may_start
from orchestration.domain.outcomes import (
    Failed,
    Later,
    Outcome,
    Waiting,
    apply,
    keep_answer,
    keep_effect,
    overdue,
    press,
    started,
)
from orchestration.domain.release import Release
from orchestration.domain.stopping import keep_late
from orchestration.domain.tasks import TaskState, TroubleKind
from orchestration.ports.errors import AlreadyDifferent, NeedsCredentials, PortError, Refused, TryLater
from orchestration.ports.making import making_while
from orchestration.ports.runtime import Claim, UnitOfWork
from orchestration.services.effects import Effects, surely_ours
from orchestration.services.engine import Engine
from orchestration.services.people import matched
from orchestration.services.saving import change_release
from orchestration.services.stop_runs import stop_runs
from orchestration.services.turns import turn

_STARTABLE = frozenset({TaskState.PENDING, TaskState.RETRYING, TaskState.RUNNING})
_KINDS: tuple[tuple[type[PortError], TroubleKind], ...] = (
    (NeedsCredentials, TroubleKind.CREDENTIALS),
    (AlreadyDifferent, TroubleKind.DIFFERENT),
    (Refused, TroubleKind.REFUSED),
)


async def run_task(engine: Engine, claim: Claim) -> None:
    """One call for a task. StaleClaim where the lease was lost; then nothing more is written."""
    before = engine.pulse.now()
    begun = await _begin(engine, claim)
    if begun is None:
        return
    effects = Effects(engine, begun, claim)
    with making_while(surely_ours(engine, since=before)):
        outcome = await _attempt(engine, begun, claim, effects)
    await _finish(engine, claim, outcome, effects)


async def _begin(engine: Engine, claim: Claim) -> Release | None:
    """Mark the task as running and give the release to work on; None where there is nothing to do now."""
    go = False

    def act(change: Change) -> None:
        nonlocal go
        task = change.release.task(claim.subject)
        go = False
        if task is None or change.release.ended:
            return
        if task.state is TaskState.WAITING and task.wait is not None:
            if overdue(task.wait, change.now):
                press(change, task.id)
                return
            go = True
        elif left_alone(task, now=change.now):
            return
        elif task.state in _STARTABLE and may_start(change.release, task):
            go = started(change, task.id)

    async with engine.look() as work:
        release = await work.releases.get(claim.tenant_id, claim.release_id)
    task = release.task(claim.subject)
    if task is not None and task.stop_at is not None:
        await stop_runs(engine, claim, release)
        return None
    waiting = task is not None and task.state is TaskState.WAITING
    if waiting and task is not None and task.wait is not None and not overdue(task.wait, engine.clock.now()):
        return release  # only looked at: nothing to store before the look
    change = await change_release(engine, claim.tenant_id, claim.release_id, act, claim=claim, finish=False)
    if go:
        return change.release
    await change_release(engine, claim.tenant_id, claim.release_id, lambda _change: None, claim=claim)
    return None


async def _attempt(engine: Engine, release: Release, claim: Claim, effects: Effects) -> Outcome:
    """Ask the provider; every way in which it may answer becomes an outcome."""
    task = release.task(claim.subject)
    if task is None:
        raise KeyError(claim.subject)
    spec = SPECS[task.type]
    try:
        ports = await engine.integrations(claim.tenant_id)
        attempt = Try(
            release=release,
            task=task,
            ports=ports,
            now=engine.clock.now(),
            once=effects.once,
            others=lambda: _running(engine, claim.tenant_id),
            turn=partial(turn, engine, claim.tenant_id, holder=claim.id),
        )
        look_only = task.state is TaskState.WAITING and spec.check is not None
        outcome = await (spec.check(attempt) if look_only and spec.check else spec.run(attempt))
        return await _with_people(engine, claim.tenant_id, outcome)
    except TryLater as error:
        return Later(reason=error.reason, after=error.after)
    except PortError as error:
        kind = next(kind for cls, kind in _KINDS if isinstance(error, cls))
        return Failed(kind=kind, reason=error.reason, link=error.link)


async def _running(engine: Engine, tenant_id: str) -> Sequence[Release]:
    async with engine.look() as work:
        return await work.releases.active(tenant_id, limit=None)


async def _with_people(engine: Engine, tenant_id: str, outcome: Outcome) -> Outcome:
    """The authors of a conflict, with those of them whose login is known to be somebody's."""
    if not isinstance(outcome, Waiting) or outcome.conflict is None:
        return outcome
    found = await matched(engine, tenant_id, outcome.conflict.authors)
    conflict = replace(outcome.conflict, people=listed(found["people"]) or ())
    return replace(outcome, conflict=conflict)


async def _finish(
    engine: Engine, claim: Claim, outcome: Outcome, effects: Effects, *, begun: bool = True
) -> None:
    jitter = engine.chance.fraction()

    def act(change: Change) -> None:
        for effect in effects.outcomes.values():
            keep_effect(change, effect)
        task = change.release.task(claim.subject)
        if not begun and task is not None and task.state in _STARTABLE:
            started(change, task.id)
            task = change.release.task(claim.subject)
        if task is not None and task.state in {TaskState.RUNNING, TaskState.WAITING}:
            apply(change, task.id, outcome, jitter=jitter)
        elif task is not None and task.state is TaskState.CANCELLED and not isinstance(outcome, Later):
            keep_late(change, task.id, outcome.builds)
            keep_answer(change, task.id, outcome)

    async def along(work: UnitOfWork, change: Change) -> None:
        # Which of the accounts it was, the provider's words do not always tell: each is tried by itself.
        if isinstance(outcome, Failed) and outcome.kind is TroubleKind.CREDENTIALS:
            used = change.release.snapshot.integrations()
            await work.suspect(claim.tenant_id, used, at=engine.clock.now())

    await change_release(engine, claim.tenant_id, claim.release_id, act, claim=claim, along=along)


async def give_up_try(engine: Engine, claim: Claim, reference: str) -> None:
    """A try ended in a fault of ours: count it, say so, and let the retry budget bound it."""
    outcome = Later(reason=f"Something broke inside Stationmaster (reference {reference})")
    async with engine.look() as work:
        release = await work.releases.get(claim.tenant_id, claim.release_id)
    # A fault before the begin counts as a try too, or the task would be due again at once, for ever.
    await _finish(engine, claim, outcome, Effects(engine, release, claim), begun=False)
