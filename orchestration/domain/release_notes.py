"""The notes of a release: what they are made of, and what somebody made of them."""

from dataclasses import dataclass
from datetime import datetime

from orchestration.domain.release import Release
from orchestration.domain.tasks import TaskState, TaskType


@dataclass(frozen=True, kw_only=True, slots=True)
class NotesRange:
    """From where to where notes tell: `since` None means from the beginning; `to` is a tag, branch or commit."""

    since: str | None
    to: str


def notes_range(release: Release) -> NotesRange:
    """What the notes tell of now: up to the release's tag, else the newest candidate, else the head of its branch."""
    to = release.output(TaskType.CREATE_RELEASE_TAG, "tag")
    for cycle in reversed(release.cycles):
        to = to or release.output(TaskType.CREATE_RC_TAG, "tag", cycle_id=cycle.id)
    if to is None:
        forked = release.find_task(TaskType.FORK_BRANCH)
        cut = forked is not None and forked.finished
        to = release.branch if cut else release.base_commit or release.base_branch
    return NotesRange(since=release.previous_tag, to=to)


def published_at(release: Release) -> datetime | None:
    """When the final notes were published or given up; None where they may still be edited."""
    task = release.find_task(TaskType.CREATE_FINAL_RELEASE_NOTES)
    return task.finished_at if task is not None and task.finished else None


def being_published(release: Release) -> bool:
    """Whether the final notes are on their way to the provider at this moment."""
    task = release.find_task(TaskType.CREATE_FINAL_RELEASE_NOTES)
    return task is not None and task.state in {TaskState.RUNNING, TaskState.RETRYING}
