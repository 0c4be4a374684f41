"""Fills the instruments: it is the witness of the engine, of calls to providers and of requests from Slack."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bot.metrics.instruments import Instruments
from orchestration.domain.change import Change
from orchestration.domain.events import Event, EventKind
from orchestration.domain.release import Release
from orchestration.domain.stages import StageState
from orchestration.domain.tasks import Task, TaskState
from orchestration.ports.errors import AlreadyDifferent, NeedsCredentials, PortError, Refused, TryLater

_OUTCOMES: tuple[tuple[type[BaseException], str], ...] = (
    (TryLater, "try_later"),
    (NeedsCredentials, "needs_credentials"),
    (AlreadyDifferent, "different"),
    (Refused, "refused"),
    (PortError, "refused"),
    (Exception, "fault"),
    (BaseException, "cancelled"),
)
_ENDED = frozenset({TaskState.SUCCEEDED, TaskState.FAILED, TaskState.SKIPPED, TaskState.CANCELLED})


class Counting:
    """Counts what happens. `now` gives unix seconds, `clock` seconds that never go back."""

    def __init__(self, on: Instruments, *, now: Callable[[], float], clock: Callable[[], float]) -> None:
        self._on = on
        self._now = now
        self._clock = clock
        self.looks: dict[str, float] = {}
        """When each loop was last answered, in unix seconds."""

    # --- the engine ---

    def saved(self, change: Change) -> None:
        """Events, and the tasks and stages that the change ended."""
        for event in change.events:
            self._on.events.labels(event.kind).inc()
        before = {task.id: task for task in change.before.tasks}
        for task in change.release.tasks:
            was = before.get(task.id)
            if was is None or was.state is not task.state:
                self._moved(task, was, change)
        for event in change.events:
            self._retried(event, change.release)
        self._staged(change)

    def _moved(self, task: Task, was: Task | None, change: Change) -> None:
        if was is not None and was.wait is not None and was.state is TaskState.WAITING:
            waited = (change.now - was.wait.since).total_seconds()
            self._on.wait_seconds.labels(task.type, was.wait.owner).observe(max(waited, 0.0))
        if task.state not in _ENDED:
            return
        self._on.task_ends.labels(task.type, task.state).inc()
        self._on.task_attempts.labels(task.type).observe(task.attempts)
        if task.started_at is not None:
            took = ((task.finished_at or change.now) - task.started_at).total_seconds()
            self._on.task_seconds.labels(task.type).observe(max(took, 0.0))

    def _retried(self, event: Event, release: Release) -> None:
        task = release.task(event.data.get("task", "")) if event.kind is EventKind.TASK_RETRYING else None
        if task is not None:
            self._on.task_retries.labels(task.type).inc()

    def _staged(self, change: Change) -> None:
        done = {s.stage for s in change.before.stages if s.state is StageState.COMPLETED}
        for record in change.release.stages:
            ended, began = record.completed_at, record.started_at
            fresh = record.state is StageState.COMPLETED and record.stage not in done
            if fresh and ended is not None and began is not None:
                self._on.stage_seconds.labels(record.stage).observe((ended - began).total_seconds())

    def looked(self, loop: str, *, claimed: int, seconds: float) -> None:
        """A loop was answered."""
        self.looks[loop] = now = self._now()
        self._on.look.labels(loop).set(now)
        self._on.look_seconds.labels(loop).observe(seconds)
        self._on.claimed.labels(loop).inc(claimed)

    def look_failed(self, loop: str) -> None:
        """A loop was not answered."""
        self._on.look_failures.labels(loop).inc()

    def worked(self, loop: str, *, seconds: float, fine: bool) -> None:
        """A piece of work ended."""
        self._on.work_seconds.labels(loop, "done" if fine else "left").observe(seconds)

    def lease_lost(self, loop: str) -> None:
        """Another worker has it."""
        self._on.leases_lost.labels(loop).inc()

    # --- providers ---

    @contextmanager
    def call(self, *, provider: str, port: str, verb: str) -> Iterator[None]:
        """Time a call and count how it ended."""
        begun, outcome = self._clock(), "ok"
        try:
            yield
        except BaseException as error:
            outcome = next(word for kind, word in _OUTCOMES if isinstance(error, kind))
            raise
        finally:
            self._on.calls.labels(provider, port, verb, outcome).inc()
            self._on.call_seconds.labels(provider, port, verb).observe(self._clock() - begun)

    def request(self, *, provider: str, method: str, status: str) -> None:
        """Count a request; a receiver of webhooks is no provider, and its name is a tenant's."""
        self._on.requests.labels(kind_of(provider), method, status).inc()

    # --- Slack ---

    def acknowledged(self, kind: str, outcome: str, seconds: float) -> None:
        """Count how a request was answered, and how soon."""
        self._on.acks.labels(kind, outcome).inc()
        self._on.ack_seconds.labels(kind).observe(seconds)


def kind_of(provider: str) -> str:
    """The provider without what follows its first word: `webhook wh-1` is a webhook."""
    return provider.partition(" ")[0]
