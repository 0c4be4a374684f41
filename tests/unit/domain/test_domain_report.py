"""The figures of a release: time per stage, who was waited for, what failed, and earlier releases."""

from datetime import datetime, timedelta

import pytest

from orchestration.domain import acts
from orchestration.domain.events import Event, EventKind
from orchestration.domain.holds import HoldCause
from orchestration.domain.outcomes import Failed, Waiting
from orchestration.domain.people import SYSTEM
from orchestration.domain.phase import Phase
from orchestration.domain.report import EARLIER, Failures, report
from orchestration.domain.stages import Stage
from orchestration.domain.tasks import TaskType, TroubleKind, WaitOwner
from orchestration.domain.waiting import APPROVERS, CAPTAIN, PROVIDERS, Spell, together, waiting
from tests.support.release_parts import CAPTAIN as ANN
from tests.support.release_parts import NOW
from tests.support.releases import Journey, in_phase

HOUR = timedelta(hours=1)


def _event(kind: EventKind, hours: float, **data: str) -> Event:
    return Event(kind=kind, at=NOW + hours * HOUR, actor=SYSTEM, release_id="REL-1", data=data)


def _spans(events: list[Event], *, until: float = 100) -> dict[str, float]:
    found = waiting(events, until=NOW + until * HOUR)
    return {owner: together(spells) / HOUR for owner, spells in found.items()}


@pytest.mark.parametrize(
    ("spells", "hours"),
    [
        ([], 0),
        ([(0, 2), (5, 6)], 3),
        ([(0, 4), (1, 2), (3, 5)], 5),
        ([(3, 5), (0, 3)], 5),
        ([(0, 2), (0, 2)], 2),
    ],
)
def test_what_overlaps_counts_once(spells: list[tuple[float, float]], hours: float) -> None:
    """Two builds that are awaited at once are one wait, however they are ordered."""
    made = [Spell(begin=NOW + a * HOUR, end=NOW + b * HOUR) for a, b in spells]
    assert together(made) == hours * HOUR


def test_each_owner_is_waited_for_by_what_begins_and_ends_their_waits() -> None:
    """CI from a wait to its end, the captain from a failure to what mends it, approvers until they decide."""
    found = _spans(
        [
            _event(EventKind.TASK_WAITING, 0, task="t1", owner=WaitOwner.CI),
            _event(EventKind.TASK_WAITING, 1, task="t2", owner=WaitOwner.CI),
            _event(EventKind.TASK_SUCCEEDED, 3, task="t1"),
            _event(EventKind.TASK_FAILED, 4, task="t2", type="CREATE_AAB_BUILD"),
            _event(EventKind.TASK_RETRIED, 6, task="t2"),
            _event(EventKind.TASK_RETRYING, 6, task="t2"),
            _event(EventKind.TASK_SUCCEEDED, 6.5, task="t2"),
            _event(EventKind.APPROVAL_REQUESTED, 10, gate="g1"),
            _event(EventKind.APPROVAL_GRANTED, 14, gate="g1"),
        ]
    )
    assert found == {"CI": 4, CAPTAIN: 2, PROVIDERS: 0.5, APPROVERS: 4}


def test_holds_of_different_causes_end_each_by_its_own() -> None:
    """A freeze that ends does not end a person's hold; a failed task's hold is told by the failure."""
    found = _spans(
        [
            _event(EventKind.HOLD_PLACED, 0, cause=HoldCause.USER, by="U1"),
            _event(EventKind.HOLD_PLACED, 1, cause=HoldCause.FREEZE, by="f1"),
            _event(EventKind.HOLD_PLACED, 1, cause=HoldCause.TASK_FAILURE, by="t1"),
            _event(EventKind.HOLD_LIFTED, 2, cause=HoldCause.FREEZE, by="f1"),
            _event(EventKind.HOLD_LIFTED, 5, cause=HoldCause.USER, by="U1"),
        ]
    )
    assert found == {"Held by people": 5, "Freeze": 1}


def test_a_voided_approval_waits_on_only_where_it_is_decided_later() -> None:
    """Signatures that are void leave the question open; one that is withdrawn is asked anew by another gate."""
    first = [
        _event(EventKind.APPROVAL_REQUESTED, 0, gate="g1"),
        _event(EventKind.APPROVAL_VOIDED, 2, gate="g1"),
    ]
    assert _spans([*first, _event(EventKind.APPROVAL_GRANTED, 5, gate="g1")]) == {APPROVERS: 5}
    later = [
        _event(EventKind.APPROVAL_REQUESTED, 8, gate="g2"),
        _event(EventKind.APPROVAL_GRANTED, 9, gate="g2"),
    ]
    assert _spans([*first, *later]) == {APPROVERS: 3}


