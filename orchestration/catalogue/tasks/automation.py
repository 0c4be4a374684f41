"""Start the automated tests of a cycle, then wait for them and read their result."""

from orchestration.catalogue.building import ask, deadline, look, newest
from orchestration.catalogue.specs import TaskSpec, Try
from orchestration.domain.builds import BuildKind, BuildState
from orchestration.domain.outcomes import Done, Failed, Outcome, Waiting
from orchestration.domain.pairs import Pair
from orchestration.domain.release import Release
from orchestration.domain.snapshot import BuildMode
from orchestration.domain.stages import Cycle, Stage
from orchestration.domain.tasks import TaskState, TaskType, TroubleKind, WaitOwner

SKIPPED = "skipped"
"""The result where a person went on without starting them."""


def wanted(release: Release, cycle: Cycle | None, _pair: Pair | None) -> bool:
    """Where the slot asks for it; there is nothing to start where people make the builds."""
    return cycle is not None and cycle.flags.automation and release.snapshot.build_mode is BuildMode.CI


async def trigger(attempt: Try) -> Outcome:
    """Done as soon as the runs exist: their result is the next task's."""
    cycle = attempt.cycle
    if cycle is None:
        raise KeyError(attempt.task.id)
    outcome = await ask(attempt, BuildKind.AUTOMATION, cycle.tag)
    if isinstance(outcome, Waiting):
        return Done(output={"url": outcome.link or ""}, builds=outcome.builds)
    return outcome


async def read(attempt: Try) -> Outcome:
    """Green or red is a fact for the gate, not a failure of this task; so is that somebody left them out."""
    trigger_task = attempt.release.find_task(
        TaskType.TRIGGER_AUTOMATION_RUNS, pair=attempt.task.pair, cycle_id=attempt.task.cycle_id
    )
    if trigger_task is not None and trigger_task.state is TaskState.SKIPPED:
        return Done(output={"result": SKIPPED})
    asked = newest(attempt.release.builds_of(trigger_task.id)) if trigger_task else ()
    if not asked:
        return Failed(kind=TroubleKind.REFUSED, reason="No automated run was started")
    builds = tuple([await look(attempt, build) for build in asked])
    open_runs = [b for b in builds if b.state not in {BuildState.READY, BuildState.FAILED}]
    if open_runs:
        return Waiting(
            what="the automated tests",
            owner=WaitOwner.CI,
            check_after=attempt.snapshot.timing.check_every,
            link=open_runs[0].run_url,
            builds=builds,
        )
    red = [b for b in builds if b.state is BuildState.FAILED]
    shown = red[0] if red else builds[0]
    return Done(output={"result": "failed" if red else "passed", "url": shown.run_url or ""}, builds=builds)


TRIGGER = TaskSpec(
    type=TaskType.TRIGGER_AUTOMATION_RUNS,
    stage=Stage.REGRESSION,
    needs="cicd",
    after=(TaskType.CREATE_RC_TAG,),
    per_pair=True,
    applies=wanted,
    run=trigger,
)
READ = TaskSpec(
    type=TaskType.AUTOMATION_RUNS,
    stage=Stage.REGRESSION,
    needs="cicd",
    after=(TaskType.TRIGGER_AUTOMATION_RUNS,),
    per_pair=True,
    applies=wanted,
    run=read,
    check=read,
    deadline=deadline,
)
