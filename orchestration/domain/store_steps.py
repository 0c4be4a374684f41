"""What the stores of a release do next, and what stands in their way."""

from collections.abc import Iterator

from orchestration.domain.distributing import tasks_of, unwatched_plans
from orchestration.domain.health import Verdict
from orchestration.domain.health_gate import NOT_READ, stopped_by_rule, watched
from orchestration.domain.release import Release
from orchestration.domain.rollout_plan import EVERYBODY
from orchestration.domain.stages import Stage, StageState
from orchestration.domain.steps import OWNERS, SYSTEM_OWNER, Obstacle, Step
from orchestration.domain.store_states import Rollout, StoreState
from orchestration.domain.submission import MOVING, STOPPED, UNDER_REVIEW, Submission
from orchestration.domain.tasks import FINAL, TaskType, WaitOwner

_STORE = OWNERS[WaitOwner.STORE]


def store_steps(release: Release) -> tuple[Step, ...]:
    """The next step of each store that is followed; those that nobody connected are for the captain."""
    steps = [step for s in release.current_submissions for step in _steps(release, s)]
    if unwatched_plans(release) or not release.current_submissions:
        steps.append(Step(what="Submission to the stores", owner=release.captain))
    return tuple(steps)


def store_obstacles(release: Release) -> tuple[Obstacle, ...]:
    """Rejections, stores that wait for a person in their console, what is stopped, what could not be told."""
    if not release.in_state(Stage.DISTRIBUTION, StageState.IN_PROGRESS):
        return ()
    return tuple(o for s in release.current_submissions for o in _obstacles(release, s))


def _steps(release: Release, submission: Submission) -> Iterator[Step]:
    title = submission.pair.title
    if submission.instruction is not None:
        yield Step(
            what=f"{title}: the store is told to {submission.instruction.verb.lower()}", owner=SYSTEM_OWNER
        )
    elif submission.over or submission.turned_back or submission.state in STOPPED:
        return
    elif submission.state is StoreState.PENDING:
        yield from (
            Step(what=task.title, owner=SYSTEM_OWNER)
            for task in tasks_of(release, submission)
            if task.state not in FINAL and task.type is not TaskType.ROLL_OUT
        )
    elif submission.state in UNDER_REVIEW:
        yield Step(what=f"{title}: the review of {submission.version}", owner=_STORE)
    elif submission.state is StoreState.APPROVED:
        yield Step(what=f"{title}: let {submission.version} out", owner=release.captain)
    elif submission.state in MOVING:
        yield _rolling(release, submission)


def _rolling(release: Release, submission: Submission) -> Step:
    title = submission.pair.title
    if submission.rollout is Rollout.PHASED:
        return Step(what=f"{title}: the next day of the phased release", owner=_STORE)
    plan = release.snapshot.stores.get(submission.pair.key)
    after = (plan.rollout.after(submission.percent) if plan is not None else None) or EVERYBODY
    what = f"{title}: from {submission.percent:g} % to {after:g} %"
    if submission.step_at is not None:
        return Step(what=what, owner=SYSTEM_OWNER, at=submission.step_at)
    return Step(what=what, owner=release.captain)


def _obstacles(release: Release, submission: Submission) -> Iterator[Obstacle]:
    title = f"{submission.pair.title} {submission.version}"
    if submission.turned_back:
        yield Obstacle(
            what=f"{title} was {submission.state.lower()}: {submission.detail or 'the store tells no reason here'}",
            owner=release.captain,
            since=submission.turned_back_at or submission.opened_at,
            remedy="Mend what the store asks for, then submit it anew",
            link=submission.url,
        )
    elif submission.state is StoreState.PENDING and submission.build is None:
        yield Obstacle(
            what=f"{title} has no build that its store knows",
            owner=release.captain,
            since=submission.opened_at,
            remedy="Name the build that is to be submitted",
        )
    elif submission.state in STOPPED:
        yield Obstacle(
            what=f"{title} is {submission.state.lower()} at {submission.percent:g} %",
            owner=release.captain,
            since=submission.paused_at or submission.opened_at,
            remedy="Resume it, or release a hotfix",
            link=submission.url,
        )
    if submission.todo is not None and not submission.over:
        yield Obstacle(
            what=f"{title}: {submission.todo}",
            owner=release.captain,
            since=submission.seen_at or submission.opened_at,
            remedy="A person does this in the store's own console",
            link=submission.url,
        )
    yield from _health(release, submission, title)
    yield from _silence(submission, title)


def _silence(submission: Submission, title: str) -> Iterator[Obstacle]:
    """A store that can't be asked now."""
    if submission.trouble is not None:
        yield Obstacle(
            what=f"{title}: the store can't be asked ({submission.trouble})",
            owner=SYSTEM_OWNER,
            since=submission.seen_at or submission.opened_at,
            remedy="Tried again by itself",
        )


def _health(release: Release, submission: Submission, title: str) -> Iterator[Obstacle]:
    """Poor health, a step that waits for better knowledge, and a tool that can't be asked."""
    if not watched(release, submission):
        return
    watch = submission.health
    since = watch.finding.at if watch.finding is not None else submission.live_at or submission.opened_at
    link = watch.finding.url if watch.finding is not None else None
    if stopped_by_rule(release, submission) or (watch.poor and watch.overruled is None):
        yield Obstacle(
            what=f"{title} is not healthy: {watch.finding.says if watch.finding is not None else NOT_READ}",
            owner=release.captain,
            since=since,
            remedy="Release a hotfix, or go on and say why",
            link=link,
        )
    elif watch.held is not None and watch.overruled is None:
        yield Obstacle(
            what=f"{title}: no step to {watch.held:g} % by itself, because {_unfit(submission)}",
            owner=SYSTEM_OWNER,
            since=since,
            remedy="Taken once the figures are good; a person can take it, or overrule the rule",
            link=link,
        )
    if watch.trouble is not None:
        yield Obstacle(
            what=f"{title}: its health can't be read ({watch.trouble})",
            owner=SYSTEM_OWNER,
            since=since,
            remedy="Tried again by itself",
        )


def _unfit(submission: Submission) -> str:
    finding = submission.health.finding
    if finding is None or finding.verdict is Verdict.GOOD:
        return NOT_READ if finding is None else "the newest figures are old"
    return finding.says
