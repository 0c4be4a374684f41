"""Stages, regression slots and cycles, and the rows of their legal moves."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import TypeVar

from orchestration.domain.errors import IllegalMove

State = TypeVar("State", bound=StrEnum)
Signal = TypeVar("Signal", bound=StrEnum)


def take(what: str, moves: Mapping[tuple[State, Signal], State], state: State, signal: Signal) -> State:
    """The next state; IllegalMove where the table has no row."""
    try:
        return moves[state, signal]
    except KeyError:
        raise IllegalMove(what, state, signal) from None


class Stage(StrEnum):
    """The stages of a release, in their order."""

    KICKOFF = "KICKOFF"
    REGRESSION = "REGRESSION"
    PRE_RELEASE = "PRE_RELEASE"
    DISTRIBUTION = "DISTRIBUTION"


STAGE_TITLES = {
    Stage.KICKOFF: "Kick-off",
    Stage.REGRESSION: "Regression",
    Stage.PRE_RELEASE: "Pre-release",
    Stage.DISTRIBUTION: "Distribution",
}


class StageState(StrEnum):
    """How far a stage is."""

    PENDING = "PENDING"
    IN_PROGRESS = "IN_PROGRESS"
    COMPLETED = "COMPLETED"


class StageSignal(StrEnum):
    """What can happen to a stage."""

    START = "START"
    COMPLETE = "COMPLETE"
    REOPEN = "REOPEN"


STAGE_MOVES: Mapping[tuple[StageState, StageSignal], StageState] = MappingProxyType(
    {
        (StageState.PENDING, StageSignal.START): StageState.IN_PROGRESS,
        (StageState.IN_PROGRESS, StageSignal.COMPLETE): StageState.COMPLETED,
        (StageState.COMPLETED, StageSignal.REOPEN): StageState.IN_PROGRESS,
    }
)
REOPENABLE = frozenset({Stage.REGRESSION})


@dataclass(frozen=True, kw_only=True, slots=True)
class StageRecord:
    """A stage of one release and when it began and ended."""

    stage: Stage
    state: StageState = StageState.PENDING
    started_at: datetime | None = None
    completed_at: datetime | None = None

    @property
    def id(self) -> str:
        """The stage's name: a release has one of each."""
        return self.stage


class SlotState(StrEnum):
    """What became of a planned regression slot."""

    PLANNED = "PLANNED"
    STARTED = "STARTED"
    EXPIRED = "EXPIRED"
    CANCELLED = "CANCELLED"


class SlotSignal(StrEnum):
    """What can happen to a slot."""

    START = "START"
    EXPIRE = "EXPIRE"
    CANCEL = "CANCEL"


SLOT_MOVES: Mapping[tuple[SlotState, SlotSignal], SlotState] = MappingProxyType(
    {
        (SlotState.PLANNED, SlotSignal.START): SlotState.STARTED,
        (SlotState.PLANNED, SlotSignal.EXPIRE): SlotState.EXPIRED,
        (SlotState.PLANNED, SlotSignal.CANCEL): SlotState.CANCELLED,
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class CycleFlags:
    """What a cycle does besides tag and notes."""

    regression_builds: bool = True
    automation: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Slot:
    """A planned time for a cycle. `remind_at`: when people are to be reminded of it, None once they were."""

    id: str
    at: datetime
    flags: CycleFlags
    state: SlotState = SlotState.PLANNED
    cycle_id: str | None = None
    remind_at: datetime | None = None


class CycleState(StrEnum):
    """How far a cycle is."""

    NOT_STARTED = "NOT_STARTED"
    IN_PROGRESS = "IN_PROGRESS"
    DONE = "DONE"
    ABANDONED = "ABANDONED"


class CycleSignal(StrEnum):
    """What can happen to a cycle."""

    START = "START"
    FINISH = "FINISH"
    ABANDON = "ABANDON"


CYCLE_MOVES: Mapping[tuple[CycleState, CycleSignal], CycleState] = MappingProxyType(
    {
        (CycleState.NOT_STARTED, CycleSignal.START): CycleState.IN_PROGRESS,
        (CycleState.IN_PROGRESS, CycleSignal.FINISH): CycleState.DONE,
        (CycleState.NOT_STARTED, CycleSignal.ABANDON): CycleState.ABANDONED,
        (CycleState.IN_PROGRESS, CycleSignal.ABANDON): CycleState.ABANDONED,
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Cycle:
    """One run of Stage 2's tasks on one commit. `number` counts from 1 and names the release candidate."""

    id: str
    number: int
    tag: str
    flags: CycleFlags
    state: CycleState = CycleState.NOT_STARTED
    started_at: datetime | None = None
    finished_at: datetime | None = None

    @property
    def active(self) -> bool:
        """Whether it is neither done nor abandoned."""
        return self.state in {CycleState.NOT_STARTED, CycleState.IN_PROGRESS}
