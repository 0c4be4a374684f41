"""Moving the target date: when it makes sense, and that a release whose target passed has a way out."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from orchestration.domain import acts, edits
from orchestration.domain.errors import NotNow
from orchestration.domain.events import EventKind
from orchestration.domain.explain import explain
from orchestration.domain.phase import Phase, phase
from orchestration.domain.reminders import ReminderKind
from orchestration.domain.stages import CycleFlags, SlotState, Stage, StageRecord, StageState
from tests.support.release_parts import CAPTAIN, NOW
from tests.unit.domain.small_life import DAY, HOUR, OTHER, Life, kinds, release


def _move(life: Life, after: timedelta, reason: str = "The store is closed") -> list[EventKind]:
    return kinds(life.act(lambda c: edits.move_target(c, NOW + after, reason), by=CAPTAIN))


def _stuck() -> Life:
    """Every slot expired while somebody held the release."""
    life = Life(release(slots=(DAY, 2 * DAY))).kicked_off()
    life.act(lambda c: acts.hold(c, "wait"), by=OTHER)
    life.wait(6 * DAY)
    life.act(acts.resume, by=OTHER)
    return life


def test_a_release_past_its_target_goes_on_once_the_target_is_moved() -> None:
    """All slots expired: a cycle is refused with the remedy that `why` names, and works after it."""
    life = _stuck()
    assert {s.state for s in life.release.slots} == {SlotState.EXPIRED}
    (obstacle,) = explain(life.release, now=life.now).obstacles
    assert acts.MOVE_TARGET in obstacle.remedy
    with pytest.raises(NotNow, match=acts.MOVE_TARGET):
        life.act(lambda c: acts.add_cycle_now(c, CycleFlags()), by=CAPTAIN)
    assert _move(life, 9 * DAY) == [EventKind.TARGET_MOVED]
    assert life.release.target_at == NOW + 9 * DAY
    assert explain(life.release, now=life.now).late is None
    assert explain(life.release, now=life.now).obstacles[0].remedy == "Run a cycle with /release cycle"
    life.act(lambda c: acts.add_cycle_now(c, CycleFlags()), by=CAPTAIN)
    assert phase(life.release) is Phase.REGRESSION


def test_what_is_told_of_a_move() -> None:
    """The old date, the new one, why and who."""
    life = Life()
    (event,) = life.act(lambda c: edits.move_target(c, NOW + 9 * DAY, "Holidays"), by=CAPTAIN)
    assert event.actor.id == CAPTAIN
    assert dict(event.data) == {
        "old": (NOW + 5 * DAY).isoformat(),
        "new": (NOW + 9 * DAY).isoformat(),
        "reason": "Holidays",
    }


def test_lateness_is_told_once_for_each_target() -> None:
    """The old target's reminder goes, whether it was sent or not; the new one is sent at the new date."""
    life = Life(release(slots=())).kicked_off()
    _move(life, 7 * DAY)
    told = life.wait_until(NOW + 6 * DAY)
    assert EventKind.RELEASE_OVERDUE not in kinds(told)
    told = life.wait_until(NOW + 8 * DAY)
    assert kinds(told).count(EventKind.RELEASE_OVERDUE) == 1
    _move(life, 9 * DAY)
    told = life.wait_until(NOW + 10 * DAY) + life.wait(DAY)
    assert kinds(told).count(EventKind.RELEASE_OVERDUE) == 1
    rows = [r for r in life.release.reminders if r.kind is ReminderKind.TARGET]
    assert [r.id for r in rows] == ["REL-7F3K2Q9D/r4"]


def _archived() -> Life:
    life = Life()
    life.act(lambda c: acts.archive(c, "no"), by=CAPTAIN)
    return life


def _ready() -> Life:
    done = StageRecord(stage=Stage.PRE_RELEASE, state=StageState.COMPLETED)
    made = release(slots=())
    return Life(replace(made.with_stage(done), reminders=()))


@pytest.mark.parametrize(
    ("life", "after", "reason", "match"),
    [
        (Life, 9 * DAY, " ", "say why"),
        (Life, timedelta(0), "r", "in the future"),
        (Life, -DAY, "r", "in the future"),
        (Life, HOUR, "r", "after kick-off"),
        (Life, 2 * DAY, "r", "slot is planned"),
        (Life, 5 * DAY, "r", "that already"),
        (Life, 366 * DAY, "r", "a year away"),
        (_archived, 9 * DAY, "r", "was archived"),
        (_ready, 9 * DAY, "r", "Stage 3 is done"),
    ],
)
def test_a_move_that_makes_no_sense_changes_nothing(
    life: Callable[[], Life], after: timedelta, reason: str, match: str
) -> None:
    """Refused with why: no reason, in the past, before what is planned, or nothing is left to be late for."""
    lived = life()
    before = lived.release
    with pytest.raises(NotNow, match=match):
        _move(lived, after, reason)
    assert lived.release == before


def test_the_target_may_come_earlier() -> None:
    """Just after the last planned slot is late enough."""
    life = Life()
    _move(life, 2 * DAY + timedelta.resolution)
    assert life.release.target_at == NOW + 2 * DAY + timedelta.resolution
