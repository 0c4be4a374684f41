"""Ask for a retest of what passed, in every pair's run, from the second cycle on."""

from orchestration.catalogue.specs import TaskSpec, Try
from orchestration.domain.outcomes import Done, Failed, Outcome
from orchestration.domain.pairs import Pair
from orchestration.domain.release import Release
from orchestration.domain.stages import Cycle, Stage
from orchestration.domain.tasks import TaskState, TaskType, TroubleKind


def applies(release: Release, cycle: Cycle | None, pair: Pair | None) -> bool:
    """The first cycle has a fresh run, and where regression is skipped there is none."""
    return (
        cycle is not None
        and cycle.number > 1
        and release.snapshot.test_platform is not None
        and release.skipped is None
        and pair is not None
        and pair.key in release.snapshot.test_plans
    )


async def run(attempt: Try) -> Outcome:
    """Idempotent at the provider: a case that waits for its retest already is left alone.

    Where a person went on without a test run there is nothing to reset.
    """
    pair = attempt.plan.pair
    suite = attempt.release.output(TaskType.CREATE_TEST_SUITE, "id", pair=pair)
    making = attempt.release.find_task(TaskType.CREATE_TEST_SUITE, pair=pair)
    if suite is None and making is not None and making.state is TaskState.SKIPPED:
        return Done()
    if suite is None:
        return Failed(kind=TroubleKind.REFUSED, reason=f"{pair.title} has no test run to reset")
    project = attempt.snapshot.test_plans[pair.key].project
    await attempt.tests.reset_test_suite(project=project, suite=suite)
    return Done(output={"id": suite})


SPEC = TaskSpec(
    type=TaskType.RESET_TEST_SUITE,
    stage=Stage.REGRESSION,
    needs="test_platform",
    per_pair=True,
    applies=applies,
    run=run,
)
