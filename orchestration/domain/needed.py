"""Which tasks there is no going on without: they are tried again or done by hand, and never skipped."""

from orchestration.domain.distributing import STORE_BUILDS, watched_plans
from orchestration.domain.given import BUILD_KINDS
from orchestration.domain.release import Release
from orchestration.domain.tasks import Task, TaskType

# What these leave behind is in each release's way, so there is no going on without it.
_NEEDED = frozenset({TaskType.FORK_BRANCH, TaskType.CREATE_RC_TAG, TaskType.CREATE_RELEASE_TAG})
_SUBMITTED = frozenset({TaskType.SUBMIT_TO_APP_STORE, TaskType.SUBMIT_TO_PLAY_STORE})


def is_needed(release: Release, task: Task) -> bool:
    """Whether later tasks stand on a task; a store that is followed stands on its build and on being sent it."""
    for_its_store = task.type in _SUBMITTED or BUILD_KINDS.get(task.type) in STORE_BUILDS
    return task.type in _NEEDED or (
        for_its_store and any(plan.pair == task.pair for plan in watched_plans(release))
    )
