"""A cycle that is given up: its tasks are cancelled, its runs are stopped, and the release goes on."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from orchestration.domain import acts, cycles, outcomes, stopping
from orchestration.domain.builds import Build, BuildKind, BuildState
from orchestration.domain.due import WorkKind, due_work
from orchestration.domain.effects import Effect, EffectState
from orchestration.domain.errors import NotNow
from orchestration.domain.events import EventKind
from orchestration.domain.outcomes import Failed, Waiting
from orchestration.domain.phase import Phase, phase
from orchestration.domain.stages import CycleState, Stage
from orchestration.domain.stopping import Stopped
from orchestration.domain.tasks import Task, TaskState, TaskType, TroubleKind, WaitOwner
from tests.support.release_parts import CAPTAIN
from tests.unit.domain.small_life import Life, kinds


def run_of(task: Task, number: int = 1) -> Build:
    """A build that runs for a task."""
    assert task.pair is not None
    return Build(
        id=f"{task.id}:{number}",
        task_id=task.id,
        kind=BuildKind.REGRESSION,
        pair=task.pair,
        version="2.14.0",
        ref="v2.14.0-rc.1",
        workflow="regression",
        state=BuildState.RUNNING,
        run_id=str(number),
        run_url=f"https://ci.example/{number}",
    )


def building() -> tuple[Life, Task]:
    """A cycle whose two builds run."""
    life = Life().in_cycle().finish(TaskType.TRIGGER_REGRESSION_BUILDS)
    tasks = [t for t in life.release.tasks if t.type is TaskType.TRIGGER_REGRESSION_BUILDS]
    for number, task in enumerate(tasks, 1):
        waiting = Waiting(
            what="CI",
            owner=WaitOwner.CI,
            check_after=timedelta(seconds=30),
            builds=(run_of(task, number),),
        )
        life.run(task.id, waiting)
    return life, life.find(TaskType.TRIGGER_REGRESSION_BUILDS)


def due(life: Life, task_id: str) -> object:
    """When a task wants to be called."""
    return next(
        w.due_at
        for w in due_work(life.release, now=life.now)
        if (w.kind, w.subject) == (WorkKind.TASK, task_id)
    )


def test_an_abandoned_cycle_cancels_its_tasks_and_orders_its_runs_stopped() -> None:
    """Nothing of the cycle goes on; each task that ran something at CI is called once more, to stop it."""
    life, task = building()
    told = life.act(lambda c: cycles.abandon_cycle(c, "It crashes"), by=CAPTAIN)
    assert kinds(told) == [EventKind.TASK_CANCELLED, EventKind.TASK_CANCELLED, EventKind.CYCLE_ABANDONED]
    assert life.release.cycles[0].state is CycleState.ABANDONED
    of_cycle = life.release.tasks_of(Stage.REGRESSION, life.release.cycles[0].id)
    assert {t.state for t in of_cycle} == {TaskState.SUCCEEDED, TaskState.CANCELLED}
    assert due(life, task.id) == life.now
    found = Stopped(builds=stopping.under_way(life.release, task.id))
    told = life.act(lambda c: stopping.record_stop(c, task.id, found, jitter=0.5))
    assert kinds(told) == [EventKind.RUN_STOPPED]
    assert {b.state for b in life.release.builds_of(task.id)} == {BuildState.CANCELLED}
    assert due(life, task.id) is None


def test_the_release_goes_on_after_an_abandoned_cycle() -> None:
    """The next slot tests the next candidate, whose number is not used again; the abandoned one is never approved."""
    life, _ = building()
    life.act(lambda c: cycles.abandon_cycle(c, "It crashes"), by=CAPTAIN)
    for task in life.due_tasks():
        life.act(partial(stopping.record_stop, task_id=task.id, found=Stopped(), jitter=0.5))
    assert phase(life.release) is Phase.BETWEEN_CYCLES
    assert life.release.tested_cycle is None
    life.wait_until(life.release.planned_slots[0].at)
    assert life.release.active_cycle is not None
    assert life.release.active_cycle.tag == "v2.14.0-rc.2"
    life.finish()
    assert life.release.tested_cycle == life.release.cycles[1]


def test_a_failure_in_an_abandoned_cycle_holds_nothing_any_more() -> None:
    """B-18: the failed task is cancelled with its cycle, its hold goes, and a retry of it is refused."""
    life = Life().in_cycle().finish(TaskType.TRIGGER_REGRESSION_BUILDS)
    task = life.find(TaskType.TRIGGER_REGRESSION_BUILDS)
    life.run(task.id, Failed(kind=TroubleKind.REFUSED, reason="It failed"))
    assert life.release.holds
    life.act(lambda c: cycles.abandon_cycle(c, "It crashes"), by=CAPTAIN)
    assert life.release.holds == ()
    with pytest.raises(NotNow, match="is cancelled"):
        life.act(lambda c: acts.retry(c, task.id), by=CAPTAIN)


def test_what_a_skipped_task_still_runs_is_ordered_stopped() -> None:
    """The failed task had two runs; one goes on, and the release goes on without it: that one is to be stopped."""
    life, task = building()
    ended = replace(run_of(task, 2), state=BuildState.FAILED)
    builds = (run_of(task, 1), ended)
    life.run(task.id, Failed(kind=TroubleKind.REFUSED, reason="One of two failed", builds=builds))
    told = life.act(lambda c: acts.skip(c, task.id, "Tested by hand"), by=CAPTAIN)
    assert kinds(told)[0] is EventKind.TASK_SKIPPED
    assert due(life, task.id) == life.now
    going = stopping.under_way(life.release, task.id)
    assert [build.run_id for build in going] == ["1"]
    told = life.act(lambda c: stopping.record_stop(c, task.id, Stopped(builds=going), jitter=0.5))
    assert kinds(told) == [EventKind.RUN_STOPPED]
    assert due(life, task.id) is None


def test_a_skipped_task_that_ran_nothing_is_not_called_again() -> None:
    """There is nothing to stop."""
    life = Life().in_cycle().finish(TaskType.TRIGGER_REGRESSION_BUILDS)
    task = life.find(TaskType.TRIGGER_REGRESSION_BUILDS)
    life.run(task.id, Failed(kind=TroubleKind.REFUSED, reason="It failed"))
    life.act(lambda c: acts.skip(c, task.id, "Tested by hand"), by=CAPTAIN)
    assert due(life, task.id) is None


def test_abandoning_leaves_a_persons_hold_alone() -> None:
    """B-19: only the cycle goes; who holds the release still does, and nothing starts."""
    life, _ = building()
    life.act(lambda c: acts.hold(c, "Wait"), by=CAPTAIN)
    life.act(lambda c: cycles.abandon_cycle(c, "It crashes"), by=CAPTAIN)
    life.wait_until(life.release.planned_slots[0].at)
    assert [h.by for h in life.release.holds] == [CAPTAIN]
    assert life.release.active_cycle is None


def test_without_a_cycle_there_is_nothing_to_abandon() -> None:
    """The second of two who abandon is told that it is done."""
    with pytest.raises(NotNow) as said:
        Life().kicked_off().act(lambda c: cycles.abandon_cycle(c, "No"), by=CAPTAIN)
    assert said.value.settled


def test_a_run_that_started_meanwhile_is_stopped_too() -> None:
    """B-23: CI answered after the cycle was abandoned: its run is kept, and its task called to stop it."""
    life = Life().in_cycle().finish(TaskType.TRIGGER_REGRESSION_BUILDS)
    task = life.find(TaskType.TRIGGER_REGRESSION_BUILDS)
    life.start(task.id)
    life.act(lambda c: cycles.abandon_cycle(c, "It crashes"), by=CAPTAIN)
    assert due(life, task.id) is None
    life.act(lambda c: stopping.keep_late(c, task.id, (run_of(task),)))
    assert due(life, task.id) == life.now
    done = Life().in_cycle().finish(TaskType.TRIGGER_REGRESSION_BUILDS)
    done.act(lambda c: cycles.abandon_cycle(c, "It crashes"), by=CAPTAIN)
    done.act(lambda c: stopping.keep_late(c, task.id, (replace(run_of(task), state=BuildState.READY),)))
    assert due(done, task.id) is None


def test_an_order_without_an_answer_is_looked_for() -> None:
    """A run that CI was asked for and that nobody knows of is in doubt until CI says that there is none."""
    life = Life().in_cycle().finish(TaskType.TRIGGER_REGRESSION_BUILDS)
    task = life.find(TaskType.TRIGGER_REGRESSION_BUILDS)
    life.start(task.id)
    sent = Effect(id=f"{task.id}:name", task_id=task.id, state=EffectState.SENT, sent_at=life.now)
    life.act(lambda c: outcomes.keep_effect(c, sent))
    life.act(lambda c: cycles.abandon_cycle(c, "It crashes"), by=CAPTAIN)
    assert stopping.in_doubt(life.release, task.id) == ("name",)
    assert due(life, task.id) == life.now


def test_ci_that_cannot_be_reached_is_asked_again_then_told_of() -> None:
    """Trouble is waited out within limits; what goes on after that is told once, with its link."""
    life, task = building()
    life.act(lambda c: cycles.abandon_cycle(c, "It crashes"), by=CAPTAIN)
    told: list[EventKind] = []
    for _ in range(20):
        if due(life, task.id) is None:
            break
        life.wait(timedelta(minutes=10))
        told += kinds(
            life.act(lambda c: stopping.record_stop(c, task.id, Stopped(later="CI is away"), jitter=0.5))
        )
    assert told == [EventKind.RUN_NOT_STOPPED]
    assert life.events[-1].data["reason"] == "CI is away"
    assert life.events[-1].data["link"].startswith("https://ci.example/")


def test_a_run_that_ci_will_not_stop_is_told_of_at_once() -> None:
    """A refusal is final: asking again would not help."""
    life, task = building()
    life.act(lambda c: cycles.abandon_cycle(c, "It crashes"), by=CAPTAIN)
    build = life.release.builds_of(task.id)[0]
    refused = Stopped(refused={build.id: "You may not"})
    told = life.act(lambda c: stopping.record_stop(c, task.id, refused, jitter=0.5))
    assert kinds(told) == [EventKind.RUN_NOT_STOPPED]
    assert due(life, task.id) is None


def test_the_last_flags_are_what_one_more_cycle_does() -> None:
    """The button repeats the last cycle; without one it is a plain one."""
    life = Life().in_cycle()
    assert cycles.last_flags(life.release.cycles) == life.release.cycles[-1].flags
    assert cycles.last_flags(()).regression_builds
