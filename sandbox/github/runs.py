"""Runs of workflows: queued, in progress, completed, by the clock or by command."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

OUTCOMES = frozenset(
    {
        "success",
        "failure",
        "cancelled",
        "timed_out",
        "skipped",
        "neutral",
        "stale",
        "startup_failure",
        "action_required",
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """How the next runs go; times in seconds.

    `lag`: how long a run is missing from lists. `queue`: how long it waits for a runner. `seconds`: how long
    it runs, None for ever. `artifacts` are (name, size in bytes) of the files that a success leaves.
    """

    lag: float = 0.0
    queue: float = 0.2
    seconds: float | None = 1.0
    outcome: str = "success"
    artifacts: Sequence[tuple[str, int]] = (("build-output", 1_048_576),)


@dataclass(kw_only=True)
class Artifact:
    """A file of a run."""

    id: int
    name: str
    size: int
    created: float
    expired: bool = False


@dataclass(kw_only=True)
class Run:
    """One run of a workflow."""

    id: int
    number: int
    workflow_id: int
    workflow_name: str
    path: str
    title: str
    ref: str
    sha: str
    actor: str
    inputs: Mapping[str, str]
    created: float
    updated: float
    plan: Plan
    status: str = "queued"
    conclusion: str | None = None
    artifacts: list[Artifact] = field(default_factory=list)
    steered: bool = False

    @property
    def finished(self) -> bool:
        """Whether it has come to an end."""
        return self.status == "completed"


Listener = Callable[[Run, str], None]


class RunBook:
    """All runs of a repository. `listener` hears of every change with the action's name."""

    def __init__(self) -> None:
        self.runs: list[Run] = []
        self.default = Plan()
        self.plans: dict[str, Plan] = {}
        self.listener: Listener = lambda _run, _action: None
        self._next = 1000

    def plan_of(self, file: str) -> Plan:
        """The plan of a workflow's file."""
        return self.plans.get(file, self.default)

    def set_plan(self, file: str | None, **changes: object) -> Plan:
        """Change the plan of one workflow, or of all that have none of their own."""
        plan = replace(self.default if file is None else self.plan_of(file), **changes)  # type: ignore[arg-type]  # checked by the values' use; orders come as JSON
        if plan.outcome not in OUTCOMES:
            raise ValueError(f"{plan.outcome} is no conclusion of a run")
        if file is None:
            self.default = plan
        else:
            self.plans[file] = plan
        return plan

    def new_id(self) -> int:
        """The next id of a run or an artifact."""
        self._next += 1
        return self._next

    def add(self, run: Run) -> None:
        """Take a new run in."""
        self.runs.append(run)
        self.listener(run, "requested")

    def find(self, run_id: int) -> Run | None:
        """The run of this id."""
        return next((run for run in self.runs if run.id == run_id), None)

    def listed(self, now: float) -> Iterator[Run]:
        """The runs that lists show, newest first."""
        return (run for run in reversed(self.runs) if now >= run.created + run.plan.lag)

    def settle(self, now: float) -> None:
        """Let the time that has gone by have its effect."""
        for run in self.runs:
            if run.steered or run.finished:
                continue
            if run.status == "queued" and now >= run.created + run.plan.queue:
                self._start(run, run.created + run.plan.queue)
            seconds = run.plan.seconds
            if run.status == "in_progress" and seconds is not None:
                end = run.created + run.plan.queue + seconds
                if now >= end:
                    self._finish(run, run.plan.outcome, end)

    def steer(self, run: Run, order: str, now: float) -> None:
        """`pass`, `fail`, `cancel`, or any conclusion, ends a run now; `hang` keeps it running; `start` starts it."""
        run.steered = True
        outcome = {"pass": "success", "fail": "failure", "cancel": "cancelled"}.get(order, order)
        if order in {"hang", "start"}:
            if run.status == "queued":
                self._start(run, now)
        elif outcome not in OUTCOMES:
            raise ValueError(f"{order} is no order for a run")
        elif not run.finished:
            self._finish(run, outcome, now)

    def _start(self, run: Run, at: float) -> None:
        run.status, run.updated = "in_progress", at
        self.listener(run, "in_progress")

    def _finish(self, run: Run, outcome: str, at: float) -> None:
        run.status, run.conclusion, run.updated = "completed", outcome, at
        if outcome == "success":
            for name, size in run.plan.artifacts:
                run.artifacts.append(Artifact(id=self.new_id(), name=name, size=size, created=at))
        self.listener(run, "completed")
