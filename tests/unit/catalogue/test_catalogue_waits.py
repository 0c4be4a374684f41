"""Whatever a task of the catalogue waits for has an end: its owner is reminded, then all are told, then it fails."""

import copy
from datetime import datetime, timedelta
from functools import cache, partial

import pytest

from orchestration.catalogue import SPECS
from orchestration.domain import acts, outcomes, picking
from orchestration.domain.due import due_work
from orchestration.domain.events import EventKind
from orchestration.domain.holds import HoldCause
from orchestration.domain.outcomes import Waiting
from orchestration.domain.picks import Wanted
from orchestration.domain.tasks import TaskState, TaskType, TroubleKind, WaitOwner
from tests.support.release_parts import CAPTAIN, STORES, snapshot
from tests.support.releases import Journey, approve_submission

PICK = Wanted(commit="ab" * 20, title="fix: a crash", author="dev", url="https://x.example/1")
WAITING = Waiting(
    what="somebody",
    owner=WaitOwner.CAPTAIN,
    check_after=timedelta(minutes=1),
    link="https://x.example/2",
)
LONGEST = timedelta(days=120)
"""From the first look to the failure, whatever it is: a rollout may take two months."""


@cache
def met() -> dict[TaskType, Journey]:
    """A life with everything in it, as it was when each type of task could start for the first time."""
    journey = Journey(configuration=snapshot(stores=STORES, backmerge=True), automation=True)
    found: dict[TaskType, Journey] = {}

    def go_on() -> None:
        while ready := journey.startable():
            for task in ready:
                found.setdefault(task.type, copy.copy(journey))
            journey.finish(*(set(TaskType) - {ready[0].type}))

    journey.wait(timedelta(0))
    go_on()
    journey.change(lambda change: picking.ask(change, PICK, accepted=True), by=CAPTAIN)
    while journey.release.planned_slots:
        go_on()
        journey.wait_until(journey.release.planned_slots[0].at)
    go_on()
    journey.approved()
    go_on()
    for submission in journey.release.current_submissions:
        approve_submission(journey, submission)
    go_on()
    return found


def test_each_type_of_the_catalogue_is_met() -> None:
    """A type that is new to it is let wait below, or this fails."""
    assert set(met()) == set(SPECS) == set(TaskType)


def _swept_at(journey: Journey, task_id: str) -> datetime:
    """When a worker looks at the task again."""
    (due,) = [w.due_at for w in due_work(journey.release, now=journey.now) if w.subject == task_id]
    assert due is not None
    return due


@pytest.mark.parametrize("held", [False, True], ids=["", "on hold"])
@pytest.mark.parametrize("kind", SPECS, ids=str)
def test_a_wait_of_each_type_ends(kind: TaskType, held: bool) -> None:
    """R5, B-10: with an owner and a deadline, before which a worker looks at it, though a person holds the release;
    past it come a reminder, one for everybody, and a failure that says since when and holds the release."""
    journey = copy.copy(met()[kind])
    journey.events = []
    task = next(t for t in journey.startable() if t.type is kind)
    journey.outcome(task.id, WAITING)
    if held:
        journey.change(partial(acts.hold, reason="wait"), by=CAPTAIN)
    began = journey.now
    for _ in range(3):
        waiting = journey.release.task(task.id)
        assert waiting is not None
        assert waiting.state is TaskState.WAITING
        assert waiting.wait is not None
        assert waiting.wait.owner is WAITING.owner
        assert _swept_at(journey, task.id) <= waiting.wait.deadline_at
        journey.wait_until(waiting.wait.deadline_at)
        assert _swept_at(journey, task.id) <= journey.now
        journey.change(partial(outcomes.press, task_id=task.id))
    told = [(e.kind, e.data.get("escalated")) for e in journey.events if e.data.get("task") == task.id]
    assert told[-3:] == [
        (EventKind.WAIT_REMINDED, None),
        (EventKind.WAIT_REMINDED, "yes"),
        (EventKind.TASK_FAILED, None),
    ]
    failed = journey.release.task(task.id)
    assert failed is not None
    assert failed.trouble is not None
    assert failed.trouble.kind is TroubleKind.OVERDUE
    assert f"since {began:%Y-%m-%d %H:%M}" in failed.trouble.reason
    assert (HoldCause.TASK_FAILURE, task.id) in {hold.key for hold in journey.release.holds}
    assert journey.now - began <= LONGEST
