"""Tasks: one unit of work each, the rows of their legal moves, waits and troubles."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from orchestration.domain.pairs import Pair
from orchestration.domain.stages import Stage, take


class TaskType(StrEnum):
    """The catalogue's names; they are part of the interface (REST, metrics, audit)."""

    FORK_BRANCH = "FORK_BRANCH"
    CREATE_PROJECT_MANAGEMENT_TICKET = "CREATE_PROJECT_MANAGEMENT_TICKET"
    CREATE_TEST_SUITE = "CREATE_TEST_SUITE"
    TRIGGER_PRE_REGRESSION_BUILDS = "TRIGGER_PRE_REGRESSION_BUILDS"
    RESET_TEST_SUITE = "RESET_TEST_SUITE"
    CHERRY_PICK = "CHERRY_PICK"
    CREATE_RC_TAG = "CREATE_RC_TAG"
    CREATE_RELEASE_NOTES = "CREATE_RELEASE_NOTES"
    TRIGGER_REGRESSION_BUILDS = "TRIGGER_REGRESSION_BUILDS"
    TRIGGER_AUTOMATION_RUNS = "TRIGGER_AUTOMATION_RUNS"
    AUTOMATION_RUNS = "AUTOMATION_RUNS"
    CREATE_RELEASE_TAG = "CREATE_RELEASE_TAG"
    CREATE_FINAL_RELEASE_NOTES = "CREATE_FINAL_RELEASE_NOTES"
    TRIGGER_TEST_FLIGHT_BUILD = "TRIGGER_TEST_FLIGHT_BUILD"
    CREATE_AAB_BUILD = "CREATE_AAB_BUILD"
    BACKMERGE = "BACKMERGE"
    SUBMIT_TO_APP_STORE = "SUBMIT_TO_APP_STORE"
    SUBMIT_TO_PLAY_STORE = "SUBMIT_TO_PLAY_STORE"
    ROLL_OUT = "ROLL_OUT"


TASK_TITLES = {
    TaskType.FORK_BRANCH: "Cut the release branch",
    TaskType.CREATE_PROJECT_MANAGEMENT_TICKET: "Open the release ticket",
    TaskType.CREATE_TEST_SUITE: "Create the test run",
    TaskType.TRIGGER_PRE_REGRESSION_BUILDS: "Pre-regression build",
    TaskType.RESET_TEST_SUITE: "Ask for a retest",
    TaskType.CHERRY_PICK: "Cherry-pick",
    TaskType.CREATE_RC_TAG: "Tag the release candidate",
    TaskType.CREATE_RELEASE_NOTES: "Write the notes since the last candidate",
    TaskType.TRIGGER_REGRESSION_BUILDS: "Regression build",
    TaskType.TRIGGER_AUTOMATION_RUNS: "Start the automated tests",
    TaskType.AUTOMATION_RUNS: "Automated tests",
    TaskType.CREATE_RELEASE_TAG: "Tag the release",
    TaskType.CREATE_FINAL_RELEASE_NOTES: "Publish the release notes",
    TaskType.TRIGGER_TEST_FLIGHT_BUILD: "TestFlight build",
    TaskType.CREATE_AAB_BUILD: "App bundle build",
    TaskType.BACKMERGE: "Backmerge",
    TaskType.SUBMIT_TO_APP_STORE: "Submit to the App Store",
    TaskType.SUBMIT_TO_PLAY_STORE: "Submit to Google Play",
    TaskType.ROLL_OUT: "Roll out",
}


class TaskState(StrEnum):
    """How far a task is."""

    PENDING = "PENDING"
    RUNNING = "RUNNING"
    WAITING = "WAITING"
    RETRYING = "RETRYING"
    FAILED = "FAILED"
    SUCCEEDED = "SUCCEEDED"
    SKIPPED = "SKIPPED"
    CANCELLED = "CANCELLED"


FINAL = frozenset({TaskState.SUCCEEDED, TaskState.SKIPPED, TaskState.CANCELLED})
FINISHED = frozenset({TaskState.SUCCEEDED, TaskState.SKIPPED})


class TaskSignal(StrEnum):
    """What can happen to a task."""

    START = "START"
    SUCCEED = "SUCCEED"
    WAIT = "WAIT"
    TRY_LATER = "TRY_LATER"
    FAIL = "FAIL"
    RETRY = "RETRY"
    SKIP = "SKIP"
    DONE_BY_HAND = "DONE_BY_HAND"
    CANCEL = "CANCEL"


