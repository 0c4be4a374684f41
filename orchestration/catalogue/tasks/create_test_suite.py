"""Create the test run of a pair."""

from datetime import timedelta

from orchestration.catalogue.specs import Facts, TaskSpec, Try, nothing_planned
from orchestration.domain.outcomes import Done, Outcome
from orchestration.domain.release import PairPlan, Release
from orchestration.domain.stages import Stage
from orchestration.domain.tasks import TaskType
from orchestration.ports.test_platform import Selection

# Names are not unique there: a request that was given up may still land a little later.
_LATE = timedelta(seconds=3)


def suite_name(release: Release, plan: PairPlan) -> str:
    """The natural key of a pair's test run."""
    return f"{plan.version} {plan.pair.title} {release.id}"


async def run(attempt: Try) -> Outcome:
    """One run per release and pair, found again by its name."""
    release, plan = attempt.release, attempt.plan
    where = release.snapshot.test_plans[plan.pair.key]
    name = suite_name(release, plan)
    selection = Selection(
        sections=where.sections, labels=where.labels, squads=where.squads, platforms=where.platforms
    )

    async def find(_planned: Facts) -> Facts | None:
        suite = await attempt.tests.find_suite(project=where.project, name=name)
        return {"id": suite.id, "name": suite.name, "url": suite.url} if suite else None

    async def make(_planned: Facts) -> Facts:
        suite = await attempt.tests.create_test_suite(
            project=where.project, name=name, release_version=str(plan.version), selection=selection
        )
        return {"id": suite.id, "name": suite.name, "url": suite.url}

    return Done(output=await attempt.once("suite", plan=nothing_planned, find=find, make=make, lag=_LATE))


SPEC = TaskSpec(
    type=TaskType.CREATE_TEST_SUITE,
    stage=Stage.KICKOFF,
    needs="test_platform",
    after=(TaskType.FORK_BRANCH,),
    per_pair=True,
    applies=lambda release, _cycle, pair: (
        release.snapshot.test_platform is not None
        and release.skipped is None
        and pair is not None
        and pair.key in release.snapshot.test_plans
    ),
    run=run,
)
