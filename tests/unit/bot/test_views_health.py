"""How the health of versions is told: the answer, the line of a store's card, and the notices."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.views.health import health_answer, health_line
from bot.views.notices import notice
from orchestration.domain import health_watch, store_orders
from orchestration.domain.errors import NotNow
from orchestration.domain.events import EventKind
from orchestration.domain.health import HealthReport, Vitals, judge
from orchestration.domain.health_plan import HealthAction, HealthPlan
from orchestration.domain.people import SYSTEM
from orchestration.domain.phase import Phase
from orchestration.domain.release import Release
from orchestration.domain.store_states import StoreState
from orchestration.domain.submission import Missed, Submission, Verb
from tests.support.release_parts import ANDROID, CAPTAIN, STORES, snapshot
from tests.support.releases import Journey, approve_submission, in_phase, told

PLAN = HealthPlan(
    integration="sentry-1", project="1", app="com.acme.pixel", sessions=100, action=HealthAction.PAUSE
)


def out(plan: HealthPlan = PLAN) -> Journey:
    """A release that users have on Android, judged by a rule."""
    judged = {**STORES, ANDROID.key: replace(STORES[ANDROID.key], health=plan)}
    journey = Journey(configuration=snapshot(stores=judged)).regression().approved().finish()
    approve_submission(journey, android(journey))
    told(journey, android(journey), StoreState.IN_PROGRESS, percent=5.0)
    return journey


def android(journey: Journey) -> Submission:
    """The submission that is judged."""
    return next(s for s in journey.release.current_submissions if s.pair == ANDROID)


def read(journey: Journey, rate: float, *, sessions: int = 1000) -> None:
    """The tool tells of our build, and of the version before at 99.9 %."""
    submission = android(journey)
    rows = (
        _vitals(submission.version, submission.build, sessions, rate),
        _vitals("1.0.0", "1", 3000, 99.9),
    )
    report = HealthReport(vitals=rows, new_issues=2, url="https://sentry.example/r")
    finding = judge(PLAN, report, version=submission.version, build=submission.build, now=journey.now)
    journey.change(lambda change: health_watch.found(change, submission.id, finding))


def _vitals(version: str, build: str | None, sessions: int, rate: float) -> Vitals:
    return Vitals(
        version=version,
        build=build,
        sessions=sessions,
        users=sessions // 10,
        crash_free_sessions=rate,
        crash_free_users=rate,
    )


def said(journey: Journey, kind: EventKind) -> str:
    """The notice of the newest event of a kind."""
    event = next(e for e in reversed(journey.events) if e.kind is kind)
    found = notice(event, journey.release, now=journey.now)
    assert found is not None
    return found.rendered.text


def answered(release: Release, journey: Journey) -> str:
    """The answer to who asks."""
    return health_answer(release, now=journey.now).text


def test_poor_health_is_told_with_its_figures() -> None:
    """What was counted, how it compares, what else is known, and what follows by rule."""
    journey = out()
    read(journey, 97.5)
    text = said(journey, EventKind.HEALTH_POOR)
    for words in (
        "97.5 % of 1000 sessions were free of crashes, at least 99 % are wanted",
        "after 99.9 % in 1.0.0",
        "25 % of all sessions",
        "2 new issues",
        "stopped by the rule",
    ):
        assert words in text
    line = health_line(journey.release, android(journey))
    assert line is not None
    assert "*Not healthy*" in line
    assert "overrule" in answered(journey.release, journey)


def test_a_rule_that_warns_says_that_nothing_is_stopped() -> None:
    """And nothing is."""
    journey = out(replace(PLAN, action=HealthAction.WARN))
    read(journey, 97.5)
    assert "Nothing is stopped by the rule" in said(journey, EventKind.HEALTH_POOR)
    assert android(journey).instruction is None


def test_the_answer_names_figures_rule_and_who_overruled_it() -> None:
    """Before anything is known it says that; where no rule judges, that."""
    journey = out()
    assert "was not read yet" in answered(journey.release, journey)
    read(journey, 97.5)
    journey.change(
        lambda change: health_watch.overrule(change, android(journey).id, "a known crash"), by=CAPTAIN
    )
    text = answered(journey.release, journey)
    for words in ("1000 sessions, 100 users", "at least 99 %", f"Overruled by <@{CAPTAIN}>", "a known crash"):
        assert words in text
    assert f"<@{CAPTAIN}> overruled the health" in said(journey, EventKind.HEALTH_OVERRULED)
    assert "no rule judges" in answered(in_phase(Phase.KICKOFF), journey)


def test_recovery_and_silence_are_told() -> None:
    """Healthy again after poor; and once, that the tool can't be asked."""
    journey = out()
    read(journey, 97.5)
    read(journey, 99.8)
    recovered = said(journey, EventKind.HEALTH_RECOVERED)
    assert "is healthy again" in recovered
    assert "99.8 % of 1000 sessions" in recovered
    for _ in range(5):
        journey.change(
            lambda change: health_watch.unread(
                change, android(journey).id, Missed(reason="Sentry is down"), jitter=0.5
            )
        )
    assert "can't be read: Sentry is down" in said(journey, EventKind.HEALTH_UNREAD)
    assert [e.kind for e in journey.events].count(EventKind.HEALTH_UNREAD) == 1
    assert android(journey).health.tries == 5


def test_a_tool_that_names_a_wait_is_given_it() -> None:
    """The wait that was asked for, where it is longer than ours."""
    journey = out()
    missed = Missed(reason="slow down", after=timedelta(hours=2))
    journey.change(lambda change: health_watch.unread(change, android(journey).id, missed, jitter=0.0))
    assert android(journey).health.check_at == journey.now + timedelta(hours=2)


def test_poor_health_gates_nothing_that_stops() -> None:
    """A person's halt finds the rule's under way; what gives it to more users needs a reason, which is recorded."""
    journey = out()
    read(journey, 97.5)
    by_rule = android(journey).instruction
    assert by_rule is not None
    assert (by_rule.verb, by_rule.by) == (Verb.HALT, SYSTEM.id)
    with pytest.raises(NotNow, match="asked for that already"):
        instruct(journey, Verb.HALT)
    told(journey, android(journey), StoreState.HALTED, percent=5.0)
    journey.change(lambda change: store_orders.carried_out(change, android(journey).id, by_rule.number))
    with pytest.raises(NotNow, match="stopped by the rule of its health"):
        instruct(journey, Verb.RESUME)
    instruct(journey, Verb.RESUME, reason="a known crash")
    assert android(journey).health.overruled is not None
    assert said(journey, EventKind.HEALTH_OVERRULED).endswith("a known crash")


def instruct(journey: Journey, verb: Verb, *, reason: str | None = None) -> None:
    """The captain has the store told."""
    journey.change(
        lambda change: store_orders.instruct(change, android(journey).id, verb, reason=reason), by=CAPTAIN
    )


def test_nothing_is_read_into_a_store_that_stands_still() -> None:
    """A store that a person stopped is not stopped again; the figures are kept and told."""
    journey = out()
    told(journey, android(journey), StoreState.HALTED, percent=5.0)
    read(journey, 97.5)
    assert android(journey).instruction is None
    assert android(journey).health.poor
