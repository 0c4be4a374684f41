"""What was read of a version's health, taken in: told when it turns, and the store stopped where the rule pauses."""

from dataclasses import replace
from datetime import timedelta

from orchestration.domain import store_orders
from orchestration.domain.change import Change
from orchestration.domain.errors import NotNow
from orchestration.domain.events import EventKind
from orchestration.domain.health import Finding, HealthWatch, Verdict
from orchestration.domain.health_gate import (
    figures_of,
    plan_of_health,
    record_overruling,
    stopped_by_rule,
    watched,
)
from orchestration.domain.health_plan import HealthAction
from orchestration.domain.submission import MOVING, SAFE, Missed, Submission, stop_verb
from orchestration.domain.tasks import RetryBudget

_RETRY = RetryBudget(first=timedelta(seconds=30), longest=timedelta(minutes=30))
_TOLD_AFTER = 3


def found(change: Change, submission_id: str, finding: Finding) -> None:
    """Take in a finding. A poor one stops the store whenever it goes on, until somebody overrules it."""
    known = store_orders.require_submission(change, submission_id)
    if not watched(change.release, known):
        return
    every = change.release.snapshot.timing.health_check_every
    watch = replace(known.health, finding=finding, tries=0, trouble=None, check_at=change.now + every)
    worse = watch.overruled is not None and not watch.overruled.covers(finding)
    if worse:
        watch = replace(watch, overruled=None)
    before = watch.poor
    watch = _turned(watch, finding)
    _keep(change, known, watch)
    if watch.poor and (worse or not before):
        _tell(change, submission_id, EventKind.HEALTH_POOR)
    elif before and not watch.poor:
        _tell(change, submission_id, EventKind.HEALTH_RECOVERED)
    _stop(change, submission_id)


def unread(change: Change, submission_id: str, missed: Missed, *, jitter: float) -> None:
    """Nothing could be read: again later, less and less often, without an end; people hear of it once."""
    known = store_orders.require_submission(change, submission_id)
    tries = known.health.tries + 1
    pause = max(missed.after or timedelta(0), _RETRY.delay(tries, jitter))
    watch = replace(known.health, tries=tries, trouble=missed.reason, check_at=change.now + pause)
    _keep(change, known, watch)
    if tries == _TOLD_AFTER and watched(change.release, known):
        _tell(change, submission_id, EventKind.HEALTH_UNREAD, reason=missed.reason)
    _stop(change, submission_id)


def overrule(change: Change, submission_id: str, reason: str) -> None:
    """A person takes it upon them that steps follow all the same. NotNow where no rule holds anything back."""
    known = store_orders.require_submission(change, submission_id)
    if not watched(change.release, known):
        raise NotNow(f"{known.pair.title} {known.version}: no rule judges its health now.", settled=True)
    watch = known.health
    if watch.overruled is not None and (watch.finding is None or watch.overruled.covers(watch.finding)):
        raise NotNow(f"<@{watch.overruled.by}> overruled it already.", settled=True)
    if watch.finding is not None and watch.finding.verdict is Verdict.GOOD and not watch.poor:
        raise NotNow(f"{known.pair.title} {known.version} is healthy: {watch.finding.says}.", settled=True)
    kept = record_overruling(change, known, reason)
    _keep(change, kept, replace(kept.health, held=None))
    _look_again(change, submission_id)


def _turned(watch: HealthWatch, finding: Finding) -> HealthWatch:
    """Poor until it is good again: too few figures say neither."""
    if finding.verdict is Verdict.POOR:
        return replace(watch, poor=True)
    if finding.verdict is Verdict.GOOD:
        return replace(watch, poor=False, overruled=None)
    return watch


def _keep(change: Change, known: Submission, watch: HealthWatch) -> None:
    """Store it. Where a step was held back and may be taken now, the store is looked at at once."""
    freed = watch.held is not None and watch.finding is not None and watch.finding.verdict is Verdict.GOOD
    if freed:
        watch = replace(watch, held=None)
    change.release = change.release.with_submission(replace(known, health=watch))
    if freed:
        _look_again(change, known.id)


def _look_again(change: Change, submission_id: str) -> None:
    known = store_orders.require_submission(change, submission_id)
    if known.check_at is not None and known.check_at > change.now:
        change.release = change.release.with_submission(replace(known, check_at=change.now))


def _stop(change: Change, submission_id: str) -> None:
    """By the pair's own word, and through no gate; nothing where the store stands still or is being stopped."""
    known = store_orders.require_submission(change, submission_id)
    stopping = known.instruction is not None and known.instruction.verb in SAFE
    if known.state not in MOVING or known.over or stopping or not stopped_by_rule(change.release, known):
        return
    finding = known.health.finding
    store_orders.instruct(
        change, submission_id, stop_verb(known.pair), reason=finding.says if finding is not None else None
    )


def _tell(change: Change, submission_id: str, kind: EventKind, **more: str | None) -> None:
    known = store_orders.require_submission(change, submission_id)
    plan = plan_of_health(change.release, known)
    pauses = plan is not None and plan.action is HealthAction.PAUSE
    change.tell(kind, **{**figures_of(known), **more}, pauses="yes" if pauses else None)
