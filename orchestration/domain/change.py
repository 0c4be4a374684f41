"""A change under way: the release as it becomes, and the facts that are to be recorded with it."""

from collections.abc import Callable
from datetime import datetime

from orchestration.domain.events import Event, EventKind
from orchestration.domain.people import SYSTEM, Actor
from orchestration.domain.release import Release
from orchestration.domain.stages import Cycle, Stage
from orchestration.domain.tasks import Task

Planner = Callable[[Release, Stage, Cycle | None], tuple[Task, ...]]


class Change:
    """Collects what one decision does; nothing outside sees it before it is saved as a whole."""

    def __init__(self, release: Release, *, now: datetime, actor: Actor = SYSTEM) -> None:
        self.before = release
        self.release = release
        self.now = now
        self.actor = actor
        self.events: list[Event] = []

    def tell(self, kind: EventKind, /, **data: str | None) -> None:
        """Record a fact; values that are None are left out."""
        self.events.append(
            Event(
                kind=kind,
                at=self.now,
                actor=self.actor,
                release_id=self.release.id,
                data={key: value for key, value in data.items() if value is not None},
            )
        )

    def require_task(self, task_id: str) -> Task:
        """The task of this id; KeyError where the release has none, which is a programming error."""
        task = self.release.task(task_id)
        if task is None:
            raise KeyError(task_id)
        return task
