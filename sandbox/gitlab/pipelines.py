"""Pipelines: created, pending, running, ended, by the clock or by command."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

ENDS = frozenset({"success", "failed", "canceled", "skipped"})
STATUSES = ENDS | {
    "created",
    "waiting_for_resource",
    "preparing",
    "pending",
    "running",
    "manual",
    "scheduled",
    "canceling",
}
WAITING = frozenset({"created", "waiting_for_resource", "preparing", "pending", "scheduled"})
ORDERS = {"pass": "success", "fail": "failed", "cancel": "canceled", "hang": "running", "start": "running"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """How the next pipelines go; times in seconds.

    `lag`: how long one is missing from lists. `queue`: how long it waits for a runner. `seconds`: how long it
    runs, None for ever. `stop`: how long it takes to be canceled. `size` in bytes is that of each job's archive.
    """

    lag: float = 0.0
    queue: float = 0.2
    seconds: float | None = 1.0
    stop: float = 0.0
    outcome: str = "success"
    size: int = 1_048_576


@dataclass(kw_only=True)
class Job:
    """A job and the archive that a success leaves; `expires` in seconds since 1970, None for never."""

    id: int
    name: str
    size: int | None = None
    expires: float | None = None


@dataclass(kw_only=True)
class Pipeline:
    """One pipeline; `iid` counts within the project, `id` over all."""

    id: int
    iid: int
    ref: str
    tag: bool
    sha: str
    name: str | None
    username: str
    variables: Mapping[str, str]
    created: float
    updated: float
    plan: Plan
    jobs: Sequence[Job] = ()
    user_id: int = 1
    status: str = "created"
    source: str = "api"
    started: float | None = None
    finished: float | None = None
    stopping: float | None = None
    steered: bool = False

    @property
    def ended(self) -> bool:
        """Whether it has come to an end."""
        return self.status in ENDS


Listener = Callable[[Pipeline], None]


class PipelineBook:
    """All pipelines of a project. `listener` hears of every change of a status."""

    def __init__(self) -> None:
        self.pipelines: list[Pipeline] = []
        self.plan = Plan()
        self.listener: Listener = lambda _pipeline: None
        self._next = 1000

    def set_plan(self, **changes: object) -> Plan:
        """Change how the next pipelines go."""
        plan = replace(self.plan, **changes)  # type: ignore[arg-type]  # checked by the values' use; orders come as JSON
        if plan.outcome not in ENDS | {"manual"}:
            raise ValueError(f"{plan.outcome} is no end of a pipeline")
        self.plan = plan
        return plan

    def new_id(self) -> int:
        """The next id of a pipeline or a job."""
        self._next += 1
        return self._next

    def add(self, pipeline: Pipeline) -> None:
        """Take a new one in."""
        self.pipelines.append(pipeline)
        self.listener(pipeline)

    def find(self, pipeline_id: int) -> Pipeline | None:
        """The pipeline of this id."""
        return next((each for each in self.pipelines if each.id == pipeline_id), None)

    def settle(self, now: float) -> None:
        """Let the time that has gone by have its effect."""
        for each in self.pipelines:
            if each.stopping is not None and not each.ended:
                if now >= each.stopping:
                    self._become(each, "canceled", each.stopping)
            elif not each.steered and not each.ended:
                self._go_on(each, now)

    def _go_on(self, each: Pipeline, now: float) -> None:
        begin = each.created + each.plan.queue
        if each.status in WAITING and now >= begin:
            self._become(each, "running", begin)
        if each.status == "created":
            each.status = "pending"
        if each.status == "running" and each.plan.seconds is not None and now >= begin + each.plan.seconds:
            self._become(each, each.plan.outcome, begin + each.plan.seconds)

    def cancel(self, each: Pipeline, now: float) -> None:
        """Begin to stop it: the jobs end later. One that has ended stays as it is."""
        if each.ended or each.stopping is not None:
            return
        each.stopping = now + each.plan.stop
        self._become(each, "canceling", now)

    def steer(self, each: Pipeline, order: str, now: float) -> None:
        """`pass`, `fail`, `cancel`, `hang`, `start`, or any status of GitLab's, at once."""
        status = ORDERS.get(order, order)
        if status not in STATUSES:
            raise ValueError(f"{order} is no order for a pipeline")
        each.steered = True
        if not each.ended:
            self._become(each, status, now)

    def _become(self, each: Pipeline, status: str, at: float) -> None:
        each.status, each.updated = status, at
        if status == "running":
            each.started = at
        if each.ended:
            each.finished = at
        if status == "success":
            for job in each.jobs:
                job.size = each.plan.size
        self.listener(each)
