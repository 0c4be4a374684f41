"""The test runs of a release as they are now, in total and by squad."""

from orchestration.catalogue.gates.tests_passed import planned
from orchestration.catalogue.specs import connected
from orchestration.domain.progress import Figures, Reading
from orchestration.domain.release import Release
from orchestration.domain.tasks import TaskType
from orchestration.ports.runtime import Integrations
from orchestration.ports.test_platform import Tally


async def read_runs(release: Release, ports: Integrations) -> tuple[Reading, ...]:
    """One reading for each pair that has a run; port errors where one can't be read."""
    platform = connected(ports.test_platform, release.snapshot.test_platform)
    readings = []
    for plan in planned(release):
        suite = release.output(TaskType.CREATE_TEST_SUITE, "id", pair=plan.pair)
        if suite is None:
            continue
        project = release.snapshot.test_plans[plan.pair.key].project
        status = await platform.get_test_suite_status(project=project, suite=suite)
        readings.append(
            Reading(
                pair=plan.pair,
                suite=suite,
                url=status.url,
                figures=_figures(status.tally),
                squads={name: _figures(tally) for name, tally in sorted(status.squads.items())},
            )
        )
    return tuple(readings)


def _figures(tally: Tally) -> Figures:
    return Figures(
        total=tally.total,
        passed=tally.passed,
        failed=tally.failed,
        blocked=tally.blocked,
        skipped=tally.skipped,
    )
