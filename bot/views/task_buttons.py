"""The buttons that fit a task: again, without it, by hand. The same on the card and on notices."""

from bot.views.blocks import Json, actions, button
from bot.views.values import DONE, RETRY, SKIP, carried
from bot.views.words import one_line
from orchestration.domain.given import BUILD_KINDS
from orchestration.domain.needed import is_needed
from orchestration.domain.release import Release
from orchestration.domain.tasks import Task, TaskState, WaitOwner

BUILD_TASKS = frozenset(BUILD_KINDS)
_LABEL = 70


def waits_for_hand(task: Task) -> bool:
    """Whether a person must bring what the task waits for."""
    return task.state is TaskState.WAITING and task.wait is not None and task.wait.owner is WaitOwner.CAPTAIN


def task_buttons(release: Release, task: Task, *, block_id: str, named: bool = False) -> tuple[Json, ...]:
    """One actions block, or none where the task needs nobody; `named` puts the task into the first label.

    The ids of a task's three acts are the same everywhere, so each task has a block of its own.
    """
    value = carried(release=release.id, task=task.id)
    by_hand = "Add Build" if task.type in BUILD_TASKS else "Mark Done"
    first = "Retry" if task.state is TaskState.FAILED else by_hand
    label = one_line(f"{first}: {task.title}", _LABEL) if named else first

    def one(text: str, act: str) -> Json:
        """A button that is read aloud with its task, unless it names the task already."""
        spoken = None if named and text == label else f"{text}: {task.title}"
        return button(text, action_id=act, value=value, accessibility_label=spoken)

    if task.state is TaskState.FAILED:
        skip = () if is_needed(release, task) else (one("Skip", SKIP),)
        elements = [one(label, RETRY), *skip, one(by_hand, DONE)]
    elif waits_for_hand(task):
        elements = [one(label, DONE)]
    else:
        return ()
    return (actions(*elements, block_id=block_id),)
