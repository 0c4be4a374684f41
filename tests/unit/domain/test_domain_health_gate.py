"""What the health of a version keeps back: a step by itself needs good figures, and fresh ones."""

from dataclasses import replace
from datetime import timedelta

import pytest

from orchestration.domain import health_gate
from orchestration.domain.health import Finding, HealthWatch, Overruling, Verdict
from orchestration.domain.health_plan import HealthPlan
from orchestration.domain.release import Release
from orchestration.domain.submission import Submission
from tests.support.release_parts import ANDROID
from tests.support.submitted import asked, newest

_PLAN = HealthPlan(integration="sentry", project="pixel-android", app="com.acme.pixel")
_MINUTE = timedelta(minutes=1)
_JOURNEY = asked()
NOW = _JOURNEY.now


def _ruled(every: timedelta = 5 * _MINUTE) -> tuple[Release, Submission]:
    """A release whose Android app is judged."""
    release = _JOURNEY.release
    stores = {
        **release.snapshot.stores,
        ANDROID.key: replace(release.snapshot.stores[ANDROID.key], health=_PLAN),
    }
    timing = replace(release.snapshot.timing, health_check_every=every)
    return replace(release, snapshot=replace(release.snapshot, stores=stores, timing=timing)), newest(
        _JOURNEY
    )


def _finding(verdict: Verdict = Verdict.GOOD, *, age: timedelta = timedelta(0)) -> Finding:
    return Finding(verdict=verdict, says=f"it is {verdict.lower()}", at=NOW - age, url="", crash_free=99.5)


def _withheld(watch: HealthWatch, *, every: timedelta = 5 * _MINUTE) -> str | None:
    release, submission = _ruled(every)
    return health_gate.withheld(release, replace(submission, health=watch), NOW)


def test_without_a_rule_nothing_is_kept_back() -> None:
    """Where no rule is set nobody reads figures."""
    assert health_gate.withheld(_JOURNEY.release, newest(_JOURNEY), NOW) is None


def test_only_good_figures_give_it_to_more_users() -> None:
    """Poor ones, too few and none at all keep it back, and the reason says which."""
    assert _withheld(HealthWatch(finding=_finding())) is None
    for verdict in (Verdict.POOR, Verdict.UNKNOWN):
        assert _withheld(HealthWatch(finding=_finding(verdict))) == f"it is {verdict.lower()}"
    assert _withheld(HealthWatch()) == health_gate.NOT_READ
    assert _withheld(HealthWatch(trouble="Sentry is away")) == "Sentry is away"


@pytest.mark.parametrize(
    ("every", "age", "fresh"),
    [
        (5 * _MINUTE, 60 * _MINUTE, True),
        (5 * _MINUTE, 61 * _MINUTE, False),
        (30 * _MINUTE, 120 * _MINUTE, True),
        (30 * _MINUTE, 121 * _MINUTE, False),
        (5 * _MINUTE, timedelta(days=3), False),
    ],
)
def test_figures_of_long_ago_are_none(every: timedelta, age: timedelta, *, fresh: bool) -> None:
    """An hour, or four looks that were missed where looks are rare; then good figures do not count any more."""
    says = _withheld(HealthWatch(finding=_finding(age=age), trouble="Sentry is away"), every=every)
    if fresh:
        assert says is None
    else:
        assert says == f"the newest figures are {age / timedelta(hours=1):.0f} h old (Sentry is away)"


def test_who_took_it_upon_them_goes_on_until_it_is_clearly_worse() -> None:
    """An overruling covers what was known then, and nothing that is a new matter."""
    taken = Overruling(by="U1", at=NOW, reason="known", crash_free=99.5)
    poor = _finding(Verdict.POOR)
    assert _withheld(HealthWatch(finding=poor, overruled=taken)) is None
    assert _withheld(HealthWatch(finding=replace(poor, crash_free=90.0), overruled=taken)) == "it is poor"
    assert _withheld(HealthWatch(overruled=taken)) is None
