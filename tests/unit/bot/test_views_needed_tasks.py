"""What there is no going on without is not offered to be skipped: who clicks would be refused."""

import json
from dataclasses import replace

import pytest

from bot.views.task_buttons import task_buttons
from orchestration.domain.explain import explain
from orchestration.domain.needed import is_needed
from orchestration.domain.phase import Phase
from orchestration.domain.release import Release
from orchestration.domain.tasks import Task, TaskState, TaskType, Trouble, TroubleKind
from tests.support.release_parts import NOW
from tests.support.releases import in_phase


def _failed(kind: TaskType) -> tuple[Release, Task]:
    release = in_phase(Phase.KICKOFF)
    task = replace(release.tasks[0], id="t", type=kind, state=TaskState.FAILED, pair=None)
    return replace(release, tasks=(task,)), task


@pytest.mark.parametrize(
    ("kind", "needed"),
    [
        (TaskType.FORK_BRANCH, True),
        (TaskType.CREATE_RC_TAG, True),
        (TaskType.CREATE_RELEASE_TAG, True),
        (TaskType.CREATE_TEST_SUITE, False),
        (TaskType.BACKMERGE, False),
    ],
)
def test_what_is_needed_is_retried_or_done_by_hand(kind: TaskType, needed: bool) -> None:
    """Its buttons and its remedy name the two; a task that may be left out keeps the third."""
    release, task = _failed(kind)
    assert is_needed(release, task) is needed
    (row,) = json.loads(json.dumps(task_buttons(release, task, block_id="b")))
    labels = [element["text"]["text"] for element in row["elements"]]
    assert labels == (["Retry", "Mark Done"] if needed else ["Retry", "Skip", "Mark Done"])
    (obstacle,) = [o for o in explain(release, now=NOW).obstacles if o.matter == "task:t"]
    assert ("skip it" in obstacle.remedy) is not needed
    assert "mark it" in obstacle.remedy


def test_what_is_in_the_way_of_a_retry_is_named() -> None:
    """Another branch or tag of the name: tried again it would fail the same way until that is gone."""
    release, task = _failed(TaskType.FORK_BRANCH)
    trouble = Trouble(kind=TroubleKind.DIFFERENT, reason="It already exists and is different", at=NOW)
    release = release.with_task(replace(task, trouble=trouble))
    (obstacle,) = [o for o in explain(release, now=NOW).obstacles if o.matter == "task:t"]
    assert obstacle.remedy.startswith("Take away there what is in its place, then retry it")
