"""The tables of legal moves, over every pair of state and signal."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

import pytest

from orchestration.domain.advance import move_stage
from orchestration.domain.change import Change
from orchestration.domain.errors import IllegalMove
from orchestration.domain.gates import GATE_MOVES, GateSignal, GateState
from orchestration.domain.stages import (
    CYCLE_MOVES,
    SLOT_MOVES,
    STAGE_MOVES,
    CycleSignal,
    CycleState,
    SlotSignal,
    SlotState,
    Stage,
    StageRecord,
    StageSignal,
    StageState,
    take,
)
from orchestration.domain.tasks import FINAL, FINISHED, TASK_MOVES, Task, TaskSignal, TaskState, TaskType
from tests.support.release_parts import NOW
from tests.unit.domain.small_life import release


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table as it stands in the code, beside the rows as the rules have them."""

    name: str
    moves: Mapping[tuple[StrEnum, StrEnum], StrEnum]
    states: type[StrEnum]
    signals: type[StrEnum]
    start: str
    final: frozenset[str]
    rows: str

    @property
    def legal(self) -> dict[tuple[str, str], str]:
        """(state, signal) to state."""
        lines = [line.split() for line in self.rows.strip().splitlines()]
        return {(state, signal): to for state, signal, to in lines}


TABLES = (
    Table(
        name="stage",
        moves={(s, g): to for (s, g), to in STAGE_MOVES.items()},
        states=StageState,
        signals=StageSignal,
        start="PENDING",
        final=frozenset(),
        rows="""
            PENDING START IN_PROGRESS
            IN_PROGRESS COMPLETE COMPLETED
            COMPLETED REOPEN IN_PROGRESS
        """,
    ),
    Table(
        name="slot",
        moves={(s, g): to for (s, g), to in SLOT_MOVES.items()},
        states=SlotState,
        signals=SlotSignal,
        start="PLANNED",
        final=frozenset({"STARTED", "EXPIRED", "CANCELLED"}),
        rows="""
            PLANNED START STARTED
            PLANNED EXPIRE EXPIRED
            PLANNED CANCEL CANCELLED
        """,
    ),
    Table(
        name="cycle",
        moves={(s, g): to for (s, g), to in CYCLE_MOVES.items()},
        states=CycleState,
        signals=CycleSignal,
        start="NOT_STARTED",
        final=frozenset({"DONE", "ABANDONED"}),
        rows="""
            NOT_STARTED START IN_PROGRESS
            IN_PROGRESS FINISH DONE
            NOT_STARTED ABANDON ABANDONED
            IN_PROGRESS ABANDON ABANDONED
        """,
    ),
    Table(
        name="task",
        moves={(s, g): to for (s, g), to in TASK_MOVES.items()},
        states=TaskState,
        signals=TaskSignal,
        start="PENDING",
        final=frozenset({"SUCCEEDED", "SKIPPED", "CANCELLED"}),
        rows="""
            PENDING START RUNNING
            PENDING DONE_BY_HAND SUCCEEDED
            RUNNING START RUNNING
            RUNNING SUCCEED SUCCEEDED
            RUNNING WAIT WAITING
            RUNNING TRY_LATER RETRYING
            RUNNING FAIL FAILED
            WAITING START RUNNING
            WAITING SUCCEED SUCCEEDED
            WAITING WAIT WAITING
            WAITING FAIL FAILED
            WAITING DONE_BY_HAND SUCCEEDED
            RETRYING START RUNNING
            FAILED RETRY PENDING
            FAILED SKIP SKIPPED
            FAILED DONE_BY_HAND SUCCEEDED
            PENDING CANCEL CANCELLED
            RUNNING CANCEL CANCELLED
            WAITING CANCEL CANCELLED
            RETRYING CANCEL CANCELLED
            FAILED CANCEL CANCELLED
        """,
    ),
    Table(
        name="gate",
        moves={(s, g): to for (s, g), to in GATE_MOVES.items()},
        states=GateState,
        signals=GateSignal,
        start="OPEN",
        final=frozenset({"VOID"}),
        rows="""
            OPEN APPROVE APPROVED
            OPEN REJECT REJECTED
            OPEN WITHDRAW VOID
            REJECTED APPROVE APPROVED
            REJECTED WITHDRAW VOID
            APPROVED WITHDRAW VOID
        """,
    ),
)


