"""Chapters: what happens by itself in a stage, or in one cycle of Stage 2, is told together and in one place."""

from dataclasses import dataclass

from orchestration.domain.builds import Build, BuildState
from orchestration.domain.release import Release
from orchestration.domain.stages import STAGE_TITLES, Cycle, CycleState, Stage, StageState
from orchestration.domain.tasks import FINAL, Task

_WHOLE = (Stage.KICKOFF, Stage.PRE_RELEASE)
"""Stages that are one chapter. Each cycle of Stage 2 is one, and each store has a card of its own."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Chapter:
    """A stage that has begun, or one cycle of Stage 2. `id` is unique within the release."""

    id: str
    stage: Stage
    cycle: Cycle | None = None

    @property
    def title(self) -> str:
        """`Kick-off`, `Regression, cycle 2`."""
        title = STAGE_TITLES[self.stage]
        return title if self.cycle is None else f"{title}, cycle {self.cycle.number}"


def chapters(release: Release) -> tuple[Chapter, ...]:
    """Those that have begun, in the order of the stages."""
    whole = {
        stage: (Chapter(id=stage, stage=stage),)
        for stage in _WHOLE
        if not release.in_state(stage, StageState.PENDING)
    }
    cycles = tuple(Chapter(id=c.id, stage=Stage.REGRESSION, cycle=c) for c in release.cycles)
    return (*whole.get(Stage.KICKOFF, ()), *cycles, *whole.get(Stage.PRE_RELEASE, ()))


def chapter(release: Release, chapter_id: str) -> Chapter | None:
    """One by its id, None where it has not begun."""
    return next((c for c in chapters(release) if c.id == chapter_id), None)


def tasks_of(release: Release, shown: Chapter) -> tuple[Task, ...]:
    """The tasks of a chapter."""
    return release.tasks_of(shown.stage, shown.cycle.id if shown.cycle is not None else None)


def ready_build(release: Release, task: Task) -> Build | None:
    """The build that a task brought, once it is there."""
    ready = [build for build in release.builds_of(task.id) if build.state is BuildState.READY]
    return ready[-1] if ready else None


def over(release: Release, shown: Chapter) -> bool:
    """Whether nothing more comes in a chapter."""
    if shown.cycle is not None:
        return shown.cycle.state in {CycleState.DONE, CycleState.ABANDONED}
    return release.in_state(shown.stage, StageState.COMPLETED)


def told_by(release: Release, shown: Chapter) -> object:
    """What the message of a chapter says: how far it is, and what its tasks have left behind."""
    tasks = tasks_of(release, shown)
    done = tuple((t.id, t.state, tuple(sorted(t.output.items())), t.note) for t in tasks if t.state in FINAL)
    builds = tuple(ready_build(release, task) for task in tasks)
    return (shown, over(release, shown), len(tasks), done, builds, release.ended)
