"""Every pair's test run must be above the pass rate, with nothing still being tested."""

import json
from dataclasses import dataclass

from orchestration.catalogue.specs import Facts, GateSpec, connected
from orchestration.domain.gates import Condition, Finding
from orchestration.domain.release import PairPlan, Release
from orchestration.domain.tasks import TaskType
from orchestration.ports.runtime import Integrations


def planned(release: Release) -> tuple[PairPlan, ...]:
    """The pairs that have a test plan; none where regression is skipped."""
    if release.snapshot.test_platform is None or release.skipped is not None:
        return ()
    return tuple(p for p in release.plans if p.pair.key in release.snapshot.test_plans)


async def read(release: Release, ports: Integrations) -> Facts:
    """The figures of each pair's run; a pair without a run has no figures."""
    platform = connected(ports.test_platform, release.snapshot.test_platform)
    facts = {}
    for plan in planned(release):
        suite = release.output(TaskType.CREATE_TEST_SUITE, "id", pair=plan.pair)
        if suite is None:
            continue
        project = release.snapshot.test_plans[plan.pair.key].project
        status = await platform.get_test_suite_status(project=project, suite=suite)
        tally = status.tally
        facts[plan.pair.key] = json.dumps(
            {
                "total": tally.total,
                "passed": tally.passed,
                "failed": tally.failed,
                "blocked": tally.blocked,
                "untested": tally.untested,
                "in_progress": tally.in_progress,
                "url": status.url,
            }
        )
    return facts


def judge(release: Release, facts: Facts) -> Finding:
    """Not met where any pair is below, and says which and by what."""
    short: list[str] = []
    good: list[str] = []
    link: str | None = None
    for plan in planned(release):
        said, fine, url = _pair(plan.pair.title, facts.get(plan.pair.key), release.snapshot.gate.pass_percent)
        (good if fine else short).append(said)
        link = link or (url if not fine else None)
    if short or not good:
        return Finding(
            condition=Condition.TESTS_PASSED,
            met=False,
            says="; ".join(short) or "There is no test run",
            link=link,
        )
    return Finding(condition=Condition.TESTS_PASSED, met=True, says="; ".join(good))


def _pair(title: str, fact: str | None, percent: int) -> tuple[str, bool, str | None]:
    if fact is None:
        return f"{title} has no test run", False, None
    figures = _figures(fact)
    if figures is None:
        return f"The figures of the test run of {title} make no sense", False, None
    url, total, passed = figures.url, figures.total, figures.passed
    if total == 0:
        return f"The test run of {title} is empty", False, url
    rate = 100 * passed // total
    rest = ", ".join(f"{count} {words}" for words, count in figures.rest if count)
    fine = 100 * passed >= percent * total and not figures.in_progress
    said = f"{title}: {passed} of {total} tests passed ({rate} %)" + (f", {rest}" if rest else "")
    return (said if fine else f"{said}; {percent} % is needed"), fine, url


@dataclass(frozen=True, kw_only=True, slots=True)
class _Figures:
    total: int
    passed: int
    failed: int
    blocked: int
    untested: int
    in_progress: int
    url: str

    @property
    def rest(self) -> tuple[tuple[str, int], ...]:
        return (
            ("failed", self.failed),
            ("blocked", self.blocked),
            ("untested", self.untested),
            ("in progress", self.in_progress),
        )


def _figures(fact: str) -> _Figures | None:
    """The figures of a run; None where they are not what `read` writes, or contradict themselves."""
    try:
        found = _Figures(**json.loads(fact))
    except (TypeError, ValueError):
        return None
    counts = (found.passed, found.failed, found.blocked, found.untested, found.in_progress)
    whole = type(found.url) is str and all(
        type(count) is int and count >= 0 for count in (found.total, *counts)
    )
    return found if whole and sum(counts) <= found.total else None


SPEC = GateSpec(
    condition=Condition.TESTS_PASSED,
    title="The tests passed",
    applies=lambda release: bool(planned(release)),
    read=read,
    judge=judge,
)
