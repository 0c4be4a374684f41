"""Runs at a provider that nobody wants any more: they are stopped there, and what can't be stopped is told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from orchestration.domain.builds import ENDED, Build, BuildState
from orchestration.domain.change import Change
from orchestration.domain.effects import EffectState
from orchestration.domain.events import EventKind
from orchestration.domain.release import Release

_TRIES = 8
ASKED_AT = "asked_at"
"""When CI was asked: the plan of an order of a run holds it, and that of no other effect."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Stopped:
    """What came of asking. `builds` are stopped; `refused` says why by build; `later` is why it must be asked again."""

    builds: Sequence[Build] = ()
    refused: Mapping[str, str] = field(default_factory=dict)
    later: str | None = None


def under_way(release: Release, task_id: str) -> tuple[Build, ...]:
    """The builds of a task of which something may still come."""
    return tuple(b for b in release.builds_of(task_id) if b.state not in ENDED and b.by is None)


def in_doubt(release: Release, task_id: str) -> tuple[str, ...]:
    """The runs that were asked for and that no build tells of, by correlation id.

    Of those without an answer nobody knows whether they exist; others were started beside one that was refused.
    """
    told = {build.id for build in release.builds_of(task_id)}
    asked = {e.id.removeprefix(f"{task_id}:"): e for e in release.effects if e.task_id == task_id}
    return tuple(
        name
        for name, effect in asked.items()
        if effect.state is EffectState.SENT
        or (effect.state is EffectState.CONFIRMED and ASKED_AT in effect.plan and name not in told)
    )


def order_stop(change: Change, task_id: str) -> None:
    """Have what the task still runs stopped; nothing where it runs nothing."""
    if under_way(change.release, task_id) or in_doubt(change.release, task_id):
        task = change.require_task(task_id)
        change.release = change.release.with_task(replace(task, stop_at=change.now, stops=0))


def keep_late(change: Change, task_id: str, builds: tuple[Build, ...]) -> None:
    """A run was started while its task was being cancelled: it is kept, and stopped like the others."""
    change.release = change.release.with_builds(builds)
    order_stop(change, task_id)


def record_stop(change: Change, task_id: str, found: Stopped, *, jitter: float) -> None:
    """Keep what was stopped and ask again for the rest, within limits; what goes on is told once."""
    task = change.require_task(task_id)
    stopped = tuple(replace(b, state=BuildState.CANCELLED, detail="stopped by us") for b in found.builds)
    change.release = change.release.with_builds(stopped)
    for build in stopped:
        change.tell(EventKind.RUN_STOPPED, task=task.id, build=build.id, link=build.run_url)
    refused = dict(found.refused)
    again: datetime | None = None
    if found.later is not None and task.stops + 1 < _TRIES:
        again = change.now + task.retry.delay(task.stops + 1, jitter)
    elif found.later is not None:
        refused |= {b.id: found.later for b in under_way(change.release, task_id)} or {"": found.later}
    for build_id, reason in refused.items():
        link = next((b.run_url for b in change.release.builds if b.id == build_id), None)
        change.tell(EventKind.RUN_NOT_STOPPED, task=task.id, build=build_id or None, reason=reason, link=link)
    change.release = change.release.with_task(replace(task, stop_at=again, stops=task.stops + 1))
