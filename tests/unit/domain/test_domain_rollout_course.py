"""The course of a rollout: the shares that the facts tell, when it stood still, and the health that was known."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from orchestration.domain.events import Event, EventKind
from orchestration.domain.health import Finding, HealthWatch, Verdict
from orchestration.domain.people import SYSTEM
from orchestration.domain.phase import Phase
from orchestration.domain.release import Release
from orchestration.domain.rollout_course import Health, Moment, courses
from orchestration.domain.store_states import StoreState
from orchestration.domain.submission import Submission
from tests.support.release_parts import NOW
from tests.support.releases import in_phase

HOUR = timedelta(hours=1)
_K = EventKind


def let_out(state: StoreState = StoreState.IN_PROGRESS, percent: float = 20.0, **changes: Any) -> Release:
    """A release whose first pair's users have it since NOW."""
    release = in_phase(Phase.AWAITING_STAGE_3)
    fields: dict[str, Any] = {"opened_at": NOW, "live_at": NOW, "state": state, "percent": percent, **changes}
    known = Submission(
        id=f"{release.id}/d1",
        pair=release.plans[0].pair,
        number=1,
        version="2.14.0",
        integration="s",
        **fields,
    )
    return replace(release, submissions=(known,))


def told(release: Release, kind: EventKind, at: datetime, **data: str) -> Event:
    """A fact about its submission."""
    about = {"submission": release.submissions[0].id, **data}
    return Event(kind=kind, at=at, actor=SYSTEM, release_id=release.id, data=about)


def test_a_store_that_nobody_has_it_from_has_no_course() -> None:
    """What waits for review is drawn nowhere."""
    assert courses(let_out(StoreState.IN_REVIEW, 0.0, live_at=None), (), now=NOW) == ()


def test_shares_follow_each_other_up_to_now() -> None:
    """Each holds until the next fact, whatever order they are read in; the last one until now."""
    release = let_out()
    facts = [
        told(release, _K.ROLLOUT_STOPPED, NOW + 3 * HOUR, percent="20"),
        told(release, _K.ROLLOUT_STARTED, NOW, percent="5"),
        told(release, _K.ROLLOUT_RAISED, NOW + HOUR, percent="20"),
        told(release, _K.ROLLOUT_RESUMED, NOW + 4 * HOUR, percent="20"),
        replace(told(release, _K.ROLLOUT_RAISED, NOW, percent="99"), data={"submission": "another"}),
    ]
    (course,) = courses(release, facts, now=NOW + 5 * HOUR)
    assert course.moments == (
        Moment(at=NOW, percent=5.0),
        Moment(at=NOW + HOUR, percent=20.0),
        Moment(at=NOW + 3 * HOUR, percent=20.0, still=True),
        Moment(at=NOW + 4 * HOUR, percent=20.0),
        Moment(at=NOW + 5 * HOUR, percent=20.0),
    )


def test_a_complete_rollout_ends_with_everybody() -> None:
    """Its end is when everybody had it, and not now."""
    release = let_out(StoreState.COMPLETE, 100.0, completed_at=NOW + 2 * HOUR)
    facts = [
        told(release, _K.ROLLOUT_STARTED, NOW, percent="1"),
        told(release, _K.STORE_COMPLETED, NOW + 2 * HOUR, percent="2"),
    ]
    (course,) = courses(release, facts, now=NOW + 50 * HOUR)
    assert course.moments[-1] == Moment(at=NOW + 2 * HOUR, percent=100.0)


def test_what_happened_before_it_was_seen_begins_when_the_store_says() -> None:
    """A look may come late, and events of long ago may be missing: the store's own date counts."""
    release = let_out(live_at=NOW - 10 * HOUR)
    (late,) = courses(release, [told(release, _K.ROLLOUT_STARTED, NOW, percent="5")], now=NOW + HOUR)
    assert late.moments[0] == Moment(at=NOW - 10 * HOUR, percent=5.0)
    (missing,) = courses(release, [], now=NOW)
    assert [m.percent for m in missing.moments] == [20.0, 20.0]


def test_health_is_told_where_it_turned_and_as_it_was_read_last() -> None:
    """Two sources, one line, in the order of time; words that are no figures count as none."""
    finding = Finding(
        verdict=Verdict.POOR, says="x", at=NOW + 2 * HOUR, url="https://x.example", crash_free=98.5
    )
    release = let_out(health=HealthWatch(finding=finding))
    facts = [
        told(release, _K.HEALTH_POOR, NOW + HOUR, crash_free="98.9"),
        told(release, _K.HEALTH_UNREAD, NOW + HOUR),
        told(release, _K.ROLLOUT_STARTED, NOW, percent="many"),
    ]
    (course,) = courses(release, facts, now=NOW + 3 * HOUR)
    assert course.health == (
        Health(at=NOW + HOUR, crash_free=98.9),
        Health(at=NOW + 2 * HOUR, crash_free=98.5),
    )
    assert course.moments[0].percent == 0.0
