"""What the health of a version keeps back: only what would give it to more users.

A step by itself is taken on good and fresh figures only. A person is held back by poor ones, where the rule pauses,
and goes on with a reason. Stopping never asks.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from orchestration.domain.change import Change
from orchestration.domain.errors import NotNow
from orchestration.domain.events import EventKind
from orchestration.domain.health import HealthWatch, Overruling, Verdict, share
from orchestration.domain.health_plan import HealthAction, HealthPlan
from orchestration.domain.release import Release
from orchestration.domain.submission import Submission, facts_of

_STALE_AFTER = timedelta(hours=1)
_MISSED_LOOKS = 4
NOT_READ = "the health of its users was not read yet"


def plan_of_health(release: Release, submission: Submission) -> HealthPlan | None:
    """The rule for the pair of a submission, None where the configuration has none."""
    plan = release.snapshot.stores.get(submission.pair.key)
    return plan.health if plan is not None else None


def watched(release: Release, submission: Submission) -> bool:
    """Whether its health is read: while users have it, and its store can still be told something."""
    if plan_of_health(release, submission) is None or release.ended:
        return False
    return submission.out and not submission.over


def withheld(release: Release, submission: Submission, now: datetime) -> str | None:
    """Why no step is taken by itself now, None where one may be."""
    if plan_of_health(release, submission) is None:
        return None
    watch = submission.health
    if watch.finding is None:
        overruled = watch.overruled is not None
        return None if overruled else watch.trouble or NOT_READ
    if _overruled(watch):
        return None
    if watch.finding.verdict is not Verdict.GOOD:
        return watch.finding.says
    every = release.snapshot.timing.health_check_every
    age = now - watch.finding.at
    if age > max(every * _MISSED_LOOKS, _STALE_AFTER):
        old = f"the newest figures are {age / timedelta(hours=1):.0f} h old"
        return f"{old} ({watch.trouble})" if watch.trouble is not None else old
    return None


def stopped_by_rule(release: Release, submission: Submission) -> bool:
    """Whether the rule wants the store stopped: its health is poor, the rule pauses, and nobody overruled it."""
    plan = plan_of_health(release, submission)
    if plan is None or plan.action is not HealthAction.PAUSE:
        return False
    return submission.health.poor and not _overruled(submission.health)


def require_healthy(change: Change, submission: Submission, *, reason: str | None) -> Submission:
    """NotNow where the rule wants the store stopped; who gives a reason overrules it, and that is recorded."""
    if not stopped_by_rule(change.release, submission):
        return submission
    if reason is None or not reason.strip():
        finding = submission.health.finding
        says = finding.says if finding is not None else NOT_READ
        raise NotNow(
            f"{submission.pair.title} {submission.version} was stopped by the rule of its health: {says}. "
            "Who wants it to go on all the same says why with `/release health overrule`."
        )
    return record_overruling(change, submission, reason)


def record_overruling(change: Change, submission: Submission, reason: str) -> Submission:
    """The submission with what a person took upon them; told to everybody, with the figures of now."""
    watch = submission.health
    figures = watch.finding
    overruling = Overruling(
        by=change.actor.id,
        at=change.now,
        reason=reason.strip(),
        crash_free=figures.crash_free if figures is not None else None,
    )
    known = replace(submission, health=replace(watch, overruled=overruling))
    change.release = change.release.with_submission(known)
    change.tell(EventKind.HEALTH_OVERRULED, **figures_of(known), reason=overruling.reason)
    return known


def figures_of(submission: Submission) -> dict[str, str | None]:
    """What is told with every fact about the health of a submission."""
    finding = submission.health.finding
    facts = facts_of(submission)
    if finding is None:
        return {**facts, "says": submission.health.trouble or NOT_READ}
    return {
        **facts,
        "says": finding.says,
        "crash_free": share(finding.crash_free) if finding.crash_free is not None else None,
        "crash_free_users": share(finding.crash_free_users) if finding.crash_free_users is not None else None,
        "sessions": str(finding.sessions),
        "users": str(finding.users),
        "adoption": share(finding.adoption) if finding.adoption is not None else None,
        "new_issues": str(finding.new_issues) if finding.new_issues is not None else None,
        "before": finding.before,
        "before_crash_free": share(finding.before_crash_free)
        if finding.before_crash_free is not None
        else None,
        "health_link": finding.url,
    }


def _overruled(watch: HealthWatch) -> bool:
    if watch.overruled is None:
        return False
    return watch.finding is None or watch.overruled.covers(watch.finding)