_S = TaskState
_T = TaskSignal
TASK_MOVES: Mapping[tuple[TaskState, TaskSignal], TaskState] = MappingProxyType(
    {
        (_S.PENDING, _T.START): _S.RUNNING,
        # What was made elsewhere, before the release was taken over.
        (_S.PENDING, _T.DONE_BY_HAND): _S.SUCCEEDED,
        (_S.RETRYING, _T.START): _S.RUNNING,
        # A worker died while it ran: the next one starts it again and looks for the effect first.
        (_S.RUNNING, _T.START): _S.RUNNING,
        (_S.RUNNING, _T.SUCCEED): _S.SUCCEEDED,
        (_S.RUNNING, _T.WAIT): _S.WAITING,
        (_S.RUNNING, _T.TRY_LATER): _S.RETRYING,
        (_S.RUNNING, _T.FAIL): _S.FAILED,
        (_S.WAITING, _T.START): _S.RUNNING,
        (_S.WAITING, _T.SUCCEED): _S.SUCCEEDED,
        (_S.WAITING, _T.WAIT): _S.WAITING,
        (_S.WAITING, _T.FAIL): _S.FAILED,
        (_S.WAITING, _T.DONE_BY_HAND): _S.SUCCEEDED,
        (_S.FAILED, _T.RETRY): _S.PENDING,
        (_S.FAILED, _T.SKIP): _S.SKIPPED,
        (_S.FAILED, _T.DONE_BY_HAND): _S.SUCCEEDED,
        **{(state, _T.CANCEL): _S.CANCELLED for state in _S if state not in FINAL},
    }
)


class TroubleKind(StrEnum):
    """What went wrong, by what to do next."""

    TRANSIENT = "TRANSIENT"
    CREDENTIALS = "CREDENTIALS"
    REFUSED = "REFUSED"
    DIFFERENT = "DIFFERENT"
    OVERDUE = "OVERDUE"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, kw_only=True, slots=True)
class Trouble:
    """The last thing that went wrong, in a sentence for people."""

    kind: TroubleKind
    reason: str
    at: datetime
    link: str | None = None


class WaitOwner(StrEnum):
    """Whom a wait is for."""

    CI = "CI"
    STORE = "STORE"
    CAPTAIN = "CAPTAIN"


@dataclass(frozen=True, kw_only=True, slots=True)
class Wait:
    """What a task waits for, until when, and when to look next. `reminders` counts those already sent.

    `conflicted`: it is a pull request that can't be merged as it is, and its authors were told.
    """

    what: str
    owner: WaitOwner
    since: datetime
    check_at: datetime
    deadline_at: datetime
    link: str | None = None
    reminders: int = 0
    conflicted: bool = False


# Twenty doublings make a second a fortnight; more would only overflow.
_DOUBLINGS = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class RetryBudget:
    """How often a task is tried by itself, and how far apart. `attempts` counts the first try."""

    attempts: int = 8
    first: timedelta = timedelta(seconds=5)
    longest: timedelta = timedelta(minutes=10)

    def delay(self, attempt: int, jitter: float) -> timedelta:
        """How long to wait after an attempt (from 1); `jitter` in [0, 1) spreads over the upper half."""
        doublings = min(max(attempt, 1) - 1, _DOUBLINGS)
        whole = min(self.longest, self.first * float(2**doublings))
        return whole / 2 + whole / 2 * jitter


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """One unit of work for a release or for one of its pairs.

    `after` names the tasks that must be finished first; the plan is frozen when the stage or cycle starts.
    `generation` rises only when a person says "again"; it tells the effects of each order apart.
    `failures` counts how often it failed for good, `cut_offs` tries that ended with the death of their worker.
    `about` tells tasks apart that people ask for as often as they like. `stop_at` is when the provider is asked to
    stop what the task still runs there, and `stops` how often it was asked in vain.
    """

    id: str
    type: TaskType
    stage: Stage
    cycle_id: str | None = None
    pair: Pair | None = None
    about: str | None = None
    after: tuple[str, ...] = ()
    retry: RetryBudget = RetryBudget()
    deadline: timedelta = timedelta(hours=6)
    check_every: timedelta = timedelta(seconds=30)
    state: TaskState = TaskState.PENDING
    attempts: int = 0
    failures: int = 0
    cut_offs: int = 0
    generation: int = 1
    wait: Wait | None = None
    retry_at: datetime | None = None
    trouble: Trouble | None = None
    output: Mapping[str, str] = field(default_factory=dict)
    note: str | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    stop_at: datetime | None = None
    stops: int = 0

    @property
    def title(self) -> str:
        """`Regression build (Android)`, `Cherry-pick (#12)`."""
        title = TASK_TITLES[self.type]
        about = self.pair.title if self.pair is not None else self.about
        return f"{title} ({about})" if about else title

    @property
    def finished(self) -> bool:
        """Whether what comes after may start."""
        return self.state in FINISHED

    def moved(self, signal: TaskSignal, **changes: object) -> "Task":
        """The task after `signal`, with what the signal brings; IllegalMove where the table has no row."""
        state = take(f"The task {self.id}", TASK_MOVES, self.state, signal)
        return replace(self, state=state, **changes)  # type: ignore[arg-type]  # fields are named by the callers