def test_what_is_still_awaited_lasts_until_now_or_the_archive() -> None:
    """Nothing waits after a release was given up."""
    begun = _event(EventKind.TASK_WAITING, 0, task="t1", owner=WaitOwner.CAPTAIN)
    assert _spans([begun], until=7) == {CAPTAIN: 7}
    assert _spans([begun, _event(EventKind.RELEASE_ARCHIVED, 3)], until=7) == {CAPTAIN: 3}


def _whole(hours_of_trouble: float = 0) -> Journey:
    """A release from kick-off to its end, with a build that failed and was retried."""
    journey = Journey(slots=1)
    journey.wait(timedelta(0))
    if hours_of_trouble:
        task = journey.find(TaskType.FORK_BRANCH)
        journey.outcome(task.id, Failed(kind=TroubleKind.REFUSED, reason="no"))
        journey.wait(hours_of_trouble * HOUR)
        journey.change(lambda change: acts.retry(change, task.id), by=ANN)
    return journey.regression().judged().approved().finish()


def test_a_whole_release_is_told_from_its_own_events() -> None:
    """Stages, waits and failures come from what happened; the lead time spans them."""
    journey = _whole(hours_of_trouble=3)
    found = report(journey.release, journey.events, [], now=journey.now)
    assert [each.stage for each in found.stages] == [Stage.KICKOFF, Stage.REGRESSION, Stage.PRE_RELEASE]
    assert not any(each.open for each in found.stages)
    assert found.done
    assert found.failures == (Failures(title="Cut the release branch", count=1),)
    captain = next(w for w in found.waits if w.owner == CAPTAIN)
    assert captain.span == 3 * HOUR
    begun = next(e.at for e in journey.events if e.kind is EventKind.STAGE_STARTED)
    ended = [e.at for e in journey.events if e.kind is EventKind.STAGE_COMPLETED][-1]
    assert found.lead == ended - begun
    assert (found.usual, len(found.trend)) == (None, 1)


def test_earlier_releases_make_the_usual_and_the_trend() -> None:
    """The median of those that came to their end, oldest first; one that runs or was given up is none."""
    journey = _whole()
    earlier = [_whole().release, in_phase(Phase.REGRESSION), in_phase(Phase.ARCHIVED), _whole(30).release]
    found = report(journey.release, journey.events, earlier, now=journey.now)
    assert len(found.trend) == 3
    assert found.trend[0].span > found.trend[1].span == found.trend[2].span == found.lead
    assert found.usual == (found.trend[0].span + found.trend[1].span) / 2
    assert all(each.usual is not None for each in found.stages)
    many = report(journey.release, journey.events, [_whole().release] * 20, now=journey.now)
    assert len(many.trend) == EARLIER + 1


def test_a_stage_under_way_and_one_that_was_opened_again_are_told_so() -> None:
    """An open stage lasts until now; the time between its two openings is not its own."""
    events = [
        _event(EventKind.STAGE_STARTED, 0, stage=Stage.REGRESSION),
        _event(EventKind.STAGE_COMPLETED, 2, stage=Stage.REGRESSION),
        _event(EventKind.STAGE_REOPENED, 5, stage=Stage.REGRESSION),
    ]
    found = report(in_phase(Phase.REGRESSION), events, [], now=NOW + 9 * HOUR)
    assert [(s.stage, s.span, s.open) for s in found.stages] == [(Stage.REGRESSION, 6 * HOUR, True)]
    assert found.lead == 9 * HOUR


def test_before_kick_off_there_is_nothing_to_report() -> None:
    """No lead time, no stage, no trend of its own."""
    journey = Journey(kick_off_in=timedelta(days=1))
    found = report(journey.release, journey.events, [], now=journey.now)
    assert (found.lead, found.stages, found.trend, found.done) == (None, (), (), False)


def test_waits_are_told_longest_first() -> None:
    """Who cost the most time stands at the top."""
    journey = Journey(slots=1)
    journey.wait(timedelta(0))
    task = journey.find(TaskType.FORK_BRANCH)
    journey.outcome(task.id, Waiting(what="CI", owner=WaitOwner.CI, check_after=timedelta(minutes=1)))
    end: datetime = journey.now + 2 * HOUR
    journey.change(lambda change: acts.hold(change, "Wait"), by=ANN)
    found = report(journey.release, journey.events, [], now=end)
    assert [w.owner for w in found.waits] == ["CI", "Held by people"]
