"""What people do to a release: when it makes sense, and that safety acts always do."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from orchestration.domain import acts
from orchestration.domain.builds import BuildState
from orchestration.domain.change import Change
from orchestration.domain.errors import NotNow
from orchestration.domain.events import EventKind
from orchestration.domain.gates import GateState
from orchestration.domain.holds import Hold, HoldCause, placed
from orchestration.domain.outcomes import Done, Failed, Later, Waiting
from orchestration.domain.people import Actor
from orchestration.domain.phase import Phase, phase
from orchestration.domain.stages import CycleFlags, CycleState, SlotState, Stage, StageState
from orchestration.domain.tasks import FINAL, TaskState, TaskType, TroubleKind, WaitOwner
from tests.support.release_parts import CAPTAIN, QA, build, snapshot
from tests.support.releases import STAGE_4
from tests.unit.domain.small_life import DAY, HOUR, OTHER, Life, kinds, release

FORK = "REL-7F3K2Q9D/kickoff/FORK_BRANCH"
TICKET = "REL-7F3K2Q9D/kickoff/CREATE_PROJECT_MANAGEMENT_TICKET/IOS-APP_STORE"
BROKEN = Failed(kind=TroubleKind.REFUSED, reason="no such project")


def _failing() -> Life:
    """Stage 1: the iOS ticket failed, the other tasks were not tried yet."""
    life = Life()
    life.wait_until(life.release.kick_off_at)
    life.run(FORK, Done())
    life.run(TICKET, BROKEN)
    return life


def _waiting(life: Life, task_id: str) -> None:
    life.run(task_id, Waiting(what="CI", owner=WaitOwner.CI, check_after=HOUR))


def _held(life: Life) -> Life:
    life.act(lambda c: acts.hold(c, "wait"), by=OTHER)
    return life


def _everywhere() -> dict[str, Life]:
    """A life in each kind of place."""
    manual = release(snapshot=snapshot(auto_stage_2=False))
    retrying = _failing()
    retrying.run(TICKET.replace("IOS-APP_STORE", "ANDROID-PLAY_STORE"), Later(reason="503"))
    _waiting(retrying, "REL-7F3K2Q9D/kickoff/TRIGGER_PRE_REGRESSION_BUILDS/IOS-APP_STORE")
    rejected = Life().awaiting_stage_3()
    rejected.judge()
    rejected.reject(QA)
    expired = Life(release(slots=(DAY,))).kicked_off()
    expired.wait(6 * DAY)
    return {
        "scheduled": Life(),
        "kicked off": retrying,
        "awaiting regression": Life(manual).kicked_off(),
        "between": Life().kicked_off(),
        "cycle": Life().in_cycle(),
        "out of slots": expired,
        "gate": Life().awaiting_stage_3(),
        "rejected": rejected,
        "pre-release": Life().in_pre_release(),
        "awaiting submission": Life().awaiting_submission(),
        "held": _held(Life().in_cycle()),
    }


PLACES = _everywhere()
ACTS: dict[str, Callable[[Change], None]] = {
    "hold": lambda c: acts.hold(c, "stop"),
    "resume": acts.resume,
    "archive": lambda c: acts.archive(c, "again"),
    "retry": lambda c: acts.retry(c, TICKET),
    "skip": lambda c: acts.skip(c, TICKET, "why"),
    "done": lambda c: acts.done_by_hand(c, TICKET, "https://jira.example/PIX-1"),
    "cycle": lambda c: acts.add_cycle_now(c, CycleFlags()),
}


@pytest.mark.parametrize("where", PLACES)
def test_holding_and_archiving_work_everywhere(where: str) -> None:
    """R9, d: a safety act is refused in no state of a living release, whatever else is pending."""
    life = PLACES[where]
    for act in (ACTS["hold"], ACTS["archive"]):
        change = Change(life.release, now=life.now, actor=Actor(id=CAPTAIN))
        act(change)
        assert change.events


@pytest.mark.parametrize("where", PLACES)
def test_an_archived_release_has_nothing_open(where: str) -> None:
    """Everything not final is cancelled, questions are withdrawn, and what was decided stays as it was."""
    life = PLACES[where]
    change = Change(life.release, now=life.now, actor=Actor(id=CAPTAIN))
    acts.archive(change, "superseded")
    after = change.release
    assert after.ended
    assert all(task.state in FINAL for task in after.tasks)
    assert after.active_cycle is None
    assert after.planned_slots == ()
    assert after.open_gate is None
    assert not [h for h in after.holds if h.cause is HoldCause.TASK_FAILURE]
    for gate in life.release.gates:
        used = gate.state is GateState.APPROVED and where in {"pre-release", "awaiting submission"}
        now = next(g for g in after.gates if g.id == gate.id)
        assert now.state is (GateState.APPROVED if used else GateState.VOID)
    assert change.events[-1].kind is EventKind.RELEASE_ARCHIVED


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())
def test_an_archived_release_is_archived_for_good(act: Callable[[Change], None]) -> None:
    """Every act hears who archived it and why; a second archiving is no error of the first."""
    life = _failing()
    life.act(lambda c: acts.archive(c, "superseded by 2.15.0"), by=QA)
    with pytest.raises(NotNow, match=rf"archived by <@{QA}>: superseded by 2\.15\.0") as refused:
        life.act(act, by=CAPTAIN)
    assert refused.value.settled


def test_resuming_takes_back_your_own_hold_alone() -> None:
    """B-17, B-20: two people hold; each resumes for themselves, and the release says who still holds it."""
    life = _held(Life().in_cycle())
    life.act(lambda c: acts.hold(c, "me too"), by=QA)
    life.act(acts.resume, by=QA)
    assert [h.by for h in life.release.holds] == [OTHER]
    with pytest.raises(NotNow, match=rf"The hold is <@{OTHER}>'s") as refused:
        life.act(acts.resume, by=QA)
    assert not refused.value.settled
    assert kinds(life.act(acts.resume, by=OTHER)) == [EventKind.HOLD_LIFTED]
    with pytest.raises(NotNow, match="is not on hold") as again:
        life.act(acts.resume, by=OTHER)
    assert again.value.settled


@pytest.mark.parametrize("cause", [HoldCause.FREEZE, HoldCause.CREDENTIALS])
def test_resuming_lifts_no_hold_that_a_person_did_not_place(cause: HoldCause) -> None:
    """A freeze or lost credentials end with their cause; 'not on hold' would be a lie."""
    life = Life().in_cycle()
    theirs = Hold(cause=cause, by="x", reason="end of the year", at=life.now)
    life.release = replace(life.release, holds=placed((), theirs))
    with pytest.raises(NotNow, match="when the cause is gone: end of the year") as refused:
        life.act(acts.resume, by=CAPTAIN)
    assert not refused.value.settled
    assert life.release.holds == (theirs,)


def test_resuming_does_not_retry() -> None:
    """B-18: a failed task is run again by a retry alone."""
    life = _held(_failing())
    life.act(acts.resume, by=OTHER)
    assert [t.id for t in life.release.failed_tasks] == [TICKET]
    assert TICKET not in [t.id for t in life.due_tasks()]
    with pytest.raises(NotNow, match="a task failed"):
        life.act(acts.resume, by=OTHER)


def test_retrying_ends_nobodys_hold() -> None:
    """B-19: the failure's own hold goes, a person's stays, and nothing starts before it is lifted."""
    life = _held(_failing())
    events = life.act(lambda c: acts.retry(c, TICKET), by=CAPTAIN)
    assert kinds(events) == [EventKind.TASK_RETRIED, EventKind.HOLD_LIFTED]
    assert [h.by for h in life.release.holds] == [OTHER]
    assert life.due_tasks() == []
    life.act(acts.resume, by=OTHER)
    assert TICKET in [t.id for t in life.due_tasks()]


def test_retrying_redoes_only_what_failed() -> None:
    """B-22, B-23: the siblings of a failed task keep what they have done."""
    life = _failing().finish()
    before = {t.id: t for t in life.release.tasks if t.id != TICKET}
    assert {t.state for t in before.values()} == {TaskState.SUCCEEDED}
    life.act(lambda c: acts.retry(c, TICKET), by=CAPTAIN)
    assert [t.id for t in life.due_tasks()] == [TICKET]
    assert {t.id: t for t in life.release.tasks if t.id != TICKET} == before


@pytest.mark.parametrize("act", ["skip", "done"])
def test_skipping_and_doing_by_hand_let_the_stage_go_on(act: str) -> None:
    """The reason or the evidence is kept and told with its actor; the hold goes with the failure."""
    life = _failing().finish()
    events = life.act(ACTS[act], by=CAPTAIN)
    assert events[0].kind is (EventKind.TASK_SKIPPED if act == "skip" else EventKind.TASK_DONE_BY_HAND)
    assert events[0].actor.id == CAPTAIN
    assert life.release.holds == ()
    assert life.release.in_state(Stage.KICKOFF, StageState.COMPLETED)
    task = life.release.task(TICKET)
    assert task is not None
    assert task.note == ("why" if act == "skip" else "https://jira.example/PIX-1")


@pytest.mark.parametrize("act", ["retry", "skip", "done"])
@pytest.mark.parametrize("task_id", [FORK, TICKET.replace("IOS-APP_STORE", "ANDROID-PLAY_STORE"), "no-task"])
def test_only_a_failed_task_is_retried_skipped_or_taken_over(act: str, task_id: str) -> None:
    """B-02, B-09: what is done, not begun or of another release is left alone, with a sentence."""
    life = _failing()
    before = life.release
    deeds: dict[str, Callable[[Change], None]] = {
        "retry": lambda c: acts.retry(c, task_id),
        "skip": lambda c: acts.skip(c, task_id, "why"),
        "done": lambda c: acts.done_by_hand(c, task_id, "link"),
    }
    with pytest.raises(NotNow, match="has no task" if task_id == "no-task" else "only a failed"):
        life.act(deeds[act], by=CAPTAIN)
    assert life.release is before


def test_a_build_that_is_waited_for_can_be_brought_by_hand() -> None:
    """B-48, B-49: manual mode waits for a person; the build and its number are kept with who brought it."""
    life = Life().in_cycle()
    life.run(life.find(TaskType.CREATE_RC_TAG).id, Done())
    task = life.find(TaskType.TRIGGER_REGRESSION_BUILDS)
    _waiting(life, task.id)
    made = replace(build(life.release, task), by=CAPTAIN, number="417")
    events = life.act(
        lambda c: acts.done_by_hand(c, task.id, "https://x.example", builds=(made,)), by=CAPTAIN
    )
    assert kinds(events) == [EventKind.TASK_DONE_BY_HAND, EventKind.BUILD_READY]
    assert life.release.builds_of(task.id) == (made,)
    assert made.state is BuildState.READY


def test_a_cycle_can_be_asked_for_while_stage_3_has_not_begun() -> None:
    """Between cycles it starts at once; during one it waits for its end."""
    life = Life().kicked_off()
    flags = CycleFlags(regression_builds=False)
    events = life.act(lambda c: acts.add_cycle_now(c, flags), by=CAPTAIN)
    assert kinds(events) == [EventKind.SLOT_ADDED, EventKind.CYCLE_STARTED]
    assert life.release.active_cycle is not None
    assert life.release.active_cycle.flags == flags
    events = life.act(lambda c: acts.add_cycle_now(c, CycleFlags()), by=CAPTAIN)
    assert kinds(events) == [EventKind.SLOT_ADDED]
    life.finish()
    assert [c.state for c in life.release.cycles] == [CycleState.DONE, CycleState.DONE]


@pytest.mark.parametrize("where", ["pre-release", "awaiting submission", "out of slots"])
def test_a_cycle_that_could_not_run_is_refused(where: str) -> None:
    """After Stage 3 began the commit is fixed; past the target a slot would expire at once."""
    life = PLACES[where]
    change = Change(life.release, now=life.now, actor=Actor(id=CAPTAIN))
    with pytest.raises(NotNow, match=r"Stage 3 has started|The target date has passed"):
        acts.add_cycle_now(change, CycleFlags())
    assert change.release is life.release


def test_a_cycle_does_not_end_a_hold() -> None:
    """B-19: adding a slot to a release on hold only plans it."""
    life = _held(Life().kicked_off())
    assert kinds(life.act(lambda c: acts.add_cycle_now(c, CycleFlags()), by=CAPTAIN)) == [
        EventKind.SLOT_ADDED
    ]
    assert [s.state for s in life.release.slots][-1] is SlotState.PLANNED


def test_refusals_leave_no_trace() -> None:
    """Every act either does something and tells it, or is refused with nothing changed and nothing told."""
    honest = 0
    for life in PLACES.values():
        for act in ACTS.values():
            change = Change(life.release, now=life.now, actor=Actor(id="U0NOBODY"))
            try:
                act(change)
            except NotNow:
                honest += change.release is life.release and not change.events
            else:
                honest += 1
                assert change.events
    assert honest == len(PLACES) * len(ACTS)


def test_the_places_are_all_there_are() -> None:
    """The list holds a life in every phase of a living release; those at the stores have tests of their own."""
    assert {phase(life.release) for life in PLACES.values()} == set(Phase) - {Phase.ARCHIVED, *STAGE_4}
