"""Pipelines: pending, in progress, completed, by the clock or by command."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

RESULTS = frozenset({"SUCCESSFUL", "FAILED", "ERROR", "STOPPED", "EXPIRED"})
STAGES = frozenset({"RUNNING", "PAUSED", "HALTED"})
ORDERS = {"pass": "SUCCESSFUL", "fail": "FAILED", "cancel": "STOPPED", "hang": "RUNNING", "start": "RUNNING"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """How the next pipelines go; times in seconds.

    `lag`: how long one is missing from lists. `queue`: how long it waits for a place. `seconds`: how long it runs,
    None for ever. `stop`: how long it takes to stop. `files` are uploaded to the Downloads by a good one, each of
    `size` bytes, with the pipeline's number behind their names.
    """

    lag: float = 0.0
    queue: float = 0.2
    seconds: float | None = 1.0
    stop: float = 0.0
    outcome: str = "SUCCESSFUL"
    files: tuple[str, ...] = ("build-output",)
    size: int = 1_048_576


@dataclass(kw_only=True)
class Pipeline:
    """One pipeline. `stage` while it goes on, `result` when it is over; neither while it is pending."""

    number: int
    ref_type: str
    ref_name: str
    sha: str
    pattern: str
    variables: Mapping[str, str]
    created: float
    plan: Plan
    kind: str = "custom"
    stage: str | None = None
    result: str | None = None
    completed: float | None = None
    stopping: float | None = None
    steered: bool = False

    @property
    def uuid(self) -> str:
        """With its braces."""
        return f"{{00000000-0000-4000-8000-{self.number:012d}}}"


Listener = Callable[[Pipeline], None]


class PipelineBook:
    """All pipelines of a repository, oldest first. `listener` hears of every change."""

    def __init__(self) -> None:
        self.pipelines: list[Pipeline] = []
        self.plan = Plan()
        self.listener: Listener = lambda _pipeline: None

    def set_plan(self, **changes: object) -> Plan:
        """Change how the next pipelines go."""
        plan = replace(self.plan, **changes)  # type: ignore[arg-type]  # checked by the values' use; orders come as JSON
        if plan.outcome not in RESULTS:
            raise ValueError(f"{plan.outcome} is no result of a pipeline")
        self.plan = plan
        return plan

    def add(self, pipeline: Pipeline) -> None:
        """Take a new one in."""
        self.pipelines.append(pipeline)
        self.listener(pipeline)

    def find(self, uuid: str) -> Pipeline | None:
        """The pipeline of this UUID, in braces."""
        return next((each for each in self.pipelines if each.uuid == uuid), None)

    def settle(self, now: float) -> None:
        """Let the time that has gone by have its effect."""
        for each in self.pipelines:
            if each.result is not None:
                continue
            if each.stopping is not None:
                if now >= each.stopping:
                    self._end(each, "STOPPED", each.stopping)
            elif not each.steered:
                self._go_on(each, now)

    def _go_on(self, each: Pipeline, now: float) -> None:
        begin = each.created + each.plan.queue
        if each.stage is None and now >= begin:
            self._begin(each, "RUNNING")
        if each.stage is not None and each.plan.seconds is not None and now >= begin + each.plan.seconds:
            self._end(each, each.plan.outcome, begin + each.plan.seconds)

    def stop(self, each: Pipeline, now: float) -> None:
        """Begin to stop it: the steps end later."""
        if each.stopping is None:
            each.stopping = now + each.plan.stop

    def steer(self, each: Pipeline, order: str, now: float) -> None:
        """`pass`, `fail`, `cancel`, `hang`, `start`, or any stage or result of Bitbucket's, at once."""
        word = ORDERS.get(order, order)
        if word not in RESULTS | STAGES:
            raise ValueError(f"{order} is no order for a pipeline")
        each.steered = True
        if each.result is None:
            if word in RESULTS:
                self._end(each, word, now)
            else:
                self._begin(each, word)

    def _begin(self, each: Pipeline, stage: str) -> None:
        each.stage = stage
        self.listener(each)

    def _end(self, each: Pipeline, result: str, at: float) -> None:
        each.stage, each.result, each.completed = None, result, at
        self.listener(each)
