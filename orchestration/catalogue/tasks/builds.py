"""The tasks that ask for builds: one row per kind, the same way of working for all."""

from orchestration.catalogue.building import ask, deadline, follow
from orchestration.catalogue.specs import TaskSpec, Try
from orchestration.domain.builds import BuildKind
from orchestration.domain.outcomes import Failed, Outcome
from orchestration.domain.pairs import Pair, Platform
from orchestration.domain.release import Release
from orchestration.domain.stages import Cycle, Stage
from orchestration.domain.tasks import TaskType, TroubleKind


async def run_pre_regression(attempt: Try) -> Outcome:
    """On the fresh release branch."""
    return await ask(attempt, BuildKind.PRE_REGRESSION, attempt.release.branch)


async def run_regression(attempt: Try) -> Outcome:
    """On the release candidate's tag, so that what is tested is what was tagged."""
    cycle = attempt.cycle
    if cycle is None:
        raise KeyError(attempt.task.id)
    return await ask(attempt, BuildKind.REGRESSION, cycle.tag)


async def run_test_flight(attempt: Try) -> Outcome:
    """On the release tag."""
    return await _on_release_tag(attempt, BuildKind.TEST_FLIGHT)


async def run_aab(attempt: Try) -> Outcome:
    """On the release tag."""
    return await _on_release_tag(attempt, BuildKind.AAB)


async def _on_release_tag(attempt: Try, kind: BuildKind) -> Outcome:
    tag = attempt.release.output(TaskType.CREATE_RELEASE_TAG, "tag")
    if tag is None:
        return Failed(kind=TroubleKind.REFUSED, reason="There is no release tag to build from")
    return await ask(attempt, kind, tag)


def _wants_regression(_release: Release, cycle: Cycle | None, _pair: Pair | None) -> bool:
    return cycle is not None and cycle.flags.regression_builds


PRE_REGRESSION = TaskSpec(
    type=TaskType.TRIGGER_PRE_REGRESSION_BUILDS,
    stage=Stage.KICKOFF,
    needs="cicd",
    after=(TaskType.FORK_BRANCH,),
    per_pair=True,
    applies=lambda release, _cycle, _pair: release.snapshot.pre_regression_builds,
    run=run_pre_regression,
    check=follow,
    deadline=deadline,
)
REGRESSION = TaskSpec(
    type=TaskType.TRIGGER_REGRESSION_BUILDS,
    stage=Stage.REGRESSION,
    needs="cicd",
    after=(TaskType.CREATE_RC_TAG,),
    per_pair=True,
    applies=_wants_regression,
    run=run_regression,
    check=follow,
    deadline=deadline,
)
TEST_FLIGHT = TaskSpec(
    type=TaskType.TRIGGER_TEST_FLIGHT_BUILD,
    stage=Stage.PRE_RELEASE,
    needs="cicd",
    after=(TaskType.CREATE_RELEASE_TAG,),
    per_pair=True,
    applies=lambda _release, _cycle, pair: pair is not None and pair.platform is Platform.IOS,
    run=run_test_flight,
    check=follow,
    deadline=deadline,
)
AAB = TaskSpec(
    type=TaskType.CREATE_AAB_BUILD,
    stage=Stage.PRE_RELEASE,
    needs="cicd",
    after=(TaskType.CREATE_RELEASE_TAG,),
    per_pair=True,
    applies=lambda _release, _cycle, pair: pair is not None and pair.platform is Platform.ANDROID,
    run=run_aab,
    check=follow,
    deadline=deadline,
)
