"""Values to JSON documents and back. Old rows load on newer code: fields that they lack take the defaults,
and what newer code no longer knows is passed over."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Table

from orchestration.domain.builds import Build
from orchestration.domain.effects import Effect
from orchestration.domain.gates import Gate
from orchestration.domain.holds import Hold
from orchestration.domain.release import Release
from orchestration.domain.reminders import Reminder
from orchestration.domain.snapshot import Snapshot
from orchestration.domain.stages import Cycle, Slot
from orchestration.domain.submission import Submission
from orchestration.domain.tasks import Task, TaskState
from orchestration.store import tables
from orchestration.store.adapters import adapter_of
from orchestration.store.times import due_ms

Doc = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A kind of part of a release: the field that holds it, its table, and its columns besides `doc`."""

    field: str
    table: Table
    kind: type[Any]
    columns: Callable[[Any], Mapping[str, object]]
    key: Callable[[Any], str] = lambda value: str(value.id)


def _task_columns(task: Task) -> Mapping[str, object]:
    pair = task.pair.key if task.pair is not None else None
    waits_until = task.wait.deadline_at if task.wait is not None and task.state is TaskState.WAITING else None
    return {"type": task.type, "state": task.state, "pair": pair, "deadline_ms": due_ms(waits_until)}


def _build_columns(build: Build) -> Mapping[str, object]:
    return {
        "task_id": build.task_id,
        "kind": build.kind,
        "state": build.state,
        "pair": build.pair.key,
        "run_id": build.run_id,
    }


def _submission_columns(submission: Submission) -> Mapping[str, object]:
    """The dates of the review tell how long it took; one that nobody saw has none."""
    return {
        "pair": submission.pair.key,
        "state": submission.state,
        "integration": submission.integration,
        "submitted_ms": due_ms(submission.submitted_at),
        "approved_ms": due_ms(submission.approved_at),
    }


PARTS: tuple[Part, ...] = (
    Part(
        field="slots",
        table=tables.slots,
        kind=Slot,
        columns=lambda slot: {"state": slot.state, "at_ms": due_ms(slot.at)},
    ),
    Part(
        field="cycles",
        table=tables.cycles,
        kind=Cycle,
        columns=lambda cycle: {"state": cycle.state, "number": cycle.number},
    ),
    Part(field="tasks", table=tables.tasks, kind=Task, columns=_task_columns),
    Part(field="builds", table=tables.builds, kind=Build, columns=_build_columns),
    Part(
        field="gates",
        table=tables.gates,
        kind=Gate,
        columns=lambda gate: {"kind": gate.kind, "state": gate.state},
    ),
    Part(
        field="effects",
        table=tables.effects,
        kind=Effect,
        columns=lambda effect: {"task_id": effect.task_id, "state": effect.state},
    ),
    Part(
        field="reminders",
        table=tables.reminders,
        kind=Reminder,
        columns=lambda reminder: {"kind": reminder.kind, "at_ms": due_ms(reminder.at)},
    ),
    Part(
        field="holds",
        table=tables.holds,
        kind=Hold,
        columns=lambda hold: {"cause": hold.cause, "by": hold.by},
        key=lambda hold: f"{hold.cause}:{hold.by}",
    ),
    Part(
        field="submissions",
        table=tables.submissions,
        kind=Submission,
        columns=_submission_columns,
    ),
)

_ELSEWHERE = {"revision", *(part.field for part in PARTS)}
HEAD = tuple(each.name for each in fields(Release) if each.name not in _ELSEWHERE)
"""The fields of which the document of a release is made."""


def release_doc(release: Release) -> Doc:
    """The release without its parts and without what the row's own columns hold."""
    doc: Doc = adapter_of(Release).dump_python(release, mode="json", exclude=_ELSEWHERE)
    return doc


def part_doc(part: Part, value: object) -> Doc:
    """One part of a release."""
    doc: Doc = adapter_of(part.kind).dump_python(value, mode="json")
    return doc


def release_value(doc: Doc, revision: int, parts: Mapping[str, list[Doc]]) -> Release:
    """The release of a row and of the rows of its parts, which are in their order."""
    builds = [{**build, "artifacts": tuple(build.get("artifacts", ()))} for build in parts.get("builds", ())]
    told = {**doc, "snapshot": _for_testers(doc["snapshot"])}
    return adapter_of(Release).validate_python({**told, **parts, "builds": builds, "revision": revision})


def snapshot_doc(snapshot: Snapshot) -> Doc:
    """A configuration's snapshot."""
    doc: Doc = adapter_of(Snapshot).dump_python(snapshot, mode="json")
    return doc


def snapshot_value(doc: Doc) -> Snapshot:
    """The snapshot of a document."""
    return adapter_of(Snapshot).validate_python(_for_testers(doc))


def _for_testers(doc: Doc) -> Doc:
    """A store that was named before rollouts were known was named for its testers: nothing is submitted there."""
    stores = {
        key: plan if {"rollout", "submit"} & plan.keys() else {**plan, "submit": False}
        for key, plan in (doc.get("stores") or {}).items()
    }
    return {**doc, "stores": stores} if stores else doc
