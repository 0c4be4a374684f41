"""What a release brings back: once it is tagged, its branch is merged into its base and into the next release."""

from dataclasses import replace

from orchestration.domain.change import Change
from orchestration.domain.release import Release
from orchestration.domain.stages import Stage, StageState
from orchestration.domain.tasks import Task, TaskState, TaskType
from orchestration.domain.version import Version

NEXT = "next-release"
"""What the task is about that merges into the next running release, whose branch is found when the task runs."""


def plan_backmerges(change: Change) -> None:
    """Once, as soon as the final tag stands. No stage waits for them: what was tested can be shipped meanwhile."""
    release = change.release
    tag = release.find_task(TaskType.CREATE_RELEASE_TAG)
    planned = any(task.type is TaskType.BACKMERGE for task in release.tasks)
    wanted = backmerges(release)
    if tag is None or tag.state is not TaskState.SUCCEEDED or planned or not wanted:
        return
    tasks = (replace(task, retry_at=change.now) for task in wanted)
    change.release = replace(release, tasks=(*release.tasks, *tasks))


def backmerges(release: Release) -> tuple[Task, ...]:
    """One for each branch that the release is merged into; none where the configuration wants none."""
    if not release.snapshot.backmerge:
        return ()
    timing = release.snapshot.timing
    return tuple(
        Task(
            id=f"{release.id}/distribution/{TaskType.BACKMERGE}/{number}",
            type=TaskType.BACKMERGE,
            stage=Stage.DISTRIBUTION,
            about=about,
            deadline=timing.manual_deadline,
            check_every=timing.gate_check_every,
        )
        for number, about in enumerate((release.base_branch, NEXT), 1)
    )


def next_running(release: Release, others: tuple[Release, ...]) -> Release | None:
    """The release of the same app and repository that ships next: its branch is cut and its commit not fixed yet."""
    ours = _greatest(release)
    after = [
        other
        for other in others
        if other.id != release.id
        and not other.ended
        and (other.snapshot.app, other.snapshot.scm) == (release.snapshot.app, release.snapshot.scm)
        and other.in_state(Stage.PRE_RELEASE, StageState.PENDING)
        and _cut(other)
        and _greatest(other) > ours
    ]
    return min(after, key=_greatest, default=None)


def _cut(release: Release) -> bool:
    fork = release.find_task(TaskType.FORK_BRANCH)
    return fork is not None and fork.finished


def _greatest(release: Release) -> Version:
    return max(plan.version for plan in release.plans)
