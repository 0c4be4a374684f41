"""The rule of health: what is good, what is poor, and what nobody may take for good."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from orchestration.domain.health import Finding, HealthReport, Overruling, Verdict, Vitals, judge, share
from orchestration.domain.health_plan import HealthPlan
from orchestration.domain.rollout_rules import health_problems

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PLAN = HealthPlan(integration="sentry", project="pixel-android", app="com.acme.pixel")
MINE, BEFORE = "2.14.0", "2.13.0"


def vitals(
    version: str = MINE,
    *,
    build: str | None = "417",
    sessions: int = 1000,
    rate: float | None = 99.9,
    users: int = 100,
) -> Vitals:
    """What was counted of a build."""
    return Vitals(
        version=version,
        build=build,
        sessions=sessions,
        users=users,
        crash_free_sessions=rate,
        crash_free_users=rate,
    )


def judged(*rows: Vitals, plan: HealthPlan = PLAN, build: str | None = "417") -> Finding:
    """The finding on build 417 of 2.14.0."""
    report = HealthReport(vitals=rows, new_issues=3, url="https://sentry.example/r")
    return judge(plan, report, version=MINE, build=build, now=NOW)


@pytest.mark.parametrize(
    ("rows", "verdict", "says"),
    [
        ((), Verdict.UNKNOWN, "nothing was counted"),
        ((vitals(sessions=499),), Verdict.UNKNOWN, "499 sessions are too few to judge, 500 are needed"),
        ((vitals(sessions=499, rate=10.0),), Verdict.UNKNOWN, "too few"),
        ((vitals(rate=None),), Verdict.UNKNOWN, "is not told"),
        ((vitals(build="416"),), Verdict.UNKNOWN, "nothing was counted"),
        ((vitals(rate=99.0),), Verdict.GOOD, "99 % of 1000 sessions"),
        (
            (vitals(rate=98.999),),
            Verdict.POOR,
            "98.99 % of 1000 sessions were free of crashes, at least 99 %",
        ),
        ((vitals(rate=99.4), vitals(BEFORE, rate=99.9)), Verdict.GOOD, "after 99.9 % in 2.13.0"),
        ((vitals(rate=99.3), vitals(BEFORE, rate=99.9)), Verdict.POOR, "more than 0.5 points less"),
        ((vitals(rate=99.3), vitals(BEFORE, rate=99.9, sessions=10)), Verdict.GOOD, "99.3 %"),
        ((vitals(rate=99.3), vitals("2.15.0", rate=100.0)), Verdict.GOOD, "99.3 %"),
        ((vitals(rate=99.3), vitals("nightly", rate=100.0)), Verdict.GOOD, "99.3 %"),
    ],
)
def test_a_version_is_judged_by_its_own_build_and_the_version_before(
    rows: tuple[Vitals, ...], verdict: Verdict, says: str
) -> None:
    """Too little is unknown; below the least, or too far below the version before, is poor; the figures are named."""
    finding = judged(*rows)
    assert finding.verdict is verdict
    assert says in finding.says


def test_builds_of_a_version_weigh_by_their_sessions() -> None:
    """Where the store's number is not known, all builds of the version are one: 900 at 100 % and 100 at 50 %."""
    finding = judged(
        vitals(build="1", sessions=900, rate=100.0, users=90),
        vitals(build="2", sessions=100, rate=50.0, users=10),
        build=None,
    )
    assert (finding.sessions, finding.users) == (1000, 100)
    assert finding.crash_free == pytest.approx(95.0)
    assert finding.crash_free_users == pytest.approx(95.0)


def test_adoption_is_the_share_of_all_sessions() -> None:
    """A quarter of what was counted is ours."""
    finding = judged(vitals(sessions=1000), vitals(BEFORE, sessions=3000))
    assert (finding.adoption, finding.new_issues, finding.before) == (25.0, 3, BEFORE)


def test_without_a_version_before_only_the_least_share_judges() -> None:
    """A rule that has nothing but the drop knows nothing then; one that has a least share says that alone."""
    assert judged(vitals()).verdict is Verdict.GOOD
    alone = judged(vitals(), plan=replace(PLAN, crash_free=None))
    assert (alone.verdict, "no earlier version" in alone.says) == (Verdict.UNKNOWN, True)


@pytest.mark.parametrize(
    ("value", "words"), [(99.999, "99.99"), (99.1, "99.1"), (100.0, "100"), (None, "no")]
)
def test_a_share_is_never_rounded_up(value: float | None, words: str) -> None:
    """99.999 % is not everybody."""
    assert share(value) == words


@pytest.mark.parametrize(
    ("then", "rate", "covered"),
    [(97.0, 97.0, True), (97.0, 96.5, True), (97.0, 96.4, False), (None, 98.0, False)],
)
def test_an_overruling_holds_for_figures_that_are_about_as_bad(
    then: float | None, rate: float, covered: bool
) -> None:
    """What became clearly worse, or was not known at all, is a new matter."""
    finding = judged(vitals(rate=rate))
    assert Overruling(by="U1", at=NOW, reason="known", crash_free=then).covers(finding) is covered


@pytest.mark.parametrize(
    ("changes", "places"),
    [
        ({}, []),
        ({"app": " ", "project": ""}, ["health.project", "health.app"]),
        ({"crash_free": None, "drop": None}, ["health.crash_free"]),
        ({"crash_free": 101.0, "drop": 0.0}, ["health.crash_free", "health.drop"]),
        ({"sessions": 0}, ["health.sessions"]),
        ({"window": timedelta(minutes=59)}, ["health.window"]),
        ({"window": timedelta(days=8)}, ["health.window"]),
    ],
)
def test_a_rule_can_be_met_and_broken(changes: dict[str, object], places: list[str]) -> None:
    """Each value that makes no sense is named at its place."""
    plan = replace(PLAN, **changes)  # type: ignore[arg-type]  # fields by name
    assert [each.field for each in health_problems(plan, ("health",))] == places