def _every_pair() -> Iterator[object]:
    for table in TABLES:
        for state in table.states:
            for signal in table.signals:
                yield pytest.param(table, state, signal, id=f"{table.name}-{state}-{signal}")


@pytest.mark.parametrize(("table", "state", "signal"), list(_every_pair()))
def test_every_pair_of_state_and_signal_moves_as_written_or_is_refused(
    table: Table, state: StrEnum, signal: StrEnum
) -> None:
    """A row of the rules is legal and leads where it says; everything else raises, and names both."""
    wanted = table.legal.get((state, signal))
    if wanted is None:
        with pytest.raises(IllegalMove) as refused:
            take("It", table.moves, state, signal)
        assert (refused.value.state, refused.value.signal) == (state, signal)
    else:
        assert take("It", table.moves, state, signal) == wanted


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_state_can_be_reached_and_final_states_stay(table: Table) -> None:
    """No state is dead (SKIPPED, ABANDONED and others were in the earlier system); no row leaves a final one."""
    reached, frontier = {table.start}, [table.start]
    while frontier:
        here = frontier.pop()
        for (state, _), to in table.moves.items():
            if state == here and to not in reached:
                reached.add(to)
                frontier.append(to)
    assert reached == set(table.states)
    leaving = {str(state) for state, _ in table.moves}
    assert set(table.states) - leaving == table.final


@pytest.mark.parametrize("moves", [STAGE_MOVES, SLOT_MOVES, CYCLE_MOVES, TASK_MOVES, GATE_MOVES])
def test_a_table_cannot_be_changed_at_run_time(moves: Mapping[object, object]) -> None:
    """Transitions are rows, fixed when the program is read."""
    with pytest.raises(TypeError):
        moves[next(iter(moves))] = None  # type: ignore[index]  # that it takes no items is the point


@pytest.mark.parametrize("signal", TaskSignal)
@pytest.mark.parametrize("state", TaskState)
def test_a_task_moves_by_the_table_alone(state: TaskState, signal: TaskSignal) -> None:
    """`moved` has no rules of its own beside the table, and a refused move changes nothing."""
    task = Task(id="t", type=TaskType.FORK_BRANCH, stage=Stage.KICKOFF, state=state)
    wanted = TASK_MOVES.get((state, signal))
    if wanted is None:
        with pytest.raises(IllegalMove, match="The task t"):
            task.moved(signal)
    else:
        assert task.moved(signal, note="n").state is wanted
    assert task.state is state


def test_what_lets_others_start_is_done_or_skipped_and_nothing_else() -> None:
    """A cancelled task is final but opens the way to nothing."""
    assert sorted(FINISHED) == [TaskState.SKIPPED, TaskState.SUCCEEDED]
    assert sorted(FINAL - FINISHED) == [TaskState.CANCELLED]


@pytest.mark.parametrize("stage", Stage)
def test_only_regression_reopens(stage: Stage) -> None:
    """Stage 2 may open again; a tag or a branch is never made a second time."""
    done = tuple(StageRecord(stage=s, state=StageState.COMPLETED) for s in Stage)
    change = Change(release(stages=done), now=NOW)
    if stage is Stage.REGRESSION:
        move_stage(change, stage, StageSignal.REOPEN)
        assert change.release.in_state(stage, StageState.IN_PROGRESS)
        assert change.release.stage(stage).completed_at is None
    else:
        with pytest.raises(IllegalMove):
            move_stage(change, stage, StageSignal.REOPEN)
        assert change.events == []
