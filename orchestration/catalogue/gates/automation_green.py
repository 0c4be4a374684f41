"""The automated tests of the tested cycle must be green, where it had any."""

from orchestration.catalogue.gates.cycles import read_nothing
from orchestration.catalogue.specs import Facts, GateSpec
from orchestration.catalogue.tasks.automation import SKIPPED
from orchestration.domain.gates import Condition, Finding
from orchestration.domain.release import Release
from orchestration.domain.snapshot import BuildMode
from orchestration.domain.stages import Stage
from orchestration.domain.tasks import Task, TaskState, TaskType


def applies(release: Release) -> bool:
    """A cycle without automation has nothing to be green, and where people make the builds none is started."""
    cycle = release.tested_cycle
    return cycle is not None and cycle.flags.automation and release.snapshot.build_mode is BuildMode.CI


def judge(release: Release, _facts: Facts) -> Finding:
    """Every pair's result must be there and be `passed`."""
    condition = Condition.AUTOMATION_GREEN
    cycle = release.tested_cycle
    tasks = release.tasks_of(Stage.REGRESSION, cycle.id) if cycle else ()
    results = [task for task in tasks if task.type is TaskType.AUTOMATION_RUNS]
    red = [task for task in results if task.output.get("result") != "passed"]
    if not results:
        return Finding(condition=condition, met=False, says="The automated tests left no result")
    if red:
        titles = ", ".join(task.pair.title for task in red if task.pair)
        how = "were skipped" if all(map(_skipped, red)) else "are not green"
        return Finding(
            condition=condition,
            met=False,
            says=f"The automated tests {how}: {titles}",
            link=red[0].output.get("url") or None,
        )
    return Finding(condition=condition, met=True, says="The automated tests are green")


def _skipped(task: Task) -> bool:
    """Whether somebody went on without these tests, or without their result."""
    return task.state is TaskState.SKIPPED or task.output.get("result") == SKIPPED


SPEC = GateSpec(
    condition=Condition.AUTOMATION_GREEN,
    title="The automated tests are green",
    applies=applies,
    read=read_nothing,
    judge=judge,
)
