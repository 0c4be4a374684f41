"""One call for a submission: tell its store what it is to be told, or look how far it is."""

from datetime import date, datetime, timedelta
from functools import partial

from orchestration.catalogue.distribution import sighting, tell
from orchestration.catalogue.specs import connected
from orchestration.domain import following, store_orders, watching
from orchestration.domain.calendar import NoWorkingDay, WorkCalendar
from orchestration.domain.change import Change
from orchestration.domain.due import may_instruct
from orchestration.domain.release import Release
from orchestration.domain.submission import SAFE, STOPPED, Instruction, Missed, Sighting, Submission, Verb
from orchestration.ports.app_store import AppStore
from orchestration.ports.errors import NeedsCredentials, PortError, TryLater
from orchestration.ports.making import making_while
from orchestration.ports.runtime import Claim, StaleClaim, UnitOfWork
from orchestration.services.effects import surely_ours
from orchestration.services.engine import Engine
from orchestration.services.saving import Along, change_release
from orchestration.services.turns import turn

_IN_DOUBT = (
    "It may have gone on and been stopped again meanwhile; it is stopped now. Say it again if it is to go on."
)


async def work_store(engine: Engine, claim: Claim) -> None:
    """Tell or look. StaleClaim where the lease was lost; then nothing more is written."""
    before = engine.pulse.now()
    async with engine.look() as work:
        release = await work.releases.get(claim.tenant_id, claim.release_id)
    submission = release.submission(claim.subject)
    if submission is None:
        raise KeyError(claim.subject)
    with making_while(surely_ours(engine, since=before)):
        if may_instruct(release, submission):
            await _tell(engine, claim, submission)
        else:
            await _look(engine, claim, release, submission)


async def _tell(engine: Engine, claim: Claim, submission: Submission) -> None:
    pending = submission.instruction
    if pending is None:
        raise KeyError(claim.id)
    intended: Instruction | None = None

    def intend(change: Change) -> None:
        nonlocal intended
        intended = store_orders.intend(change, submission.id, pending.number)

    before = engine.pulse.now()
    await change_release(engine, claim.tenant_id, claim.release_id, intend, claim=claim, finish=False)
    if intended is None:
        await change_release(engine, claim.tenant_id, claim.release_id, lambda _change: None, claim=claim)
        return
    if engine.pulse.now() - before > engine.patience:
        raise StaleClaim(claim.id)
    with making_while(surely_ours(engine, since=before)):
        await _told(engine, claim, submission, intended)


async def _told(engine: Engine, claim: Claim, submission: Submission, pending: Instruction) -> None:
    """Make it, and store what came of it: done, refused, or to be tried again."""
    act = partial(change_release, engine, claim.tenant_id, claim.release_id, claim=claim)
    jitter = engine.chance.fraction()
    try:
        seen = await _made(engine, claim, submission, pending)
    except (TryLater, NeedsCredentials) as error:
        missed = _missed(error)

        def later(change: Change) -> None:
            store_orders.not_reached(change, submission.id, pending.number, missed, jitter=jitter)

        await act(later, along=_suspecting(engine, claim, submission, error))
    except PortError as error:
        why, link = error.reason, error.link

        def refuse(change: Change) -> None:
            store_orders.refused(change, submission.id, pending.number, why, link=link)
            watching.look_now(change, submission.id)

        await act(refuse)
    else:

        def record(change: Change) -> None:
            following.see(change, submission.id, watching.as_answer(seen, change.now))
            store_orders.carried_out(change, submission.id, pending.number)
            watching.plan_look(change, submission.id, calendar=None)

        await act(record)


async def _made(engine: Engine, claim: Claim, submission: Submission, pending: Instruction) -> Sighting:
    """Tell the store, one at a time per app. What stops takes the turn from whoever has it."""
    ports = await engine.integrations(claim.tenant_id)
    store = connected(ports.app_stores, submission.integration)
    urgent = pending.verb in SAFE
    asked_at = engine.clock.now()
    if pending.sent_at is not None and pending.verb is Verb.RESUME:
        found = await _found(store, submission, asked_at)
        if found is not None and found.state not in STOPPED:
            return found
        # Whether it went on and a person stopped it again, nobody knows: what is stopped stays so.
        raise _Doubtful(_IN_DOUBT)
    async with turn(engine, claim.tenant_id, submission.integration, holder=claim.id, urgent=urgent):
        status = await tell(store, submission, pending.verb, pending.percent)
    return sighting(status, asked_at=asked_at)


class _Doubtful(PortError):
    """An earlier try may have worked, and trying again could undo what a person did since."""


async def _look(engine: Engine, claim: Claim, release: Release, submission: Submission) -> None:
    """Look how far it is, and plan the next look, the next step, and what is said of a long silence."""
    act = partial(change_release, engine, claim.tenant_id, claim.release_id, claim=claim)
    if release.ended or submission.over or submission.check_at is None:
        await act(lambda _change: None)
        return
    asked_at = engine.clock.now()
    jitter = engine.chance.fraction()
    try:
        ports = await engine.integrations(claim.tenant_id)
        store = connected(ports.app_stores, submission.integration)
        seen = await _found(store, submission, asked_at)
    except PortError as error:
        missed = _missed(error)

        def later(change: Change) -> None:
            watching.unread(change, submission.id, missed, jitter=jitter)

        await act(later, along=_suspecting(engine, claim, submission, error))
        return
    usual = await _usual(engine, claim.tenant_id, submission)
    calendar = calendar_of(engine, release, at=asked_at)

    def record(change: Change) -> None:
        if seen is None:
            following.vanished(change, submission.id, asked_at=asked_at)
        else:
            following.see(change, submission.id, seen)
        watching.call_silence(change, submission.id, usual=usual)
        watching.plan_look(change, submission.id, calendar=calendar)

    await act(record)


async def _found(store: AppStore, submission: Submission, asked_at: datetime) -> Sighting | None:
    status = await store.status(version=submission.version, number=submission.build or "")
    return None if status is None else sighting(status, asked_at=asked_at)


async def _usual(engine: Engine, tenant_id: str, submission: Submission) -> timedelta | None:
    async with engine.look() as work:
        return watching.median(await work.releases.reviews(tenant_id, submission.integration))


def calendar_of(engine: Engine, release: Release, *, at: datetime) -> WorkCalendar | None:
    """The office's days; None where they are not known, and then no step is taken by itself."""
    office = release.snapshot.office
    days_off: dict[date, str] = {}
    try:
        for region in office.holidays:
            days_off |= engine.holidays.days_off(region, range(at.year - 1, at.year + 3))
        calendar = office.calendar(days_off)
        office.next_open(calendar, at)
    except (KeyError, NoWorkingDay):
        return None
    return calendar


def _missed(error: PortError) -> Missed:
    return Missed(
        reason=error.reason,
        after=error.after if isinstance(error, TryLater) else None,
        maybe_done=isinstance(error, TryLater) and error.maybe_done,
    )


def _suspecting(engine: Engine, claim: Claim, submission: Submission, error: PortError) -> Along:
    """A connection whose credentials are not taken is tried by itself."""

    async def along(work: UnitOfWork, _change: Change) -> None:
        if isinstance(error, NeedsCredentials):
            await work.suspect(claim.tenant_id, [submission.integration], at=engine.clock.now())

    return along
